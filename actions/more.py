"""The last explanation again, deeper, simpler or with its answers to what people ask next; the depth is remembered."""

from __future__ import annotations

import re

from actions import example, explain
from actions.base import Turn
from actions.reply import Reply

_WHY = re.compile(
    r"\bwhy (care|bother)\b|\bwho cares\b|\bwhat('s| is) (in )?it (in )?for (me|us)\b|"
    r"\bwhy (should|does|would) (i|we|it|that|this|a buyer)\b|\bso what\b|\bmatter",
    re.I,
)


def reply(turn: Turn) -> Reply:
    last = turn.state.get("last") or {}
    asks_example = example.wanted(turn)
    hits = [h for h in explain.found(turn) if not asks_example or turn.catalog.articles[h[0]].group != "sector"]
    named = [
        h for h in hits if any(m["kind"] == "article" and m["id"] == h[0] for m in turn.heard.get("mentions") or ())
    ]
    article_id = (
        named[0][0]
        if named
        else last.get("article") or next((t for t in turn.state["topics"] if t in turn.catalog.articles), None)
    )
    article = turn.catalog.articles.get(article_id or "")
    if article is None:
        return Reply(
            "explanation",
            "More about what? Name a network, a piece of hardware or a term, or tell me the job you have in mind.",
            ("about_the_bot",),
        )
    if asks_example:
        return example.of(article, turn)
    shown = str(last.get("depth") or "sentence") if last.get("article") == article.id else "sentence"
    if explain.asked_depth(turn.text) is not None:
        depth = explain.remember_depth(turn)
    elif _WHY.search(turn.text):
        depth = shown
    else:  # just "more": one step deeper than what was shown
        step = explain.DEPTHS.index(shown) if shown in explain.DEPTHS else 1
        depth = turn.state["depth"] = explain.DEPTHS[min(step + 1, 2)]
    if _WHY.search(turn.text):
        text = (
            f"**Why it matters when buying:** {article.why_it_matters}\n\n"
            f"**A common misunderstanding:** {article.misunderstanding}"
        )
    elif shown == depth == "technical":
        text = (
            "\n\n".join(f"**{q}** {a}" for q, a in article.answers[:3])
            + f"\n\n**A common misunderstanding:** {article.misunderstanding}"
        )
    else:
        text = explain.at_depth(article, depth)
    turn.state["last"] = {**last, "kind": "explanation", "article": article.id, "answer": -1, "depth": depth}
    return Reply(
        "explanation",
        text,
        (article.id,),
        buttons=explain.buttons(article),
        provenance=explain.provenance(article, []),
        extra=explain.picture(turn, article, depth),
    )
