"""Holds an offer against the need: how busy it would be, what would do, what is missing."""

from __future__ import annotations

from typing import Any

from actions import offer
from actions.base import Turn
from actions.heard import hear
from actions.need import advise
from actions.reply import Reply
from sizing.quote import check

TOPICS = ("hardware_recommendation", "cost")


def quoted(turn: Turn) -> dict[str, Any]:
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


def reply(turn: Turn) -> Reply:
    turn.state["told"] = told = quoted(turn)
    got = check(told, turn.catalog)
    if not got.offered:
        turn.state["asked"], turn.state["asked_why"] = "quote", "I can only check what I can see."
        return Reply(
            "question", "What exactly were you offered: which machine or cards, how many, and for how much?", TOPICS
        )
    if got.recommendation is not None:
        turn.state["quoted"] = "heard"
        return advise(turn, topics=TOPICS)
    turn.state["asked"], turn.state["asked_why"] = "task", "Whether an offer is right depends on the job."
    turn.state["quoted"] = "judged"
    job = (
        "Whether it is the right machine depends on the job. What is it to do, on how much data, for how many people?"
    )
    return Reply("question", "\n\n".join(x for x in (offer.judged(got), job, offer.unsigned(got)) if x), TOPICS)
