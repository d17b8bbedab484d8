"""Answers thanks."""

from __future__ import annotations

from actions.base import Turn
from actions.reply import Reply


def reply(turn: Turn) -> Reply:
    if turn.state["last"]:
        return Reply(
            "smalltalk",
            "You are welcome. If something changes (the data, the budget, the number of users), "
            "say so and I will work it out again.",
        )
    return Reply("smalltalk", "You are welcome.")
