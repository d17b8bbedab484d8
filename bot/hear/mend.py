"""Misspelt words put right, before anything is read: one slip in any common word, two in a long word of our field."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .english import english, slips
from .gazetteer import Gazetteer
from .networks import FAMILIES
from .unfamiliar import TOOLS

LONGEST = 2_000  # characters; longer messages are pasted, and read as they are

_FIELD = (
    "inference",
    "training",
    "finetune",
    "quantization",
    "quantized",
    "transcribe",
    "transcription",
    "detection",
    "detecting",
    "classification",
    "classify",
    "segmentation",
    "recommendation",
    "recommender",
    "forecast",
    "forecasting",
    "chatbot",
    "documents",
    "pictures",
    "cameras",
    "defects",
    "simulation",
    "summarize",
    "translate",
    "parameters",
    "precision",
    "resolution",
    "concurrent",
    "simultaneous",
    "labelled",
    "labeled",
    "annotated",
    "budget",
    "workstation",
    "generation",
    "customers",
    "thousand",
    "million",
    "embeddings",
    "performance",
    "anomaly",
    "reinforcement",
    "recognition",
)
_REAL = frozenset(
    (  # words that are no slips of those, or of any
        "cant",
        "wont",
        "dont",
        "isnt",
        "arent",
        "wasnt",
        "doesnt",
        "didnt",
        "hasnt",
        "havent",
        "couldnt",
        "wouldnt",
        "shouldnt",
        "thats",
        "whats",
        "param",
        "infra",
        "smth",
        "arnd",
        "centos",
        "trailing",
        "detention",
        "dejection",
        "reference",
        "conference",
        "million",
        "billion",
        "millions",
        "trained",
        "trainings",
        "customer",
        "lawyers",
        "precisely",
        "resolutions",
        "decision",
        "instance",
        "labeling",
        "capex",
        "opex",
        "siri",
    )
)
_WORD = re.compile(r"[a-z]{7,24}")


@lru_cache(maxsize=8192)
def _right(word: str, names: tuple[str, ...]) -> str:
    """The word of the field that `word` is a slip of (one letter, two in long words), or the word itself."""
    if word in _REAL or word in _FIELD or word in names or any(root in english() for root in _roots(word)):
        return word  # "simpler" is no slip of "sampler"
    slips = 2 if len(word) >= 10 else 1
    best = process.extractOne(word, (*_FIELD, *names), scorer=OSA.distance, score_cutoff=slips)
    if best is None:
        return word
    target: str = best[0]
    # "images" is no slip of "image"
    inflected = word[:5] == target[:5] and (word.startswith(target[:-1]) or target.startswith(word[:-1]))
    return word if inflected or word[0] != target[0] else target


_COMMON = re.compile(
    r"(?<![\w@/\\.+-])(?<!\w')(?:[a-z]{4,24}|(?:(?<=\n)|(?<=[.!?] )|^)[A-Z][a-z]{3,24})"
    r"(?![\w@/\\+]|[.-]\w|'(?!(?:s|re|ll|ve|d)\b)\w)"
)
_EXAMPLES = Path(__file__).parent.parent / "nlu"
_COMMON_ENOUGH = 8_000  # place in the vocabulary of what a word may be a slip of
_EVERYDAY = 3_500  # ... of a word of four letters
_LONG = 6  # letters: so long a word that is none, and one slip from a word of the examples, is that
_VERY_LONG = 8  # ... from any word that is one
_KEYS = {
    letter: frozenset(row[max(0, i - 1) : i] + row[i + 1 : i + 2])
    for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm")
    for i, letter in enumerate(row)
}
_VERY_COMMON = 5_000  # place in the vocabulary; a sentence may begin with a name, so less is believed there


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """Every word of the examples of intents (people's shorthand among them) and of networks' names."""
    texts = (*(path.read_text(encoding="utf-8") for path in _EXAMPLES.glob("*.yml")), *FAMILIES.values())
    return frozenset(word for text in texts for word in re.findall(r"[a-z]{3,}", text.lower()))


def spelt(text: str, gazetteer: Gazetteer) -> str:
    """`text` with a slip of one letter in a common word put right. Names, what is written with capitals inside a
    sentence, and what is joined to figures stay as they are: a name that nobody knows is no slip of one that is
    known."""
    if len(text) > LONGEST:
        return text

    def right(match: re.Match[str]) -> str:
        word = match.group()
        if word.islower():
            return _common(word, gazetteer)
        better = _common(word.lower(), gazetteer)
        return better.capitalize() if english().get(better, _VERY_COMMON) < _VERY_COMMON else word

    return _COMMON.sub(right, text)


def _roots(word: str) -> list[str]:
    """The word, and what it would be without its ending: "planks" and "grilled" are no slips."""
    ends = ("s", "es", "d", "ed", "ing", "ly", "er", "ers", "ish", "less", "ness", "able", "wise")
    roots = [word[: -len(end)] for end in ends if word.endswith(end) and len(word) - len(end) >= 3]
    return [word, *roots, *(root[:-1] for root in roots if root[-1:] == root[-2:-1]), *(root + "e" for root in roots)]


@lru_cache(maxsize=8192)
def _common(word: str, gazetteer: Gazetteer) -> str:
    """The word that `word` is most likely a slip of: the one that articles use most, else the commonest."""
    used, common = gazetteer.field, english()
    if word in TOOLS or any(root in words for root in _roots(word) for words in (common, used, _REAL, _known())):
        return word
    long = len(word) >= _LONG
    least = 2 if len(word) > 4 else 5  # a short word is near to many others

    def meant(other: str) -> bool:
        if used.get(other, 0) >= least:
            return long or _likely(word, other)
        if long and (other in _known() or (len(word) >= _VERY_LONG and other in common and _likely(word, other))):
            return True
        return common.get(other, _COMMON_ENOUGH) < (_COMMON_ENOUGH if len(word) > 4 else _EVERYDAY)

    near = {other for other in slips(word) if meant(other) and not _another_form(word, other)}
    return max(
        near,
        key=lambda other: (_likely(word, other), used.get(other, 0), -common.get(other, 2 * len(common)), other),
        default=word,
    )


def _another_form(word: str, other: str) -> bool:
    """ "hamster" and "hamsters", "pricey" and "prices": a word with its endings, no slip."""
    longer, shorter = sorted((word, other), key=len, reverse=True)
    if len(longer) == len(shorter):
        return longer[:-1] == shorter[:-1] and {longer[-1], shorter[-1]} <= set("sdry")
    return longer[:-1] == shorter and longer[-1] in "sdry"


def _likely(slip: str, word: str) -> bool:
    """Whether fingers slip so: a letter left out or put in, two swapped, or a key beside the one that was meant. One
    vowel for another is how people misspell."""
    wrong = [(a, b) for a, b in zip(slip, word, strict=False) if a != b]
    if len(slip) != len(word) or len(wrong) != 1:
        return True
    a, b = wrong[0]
    return b in _KEYS[a] or {a, b} <= set("aeiouy")


def mend(text: str, low: str, names: tuple[str, ...]) -> tuple[str, str, Callable[[int], int]]:
    """(text, low) with slips put right, and where a place in them was in the original."""
    if len(low) > LONGEST:
        return text, low, lambda place: place
    shifts: list[tuple[int, int]] = []  # (place in the mended text behind a repair, original - mended)
    parts, lows, at, shift = [], [], 0, 0
    for match in _WORD.finditer(low):
        right = _right(match.group(), names)
        if right != match.group():
            parts += [text[at : match.start()], right]
            lows += [low[at : match.start()], right]
            at = match.end()
            shift += len(match.group()) - len(right)
            shifts.append((at - shift, shift))
    if not shifts:
        return text, low, lambda place: place
    starts = [place for place, _ in shifts]

    def origin(place: int) -> int:
        i = bisect_right(starts, place)
        return place + (shifts[i - 1][1] if i else 0)

    return "".join([*parts, text[at:]]), "".join([*lows, low[at:]]), origin
