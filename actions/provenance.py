"""Where the figures of the last recommendation come from, in full."""

from __future__ import annotations

import re

from actions import charts, options, say
from actions.base import Turn
from actions.reply import Provenance, Reply, Table
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
    sources = list(options.sources(options.verdicts(got), turn.catalog))
    best = got.best
    lines = [f"For **{best.machine.name}**:"]
    for p in options.provenance(best, turn.catalog):
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


ASKS_MEMORY = re.compile(
    r"\b(?:why|what|how come)\b.{0,30}\b(?:that|so|this|as) much (?:gpu |video )?(?:memory|vram)\b|"
    r"\bwhat (?:takes|fills|uses|needs) (?:up )?(?:all )?(?:that|the|so much) ?(?:gpu |video )?(?:memory|vram)\b", re.I)


def memory(turn: Turn) -> Reply | None:
    """What fills the memory of the machine recommended last, part by part; None where nothing was recommended."""
    told = (turn.state.get("last") or {}).get("told")
    got = weighed(told, turn.catalog).recommendation if told else None
    chart = None if got is None or isinstance(got, Completed) else charts.memory_parts(got.best)
    if chart is None:
        return None
    parts = [(str(part["name"]), f"{say.number(part['gb'])} GB") for part in chart["parts"]]
    text = (
        f"{chart['title']}: {say.number(sum(part['gb'] for part in chart['parts']))} GB of the "
        f"{say.number(chart['available'])} GB that can be planned for there. "
        + say.sentence("; ".join(f"{name} {size}" for name, size in parts))
        + " Weights grow with the model and its number format, the KV cache with users and length of text, activations "
        "with the batch and the size of each item: fewer bits, a smaller batch or shorter texts need less."
    )
    table = Table("What fills the memory", ("Part", "Size"), tuple(parts))
    source = Provenance(chart["title"], text.split(". ")[0], "computed", f"published formulas ({options.PAPERS})")
    return Reply("explanation", text, ("vram", *TOPICS[:1]), (table,), provenance=(source,),
                 extra={"chart": {"memory": chart}})


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
