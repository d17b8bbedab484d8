"""Why a machine is not enough, in words a buyer follows: its speed, its place, the machine around its GPU."""

from __future__ import annotations

from math import ceil

from catalog.things import NOISE
from sizing.figures import Figure, at_most, sure
from sizing.machines import FORECASTS, OFFICE_TASKS, Machine
from sizing.need import Need, Place, Workload
from sizing.units import plain

STANDS = ("edge", "mini", "tower", "rack")  # what is meant when no form was said: a laptop throttles under steady work
FORM_NAMES = {
    "edge": "box for the edge",
    "mini": "mini computer",
    "tower": "tower",
    "rack": "rack server",
    "laptop": "laptop",
}
# Usual tasks of the networks that run beside a camera, a microphone or a sensor
AT_THE_EDGE = (
    "image_classification",
    "object_detection",
    "pose_estimation",
    "segmentation",
    "representation_learning",
    "speech_recognition",
    "text_to_speech",
    "time_series",
)
# Million pixels a second that one core decodes and augments: about 150 ImageNet JPEGs of 0.19 million
DECODE_MPX_PER_CORE = 28.0


def cpu_cores_needed(workload: Workload) -> int:
    """Cores that keep the pictures coming at the demanded rate, and two for everything else."""
    demand, pixels = workload.demand, workload.item_bytes / 0.4  # 0.4 bytes a pixel of JPEG
    rate = demand.rate or 0.0
    if demand.items and demand.hours:
        rate = demand.items / demand.hours / 3600
    if workload.work.network.item not in ("image", "frame"):
        return 2
    return 2 + ceil(rate * pixels / 1e6 / DECODE_MPX_PER_CORE)


def shortfall(figure: Figure) -> list[str]:
    """Why this speed is not enough, at the low end of its range."""
    demand, out = figure.workload.demand, []
    name = figure.workload.name
    if figure.serving is not None:
        if demand.tokens_per_user and at_most(figure.serving.tpot) * demand.tokens_per_user > 1:
            slow, middle = 1 / at_most(figure.serving.tpot), 1 / figure.serving.tpot.value
            out.append(
                f"{name} would write about {plain(middle)} tokens a second for each person, perhaps only "
                f"{plain(slow)}; "
                f"{demand.tokens_per_user:g} are wanted"
            )
        if demand.first_token_s and at_most(figure.serving.ttft) > demand.first_token_s:
            out.append(late(at_most(figure.serving.ttft), demand.first_token_s))
    elif figure.run_hours is not None:
        if demand.hours and at_most(figure.run_hours) > demand.hours:
            out.append(
                f"{name} would take about {_span(figure.run_hours.value)}"
                f"{' a run' if figure.workload.work.trains else ''}, perhaps "
                f"{_span(at_most(figure.run_hours))}; "
                f"{_span(demand.hours)} is the limit"
            )
    elif figure.speed is not None and figure.wanted and sure(figure.speed) < figure.wanted:
        out.append(
            f"{name} would reach about {plain(figure.speed.value)} {figure.speed.unit}, perhaps only "
            f"{plain(sure(figure.speed))}; "
            f"{plain(figure.wanted)} are needed"
        )
    if figure.item_s is not None and demand.item_s is not None and figure.item_s > demand.item_s:
        out.append(f"one answer of {name} could take {_short(figure.item_s)}; {_short(demand.item_s)} is the limit")
    return out


# --- around the GPU ---


