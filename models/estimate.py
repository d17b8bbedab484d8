"""The one estimator, called from everywhere. Pure but for reading its coefficients once.

Seconds of one step = whole x (compute + attention + memory + floor + sync + lookup): each part takes its time at the
data sheet's full rates (models/step.py) times what published measurements show it to take beyond that
(models/effects.py). A sum, not a maximum, because layers of a network are bound by one or the other in turn. The range
is that of the fit's errors on GPUs, or networks, that it had not seen (models/fit.py). Nothing is ever promised beyond
the roofline (Williams et al. 2009): the dense peak and the bandwidth of the data sheet.

TTFT, time to first token: seconds from sending a prompt to its first answered token (reading the prompt, and waiting
for the prompts of others). TPOT, time per output token: seconds between one user's later tokens.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from catalog.things import Gpu, Network
from models import effects, step
from models.cost import QLORA_SLOWDOWN, computing_weights, unit, unknown_size, unknown_work
from models.decoder import Shape, shape, touched
from models.effects import PARTS, Software
from models.learnt import Learnt, shipped
from models.peaks import Runs, runs
from models.processor import cpu_throughput
from models.ranges import Range
from models.step import Parts
from models.work import Cannot, Estimate, Serving, Work

__all__ = ["cpu_throughput", "prefill_throughput", "serving", "throughput"]

MANY_GPUS = {True: 1.15, False: 1.35}  # widening of the range for several GPUs, with and without NVLink (assumed)
BORROWED = 1.6  # the same for makers and generations of which a handful was measured
UNPUBLISHED_RATIO = 30.0  # FLOPs for each byte of bandwidth, where no peak is published (assumed)
UNKNOWN_PEAK = 3.0  # the peak stands in for an unknown one: the truth may be this much above
# A language model's weights and cache come at 92 % of the data sheet's bandwidth at most, as a copy does (assumed)
LEAST_MEMORY = 1.08
NOBODY = Software()
# What 4-bit language models are usually run with, and were measured in
LLAMA_CPP = Software(mode="llama.cpp benchmarks: llama.cpp q4_k_m", stack="llama.cpp benchmarks: llama.cpp q4_k_m")


class Seconds(NamedTuple):
    """A step's parts as they are expected to be."""

    arithmetic: float
    attention: float
    memory: float
    floor: float
    sync: float
    lookup: float
    whole: float

    @property
    def total(self) -> float:
        return (self.arithmetic + self.attention + self.memory + self.floor + self.sync + self.lookup) * self.whole


class Rates(NamedTuple):
    """What each part's time at full rate is multiplied by, and the range of what follows."""

    times: tuple[float, ...]  # of PARTS
    range: Range
    most: float  # share of the dense peak that is promised at most

    def streaming(self) -> Rates:
        """The same where the bytes are counted exactly, so that they cannot come faster than memory gives them."""
        t = self.times
        return Rates((*t[:3], max(t[3], LEAST_MEMORY / t[7]), *t[4:]), self.range, self.most)

    def seconds(self, parts: Parts) -> Seconds:
        t = self.times
        return Seconds(
            step.together(parts.compute * t[0], parts.power * t[1]),
            parts.attention * t[2], parts.memory * t[3], parts.floor * t[4], parts.sync * t[5],
            parts.lookup * t[6], t[7],
        )  # fmt: skip


# (what the key stands for, sums); kept by identity, which is far quicker than hashing, so both are held on to
_sides: dict[tuple[object, ...], tuple[Learnt, Gpu, list[float]]] = {}


def _side(which: str, known: Learnt, at: effects.Situation, network: Network, gpu: Gpu, peak: float) -> list[float]:
    """`effects.side` with what it needs of the situation as its key, so that hundreds of GPUs are asked for quickly."""
    of_network = which == "network"
    key: tuple[object, ...] = (
        (id(known), at.network, *_told(network), at.group, at.phase, at.family, at.tier)
        if of_network
        else (id(known), id(gpu), at.group, at.phase, at.family, at.link)
    )
    found = _sides.get(key)
    if found is not None and found[0] is known and (of_network or found[1] is gpu):
        return found[2]
    sums = effects.side(known.effects, at, which, effects.shapes(network) if of_network else effects.figures(gpu, peak))
    if len(_sides) > 50_000:
        _sides.clear()
    _sides[key] = known, gpu, sums
    return sums


def _told(network: Network) -> tuple[float | None, float | None, float | None]:
    """What effects depend on beside its name, which stands for several sizes."""
    return network.gmacs, network.activations_m, network.params_m


_rates: dict[tuple[object, ...], tuple[Learnt, Gpu, Rates]] = {}


