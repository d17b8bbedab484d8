"""Holds an offer against the need: how busy it would be, what would do, what is missing."""

from __future__ import annotations

from typing import Any

from actions import advice, say
from actions.base import Turn
from actions.heard import hear
from actions.reply import Provenance, Reply, Table
from sizing.figures import Assessment
from sizing.quote import QuoteCheck, check

TOPICS = ("hardware_recommendation", "cost")


def offer(turn: Turn) -> dict[str, Any]:
    """The need with the quote in it. Asked whether a price for something is fair, that something is the offer, and
    the sum
    its price rather than a budget."""
    told, heard = hear(turn), turn.heard.get("told") or {}
    items = [
        {m["kind"]: m["id"], "count": (heard.get("gpu_counts") or {}).get(m["id"], 1)}
        for m in turn.heard.get("mentions") or ()
        if m["kind"] in ("gpu", "system")
    ]
    if heard.get("quote") or not items:
        return told
    sum_named = heard.get("budget") or {}
    told["quote"] = {"items": items, "amount": sum_named.get("amount"), "currency": sum_named.get("currency")}
    if sum_named and "budget" in turn.state["told"]:
        told["budget"] = turn.state["told"]["budget"]
    elif sum_named:
        del told["budget"]
    return told


def judged(got: QuoteCheck) -> str:
    """The price against the catalog's."""
    what = say.and_list(f"{n}x {m.name}" if n > 1 else m.name for m, n in got.offered)
    days = sorted(m.price.day for m, _ in got.offered if m.price is not None)
    usual = f"{say.money(got.usual_gbp)} ({days[0]:%b %Y})" if got.usual_gbp is not None and days else ""
    if got.usual_gbp is None:
        return f"**{what}** has no price in the catalogue, so I cannot say whether the sum is fair."
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
    if got is None or got.assessment is None:
        return "", ()
    listed = got.assessment.machine.kind == "system"  # then what it would do is said there
    said = () if waited == "judged" else (judged(got), unsigned(got))
    said = tuple(x for x in (*said[:1], "" if listed else held(got), *said[1:]) if x)
    return f"**The offer:** {' '.join(said)}" if said else "", (got.assessment,) if listed else ()


def reply(turn: Turn) -> Reply:
    turn.state["told"] = told = offer(turn)
    got = check(told, turn.catalog)
    if not got.offered:
        turn.state["asked"], turn.state["asked_why"] = "quote", "I can only check what I can see."
        return Reply(
            "question", "What exactly were you offered: which machine or cards, how many, and for how much?", TOPICS
        )
    lines = [judged(got)]
    tables: tuple[Table, ...] = ()
    provenance: tuple[Provenance, ...] = ()
    extra: dict[str, object] = {}
    if got.assessment is None or got.recommendation is None:
        turn.state["asked"], turn.state["asked_why"] = "task", "Whether an offer is right depends on the job."
        turn.state["quoted"] = "judged"
        lines.append(
            "Whether it is the right machine depends on the job. What is it to do, on how much data, for how many "
            "people?"
        )
        kind = "question"
    else:
        lines.append(held(got))
        a = got.assessment
        best = got.recommendation.best
        if best is not None and best.machine.id != a.machine.id:
            paid = got.asked_gbp or got.usual_gbp
            saving = (
                f" That leaves {say.money(paid - best.cost_gbp)}."
                if paid and best.cost_gbp is not None and best.cost_gbp < paid
                else ""
            )
            lines.append(
                f"What would do: **{best.machine.name}**, "
                f"{say.cost(best, turn.catalog, got.recommendation.need.months)}. {advice.does(best)}{saving}"
            )
        elif best is not None:
            lines.append("It is also the smallest machine in the catalogue that does your job.")
        shown = advice.verdicts(got.recommendation)
        if all(b.machine.id != a.machine.id for b, _ in shown):
            shown.append((a, "overkill" if a.enough else "not_enough"))
        tables = (advice.options_table(shown, turn.catalog, got.recommendation.need),)
        provenance = tuple(p for s, _ in shown for p in advice.provenance(s, turn.catalog))
        extra = {
            "recommended": best.machine.name if best else None,
            "options": [advice.option_json(s, v, turn.catalog) for s, v in shown],
            "assumptions": [{"slot": s.slot, "value": s.value, "why": s.why} for s in got.recommendation.assumptions],
        }
        lines.append(advice.assumed(got.recommendation))
        turn.state["last"] = {
            "kind": "recommendation",
            "intent": "check_quote",
            "told": dict(told),
            "machine": best.machine.id if best else None,
            "name": best.machine.name if best else None,
            "cost_gbp": best.cost_gbp if best else None,
        }
        kind = "recommendation"
    lines.append(unsigned(got))
    return Reply(kind, "\n\n".join(x for x in lines if x), TOPICS, tables, provenance=provenance, extra=extra)
