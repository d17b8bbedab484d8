"""The client does not know: the question is not asked again, and an assumption takes its place."""

from __future__ import annotations

from actions import ask_estimate, ask_fit, need
from actions.base import Turn
from actions.greet import EXAMPLES
from actions.reply import Button, Reply
from sizing.complete import complete

# who does not know what it should do is helped to find out, each time in another way
JOBS = (
    "No matter. Most of what people buy these machines for is one of these: looking at pictures (sorting, finding, "
    "measuring), working with text (a chat assistant, questions about your own documents), speech (writing down, "
    "speaking), or figures (forecasts, scores). Which is nearest?",
    "Then describe a working day: what would go in, from where, and what would you like to see come out? I will name "
    "the job.",
    'Perhaps a person can help to pin it down: say "talk to a person" and I will pass on what you told me. Or ask me '
    "what any of the words mean.",
)


def reply(turn: Turn) -> Reply:
    state = turn.state
    if state.get("waiting"):
        module = ask_fit if state["waiting"]["intent"] == "ask_fit" else ask_estimate
        return module.reply(turn)
    if not state["asked"] and complete(state["told"], turn.catalog).need is not None:
        return need.reply(turn)
    if not state["asked"]:
        return Reply(
            "smalltalk",
            "That is fine. Tell me what you do know, even roughly: what should it do, and with "
            "how much data or how many users?",
        )
    if state["asked"] == "task":
        said = JOBS[max(0, min(state["questions"], len(JOBS)) - 1)]
        state["questions"] += 1
        buttons = (*EXAMPLES[:1], Button("A person", "talk to a person"))
        return Reply("question", said, ("hardware_recommendation",), buttons=buttons)
    known = state["told"].get("not_sure") or []
    state["told"] = {**state["told"], "not_sure": [*known, state["asked"]]}
    state["asked"], state["asked_why"] = None, ""
    return need.reply(turn)
