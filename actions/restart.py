"""Forgets the need and begins again; how deep explanations go is kept, and it can be undone."""

from __future__ import annotations

from actions.base import Turn, fresh
from actions.reply import Reply


def reply(turn: Turn) -> Reply:
    had = bool(turn.state["told"])
    turn.state.update({**fresh(), "depth": turn.state["depth"], "undo": turn.state["undo"]})
    text = "Right, a clean sheet. What do you want to achieve?"
    return Reply("smalltalk", text + (' ("Undo" brings back what you had told me.)' if had else ""))
