"""Is this machine enough for this need, how busy would it be, and why (not)?

The headroom rule for speed: a machine is enough when the low end of its estimate's 80 % range meets the demand, so that it
is enough nine times out of ten. Where so little is measured that the low end lies further below the middle than a factor of
`DOUBT`, a third of the middle counts: otherwise ignorance would be sold as hardware. How busy it would be is told from the
middle of the range.
"""
from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

from catalog.things import NOISE, Catalog, CloudOffer, Gpu, Price, System
from models.estimate import cpu_throughput, serving, throughput
from models.work import Cannot, Estimate, Serving, Work
from sizing import memory
from sizing.money import price_gbp
from sizing.need import Demand, Need, Owned, Place, Workload

MONTH_HOURS = 730.0
DOUBT = 3.0
EXPORTED = ("cnn", "detector", "vit", "unet", "transformer_encoder")
STANDS = ("edge", "mini", "tower", "rack")  # what is meant when no form was said: a laptop throttles under steady work
# Who allows a narrow number format allows a wider one as well, where that is faster or the card lacks the narrow one
WIDER = {"int4": ("int8", "fp16", "tf32", "fp32"), "int8": ("fp16", "tf32", "fp32"), "fp8": ("fp16", "tf32", "fp32"),
         "fp16": ("tf32", "fp32"), "bf16": ("tf32", "fp32"), "tf32": ("fp32",)}
WIDER_LANGUAGE = {"int4": ("fp16",), "int8": ("fp16",), "fp8": ("fp16",)}
DECODE_MPX_PER_CORE = 28.0  # million pixels a second one core decodes and augments: about 150 ImageNet JPEGs of 0.19 Mpx
FORM_NAMES = {"edge": "box for the edge", "mini": "mini computer", "tower": "tower", "rack": "rack server", "laptop": "laptop"}
OLDEST_CUDA = 5.0  # compute capability that today's frameworks still run on


@dataclass(frozen=True)
class Machine:
    """Anything the need could run on. None: not known, so not held against it."""

    id: str
    name: str
    kind: str  # "system", "owned" or "rent"
    gpu: Gpu | None
    count: int
    cores: int | None
    ram_gb: float | None
    ram_bandwidth_gbs: float | None
    nvme_tb: float | None
    max_power_w: int | None
    idle_power_w: int | None
    circuit: str | None
    noise: str | None
    form_factor: str | None
    nvlink: bool
    price: Price | None  # to buy; an hour's, for "rent"
    system: System | None = None


@dataclass(frozen=True)
class Figure:
    """How one workload does on one machine. `met` is the demand in the estimate's unit."""

    workload: Workload
    speed: Estimate | None
    wanted: float | None
    serving: Serving | None
    run_hours: Estimate | None  # of one training run
    needed_gb: float
    available_gb: float
    item_s: float | None  # seconds one item may take at the slow end, where that was limited
    share: float  # of the machine's time this keeps busy while it is wanted
    month_share: float  # of all hours of the month
    safe_share: float  # month share at the low end of the range


@dataclass(frozen=True)
class Assessment:
    machine: Machine
    enough: bool
    reasons: tuple[str, ...]  # why it is not enough; empty when it is
    figures: tuple[Figure, ...]
    cost_gbp: float | None  # what choosing it costs over the need's months, electricity aside; None when not priced
    idle_share: float | None  # of a month's hours


def from_system(system: System, catalog: Catalog) -> Machine:
    gpu = catalog.gpus.get(system.gpus[0].gpu) if system.gpus else None
    return Machine(system.id, system.name, "system", gpu, sum(g.count for g in system.gpus) if system.gpus else 0,
                   system.cpu_cores, system.ram_gb, system.ram_bandwidth_gbs, system.nvme_tb, system.max_power_w,
                   system.idle_power_w, system.circuit, system.noise, system.form_factor, system.nvlink, system.price, system)


def from_owned(owned: Owned) -> Machine:
    name = f"what you have: {owned.count}x {owned.gpu.name}"
    return Machine("owned", name, "owned", owned.gpu, owned.count, None, owned.ram_gb, None, None, None, None, None, None,
                   None, owned.count > 1 and owned.gpu.form_factor.startswith("SXM"), None)  # a bridge is rarely fitted


def from_offer(offer: CloudOffer, catalog: Catalog) -> Machine:
    gpu = catalog.gpus.get(offer.gpu)
    name = f"rent {offer.count}x {gpu.name if gpu else offer.gpu} from {offer.provider}"
    return Machine(offer.id, name, "rent", gpu, offer.count, None, None, None, None, None, None, None, None, None,
                   offer.count > 1 and gpu is not None and gpu.form_factor.startswith("SXM"), offer.hourly)