def rates(
    network: Network, phase: str, run: Runs, tier: str, gpu: Gpu, peak: float, count: int = 1, nvlink: bool = False,
    by: Software = NOBODY, known: Learnt | None = None,
) -> Rates:  # fmt: skip
    """The multipliers for a situation; `peak` in TFLOPS. `known`: other coefficients than the shipped ones."""
    known = known or shipped()
    named = (network.id, network.kind, *_told(network))
    key = (id(known), *named, phase, run.family, tier, id(gpu), peak, count, nvlink)
    if by is NOBODY:
        found = _rates.get(key)
        if found is not None and found[0] is known and found[1] is gpu:
            return found[2]
    made = _worked_out(network, phase, run, tier, gpu, peak, count, nvlink, by, known)
    if by is NOBODY:
        if len(_rates) > 50_000:
            _rates.clear()
        _rates[key] = known, gpu, made
    return made


def _worked_out(
    network: Network, phase: str, run: Runs, tier: str, gpu: Gpu, peak: float, count: int, nvlink: bool, by: Software,
    known: Learnt,
) -> Rates:  # fmt: skip
    at = effects.situation(network, phase, run.family, tier, gpu, nvlink, by)
    of_network, of_gpu = (_side(which, known, at, network, gpu, peak) for which in ("network", "gpu"))
    sums = [a + b for a, b in zip(of_network, of_gpu, strict=True)]
    if by is not NOBODY:
        of_software = effects.side(known.effects, at, "software", effects.figures(gpu, peak))
        sums = [a + b for a, b in zip(sums, of_software, strict=True)]
    if count > 1:
        more = sum(
            known.effects.get(("scale", fields, tuple([getattr(at, f) for f in fields])), 0.0)
            for fields, _ in effects.DOUBLINGS
        )
        sums[-1] += max(0.0, more) * math.log2(count)
    return Rates(tuple([math.exp(x) for x in sums]), known.range(at), known.most(at))


def _ranged(
    value: float, most: float, roof: float, wide: float, exact: bool, spread: Range, of_unit: str, gpu: Gpu
) -> Estimate:
    """The estimate, held under the most that is believed, with its range, held under the roof."""
    capability = gpu.compute_capability
    stranger = gpu.vendor != "NVIDIA" or bool(capability and len(capability) == 3 and capability < "6")
    if stranger:  # the measurements are of NVIDIA cards from Pascal (6.0) on, but for a handful
        wide *= BORROWED
    if value * spread.middle > most:
        value = most / spread.middle
    low = value * spread.low / wide
    high = value * spread.high * wide * (1.0 if exact else UNKNOWN_PEAK)
    value = min(value * spread.middle, roof)  # a rounding error may have put it above
    scaled = exact and spread.scaled and not stranger
    return Estimate(
        value,
        low if low < value else value,
        roof if high > roof else max(high, value),
        of_unit,
        "scaled" if scaled else "spec",
        f"scaled to the {gpu.name}'s data sheet from {spread.source}"
        if scaled
        else f"worked out from the {gpu.name}'s data sheet; what is reached of it: {spread.source}",
    )


def throughput(
    work: Work, gpu: Gpu, count: int = 1, nvlink: bool = False, tier: str = "", by: Software = NOBODY,
    known: Learnt | None = None,
) -> Estimate | Cannot:  # fmt: skip
    """Items a second of `work` on `count` of this GPU in one box; for language models tokens a second
    (training: tokens trained on; inference: tokens written for all users together).

    `tier` is the software: "framework" (PyTorch, TensorFlow, llama.cpp) or "optimised" (TensorRT, vLLM). By default
    language models are served by an optimised server and everything else runs in a framework.
    """
    run = runs(work.network, gpu, work.precision, work.trains)
    if isinstance(run, Cannot):
        return run
    if work.decoder:
        of = shape(work.network)
        if of is None:
            return unknown_size(work)
        if work.trains:
            return _train(work, of, run, gpu, count, nvlink, tier or "framework", by, known)
        server = _usual(work, of, run, gpu, count, nvlink, tier or "optimised", by, known)
        return server if isinstance(server, Cannot) else server.aggregate(work)
    return _items(work, run, gpu, count, nvlink, tier or "framework", by, known)


def _no_peak(work: Work, gpu: Gpu) -> Cannot:
    return Cannot(
        f"no peak for {work.precision.upper()} is published for the {gpu.name}, and bandwidth alone does not decide "
        f"how fast {work.network.name} runs",
        "a GPU whose peak is published",
    )


