"""Misspelt words of our field put right, before anything is read."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

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
    (  # words that are no slips of those
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
    )
)
_WORD = re.compile(r"[a-z]{7,24}")


@lru_cache(maxsize=8192)
def _right(word: str, names: tuple[str, ...]) -> str:
    """The word of the field that `word` is a slip of (one letter, two in long words), or the word itself."""
    if word in _REAL or word in _FIELD or word in names:
        return word
    slips = 2 if len(word) >= 10 else 1
    best = process.extractOne(word, (*_FIELD, *names), scorer=OSA.distance, score_cutoff=slips)
    if best is None:
        return word
    target: str = best[0]
    # "images" is no slip of "image"
    inflected = word[:5] == target[:5] and (word.startswith(target[:-1]) or target.startswith(word[:-1]))
    return word if inflected or word[0] != target[0] else target


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
