"""Common English words, from the sentence encoder's own vocabulary, and slips of one letter in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache

from bot.encoder_build import HOME

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@lru_cache(maxsize=1)
def english() -> Mapping[str, int]:
    """Common words, lower case, with their place in the vocabulary: the smaller, the commoner."""
    vocabulary = json.loads((HOME / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    return {word: place for word, place in vocabulary.items() if word.isalpha() and word.isascii()}


def slips(word: str) -> Iterator[str]:
    """Everything that `word` may be one slip of: a letter too many, too few, another, or two swapped. The first letter
    is taken to be right, as it mostly is."""
    for i in range(1, len(word) + 1):
        head, tail = word[:i], word[i:]
        if tail:
            yield head + tail[1:]
            if len(tail) > 1:
                yield head + tail[1] + tail[0] + tail[2:]
        for letter in LETTERS:
            if tail:
                yield head + letter + tail[1:]
            yield head + letter + tail
