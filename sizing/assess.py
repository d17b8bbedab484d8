"""Is this machine enough for this need, how busy would it be, and why (not)?"""

from __future__ import annotations

from dataclasses import replace

from catalog.things import Catalog, Gpu
from models.estimate import cpu_throughput
from models.work import Cannot, Estimate
from sizing import api, memory
from sizing.figures import MONTH_HOURS, Assessment, Figure, at_most, sure
from sizing.jobs import Jobs, paced
from sizing.machines import Machine, software
from sizing.money import price_gbp
from sizing.need import Need
from sizing.reasons import cpu_cores_needed, host_reasons, late, place_reasons, shortfall
from sizing.units import plain


class Assessor:
    """Assesses many machines against one need; what depends on the GPU alone is worked out once for each. `like` is one
    for another version of the same need: what it worked out about its jobs is used again."""

    def __init__(self, need: Need, catalog: Catalog, like: Assessor | None = None) -> None:
        self.jobs: Jobs = like.jobs if like is not None else Jobs(catalog)
        self.need = replace(need, workloads=tuple(self.jobs.same(w) for w in need.workloads))
        self.catalog = catalog
        self._gpu_parts: dict[tuple[str, int, bool], tuple[tuple[Figure, ...], tuple[str, ...]]] = {}
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
        return any(self.jobs.on_gpu(w, gpu, machine.count, machine.nvlink, spare)[1] for w in self.need.workloads)

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
            figure, why_not = self.jobs.on_gpu(workload, gpu, count, nvlink, spare)
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
        if not reasons:
            reasons += too_long(figures)
        return tuple(figures), tuple(reasons)

    def spare_gb(self, gpu: Gpu, count: int) -> float | None:
        """What one card has left for each of several jobs that run at once, when each gets the least it needs; negative
        where that is too much together. None for a single job: it may have all there is."""
        running = [w for w in self.need.workloads if not w.work.trains]
        if len(running) < 2:
            return None
        left = memory.usable_gb(gpu)
        for workload in running:
            batches = self.jobs.batches(workload.work)
            if batches:
                work, needs = batches[0]
                left -= memory.spread(needs, work, gpu, count).needed_gb / (count if memory.splits(work) else 1)
        return left / len(running)

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
                figures.append(paced(workload, speed, need.total, room, item_s))
            reasons += shortfall(figures[-1])
        at_once = sum(f.needed_gb for f in figures if not f.workload.work.trains)
        if not reasons and at_once > room:
            reasons.append(
                f"running everything at once needs {plain(at_once)} GB of memory and {plain(room)} GB can "
                "be planned for"
            )
        if not reasons:
            reasons += too_long(figures)
        return tuple(figures), tuple(reasons)

    def cost(self, machine: Machine, figures: tuple[Figure, ...]) -> float | None:
        if machine.kind == "owned":
            return 0.0
        price = price_gbp(machine.price, self.catalog.rates)
        if price is None or machine.kind == "system":
            return price
        return price * rent_hours(figures) * self.need.months


def too_long(figures: list[Figure]) -> list[str]:
    """Whether all that is to be done in a month takes more hours than it has."""
    share = sum(f.safe_share for f in figures)
    if share <= 1:
        return []
    if len(figures) > 1:
        return ["each job alone would do, but together they need more hours than there are"]
    runs = figures[0].workload.runs_per_month
    return [
        f"{runs:g} runs of {figures[0].workload.name} a month may take {plain(share * MONTH_HOURS)} hours; a month has "
        f"{MONTH_HOURS:g}"
    ]


def rent_hours_at_least(need: Need) -> float:
    """Hours a month that any rented machine is needed for, however fast it is."""
    return max((w.busy_hours for w in need.workloads if w.demand.items is None), default=0.0)


def rent_hours(figures: tuple[Figure, ...]) -> float:
    """Hours a month a rented machine must be switched on."""
    hours = sum(at_most(f.run_hours) * f.workload.runs_per_month if f.run_hours else 0.0 for f in figures)
    running = max((f.workload.busy_hours for f in figures if f.run_hours is None), default=0.0)
    return min(MONTH_HOURS, hours + running)
