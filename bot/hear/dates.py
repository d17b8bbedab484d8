"""Dates, read by dateparser, and only where the words look like one: so that no date is taken for a quantity."""

from __future__ import annotations

import re
from functools import lru_cache

from .heard import Span

_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_DATE = re.compile(
    rf"(?<![\w.-])(?:20\d\d-\d\d-\d\d|[0-3]?\d[/.][01]?\d[/.](?:20)?\d\d|[0-3]?\d(?:st|nd|rd|"
    rf"th)?(?: of)? {_MONTHS}(?:,? 20\d\d)?|{_MONTHS} [0-3]?\d(?:st|nd|rd|th)?(?:,? 20\d\d)?|"
    rf"{_MONTHS} 20\d\d|(?<=by ){_DAYS}|(?<=on ){_DAYS}|next {_DAYS})(?![\w-])"
)


@lru_cache(maxsize=256)
def _day(words: str) -> str | None:
    import dateparser  # type: ignore[import-untyped]  # takes half a second to import, and few messages have a date

    found = dateparser.parse(
        words,
        languages=["en"],
        settings={"DATE_ORDER": "DMY", "PREFER_DATES_FROM": "future", "PREFER_DAY_OF_MONTH": "first"},
    )
    return found.date().isoformat() if found else None


def dates(low: str) -> list[Span]:
    """Spans of kind `date`, their value as YYYY-MM-DD (days without a year are the coming ones)."""
    return [Span(m.start(), m.end(), "date", day) for m in _DATE.finditer(low[:2000]) if (day := _day(m.group()))]
