"""Is this normal: what they see, held against the estimate, with the likely cause."""

from __future__ import annotations

from actions import fitting, say
from actions.base import Turn
from actions.heard import echo
from actions.reply import Provenance, Reply
from actions.speeds import assumptions, how_fast, json, said_rate, speed_on, topics
from catalog.things import Gpu
from models.work import Cannot
from sizing import units
from sizing.need import Workload


def is_it_normal(turn: Turn, workloads: list[Workload], cards: list[tuple[Gpu, int]]) -> Reply:
    """Holds what they see against the estimate, names the likely cause and how to check it."""
    told, claim = turn.state["told"], turn.state["told"].get("claim") or {}
    workload = next((w for w in workloads if w.work.trains), workloads[0])
    if not claim and cards and (rate := said_rate(turn)) is not None:
        return rate_is_normal(turn, workload, *cards[0], rate[0])
    observed = units.hours(claim)
    step = str(claim.get("per") or "").startswith(("iter", "step", "it", "batch"))
    if not cards or observed is None or not (workload.demand.items or step):
        return how_fast(turn, workloads, cards)
    gpu, count = cards[0]
    e = speed_on(turn, workload, gpu, count)
    if isinstance(e, Cannot):
        return how_fast(turn, workloads, cards)
    per = str(claim.get("per") or "")
    passes = 1.0
    if per.startswith("epoch"):
        passes = float(
            told.get("epochs") or next((a.value.split()[0] for a in assumptions(turn) if a.slot == "epochs"), 1)
        )
    each = float(workload.work.batch) if step else (workload.demand.items or 0.0) / passes
    expected = e.inverse(each / 3600, "hours")
    ratio = observed / expected.value
    what = "an epoch" if per.startswith("epoch") else f"a step of {workload.work.batch}" if step else "the run"
    if observed > expected.high:
        verdict = f"**That is slower than it should be**, about {say.number(ratio)} times what I expect"
        cause = (
            "The likely cause is not the card: data that is read from a hard disk or network share, or prepared by "
            "too few processor workers, keeps it waiting. "
            "Check with `nvidia-smi`: if utilisation jumps between 0 and 100 %, feed it better (an SSD, more loader "
            "workers, smaller files packed together). "
            "If it is steadily high, look at precision (mixed precision on cards with tensor cores), picture size "
            "and batch."
        )
    elif observed < expected.low:
        verdict, cause = (
            "**That is faster than I expect**",
            "Make sure that it sees all the data and that you and I mean the same size of network.",
        )
    else:
        verdict, cause = (
            "**That looks normal**",
            "A faster card, smaller pictures or fewer passes would shorten it; first make sure the card is busy all "
            "the time (`nvidia-smi`).",
        )
    text = (
        f"{echo(told, turn)}{verdict}: for {what} of {workload.name} on {count}x {gpu.name} I expect about "
        f"{say.time_range(expected)}, and you see {say.hours(observed)}.\n\n{cause}\n\n"
        f"{say.sentence(say.BASIS.get(e.basis, e.basis))} I assumed: "
        f"{'; '.join(a.value for a in assumptions(turn)) or 'nothing more'}."
    )
    fitting.remember(turn, "estimate", cards=cards)
    return Reply(
        "estimate",
        text,
        tuple(dict.fromkeys(("training_time", "gpu_utilization", *topics(turn, cards)))),
        provenance=(Provenance(f"{workload.name} on {gpu.name}", say.ranged(e), e.basis, e.source),),
        extra={"estimate": json(expected)},
    )


def rate_is_normal(turn: Turn, workload: Workload, gpu: Gpu, count: int, seen: float) -> Reply:
    """The same for a rate they see."""
    e = speed_on(turn, workload, gpu, count)
    if isinstance(e, Cannot):
        return how_fast(turn, [workload], [(gpu, count)])
    where = f"{count}x {gpu.name}" if count > 1 else gpu.name
    if seen < e.low:
        verdict = f"**That is slower than it should be**, about {say.number(e.value / seen)} times"
        cause = (
            (
                "For language models: layers left in main memory, a context far longer than needed, a narrow slot "
                "between cards, or a server that uses one card at a time "
                "(vLLM with tensor parallelism uses both at once). For networks that see or hear: full precision, or "
                "data that comes too slowly."
            )
            if workload.work.decoder
            else "The usual causes: full precision where half would do, data that comes too slowly, small batches, "
            "or a power limit. Look at `nvidia-smi` while it runs."
        )
    elif seen > e.high:
        verdict, cause = (
            "**That is faster than I expect**",
            "Good, if it is the same size and precision that I took it for.",
        )
    else:
        verdict, cause = "**That looks normal**", "A faster memory or a smaller format would be the way to more."
    fitting.remember(turn, "estimate")
    return Reply(
        "estimate",
        f"{echo(turn.state['told'], turn)}{verdict}: for {workload.name} on {where} I expect {say.ranged(e)}, and "
        f"you see {say.number(seen)}.\n\n{cause}\n\n"
        f"{say.sentence(say.BASIS.get(e.basis, e.basis))}",
        tuple(dict.fromkeys(("throughput", *topics(turn, [(gpu, count)])))),
        provenance=(Provenance(f"{workload.name} on {where}", say.ranged(e), e.basis, e.source),),
        extra={"estimate": json(e)},
    )
