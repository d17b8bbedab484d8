"""Hands the conversation over to a person, with all of its context, so that the client repeats nothing."""

from __future__ import annotations

import os

from actions.base import State, Turn
from actions.recap import told_rows
from actions.reply import Reply, Table


def context(state: State) -> Table:
    """What a colleague needs to know before answering."""
    rows = told_rows(state["told"])
    last = state["last"] or {}
    if last.get("summary"):
        rows.append(("last answer", str(last["summary"])))
    if state["asked"]:
        rows.append(("we had asked about", state["asked"].replace("_", " ")))
    if state["topics"]:
        rows.append(("spoken of", ", ".join(state["topics"]).replace("_", " ")))
    return Table("What we know so far", ("what", "as told"), tuple(rows))


def reply(turn: Turn) -> Reply:
    contact = os.environ.get("PLAINSPEC_CONTACT")
    who = f"Please contact {contact}" if contact else "Please contact your account manager"
    table = context(turn.state)
    if not table.rows:
        return Reply(
            "handoff",
            f"{who}. You have not told me anything about your need yet; if you do, I will put it "
            f"in writing so that you say it once.",
            extra={"contact": contact},
        )
    summary = "; ".join(f"{what}: {value}" for what, value in table.rows)
    return Reply(
        "handoff",
        f"{who}, and pass this on so that nothing has to be repeated. {summary}.",
        tables=(table,),
        extra={"contact": contact, "told": turn.state["told"]},
    )
