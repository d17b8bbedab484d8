"""What a data sheet does not say: how much longer each part of a step takes than the data sheet's full rates, learnt
from published measurements (models/fit.py) as a sum of small effects, each of something that situations share.

A part's time is its time at full rate x exp(the sum of its effects). An effect belongs to the values of some fields of
the situation, and may be a slope on a figure of the GPU's data sheet, or of the network (`EFFECTS`). What was never
measured has no effect: a new network gets those of its group and its figures, a new GPU those of its chip, its
generation and its data sheet. `data/effects.csv` holds them all.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from catalog.things import Gpu, Network

PARTS = ("compute", "power", "attention", "memory", "floor", "sync", "lookup", "whole")

# Kind of network -> group whose effects are shared
GROUP = {
    "cnn": "cnn", "deconvolutional": "cnn", "dcign": "cnn", "detector": "detector", "unet": "unet", "gan": "gan",
    "vit": "vit", "transformer_encoder": "encoder", "transformer_decoder": "decoder", "rnn": "recurrent",
    "lstm": "recurrent", "gru": "recurrent", "diffusion": "diffusion", "video_diffusion": "diffusion",
    "speech": "speech", "tts": "tts", "recommender": "recommender", "time_series": "encoder", "feedforward": "dense",
    "boltzmann": "dense", "autoencoder": "dense", "vae": "dense", "boosted_trees": "dense",
}  # fmt: skip
# One network under two names: NVIDIA's UNet_Medical is Ronneberger's U-Net without padding
SAME = {"unet_2d": "unet_medical", "dcnv2": "dlrm_dcnv2"}


# llama.cpp's default (its "n_ubatch"), and the usual one of TensorRT-LLM and vLLM
LLAMA_CPP_READS, SERVER_READS = 512.0, 8192.0


class Software(NamedTuple):
    """What ran a published measurement; empty for a client, who gets what software usually does."""

    mode: str = ""  # "timm:dynamo": the publisher and how the network is run
    stack: str = ""  # the same with its version
    publisher: str = ""
    model: str = ""  # the row's own words for the network, task and precision
    row: str = ""  # `model` with batch and lengths

    @property
    def served(self) -> bool:
        """Through NVIDIA's Triton."""
        return "triton" in self.mode

    @property
    def reads(self) -> float:
        """Prompt tokens that a server reads in one pass, by default."""
        return LLAMA_CPP_READS if "llama.cpp" in self.mode else SERVER_READS


class Situation(NamedTuple):
    """Everything that an effect may belong to."""

    network: str
    kin: str  # networks whose names begin alike: "resnet", "vit"
    group: str
    phase: str  # training, inference; language models: training, prefill, decode
    trains: str  # "T" or "I"
    family: str  # precision family
    tier: str  # framework, optimised, legacy
    mode: str
    stack: str
    publisher: str
    model: str
    row: str
    server: str  # the mode of what runs a language model; empty for other networks, and then without effect
    served: str  # "triton" where rows come through a server, which copies and gathers them on the host
    gpu: str
    chip: str  # CUDA compute capability, or maker and architecture
    generation: str  # its first figure
    ram: str  # hbm, gddr, unified
    board: str  # "low": a board of at most LOW_WATTS, which keeps all its clocks down; "high"
    link: str  # nvlink, pcie


