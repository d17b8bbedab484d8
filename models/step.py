"""What one step is made of: the seconds of each part if everything ran at the full rates of the data sheet. Pure.

- compute: FLOPs / dense peak. FLOPs are 2 x multiply-adds; training 3 times the forward pass (Kaplan et al. 2020).
- power: FLOPs x energy of one / board power. A chip that cannot feed its cores at full clock runs at this instead;
  `together` joins the two by a norm, which is nearly the larger of them.
- attention: the FLOPs of a language model's attention, which reaches a share of its own.
- memory: bytes / bandwidth: activations (2 moves each in inference, 5 in training), weights, KV cache.
- floor: what a step costs however small it is (launches, host): a nominal time, scaled by what was measured.
- sync: what several GPUs tell one another.
- lookup: rows of embedding tables gathered, at the bandwidth of the data sheet; behind a server, which keeps tables on
  the host, at that of the link.
"""

from __future__ import annotations

from typing import NamedTuple

from catalog.things import Gpu
from models.cost import (
    INFERENCE_TRAFFIC,
    TRAINING_FLOPS,
    TRAINING_TRAFFIC,
    activations,
    computing_weights,
    gathered,
    operations,
    rivals,
)
from models.decoder import Shape, link, talk, touched
from models.effects import by_chip
from models.peaks import Runs
from models.work import Work

# Energy of one FLOP, in units of the FP16 tensor FLOP of its chip, and that one in 1e-12 J: board power over sustained
# matrix products (about 100 TFLOPS at 300 W on V100, 270 at 400 W on A100, 700 at 700 W on H100); assumed for others
_ENERGY = {"half": 1.0, "fp8": 0.55, "int8": 0.5, "tf32": 2.0, "fp32": 4.5}
_JOULES = {"6": 4.0, "7.0": 2.6, "7.2": 2.2, "7.5": 2.2, "8.0": 1.2, "8.6": 1.9, "8.7": 1.6, "8.9": 1.2, "9": 0.9,
           "10": 0.8, "12": 1.2}  # fmt: skip
_OTHER_JOULES = 1.2
_USUAL_WATTS = 250.0  # where no board power is published
OPERATION_FLOOR, LAYER_FLOOR = 3e-5, 2e-5  # seconds, nominal
NORM = 3.0


class Parts(NamedTuple):
    """Seconds; `flops` of one GPU. They add up: a job is the sum of its steps' parts."""

    compute: float = 0.0
    power: float = 0.0
    attention: float = 0.0
    memory: float = 0.0
    floor: float = 0.0
    sync: float = 0.0
    lookup: float = 0.0

    def plus(self, other: Parts, times: float = 1.0) -> Parts:
        return Parts(*[a + times * b for a, b in zip(self, other, strict=True)])


def together(compute: float, power: float) -> float:
    """Seconds of arithmetic that needs `compute` at full clock and `power` at full board power."""
    return float((compute**NORM + power**NORM) ** (1.0 / NORM))


def _energy(flops: float, run: Runs, gpu: Gpu) -> float:
    """Seconds at the board's power."""
    joules = (by_chip(_JOULES, gpu) or _OTHER_JOULES) * 1e-12 * _ENERGY[run.family]
    return flops * joules / (gpu.tdp_w or _USUAL_WATTS)


