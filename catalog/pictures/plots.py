"""Bars, lines and strips of figures, for curves and charts. Each draws from canvas.y on and moves it below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from catalog.pictures.canvas import MARGIN, SMALL, WIDTH, Canvas, text_width
from catalog.pictures.forms import key

Point = tuple[float, float]
INSIDE = WIDTH - 2 * MARGIN
MOST = 9  # bars that are read at one look


@dataclass(frozen=True)
class Bar:
    name: str
    value: float
    said: str  # the value with its unit, as it is shown
    kind: str = "work"


@dataclass(frozen=True)
class Line:
    name: str  # empty: not in the key
    kind: str
    points: Sequence[Point]
    dashed: bool = False


@dataclass(frozen=True)
class Axis:
    """From `low` to `high`; `ticks`: (value, text)."""

    name: str
    low: float
    high: float
    ticks: Sequence[tuple[float, str]] = ()

    def share(self, value: float) -> float:
        return (value - self.low) / (self.high - self.low)


def bars(canvas: Canvas, rows: Sequence[Bar], longest: float = 0) -> None:
    """A bar each under its name and value, from zero, so that lengths compare as the values do. `longest`: the value
    that takes the whole width, where it is not the largest."""
    longest = longest or max(row.value for row in rows)
    for row in rows:
        name = _shortened(row.name, INSIDE - text_width(row.said, SMALL) - 12)
        canvas.text(MARGIN, canvas.y + 6, name, SMALL, "start")
        canvas.text(WIDTH - MARGIN, canvas.y + 6, row.said, SMALL, "end", "soft")
        canvas.bar(MARGIN, canvas.y + 15, row.value / longest * INSIDE, 7, row.kind)
        canvas.y += 29


def _shortened(name: str, room: float) -> str:
    """A name that fits: without what comes after its later commas, then without its last words."""
    while text_width(name, SMALL) > room:
        cut = name.rfind(", ") if name.count(", ") > 1 else name.rfind(" ")
        if cut < 0:
            break
        name = name[:cut].rstrip(",")
    return name


def lines(canvas: Canvas, across: Axis, up: Axis, series: Sequence[Line], high: float = 170) -> None:
    """Lines in a frame. The name of the upward axis stands over it, that of the other one under it."""
    canvas.text(MARGIN, canvas.y + 6, up.name, SMALL, "start", "soft")
    top = canvas.y + 18
    left = MARGIN + max((text_width(text, SMALL) + 6 for _, text in up.ticks), default=0)
    wide, bottom = WIDTH - MARGIN - left, top + high

    def at(point: Point) -> Point:
        x = min(max(across.share(point[0]), 0.0), 1.0)
        return left + x * wide, bottom - min(max(up.share(point[1]), 0.0), 1.0) * high

    for value, text in up.ticks:
        y = at((across.low, value))[1]
        canvas.line([(left, y), (left + wide, y)], width=0.8, faint=True)
        canvas.text(left - 6, y, text, SMALL, "end", "soft")
    canvas.line([(left, top), (left, bottom), (left + wide, bottom)], width=1.2)
    for value, text in across.ticks:
        x = at((value, up.low))[0]
        half = text_width(text, SMALL) / 2
        canvas.text(min(max(x, MARGIN + half), WIDTH - MARGIN - half), bottom + 13, text, SMALL, cls="soft")
    for line in series:
        canvas.line([at(point) for point in line.points], line.kind, 2.2, dashed=line.dashed)
    canvas.y = bottom + (22 if across.ticks else 4)
    canvas.text(WIDTH - MARGIN, canvas.y + 7, across.name, SMALL, "end", "soft")
    canvas.y += 20
    key(canvas, [(line.kind, line.name) for line in series if line.name])


def spread(rows: Sequence[Bar]) -> list[Bar]:
    """At most MOST of the rows, from the largest to the smallest, evenly by rank."""
    ranked = sorted(rows, key=lambda row: (-row.value, row.name))
    if len(ranked) <= MOST:
        return ranked
    return [ranked[round(i * (len(ranked) - 1) / (MOST - 1))] for i in range(MOST)]


def ends(rows: Sequence[Bar]) -> str:
    return f"from {rows[0].name} with {rows[0].said} down to {rows[-1].name} with {rows[-1].said}"


def chart(title: str, what: str, rows: Sequence[Bar], caption: str) -> Canvas | None:
    if len(rows) < 2:
        return None
    canvas = Canvas(title, f"Bars of {what}, {ends(rows)}.")
    bars(canvas, rows)
    canvas.caption(caption)
    return canvas


def strip(canvas: Canvas, name: str, said: str, values: Sequence[float], mine: Sequence[float]) -> None:
    """All values as dots on one line, each twice the one a step to its left, with one's own picked out."""
    low, high = math.log2(min(values)), math.log2(max(values))
    x0, wide = MARGIN + 4, INSIDE - 8

    def x(value: float) -> float:
        return x0 + (math.log2(value) - low) / ((high - low) or 1) * wide

    canvas.text(MARGIN, canvas.y + 6, name, SMALL, "start")
    canvas.text(WIDTH - MARGIN, canvas.y + 6, said, SMALL, "end", bold=True)
    y = canvas.y + 24
    canvas.line([(x0, y), (x0 + wide, y)], width=0.8, faint=True)
    for value in sorted(set(values)):
        canvas.dot(x(value), y, 2.4)
    for value in sorted(set(mine)):
        canvas.unit(x(value), y, 6, "out")
    canvas.y += 42
