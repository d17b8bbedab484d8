"""Rates, spans, sizes and precisions as clients say them, in base units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any

_PER = {
    "s": 1.0,
    "sec": 1.0,
    "second": 1.0,
    "min": 60.0,
    "minute": 60.0,
    "h": 3600.0,
    "hr": 3600.0,
    "hour": 3600.0,
    "d": 86_400.0,
    "day": 86_400.0,
    "night": 86_400.0,
    "week": 604_800.0,
    "month": 2_628_000.0,
    "year": 31_536_000.0,
}
_HOURS = {
    "ms": 1 / 3_600_000,
    "millisecond": 1 / 3_600_000,
    "s": 1 / 3600,
    "sec": 1 / 3600,
    "second": 1 / 3600,
    "min": 1 / 60,
    "minute": 1 / 60,
    "h": 1.0,
    "hr": 1.0,
    "hour": 1.0,
    "day": 24.0,
    "night": 12.0,
    "overnight": 12.0,
    "week": 168.0,
    "month": 730.0,
    "year": 8760.0,
}
_BYTES = {
    "kb": 1e-6,
    "mb": 1e-3,
    "gb": 1.0,
    "tb": 1e3,
    "pb": 1e6,
    "mib": 1.048576e-3,
    "gib": 1.073741824,
    "tib": 1099.511627776,
}
FOUR = 4.85  # bits a weight up to which a file counts as one of 4 bits
_FILES = (
    ("q2_k", 3.35), ("q2", 3.35), ("2bit", 3.35), ("q3_k_s", 3.5), ("q3_k_m", 3.91), ("q3_k_l", 4.27), ("q3", 3.91),
    ("3bit", 3.91), ("q4_k_s", 4.58), ("q5_k_s", 5.52), ("q5", 5.68), ("5bit", 5.68), ("q6", 6.56), ("6bit", 6.56),
    ("int6", 6.56), ("int5", 5.68), ("fp6", 6.56), ("iq1", 1.75), ("1.58bit", 2.0), ("iq2_xxs", 2.06), ("iq2_xs", 2.31),
    ("iq2_s", 2.5), ("iq2", 2.7), ("iq3_xxs", 3.06), ("iq3_xs", 3.3), ("iq3_s", 3.44), ("iq3", 3.66), ("iq4_xs", 4.25),
    ("iq4", 4.5),
)  # fmt: skip
_PRECISIONS = {
    "fp32": "fp32",
    "float32": "fp32",
    "tf32": "tf32",
    "fp16": "fp16",
    "half": "fp16",
    "bf16": "bf16",
    "mixed": "fp16",
    "amp": "fp16",
    "unquantized": "fp16",
    "unquantised": "fp16",
    "full precision": "fp16",
    "16bit": "fp16",
    "16-bit": "fp16",
    "fp8": "fp8",
    "int8": "int8",
    "1 byte per parameter": "int8",
    "int4": "int4",
    "mxfp4": "int4",
    "nf4": "int4",
    "awq": "int4",
    "gptq": "int4",
    "fp4": "int4",
    "nvfp4": "int4",
}


def as_list(value: Any) -> list[Any]:
    """A slot's value as a list, whether one or several were told."""
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [value]


def first(value: Any) -> str:
    """The first value of a slot, lower case; "" when nothing is told."""
    return str((as_list(value) or [""])[0] or "").lower().strip()


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if isfinite(number) else None


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and word not in ("s", "ms") else word


def per_second(rate: Mapping[str, Any] | float | None) -> tuple[float, str] | None:
    """{"amount": 20, "unit": "images/s"} -> (20.0, "image"); the item is singular, "" when not said. None if
    unreadable."""
    if rate is None:
        return None
    if isinstance(rate, int | float):
        return float(rate), ""
    amount = _number(rate.get("amount")) if isinstance(rate, Mapping) else None
    if amount is None:
        return None
    unit = str(rate.get("unit") or "").lower().strip()
    if unit == "fps":
        return amount, "frame"
    item, _, period = unit.partition("/")
    if not period and (found := re.match(r"(.*?)\s*\b(?:per|an?)\s+(\w+)$", unit)):
        item, period = found.groups()
    seconds = _PER.get(_singular(period.strip()), 1.0) if period else 1.0
    head, of, tail = item.strip().partition(" of ")
    return amount / seconds, f"{_singular(head)}{of}{tail}"


def of_days(rate: Mapping[str, Any] | float | None) -> bool:
    """Whether the rate is so much a day or longer, to be done in the hours that it is at work, whichever they are."""
    unit = str(rate.get("unit") or "") if isinstance(rate, Mapping) else ""
    return _PER.get(_singular(unit.lower().rpartition("/")[2].strip()), 1.0) >= 86_400.0 if "/" in unit else False