def items(
    work: Work, gmacs: float, run: Runs, peak: float, gpu: Gpu, count: int, nvlink: bool, served: bool = False
) -> Parts:  # fmt: skip
    """One step of `work.batch` items on each GPU, for every network but language models. `peak` in FLOPS."""
    many = work.batch * work.size
    flops = 2e9 * gmacs * many
    moved = activations(work.network, gmacs) * many * run.value_bytes
    computing = computing_weights(work.network, gmacs)
    weights, floor, sync = computing * run.weight_bytes, OPERATION_FLOOR * operations(work.network), 0.0
    looked_up = gathered(work.network) * many * run.value_bytes
    if work.trains:
        flops *= TRAINING_FLOPS[work.method] * rivals(work.network)
        moved *= TRAINING_TRAFFIC * rivals(work.network)
        weights *= 3.0 if work.method == "full" else 2.0  # forward, backward, update
        floor, looked_up = 3.0 * floor, 3.0 * looked_up
        if count > 1:
            sync = _ring(computing * (2.0 if work.method == "full" else 0.02), gpu, count, nvlink)
    else:
        moved *= INFERENCE_TRAFFIC
    bandwidth = gpu.bandwidth_gbs * 1e9
    memory, lookup = (moved + weights) / bandwidth, looked_up / (link(gpu, False)[0] if served else bandwidth)
    return Parts(flops / peak, _energy(flops, run, gpu), 0.0, memory, floor, sync, lookup)


def _ring(gradient_bytes: float, gpu: Gpu, count: int, nvlink: bool) -> float:
    """Seconds of a ring all-reduce: 2 (n - 1) / n of the gradients."""
    wire, latency = link(gpu, nvlink)
    return 2.0 * (count - 1) / count * gradient_bytes / wire + latency * count


def learning(work: Work, of: Shape, run: Runs, peak: float, gpu: Gpu, count: int, nvlink: bool) -> Parts:
    """One training step of a language model on `work.batch` sequences a GPU."""
    length = work.context_tokens
    tokens = work.batch * length
    times = TRAINING_FLOPS[work.method]
    flops = tokens * 2.0 * of.active * times
    attention = tokens * of.attention * length / 2.0 * times  # causal: half of the context on average
    # full training also reads and writes gradients and both moments: about 2 x 16 bytes a parameter a step
    state = of.total * (32.0 if work.method == "full" else 2.0 * run.weight_bytes)
    sync = _ring(of.total * (6.0 if work.method == "full" else 0.02), gpu, count, nvlink) if count > 1 else 0.0
    return Parts(
        flops / peak, _energy(flops, run, gpu), attention / peak, state / (gpu.bandwidth_gbs * 1e9),
        3.0 * of.layers * LAYER_FLOOR, sync,
    )  # fmt: skip


def reading(
    prompts: float, prompt: float, of: Shape, run: Runs, peak: float, gpu: Gpu, count: int, nvlink: bool, alone: bool,
    at_once: float,
) -> Parts:  # fmt: skip
    """Reading `prompts` prompts of `prompt` tokens, tensor parallel, in passes of `at_once` tokens; several prompts
    share a pass, or each is read `alone`."""
    if not prompt:
        return Parts()
    wire, latency = link(gpu, nvlink)
    tokens = prompts * prompt
    passes = prompts * max(1.0, prompt / at_once) if alone else max(1.0, tokens / at_once)
    flops = tokens * 2.0 * of.active
    attention = tokens * of.attention * prompt / 2.0  # causal: half of the prompt on average
    read = passes * touched(of, min(prompt, at_once) if alone else at_once) * run.weight_bytes
    return Parts(
        flops / (peak * count), _energy(flops / count, run, gpu), attention / (peak * count),
        read / (gpu.bandwidth_gbs * 1e9 * count), passes * of.layers * LAYER_FLOOR,
        prompts * talk(of, prompt, count, wire, latency),
    )  # fmt: skip


def writing(users: int, context: float, of: Shape, run: Runs, peak: float, gpu: Gpu, count: int, nvlink: bool) -> Parts:
    """One token of each of `users` requests that stand at `context` tokens, tensor parallel."""
    wire, latency = link(gpu, nvlink)
    flops = users * 2.0 * of.active
    attention = users * of.attention * context
    moved = touched(of, users) * run.weight_bytes + users * of.cache(context)
    return Parts(
        flops / (peak * count), _energy(flops / count, run, gpu), attention / (peak * count),
        moved / (gpu.bandwidth_gbs * 1e9 * count), of.layers * LAYER_FLOOR, talk(of, users, count, wire, latency),
    )  # fmt: skip
