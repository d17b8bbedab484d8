"""A bare no."""

from __future__ import annotations

from actions.base import Turn
from actions.reply import Button, Reply


def reply(turn: Turn) -> Reply:
    state = turn.state
    if state["asked"]:
        asked = state["asked"].replace("_", " ")
        question = (state["last"] or {}).get("question") or f"What can you say about the {asked}?"
        return Reply(
            "question",
            f'All right. {question} "Not sure" is a good answer too.',
            buttons=(Button("Not sure", "not sure"),),
        )
    if state["last"]:
        return Reply(
            "smalltalk",
            "All right. What should I change? Tell me the number or the limit that is wrong and "
            "I will work it out again.",
        )
    return Reply("smalltalk", "All right. Tell me what you want to achieve when you are ready.")
