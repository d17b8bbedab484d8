"""How fast a processor alone is: scaled from our own timings on one server processor (catalog/data/timings.csv)."""

from __future__ import annotations

from models.cost import (
    INFERENCE_TRAFFIC,
    TRAINING_FLOPS,
    TRAINING_TRAFFIC,
    activations,
    computing_weights,
    gathered,
    rivals,
    unit,
    unknown_size,
    unknown_work,
)
from models.decoder import Shape, shape, touched
from models.work import BITS, Cannot, Estimate, Work

# FP32 GFLOPS of one core. Timed: 85 (median of networks of 0.1 GMACs and more, ONNX Runtime 1.23, two cores of an AMD
# EPYC with AVX-512, November 2026). Assumed: 70 % of it where every core is busy, as clocks come down. The range has
# most of what was timed, and processors with half of it (AVX2 at low clocks, efficiency cores, other software)
TIMED_GFLOPS, ALL_CORES = 85.0, 0.7
CORE_GFLOPS = TIMED_GFLOPS * ALL_CORES
LOW, HIGH = 0.4, 1.7
INT8_GAIN = 2.0  # 3 was timed with AVX-512 VNNI; older processors gain less
MEMORY_SHARE = 0.6  # of the memory bandwidth (assumed)
LAST_CACHE = 16e6  # bytes of weights that stay in the caches from one step to the next (of 32 MB usual; assumed)
# Speech is written token by token: faster-whisper's README has Whisper small at 7.6 times real time on an i7-12700K
SPEECH_SHARE = 0.24
IN_CACHE = 0.75  # share of the activations that never leaves the caches
FLOOR = 2e-5  # seconds a step costs however small it is, as timed


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
        f"assumed: {CORE_GFLOPS:.0f} GFLOPS a core on {cores} cores ({ALL_CORES:.0%} of what was timed on two cores of "
        f"an AMD EPYC) and {MEMORY_SHARE:.0%} of {ram_bandwidth_gbs:g} GB/s; not measured on this processor",
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
    weights = 4.0 * computing_weights(work.network, gmacs)
    moved = moved * (1.0 - IN_CACHE) + max(0.0, weights - LAST_CACHE) + 4.0 * gathered(work.network) * items
    reached = peak * (SPEECH_SHARE if work.network.kind == "speech" else 1.0)
    reached *= INT8_GAIN if work.precision == "int8" else 1.0
    return work.batch / (FLOOR + flops / reached + moved / bandwidth)
