"""Questions made from the words of the articles."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from random import Random

from actions import say
from actions.quizzing.question import Kind, Question, name, shuffled
from catalog.things import Article, Catalog

BLANK = "[?]"
MOST_BLANKS = 2
COMMON = 3  # a word that stands in so many titles gives nothing away
CHOICES = 4
NEAR_START = 4  # words, in which a sentence says what it is about
TRUE, MYTH = "True", "A common misunderstanding"
_POINTS_BACK = re.compile(r"(it|its|they|them|their|this|these|that|those|he|she|both|neither|none|so|but|and)\b", re.I)


def everything(catalog: Catalog) -> tuple[str, ...]:
    return tuple(catalog.articles)


@lru_cache(maxsize=4)
def _common(titles: tuple[str, ...]) -> frozenset[str]:
    counted = Counter(word for title in titles for word in set(_words(title)))
    return frozenset(word for word, count in counted.items() if count >= COMMON)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def masked(article: Article, catalog: Catalog) -> str | None:
    """Its sentence with every way to name it taken out; None where the name cannot be hidden or too much is gone."""
    inside = re.findall(r"\((.*?)\)", article.title)
    ways = sorted({name(article), article.title, article.id.replace("_", " "), *inside, *article.aliases}, key=len)
    text = article.sentence
    for way in reversed(ways):
        if len(way) > 1:
            text = re.sub(rf"\b(?:an? |the )?{re.escape(way)}(?:s|es|'s)?(?!\w)", BLANK, text, flags=re.I)
    common = _common(tuple(a.title for a in catalog.articles.values()))
    for word in _words(name(article)):
        if word not in common and (len(word) >= 4 or any(c.isdigit() for c in word)):
            stem = word[: max(4, len(word) - 3)] if word.isalpha() else word
            text = re.sub(rf"\b{re.escape(stem)}\w*", BLANK, text, flags=re.I)
    text = re.sub(rf"(?:{re.escape(BLANK)}[\s-]*)+(?=\s|[.,;:'?!)]|$)", BLANK, text).replace(f"{BLANK}{BLANK}", BLANK)
    return text if 1 <= text.count(BLANK) <= MOST_BLANKS else None


def alike(article: Article, catalog: Catalog) -> list[Article]:
    """Others of its group whose names do not hold each other, so that a choice is never right by half."""
    mine = {*_words(name(article)), *_words(article.id)}

    def apart(other: Article) -> bool:
        theirs = {*_words(name(other)), *_words(other.id)}
        return not mine <= theirs and not theirs <= mine and name(other) not in article.sentence

    return [a for a in catalog.articles.values() if a.group == article.group and a.id != article.id and apart(a)]


def which(catalog: Catalog, article: Article, rng: Random) -> Question | None:
    """Which article is this? Its sentence with the name taken out, among others of its group."""
    sentence, others = masked(article, catalog), alike(article, catalog)
    if sentence is None or len(others) < CHOICES - 1:
        return None
    wrong = rng.sample(others, CHOICES - 1)
    choices, right = shuffled(name(article), [name(other) for other in wrong], rng)
    if len(set(choices)) < CHOICES:
        return None
    said = {name(other): say.sentence(other.sentence) for other in wrong}
    notes = tuple(said.get(choice, "") for choice in choices)
    why = say.sentence(first(article.why_it_matters))
    return Question("which", article.id, f'What is this? "{sentence}"', why, choices, right, notes)


def claim(article: Article) -> tuple[str, str] | None:
    """(what many believe, what is so) from the article's misunderstanding; None where it does not divide so."""
    found = re.fullmatch(r"That (?P<claim>[^.?!]+(?:\.\d[^.?!]*)*)\.\s+(?P<fact>.+)", article.misunderstanding, re.S)
    return (found["claim"].strip(), found["fact"].strip()) if found else None


def first(text: str) -> str:
    """Its first sentence."""
    return re.split(r"(?<=[.])\s", text.strip())[0]


def truths(article: Article) -> list[str]:
    """Sentences of the article that are true by themselves: its own, and why it matters where that names it."""
    matters = first(article.why_it_matters)
    named = [word for word in _words(name(article)) if len(word) >= 3]
    alone = any(word in _words(matters)[:NEAR_START] for word in named) and not _POINTS_BACK.match(matters)
    return [article.sentence, matters] if alone else [article.sentence]


def true_or_myth(catalog: Catalog, article: Article, rng: Random) -> Question | None:
    """True, or a common misunderstanding?"""
    believed, true = claim(article), truths(article)
    myth = rng.random() < 0.5
    if (believed is None) if myth else not true:
        return None
    if believed is not None and myth:
        statement, why = say.sentence(believed[0]), say.sentence(believed[1])
    else:
        statement, why = say.sentence(rng.choice(true)), say.sentence(article.sentence)
        why = why if why != statement else f"What people often get wrong: {article.misunderstanding}"
    text = f'True, or a common misunderstanding? On **{name(article)}**: "{statement}"'
    return Question("true_or_myth", article.id, text, why, (TRUE, MYTH), int(myth))


KINDS = (Kind("which", everything, which), Kind("true_or_myth", everything, true_or_myth))
