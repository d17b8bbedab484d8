"""Is this machine enough for this need, how busy would it be, and why (not)?"""

from __future__ import annotations

from dataclasses import replace

from catalog.things import Catalog, Gpu
from models.estimate import cpu_throughput, serving, throughput
from models.measured import measured
from models.work import Cannot, Estimate, Serving, Work
from sizing import api, memory
from sizing.figures import Assessment, Figure, at_most, sure
from sizing.machines import Machine, exported, software
from sizing.money import price_gbp
from sizing.need import Demand, Need, Workload
from sizing.reasons import cpu_cores_needed, host_reasons, late, place_reasons, shortfall
from sizing.units import plain

MONTH_HOURS = 730.0
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


class Assessor:
    """Assesses many machines against one need; what depends on the GPU alone is worked out once for each."""

    def __init__(self, need: Need, catalog: Catalog) -> None:
        self.need, self.catalog = need, catalog
        self._gpu_parts: dict[tuple[str, int, bool], tuple[tuple[Figure, ...], tuple[str, ...]]] = {}
        self._jobs: dict[tuple[int, str, int, bool], tuple[Figure | None, list[str]]] = {}
        self._formats: dict[int, list[Work]] = {}
        self._batches: dict[tuple[int, str], list[tuple[Work, memory.Memory]]] = {}
        self._cores = max((cpu_cores_needed(w) for w in need.workloads), default=2)

    def fails(self, machine: Machine) -> bool:
        """Whether one job alone rules the machine out: a quick no, before all of it is assessed."""
        gpu = machine.gpu
        if gpu is None:
            return False
        key = (gpu.id, machine.count, machine.nvlink)
        if key in self._gpu_parts:
            return bool(self._gpu_parts[key][1])
        spare = self.spare_gb(gpu, machine.count)
        return any(self.job(w, gpu, machine.count, machine.nvlink, spare)[1] for w in self.need.workloads)

    def assess(self, machine: Machine) -> Assessment:
        if machine.offer is not None:
            return api.assess(machine, self.need, self.catalog)
        reasons = list(place_reasons(machine, self.need))
        if machine.gpu is not None:
            key = (machine.gpu.id, machine.count, machine.nvlink)
            if key not in self._gpu_parts:
                self._gpu_parts[key] = self.gpu_part(machine.gpu, machine.count, machine.nvlink)
            figures, why_not = self._gpu_parts[key]
        else:
            figures, why_not = self.cpu_part(machine)
        reasons += why_not
        reasons += host_reasons(machine, figures, self._cores)
        idle = (
            max(0.0, 1 - sum(f.month_share for f in figures))
            if figures and len(figures) == len(self.need.workloads)
            else None
        )
        return Assessment(machine, not reasons, tuple(reasons), figures, self.cost(machine, figures), idle)

    # --- parts ----------------------------------------------------------------------------------------------------

    def gpu_part(self, gpu: Gpu, count: int, nvlink: bool) -> tuple[tuple[Figure, ...], tuple[str, ...]]:
        figures: list[Figure] = []
        reasons: list[str] = []
        spare = self.spare_gb(gpu, count)
        for workload in self.need.workloads:
            figure, why_not = self.job(workload, gpu, count, nvlink, spare)
            reasons += why_not
            if figure is not None:
                figures.append(figure)
        if spare is not None and spare < 0 and len(figures) == len(self.need.workloads):
            room = memory.usable_gb(gpu) * count
            needed = room - spare * count * sum(not w.work.trains for w in self.need.workloads)
            reasons.append(
                f"running everything at once needs {plain(needed)} GB of GPU memory and {plain(room)} GB can be "
                "planned for"
            )
        if not reasons and len(figures) > 1 and sum(f.safe_share for f in figures) > 1:
            reasons.append("each job alone would do, but together they need more hours than there are")
        return tuple(figures), tuple(reasons)

    def spare_gb(self, gpu: Gpu, count: int) -> float | None:
        """What one card has left for each of several jobs that run at once, when each gets the least it needs; negative
        where that is too much together. None for a single job: it may have all there is."""
        running = [w for w in self.need.workloads if not w.work.trains]
        if len(running) < 2:
            return None
        left = memory.usable_gb(gpu)
        for workload in running:
            batches = self.batches(workload, workload.work)
            if batches:
                work, needs = batches[0]
                left -= memory.spread(needs, work, gpu, count).needed_gb / (count if memory.splits(work) else 1)
        return left / len(running)

    def job(
        self, workload: Workload, gpu: Gpu, count: int, nvlink: bool, spare: float | None
    ) -> tuple[Figure | None, list[str]]:
        """As `on_gpu`, worked out once."""
        key = (id(workload), gpu.id, count, nvlink)
        if key not in self._jobs:
            self._jobs[key] = self.on_gpu(workload, gpu, count, nvlink, spare)
        return self._jobs[key]

    def on_gpu(
        self, workload: Workload, gpu: Gpu, count: int, nvlink: bool, spare: float | None
    ) -> tuple[Figure | None, list[str]]:
        """How the workload does on these cards and why that is not enough, in the number format asked for or, where
        that falls short, in a wider one; training in the fastest of them, since rent is paid by the hour."""
        if (why := software(workload.work, gpu)) is not None:
            return None, [why]
        first: tuple[Figure | None, list[str]] | None = None
        best: Figure | None = None
        for work in self.formats(workload):
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

    def formats(self, workload: Workload) -> list[Work]:
        """The work in the number format asked for and in the wider ones, made once."""
        if id(workload) not in self._formats:
            work = workload.work
            wider = (WIDER_LANGUAGE if work.decoder else WIDER).get(work.precision, ())
            self._formats[id(workload)] = [work, *(replace(work, precision=p) for p in wider)]
        return self._formats[id(workload)]

    def tried(
        self, workload: Workload, work: Work, gpu: Gpu, count: int, nvlink: bool, spare: float | None
    ) -> Figure | Cannot | str:
        """The figure of one precision, or a sentence saying that it does not fit."""
        batches = self.batches(workload, work)
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
            least, asked = self.batches(workload, workload.work)[0]
            share = max(spare, 0.0) * (count if memory.splits(work) else 1)
            room = min(room, memory.spread(asked, least, gpu, count).needed_gb + share)
            if fits.needed_gb > room:
                return f"{workload.name} leaves too little GPU memory for the other jobs on {count}x {gpu.name}"
        if work.decoder and not work.trains:
            served = serving(work, gpu, count, nvlink)
            return served if isinstance(served, Cannot) else self.served(workload, served, fits, work)
        for larger, needs in reversed(batches):  # the largest batch that fits
            fits = memory.spread(needs, larger, gpu, count)
            if fits.needed_gb <= room:
                work = larger
                break
        tier = "optimised" if gpu.vendor == "NVIDIA" and exported(work) else ""
        speed = measured(work, gpu, count, self.catalog.timings) or throughput(work, gpu, count, nvlink, tier)
        if isinstance(speed, Cannot):
            return speed
        item_s = count * work.batch / sure(speed) if workload.demand.item_s is not None else None
        return self.paced(workload, speed, fits.needed_gb, fits.available_gb, item_s, work)

    def batches(self, workload: Workload, work: Work) -> list[tuple[Work, memory.Memory]]:
        """The work in batches of 1, 2, 4 ... up to its own, with the memory of each; empty when its size is not
        known."""
        key = id(workload), work.precision
        if key not in self._batches:
            sizes = (
                [work.batch]
                if work.decoder and not work.trains
                else sorted({2**power for power in range(work.batch.bit_length())} | {work.batch})
            )
            works = [work if n == work.batch else replace(work, batch=n) for n in sizes]
            self._batches[key] = [(w, needs) for w in works if (needs := memory.need(w)) is not None]
        return self._batches[key]

    def can_run(self, machine: Machine) -> bool:
        """Whether the usual software runs all of this on the machine at all."""
        return machine.gpu is None or all(software(w.work, machine.gpu) is None for w in self.need.workloads)

    def cpu_part(self, machine: Machine) -> tuple[tuple[Figure, ...], tuple[str, ...]]:
        figures: list[Figure] = []
        reasons: list[str] = []
        room = (machine.ram_gb or 0.0) * 0.75
        for workload in self.need.workloads:
            need = memory.need(replace(workload.work, batch=1) if not workload.work.decoder else workload.work)
            if need is None:
                reasons.append(f"the size of {workload.work.network.name} is not known, so it cannot be sized")
                continue
            cores, bandwidth = machine.cores or 1, machine.ram_bandwidth_gbs or 1.0
            speed = cpu_throughput(workload.work, cores, bandwidth)
            if isinstance(speed, Cannot):
                reasons.append(f"{workload.name}: {speed.reason}")
                continue
            if need.total > room:
                reasons.append(
                    f"{workload.name} needs {plain(need.total)} GB of memory and {plain(room)} GB can be planned for"
                )
            demand = workload.demand
            if demand.tokens_per_user is not None:
                wanted = demand.tokens_per_user * workload.work.users
                share = min(1.0, wanted / speed.value)
                month = workload.busy_hours / MONTH_HOURS
                figures.append(
                    Figure(
                        workload,
                        speed,
                        wanted,
                        None,
                        None,
                        need.total,
                        room,
                        None,
                        share,
                        share * month,
                        min(1.0, wanted / sure(speed)) * month,
                    )
                )
                one = cpu_throughput(replace(workload.work, output_tokens=1, users=1, batch=1), cores, bandwidth)
                if demand.first_token_s and isinstance(one, Estimate) and 1 / sure(one) > demand.first_token_s:
                    reasons.append(late(1 / sure(one), demand.first_token_s))
            else:
                item_s = workload.work.batch / sure(speed) if demand.item_s is not None else None
                figures.append(self.paced(workload, speed, need.total, room, item_s))
            reasons += shortfall(figures[-1])
        at_once = sum(f.needed_gb for f in figures if not f.workload.work.trains)
        if not reasons and at_once > room:
            reasons.append(
                f"running everything at once needs {plain(at_once)} GB of memory and {plain(room)} GB can "
                "be planned for"
            )
        if not reasons and len(figures) > 1 and sum(f.safe_share for f in figures) > 1:
            reasons.append("each job alone would do, but together they need more hours than there are")
        return tuple(figures), tuple(reasons)

    def served(self, workload: Workload, served: Serving, fits: memory.Fit, work: Work) -> Figure:
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
        self,
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

    def cost(self, machine: Machine, figures: tuple[Figure, ...]) -> float | None:
        if machine.kind == "owned":
            return 0.0
        price = price_gbp(machine.price, self.catalog.rates)
        if price is None or machine.kind == "system":
            return price
        return price * rent_hours(figures) * self.need.months


def rent_hours_at_least(need: Need) -> float:
    """Hours a month that any rented machine is needed for, however fast it is."""
    return max((w.busy_hours for w in need.workloads if w.demand.items is None), default=0.0)


def rent_hours(figures: tuple[Figure, ...]) -> float:
    """Hours a month a rented machine must be switched on."""
    hours = sum(at_most(f.run_hours) * f.workload.runs_per_month if f.run_hours else 0.0 for f in figures)
    running = max((f.workload.busy_hours for f in figures if f.run_hours is None), default=0.0)
    return min(MONTH_HOURS, hours + running)


def _faster(one: Figure, other: Figure) -> bool:
    return one.speed is not None and other.speed is not None and sure(one.speed) > sure(other.speed)
