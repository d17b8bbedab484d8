"""The client does not know: the question is not asked again, and an assumption takes its place."""
from __future__ import annotations

from actions import need
from actions.base import Turn
from actions.reply import Reply


def reply(turn: Turn) -> Reply:
    state = turn.state
    if not state["asked"]:
        return Reply("smalltalk", "That is fine. Tell me what you do know, even roughly: what should it do, and with "
                                  "how much data or how many users?")
    known = state["told"].get("not_sure") or []
    state["told"] = {**state["told"], "not_sure": [*known, state["asked"]]}
    state["asked"], state["asked_why"] = None, ""
    return need.reply(turn)
