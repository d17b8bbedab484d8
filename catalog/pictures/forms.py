"""The forms a picture may take when a few lines of data describe it (diagrams.yaml and networks.yaml say which).

Each draws its part of a sheet from canvas.y on and moves canvas.y below it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from catalog.pictures.canvas import MARGIN, SIZE, SMALL, WIDTH, Canvas, text_width, wrap

Data = Mapping[str, Any]
Box = tuple[float, float, float, float]  # x, y of the middle, width, height
_ARROW = re.compile(r"(\w+) (>|~>|-|<>) (\w+)(?: by (left|right|top|bottom))?(?:: (.+))?")
INSIDE = WIDTH - 2 * MARGIN


def flow(canvas: Canvas, data: Data) -> None:
    """Boxes on a grid and arrows between them. `boxes`: id: [column, row, text, kind, columns it spans]; columns and
    rows may be halves. `arrows`: "a > b", dashed "a ~> b", both ways "a <> b", without a head "a - b"; "by left" takes
    it round that side; ": text" names it. `frames`: [text, first column, first row, last column, last row].
    `gap`, `rise`: between columns, between rows."""
    boxes: dict[str, tuple[float, float, str, str, float]] = {
        name: (box[0], box[1], str(box[2]), *box[3:], *("plain", 1)[len(box) - 3 :])
        for name, box in data["boxes"].items()
    }
    arrows: Sequence[str] = data.get("arrows", ())
    columns = max(column + wide for column, _, _, _, wide in boxes.values())
    round_left, round_right = (any(f" by {side}" in a for a in arrows) for side in ("left", "right"))
    left, right = MARGIN + 22 * round_left, WIDTH - MARGIN - 22 * round_right
    gap = float(data.get("gap", 26))
    pitch = (right - left + gap) / columns
    height = 13 + SIZE * 1.25 * max(len(wrap(b[2], b[4] * pitch - gap - 8, SIZE)) for b in boxes.values())
    arched = any(" by top" in a for a in arrows) or any(frame[2] == 0 for frame in data.get("frames", ()))
    step, top = height + float(data.get("rise", 26)), canvas.y + (26 if arched else 2)
    for text, c1, r1, c2, r2 in data.get("frames", ()):
        x, wide = left + c1 * pitch - 9 - 11 * round_left, 18 + 11 * (round_left + round_right)
        canvas.frame(x, top + r1 * step - 20, (c2 - c1 + 1) * pitch - gap + wide, (r2 - r1) * step + height + 29, text)
    places: dict[str, Box] = {
        name: (
            left + column * pitch + (span * pitch - gap) / 2,
            top + row * step + height / 2,
            span * pitch - gap,
            height,
        )
        for name, (column, row, _, _, span) in boxes.items()
    }
    for arrow in arrows:
        _arrow(canvas, arrow, places)
    for name, (_, _, text, kind, _) in boxes.items():
        x, y, w, h = places[name]
        canvas.box(x - w / 2, y - h / 2, w, h, text, kind)
    below = 26 if any(" by bottom" in a for a in arrows) else 10 if data.get("frames") else 0
    canvas.y = max(y + h / 2 for _, y, _, h in places.values()) + 8 + below


def _arrow(canvas: Canvas, said: str, places: Mapping[str, Box]) -> None:
    match = _ARROW.fullmatch(said)
    if match is None:
        raise ValueError(f"{said!r} is not an arrow: write 'a > b' or 'a ~> b by left: text'")
    a, how, b, side, text = match.groups()
    one, other = places[a], places[b]
    points = _round(one, other, side, same=a == b) if side else [_edge(one, other), _edge(other, one)]
    if how == "<>":
        canvas.line(points[::-1], arrow=True)
    canvas.line(points, arrow=how != "-", dashed=how == "~>")
    if text:
        _name(canvas, points, text, side)


def _name(canvas: Canvas, points: Sequence[tuple[float, float]], text: str, side: str | None) -> None:
    """The text of an arrow, beside its middle and on no line."""
    (x1, y1), (x2, y2) = (points[1], points[2]) if side else points
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    if abs(x2 - x1) > abs(y2 - y1):
        canvas.text(x, y - 9 if side != "bottom" else y + 10, text, SMALL, cls="soft")
    elif side == "left" or (not side and x + 6 + text_width(text, SMALL) > WIDTH - 4):
        canvas.text(x - 6 if not side else x + 6, y, text, SMALL, "end" if not side else "start", "soft")
    else:
        canvas.text(x - 6 if side else x + 6, y, text, SMALL, "end" if side else "start", "soft")


def _edge(box: Box, towards: Box) -> tuple[float, float]:
    """Where the line between two boxes' middles leaves the first; straight up or down to or from a wider box."""
    x, y, w, h = box
    dx, dy = towards[0] - x, towards[1] - y
    if abs(dx) < max(w, towards[2]) / 2 and abs(dy) >= h and abs(w - towards[2]) > 1:
        return x if w < towards[2] else towards[0], y + math.copysign(h / 2, dy)
    scale = min(w / 2 / abs(dx) if dx else math.inf, h / 2 / abs(dy) if dy else math.inf)
    return x + dx * scale, y + dy * scale


