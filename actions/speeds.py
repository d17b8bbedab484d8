"""How fast a job runs on cards, in the words of an answer."""

from __future__ import annotations

import re

from actions import explain, fitting, say
from actions.base import Turn
from actions.heard import echo
from actions.reply import Provenance, Reply, Table
from catalog.things import Gpu
from models.estimate import cpu_throughput
from models.work import Cannot, Estimate
from sizing import units
from sizing.jobs import Jobs
from sizing.need import Assumption, Workload
from sizing.weighed import weighed

_GOOD = re.compile(
    r"\b(normal|reasonable|slow|seems?|expected|good|ok|okay|right|confirm|realistic|low|sounds?|wrong|supposed to|"
    r"only get\w*)\b",
    re.I,
)
ASKS_TIME = re.compile(
    r"\b(how long|how quick\w*|time|hours?|days?|weeks?|months?|epochs?|too slow|normal|faster)\b", re.I
)
ON_CPU = re.compile(r"\b(cpu|processor|xeon|epyc|ryzen|threadripper|core i\d|without a gpu|no gpu)\b", re.I)
TYPICAL = (
    "rtx_5060_ti_16gb",
    "rtx_5090",
    "rtx_pro_6000_blackwell_workstation",
    "h100_sxm5_80gb",
)  # small, large, largest in a PC, data centre
CPU_CORES = 16  # a good desktop processor with two channels of DDR5
CPU_BANDWIDTH = 80.0


def topics(turn: Turn, cards: list[tuple[Gpu, int]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(["throughput", *(g.topic for g, _ in cards), *(h[0] for h in explain.found(turn)[:2])]))[
        :5
    ]


def json(e: Estimate) -> dict[str, object]:
    return {"value": e.value, "low": e.low, "high": e.high, "unit": e.unit, "basis": e.basis, "source": e.source}


def speed_on(turn: Turn, workload: Workload, gpu: Gpu, count: int) -> Estimate | Cannot:
    """Tokens a second for one person, or items a second at the largest batch that fits: what sizing itself would
    say."""
    if not gpu.bandwidth_gbs:
        return Cannot(f"only the memory of {gpu.name} is known: name the card")
    got = Jobs(turn.catalog).tried(workload, workload.work, gpu, count, count > 1 and bool(gpu.nvlink_gbs), None)
    if isinstance(got, str):
        return Cannot(f"it does not fit: {got}")
    if isinstance(got, Cannot):
        return got
    if got.serving is not None and workload.work.users == 1:
        return got.serving.tpot.inverse(1.0, "tokens/s")
    return got.speed if got.speed is not None else Cannot("no speed is known for it")


def assumptions(turn: Turn) -> list[Assumption]:
    return [
        a
        for a in weighed(turn.state["told"], turn.catalog).completed.assumptions
        if a.slot not in ("budget", "deadline", "throughput")
    ]


def headline(workload: Workload, e: Estimate) -> str:
    items = workload.demand.items
    if items:
        return f"about {say.time_range(e.inverse(items / 3600, 'hours'))}"
    return say.ranged(e)


def cells(workload: Workload, e: Estimate | Cannot) -> tuple[str, str, str]:
    if isinstance(e, Cannot):
        return "-", "-", e.reason
    run = say.hours(workload.demand.items / 3600 / e.value) if workload.demand.items else "-"
    return f"{say.number(e.value)} {e.unit}", f"{say.number(e.low)} to {say.number(e.high)}", run


def said_rate(turn: Turn) -> tuple[float, str] | None:
    """(items a second, item) that they say they see and ask about: "it does 11 tokens a second, is that right?"."""
    said = (turn.heard.get("told") or {}).get("throughput")
    return units.per_second(said) if said and _GOOD.search(turn.text) else None


def how_fast(turn: Turn, workloads: list[Workload], cards: list[tuple[Gpu, int]]) -> Reply:
    told = turn.state["told"]
    wants_time = bool(ASKS_TIME.search(turn.text))
    training = [w for w in workloads if w.work.trains]
    workload = (
        (training or workloads)[0]
        if wants_time or not any(not w.work.trains for w in workloads)
        else next(w for w in workloads if not w.work.trains)
    )
    on_cpu = bool(ON_CPU.search(turn.text)) and not turn.heard.get("told", {}).get("gpus")
    asked = cards or [(turn.catalog.gpus[g], 1) for g in TYPICAL if g in turn.catalog.gpus]
    results: list[tuple[str, Estimate | Cannot]] = []
    if on_cpu or not cards:
        results.append(
            (f"a {CPU_CORES}-core desktop processor", cpu_throughput(workload.work, CPU_CORES, CPU_BANDWIDTH))
        )
    if not on_cpu or not cards:
        results += [(f"{n}x {g.name}" if n > 1 else g.name, speed_on(turn, workload, g, n)) for g, n in asked]
    good = [(name, e) for name, e in results if isinstance(e, Estimate)]
    rows = tuple((name, *(cells(workload, e))) for name, e in results)
    if not good:
        reasons = "; ".join(f"{name}: {e.reason}" for name, e in results if isinstance(e, Cannot))
        nearest = next((e.nearest for _, e in results if isinstance(e, Cannot) and e.nearest), "")
        text = f"{echo(told, turn)}I cannot estimate {workload.name}: {reasons}." + (
            f" The nearest I know: {nearest}." if nearest else ""
        )
        return Reply("estimate", text, topics(turn, cards), extra={"estimate": None})
    name, e = good[0] if cards or on_cpu else good[min(1, len(good) - 1)]
    lines = [
        f"{echo(told, turn)}{workload.name[0].upper() + workload.name[1:]} on {name}: **{headline(workload, e)}**. "
        f"{say.sentence(say.BASIS.get(e.basis, e.basis))}"
    ]
    if streams := cameras(turn, workload, e):
        lines.append(streams)
    if len(good) > 1:
        lines.append("Beside it: " + "; ".join(f"{n} {headline(workload, x)}" for n, x in good if n != name) + ".")
    cannot = [f"{n}: {x.reason}" for n, x in results if isinstance(x, Cannot)]
    if cannot:
        lines.append(f"Not on {'; '.join(cannot)}.")
    assumed = [a.value for a in assumptions(turn)]
    if assumed:
        lines.append("I assumed: " + "; ".join(assumed) + ".")
    fitting.remember(turn, "estimate", cards=cards)
    return Reply(
        "estimate",
        "\n\n".join(lines),
        topics(turn, cards),
        (Table(workload.name, ("On", "Speed", "Range", "One run"), rows),),
        provenance=tuple(Provenance(f"{workload.name} on {n}", say.ranged(x), x.basis, x.source) for n, x in good),
        extra={"estimate": json(e)},
    )


def cameras(turn: Turn, workload: Workload, e: Estimate) -> str:
    if not re.search(r"\b(cameras?|streams?|feeds?)\b", turn.text, re.I) or workload.work.trains:
        return ""
    return (
        f"At 15 pictures a second each that is about {say.number(e.value / 15)} cameras (range "
        f"{say.number(e.low / 15)} to {say.number(e.high / 15)}), "
        "if decoding the video keeps up: check the card's video decoder as well."
    )
