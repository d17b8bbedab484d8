"""A quiz question with its answer, and how an answer to it is marked. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from actions import say
from catalog.things import Article, Catalog

LETTERS = "ABCD"


@dataclass(frozen=True)
class Question:
    """`choices` with the index of the `right` one; or none, and a number in `unit` that lies between `low` and `high`.

    `why` is told whatever was answered; `notes` say of each choice what is wrong with it, where there is something to
    say."""

    kind: str
    article: str
    text: str
    why: str
    choices: tuple[str, ...] = ()
    right: int = -1
    notes: tuple[str, ...] = ()
    value: float | None = None
    low: float = 0.0
    high: float = 0.0
    unit: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Question:
        """From `vars(question)`, perhaps through JSON."""
        parts: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in data.items()}
        return cls(**parts)

    @property
    def answer(self) -> str:
        if self.choices:
            return f"{LETTERS[self.right]}, {self.choices[self.right].rstrip('.?')}"
        return f"about {say.rough(self.value or 0.0)} {self.unit}"

    def asked(self) -> str:
        """As it is put to them."""
        listed = "\n".join(f"- {letter}. {choice}" for letter, choice in zip(LETTERS, self.choices, strict=False))
        return f"{self.text}\n\n{listed}" if listed else self.text


def name(article: Article) -> str:
    """The title without what stands in brackets."""
    return re.sub(r"\s*\(.*?\)", "", article.title).strip() or article.title


Maker = Callable[[Catalog, Article, Random], Question | None]


@dataclass(frozen=True)
class Kind:
    """A kind of question: the ids of articles it can be asked about, and its maker, which gives None where the article
    or the figures do not yield a fair question."""

    name: str
    about: Callable[[Catalog], Sequence[str]]
    make: Maker


@dataclass(frozen=True)
class Marked:
    right: bool
    note: str = ""  # on the answer that was given


def mark(question: Question, answer: Mapping[str, Any]) -> Marked:
    """`answer` as `bot.hear.quiz` reads it: {"choice": index}, {"number": [low, high]} in the question's unit, or
    neither: they do not know."""
    if "choice" in answer:
        chosen = int(answer["choice"])
        note = question.notes[chosen] if chosen < len(question.notes) and chosen != question.right else ""
        return Marked(chosen == question.right, note)
    if "number" in answer and question.value is not None:
        low, high = (float(end) for end in answer["number"])
        if question.low <= low and high <= question.high:
            return Marked(True)
        ratio = (low + high) / 2 / question.value
        how = "" if low < question.value < high else " too low" if ratio < 1 else " too high"
        times = max(ratio, 1 / ratio) if ratio > 0 else 0.0
        far = f" by a factor of about {say.rough(times)}" if how and 2 <= times < 1e6 else ""
        return Marked(False, f"Your figure is{how}{far}." if how else "That range is too wide to plan with.")
    return Marked(False)


def shuffled(right: str, wrong: Sequence[str], rng: Random) -> tuple[tuple[str, ...], int]:
    """The choices in a random order, and where the right one stands among them."""
    choices = [right, *wrong]
    rng.shuffle(choices)
    return tuple(choices), choices.index(right)
