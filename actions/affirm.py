"""A bare yes: to the question that is open, or to going ahead."""

from __future__ import annotations

from actions import need
from actions.base import Turn
from actions.reply import Button, Reply


def reply(turn: Turn) -> Reply:
    state = turn.state
    if state["asked"]:
        asked = state["asked"].replace("_", " ")
        question = (state["last"] or {}).get("question") or f"What can you say about the {asked}?"
        return Reply("question", f"Good. {question}", buttons=(Button("Not sure", "not sure"),))
    if state["told"]:
        return need.reply(turn)
    return Reply("smalltalk", "Good. What do you want to achieve?")