def _round(one: Box, other: Box, side: str, same: bool) -> list[tuple[float, float]]:
    """Out of one box, along a side of the sheet, into another."""
    (x1, y1, w1, h1), (x2, y2, w2, h2) = one, other
    if side in ("left", "right"):
        sign = -1 if side == "left" else 1
        y1, y2 = (y1 + h1 / 4, y2 - h2 / 4) if same else (y1, y2)
        out = (min if sign < 0 else max)(x1 + sign * w1 / 2, x2 + sign * w2 / 2) + sign * 16
        return [(x1 + sign * w1 / 2, y1), (out, y1), (out, y2), (x2 + sign * w2 / 2, y2)]
    sign = -1 if side == "top" else 1
    x1, x2 = (x1 - w1 / 4, x2 + w2 / 4) if same else (x1, x2)
    out = (min if sign < 0 else max)(y1 + sign * h1 / 2, y2 + sign * h2 / 2) + sign * 14
    return [(x1, y1 + sign * h1 / 2), (x1, out), (x2, out), (x2, y2 + sign * h2 / 2)]


def layers(canvas: Canvas, data: Data) -> None:
    """Columns of units. `layers`: {units, text, kind, lit, crossed, links}. `lit`: numbers of the units that are
    active, the others are drawn grey; `crossed`: numbers of units that are crossed out. `links` (from the layer
    before): full, one, none; `arrows` puts heads on them; `cut`: every so many links is missing."""
    columns: list[Data] = data["layers"]
    most = max(c["units"] for c in columns)
    rise = min(30.0, 190.0 / most)
    radius = min(10.0, rise * 0.36)
    labels = [wrap(str(c.get("text", "")), INSIDE / len(columns) - 4, SMALL) for c in columns]
    pitch = INSIDE / len(columns)
    middle = canvas.y + most * rise / 2
    at = [
        [(MARGIN + (i + 0.5) * pitch, middle + (u - (c["units"] - 1) / 2) * rise) for u in range(c["units"])]
        for i, c in enumerate(columns)
    ]
    for i, column in enumerate(columns[1:], 1):
        links = column.get("links", "full")
        pairs = [(a, b) for a in range(len(at[i - 1])) for b in range(len(at[i])) if links == "full" or a == b]
        for number, (a, b) in enumerate(pairs if links != "none" else ()):
            if data.get("cut") and number % data["cut"] == 0:
                continue
            if {a} & set(columns[i - 1].get("crossed", ())) or {b} & set(column.get("crossed", ())):
                continue
            (x1, y1), (x2, y2) = at[i - 1][a], at[i][b]
            long = math.hypot(x2 - x1, y2 - y1)
            ux, uy = (x2 - x1) / long * radius, (y2 - y1) / long * radius
            canvas.line([(x1 + ux, y1 + uy), (x2 - ux, y2 - uy)], width=1, arrow=bool(data.get("arrows")), faint=True)
    for column, places in zip(columns, at, strict=True):
        for number, (x, y) in enumerate(places):
            on = "lit" not in column or number in column["lit"]
            off = number in column.get("crossed", ())
            canvas.unit(x, y, radius, "plain" if off or not on else column.get("kind", "work"))
            if off:
                d = radius * 0.8
                canvas.line([(x - d, y - d), (x + d, y + d)], "bad", 2)
                canvas.line([(x - d, y + d), (x + d, y - d)], "bad", 2)
    canvas.y += most * rise + 6
    deepest = max(len(label) for label in labels)
    for places, label in zip(at, labels, strict=True):
        for n, line in enumerate(label):
            canvas.text(places[0][0], canvas.y + 8 + n * 15, line, SMALL, cls="soft")
    canvas.y += deepest * 15 + 4