Fields = tuple[str, ...]
_ALWAYS: Fields = ()
_BY_GROUP: Fields = ("group", "trains")
_CONFIGURATION: Fields = ("model", "mode")  # the same network in the same software, whatever the batch
LOW_WATTS = 100.0
# (part, fields, standard deviation that is expected of such effects). "compute x peak" is a slope: the effect on the
# part is so many times the figure of the GPU (`figures`), "compute x size" of the network (`shapes`). A configuration's
# effects by chip and memory and its slopes make it alike on cards that are alike: a Gaussian process over
# configurations and data sheets, written as effects. Slopes stand only where they keep more bandwidth or compute from
# being slower: each on the part that it speeds up.
EFFECTS: tuple[tuple[str, Fields, float], ...] = (
    ("compute", _ALWAYS, 5.0),
    ("compute", ("trains", "tier"), 0.38),
    ("compute", ("trains", "family", "tier"), 0.11),
    ("compute", ("group", "phase"), 0.039),
    ("compute", ("group", "phase", "family", "tier"), 0.025),
    ("compute", ("kin", "phase", "tier"), 0.17),
    ("compute", ("network",), 0.15),
    ("compute", ("mode", "kin"), 0.067),
    ("compute", ("network", "phase", "family", "tier"), 0.037),
    ("compute", ("mode", "phase", "family"), 0.018),
    ("compute", ("server",), 0.048),
    ("compute", ("generation", "family"), 0.11),
    ("compute", ("family", "chip"), 0.053),
    ("compute", ("chip", "group", "trains"), 0.036),
    ("compute", ("kin",), 0.19),
    ("compute x peak", _ALWAYS, 0.091),
    ("compute x peak", ("family",), 0.042),
    ("compute x peak", _BY_GROUP, 0.042),
    ("compute x peak", ("mode",), 0.013),
    ("compute x peak", _CONFIGURATION, 0.032),
    ("compute x starved", _ALWAYS, 0.14),
    ("compute x starved", ("family",), 0.078),
    ("compute x starved", ("mode",), 0.19),
    ("compute x starved", _CONFIGURATION, 0.058),
    ("compute x width", ("family",), 0.048),
    ("compute x size", ("group", "phase"), 0.034),
    ("compute x traffic", ("group", "phase"), 0.045),
    ("compute x weights", ("group", "phase"), 0.071),
    ("memory", _ALWAYS, 5.0),
    ("memory", ("trains", "tier"), 0.78),
    ("memory", ("trains", "family", "tier"), 0.37),
    ("memory", ("group", "phase"), 0.54),
    ("memory", ("group", "phase", "family", "tier"), 0.12),
    ("memory", ("kin", "phase", "tier"), 0.097),
    ("memory", ("network",), 0.3),
    ("memory", ("mode", "kin"), 0.54),
    ("memory", ("network", "phase", "family", "tier"), 0.27),
    ("memory", ("mode", "phase", "family"), 0.041),
    ("memory", ("server",), 0.29),
    ("memory", ("ram",), 0.073),
    ("memory", ("chip",), 0.073),
    ("memory", ("kin",), 0.044),
    ("memory x bandwidth", _ALWAYS, 0.093),
    ("memory x bandwidth", ("family",), 0.031),
    ("memory x bandwidth", _BY_GROUP, 0.036),
    ("memory x bandwidth", ("mode",), 0.092),
    ("memory x bandwidth", _CONFIGURATION, 0.099),
    ("memory x size", ("group", "phase"), 0.029),
    ("memory x traffic", ("group", "phase"), 0.15),
    ("memory x weights", ("group", "phase"), 0.44),
    ("floor", _ALWAYS, 5.0),
    ("floor", ("trains", "tier"), 1.6),
    ("floor", ("group", "phase", "tier"), 0.54),
    ("floor", _BY_GROUP, 0.95),
    ("floor", ("network", "phase", "tier"), 0.27),
    ("floor", ("mode",), 0.57),
    ("floor", ("mode", "network"), 0.42),
    ("floor", ("chip",), 0.42),
    ("power", _ALWAYS, 2.3),
    ("power", ("family",), 0.25),
    ("attention", _ALWAYS, 2.4),
    ("attention", ("phase", "family"), 0.45),
    ("attention", ("mode", "phase"), 0.6),
    ("sync", _ALWAYS, 2.0),
    ("sync", _BY_GROUP, 0.7),
    ("sync", ("stack",), 0.5),
    ("sync", ("link",), 0.5),
    ("sync", ("chip",), 0.5),
    ("lookup", _ALWAYS, 0.5),
    ("lookup", ("trains", "tier"), 0.25),
    ("lookup", ("mode",), 0.53),
    ("lookup", ("family",), 0.13),
    ("lookup", ("chip",), 0.3),
    ("lookup", ("network",), 0.5),
    ("lookup", ("served",), 0.5),
    ("whole", ("gpu",), 0.021),
    ("whole", ("chip",), 0.012),
    ("whole", ("generation",), 0.047),
    ("whole", ("board",), 0.42),
    ("whole", ("board", "trains", "family"), 0.14),
    ("whole", ("chip", "trains", "family"), 0.013),
    ("whole", ("generation", "trains", "family"), 0.069),
    ("whole", ("ram", "group", "trains"), 0.058),
    ("whole", ("stack",), 0.1),
    ("whole", ("mode", "chip"), 0.046),
    ("whole", ("mode", "ram"), 0.013),
    ("whole", _CONFIGURATION, 0.063),
    ("whole", ("model", "mode", "chip"), 0.13),
    ("whole", ("row", "stack"), 0.073),
)
DOUBLINGS: tuple[tuple[Fields, float], ...] = ((_ALWAYS, 0.1), (("group", "phase"), 0.1), (("stack", "phase"), 0.1))

_OF_SOFTWARE = frozenset(("mode", "stack", "publisher", "model", "row", "server", "served"))
_OF_GPU = frozenset(("gpu", "chip", "generation", "ram", "board", "link"))
Key = tuple[str, Fields, tuple[str, ...]]
Sums = tuple[float, ...]  # of the effects on each of PARTS


def kin(name: str) -> str:
    found = re.match(r"[a-z]+", name)
    return found[0] if found else name


def chip(gpu: Gpu) -> str:
    return gpu.compute_capability or f"{gpu.vendor}:{gpu.architecture}"


