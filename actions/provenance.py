"""Where the figures of the last recommendation come from, in full."""

from __future__ import annotations

from actions import advice, say
from actions.base import Turn
from actions.reply import Reply, Table
from sizing.need import Completed
from sizing.recommend import recommend

TOPICS = ("hardware_recommendation", "throughput")


def reply(turn: Turn) -> Reply:
    told = (turn.state.get("last") or {}).get("told") or turn.state["told"]
    got = recommend(told, turn.catalog) if told else None
    if got is None or isinstance(got, Completed) or got.best is None:
        return Reply(
            "explanation",
            "I have not given you a figure yet. Every figure I give carries its source: measured, scaled from "
            "published "
            "measurements, worked out from a data sheet, or assumed, with a range and a date.",
            TOPICS,
        )
    sources = [p for a, _ in advice.verdicts(got) for p in advice.provenance(a, turn.catalog)]
    best = got.best
    lines = [f"For **{best.machine.name}**:"]
    for p in advice.provenance(best, turn.catalog):
        lines.append(
            f"- {p.figure}: {p.value}. {say.sentence(say.BASIS.get(p.basis, p.basis))} {say.sentence(p.source)}"
        )
    lines.append("The range is where 8 of 10 measured values should fall. Nothing here was measured on your own data.")
    if best.machine.gpu is not None and best.figures:
        work = best.figures[0].workload.work
        lines.append(
            f"To work the main figure out again: `plainspec estimate --model {work.network.id} --gpu "
            f"{best.machine.gpu.id} "
            f"--phase {work.phase} --precision {work.precision} --batch {work.batch}`"
        )
    table = Table(
        "Where the figures come from",
        ("Figure", "Value", "Basis", "Source"),
        tuple((p.figure, p.value, p.basis, p.source) for p in sources),
    )
    return Reply("explanation", "\n".join(lines), TOPICS, (table,), provenance=tuple(sources))
