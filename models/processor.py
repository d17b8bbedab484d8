"""How fast a processor alone is. Assumed throughout, and labelled so: no measurement stands behind it yet."""

from __future__ import annotations

from models.cost import (
    INFERENCE_TRAFFIC,
    TRAINING_FLOPS,
    TRAINING_TRAFFIC,
    activations,
    computing_weights,
    rivals,
    unit,
    unknown_size,
    unknown_work,
)
from models.decoder import Shape, shape, touched
from models.work import BITS, Cannot, Estimate, Work

# Sustained FP32 GFLOPS of one core of today's AVX2 or AVX-512 processors (16 to 32 FLOPs a cycle twice over at 2.5 to
# 4 GHz, a third of it reached), and the share of the memory bandwidth that is reached
CORE_GFLOPS = 35.0
MEMORY_SHARE = 0.6
LOW, HIGH = 0.4, 2.0
# Speech is written token by token: faster-whisper's README has Whisper small at 7.6 times real time on an i7-12700K
SPEECH_SHARE = 0.4
IN_CACHE = 0.75  # share of the activations that never leaves the caches
FLOOR = 1e-3  # seconds a step costs however small it is


def cpu_throughput(work: Work, cores: int, ram_bandwidth_gbs: float) -> Estimate | Cannot:
    """Items (or tokens) a second on the processor alone."""
    network = work.network
    peak, bandwidth = cores * CORE_GFLOPS * 1e9, ram_bandwidth_gbs * 1e9 * MEMORY_SHARE
    if network.kind == "transformer_decoder":
        of = shape(network)
        if of is None:
            return unknown_size(work)
        value, counted = _tokens(work, of, peak, bandwidth), "tokens/s"
    elif network.gmacs is None:
        return unknown_work(network)
    else:
        value, counted = _items(work, network.gmacs, peak, bandwidth), unit(network.item)
    return Estimate(
        value,
        value * LOW,
        value * HIGH,
        counted,
        "assumed",
        f"assumed: {CORE_GFLOPS:g} GFLOPS a core on {cores} cores and {MEMORY_SHARE:.0%} of "
        f"{ram_bandwidth_gbs:g} GB/s; not measured",
    )


def _tokens(work: Work, of: Shape, peak: float, bandwidth: float) -> float:
    if work.phase != "inference":
        return peak / ((2.0 * of.active + of.attention * work.context_tokens / 2.0) * TRAINING_FLOPS[work.method])
    users, out, prompt = max(work.users, work.batch), max(work.output_tokens, 1), work.prompt_tokens
    bits = min(BITS[work.precision], work.network.native_bits or 32.0)
    reading = prompt * (2.0 * of.active + of.attention * prompt / 2.0) / peak
    context = prompt + out / 2.0
    moved = touched(of, users) * bits / 8 + users * of.cache(context)
    step = moved / bandwidth + users * (2.0 * of.active + of.attention * context) / peak
    return users * out / (users * reading + out * step)


def _items(work: Work, gmacs: float, peak: float, bandwidth: float) -> float:
    items = work.batch * work.size
    passes, traffic = 1.0, INFERENCE_TRAFFIC
    if work.trains:
        more = rivals(work.network)
        passes, traffic = TRAINING_FLOPS[work.method] * more, TRAINING_TRAFFIC * more
    flops = 2e9 * gmacs * items * passes
    moved = 4.0 * activations(work.network, gmacs) * items * traffic
    moved = moved * (1.0 - IN_CACHE) + 4.0 * computing_weights(work.network, gmacs)
    reached = peak * (SPEECH_SHARE if work.network.kind == "speech" else 1.0)
    return work.batch / (FLOOR + flops / reached + moved / bandwidth)
