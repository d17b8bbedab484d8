"""How one job of a need does on a set of cards, and why that is not enough."""

from __future__ import annotations

from dataclasses import replace

from catalog.things import Catalog, Gpu
from models.estimate import serving, throughput
from models.measured import measured
from models.work import Cannot, Estimate, Serving, Work
from sizing import memory
from sizing.figures import MONTH_HOURS, Figure, at_most, sure
from sizing.machines import exported, software
from sizing.need import Demand, Workload
from sizing.reasons import shortfall
from sizing.units import plain

# Who allows a narrow number format allows a wider one as well, where that is faster or the card lacks the narrow one
WIDER = {
    "int4": ("int8", "fp16", "tf32", "fp32"),
    "int8": ("fp16", "tf32", "fp32"),
    "fp8": ("fp16", "tf32", "fp32"),
    "fp16": ("tf32", "fp32"),
    "bf16": ("tf32", "fp32"),
    "tf32": ("fp32",),
}
WIDER_LANGUAGE = {"int4": ("fp16",), "int8": ("fp16",), "fp8": ("fp16",)}


class Jobs:
    """The jobs of a need, and of its other versions where an assumption is changed: what is the same in two of them is
    worked out once."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._workloads: list[Workload] = []  # kept: what follows goes by their ids, and those of their parts
        self._on_gpu: dict[tuple[int, str, int, bool, float | None], tuple[Figure | None, list[str]]] = {}
        self._formats: dict[int, list[Work]] = {}
        self._batches: dict[int, tuple[Work, list[tuple[Work, memory.Memory]]]] = {}
        self._speeds: dict[tuple[int, str, int, bool], Estimate | Cannot] = {}

    def same(self, workload: Workload) -> Workload:
        """The workload, or its equal that is known by now; of one that is new, the known equal of its work."""
        for known in self._workloads:
            if known == workload:
                return known
        for known in self._workloads:
            if known.work == workload.work:
                workload = replace(workload, work=known.work)
                break
        self._workloads.append(workload)
        return workload

    def on_gpu(
        self, workload: Workload, gpu: Gpu, count: int, nvlink: bool, spare: float | None
    ) -> tuple[Figure | None, list[str]]:
        """How the workload (as `same` gave it) does on these cards and why that is not enough, in the number format
        asked for or, where that falls short, in a wider one; training in the fastest of them, since rent is paid by the
        hour. `spare`: GB that one card has left for it when others run beside it."""
        key = id(workload), gpu.id, count, nvlink, spare
        if key not in self._on_gpu:
            self._on_gpu[key] = self._worked_out(workload, gpu, count, nvlink, spare)
        return self._on_gpu[key]

    def _worked_out(
        self, workload: Workload, gpu: Gpu, count: int, nvlink: bool, spare: float | None
    ) -> tuple[Figure | None, list[str]]:
        if (why := software(workload.work, gpu)) is not None:
            return None, [why]
        first: tuple[Figure | None, list[str]] | None = None
        best: Figure | None = None
        for work in self._in_formats(workload.work):
            got = self.tried(workload, work, gpu, count, nvlink, spare)
            if isinstance(got, Figure):
                reasons = shortfall(got)
                if not reasons and (best is None or _faster(got, best)):
                    best = got
                if best is not None and not work.trains:
                    return best, []
                if first is None or first[0] is None:
                    first = got, reasons
            elif first is None:
                first = None, [f"{workload.name}: {got.reason}" if isinstance(got, Cannot) else got]
            if isinstance(got, str):
                break  # it does not fit, and a wider format needs more
        assert first is not None
        return (best, []) if best is not None else first

    def _in_formats(self, work: Work) -> list[Work]:
        """The work in the number format asked for and in the wider ones, made once."""
        if id(work) not in self._formats:
            wider = (WIDER_LANGUAGE if work.decoder else WIDER).get(work.precision, ())
            self._formats[id(work)] = [work, *(replace(work, precision=p) for p in wider)]
        return self._formats[id(work)]

    def tried(
        self, workload: Workload, work: Work, gpu: Gpu, count: int, nvlink: bool, spare: float | None
    ) -> Figure | Cannot | str:
        """The figure of one precision, or a sentence saying that it does not fit."""
        batches = self.batches(work)
        if not batches:
            return f"the size of {work.network.name} is not known, so it cannot be sized"
        fits = memory.spread(batches[0][1], work, gpu, count)
        if not fits.fits:
            return (
                f"{workload.name} needs {plain(fits.needed_gb)} GB of GPU memory; {plain(fits.available_gb)} GB can "
                f"be planned for on {count}x {gpu.name}"
            )
        room = fits.available_gb
        if (
            spare is not None and not work.trains
        ):  # others run beside it: what it needs at least, and its share of the rest
            least, asked = self.batches(workload.work)[0]
            share = max(spare, 0.0) * (count if memory.splits(work) else 1)
            room = min(room, memory.spread(asked, least, gpu, count).needed_gb + share)
            if fits.needed_gb > room:
                return f"{workload.name} leaves too little GPU memory for the other jobs on {count}x {gpu.name}"
        if work.decoder and not work.trains:
            served = serving(work, gpu, count, nvlink)
            if isinstance(served, Cannot):
                return served
            if workload.demand.items is not None:  # a pile, in tokens: nobody waits for the first
                return paced(workload, served.aggregate, fits.needed_gb, fits.available_gb, None, work)
            return _served(workload, served, fits, work)
        for larger, needs in reversed(batches):  # the largest batch that fits
            fits = memory.spread(needs, larger, gpu, count)
            if fits.needed_gb <= room:
                work = larger
                break
        speed = self._speed(work, gpu, count, nvlink)
        if isinstance(speed, Cannot):
            return speed
        item_s = count * work.batch / sure(speed) if workload.demand.item_s is not None else None
        return paced(workload, speed, fits.needed_gb, fits.available_gb, item_s, work)

    def _speed(self, work: Work, gpu: Gpu, count: int, nvlink: bool) -> Estimate | Cannot:
        key = id(work), gpu.id, count, nvlink
        if key not in self._speeds:
            tier = "optimised" if gpu.vendor == "NVIDIA" and exported(work) else ""
            timed = measured(work, gpu, count, self._catalog.timings)
            self._speeds[key] = timed or throughput(work, gpu, count, nvlink, tier)
        return self._speeds[key]

    def batches(self, work: Work) -> list[tuple[Work, memory.Memory]]:
        """The work in batches of 1, 2, 4 ... up to its own, with the memory of each; empty when its size is not
        known."""
        if id(work) not in self._batches:
            sizes = (
                [work.batch]
                if work.decoder and not work.trains
                else sorted({2**power for power in range(work.batch.bit_length())} | {work.batch})
            )
            works = [work if n == work.batch else replace(work, batch=n) for n in sizes]
            self._batches[id(work)] = work, [(w, needs) for w in works if (needs := memory.need(w)) is not None]
        return self._batches[id(work)][1]


def _served(workload: Workload, served: Serving, fits: memory.Fit, work: Work) -> Figure:
    wanted = (workload.demand.tokens_per_user or 0.0) * workload.work.users
    share = min(1.0, wanted / served.aggregate.value)
    month = share * workload.busy_hours / MONTH_HOURS
    safe = min(1.0, wanted / sure(served.aggregate)) * workload.busy_hours / MONTH_HOURS
    return Figure(
        workload,
        served.aggregate,
        wanted,
        served,
        None,
        fits.needed_gb,
        fits.available_gb,
        None,
        share,
        month,
        safe,
        work,
    )


def paced(
    workload: Workload,
    speed: Estimate,
    needed: float,
    available: float,
    item_s: float | None,
    work: Work | None = None,
) -> Figure:
    demand: Demand = workload.demand
    if demand.items is not None:
        hours = speed.inverse(demand.items / 3600, "hours")
        month = hours.value * workload.runs_per_month / MONTH_HOURS
        safe = at_most(hours) * workload.runs_per_month / MONTH_HOURS
        wanted = demand.items / (demand.hours * 3600) if demand.hours else None
        share = min(1.0, hours.value / demand.hours) if demand.hours else 1.0
        return Figure(workload, speed, wanted, None, hours, needed, available, item_s, share, month, safe, work)
    rate = demand.rate or 0.0
    share, hours_share = min(1.0, rate / speed.value), workload.busy_hours / MONTH_HOURS
    return Figure(
        workload,
        speed,
        rate,
        None,
        None,
        needed,
        available,
        item_s,
        share,
        share * hours_share,
        rate / sure(speed) * hours_share,
        work,
    )


def _faster(one: Figure, other: Figure) -> bool:
    return one.speed is not None and other.speed is not None and sure(one.speed) > sure(other.speed)
