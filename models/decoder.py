"""Work of a transformer decoder (a language model): FLOPs, bytes and messages of one step. Pure.

Sources of the formulas: FLOPs a token 2 x active parameters forward and 6 x in training (Kaplan et al. 2020, "Scaling
laws for neural language models", section 2.1); attention 4 x layers x width x context a token forward (Chowdhery et al.
2022, "PaLM", appendix B: 12 x layers x width x length for forward and backward); KV cache 2 x layers x KV heads x head
size (Ainslie et al. 2023, "GQA"), where a layer with a window keeps only the last tokens (Beltagy et al. 2020,
"Longformer"); two all-reduces a layer in tensor parallelism (Shoeybi et al. 2019, "Megatron-LM").
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from catalog.things import Gpu, Network
from models.unknown import from_params


class Shape(NamedTuple):
    """What of a decoder decides its speed."""

    active: float  # parameters at work on one token
    total: float  # parameters
    layers: int
    hidden: int
    attention: float  # FLOPs a token forward for each token of context
    kv_bytes: float  # bytes of KV cache a token, FP16, in the layers that keep every token
    assumed: bool  # True: layers or width are typical ones for the size, not this model's own
    kv_windowed: float = 0.0  # bytes a token in the layers that keep only the last `window`
    window: float = 0.0

    def cache(self, tokens: float) -> float:
        """Bytes of KV cache of one sequence of `tokens`, FP16."""
        return self.kv_bytes * tokens + self.kv_windowed * min(tokens, self.window)


_known: dict[int, tuple[Network, Shape]] = {}  # by identity, which is far quicker than hashing the record


def shape(network: Network) -> Shape | None:
    """The decoder's shape, completed from open models of its size; None when not even its size is known."""
    found = _known.get(id(network))
    if found is not None and found[0] is network:
        return found[1]
    if not network.params_m:
        return None
    made = _shape(network)
    if len(_known) > 4096:
        _known.clear()
    _known[id(network)] = network, made
    return made


def _shape(network: Network) -> Shape:
    assert network.params_m is not None
    active = network.active_params_m or network.params_m
    like = network
    assumed = network.layers is None or network.hidden is None
    if assumed:
        like = from_params(network.params_m / 1e3)
    layers, hidden = like.layers or 1, like.hidden or 64
    heads = like.heads or max(1, hidden // 128)
    head_dim = like.head_dim or hidden // heads
    every = 4.0 * layers * (like.kv_heads or heads) * head_dim
    kv = network.kv_bytes_fp16 or every
    window = float(network.kv_window or 0)
    return Shape(
        active * 1e6,
        network.params_m * 1e6,
        layers,
        hidden,
        4.0 * layers * heads * head_dim,
        kv,
        assumed,
        max(every - kv, 0.0) if window else 0.0,
        window,
    )


def kv_bytes(network: Network, tokens: int = 1) -> float | None:
    """Bytes of KV cache for one token in FP16 (2 values x layers x KV heads x head size x 2 bytes, or as published),
    the mean over a sequence of `tokens`: with windowed layers a long one needs fewer a token."""
    found = shape(network)
    return found.cache(tokens) / tokens if found else None


def touched(of: Shape, tokens: float) -> float:
    """Parameters read in a step of `tokens` tokens: the active ones for one token, nearly all for many.

    Each token picks its experts afresh, so a weight goes unread with probability (1 - active share) ^ tokens; the
    shared layers are treated alike, which is exact for one token and for many.
    """
    share = of.active / of.total
    return of.total if share >= 1 else of.total * (1.0 - (1.0 - share) ** tokens)


# Effective bandwidth of one direction (GB/s) and latency of one all-reduce (s). Assumed: 70 % of the link's data sheet;
# NCCL all-reduces of small messages take about 10 us over NVLink and 30 us over PCIe through the host.
PCIE_GBS = {3: 11.0, 4: 22.0, 5: 44.0}
NVLINK_LATENCY, PCIE_LATENCY = 10e-6, 30e-6


@cache
def _pcie(generation: int | None) -> float:
    return PCIE_GBS.get(generation or 3, 44.0 if (generation or 3) > 5 else 11.0) * 1e9


def link(gpu: Gpu, nvlink: bool) -> tuple[float, float]:
    """(bytes a second one way, seconds of latency) between the GPUs of one box."""
    if nvlink and gpu.nvlink_gbs:
        return 0.35e9 * gpu.nvlink_gbs, NVLINK_LATENCY  # the data sheet counts both directions
    return _pcie(gpu.pcie_gen), PCIE_LATENCY


def talk(of: Shape, tokens: float, count: int, bandwidth: float, latency: float) -> float:
    """Seconds of tensor-parallel all-reduces in one forward pass of `tokens` tokens over `count` GPUs."""
    if count == 1:
        return 0.0
    message = tokens * of.hidden * 2.0
    return 2.0 * of.layers * (latency + 2.0 * (count - 1) / count * message / bandwidth)
