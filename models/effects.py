"""What a data sheet does not say: how much longer each part of a step takes than the data sheet's full rates, learnt
from published measurements (models/fit.py) as a sum of small effects, each of something that situations share.

A part's time is its time at full rate x exp(the sum of its effects). An effect belongs to the values of some fields of
the situation (`EFFECTS`), or is a slope on a figure of the GPU (`SLOPES`). What was never measured has no effect: a new
network gets those of its group, a new GPU those of its architecture. `data/effects.csv` holds them all.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from catalog.things import Gpu, Network

PARTS = ("compute", "power", "attention", "memory", "floor", "sync", "whole")

# Kind of network -> group whose effects are shared
GROUP = {
    "cnn": "cnn", "deconvolutional": "cnn", "dcign": "cnn", "detector": "detector", "unet": "unet", "gan": "gan",
    "vit": "vit", "transformer_encoder": "encoder", "transformer_decoder": "decoder", "rnn": "recurrent",
    "lstm": "recurrent", "gru": "recurrent", "diffusion": "diffusion", "video_diffusion": "diffusion",
    "speech": "speech", "tts": "tts", "recommender": "recommender", "time_series": "encoder", "feedforward": "dense",
    "boltzmann": "dense", "autoencoder": "dense", "vae": "dense", "boosted_trees": "dense",
}  # fmt: skip
# One network under two names: NVIDIA's UNet_Medical is Ronneberger's U-Net without padding
SAME = {"unet_2d": "unet_medical"}


class Software(NamedTuple):
    """What ran a published measurement; empty for a client, who gets what software usually does."""

    mode: str = ""  # "timm:dynamo": the publisher and how the network is run
    stack: str = ""  # the same with its version
    publisher: str = ""
    model: str = ""  # the row's own words for the network, task and precision
    row: str = ""  # `model` with batch and lengths


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
    gpu: str
    chip: str  # CUDA compute capability, or maker and architecture
    ram: str  # hbm, gddr, unified
    board: str  # "low": a board of at most LOW_WATTS, which keeps all its clocks down; "high"
    link: str  # nvlink, pcie


Fields = tuple[str, ...]
_ALWAYS: Fields = ()
_NETWORK: tuple[tuple[Fields, float], ...] = (
    (_ALWAYS, 5.0), (("trains", "family", "tier"), 0.7), (("trains", "tier"), 0.5),
    (("group", "phase", "family", "tier"), 0.4), (("group", "phase"), 0.5), (("network",), 0.2),
    (("network", "phase", "family", "tier"), 0.1), (("mode", "phase", "family"), 0.25),
    (("kin", "phase", "tier"), 0.2), (("mode", "kin"), 0.15),
)  # fmt: skip
LOW_WATTS = 100.0
# (part, fields, standard deviation that is expected of such effects)
EFFECTS: tuple[tuple[str, Fields, float], ...] = (
    *(("compute", *effect) for effect in _NETWORK),
    ("compute", ("family", "chip"), 0.1),
    *(("memory", *effect) for effect in _NETWORK),
    ("compute", ("server",), 0.3),
    ("memory", ("server",), 0.5),
    ("memory", ("ram",), 0.1),
    ("memory", ("chip",), 0.2),
    ("floor", _ALWAYS, 5.0),
    ("floor", ("trains", "tier"), 0.7),
    ("floor", ("group", "phase", "tier"), 0.4),
    ("floor", ("group", "trains"), 0.4),
    ("floor", ("network", "phase", "tier"), 0.8),  # how many layers there are to launch is the network's own
    ("floor", ("mode",), 0.6),
    ("floor", ("mode", "network"), 0.4),
    ("floor", ("chip",), 0.1),
    ("power", _ALWAYS, 0.4),
    ("power", ("family",), 0.3),
    ("attention", _ALWAYS, 3.0),
    ("attention", ("phase", "family"), 0.5),
    ("attention", ("mode", "phase"), 1.5),
    ("sync", _ALWAYS, 2.0),
    ("sync", ("group", "trains"), 0.7),
    ("sync", ("stack",), 0.5),
    ("sync", ("link",), 0.5),
    ("sync", ("chip",), 0.5),
    # Small: what a GPU keeps for itself says nothing of the next one
    ("whole", ("gpu",), 0.06),
    ("whole", ("gpu", "publisher", "trains"), 0.06),
    ("whole", ("gpu", "group", "trains", "family"), 0.06),
    ("whole", ("gpu", "stack", "family"), 0.05),
    ("whole", ("chip",), 0.05),
    ("whole", ("board",), 0.3),
    ("whole", ("board", "trains", "family"), 0.1),
    ("whole", ("chip", "trains", "family"), 0.06),
    ("whole", ("chip", "group", "trains"), 0.05),
    ("whole", ("ram", "group", "trains"), 0.06),
    ("whole", ("stack",), 0.06),
    ("whole", ("stack", "network"), 0.04),
    ("whole", ("model", "mode"), 0.15),
    ("whole", ("model", "mode", "chip"), 0.06),
    ("whole", ("row", "stack"), 0.08),
)
# (part, figure of the GPU, standard deviation of the slope); `doublings` is of the number of GPUs
SLOPES: tuple[tuple[str, str, float], ...] = (
    ("compute", "peak", 0.2),
    ("compute", "starved", 0.2),
    ("memory", "bandwidth", 0.2),
)
DOUBLINGS: tuple[tuple[Fields, float], ...] = ((_ALWAYS, 0.1), (("group", "phase"), 0.1), (("stack", "phase"), 0.1))

_OF_SOFTWARE = frozenset(("mode", "stack", "publisher", "model", "row", "server"))
_OF_GPU = frozenset(("gpu", "chip", "ram", "board", "link"))
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
    return {
        "peak": math.log(peak_tflops / 100.0),
        "bandwidth": math.log(gpu.bandwidth_gbs / 1000.0),
        "starved": starved(gpu),
    }


def situation(network: Network, phase: str, family: str, tier: str, gpu: Gpu, nvlink: bool, by: Software) -> Situation:
    name = SAME.get(network.id, network.id)
    trains = "T" if phase == "training" else "I"
    return Situation(
        name, kin(name), GROUP[network.kind], phase, trains, family, tier, *by,
        by.mode if network.kind == "transformer_decoder" else "", gpu.id, chip(gpu), ram(gpu),
        "low" if (gpu.tdp_w or LOW_WATTS + 1) <= LOW_WATTS else "high", "nvlink" if nvlink else "pcie",
    )  # fmt: skip


def _side(fields: Fields) -> str:
    if _OF_SOFTWARE.intersection(fields):
        return "software"
    return "gpu" if _OF_GPU.intersection(fields) else "network"


_SIDES: dict[str, list[tuple[int, str, Fields]]] = {"network": [], "gpu": [], "software": []}
for _part, _fields, _ in EFFECTS:
    _SIDES[_side(_fields)].append((PARTS.index(_part), _part, _fields))


def side(effects: dict[Key, float], at: Situation, which: str) -> list[float]:
    """The sums, over one side of the situation, of the effects on each of PARTS."""
    sums = [0.0] * len(PARTS)
    for i, part, fields in _SIDES[which]:
        sums[i] += effects.get((part, fields, tuple([getattr(at, f) for f in fields])), 0.0)
    return sums


def slopes(effects: dict[Key, float], gpu: Gpu, peak_tflops: float) -> list[float]:
    sums = [0.0] * len(PARTS)
    of_gpu = figures(gpu, peak_tflops)
    for part, name, _ in SLOPES:
        sums[PARTS.index(part)] += effects.get((part, ("slope", name), ()), 0.0) * of_gpu[name]
    return sums
