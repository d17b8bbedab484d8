"""How a trainee is doing: what they know, what they find hard, what is due."""

from __future__ import annotations

import re
from collections import defaultdict

from actions import quiz, say
from actions.base import BACK, Turn
from actions.quizzing import scheduler
from actions.quizzing.question import name
from actions.quizzing.scope import title
from actions.reply import Button, Reply, Table
from catalog import progress

_WEAK = re.compile(r"\b(weak\w*|struggl\w+|bad at|worst|wrong|hard\w*|improve|work on|gaps?|revise|mistakes?)\b", re.I)
MOST = 6


def reply(turn: Turn) -> Reply:
    articles = turn.catalog.articles
    records = {a: r for a, r in progress.of(turn.person).items() if a in articles}
    if not records:
        return Reply(
            "quiz",
            "You have not answered a quiz question yet, so I cannot say. A few questions will tell.",
            buttons=(Button("Quiz me", "quiz me"), Button("Where do I start?", "I'm new here, where do I start?")),
        )
    at = quiz.now()
    known = [a for a, r in records.items() if scheduler.known(r, at)]
    due = [a for a, r in records.items() if scheduler.due(r) <= at]
    weak = scheduler.weak(records)
    asked, right = sum(r.asked for r in records.values()), sum(r.right for r in records.values())
    groups: dict[str, list[str]] = defaultdict(list)
    for article in records:
        groups[articles[article].group].append(article)
    rows = tuple(
        (
            say.first_up(title(group)),
            f"{sum(records[a].right for a in met)} of {sum(records[a].asked for a in met)}",
            f"{sum(a in known for a in met)} of {sum(article.group == group for article in articles.values())}",
            ", ".join(name(articles[a]) for a in weak if a in met) or "-",
        )
        for group, met in sorted(groups.items(), key=lambda pair: (-sum(a in weak for a in pair[1]), pair[0]))
    )
    table = Table("Your progress", ("field", "answered rightly", "articles you know", "hard for you"), rows)
    hard = f"What you find hard: {say.and_list(name(articles[a]) for a in weak[:MOST])}."
    easy = "You got nothing wrong the last time you were asked it."
    waiting = f" {len(due)} {'is' if len(due) == 1 else 'are'} due again now." if due else ""
    open_ = (turn.state.get("quiz") or {}).get("open")
    buttons = [BACK if open_ else Button("Quiz me", "quiz me")]
    if weak:
        buttons.insert(0, Button("Quiz me on those", "quiz me on what I am weak at"))
        buttons.append(Button(f"Explain {name(articles[weak[0]])}", f"what is {name(articles[weak[0]])}?"))
    if _WEAK.search(turn.text):
        text = (hard if weak else easy) + waiting
    else:
        text = (
            f"You have answered {right} of {asked} questions rightly and know {len(known)} of the {len(articles)} "
            f"articles at present.{waiting} {hard if weak else easy}"
        )
    return Reply("quiz", text, tuple(weak[:3]), (table,), tuple(buttons))
