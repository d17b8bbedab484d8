"""The message made easy to read: lower case, plain punctuation, as long as it was, so that places stay places."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

LONGEST = 10_000  # characters; what stands behind is not read, so that a pasted book holds nobody up

_PLAIN = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201b": "'",
        "\u2032": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2033": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
        "\u00d7": "x",
        "\u2715": "x",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\u3000": " ",
        "\t": " ",
        "\u2248": "~",
        "\u223c": "~",
        "\uff5e": "~",
        "\uff0c": ",",
        "\u3002": ".",
        "\uff1a": ":",
        "\uff04": "$",
        "\uffe1": "\u00a3",
    }
)
# letters and figures apart, so that "RTX3080Ti", "rtx-3080 ti" and "RTX 3080 Ti" are the same; the x of "8xV100" alone
_TOKEN = re.compile(r"(?<=\d)x(?!tx?\b)(?=[a-z\d])|[a-z]+|\d+(?:\.\d+)?|[^\W\d_a-z]+|\+")

# what has been read is blotted out with these, as many as it had characters, so that nothing reads it twice
GPU, MODEL, SYSTEM, CPU, MONEY, DATE = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004", "\ue005"
BLOTS = GPU + MODEL + SYSTEM + CPU + MONEY + DATE


class Token(NamedTuple):
    text: str
    start: int
    end: int


def plain(text: str) -> str:
    """`text` in lower case with typographic characters straightened; as long as the text, cut at LONGEST."""
    text = text[:LONGEST].translate(_PLAIN)
    low = text.lower()
    if len(low) != len(text):  # a few letters grow when lowered
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return re.sub(f"[{BLOTS}]", " ", low)


def tokens(low: str) -> list[Token]:
    return [Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(low)]


def words(name: str) -> tuple[str, ...]:
    """The tokens of a name, to be compared with those of a message."""
    return tuple(t.text for t in tokens(plain(name)))


def blot(low: str, stretches: Iterable[tuple[int, int]], character: str) -> str:
    """`low` with each stretch replaced by as many `character`s."""
    parts, at = [], 0
    for start, end in sorted(stretches):
        parts += [low[at:start], character * (end - max(start, at))]
        at = max(at, end)
    return "".join([*parts, low[at:]])


class Taken:
    """Which places of a text are spoken for."""

    def __init__(self, stretches: Iterable[tuple[int, int]] = ()) -> None:
        self._places = bytearray(LONGEST)
        for start, end in stretches:
            self.add(start, end)

    def add(self, start: int, end: int) -> None:
        self._places[start:end] = b"\1" * (end - start)

    def touches(self, start: int, end: int) -> bool:
        return self._places.find(1, start, end) >= 0


def sentence_start(low: str, at: int) -> int:
    """Where the sentence that holds `at` begins, at most 200 characters back."""
    first = max(0, at - 200)
    ends = [m.end() for m in re.finditer(r"[.!?;](?=\s)|\n", low[first:at])]
    return first + (ends[-1] if ends else 0)
