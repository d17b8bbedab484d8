"""How people type: messages with a slip of the pen, in lower case, without punctuation, or in the other spelling."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from bot.hear import read
from catalog import store

# keys beside each other on a QWERTY keyboard
_BESIDE = {
    letter: row[max(0, i - 1) : i] + row[i + 1 : i + 2]
    for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm")
    for i, letter in enumerate(row)
}
_WORD = re.compile(r"[A-Za-z]{4,}")
_NAMES = ("gpu", "system", "network")
# British -> American; endings go by rule, below
_SPELT = {
    "colour": "color", "grey": "gray", "centre": "center", "catalogue": "catalog", "licence": "license",
    "metre": "meter", "metres": "meters", "litre": "liter", "labelled": "labeled", "labelling": "labeling",
    "modelling": "modeling", "neighbour": "neighbor", "behaviour": "behavior", "favourite": "favorite",
    "defence": "defense", "programme": "program", "tyre": "tire", "tyres": "tires", "mould": "mold",
    "aluminium": "aluminum", "tumour": "tumor", "tumours": "tumors", "analyse": "analyze", "judgement": "judgment",
    "cancelled": "canceled", "travelling": "traveling", "fibre": "fiber", "cheque": "check", "odour": "odor",
}  # fmt: skip
_AMERICAN = {theirs: ours for ours, theirs in _SPELT.items() if theirs not in ("check", "program", "license", "tire")}
_ISE = re.compile(
    r"\b(optim|quant|organ|recogn|summar|util|special|real|custom|normal|minim|maxim|parallel|general|token|visual|"
    r"vector|anonym|categor|digit|colour|color|virtual)(i[sz])(e[sdr]?|ing|ations?)\b",
    re.I,
)

Change = Callable[[str], str]


def typo(text: str) -> str:
    """One slip in one word: two letters swapped, one dropped, doubled, or hit beside. Always the same for the same
    text. Never in a number nor in the name of a card, machine or network: L4 for L40 is no slip but another question,
    and names are compared letter by letter on purpose."""
    chance = random.Random(text)
    named = [(m.start, m.end) for m in read(text, store.snapshot()).mentions if m.kind in _NAMES]
    words = [
        w
        for w in _WORD.finditer(text)
        if not any(s < w.end() and w.start() < e for s, e in named) and not re.search(r"\d", _around(text, w))
    ]
    if not words:
        return text
    word = chance.choice(words)
    i = chance.randrange(word.start() + 1, word.end())  # the first letter is seldom wrong
    letter = text[i]
    kind = chance.choice(("swap", "drop", "double", "beside"))
    if kind == "swap" and i + 1 < word.end():
        return text[:i] + text[i + 1] + letter + text[i + 2 :]
    if kind == "double":
        return text[:i] + letter + text[i:]
    if kind == "beside":
        return text[:i] + chance.choice(_BESIDE[letter.lower()]) + text[i + 1 :]
    return text[:i] + text[i + 1 :]


def _around(text: str, word: re.Match[str]) -> str:
    """The word with what is joined to it: "RTX3090", "gpt-4o"."""
    start, end = word.span()
    while start and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return text[start:end]


def unpunctuated(text: str) -> str:
    """Without commas, stops, question marks, quotes and brackets; what stands inside a number or a name stays."""
    return re.sub(r"[?!;:\"“”‘’'()]|[.,](?!\d)", "", text)


def american(text: str) -> str:
    return _ISE.sub(lambda m: m[1] + ("iz" if m[2].islower() else "IZ") + m[3], _words(text, _SPELT))


def british(text: str) -> str:
    return _ISE.sub(lambda m: m[1] + ("is" if m[2].islower() else "IS") + m[3], _words(text, _AMERICAN))


def _words(text: str, changed: dict[str, str]) -> str:
    return re.sub(r"[a-z]+", lambda m: changed.get(m[0], m[0]), text)


CHANGES: dict[str, Change] = {
    "one typo": typo,
    "lower case": str.lower,
    "no punctuation": unpunctuated,
    "American": american,
    "British": british,
}