def hours(span: Mapping[str, Any] | float | None) -> float | None:
    """{"amount": 2, "unit": "days"} -> 48.0; None if unreadable."""
    if span is None:
        return None
    if isinstance(span, int | float):
        return float(span)
    if not isinstance(span, Mapping):
        return None
    amount, factor = _number(span.get("amount")), _HOURS.get(_singular(str(span.get("unit") or "hour").lower()))
    return None if amount is None or factor is None else amount * factor


def gigabytes(size: Mapping[str, Any]) -> float | None:
    """{"amount": 400, "unit": "GB"} -> 400.0 (10^9 bytes); None when the unit counts something else."""
    factor, amount = _BYTES.get(str(size.get("unit") or "").lower()), _number(size.get("amount"))
    return None if factor is None or amount is None else amount * factor


def filmed(resolution: str) -> bool:
    """Whether it is a format of video ("1080p", "4k", "1280x720"): what a camera gives, not what a network is given."""
    text = str(resolution).lower().replace("×", "x").replace(" ", "").lstrip("><~")
    sides = re.fullmatch(r"(\d+)x(\d+)", text)
    wide = sides is not None and abs(int(sides[1]) * 9 - int(sides[2]) * 16) <= 16
    return wide or re.fullmatch(r"\d+(?:\.\d+)?[pik]|uhd|fhd|full-?hd|hd", text) is not None


def pixels(resolution: str) -> tuple[float, float] | None:
    """ "1024x1024" -> (pixels, depth 1); "512x512x260" -> (512 * 512, 260); "1080p", "4k", "2MP" too. None if
    unreadable."""
    text = str(resolution).lower().replace("×", "x").strip().lstrip("><~ ")
    named = {
        "720p": 1280 * 720,
        "1080p": 1920 * 1080,
        "1440p": 2560 * 1440,
        "2160p": 3840 * 2160,
        "4320p": 7680 * 4320,
        "2k": 2048 * 1080,
        "4k": 3840 * 2160,
        "uhd": 3840 * 2160,
        "8k": 7680 * 4320,
        "full hd": 1920 * 1080,
        "fullhd": 1920 * 1080,
        "hd": 1280 * 720,
    }
    if text in named:
        return float(named[text]), 1.0
    if found := re.fullmatch(r"(\d+(?:\.\d+)?)\s*(?:mp|mpx|megapixels?|mpix)", text):
        return float(found[1]) * 1e6, 1.0
    sides = [float(s) for s in re.findall(r"\d+(?:\.\d+)?", text)]
    if not sides or min(sides) <= 0:
        return None
    if len(sides) == 1:
        return sides[0] ** 2, 1.0
    if len(sides) == 2:
        return sides[0] * sides[1], 1.0
    return (sides[0] * sides[1], sides[2]) if len(sides) == 3 else None


def precision(said: Any) -> str | None:
    """ "Q4_K_M" -> "int4"; None where nothing is said or it is not a precision we size."""
    text = first(said)
    if text in _PRECISIONS:
        return _PRECISIONS[text]
    bits = file_bits(said)
    if text.startswith(("q8", "8bit", "8-bit", "8 bit")) or (bits is not None and bits > FOUR):
        return "int8"
    return "int4" if bits is not None or text.startswith(("q4", "iq", "4bit", "4-bit", "4 bit", "exl")) else None


def file_bits(said: Any) -> float | None:
    """Bits a weight of a model file in a format that is neither 4 nor 8 bits: "Q5_K_M" -> 5.68, "6bpw" -> 6.1; None for
    other formats. From the tables of llama.cpp's `quantize` (Llama 2 7B); a bare number of bits is that K-quant."""
    text = first(said).replace("-", "").replace(" ", "").removeprefix("ud").lstrip("_")
    if bpw := re.fullmatch(r"(\d(?:\.\d{1,2})?)bpw", text):
        return float(bpw[1]) + 0.1  # the head keeps more bits than the rest
    return next((b for name, b in _FILES if text.startswith(name) and not text[len(name) :][:1].isdigit()), None)


def plain(value: float) -> str:
    """Three figures at most, never an exponent: 0.0123, 4.5, 310, 1,030, 12,400."""
    if abs(value) >= 1000:
        step = 10 ** (len(str(int(abs(value)))) - 3)
        return f"{round(value / step) * step:,.0f}"
    return f"{value:.3g}" if abs(value) >= 1e-4 or value == 0 else f"{value:.6f}".rstrip("0").rstrip(".")
