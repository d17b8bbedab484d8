"""Questions made from the words of the articles."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from random import Random

from rapidfuzz import fuzz

from actions import say
from actions.quizzing.question import Kind, Question, name, shuffled
from catalog.things import Article, Catalog

BLANK = "[?]"
MOST_BLANKS = 2
COMMON = 3  # a word that stands in so many titles gives nothing away
CHOICES = 4
ANSWERS = 3  # among which to choose what to say to a client
SHORT = 40  # letters
ALIKE = 75.0  # of 100: questions as near as this may have the same answer
NEAR_START = 4  # words, in which a sentence says what it is about
_PAIR = re.compile(r"\b(and|or|versus)\b")  # half of such a name stays readable
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
    if sentence is None or len(others) < CHOICES - 1 or _PAIR.search(name(article)):
        return None
    related = [a for a in others if a.id in article.related]
    near = rng.sample(related, min(1, len(related)))
    wrong = [*near, *rng.sample([a for a in others if a not in near], CHOICES - 1 - len(near))]
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
    if found is None:
        return None
    return re.sub(r"\b(or|and) that\b", r"\1", found["claim"].strip()), found["fact"].strip()


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


def short(answer: str) -> str:
    """The first sentence of an answer, or the first two where the first says next to nothing ("No.")."""
    sentences = re.split(r"(?<=[.])\s", answer.strip())
    return " ".join(sentences[:2]) if len(sentences[0]) < SHORT else sentences[0]


def client_asks(catalog: Catalog, article: Article, rng: Random) -> Question | None:
    """A client's question and what to say: the others are answers to other questions about the same thing."""
    if len(article.answers) < ANSWERS:
        return None
    asked, answer = rng.choice(article.answers)
    other = [pair for pair in article.answers if pair[0] != asked]
    wrong = [(q, short(a)) for q, a in other if fuzz.token_set_ratio(q, asked) < ALIKE]
    if len(wrong) < ANSWERS - 1:
        return None
    others = rng.sample(wrong, ANSWERS - 1)
    choices, right = shuffled(short(answer), [a for _, a in others], rng)
    if len(set(choices)) < ANSWERS:
        return None
    questions = {a: f'that answers "{q}"' for q, a in others}
    notes = tuple(questions.get(choice, "") for choice in choices)
    why = answer[len(short(answer)) :].strip() or say.sentence(first(article.why_it_matters))
    return Question(
        "client_asks", article.id, f'A client asks: "{asked}" What do you say?', why, choices, right, notes
    )


KINDS = (
    Kind("which", everything, which),
    Kind("true_or_myth", everything, true_or_myth),
    Kind("client_asks", everything, client_asks),
)