def exported(work: Work) -> bool:
    """Whether such a network is usually exported to an inference engine (TensorRT, ONNX Runtime) before it goes to work."""
    return not work.trains and work.network.kind in EXPORTED


def sure(speed: Estimate) -> float:
    """The speed that is counted on."""
    return max(speed.low, speed.value / DOUBT)


def at_most(span: Estimate) -> float:
    """The time that is counted on, the same rule turned round."""
    return min(span.high, span.value * DOUBT)


def software(work: Work, gpu: Gpu) -> str | None:
    """Why the usual software would not run this work on this card, or None."""
    if gpu.compute_capability and float(gpu.compute_capability) < OLDEST_CUDA:
        return f"today's frameworks no longer run on the {gpu.name}"
    if "embedded" in gpu.form_factor.lower() and work.trains:
        return f"the {gpu.name} is an edge module: it runs networks, it is not meant to train them"
    datacentre = gpu.vendor == "AMD" and gpu.name.upper().startswith(("MI", "INSTINCT"))
    if gpu.vendor != "NVIDIA" and not datacentre and not (work.decoder and not work.trains):
        return f"frameworks for this work are made for NVIDIA's CUDA first; the {gpu.name} would need porting and patience"
    return None


def cpu_cores_needed(workload: Workload) -> int:
    """Cores that keep the pictures coming at the demanded rate, and two for everything else."""
    demand, pixels = workload.demand, workload.item_bytes / 0.4  # 0.4 bytes a pixel of JPEG
    rate = demand.rate or 0.0
    if demand.items and demand.hours:
        rate = demand.items / demand.hours / 3600
    if workload.work.network.item not in ("image", "frame"):
        return 2
    return 2 + ceil(rate * pixels / 1e6 / DECODE_MPX_PER_CORE)


