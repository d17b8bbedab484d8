"""Hands the conversation over to a person, with all of its context, so that the client repeats nothing."""

from __future__ import annotations

import os
from typing import Any

from actions import proposal
from actions.base import State, Turn
from actions.recap import told_rows
from actions.reply import Reply, Table
from catalog.things import Catalog
from sizing.complete import complete


def contact() -> str:
    """The person that clients are given to; "" where none is set."""
    return os.environ.get("PLAINSPEC_CONTACT") or ""


def known(state: State) -> Table:
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


def context(state: State, catalog: Catalog, turns: list[tuple[str, str, str]]) -> dict[str, Any]:
    """All that goes along with a lead: {"told": [[what, value]], "understood": as told, "assumptions": [[value, why]],
    "recommended": the answer for what is told by now, in plain text, or "", "transcript": [{"at", "who", "text"}]}.
    `turns` are (time, what they said, what was answered)."""
    completed = complete(state["told"], catalog)
    return {
        "told": [list(row) for row in known(state).rows],
        "understood": state["told"],
        "assumptions": [[a.value, a.why] for a in completed.assumptions],
        "recommended": proposal.in_short(state["told"], catalog) if state["told"] else "",
        "transcript": [
            line
            for at, said, answered in turns
            for line in ({"at": at, "who": "client", "text": said}, {"at": at, "who": "Plainspec", "text": answered})
        ],
    }


def reply(turn: Turn) -> Reply:
    who = contact()
    ask = f"Please contact {who}" if who else "Please contact your account manager"
    table = known(turn.state)
    if not table.rows:
        return Reply(
            "handoff",
            f"{ask}. You have not told me anything about your need yet; if you do, I will put it "
            f"in writing so that you say it once.",
            extra={"contact": who or None},
        )
    summary = "; ".join(f"{what}: {value}" for what, value in table.rows)
    return Reply(
        "handoff",
        f"{ask}, and pass this on so that nothing has to be repeated. {summary}.",
        tables=(table,),
        extra={"contact": who or None, "told": turn.state["told"]},
    )
