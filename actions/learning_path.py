"""Where a new starter begins: the library stage by stage, ticked off by what they have shown they know."""

from __future__ import annotations

from actions import quiz, say
from actions.base import Turn
from actions.quizzing import scheduler
from actions.quizzing.question import name
from actions.reply import Button, Reply, Table
from catalog import progress
from catalog.library import path

TICK, AGAIN, OPEN = "✓", "↻", "·"


def reply(turn: Turn) -> Reply:
    articles, records, at = turn.catalog.articles, progress.of(turn.person), quiz.now()
    known = {a for a, r in records.items() if scheduler.known(r, at)}

    def sign(article: str) -> str:
        return TICK if article in known else AGAIN if article in records else OPEN

    stages = [(stage, [a for a in stage.articles if a in articles]) for stage in path()]
    rows = tuple(
        (
            f"{number}. {stage.title}",
            f"{sum(a in known for a in listed)} of {len(listed)}",
            ", ".join(f"{sign(a)} {name(articles[a])}" for a in listed),
        )
        for number, (stage, listed) in enumerate(stages, 1)
    )
    table = Table(f"The path ({TICK} you know it, {AGAIN} look again)", ("stage", "known", "articles"), rows)
    done = sum(a in known for _, listed in stages for a in listed)
    total = sum(len(listed) for _, listed in stages)
    current = next(((n, s, a) for n, (s, a) in enumerate(stages, 1) if any(x not in known for x in a)), None)
    if current is None:
        text = f"You have shown that you know all {total} articles of the path. The quiz keeps them fresh."
        return Reply("explanation", text, ("learning_path",), (table,), (Button("Quiz me", "quiz me"),))
    number, stage, listed = current
    ahead = [articles[a] for a in listed if a not in known]
    turn.state["last"] = {
        **(turn.state.get("last") or {}),
        "kind": "explanation",
        "article": ahead[0].id,
        "answer": -1,
        "depth": "sentence",
    }
    names = say.and_list(f"**{name(a)}**" for a in ahead[:4])
    begun = (
        f"You know {done} of the path's {total} articles. You are at stage {number}"
        if done
        else f"Welcome. There is a path of {len(stages)} stages and {total} short articles; begin with stage {number}"
    )
    text = (
        f'{begun}, "{stage.title}": {stage.why}. Next: {names}. Read one, then let me quiz you on the stage; what you '
        "get right is ticked off, and comes back when it is time."
    )
    buttons = (
        Button(name(ahead[0]), f"what is {name(ahead[0])}?"),
        Button(f"Quiz me on stage {number}", f"quiz me on stage {number}"),
    )
    return Reply("explanation", text, ("learning_path", ahead[0].id), (table,), buttons)
