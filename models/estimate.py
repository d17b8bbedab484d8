"""The one estimator, called from everywhere. Pure but for reading its coefficients once.

Seconds of one step = launch floor + FLOPs / (dense peak x compute efficiency) + bytes / (bandwidth x memory
efficiency): a sum, not a maximum, because layers of a network are bound by one or the other in turn. The efficiencies
come from published measurements (models/efficiency.py, models/fit.py), the range from how far those measurements lie
from the formula. Nothing is ever promised beyond the roofline (Williams et al. 2009): the dense peak and the bandwidth
of the data sheet.

TTFT, time to first token: seconds from sending a prompt to its first answered token (reading the prompt, and waiting
for the prompts of others). TPOT, time per output token: seconds between one user's later tokens.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from catalog.things import Gpu
from models.cost import (
    INFERENCE_TRAFFIC,
    QLORA_SLOWDOWN,
    TRAINING_FLOPS,
    TRAINING_TRAFFIC,
    activations,
    computing_weights,
    unit,
    unknown_size,
    unknown_work,
)
from models.decoder import Shape, link, shape, talk, touched
from models.efficiency import BORROWED, GROUP, Efficiency, efficiency
from models.peaks import Runs, runs
from models.processor import cpu_throughput
from models.work import Cannot, Estimate, Serving, Work

__all__ = ["cpu_throughput", "prefill_throughput", "serving", "throughput"]

MANY_GPUS = {True: 1.15, False: 1.35}  # widening of the range for several GPUs, with and without NVLink (assumed)
UNPUBLISHED_RATIO = 30.0  # FLOPs for each byte of bandwidth, where no peak is published (assumed)
UNKNOWN_PEAK = 3.0  # the peak stands in for an unknown one: the truth may be this much above
STEP_LOSS = 0.03  # share of a training step lost for each doubling of GPUs besides the messages (stragglers, input)


def throughput(work: Work, gpu: Gpu, count: int = 1, nvlink: bool = False, tier: str = "") -> Estimate | Cannot:
    """Items a second of `work` on `count` of this GPU in one box; for language models tokens a second
    (training: tokens trained on; inference: tokens written for all users together).

    `tier` is the software: "framework" (PyTorch, TensorFlow, llama.cpp) or "optimised" (TensorRT, vLLM). By default
    language models are served by an optimised server and everything else runs in a framework.
    """
    runs_as = runs(work.network, gpu, work.precision, work.phase != "inference")
    if isinstance(runs_as, Cannot):
        return runs_as
    if work.network.kind == "transformer_decoder":
        of = shape(work.network)
        if of is None:
            return unknown_size(work)
        if work.phase != "inference":
            return _train_decoder(work, of, runs_as, gpu, count, nvlink, tier or "framework")
        parts = _parts(work, of, runs_as, gpu, count, nvlink, tier or "optimised")
        return parts if isinstance(parts, Cannot) else _aggregate(work, of, runs_as, gpu, count, nvlink, parts)
    return _step(work, runs_as, gpu, count, nvlink, tier or "framework")


def _ranged(value: float, roof: float, wide: float, exact: bool, eff: Efficiency, of_unit: str, gpu: Gpu) -> Estimate:
    """The estimate with its range, held under the roof."""
    capability = gpu.compute_capability
    if gpu.vendor != "NVIDIA" or (capability and len(capability) == 3 and capability < "6"):
        wide *= BORROWED  # the measurements are of NVIDIA cards from Pascal (6.0) on, but for a handful
        exact_source = False
    else:
        exact_source = exact and eff.basis == "scaled"
    low = value * eff.low / wide
    high = value * eff.high * wide * (1.0 if exact else UNKNOWN_PEAK)
    if value > roof:
        value = roof
    return Estimate(
        value,
        low if low < value else value,
        roof if high > roof else high,
        of_unit,
        "scaled" if exact_source else "spec",
        f"scaled to the {gpu.name}'s data sheet from {eff.source}"
        if exact_source
        else f"worked out from the {gpu.name}'s data sheet; shares of it: {eff.source}",
    )


def _no_peak(work: Work, gpu: Gpu) -> Cannot:
    return Cannot(
        f"no peak for {work.precision.upper()} is published for the {gpu.name}, and bandwidth alone does not decide "
        f"how fast {work.network.name} runs",
        "a GPU whose peak is published",
    )


def _step(work: Work, run: Runs, gpu: Gpu, count: int, nvlink: bool, tier: str) -> Estimate | Cannot:
    """Every network but the token-by-token ones."""
    network = work.network
    gmacs = network.gmacs
    if gmacs is None:
        return unknown_work(network)
    if run.tflops is None:
        return _no_peak(work, gpu)
    trains = work.phase != "inference"
    eff = efficiency(network.id, GROUP[network.kind], "training" if trains else "inference", run.family, tier)
    items = work.batch
    flops = 2e9 * gmacs * work.size * items
    wide = 1.25 if network.activations_m is None and eff.basis != "scaled" else 1.0
    moved = activations(network, gmacs) * work.size * items * run.value_bytes
    computing = computing_weights(network, gmacs)
    weights = computing * run.weight_bytes
    bandwidth = gpu.bandwidth_gbs * 1e9
    peak = run.tflops * 1e12
    if trains:
        flops *= TRAINING_FLOPS[work.method]
        moved *= TRAINING_TRAFFIC
        weights *= 3.0 if work.method == "full" else 2.0  # forward, backward, update
    else:
        moved *= INFERENCE_TRAFFIC
    seconds = eff.floor + flops / (peak * eff.compute) + (moved + weights) / (bandwidth * eff.memory)
    if work.method == "qlora" and trains:
        seconds *= QLORA_SLOWDOWN
        wide *= 1.2
    ceiling = peak if run.exact else peak * UNKNOWN_PEAK
    roof = count * items / max(flops / ceiling, weights / bandwidth, 1e-12)
    if count > 1:
        if trains:
            seconds = _together(seconds, computing * (2.0 if work.method == "full" else 0.02), gpu, count, nvlink)
        wide *= MANY_GPUS[nvlink]
    return _ranged(count * items / seconds, roof, wide, run.exact, eff, unit(network.item), gpu)


def _together(seconds: float, gradient_bytes: float, gpu: Gpu, count: int, nvlink: bool) -> float:
    """Seconds of a data-parallel training step: half of the gradient exchange (a ring: 2 (n-1)/n of the gradients)
    hides behind the backward pass, and each doubling of the GPUs loses a little more.
    """
    bandwidth, latency = link(gpu, nvlink)
    ring = 2.0 * (count - 1) / count * gradient_bytes / bandwidth + latency * count
    return seconds * (1.0 + STEP_LOSS * (count.bit_length() - 1)) + 0.5 * ring


def _train_decoder(
    work: Work, of: Shape, run: Runs, gpu: Gpu, count: int, nvlink: bool, tier: str
) -> Estimate | Cannot:
    """Tokens a second trained on: the whole context of every sequence counts."""
    if run.tflops is None:
        return _no_peak(work, gpu)
    eff = efficiency(work.network.id, "decoder", "training", run.family, tier)
    length = work.context_tokens
    tokens = work.batch * length
    forward = tokens * (2.0 * of.active + of.attention * length / 2.0)  # causal: half of the context on average
    flops = forward * TRAINING_FLOPS[work.method]
    peak, bandwidth = run.tflops * 1e12, gpu.bandwidth_gbs * 1e9
    # full training also reads and writes gradients and both moments: about 2 x 16 bytes a parameter a step
    state = of.total * (32.0 if work.method == "full" else 2.0 * run.weight_bytes)
    seconds = eff.floor * of.layers + flops / (peak * eff.compute) + state / (bandwidth * eff.memory)
    wide = 1.2 if of.assumed else 1.0
    if work.method != "full":
        wide *= 1.25
        if work.method == "qlora":
            seconds *= QLORA_SLOWDOWN
    if count > 1:
        seconds = _together(seconds, of.total * (6.0 if work.method == "full" else 0.02), gpu, count, nvlink)
        wide *= MANY_GPUS[nvlink]
    ceiling = peak if run.exact else peak * UNKNOWN_PEAK
    return _ranged(count * tokens / seconds, count * tokens / (flops / ceiling), wide, run.exact, eff, "tokens/s", gpu)


READING_SPEED = 5.0  # tokens a second that a person reads (about 230 words a minute); sets how often users send prompts


class _Serving(NamedTuple):
    """Seconds of the parts of serving, as fitted and at the least the data sheet allows."""

    reading: float  # one prompt
    step: float  # one decoding step of all requests
    least_reading: float
    least_step: float
    by_memory: bool  # what binds the step
    users: int
    decode: Efficiency
    prefill: Efficiency


def _parts(work: Work, of: Shape, run: Runs, gpu: Gpu, count: int, nvlink: bool, tier: str) -> _Serving | Cannot:
    """A server that shares its steps between requests: each request costs one reading of its prompt and one place in
    `output_tokens` decoding steps; tensor parallel over all GPUs of the box."""
    users = work.users if work.users > work.batch else work.batch
    if run.tflops is None and users > 4:
        return _no_peak(work, gpu)
    name = work.network.id
    decode = efficiency(name, "decoder", "decode", run.family, tier)
    prefill = efficiency(name, "decoder", "prefill", run.family, tier)
    bandwidth = gpu.bandwidth_gbs * 1e9 * count
    # with no peak at all, a ratio of compute to bandwidth at the low end of published cards keeps prompts from being
    # free
    peak = (run.tflops * 1e12 if run.tflops else gpu.bandwidth_gbs * 1e9 * UNPUBLISHED_RATIO) * count
    ceiling = (peak if run.exact else peak * UNKNOWN_PEAK) if run.tflops else math.inf
    wire, latency = link(gpu, nvlink)
    prompt, out = work.prompt_tokens, work.output_tokens

    reading = least_reading = 0.0
    if prompt:
        flops = prompt * (2.0 * of.active + of.attention * prompt / 2.0)  # causal: half of the prompt on average
        read = touched(of, prompt) * run.weight_bytes
        reading = (
            prefill.floor * of.layers
            + flops / (peak * prefill.compute)
            + read / (bandwidth * prefill.memory)
            + talk(of, prompt, count, wire, latency)
        )
        least_reading = flops / ceiling  # many prompts may share one reading of the weights

    context = prompt + out / 2.0
    moved = touched(of, users) * run.weight_bytes + users * of.cache(context)
    flops = users * (2.0 * of.active + of.attention * context)
    by_memory, by_compute = moved / (bandwidth * decode.memory), flops / (peak * decode.compute)
    step = decode.floor * of.layers + by_memory + by_compute + talk(of, users, count, wire, latency)
    least_step = max(moved / bandwidth, flops / ceiling)
    return _Serving(reading, step, least_reading, least_step, by_memory >= by_compute, users, decode, prefill)


def _wide(of: Shape, count: int, nvlink: bool) -> float:
    return (1.2 if of.assumed else 1.0) * (MANY_GPUS[nvlink] if count > 1 else 1.0)


def _aggregate(work: Work, of: Shape, run: Runs, gpu: Gpu, count: int, nvlink: bool, parts: _Serving) -> Estimate:
    """Tokens a second of all requests: every prompt is read once, and one step writes a token of each request."""
    users, out = parts.users, max(work.output_tokens, 1)
    seconds = users * parts.reading + out * parts.step
    least = max(out * parts.least_step, users * parts.least_reading)
    return _ranged(
        users * out / seconds,
        users * out / least,
        _wide(of, count, nvlink),
        run.exact and run.tflops is not None,
        parts.decode,
        "tokens/s",
        gpu,
    )


def serving(work: Work, gpu: Gpu, count: int = 1, nvlink: bool = False, tier: str = "") -> Serving | Cannot:
    """TTFT, TPOT and aggregate tokens a second of a language model for `work.users` requests in flight.

    Users are taken to send their next prompt once they have read the answer (5 tokens a second); a prompt waits for
    others as in an M/D/1 queue (Pollaczek-Khinchine), never longer than for half of them.
    """
    if work.network.kind != "transformer_decoder":
        return Cannot(
            f"{work.network.name} does not write token by token, so it has no first-token time", "items a second"
        )
    run = runs(work.network, gpu, work.precision, False)
    if isinstance(run, Cannot):
        return run
    of = shape(work.network)
    if of is None:
        return unknown_size(work)
    parts = _parts(work, of, run, gpu, count, nvlink, tier or "optimised")
    if isinstance(parts, Cannot):
        return parts
    users, out = parts.users, max(work.output_tokens, 1)
    busy = min(0.95, users * parts.reading * READING_SPEED / out)  # share of the time that prompts are read
    wait = parts.reading * min(busy / (2.0 * (1.0 - busy)), (users - 1) / 2.0)
    first = parts.reading + wait + parts.step
    between = parts.step + (users - 1) * parts.reading / out  # steps wait while the prompts of others are read
    exact, wide = run.exact and run.tflops is not None, _wide(of, count, nvlink)
    # TTFT and TPOT are turned round: a rate's high is a time's low
    tpot = _ranged(1.0 / between, 1.0 / parts.least_step, wide, exact, parts.decode, "tokens/s", gpu).inverse(1.0, "s")
    ttft = _ranged(
        1.0 / first, 1.0 / (parts.least_reading + parts.least_step), wide, exact, parts.prefill, "tokens/s", gpu
    )
    return Serving(
        ttft.inverse(1.0, "s"),
        tpot,
        _aggregate(work, of, run, gpu, count, nvlink, parts),
        "memory bandwidth" if parts.by_memory else "compute",
    )


def prefill_throughput(work: Work, gpu: Gpu, count: int = 1, nvlink: bool = False, tier: str = "") -> Estimate | Cannot:
    """Prompt tokens read a second by a language model, `work.batch` prompts after another."""
    run = runs(work.network, gpu, work.precision, False)
    if isinstance(run, Cannot):
        return run
    of = shape(work.network)
    if of is None:
        return unknown_size(work)
    parts = _parts(work, of, run, gpu, count, nvlink, tier or "optimised")
    if isinstance(parts, Cannot):
        return parts
    if run.tflops is None or not work.prompt_tokens:
        return _no_peak(work, gpu) if run.tflops is None else Cannot("there is no prompt to read")
    return _ranged(
        work.prompt_tokens / parts.reading,
        work.prompt_tokens / parts.least_reading,
        _wide(of, count, nvlink),
        run.exact,
        parts.prefill,
        "tokens/s",
        gpu,
    )
