"""What a network costs on any machine: FLOPs and bytes for each item, and how items are counted. Pure."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from catalog.things import Network
from models.effects import GROUP
from models.work import Cannot, Work

# Times the forward pass: backward costs twice as much; LoRA needs no gradients of the frozen weights
TRAINING_FLOPS = {"full": 3.0, "lora": 2.0, "qlora": 2.0}
# A vocoder is trained against discriminators: HiFi-GAN's do 22.8 GMACs a second of audio to the generator's 26.4 (layer
# sizes of Kong et al. 2020, appendix A) and run 8 passes for its 3. Of pictures shown to a GAN, sizing counts the work
RIVALS = {"hifigan_v1": 3.6}
QLORA_SLOWDOWN = 1.4  # 4-bit weights are unpacked at every pass; assumed, from 1.3 to 1.75 reported
# Values moved for each activation a layer writes: inference writes it and reads it once at least; training also reads
# it backwards, and writes and reads its gradient. Frameworks move more, which lowers their fitted memory efficiency.
INFERENCE_TRAFFIC, TRAINING_TRAFFIC = 2.0, 5.0
# Operations and look-ups of networks, each with its source; a transformer's layer multiplies eight times (query, key,
# value, both products of attention, projection, two of the feed-forward part); others do about as many as an image
# classifier of middling size
OPERATIONS = Path(__file__).parent / "data" / "operations.csv"
LAYER_OPERATIONS, USUAL_OPERATIONS = 8.0, 100.0
# 10^6 values written for each GMAC where a network's own count is unknown. Convolutional: ResNet-50's 2.7 (timm).
# Others: about 14 values a token of width d for 12 d^2 multiply-adds, at widths usual for the group.
ACTIVATIONS_PER_GMAC = {"cnn": 2.7, "detector": 2.7, "diffusion": 0.5}
OTHER_ACTIVATIONS_PER_GMAC = 1.5


def activations(network: Network, gmacs: float) -> float:
    """Values that the layers write for one item forward, without those looked up, as published or as usual for the
    group."""
    if network.activations_m is not None:
        return network.activations_m * 1e6 - gathered(network)
    return gmacs * ACTIVATIONS_PER_GMAC.get(GROUP[network.kind], OTHER_ACTIVATIONS_PER_GMAC) * 1e6


@cache
def _counted() -> dict[str, tuple[float, float]]:
    """network -> (operations, values gathered for an item)."""
    with OPERATIONS.open(newline="", encoding="utf-8") as lines:
        return {r["network"]: (float(r["operations"]), float(r["gathered"] or 0)) for r in csv.DictReader(lines)}


def operations(network: Network) -> float:
    """Convolutions, products and look-ups that one pass forward runs one after another, as counted or as is usual."""
    counted = _counted().get(network.id)
    if counted is not None:
        return counted[0]
    if network.layers and GROUP[network.kind] in ("encoder", "vit"):
        return LAYER_OPERATIONS * network.layers + 1
    return USUAL_OPERATIONS


def gathered(network: Network) -> float:
    """Values looked up in embedding tables for one item."""
    return _counted().get(network.id, (0.0, 0.0))[1]


def rivals(network: Network) -> float:
    """Work of a training step in that of training the network by itself."""
    return RIVALS.get(network.id, 1.0)


def computing_weights(network: Network, gmacs: float) -> float:
    """Weights that a step reads. An embedding table is read where it is looked up, not swept: a weight that computes
    does a multiply-add for each item, so there are no more of them than multiply-adds."""
    return min((network.params_m or 0.0) * 1e6, gmacs * 1e9)


def unit(item: str) -> str:
    """ "image" -> "images/s", "second of audio" -> "seconds of audio/s"."""
    head, of, tail = item.partition(" of ")
    return f"{head}{'es' if head.endswith(('s', 'x', 'ch')) else 's'}{of}{tail}/s"


def unknown_size(work: Work) -> Cannot:
    return Cannot(
        f"the size of {work.network.name} is not published, so its speed cannot be worked out",
        "an open model of known size",
    )


def unknown_work(network: Network) -> Cannot:
    return Cannot(
        f"no published figure says how much work {network.name} does for one {network.item}",
        "a network of the same kind with published figures",
    )
