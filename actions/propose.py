"""What was recommended, as a text to send on. The page makes the whole document of it."""

from __future__ import annotations

from actions import proposal
from actions.base import Turn
from actions.recap import told_rows
from actions.reply import Reply
from sizing.complete import complete

TOPICS = ("hardware_recommendation",)


def reply(turn: Turn) -> Reply:
    told = (turn.state.get("last") or {}).get("told") or turn.state["told"]
    advised = proposal.in_short(told, turn.catalog) if told else ""
    if not advised:
        return Reply(
            "question",
            "There is nothing to write up yet. Tell me what the machine is to do, and you get a text that you can send "
            "on.",
            TOPICS,
        )
    assumed = "; ".join(a.value for a in complete(told, turn.catalog).assumptions)
    lines = [
        "This can be sent as it is; \"Make a proposal\" in the page's menu makes the whole document, as a PDF too.",
        "The need: " + "; ".join(f"{what}: {value}" for what, value in told_rows(told)) + ".",
        advised,
        f"Not told, so assumed: {assumed}." if assumed else "",
    ]
    return Reply("explanation", "\n\n".join(line for line in lines if line), TOPICS)
