"""What every picture is drawn with: one sheet 360 units wide, one style for light and dark, a title and a description.

A colour says what a thing is, in every picture: blue goes in, green works or learns, amber comes out, grey is only
there, red is trouble. Coordinates are units of the viewBox, y downwards. The style is a sheet of classes rather than
attributes so that it follows the reader's dark mode; it is the same text in every picture, so that a policy can allow
it by its hash.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

WIDTH, MARGIN = 360.0, 14.0
KINDS = ("in", "work", "out", "plain", "bad")
SIZE, SMALL, HEADING = 13.0, 12.0, 15.0
_LIGHT = {
    "in": ("#dbe7f8", "#2c5aa0"), "work": ("#d3ebe6", "#0b6a5f"), "out": ("#fae3bd", "#8f5c00"),
    "plain": ("#edf0ee", "#7b8891"), "bad": ("#f8d9d5", "#ad3326"),
}  # fmt: skip
_DARK = {
    "in": ("#1d3557", "#8db8f2"), "work": ("#12433d", "#7fd6c8"), "out": ("#4d3a12", "#f0c067"),
    "plain": ("#2a353d", "#93a1ab"), "bad": ("#512520", "#f2978c"),
}  # fmt: skip


def _classes(paper: str, ink: str, soft: str, colours: dict[str, tuple[str, str]]) -> str:
    rules = [f".paper{{fill:{paper}}}", f".ink{{fill:{ink}}}", f".soft{{fill:{soft}}}"]
    for kind, (fill, edge) in colours.items():
        rules += [f".{kind}{{fill:{fill};stroke:{edge}}}", f".{kind}-line{{fill:none;stroke:{edge}}}"]
        rules += [f".{kind}-mark{{fill:{edge};stroke:none}}"]
    return "".join(rules)


STYLE = (
    "text{font-family:system-ui,sans-serif}"
    + _classes("#ffffff", "#14202b", "#4d5b66", _LIGHT)
    + f"@media (prefers-color-scheme:dark){{{_classes('#18222a', '#e8edea', '#b3bfc8', _DARK)}}}"
)

# Widths of letters in ems, on the wide side of what screens use (DejaVu Sans), so that what fits here fits everywhere.
_NARROW, _MIDDLING, _WIDE = "iljI.,:;'|!()[]/ -", "frt1", "mwMW@%–—+=<>→×≈QGODNH"


def text_width(text: str, size: float, bold: bool = False) -> float:
    """About how wide a line of text is, in units."""
    ems = sum(
        0.36 if c in _NARROW else 0.46 if c in _MIDDLING else 0.84 if c in _WIDE else 0.68 if c.isupper() else 0.61
        for c in text
    )
    return ems * size * (1.1 if bold else 1.0)


def wrap(text: str, width: float, size: float, bold: bool = False) -> list[str]:
    """The text in lines no wider than `width`, broken at spaces and where it says so itself (a new line)."""
    lines: list[str] = []
    for part in text.split("\n"):
        line = ""
        for word in part.split():
            longer = f"{line} {word}".strip()
            if line and text_width(longer, size, bold) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


class Canvas:
    """A sheet that shapes are put on from the top down. `y` is where the next thing may begin."""

    def __init__(self, title: str, alt: str) -> None:
        self.alt = alt
        self._root = ElementTree.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img"})
        self._add("title").text = title
        self._add("desc").text = alt
        self._add("style").text = STYLE
        self._paper = self._add("rect", x=0, y=0, width=WIDTH, height=0, rx=8, cls="paper")
        self.y = MARGIN
        self.paragraph(title, size=HEADING, bold=True, anchor="middle")
        self.y += 12

    def _add(self, tag: str, cls: str = "", **values: float | str) -> ElementTree.Element:
        attributes = {k.replace("_", "-"): v if isinstance(v, str) else _number(v) for k, v in values.items()}
        return ElementTree.SubElement(self._root, tag, {**attributes, **({"class": cls} if cls else {})})

    def text(
        self, x: float, y: float, text: str, size: float = SIZE, anchor: str = "middle", cls: str = "ink",
        bold: bool = False,
    ) -> None:  # fmt: skip
        """One line of text whose middle is at height `y`."""
        weight = {"font_weight": "600"} if bold else {}
        self._add("text", x=x, y=y + size * 0.35, font_size=size, text_anchor=anchor, cls=cls, **weight).text = text

    def lines(self, x: float, y: float, lines: Sequence[str], size: float = SIZE, cls: str = "ink") -> None:
        """Lines of text centred on a point."""
        step = size * 1.25
        for i, line in enumerate(lines):
            self.text(x, y + (i - (len(lines) - 1) / 2) * step, line, size, cls=cls)

    def paragraph(
        self, text: str, size: float = SMALL, cls: str = "ink", bold: bool = False, anchor: str = "start",
    ) -> None:  # fmt: skip
        """Text across the sheet, from `y` on, which moves below it."""
        x = WIDTH / 2 if anchor == "middle" else MARGIN
        for line in wrap(text, WIDTH - 2 * MARGIN, size, bold):
            self.text(x, self.y + size * 0.65, line, size, anchor, cls, bold)
            self.y += size * 1.35

    def box(
        self, x: float, y: float, width: float, height: float, text: str = "", kind: str = "plain", size: float = SIZE,
        dashed: bool = False, radius: float = 6,
    ) -> None:  # fmt: skip
        """A rectangle by its top left corner, with its text wrapped in the middle of it."""
        dash = {"stroke_dasharray": "4 3"} if dashed else {}
        self._add("rect", x=x, y=y, width=width, height=height, rx=radius, cls=kind, stroke_width=1.2, **dash)
        if text:
            self.lines(x + width / 2, y + height / 2, wrap(text, width - 8, size), size)

    def frame(self, x: float, y: float, width: float, height: float, text: str, kind: str = "plain") -> None:
        """A dashed outline round things, named at its top left."""
        self._add("rect", x=x, y=y, width=width, height=height, rx=8, cls=f"{kind}-line", stroke_dasharray="4 3")
        self.text(x + 7, y + 11, text, SMALL, "start", "soft")

    def unit(self, x: float, y: float, radius: float = 9, kind: str = "work", text: str = "") -> None:
        self._add("circle", cx=x, cy=y, r=radius, cls=kind, stroke_width=1.4)
        if text:
            self.text(x, y, text, SMALL)

    def dot(self, x: float, y: float, radius: float = 3, kind: str = "plain") -> None:
        self._add("circle", cx=x, cy=y, r=radius, cls=f"{kind}-mark")

    def bar(self, x: float, y: float, width: float, height: float, kind: str = "work") -> None:
        self._add("rect", x=x, y=y, width=max(width, 0.5), height=height, rx=1.5, cls=f"{kind}-mark")

    def line(
        self, points: Iterable[tuple[float, float]], kind: str = "plain", width: float = 1.4, arrow: bool = False,
        dashed: bool = False, faint: bool = False,
    ) -> None:  # fmt: skip
        """A line through points, with a head at its end if it is an arrow."""
        through = list(points)
        extra = {"stroke_dasharray": "4 3"} if dashed else {}
        if faint:
            extra["stroke_opacity"] = "0.55"
        if arrow:
            (x1, y1), (x2, y2) = through[-2], through[-1]
            long = math.hypot(x2 - x1, y2 - y1) or 1
            dx, dy = (x2 - x1) / long, (y2 - y1) / long
            size = 4.5 if faint else 7
            bx, by = x2 - size * dx, y2 - size * dy
            head = ((x2, y2), (bx - dy * size / 2, by + dx * size / 2), (bx + dy * size / 2, by - dx * size / 2))
            self._add("polygon", points=_points(head), cls=f"{kind}-mark")
            through[-1] = (bx, by)
        self._add("polyline", points=_points(through), cls=f"{kind}-line", stroke_width=width, **extra)

    def area(self, points: Iterable[tuple[float, float]], kind: str) -> None:
        self._add("polygon", points=_points(points), cls=kind, stroke_width=1)

    def caption(self, text: str) -> None:
        """What to take from the picture, at its foot."""
        self.y += 6
        self.paragraph(text, SMALL, "soft")

    def svg(self) -> str:
        height = self.y + MARGIN
        self._paper.set("height", _number(height))
        self._root.set("viewBox", f"0 0 {_number(WIDTH)} {_number(height)}")
        return ElementTree.tostring(self._root, encoding="unicode") + "\n"


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