def _items(
    work: Work, run: Runs, gpu: Gpu, count: int, nvlink: bool, tier: str, by: Software, known: Learnt | None
) -> Estimate | Cannot:
    """Every network but the token-by-token ones."""
    network = work.network
    gmacs = network.gmacs
    if gmacs is None:
        return unknown_work(network)
    if run.tflops is None:
        return _no_peak(work, gpu)
    peak = run.tflops * 1e12
    phase = "training" if work.trains else "inference"
    use = rates(network, phase, run, tier, gpu, run.tflops, count, nvlink, by, known)
    parts = step.items(work, gmacs, run, peak, gpu, count, nvlink, by.served)
    seconds = use.seconds(parts).total
    wide = 1.25 if network.activations_m is None and not use.range.scaled else 1.0
    if work.method == "qlora" and work.trains:
        seconds *= QLORA_SLOWDOWN
        wide *= 1.2
    if count > 1:
        wide *= MANY_GPUS[nvlink]
    weights = computing_weights(network, gmacs) * run.weight_bytes / (gpu.bandwidth_gbs * 1e9)
    compute = max(parts.compute / (1.0 if run.exact else UNKNOWN_PEAK), 1e-12)
    items = float(count * work.batch)
    most, roof = items / max(compute / use.most, weights), items / max(compute, weights)
    return _ranged(items / seconds, most, roof, wide, run.exact, use.range, unit(network.item), gpu)


def _train(
    work: Work, of: Shape, run: Runs, gpu: Gpu, count: int, nvlink: bool, tier: str, by: Software, known: Learnt | None
) -> Estimate | Cannot:
    """Tokens a second trained on: the whole context of every sequence counts."""
    if run.tflops is None:
        return _no_peak(work, gpu)
    use = rates(work.network, "training", run, tier, gpu, run.tflops, count, nvlink, by, known)
    parts = step.learning(work, of, run, run.tflops * 1e12, gpu, count, nvlink)
    seconds = use.seconds(parts).total
    tokens = count * work.batch * work.context_tokens
    wide = 1.2 if of.assumed else 1.0
    if work.method != "full":
        wide *= 1.25
        if work.method == "qlora":
            seconds *= QLORA_SLOWDOWN
    if count > 1:
        wide *= MANY_GPUS[nvlink]
    least = (parts.compute + parts.attention) / (1.0 if run.exact else UNKNOWN_PEAK)
    roof = tokens / least
    return _ranged(tokens / seconds, use.most * roof, roof, wide, run.exact, use.range, "tokens/s", gpu)


READING_SPEED = 5.0  # tokens a second that a person reads (about 230 words a minute); sets how often users send prompts


class _Server(NamedTuple):
    """A language model served to `users` requests at once: each costs one reading of its prompt and a place in
    `output_tokens` writing steps. Seconds as expected, at the least that the data sheet allows, and at the least that
    is believed: at the share of the peak that was ever reached, and of the bandwidth that a copy reaches."""

    prompts: float  # reading all prompts
    prompt: float  # reading one that nobody shares a pass with
    step: float  # writing a token of each
    least_prompt: float
    least_step: float
    believed_prompt: float
    believed_step: float
    by_memory: bool  # what binds the step
    users: int
    use: Rates
    wide: float
    exact: bool
    gpu: Gpu

    def ranged(self, value: float, most: float, roof: float) -> Estimate:
        return _ranged(value, most, roof, self.wide, self.exact, self.use.range, "tokens/s", self.gpu)

    def aggregate(self, work: Work) -> Estimate:
        """Tokens a second of all requests."""
        out = max(work.output_tokens, 1)
        written = float(self.users * out)
        most = written / max(out * self.believed_step, self.users * self.believed_prompt)
        roof = written / max(out * self.least_step, self.users * self.least_prompt)
        return self.ranged(written / (self.prompts + out * self.step), most, roof)


def _usual(
    work: Work, of: Shape, run: Runs, gpu: Gpu, count: int, nvlink: bool, tier: str, by: Software, known: Learnt | None
) -> _Server | Cannot:
    """As it is usually run: 4-bit models in llama.cpp, but never slower than 8-bit weights would be in a server."""
    server = _server(work, of, run, gpu, count, nvlink, tier, by, known)
    if work.precision != "int4" or by is not NOBODY or isinstance(server, Cannot):
        return server
    eight = runs(work.network, gpu, "int8", False)
    if isinstance(eight, Cannot):
        return server
    slow = _server(work, of, run, gpu, count, nvlink, tier, LLAMA_CPP, known)
    most = _server(work, of, eight, gpu, count, nvlink, tier, by, known)
    assert isinstance(slow, _Server)
    assert isinstance(most, _Server)
    centre = server.use.range.middle  # is applied to whatever comes out, and llama.cpp's figures need none
    return server._replace(
        prompts=min(max(server.prompts, slow.prompts * centre), most.prompts),
        prompt=min(max(server.prompt, slow.prompt * centre), most.prompt),
        step=min(max(server.step, slow.step * centre), most.step),
    )