def maps(canvas: Canvas, data: Data) -> None:
    """Stacks of feature maps, each as tall as it is wide in the network. `maps`: {size, depth, text, kind}; depth 0 is
    a column of plain units. `steps`: what happens between them, in one word or two."""
    stacks: list[Data] = data["maps"]
    offset = 4.0
    widths = [s["size"] + (s["depth"] - 1) * offset if s["depth"] else 14.0 for s in stacks]
    tall = max(s["size"] + s["depth"] * offset for s in stacks)
    gap = (INSIDE - sum(widths)) / max(1, len(stacks) - 1)
    x, middle = MARGIN, canvas.y + tall / 2 + 4
    right_before = 0.0
    centres = []
    for i, (stack, width) in enumerate(zip(stacks, widths, strict=True)):
        kind = stack.get("kind", "work")
        if i:
            canvas.line([(right_before + 4, middle), (x - 4, middle)], arrow=True)
        if stack["depth"]:
            side = stack["size"]
            high = side + (stack["depth"] - 1) * offset
            for d in range(stack["depth"]):
                canvas.box(x + d * offset, middle - high / 2 + d * offset, side, side, "", kind, radius=2)
        else:
            for u in range(stack["size"]):
                canvas.unit(x + 7, middle + (u - (stack["size"] - 1) / 2) * 17, 6, kind)
        centres.append(x + width / 2)
        right_before, x = x + width, x + width + gap
    canvas.y = middle + tall / 2 + 8
    room = INSIDE / len(stacks)
    labels = [wrap(str(s.get("text", "")), room - 4, SMALL) for s in stacks]
    for i, (centre, label) in enumerate(zip(centres, labels, strict=True)):
        half = max(text_width(line, SMALL) for line in label) / 2
        at = min(max(centre, MARGIN + half), WIDTH - MARGIN - half)
        if data.get("spread"):
            at = MARGIN + (i + 0.5) * room
        for n, line in enumerate(label):
            canvas.text(at, canvas.y + 8 + n * 15, line, SMALL, cls="soft")
    canvas.y += max(len(label) for label in labels) * 15 + 4


def web(canvas: Canvas, data: Data) -> None:
    """Units anywhere and links between them. `units`: id: [x, y, kind, text under it], x and y from 0 to 10.
    `links`: "all", or ["a-b", "a>b"]. `height`: in units of the sheet."""
    high = float(data.get("height", 190))
    places = {
        name: (MARGIN + 14 + u[0] / 10 * (INSIDE - 28), canvas.y + 12 + u[1] / 10 * (high - 24))
        for name, u in data["units"].items()
    }
    radius = 10.0
    names = list(places)
    links = (
        [(a, "-", b) for i, a in enumerate(names) for b in names[i + 1 :]]
        if data["links"] == "all"
        else [_ends(link) for link in data["links"]]
    )
    for a, how, b in links:
        (x1, y1), (x2, y2) = places[a], places[b]
        long = math.hypot(x2 - x1, y2 - y1)
        ux, uy = (x2 - x1) / long * radius, (y2 - y1) / long * radius
        canvas.line([(x1 + ux, y1 + uy), (x2 - ux, y2 - uy)], arrow=how == ">", width=1.2, faint=how == "-")
    for name, (_, _, *rest) in data["units"].items():
        x, y = places[name]
        canvas.unit(x, y, radius, rest[0] if rest else "work")
        if len(rest) > 1:
            canvas.text(x, y + radius + 9, str(rest[1]), SMALL, cls="soft")
    canvas.y += high + (10 if any(len(u) > 3 for u in data["units"].values()) else 2)
    key(canvas, data.get("key", ()))


def _ends(link: str) -> tuple[str, str, str]:
    a, how, b = re.split(r"([->])", link)
    return a, how, b


def key(canvas: Canvas, entries: Sequence[Sequence[str]]) -> None:
    """What the colours stand for: [kind, text] each, on as few lines as they need."""
    x = MARGIN
    for kind, text in entries:
        wide = 16 + text_width(text, SMALL) + 12
        if x > MARGIN and x + wide - 12 > WIDTH - MARGIN:
            x, canvas.y = MARGIN, canvas.y + 18
        canvas.box(x, canvas.y + 2, 11, 11, "", kind, radius=3)
        canvas.text(x + 16, canvas.y + 8, text, SMALL, "start", "soft")
        x += wide
    if entries:
        canvas.y += 20


