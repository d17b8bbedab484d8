"""Takes back the last thing that changed the need."""

from __future__ import annotations

from actions.base import Turn
from actions.recap import slot_name, value_text
from actions.reply import Reply


def reply(turn: Turn) -> Reply:
    state = turn.state
    if not state["undo"]:
        return Reply("smalltalk", "There is nothing to take back: you have not told me anything that I could forget.")
    *older, earlier = state["undo"]
    gone, back = state["told"], earlier["told"]
    state.update({**earlier, "undo": older})
    changes = [
        f"{slot_name(slot)} is {value_text(slot, back[slot], back)} again"
        if slot in back
        else f"{slot_name(slot)} is no longer set"
        for slot in {**gone, **back}
        if gone.get(slot) != back.get(slot)
    ]
    return Reply("smalltalk", f"Taken back: {'; '.join(changes)}." if changes else "Taken back.")