def _server(
    work: Work, of: Shape, run: Runs, gpu: Gpu, count: int, nvlink: bool, tier: str, by: Software, known: Learnt | None,
    phase: str = "decode",
) -> _Server | Cannot:  # fmt: skip
    users = max(work.users, work.batch)
    if run.tflops is None and users > 4:
        return _no_peak(work, gpu)
    # with no peak at all, a ratio of compute to bandwidth at the low end of published cards keeps prompts from being
    # free
    tflops = run.tflops or gpu.bandwidth_gbs * UNPUBLISHED_RATIO / 1e3
    peak = tflops * 1e12
    ceiling = 1.0 if run.tflops and run.exact else UNKNOWN_PEAK if run.tflops else math.inf
    use = rates(work.network, phase, run, tier, gpu, tflops, count, nvlink, by, known).streaming()
    prompt, context = work.prompt_tokens, work.prompt_tokens + work.output_tokens / 2.0
    # alone: no pass is shared, as when every prompt comes at a time of its own
    one = step.reading(1, prompt, of, run, peak, gpu, count, nvlink, True, by.reads)
    all_of_them = step.reading(users, prompt, of, run, peak, gpu, count, nvlink, False, by.reads)
    write = step.writing(users, context, of, run, peak, gpu, count, nvlink)
    written = use.seconds(write)
    moved = touched(of, users) * run.weight_bytes + users * of.cache(context)
    wide = (1.2 if of.assumed else 1.0) * (MANY_GPUS[nvlink] if count > 1 else 1.0)
    prompts = use.seconds(all_of_them).total
    streamed = moved / (gpu.bandwidth_gbs * 1e9 * count)
    read, computed = (one.compute + one.attention) / ceiling, (write.compute + write.attention) / ceiling
    return _Server(
        prompts,
        max(use.seconds(one).total, prompts / users),
        written.total,
        read,
        max(streamed, computed),
        read / use.most,
        max(streamed * LEAST_MEMORY, computed / use.most),
        written.memory >= written.arithmetic + written.attention,
        users,
        use,
        wide,
        run.exact and run.tflops is not None,
        gpu,
    )


def serving(work: Work, gpu: Gpu, count: int = 1, nvlink: bool = False, tier: str = "") -> Serving | Cannot:
    """TTFT, TPOT and aggregate tokens a second of a language model for `work.users` requests in flight.

    Users are taken to send their next prompt once they have read the answer (5 tokens a second); a prompt waits for
    others as in an M/D/1 queue (Pollaczek-Khinchine), never longer than for half of them.
    """
    if not work.decoder:
        return Cannot(
            f"{work.network.name} does not write token by token, so it has no first-token time", "items a second"
        )
    run = runs(work.network, gpu, work.precision, False)
    if isinstance(run, Cannot):
        return run
    of = shape(work.network)
    if of is None:
        return unknown_size(work)
    server = _usual(work, of, run, gpu, count, nvlink, tier or "optimised", NOBODY, None)
    if isinstance(server, Cannot):
        return server
    users, out = server.users, max(work.output_tokens, 1)
    busy = min(0.95, server.prompts * READING_SPEED / out)  # share of the time that prompts are read
    wait = server.prompt * min(busy / (2.0 * (1.0 - busy)), (users - 1) / 2.0)
    first = server.prompt + wait + server.step
    between = server.step + (users - 1) / users * server.prompts / out  # steps wait while others' prompts are read
    # TTFT and TPOT are turned round: a rate's high is a time's low
    most_first, least_first = server.believed_prompt + server.believed_step, server.least_prompt + server.least_step
    ttft = server.ranged(1.0 / first, 1.0 / most_first, 1.0 / least_first).inverse(1.0, "s")
    tpot = server.ranged(1.0 / between, 1.0 / server.believed_step, 1.0 / server.least_step).inverse(1.0, "s")
    return Serving(ttft, tpot, server.aggregate(work), "memory bandwidth" if server.by_memory else "compute")


def prefill_throughput(
    work: Work, gpu: Gpu, count: int = 1, nvlink: bool = False, tier: str = "", by: Software = NOBODY,
    known: Learnt | None = None,
) -> Estimate | Cannot:  # fmt: skip
    """Prompt tokens read a second by a language model, `work.batch` prompts after another."""
    run = runs(work.network, gpu, work.precision, False)
    if isinstance(run, Cannot):
        return run
    of = shape(work.network)
    if of is None:
        return unknown_size(work)
    if run.tflops is None:
        return _no_peak(work, gpu)
    if not work.prompt_tokens:
        return Cannot("there is no prompt to read")
    server = _server(work, of, run, gpu, count, nvlink, tier or "optimised", by, known, "prefill")
    if isinstance(server, Cannot):
        return server
    tokens = float(work.prompt_tokens)
    return server.ranged(tokens / server.prompt, tokens / server.believed_prompt, tokens / server.least_prompt)


assert PARTS[:-1] == Parts._fields, "an effect's place in Rates.times is its part's place in Parts"
