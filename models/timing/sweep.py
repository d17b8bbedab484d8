"""Times reference models at rising batches until memory or time run out."""
from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count as counting
from time import perf_counter

import onnxruntime as ort

from catalog.things import Timing
from models.reference import Counted, Reference, count, feeds
from models.timing import providers
from models.timing.machine import Machine, Meter
from models.timing.measure import FEWEST, Draw, Effort, durations, spread
from models.timing.providers import ORT_ERRORS, Bound, CannotTime, reason

_SPARE = 0.8  # of the memory that is available, on the processor, where taking too much ends the program
_OPENING = 2.5  # times its weights is what opening a model takes: drawn, as the session keeps them, and on the way
_LEAST_RUNS = 1 + FEWEST + 2 + 1  # to warm up, repeats, with copies, to give memory back


@dataclass(frozen=True)
class Settings:
    provider: str
    precisions: tuple[str, ...]
    batches: tuple[int, ...] = ()  # empty: 1, 2, 4, ... until memory or time run out
    effort: Effort = field(default_factory=Effort)


@dataclass(frozen=True)
class Missed:
    """What was not timed, and why."""

    reference: str
    precision: str
    batch: int
    reason: str

    def __str__(self) -> str:
        return f"{self.reference}, {self.precision}, batch {self.batch}: {self.reason}"


@dataclass(frozen=True)
class Progress:
    """`done` of `jobs` pairs of model and precision are finished; this one is under way."""

    done: int
    jobs: int
    reference: str
    precision: str
    batch: int


Result = Timing | Missed
Open = Callable[[Reference, str, str], ort.InferenceSession]


def jobs(references: Sequence[Reference], precisions: Sequence[str]) -> list[tuple[Reference, str]]:
    """Each model in each precision that it offers."""
    return [(reference, precision) for reference in references for precision in precisions
            if ("fp32" if precision == "tf32" else precision) in reference.precisions]


def time_all(
    references: Sequence[Reference], settings: Settings, machine: Machine, meter: Meter,
    tell: Callable[[Progress], None] = lambda progress: None, opened: Open = providers.opened,
) -> Iterator[list[Result]]:
    """The results of one model in one precision after the other."""
    todo = jobs(references, settings.precisions)
    for done, (reference, precision) in enumerate(todo):
        def say(batch: int, done: int = done, reference: Reference = reference, precision: str = precision) -> None:
            tell(Progress(done, len(todo), reference.id, precision, batch))

        yield time_one(reference, precision, settings, machine, meter, say, opened)


def time_one(
    reference: Reference, precision: str, settings: Settings, machine: Machine, meter: Meter,
    tell: Callable[[int], None] = lambda batch: None, opened: Open = providers.opened,
) -> list[Result]:
    """One model in one precision at every batch."""
    results: list[Result] = []
    idle = meter.idle_bytes()
    tell(settings.batches[0] if settings.batches else 1)
    start = perf_counter()
    try:
        counted = count(reference.build("fp16" if precision == "fp16" else "fp32"), reference.sizes)
        weights = counted.params * {"fp16": 2, "int8": 1}.get(precision, 4)
        _fits(weights * _OPENING, meter)
        session = opened(reference, precision, settings.provider)
    except ORT_ERRORS as error:
        return [Missed(reference.id, precision, 1, reason(error))]
    step, taken, before = 0.0, 0.0, 0
    opened_bytes = (meter.memory_bytes() or 0.0) - (idle or 0.0)
    for batch in settings.batches or (2**power for power in counting()):
        tell(batch)
        try:
            growth = batch / before if before else 1.0
            left = settings.effort.budget_s - (perf_counter() - start)
            if before and step * growth * _LEAST_RUNS > left:
                raise CannotTime(f"it would take longer than the {settings.effort.budget_s:g} s of a model")
            _fits(max(0.0, taken - opened_bytes) * (growth - 1), meter)
            timing = _timed(session, reference, precision, batch, counted, settings, machine, meter, idle)
        except ORT_ERRORS as error:
            results.append(Missed(reference.id, precision, batch, reason(error)))
            break
        results.append(timing)
        step, taken, before = batch / timing.items_per_s, (timing.memory_gb or 0.0) * 1e9, batch
    return results


def _fits(more_bytes: float, meter: Meter) -> None:
    available = meter.available_bytes()
    if available is not None and more_bytes > _SPARE * available:
        raise CannotTime("it does not fit in memory")


def _timed(
    session: ort.InferenceSession, reference: Reference, precision: str, batch: int, counted: Counted,
    settings: Settings, machine: Machine, meter: Meter, idle: float | None,
) -> Timing:
    effort = settings.effort
    graph = "fp32" if precision == "tf32" else precision
    bound = Bound(session, feeds(reference.inputs, reference.sizes, batch, graph), settings.provider)
    warm_up = len(durations(bound.run, effort.warm_up, effort.seconds / 4, effort.most_s / 4, fewest=1))
    draw = Draw(meter.power_w, meter.energy_j, meter.clock_mhz)
    taken = durations(bound.run, effort.repeats, effort.seconds, effort.most_s, between=draw.look)
    power, clock = draw.power_w(), draw.clock_mhz()
    used = meter.memory_bytes()
    copied: list[float] = []
    if settings.provider != "cpu":  # there the program's memory is the device's
        bound.run_with_copies()
        copied = durations(bound.run_with_copies, effort.repeats // 2, effort.seconds / 2, effort.most_s / 2, fewest=1)
    bound.give_back()
    step = spread(taken)
    sizes = ";".join(f"{name}={value}" for name, value in sorted(reference.sizes.items()))
    where = machine.gpu or re.sub(r"[^a-z0-9]+", "_", ",".join(machine.processor.lower().split(",")[:3])).strip("_")
    key = ".".join(filter(None, (where, settings.provider, reference.id, precision, f"b{batch}",
                                 re.sub(r"[^a-z0-9]+", "", sizes.lower()))))
    return Timing(
        id=key, reference=reference.id, network=reference.network, item=reference.item, gpu=machine.gpu or None,
        processor=machine.processor, provider=settings.provider, precision=precision, batch=batch, sizes=sizes,
        items_per_s=_round(batch / step.median), items_per_s_low=_round(batch / step.p90),
        items_per_s_high=_round(batch / step.p10),
        items_per_s_with_copies=_round(batch / spread(copied).median) if copied else None,
        memory_gb=None if used is None or idle is None or used <= idle else _round((used - idle) / 1e9),
        power_w=power and _round(power), clock_mhz=clock and _round(clock), layers=reference.layers,
        params_m=_round(counted.params / 1e6), gmacs=_round(counted.macs / 1e9),
        activations_m=_round(counted.activation_values / 1e6),
        driver=machine.driver, cuda=machine.cuda, cudnn=machine.cudnn, onnxruntime=ort.__version__,
        warm_up=warm_up, repeats=len(taken), day=date.today(),
        source=f"measured by `plainspec time --provider {settings.provider} --models {reference.id} "
               f"--precision {precision} --batches {batch}`",
        notes="; ".join(filter(None, (reference.composed, machine.notes))),
    )


def _round(value: float) -> float:
    """Five digits: more than any timing is good for."""
    return float(f"{value:.5g}")
