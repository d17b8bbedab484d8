"""Numbers as people write them: '50,000', '1.5m', 'twenty five', 'half a million', '2-3', '$8 to $10k', '10^30'."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

ONES = {
    word: value
    for value, word in enumerate(
        (
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        )
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
    )
}
_SCALES = {
    "dozen": 12.0,
    "hundred": 1e2,
    "thousand": 1e3,
    "grand": 1e3,
    "lakh": 1e5,
    "million": 1e6,
    "mio": 1e6,
    "mln": 1e6,
    "mn": 1e6,
    "crore": 1e7,
    "billion": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
}
_LETTERS = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}
_WORD = "|".join(sorted([*ONES, *_TENS], key=len, reverse=True))
_SCALE = "|".join(sorted((s + ("s?" if s != "grand" else "") for s in _SCALES), key=len, reverse=True))

# "1,5 Mio", "2,5k": a comma before one or two figures and a unit is a decimal one, as on the Continent
_COMMA = r"\d{1,4},\d{1,2}(?=\s?-?(?:k|m|mio|mln|mn|bn|b|million|billion|thousand|grand|tb|gb|eur|euros?|\u20ac|%|s|"
_COMMA += r"ms|sec|seconds|h|hours?|days?|bits?|bpw)(?![a-z]))"
_DOTTED = r"\d{1,3}(?:\.\d{3}){1,4}(?=\s?(?:\u20ac|eur))|(?<=\u20ac)\d{1,3}(?:\.\d{3}){1,4}(?![\d.])"  # 12.500 EUR
_FIGURES = rf"(?:{_COMMA}|"
_FIGURES += r"\d{1,3}(?:,\d{3}){1,12}(?!\d)|\d{1,3}(?:'\d{3}){1,4}(?!\d)|"
_FIGURES += r"\d{1,3}(?:\ \d{3}){1,12}(?![\dx])|\d{1,400})(?:\.\d{1,30})?"
_NUMBER = rf"""
    (?P<minus>(?<![\w.)])-(?=\d))?
    (?:
        (?P<halved>(?:{_WORD}|\d{{1,3}})\ and\ a\ half(?:[\s-](?P<of>{_SCALE}))?(?![a-z]))
      |
        (?:(?P<dotted>{_DOTTED})|(?P<figures>{_FIGURES}))
        (?:\s?(?:\^|\*\*)\s?(?P<power>\d{{1,3}})(?!\d) | e\+?(?P<exponent>\d{{1,3}})(?!\w))?
        (?:\s?-?(?P<scale>{_SCALE})(?![a-z])
          |(?P<letter>[kmb]|t(?=\s?-?(?:tok|param|model|moe|llm|total|weights)))(?![a-z0-9/'])
          |\s(?P<spaced>[kb])(?![a-z0-9/'.-]))?
      |
        (?P<spelt>(?:half\ an?|an?|{_WORD})(?:[\s-](?:{_SCALE})(?![a-z]))
         (?:(?:[\s-](?:and\s)?(?:{_WORD}|{_SCALE})(?![a-z])){{1,8}})?
         |(?:{_WORD})(?:[\s-](?:and\s)?(?:{_WORD}|{_SCALE})(?![a-z])){{0,8}}
         |half(?=\ an?\ )|an?\ couple(?:\ of)?(?:\s(?:{_SCALE})(?![a-z]))?|(?:half\ an?\ )?dozens?)(?![a-z])
    )
"""
_ONE = re.compile(_NUMBER, re.VERBOSE)
_START = re.compile(
    rf"(?<![\w.\ue000-\ue005])(?=-?\d|(?:half|an?|couple|dozens?|{_WORD})\b)|"
    rf"(?<=[x$\u00a3\u20ac])(?=\d)"
)
_RANGE = re.compile(r"\s?(?:-|to|or|and|\.\.)\s?(?:[$\u00a3\u20ac]\s?)?(?=[\da-z])")
_ABOUT = re.compile(
    r"(?:~|(?<!what )(?<!how )about|around|roughly|approx\w*\.?|circa|ca\.?|some|nearly|almost|say|"
    r"like)[\s$\u00a3\u20ac]*$"
)
_AT_MOST = re.compile(
    r"(?:<=?|under|below|at most|up to|max(?:imum)?(?: of)?|no more than|not more than|less than|fewer than|within|"
    r"cap(?:ped)? "
    r"(?:at|of)|top out at)[\s~$\u00a3\u20ac]*(?:about |around )?$"
)
_AT_LEAST = re.compile(
    r"(?:>=?|at least|over|more than|min(?:imum)?(?: of)?|above|larger than|"
    r"bigger than)[\s~$\u00a3\u20ac]*$"
)


class Number(NamedTuple):
    """`value` is the greater end where `low` is given. `suffix` is the letter k, m or b that stood right behind, if
    any."""

    start: int
    end: int
    value: float
    low: float | None = None
    suffix: str = ""
    bound: str = ""  # "about", "max", "min" or ""


@lru_cache(maxsize=1024)
def _spelt(words: str) -> float:
    """'two hundred and fifty thousand' -> 250000."""
    total, current = 0.0, 0.0
    for word in re.split(r"[\s-]+", words):
        singular = word.removesuffix("s")
        if word in ONES:
            current += ONES[word]
        elif word in _TENS:
            current += _TENS[word]
        elif word == "half":
            current = 0.5
        elif singular == "couple":
            current = 2
        elif singular in _SCALES:
            scale = _SCALES[singular]
            if scale >= 1e3:
                total, current = total + (current or 1) * scale, 0.0
            else:
                current = (current or 1) * scale
    return total + current


def _power(base: float, exponent: int) -> float:
    try:
        return base**exponent
    except OverflowError:
        return float("inf")


def _figures(text: str) -> float:
    """'50,000', '1 200' and '1,5' as they are meant."""
    if re.fullmatch(r"\d{1,4},\d{1,2}", text):
        return float(text.replace(",", "."))
    return float(text.replace(",", "").replace(" ", "").replace("'", ""))


def _one(match: re.Match[str]) -> tuple[float, str, float]:
    """(value without its scale, letter, scale)."""
    if match["spelt"]:
        return _spelt(match["spelt"]), "", 1.0
    if match["halved"]:
        first = match["halved"].split()[0]
        scale = _SCALES[match["of"].removesuffix("s")] if match["of"] else 1.0
        return (float(first) if first.isdigit() else _spelt(first)) + 0.5, "", scale
    value = _figures(match["figures"]) if match["figures"] else float(match["dotted"].replace(".", ""))
    if match["power"]:
        value = _power(value, int(match["power"]))
    elif match["exponent"]:
        value *= _power(10.0, int(match["exponent"]))
    letter = match["letter"] or match["spaced"] or ""
    scale = _SCALES[match["scale"].removesuffix("s")] if match["scale"] else _LETTERS.get(letter, 1.0)
    return -value if match["minus"] else value, letter, scale


def _bound(low: str, start: int) -> str:
    before = low[max(0, start - 24) : start]
    return (
        "max"
        if _AT_MOST.search(before)
        else "min"
        if _AT_LEAST.search(before)
        else "about"
        if _ABOUT.search(before)
        else ""
    )


def numbers(low: str) -> list[Number]:
    """All numbers of a message in `text.plain` form, in order. What reads as 'a' or 'half' alone is no number."""
    found: list[Number] = []
    at = 0
    while begin := _START.search(low, at):
        match = _ONE.match(low, begin.start())
        if not match or (match["spelt"] in ("a", "an")):
            at = begin.start() + 1
            continue
        end = match.end()
        value, letter, scale = _one(match)
        first: float | None = None
        joint = _RANGE.match(low, end)
        second = _ONE.match(low, joint.end()) if joint and _joins(low, joint, begin.start()) else None
        if second and not second["minus"]:
            value2, letter2, scale2 = _one(second)
            lesser = value * (scale if scale != 1 else scale2 if value < value2 * scale2 else 1.0)
            if 0 < lesser < value2 * scale2:
                first, value, letter, scale, end = lesser, value2, letter2, scale2, second.end()
        found.append(Number(begin.start(), end, value * scale, first, letter, _bound(low, begin.start())))
        at = end
    return found


def _joins(low: str, joint: re.Match[str], start: int) -> bool:
    """'8 or 16', '8 to 10' and '8-10' are ranges; 'and' only behind 'between'; 1-2-3 and 2024-05-01 are not."""
    word = joint.group().strip(" $\u00a3\u20ac")
    if word == "and":
        return "between" in low[max(0, start - 12) : start]
    chained = re.match(r"\d+-\d", low[joint.end() : joint.end() + 12]) or re.search(
        r"\d-$", low[max(0, start - 2) : start]
    )
    return not (word == "-" and chained)


def tidy(value: float) -> float | int:
    """Whole numbers as int, so that a told 20.0 reads 20."""
    return int(value) if abs(value) < 1e15 and value == int(value) else value
