"""Where the figures of the last recommendation come from, in full."""

from __future__ import annotations

from actions import advice, say
from actions.base import Turn
from actions.reply import Reply, Table
from sizing.figures import Assessment
from sizing.machines import exported
from sizing.need import Completed
from sizing.weighed import weighed

TOPICS = ("hardware_recommendation", "throughput")


def reply(turn: Turn) -> Reply:
    told = (turn.state.get("last") or {}).get("told") or turn.state["told"]
    got = weighed(told, turn.catalog).recommendation if told else None
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
        lines.append(f"To work the main figure out again: `{again(best)}`")
    table = Table(
        "Where the figures come from",
        ("Figure", "Value", "Basis", "Source"),
        tuple((p.figure, p.value, p.basis, p.source) for p in sources),
    )
    return Reply("explanation", "\n".join(lines), TOPICS, (table,), provenance=tuple(sources))


def again(best: Assessment) -> str:
    """The command that works a recommendation's main figure out again."""
    assert best.machine.gpu is not None
    figure = best.figures[0]
    work = figure.work or figure.workload.work
    asked = work.users if work.decoder and not work.trains else work.batch
    words = [
        "plainspec estimate --model",
        work.network.id,
        "--gpu",
        best.machine.gpu.id,
        "--phase",
        work.phase,
        "--precision",
        work.precision,
        "--batch",
        str(asked),
    ]
    if best.machine.count > 1:
        words += ["--count", str(best.machine.count)]
    if work.decoder:
        words += ["--prompt", str(work.prompt_tokens), "--output", str(work.output_tokens)]
    elif work.size != 1:
        words += ["--size", f"{work.size:.6g}"]
    if work.method != "full":
        words += ["--method", work.method]
    if not work.decoder and best.machine.gpu.vendor == "NVIDIA" and exported(work):
        words += ["--software optimised"]
    return " ".join(words)
