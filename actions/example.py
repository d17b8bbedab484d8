"""What an idea looks like in the listener's trade: the library's article on that trade, where it speaks of the idea."""

from __future__ import annotations

import re

from actions import say
from actions.base import Turn
from actions.recap import told_rows
from actions.reply import Button, Reply
from catalog.things import Article, Catalog

_WANTED = re.compile(
    r"\bexamples?\b|\bfor instance\b|\b(in|for) (my|our) (trade|business|field|line of (work|business)|industry|sector|"
    r"job|company|firm)\b",
    re.I,
)
ARTICLES = {"finance": "finance_sector", "startup": "startups", "legal": "rag", "healthcare": "medical_imaging"}
TRADES = ("manufacturing", "retail", "finance", "government")
TOLD = ("task", "model", "dataset_size", "throughput", "users", "image_resolution", "deadline")
_WORD = re.compile(r"[a-z]{4,}")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9])")


def wanted(turn: Turn) -> bool:
    """Whether an example is asked for, or the trade that one waits for was just said."""
    waiting = (turn.state.get("waiting") or {}).get("intent") == "more"
    return bool(_WANTED.search(turn.text)) or (waiting and trade(turn) is not None)


def trade(turn: Turn) -> Article | None:
    """The article on the trade that this message names, else on the one that was told."""
    articles = turn.catalog.articles
    named = [m["id"] for m in turn.heard.get("mentions") or () if m["kind"] == "article"]
    sector = (turn.heard.get("told") or {}).get("sector") or turn.state["told"].get("sector")
    found = next((a for a in named if a in articles and articles[a].group == "sector"), None)
    return articles.get(found or ARTICLES.get(str(sector), str(sector)))


def of(article: Article, turn: Turn) -> Reply:
    """An example of the idea in their trade; a question where no trade is known."""
    sector = trade(turn)
    if sector is None or sector.id == article.id:
        turn.state["asked"], turn.state["asked_why"] = "sector", "An example from your own trade says more."
        turn.state["waiting"] = {"intent": "more", "text": turn.text, "heard": turn.heard}
        question = "Which trade are you in?"
        turn.state["last"] = {**(turn.state["last"] or {}), "article": article.id, "question": question}
        buttons = tuple(Button(t, f"an example for {t}") for t in TRADES)
        text = f"Gladly: an example of {in_text(article)} from which trade?"
        return Reply("question", text, (article.id,), buttons=buttons)
    turn.state["waiting"], turn.state["asked"] = None, None
    said = told_rows({slot: turn.state["told"][slot] for slot in TOLD if slot in turn.state["told"]})
    yours = f" In your case ({'; '.join(value for _, value in said)}): {article.why_it_matters}" if said else ""
    lines = " ".join(about(article, sector, turn.catalog)) or sector.sentence
    text = f"**{article.title}, in {in_text(sector)}.** {article.sentence} {lines}"
    closing = yours.strip() or f"**Why it matters when buying:** {article.why_it_matters}"
    turn.state["last"] = {**(turn.state["last"] or {}), "kind": "explanation", "article": article.id, "answer": -1}
    return Reply("explanation", f"{text}\n\n{closing}", (article.id, sector.id))


def in_text(article: Article) -> str:
    """The title inside a sentence."""
    title = article.title
    return title if title[:2].isupper() or any(c.isupper() for c in title[1:]) else say.first_down(title)


def about(article: Article, sector: Article, catalog: Catalog) -> list[str]:
    """The two sentences of the trade's article that have most to do with the idea, in its order."""
    near = " ".join(catalog.articles[r].title for r in article.related if r in catalog.articles)
    names = set(_WORD.findall(f"{article.title} {' '.join(article.aliases)}".lower()))
    words = set(_WORD.findall(f"{article.sentence} {near}".lower())) - names
    sentences = _SENTENCE.split(" ".join((sector.plain, *(a for _, a in sector.answers))))
    scored = [(3 * len(names & found) + len(words & found), i) for i, s in enumerate(sentences)
              if (found := set(_WORD.findall(s.lower())))]  # fmt: skip
    best = sorted(scored, key=lambda pair: (-pair[0], pair[1]))[:2]
    return [sentences[i] for score, i in sorted(best, key=lambda pair: pair[1]) if score]
