"""Dates, read by dateutil, and only where the words look like one: so that no date is taken for a quantity."""

from __future__ import annotations

import re
from datetime import date, datetime

from dateutil.parser import parse
from dateutil.relativedelta import relativedelta

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


def _day(words: str) -> str | None:
    """YYYY-MM-DD; a day without a year is the coming one. None for what only looks like a date: the 31st of June."""
    today = date.today()
    plain = words.removeprefix("next ").replace(" of ", " ")
    start = datetime(today.year, today.month, 1 if any(c.isdigit() for c in plain) else today.day)
    try:
        found = parse(plain, dayfirst=not plain.startswith("20"), default=start).date()
    except (ValueError, OverflowError):
        return None
    if not re.search(r"20\d\d|[/.]\d\d$", plain) and found < today:
        found += relativedelta(years=1)
    return found.isoformat()


def dates(low: str) -> list[Span]:
    """Spans of kind `date`, their value as YYYY-MM-DD (days without a year are the coming ones)."""
    return [Span(m.start(), m.end(), "date", day) for m in _DATE.finditer(low[:2000]) if (day := _day(m.group()))]