def place_reasons(machine: Machine, need: Need) -> list[str]:
    """Why it may not stand there, or may not be had that way."""
    place = need.place
    if machine.kind == "owned":
        return [] if machine.gpu is not None else _office_reasons(machine, need)
    if machine.kind == "rent":
        out = [] if place.cloud else ["renting in the cloud was ruled out"]
        return out + _maker_reasons(machine, place)
    out = []
    if not place.own:
        out.append("you asked for the cloud, not for a machine of your own")
    if machine.form_factor is not None and machine.form_factor not in (place.form_factors or STANDS):
        out.append(
            "it is a laptop, which throttles under steady work"
            if machine.form_factor == "laptop"
            else f"it is a {FORM_NAMES.get(machine.form_factor or '', 'machine of another form')}"
        )
    if (
        machine.form_factor == "edge"
        and place.form_factors is None
        and not all(w.work.network.task in AT_THE_EDGE for w in need.workloads)
    ):
        out.append("it is an edge box, made for cameras and sensors")
    out += _maker_reasons(machine, place)
    if place.max_power_w is not None and (machine.max_power_w or 0) > place.max_power_w:
        allowed = f"{place.max_power_w:,.0f} W"
        limit = f"a {place.circuit} carries {allowed} continuously" if place.circuit else f"{allowed} is the limit"
        out.append(f"it draws up to {machine.max_power_w:,} W; {limit}")
    if place.quietest and machine.noise and NOISE.index(machine.noise) > NOISE.index(place.quietest):
        out.append(f"its noise is of class {machine.noise.replace('_', ' ')}, and {place.quietest} was asked for")
    return out


def _maker_reasons(machine: Machine, place: Place) -> list[str]:
    vendor = machine.gpu.vendor if machine.gpu is not None else ""
    if vendor and vendor.lower() in place.vendors_out:
        return [f"you ruled out {vendor}"]
    if place.maker and vendor.lower() != place.maker:
        return ["it is no Mac" if place.maker == "apple" else f"its GPU is not {place.maker.upper()}'s"]
    return []


def _for_the_office(workload: Workload) -> bool:
    """Tables; and forecasts where they are wanted now and then, as of sales, not of sensors."""
    task, rate = workload.work.network.task, workload.demand.rate
    return task in OFFICE_TASKS or (task == "time_series" and rate is not None and rate < FORECASTS)


def _office_reasons(machine: Machine, need: Need) -> list[str]:
    """Why the office computer that stands there would not do, beside its speed and memory."""
    out = []
    if not need.place.own:
        out.append("you asked for the cloud, not for a machine of your own")
    if need.place.form_factors is not None and "tower" not in need.place.form_factors:
        out.append("it is an office computer")
    if not all(_for_the_office(w) for w in need.workloads):
        out.append("this is no work for an office computer that has other things to do")
    if sum(w.dataset_gb for w in need.workloads) > (machine.ram_gb or 0.0) / 2:
        out.append("its memory does not hold the table")
    return out


def host_reasons(machine: Machine, figures: tuple[Figure, ...], cores: int) -> list[str]:
    """Why the machine around the GPU would not keep it fed; `cores` are needed."""
    out = []
    if machine.cores is not None and machine.kind == "system" and machine.cores < cores:
        out.append(f"its {machine.cores} processor cores could not prepare the data fast enough; {cores} are needed")
    if machine.kind == "system" and machine.gpu is not None and machine.gpu.memory_kind == "dedicated" and figures:
        load = max(f.workload.work.network.params_m or 0.0 for f in figures) * 1e-3 * 0.6 + 8
        if machine.ram_gb is not None and machine.ram_gb < min(load, 512):
            out.append(
                f"its {machine.ram_gb:g} GB of main memory is too little to load the model; {load:.0f} GB are needed"
            )
    return out


def late(seconds: float, limit: float) -> str:
    return f"the first word of an answer could take {_short(seconds)}; {_short(limit)} is the limit"


def _short(seconds: float) -> str:
    if seconds < 1:
        return f"{plain(seconds * 1000)} ms"
    return f"{plain(seconds)} s" if seconds < 100 else f"{seconds:,.0f} s"


def _span(hours: float) -> str:
    if hours < 1:
        return f"{plain(hours * 60)} minutes"
    if hours < 72:
        return f"{plain(hours)} hours"
    return (
        f"{plain(hours / 24)} days"
        if hours < 24 * 90
        else f"{plain(hours / 730)} months"
        if hours < 8760 * 2
        else f"{hours / 8760:,.0f} years"
    )
