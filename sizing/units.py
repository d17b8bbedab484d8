"""Rates, spans and sizes as clients say them, in base units."""
from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_PER = {"s": 1.0, "sec": 1.0, "second": 1.0, "min": 60.0, "minute": 60.0, "h": 3600.0, "hr": 3600.0, "hour": 3600.0,
        "day": 86_400.0, "week": 604_800.0, "month": 2_628_000.0, "year": 31_536_000.0}
_HOURS = {"s": 1 / 3600, "min": 1 / 60, "minute": 1 / 60, "h": 1.0, "hour": 1.0, "day": 24.0, "night": 12.0, "overnight": 12.0,
          "week": 168.0, "month": 730.0, "year": 8760.0, "ms": 1 / 3_600_000, "second": 1 / 3600}
_COUNTS = {"thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "billion": 1e9}
_BYTES = {"kb": 1e-6, "mb": 1e-3, "gb": 1.0, "tb": 1e3, "pb": 1e6, "gib": 1.073741824, "tib": 1099.511627776, "mib": 1.048576e-3}


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and word not in ("s", "ms") else word


def per_second(rate: Mapping[str, Any] | float | None) -> tuple[float, str] | None:
    """{"amount": 20, "unit": "images/s"} -> (20.0, "image"); the item is singular, "" when not said. None if unreadable."""
    if rate is None:
        return None
    if isinstance(rate, int | float):
        return float(rate), ""
    try:
        amount = float(rate["amount"])
    except (KeyError, TypeError, ValueError):
        return None
    unit = str(rate.get("unit") or "").lower().strip()
    if unit == "fps":
        return amount, "frame"
    item, _, period = unit.partition("/")
    if not period and (found := re.match(r"(.*?)\s*(?:per|an?)\s+(\w+)$", unit)):
        item, period = found.groups()
    seconds = _PER.get(_singular(period.strip()), 1.0) if period else 1.0
    return amount / seconds, _singular(item.strip())


def hours(span: Mapping[str, Any] | float | None) -> float | None:
    """{"amount": 2, "unit": "days"} -> 48.0; None if unreadable."""
    if span is None:
        return None
    if isinstance(span, int | float):
        return float(span)
    try:
        return float(span["amount"]) * _HOURS[_singular(str(span.get("unit") or "hour").lower())]
    except (KeyError, TypeError, ValueError):
        return None


def gigabytes(size: Mapping[str, Any]) -> float | None:
    """{"amount": 400, "unit": "GB"} -> 400.0 (10^9 bytes); None when the unit counts something else."""
    factor = _BYTES.get(str(size.get("unit") or "").lower())
    amount = size.get("amount")
    return None if factor is None or not isinstance(amount, int | float) else float(amount) * factor


def pixels(resolution: str) -> tuple[float, float] | None:
    """"1024x1024" -> (pixels, depth 1); "512x512x260" -> (512*512, 260); "1080p", "4k", "2MP" too. None if unreadable."""
    text = str(resolution).lower().replace("×", "x").strip().lstrip("><~ ")
    named = {"720p": 1280 * 720, "1080p": 1920 * 1080, "1440p": 2560 * 1440, "2k": 2048 * 1080, "4k": 3840 * 2160,
             "8k": 7680 * 4320, "full hd": 1920 * 1080, "hd": 1280 * 720}
    if text in named:
        return float(named[text]), 1.0
    if found := re.fullmatch(r"(\d+(?:\.\d+)?)\s*(?:mp|megapixels?|mpix)", text):
        return float(found[1]) * 1e6, 1.0
    sides = [float(s) for s in re.findall(r"\d+(?:\.\d+)?", text)]
    if len(sides) == 1:
        return sides[0] ** 2, 1.0
    if len(sides) == 2:
        return sides[0] * sides[1], 1.0
    return (sides[0] * sides[1], sides[2]) if len(sides) == 3 else None