def grid(canvas: Canvas, data: Data) -> None:
    """A table of cells, `side` wide and `high`. `rows`: a string each, a letter a cell: i in, w work, o out, p plain,
    b bad, . nothing. `across`, `down`: names of columns and rows. `cells`: texts in them, row by row."""
    kinds = {"i": "in", "w": "work", "o": "out", "p": "plain", "b": "bad"}
    rows: list[str] = data["rows"]
    down, across = data.get("down", ()), data.get("across", ())
    left = max((text_width(str(d), SMALL) for d in down), default=0) + (8 if down else 0)
    columns = max(len(r) for r in rows)
    side = min(float(data.get("side", 30)), (INSIDE - left) / columns)
    high = float(data.get("high", side))
    x0 = MARGIN + left + (INSIDE - left - side * columns) / 2
    if across:
        for c, text in enumerate(across):
            canvas.text(x0 + (c + 0.5) * side, canvas.y + 7, str(text), SMALL, cls="soft")
        canvas.y += 19
    for r, row in enumerate(rows):
        y = canvas.y + r * high
        if down:
            canvas.text(x0 - 8, y + high / 2, str(down[r]), SMALL, "end", "soft")
        for c, letter in enumerate(row):
            if letter in kinds:
                text = str(data["cells"][r][c]) if data.get("cells") else ""
                canvas.box(x0 + c * side + 1, y + 1, side - 2, high - 2, text, kinds[letter], SMALL, radius=2)
    canvas.y += len(rows) * high + 6
    key(canvas, data.get("key", ()))


def timeline(canvas: Canvas, data: Data) -> None:
    """Rows of what happens when. `rows`: [name, [[start, length, kind, text] ...]]; `span`: how long it all is;
    `axis`: what it is measured in."""
    rows: list[Sequence[Any]] = data["rows"]
    left = MARGIN + max(text_width(str(name), SMALL) for name, _ in rows) + 8
    scale = (WIDTH - MARGIN - left) / float(data["span"])
    high, step = 24.0, 32.0
    for n, (name, blocks) in enumerate(rows):
        y = canvas.y + n * step
        canvas.text(left - 8, y + high / 2, str(name), SMALL, "end", "soft")
        canvas.line([(left, y + high), (WIDTH - MARGIN, y + high)], width=1, faint=True)
        for start, length, kind, *text in blocks:
            said = str(text[0]) if text else ""
            canvas.box(left + start * scale, y, max(length * scale - 1, 2), high, said, kind, SMALL, radius=2)
    canvas.y += len(rows) * step
    canvas.line([(left, canvas.y + 4), (WIDTH - MARGIN, canvas.y + 4)], arrow=True)
    canvas.text(WIDTH - MARGIN, canvas.y + 15, str(data.get("axis", "time")), SMALL, "end", "soft")
    canvas.y += 26
    key(canvas, data.get("key", ()))


def nest(canvas: Canvas, data: Data) -> None:
    """Frames in frames. `nest`: [text, kind], the outermost first."""
    entries: list[Sequence[str]] = data["nest"]
    depth = len(entries)
    heads = [wrap(text, INSIDE - 24 * n - 16, SMALL) for n, (text, _) in enumerate(entries)]
    tops = [0.0]
    for head in heads:
        tops.append(tops[-1] + len(head) * 15 + 10)
    for n, (_, kind) in enumerate(entries):
        x, y = MARGIN + 12 * n, canvas.y + tops[n]
        canvas.box(x, y, INSIDE - 24 * n, tops[-1] - tops[n] + (depth - n) * 10, "", kind, radius=10)
        canvas.lines(WIDTH / 2, y + 6 + len(heads[n]) * 7.5, heads[n], SMALL)
    canvas.y += tops[-1] + depth * 10 + 4


def cores(canvas: Canvas, data: Data) -> None:
    """Eight large cores beside ninety-six small ones."""
    half = INSIDE / 2 - 10
    for n in range(8):
        canvas.box(MARGIN + n % 2 * half / 2 + 2, canvas.y + n // 2 * 36, half / 2 - 6, 30, "core", "in", SMALL)
    cell = half / 8
    for n in range(96):
        x, y = MARGIN + half + 20 + n % 8 * cell, canvas.y + n // 8 * 12
        canvas.box(x, y, cell - 2, 9, "", "work", radius=1)
    canvas.y += 144
    canvas.text(MARGIN + half / 2, canvas.y + 8, "processor: 8 to 128", SMALL, cls="soft")
    canvas.text(WIDTH - MARGIN - half / 2, canvas.y + 8, "GPU: thousands", SMALL, cls="soft")
    canvas.y += 18


FORMS = {"flow": flow, "layers": layers, "maps": maps, "web": web, "grid": grid, "timeline": timeline,
         "nest": nest, "cores": cores}  # fmt: skip