class Assessor:
    """Assesses many machines against one need; what depends on the GPU alone is worked out once for each."""

    def __init__(self, need: Need, catalog: Catalog) -> None:
        self.need, self.catalog = need, catalog
        self._gpu_parts: dict[tuple[str, int, bool], tuple[tuple[Figure, ...], tuple[str, ...]]] = {}
        self._batches: dict[tuple[int, str], list[tuple[Work, memory.Memory]]] = {}
        self._cores = max((cpu_cores_needed(w) for w in need.workloads), default=2)

    def assess(self, machine: Machine) -> Assessment:
        reasons = list(self.place_reasons(machine))
        if machine.gpu is not None:
            key = (machine.gpu.id, machine.count, machine.nvlink)
            if key not in self._gpu_parts:
                self._gpu_parts[key] = self.gpu_part(machine.gpu, machine.count, machine.nvlink)
            figures, why_not = self._gpu_parts[key]
        else:
            figures, why_not = self.cpu_part(machine)
        reasons += why_not
        reasons += self.host_reasons(machine, figures)
        idle = max(0.0, 1 - sum(f.month_share for f in figures)) if figures and len(figures) == len(self.need.workloads) else None
        return Assessment(machine, not reasons, tuple(reasons), figures, self.cost(machine, figures), idle)

    # --- parts ----------------------------------------------------------------------------------------------------

    def gpu_part(self, gpu: Gpu, count: int, nvlink: bool) -> tuple[tuple[Figure, ...], tuple[str, ...]]:
        figures: list[Figure] = []
        reasons: list[str] = []
        together_gb, room_gb = 0.0, memory.usable_gb(gpu) * count
        for workload in self.need.workloads:
            figure, why_not = self.on_gpu(workload, gpu, count, nvlink)
            reasons += why_not
            if figure is None:
                continue
            figures.append(figure)
            if not workload.work.trains:
                together_gb += figure.needed_gb * (1 if memory.splits(workload.work) else count)
        inference = [f for f in figures if not f.workload.work.trains]
        if len(inference) > 1 and together_gb > room_gb:
            reasons.append(f"running everything at once needs {together_gb:.0f} GB of GPU memory and {room_gb:.0f} GB can be planned for")
        if not reasons and len(figures) > 1 and sum(f.safe_share for f in figures) > 1:
            reasons.append("each job alone would do, but together they need more hours than there are")
        return tuple(figures), tuple(reasons)

    def on_gpu(self, workload: Workload, gpu: Gpu, count: int, nvlink: bool) -> tuple[Figure | None, list[str]]:
        """How the workload does on these cards and why that is not enough, in the number format asked for or, where that falls
        short, in a wider one; training in the fastest of them, since rent is paid by the hour."""
        if (why := software(workload.work, gpu)) is not None:
            return None, [why]
        first: tuple[Figure | None, list[str]] | None = None
        best: Figure | None = None
        asked = workload.work.precision
        for precision in (asked, *(WIDER_LANGUAGE if workload.work.decoder else WIDER).get(asked, ())):
            work = workload.work if precision == asked else replace(workload.work, precision=precision)
            got = self.tried(workload, work, gpu, count, nvlink)
            if isinstance(got, Figure):
                reasons = self.shortfall(got)
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

    def tried(self, workload: Workload, work: Work, gpu: Gpu, count: int, nvlink: bool) -> Figure | Cannot | str:
        """The figure of one precision, or a sentence saying that it does not fit."""
        batches = self.batches(workload, work)
        if not batches:
            return f"the size of {work.network.name} is not known, so it cannot be sized"
        fits = memory.spread(batches[0][1], work, gpu, count)
        if not fits.fits:
            return (f"{workload.name} needs {fits.needed_gb:.3g} GB of GPU memory; {fits.available_gb:.3g} GB can be planned for on "
                    f"{count}x {gpu.name}")
        if work.decoder and not work.trains:
            served = serving(work, gpu, count, nvlink)
            return served if isinstance(served, Cannot) else self.served(workload, served, fits)
        for larger, needs in reversed(batches):  # the largest batch that fits
            fits = memory.spread(needs, larger, gpu, count)
            if fits.fits:
                work = larger
                break
        speed = throughput(work, gpu, count, nvlink, "optimised" if gpu.vendor == "NVIDIA" and exported(work) else "")
        if isinstance(speed, Cannot):
            return speed
        item_s = count * work.batch / sure(speed) if workload.demand.item_s is not None else None
        return self.paced(workload, speed, fits.needed_gb, fits.available_gb, item_s)

    def batches(self, workload: Workload, work: Work) -> list[tuple[Work, memory.Memory]]:
        """The work in batches of 1, 2, 4 ... up to its own, with the memory of each; empty when its size is not known."""
        key = id(workload), work.precision
        if key not in self._batches:
            sizes = [work.batch] if work.decoder and not work.trains else sorted(
                {2**power for power in range(work.batch.bit_length())} | {work.batch})
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
                reasons.append(f"{workload.name} needs {need.total:.3g} GB of memory and {room:.3g} GB can be planned for")
            demand = workload.demand
            if demand.tokens_per_user is not None:
                wanted = demand.tokens_per_user * workload.work.users
                share = min(1.0, wanted / speed.value)
                month = workload.busy_hours / MONTH_HOURS
                figures.append(Figure(workload, speed, wanted, None, None, need.total, room, None, share, share * month,
                                      min(1.0, wanted / sure(speed)) * month))
                one = cpu_throughput(replace(workload.work, output_tokens=1, users=1, batch=1), cores, bandwidth)
                if demand.first_token_s and isinstance(one, Estimate) and 1 / sure(one) > demand.first_token_s:
                    reasons.append(_late(1 / sure(one), demand.first_token_s))
            else:
                item_s = workload.work.batch / sure(speed) if demand.item_s is not None else None
                figures.append(self.paced(workload, speed, need.total, room, item_s))
            reasons += self.shortfall(figures[-1])
        return tuple(figures), tuple(reasons)

    def served(self, workload: Workload, served: Serving, fits: memory.Fit) -> Figure:
        wanted = (workload.demand.tokens_per_user or 0.0) * workload.work.users
        share = min(1.0, wanted / served.aggregate.value)
        month = share * workload.busy_hours / MONTH_HOURS
        safe = min(1.0, wanted / sure(served.aggregate)) * workload.busy_hours / MONTH_HOURS
        return Figure(workload, served.aggregate, wanted, served, None, fits.needed_gb, fits.available_gb, None, share, month, safe)

    def paced(self, workload: Workload, speed: Estimate, needed: float, available: float, item_s: float | None) -> Figure:
        demand: Demand = workload.demand
        if demand.items is not None:
            hours = speed.inverse(demand.items / 3600, "hours")
            month = hours.value * workload.runs_per_month / MONTH_HOURS
            safe = at_most(hours) * workload.runs_per_month / MONTH_HOURS
            wanted = demand.items / (demand.hours * 3600) if demand.hours else None
            share = min(1.0, hours.value / demand.hours) if demand.hours else 1.0
            return Figure(workload, speed, wanted, None, hours, needed, available, item_s, share, month, safe)
        rate = demand.rate or 0.0
        share, hours_share = min(1.0, rate / speed.value), workload.busy_hours / MONTH_HOURS
        return Figure(workload, speed, rate, None, None, needed, available, item_s, share, share * hours_share,
                      rate / sure(speed) * hours_share)

    def shortfall(self, figure: Figure) -> list[str]:
        """Why this speed is not enough, at the low end of its range."""
        demand, out = figure.workload.demand, []
        name = figure.workload.name
        if figure.serving is not None:
            if demand.tokens_per_user and at_most(figure.serving.tpot) * demand.tokens_per_user > 1:
                slow, middle = 1 / at_most(figure.serving.tpot), 1 / figure.serving.tpot.value
                out.append(f"{name} would write about {middle:.3g} tokens a second for each person, perhaps only {slow:.3g}; "
                           f"{demand.tokens_per_user:g} are wanted")
            if demand.first_token_s and at_most(figure.serving.ttft) > demand.first_token_s:
                out.append(_late(at_most(figure.serving.ttft), demand.first_token_s))
        elif figure.run_hours is not None:
            if demand.hours and at_most(figure.run_hours) > demand.hours:
                out.append(f"{name} would take about {_span(figure.run_hours.value)} a run, perhaps {_span(at_most(figure.run_hours))}; "
                           f"{_span(demand.hours)} is the limit")
        elif figure.speed is not None and figure.wanted and sure(figure.speed) < figure.wanted:
            out.append(f"{name} would reach about {figure.speed.value:.3g} {figure.speed.unit}, perhaps only {sure(figure.speed):.3g}; "
                       f"{figure.wanted:.3g} are needed")
        if figure.item_s is not None and demand.item_s is not None and figure.item_s > demand.item_s:
            out.append(f"one answer of {name} could take {_short(figure.item_s)}; {_short(demand.item_s)} is the limit")
        return out

    # --- around the GPU -------------------------------------------------------------------------------------------

    def place_reasons(self, machine: Machine) -> list[str]:
        place: Place = self.need.place
        if machine.kind == "owned":
            return []
        if machine.kind == "rent":
            out = [] if place.cloud else ["renting in the cloud was ruled out"]
            if machine.gpu is not None and machine.gpu.vendor.lower() in place.vendors_out:
                out.append(f"you ruled out {machine.gpu.vendor}")
            return out
        out = []
        if not place.own:
            out.append("you asked for the cloud, not for a machine of your own")
        if machine.form_factor not in (place.form_factors or STANDS):
            out.append("it is a laptop, which throttles under steady work" if machine.form_factor == "laptop" else
                       f"it is a {FORM_NAMES.get(machine.form_factor or '', 'machine of another form')}")
        if machine.form_factor == "edge" and place.form_factors is None and any(w.work.decoder for w in self.need.workloads):
            out.append("it is an edge box, made for cameras and sensors, not for people to talk to")
        if machine.gpu is not None and machine.gpu.vendor.lower() in place.vendors_out:
            out.append(f"you ruled out {machine.gpu.vendor}")
        if place.max_power_w is not None and (machine.max_power_w or 0) > place.max_power_w:
            out.append(f"it draws up to {machine.max_power_w:,} W; a {place.circuit} carries {place.max_power_w:,.0f} W continuously")
        if place.quietest and machine.noise and NOISE.index(machine.noise) > NOISE.index(place.quietest):
            out.append(f"its noise is of class {machine.noise.replace('_', ' ')}, and {place.quietest} was asked for")
        return out

    def host_reasons(self, machine: Machine, figures: tuple[Figure, ...]) -> list[str]:
        out = []
        if machine.cores is not None and machine.kind == "system" and machine.cores < self._cores:
            out.append(f"its {machine.cores} processor cores could not prepare the data fast enough; {self._cores} are needed")
        if machine.kind == "system" and machine.gpu is not None and machine.gpu.memory_kind == "dedicated" and figures:
            load = max(f.workload.work.network.params_m or 0.0 for f in figures) * 1e-3 * 0.6 + 8
            if machine.ram_gb is not None and machine.ram_gb < min(load, 512):
                out.append(f"its {machine.ram_gb:g} GB of main memory is too little to load the model; {load:.0f} GB are needed")
        return out

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
    assert one.speed is not None and other.speed is not None
    return sure(one.speed) > sure(other.speed)


def _late(seconds: float, limit: float) -> str:
    return f"the first word of an answer could take {_short(seconds)}; {_short(limit)} is the limit"


def _short(seconds: float) -> str:
    return f"{seconds * 1000:.2g} ms" if seconds < 1 else f"{seconds:.2g} s" if seconds < 100 else f"{seconds:,.0f} s"


def _span(hours: float) -> str:
    if hours < 1:
        return f"{hours * 60:.2g} minutes"
    if hours < 72:
        return f"{hours:.2g} hours"
    return f"{hours / 24:.2g} days" if hours < 24 * 90 else f"{hours / 730:.2g} months" if hours < 8760 * 2 else f"{hours / 8760:,.0f} years"
