"""A bare yes."""
from __future__ import annotations

from actions.base import Turn
from actions.reply import Button, Reply


def reply(turn: Turn) -> Reply:
    state = turn.state
    if state["asked"]:
        question = (state["last"] or {}).get("question") or f"What can you say about the {state['asked'].replace('_', ' ')}?"
        return Reply("question", f"Good. {question}", buttons=(Button("Not sure", "not sure"),))
    if state["told"]:
        return Reply("smalltalk", "Good. Ask for the recommendation, or tell me what else matters.", buttons=(Button("Recommend", "What do you recommend?"),))
    return Reply("smalltalk", "Good. What do you want to achieve?")
