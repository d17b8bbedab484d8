"""The words of a message as features: what the sentence embedding blurs (sell, lag, quote) tells intents apart."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np

WEIGHT = 6.0  # against an embedding of length 10
SEEN = 8  # a word counts when so many utterances of the training data have it
_TOKEN = re.compile(r"[a-z']+|\?")


def words(text: str) -> set[str]:
    """Single words and pairs of neighbours."""
    tokens = _TOKEN.findall(text.lower())
    return {*tokens, *(f"{a} {b}" for a, b in itertools.pairwise(tokens))}


def vocabulary(texts: Iterable[str]) -> list[str]:
    """What is worth counting, in a fixed order."""
    counts = Counter(word for text in texts for word in words(text))
    return sorted(word for word, count in counts.items() if count >= SEEN)


def row(text: str, places: Mapping[str, int]) -> np.ndarray:
    """(len(places),) float32 of length WEIGHT, or 0 when no word is known."""
    found = [places[word] for word in words(text) if word in places]
    out = np.zeros(len(places), np.float32)
    if found:
        out[found] = WEIGHT / np.sqrt(len(found))
    return out