_STACKED = frozenset(("6.0", "7.0", "8.0", "9.0", "10.0", "10.3"))  # NVIDIA's chips with HBM
_STACKED_GBS = 1100.0  # other makers' cards above this have HBM


def ram(gpu: Gpu) -> str:
    if gpu.memory_kind == "unified":
        return "unified"
    other = gpu.vendor != "NVIDIA" and gpu.bandwidth_gbs > _STACKED_GBS
    return "hbm" if (gpu.compute_capability or "") in _STACKED or other else "gddr"


def board(gpu: Gpu) -> str:
    return "low" if (gpu.tdp_w or LOW_WATTS + 1) <= LOW_WATTS else "high"


# W of board power for each FP32 TFLOPS of a card of this chip that is not held back (its fastest ones in the catalog)
_WATTS = {"6": 22.0, "7.0": 19.0, "7.2": 18.0, "7.5": 18.0, "8.0": 20.5, "8.6": 10.0, "8.7": 10.0, "8.9": 5.3,
          "9": 10.4, "10": 13.0, "12": 5.4}  # fmt: skip


def by_chip(table: dict[str, float], gpu: Gpu) -> float | None:
    """The value for the chip's compute capability, or for its generation."""
    capability = gpu.compute_capability or ""
    found = table.get(capability)
    return table.get(capability.split(".")[0]) if found is None else found


def starved(gpu: Gpu) -> float:
    """How far the power limit lies below what such a chip usually gets: 0 is not at all, 0.69 is half."""
    usual = by_chip(_WATTS, gpu)
    if not usual or not gpu.tdp_w or not gpu.fp32_tflops:
        return 0.0
    return max(0.0, -math.log(gpu.tdp_w / gpu.fp32_tflops / usual))


def figures(gpu: Gpu, peak_tflops: float) -> dict[str, float]:
    """What slopes multiply: logarithms of figures of the data sheet, about 0 at a card in the middle."""
    return {
        "peak": math.log(peak_tflops / 100.0),
        "bandwidth": math.log(gpu.bandwidth_gbs / 1000.0),
        "width": math.log((gpu.fp32_tflops or peak_tflops / 8.0) / 20.0),  # how many cores have to be kept busy
        "starved": starved(gpu),
    }


OF_NETWORK = {"size": (-4.5, 5.0), "traffic": (-2.0, 2.5), "weights": (-3.5, 2.0)}  # as far as was measured
_IMAGES = ("cnn", "vit")


def shapes(network: Network) -> dict[str, float]:
    """What slopes of a network multiply: logarithms of its multiply-adds, and of values written and weights for each of
    them; about 0 at ResNet-50, and 0 for all but networks that classify images, of which enough were measured to tell.
    """
    if GROUP[network.kind] not in _IMAGES or not (network.gmacs and network.activations_m and network.params_m):
        return dict.fromkeys(OF_NETWORK, 0.0)
    told = {
        "size": math.log(network.gmacs / 4.0),
        "traffic": math.log(network.activations_m / network.gmacs / 3.0),
        "weights": math.log(network.params_m / network.gmacs / 6.0),
    }
    return {name: min(max(told[name], least), most) for name, (least, most) in OF_NETWORK.items()}


def situation(network: Network, phase: str, family: str, tier: str, gpu: Gpu, nvlink: bool, by: Software) -> Situation:
    name = SAME.get(network.id, network.id)
    made = chip(gpu)
    trains = "T" if phase == "training" else "I"
    return Situation(
        name, kin(name), GROUP[network.kind], phase, trains, family, tier, *by,
        by.mode if network.kind == "transformer_decoder" else "", "triton" if by.served else "",
        gpu.id, made, made.split(".")[0], ram(gpu),
        board(gpu), "nvlink" if nvlink else "pcie",
    )  # fmt: skip


def part_of(name: str) -> str:
    """ "compute x peak" is an effect on "compute"."""
    return name.partition(" x ")[0]


def _side(name: str, fields: Fields) -> str:
    figure = name.partition(" x ")[2]
    if _OF_SOFTWARE.intersection(fields):
        return "software"
    return "gpu" if (figure and figure not in OF_NETWORK) or _OF_GPU.intersection(fields) else "network"


_SIDES: dict[str, list[tuple[int, str, str, Fields]]] = {"network": [], "gpu": [], "software": []}
for _name, _fields, _ in EFFECTS:
    _SIDES[_side(_name, _fields)].append((PARTS.index(part_of(_name)), _name, _name.partition(" x ")[2], _fields))


def side(effects: dict[Key, float], at: Situation, which: str, told: dict[str, float]) -> list[float]:
    """The sums, over one side of the situation, of the effects on each of PARTS; `told` has what slopes multiply."""
    sums = [0.0] * len(PARTS)
    for i, name, figure, fields in _SIDES[which]:
        found = effects.get((name, fields, tuple([getattr(at, f) for f in fields])))
        if found is not None:
            sums[i] += found * told[figure] if figure else found
    return sums
