"""Why the pending question matters."""

from __future__ import annotations

from actions.base import Turn
from actions.reply import Button, Reply


def reply(turn: Turn) -> Reply:
    state = turn.state
    if not state["asked"]:
        return Reply(
            "smalltalk",
            "I have no question open at the moment. When I ask something, it is because the "
            "answer could change the recommendation.",
        )
    why = state["asked_why"] or "Because the answer could change which system is the right one, and its price."
    question = (state["last"] or {}).get("question") or ""
    return Reply("question", f"{why} {question}".strip(), buttons=(Button("Not sure", "not sure"),))
