"""What somebody offered, in words: its price against the catalog's, what it would do for the need, what it leaves
unsaid."""

from __future__ import annotations

from actions import say
from actions.base import Turn
from sizing.figures import Assessment
from sizing.quote import QuoteCheck, check


def judged(got: QuoteCheck) -> str:
    """The price against the catalog's."""
    what = say.and_list(f"{n}x {m.name}" if n > 1 else m.name for m, n in got.offered)
    days = sorted(m.price.day for m, _ in got.offered if m.price is not None)
    usual = f"{say.money(got.usual_gbp)} ({days[0]:%b %Y})" if got.usual_gbp is not None and days else ""
    if got.usual_gbp is None:
        fair = ", so I cannot say whether the sum is fair" if got.asked_gbp is not None else ""
        return f"**{what}** has no price in the catalogue{fair}."
    if got.asked_gbp is None:
        return f"**{what}** costs about {usual} by the catalogue's indicative prices."
    ratio = got.asked_gbp / got.usual_gbp
    verdict = (
        "about what it usually costs"
        if 0.85 <= ratio <= 1.15
        else f"{(ratio - 1) * 100:.0f} % above the indicative price"
        if ratio > 1
        else f"{(1 - ratio) * 100:.0f} % below the indicative price: ask whether it is complete, new and under warranty"
    )
    return (
        f"**{what}** for {say.money(got.asked_gbp)}: the catalogue's indicative price for the same is {usual}, "
        f"so the offer is {verdict}."
    )


def held(got: QuoteCheck) -> str:
    """The machine against the need, where there is one."""
    a = got.assessment
    if a is None:
        return ""
    if not a.enough:
        return f"For your need it is not right: {a.reasons[0]}."
    if a.idle_share is None:
        return ""
    busy = (1 - a.idle_share) / sum(n for _, n in got.offered)
    return f"For your need it would be busy {say.percent(busy)} of the time and idle {say.percent(1 - busy)}."


def unsigned(got: QuoteCheck) -> str:
    return "Before you sign: " + "; ".join(got.warnings) + "." if got.warnings else ""


def beside(turn: Turn) -> tuple[str, tuple[Assessment, ...]]:
    """The offer that waited for its job, if one did: a paragraph, and what is to be shown among the options."""
    waited = turn.state.pop("quoted", None)
    got = check(turn.state["told"], turn.catalog) if waited else None
    if got is None or got.assessment is None or got.recommendation is None:
        return "", ()
    listed = got.assessment.machine.kind == "system"  # then what it would do is said there
    best = got.recommendation.best
    right = best is not None and best.machine.id == got.assessment.machine.id
    said = (
        "" if waited == "judged" else judged(got),
        "It is also the smallest machine in the catalogue that does your job." if right else "",
        "" if listed else held(got),
        unsigned(got),
    )
    return "**The offer:** " + " ".join(x for x in said if x), (got.assessment,) if listed else ()
