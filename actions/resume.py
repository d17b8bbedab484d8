"""Says where the conversation stands, and asks again what was left open."""

from __future__ import annotations

from actions.base import Turn
from actions.recap import told_rows
from actions.reply import Button, Reply, Table


def reply(turn: Turn) -> Reply:
    state = turn.state
    rows = told_rows(state["told"])
    if not rows:
        return Reply("smalltalk", "We have not begun yet. What do you want to achieve?")
    summary = "; ".join(f"{what}: {value}" for what, value in rows)
    table = Table("What you told me", ("what", "as told"), tuple(rows))
    if state["asked"]:
        question = (state["last"] or {}).get("question") or f"I had asked about the {state['asked'].replace('_', ' ')}."
        return Reply(
            "question",
            f"So far I have this. {summary}. Still open: {question}",
            tables=(table,),
            buttons=(Button("Not sure", "not sure"),),
        )
    return Reply(
        "smalltalk",
        f"So far I have this. {summary}. Shall I recommend a system on that basis?",
        tables=(table,),
        buttons=(Button("Recommend", "What do you recommend?"),),
    )
