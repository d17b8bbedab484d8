"""Reads and writes single cells: text as it stands in a file, and the value that a dataclass holds."""
from __future__ import annotations

import math
import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from catalog.schema import Column
from catalog.things import GpuCount

SLUG = re.compile(r"[a-z0-9_.-]+")
FIRST_DAY = date(2005, 1, 1)  # no price in this catalog is older


class BadCell(ValueError):
    """A cell that cannot be read as its column's type; the message says why and what to write."""


_YES_NO = {"yes": True, "true": True, "y": True, "1": True, "no": False, "false": False, "n": False, "0": False}
_COUNT = re.compile(r"(?:(\d{1,4})\s*[x×]\s*)?([a-z0-9_.-]+)", re.IGNORECASE)
# A unit written beside a number is taken when it is one we can turn into the column's own, and refused when it is not.
_UNITS: dict[str, dict[str, float]] = {
    "GB": {"gb": 1.0, "gib": 1.0, "mb": 1 / 1024, "mib": 1 / 1024, "tb": 1024.0, "tib": 1024.0},
    "TB": {"tb": 1.0, "gb": 1e-3, "pb": 1e3},
    "GB/s": {"gb/s": 1.0, "gbs": 1.0, "mb/s": 1e-3, "tb/s": 1e3},
    "Gbit/s": {"gbit/s": 1.0, "gbps": 1.0, "mbit/s": 1e-3, "tbit/s": 1e3, "gbe": 1.0, "g": 1.0},
    "TFLOPS": {"tflops": 1.0, "tflop/s": 1.0, "gflops": 1e-3, "pflops": 1e3},
    "TOPS": {"tops": 1.0, "pops": 1e3},
    "W": {"w": 1.0, "watt": 1.0, "watts": 1.0, "kw": 1e3},
    "kg": {"kg": 1.0, "g": 1e-3},
    "U": {"u": 1.0, "ru": 1.0},
    "10^6": {"m": 1.0, "b": 1e3, "k": 1e-3},
}
_NUMBER = re.compile(r"([-+]?(?:\d+(?:,\d{3})*|\d*)(?:\.\d+)?(?:e[-+]?\d{1,3})?)\s*([a-z].*)?", re.IGNORECASE)
_SPREADSHEET_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
_SIGNS = "£$€"


def decode(column: Column, text: str, today: date) -> Any:
    """What a cell says. Empty is None. Raises `BadCell` on what cannot be read or is out of bounds.

    `today` bounds days: a price cannot come from the future.
    """
    text = " ".join(text.split())
    if not text:
        if column.required:
            raise BadCell("it is empty and must not be")
        return () if column.type in ("list", "gpu_counts") else "" if column.type == "text" else None
    if text.startswith(("=", "@")) or text in _SPREADSHEET_ERRORS:
        raise BadCell(f"'{_short(text)}' is a spreadsheet formula or its error: write the value")
    if not text.isprintable():
        raise BadCell("it has characters that cannot be printed")
    match column.type:
        case "text":
            return text
        case "slug":
            if not SLUG.fullmatch(text):
                raise BadCell(f"'{_short(text)}' is not an id: use lower-case letters, digits, '_', '-' and '.'")
            return text
        case "choice":
            found = [choice for choice in column.choices if choice.lower() == text.lower().replace(" ", "_")]
            if not found:
                raise BadCell(f"'{_short(text)}' is not one of {', '.join(column.choices)}")
            return found[0]
        case "yes_no":
            if text.lower() not in _YES_NO:
                raise BadCell(f"'{_short(text)}' is neither yes nor no")
            return _YES_NO[text.lower()]
        case "day":
            return _day(text, today)
        case "list":
            return tuple(part.strip().lower() for part in text.split(";") if part.strip())
        case "gpu_counts":
            return _gpu_counts(text)
        case _:
            return _quantity(column, text)


def encode(value: Any) -> str:
    """The cell for a value: `decode` reads back the same value."""
    match value:
        case None | ():
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case tuple():
            return ";".join(f"{part.count}x {part.gpu}" if isinstance(part, GpuCount) else part for part in value)
        case _:
            return str(value)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."


def _day(text: str, today: date) -> date:
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError:
        raise BadCell(f"'{_short(text)}' is not a day: write it as 2026-03-31") from None
    if day > today:
        raise BadCell(f"{day} is in the future")
    if day < FIRST_DAY:
        raise BadCell(f"{day} is too long ago to be a price")
    return day


def _gpu_counts(text: str) -> tuple[GpuCount, ...]:
    counts: list[GpuCount] = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        match = _COUNT.fullmatch(part)
        if not match or not int(match[1] or 1):
            raise BadCell(f"'{_short(part)}' is not a count of GPUs: write '2x rtx_4090;1x l40s'")
        counts.append(GpuCount(match[2].lower(), int(match[1] or 1)))
    if len({count.gpu for count in counts}) < len(counts):
        raise BadCell("it names the same GPU twice: add the counts up")
    return tuple(counts)


def _quantity(column: Column, text: str) -> float | int | Decimal:
    if column.type == "money" and text[0] in _SIGNS:
        raise BadCell(f"'{_short(text)}' has a currency sign: write the number here and the currency in its column")
    match = _NUMBER.fullmatch(text)
    if not match or not match[1] or len(match[1]) > 40:
        raise BadCell(f"'{_short(text)}' is not a number")
    try:
        number = Decimal(match[1].replace(",", ""))
    except InvalidOperation:
        raise BadCell(f"'{_short(text)}' is not a number") from None
    unit = (match[2] or "").strip().lower()
    if unit and unit != column.unit.lower():
        factor = _UNITS.get(column.unit, {}).get(unit)
        if factor is None:
            raise BadCell(f"'{_short(text)}' is in '{_short(match[2])}', not {column.unit or 'a plain number'}")
        number *= Decimal(repr(factor))
    low, high = column.least, column.most
    money = column.type == "money"
    if low is not None and (number <= low if money else number < Decimal(repr(low))):
        least = f"{'more than' if money else 'at least'} {low:g} {'' if money else column.unit}".rstrip()
        raise BadCell(f"{_short(text)} is too small: it must be {least}")
    if high is not None and number > Decimal(repr(high)):
        most = f"{high:g} {'' if money else column.unit}".rstrip()
        raise BadCell(f"{_short(text)} is too large: it must be at most {most}")
    if money:
        return number
    if column.type == "integer":
        if number != number.to_integral_value():
            raise BadCell(f"{_short(text)} is not a whole number")
        return int(number)
    value = float(number)
    if not math.isfinite(value):
        raise BadCell(f"'{_short(text)}' is not a number")
    return value
