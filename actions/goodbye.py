"""Says goodbye."""

from __future__ import annotations

from actions.base import Turn
from actions.reply import Reply


def reply(turn: Turn) -> Reply:
    kept = " I will keep what you told me in case you come back to this conversation." if turn.state["told"] else ""
    return Reply("smalltalk", f"Goodbye, and thank you for asking before buying.{kept}")
