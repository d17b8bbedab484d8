"""The charts of a document as shapes on a sheet of `WIDTH`; the page and the PDF each draw the same shapes.

x runs to the right and y downwards, in points. Colours are chosen to be told apart without seeing colour too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import ceil, floor, log10
from typing import Any

from sizing.units import plain

Json = dict[str, Any]
Point = tuple[float, float]
WIDTH = 480.0
LEFT, RIGHT, TOP = 62.0, 16.0, 24.0
SIZE = 8.0
INK, SOFT, FAINT = "#1b2a33", "#51626c", "#d5dbdf"
VERDICTS = {"recommended": "#0b6e5f", "keep": "#0b6e5f", "rent": "#0b6e5f", "not_enough": "#a8471d",
            "overkill": "#5a6f9c"}
PARTS = ("#0b6e5f", "#5a6f9c", "#a8471d", "#8a6d1f", "#7d4f86", "#51626c", "#8fa3ad")


@dataclass(frozen=True)
class Words:
    at: Point
    text: str
    anchor: str = "start"  # start, middle, end
    colour: str = INK
    bold: bool = False


@dataclass(frozen=True)
class Line:
    points: tuple[Point, ...]
    colour: str = INK
    width: float = 1.0
    dashed: bool = False


@dataclass(frozen=True)
class Box:
    at: Point  # its upper left corner
    size: Point
    colour: str


@dataclass(frozen=True)
class Dot:
    at: Point
    radius: float
    colour: str
    hollow: bool = False


@dataclass
class Sheet:
    title: str
    height: float
    alt: str  # the chart in words
    shapes: list[Words | Line | Box | Dot] = field(default_factory=list)


def draw(name: str, data: Json) -> Sheet:
    """The chart `name` of `actions.charts`."""
    return {"price_throughput": _price_throughput, "memory": _memory, "rent_or_buy": _rent_or_buy}[name](data)


def ticks(high: float, about: int = 5) -> list[float]:
    """Round numbers from 0 to `high` or a little above."""
    if high <= 0:
        return [0.0, 1.0]
    step = 10 ** floor(log10(high / about))
    step *= next(m for m in (1, 2, 5, 10) if high / (step * m) <= about)
    return [i * step for i in range(ceil(high / step) + 1)]


def _money(value: float) -> str:
    return f"£{value / 1e6:g}M" if value >= 1e6 else f"£{value:,.0f}"


def _frame(sheet: Sheet, across: list[tuple[float, str]], up: list[tuple[float, str]], bottom: float) -> None:
    """Grid and figures; `across` and `up` are (place on the sheet, text)."""
    for y, text in up:
        sheet.shapes += [Line(((LEFT, y), (WIDTH - RIGHT, y)), FAINT, 0.7), Words((LEFT - 6, y + 3), text, "end", SOFT)]
    for x, text in across:
        sheet.shapes.append(Words((x, bottom + 13), text, "middle", SOFT))
    sheet.shapes.append(Line(((LEFT, bottom), (WIDTH - RIGHT, bottom)), INK, 1.0))


def _price_throughput(data: Json) -> Sheet:
    """Cost to the right, speed upwards, the range as a bar. Speeds, and costs that lie far apart, by the factor."""
    points, need, unit = data["points"], data["need"], data["y"]
    said = "; ".join(f"{p['name']} ({p['verdict'].replace('_', ' ')}): {_money(p['price'])}, {plain(p['value'])} {unit}"
                     for p in points)
    sheet = Sheet(data["title"], 0.0, f"{said}{'; ' + data['need_label'] if need else ''}.")
    top, bottom = TOP + 14, TOP + 14 + 170
    values = [v for p in points for v in (p["low"], p["high"])] + ([need] if need else [])
    low, high = _decades(min(values), max(values))
    x, across = _costs([p["price"] for p in points])

    def y(value: float) -> float:
        return bottom - (log10(max(value, low)) - log10(low)) / (log10(high) - log10(low)) * (bottom - top)

    _frame(sheet, across, [(y(v), plain(v)) for v in _marks(low, high)], bottom)
    sheet.shapes.append(Words((LEFT, TOP), unit, "start", SOFT))
    sheet.shapes.append(Words((WIDTH - RIGHT, bottom + 26), data["x_label"], "end", SOFT))
    if need:
        sheet.shapes += [Line(((LEFT, y(need)), (WIDTH - RIGHT, y(need))), INK, 1.2, True),
                         Words((WIDTH - RIGHT, y(need) - 4), data["need_label"], "end", INK, True)]
    key, taken = bottom + 44, list[Point]()
    for number, p in enumerate(points, 1):
        colour, middle = VERDICTS.get(p["verdict"], SOFT), (x(p["price"]), y(p["value"]))
        ours = p["verdict"] in ("recommended", "keep", "rent")
        label = (middle[0] + 6, middle[1] + 3)
        while any(abs(label[0] - a) < 9 and abs(label[1] - b) < 9 for a, b in taken):
            label = (label[0] + 9, label[1])
        taken.append(label)
        sheet.shapes += [Line(((middle[0], y(p["low"])), (middle[0], y(p["high"]))), colour, 2.0),
                         Dot(middle, 4.5 if ours else 3.5, colour), Words(label, str(number), "start", colour, True)]
        words = f"{number}  {p['name']}, {_money(p['price'])}: {p['verdict'].replace('_', ' ')}"
        sheet.shapes.append(Words((LEFT, key), words, "start", colour, ours))
        key += 13
    sheet.height = key
    return sheet


def _costs(prices: list[float]) -> tuple[Callable[[float], float], list[tuple[float, str]]]:
    """(where a cost stands, marks): evenly, or by the factor where the dearest is many times the cheapest."""
    paid, wide = [p for p in prices if p > 0], WIDTH - LEFT - RIGHT
    if not paid or max(paid) / min(paid) < 15:
        marks = ticks(max(prices), 6)
        return lambda p: LEFT + p / marks[-1] * wide, [(LEFT + m / marks[-1] * wide, _money(m)) for m in marks]
    low, high = _decades(min(paid), max(paid))

    def x(price: float) -> float:
        return LEFT + (log10(max(price, low)) - log10(low)) / (log10(high) - log10(low)) * wide

    free = {low: "£0"} if min(prices) == 0 else {}  # what costs nothing stands at the edge
    return x, [(x(m), free.get(m) or _money(m)) for m in _marks(low, high)]


def _decades(low: float, high: float) -> Point:
    bottom = 10 ** floor(log10(max(low, 1e-9)))
    top = 10 ** ceil(log10(max(high, 1e-9)))
    return bottom, top if top > bottom else bottom * 10


def _marks(low: float, high: float) -> list[float]:
    steps = round(log10(high / low))
    factors = (1, 2, 5) if steps <= 2 else (1, 3) if steps <= 3 else (1,)
    return [m for power in range(steps) for f in factors if (m := low * 10**power * f) <= high] + [high]


def _memory(data: Json) -> Sheet:
    """One bar of parts beneath the room there is."""
    parts, room = data["parts"], data["available"]
    total = sum(part["gb"] for part in parts)
    said = "; ".join(f"{part['name']} {plain(part['gb'])} GB" for part in parts)
    sheet = Sheet(data["title"], 0.0, f"{said}; {plain(total)} of {plain(room)} GB that can be planned for.")
    wide, longest = WIDTH - 2 * RIGHT, max(room, total)
    y, at = TOP + 6, RIGHT
    sheet.shapes.append(Box((RIGHT, y), (room / longest * wide, 22), FAINT))
    for part, colour in zip(parts, PARTS, strict=False):
        width = part["gb"] / longest * wide
        sheet.shapes.append(Box((at, y), (max(width, 0.6), 22), colour))
        at += width
    sheet.shapes.append(Words((WIDTH - RIGHT, y + 36), f"{plain(total)} of {plain(room)} GB that can be planned for",
                              "end", INK, True))
    y += 52
    for part, colour in zip(parts, PARTS, strict=False):
        sheet.shapes += [Box((RIGHT, y - 7), (8, 8), colour),
                         Words((RIGHT + 14, y), f"{part['name']}: {plain(part['gb'])} GB")]
        y += 13
    sheet.height = y
    return sheet


def _rent_or_buy(data: Json) -> Sheet:
    """What each has cost after so many months."""
    months, buy, rent = data["months"], data["buy"], data["rent"]
    even = data["break_even"]
    meets = (f"they meet after {plain(even)} months" if even is not None and even <= months[-1]
             else "renting stays cheaper all the while" if rent[-1] <= buy[-1] else "buying is cheaper from the start")
    said = f"{data['buy_name']} has cost {_money(buy[-1])}, {data['rent_name']} {_money(rent[-1])}; {meets}."
    sheet = Sheet(data["title"], 0.0, f"After {months[-1]} months buying {said}")
    top, bottom = TOP + 14, TOP + 14 + 150
    up = ticks(max(*buy, *rent))

    def at(month: float, gbp: float) -> Point:
        return LEFT + month / months[-1] * (WIDTH - LEFT - RIGHT), bottom - gbp / up[-1] * (bottom - top)

    every = max(1, months[-1] // 6)
    _frame(sheet, [(at(m, 0)[0], str(m)) for m in months[::every]], [(at(0, v)[1], _money(v)) for v in up], bottom)
    sheet.shapes += [Words((WIDTH - RIGHT, bottom + 26), "months", "end", SOFT),
                     Line(tuple(at(m, v) for m, v in zip(months, buy, strict=True)), PARTS[0], 2.2),
                     Line(tuple(at(m, v) for m, v in zip(months, rent, strict=True)), PARTS[2], 2.2, True)]
    if even is not None and 0 < even <= months[-1]:
        point = at(even, buy[0] + (buy[-1] - buy[0]) * even / months[-1])
        sheet.shapes += [Dot(point, 3.5, INK, True), Words((point[0], point[1] - 9), f"{plain(even)} months", "middle",
                                                           INK, True)]
    y = bottom + 42
    for name, colour, dashed in ((f"buy {data['buy_name']}", PARTS[0], False), (data["rent_name"], PARTS[2], True)):
        sheet.shapes += [Line(((LEFT, y - 3), (LEFT + 20, y - 3)), colour, 2.2, dashed), Words((LEFT + 26, y), name)]
        y += 13
    sheet.shapes.append(Words((LEFT, y), meets[:1].upper() + meets[1:] + ".", "start", SOFT))
    sheet.height = y + 6
    return sheet


def extremes(sheet: Sheet) -> Iterator[Point]:
    """Corners of everything drawn, texts aside; for tests."""
    for shape in sheet.shapes:
        if isinstance(shape, Line):
            yield from shape.points
        elif isinstance(shape, Box):
            yield from (shape.at, (shape.at[0] + shape.size[0], shape.at[1] + shape.size[1]))
        elif isinstance(shape, Dot):
            yield shape.at
