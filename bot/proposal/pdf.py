"""A document as a PDF: A4, page numbers, tables that go on over pages. The fonts are DejaVu, which come with
matplotlib; a character that they lack is printed as "?", and that is said."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    TableStyle,
)

from bot.proposal import in_words
from bot.proposal.drawing import SIZE, WIDTH, Box, Dot, Line, Sheet, Words, draw

PLAIN, BOLD = "DejaVuSans", "DejaVuSans-Bold"
MARGIN = 20 * mm
INSIDE = A4[0] - 2 * MARGIN
LETTER = 4.6  # width of a letter in a cell, about
MOST_LINES = 50  # of a cell: it has to fit on a page
INK, SOFT, GREEN = colors.HexColor("#1b2a33"), colors.HexColor("#51626c"), colors.HexColor("#0b6e5f")
RULE, HEAD = colors.HexColor("#d5dbdf"), colors.HexColor("#eef3f2")

_BODY = ParagraphStyle("body", fontName=PLAIN, fontSize=9.5, leading=14, textColor=INK, spaceAfter=6)
_CELL = ParagraphStyle("cell", _BODY, fontSize=8, leading=10.5, spaceAfter=0)
_HEAD_CELL = ParagraphStyle("head", _CELL, fontName=BOLD)
_TITLE = ParagraphStyle("title", _BODY, fontName=BOLD, fontSize=18, leading=23, spaceAfter=8)
_LEAD = ParagraphStyle("lead", _BODY, fontSize=11, leading=16, borderColor=GREEN, leftIndent=10, spaceAfter=10)
_HEADING = ParagraphStyle("heading", _BODY, fontName=BOLD, fontSize=12.5, leading=16, spaceBefore=14, textColor=GREEN)
_CAPTION = ParagraphStyle("caption", _BODY, fontName=BOLD, fontSize=8.5, leading=11, spaceAfter=3)
_SMALL = ParagraphStyle("small", _BODY, fontSize=8, leading=11, textColor=SOFT)
_ITEM = ParagraphStyle("item", _BODY, leftIndent=14, bulletIndent=2, spaceAfter=4)


@lru_cache(maxsize=1)
def _glyphs() -> frozenset[int]:
    """Registers the fonts; every character that both of them have and that is copied out of a PDF as itself (those
    beyond four digits are not), less those that only steer how others are shown."""
    spec = find_spec("matplotlib")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
    fonts = [TTFont(name, str(folder / f"{name}.ttf")) for name in (PLAIN, BOLD)]
    for font in fonts:
        pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)
    both = frozenset.intersection(*(frozenset(font.face.charToGlyph) for font in fonts))
    return frozenset(code for code in both if code <= 0xFFFF and chr(code).isprintable())


class _Text:
    """Makes texts printable, and remembers whether anything had to be replaced."""

    def __init__(self) -> None:
        self.replaced, self._known = False, _glyphs()

    def __call__(self, plain: str) -> str:
        kept = "".join(c if ord(c) in self._known else "?" for c in " ".join(plain.split()))
        self.replaced |= any(ord(c) not in self._known for c in plain if not c.isspace())
        return kept

    def paragraph(self, plain: str, style: ParagraphStyle, bullet: str | None = None) -> Paragraph:
        return Paragraph(escape(self(plain)), style, bulletText=bullet)


class _Chart(Flowable):
    """A sheet of shapes, as wide as the text."""

    def __init__(self, sheet: Sheet, text: _Text) -> None:
        super().__init__()
        self._sheet, self._text, self._scale = sheet, text, 0.9 * INSIDE / WIDTH
        self.width, self.height = INSIDE, sheet.height * self._scale

    def wrap(self, *_: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        canvas: Canvas = self.canv
        canvas.saveState()
        canvas.scale(self._scale, self._scale)
        for shape in self._sheet.shapes:
            self._one(canvas, shape)
        canvas.restoreState()

    def _one(self, canvas: Canvas, shape: Words | Line | Box | Dot) -> None:
        high = self._sheet.height  # y grows upwards here
        canvas.setFillColor(shape.colour)
        canvas.setStrokeColor(shape.colour)
        if isinstance(shape, Words):
            canvas.setFont(BOLD if shape.bold else PLAIN, SIZE)
            put = {"start": canvas.drawString, "middle": canvas.drawCentredString, "end": canvas.drawRightString}
            put[shape.anchor](shape.at[0], high - shape.at[1], self._text(shape.text))
        elif isinstance(shape, Line):
            canvas.setLineWidth(shape.width)
            canvas.setDash(*([5, 3] if shape.dashed else [])) if shape.dashed else canvas.setDash()
            path = canvas.beginPath()
            path.moveTo(shape.points[0][0], high - shape.points[0][1])
            for x, y in shape.points[1:]:
                path.lineTo(x, high - y)
            canvas.drawPath(path)
        elif isinstance(shape, Box):
            canvas.rect(shape.at[0], high - shape.at[1] - shape.size[1], *shape.size, stroke=0, fill=1)
        else:
            canvas.setDash()
            canvas.setFillColor(colors.white if shape.hollow else shape.colour)
            canvas.circle(shape.at[0], high - shape.at[1], shape.radius, stroke=int(shape.hollow), fill=1)


class _Numbered(Canvas):
    """Knows how many pages there are before it writes their numbers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, page in enumerate(self._pages, 1):
            self.__dict__.update(page)
            self.setFont(PLAIN, 7.5)
            self.setFillColor(SOFT)
            self.drawString(MARGIN, 11 * mm, "Plainspec. Prices are indicative, without VAT, each with its date.")
            self.drawRightString(A4[0] - MARGIN, 11 * mm, f"Page {number} of {len(self._pages)}")
            super().showPage()
        super().save()


def pdf(document: dict[str, Any], expires: str) -> bytes:
    text, out = _Text(), BytesIO()
    story: list[Flowable] = [
        text.paragraph(f"Plainspec, {in_words(document['date'])}. The link ends on {in_words(expires)}.", _SMALL),
        text.paragraph(document["title"], _TITLE),
        text.paragraph(document["lead"], _LEAD),
    ]
    blocks = document["blocks"]
    for block, after in zip_longest(blocks, blocks[1:], fillvalue={"kind": "end"}):
        chart = _sheet(after) if block["kind"] == "heading" and after["kind"] == "chart" else None
        room = chart.height + 30 * mm if chart else {"heading": 40 * mm, "table": 30 * mm}.get(block["kind"])
        story += [CondPageBreak(room), *_flow(block, text)] if room else _flow(block, text)
    if text.replaced:
        story.append(text.paragraph('A "?" may stand for a character that this document\'s fonts lack; the page behind '
                                    "its link has them all.", _SMALL))
    made = SimpleDocTemplate(out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=18 * mm,
                             bottomMargin=20 * mm, title=text(document["title"]), author="Plainspec", lang="en-GB")
    made.build(story, canvasmaker=_Numbered)
    return out.getvalue()


def _sheet(block: dict[str, Any]) -> Sheet:
    return draw(block["name"], block["data"])


def shorter(cell: str, width: float) -> str:
    """As much of a text as a cell of that width can hold."""
    most = int(width / LETTER * MOST_LINES)
    return cell if len(cell) <= most else f"{cell[:most]}..."


def _flow(block: dict[str, Any], text: _Text) -> list[Flowable]:
    kind = block["kind"]
    if kind == "heading":
        return [text.paragraph(block["text"], _HEADING)]
    if kind == "text":
        return [text.paragraph(block["text"], _BODY)]
    if kind == "list":
        return [text.paragraph(item, _ITEM, "•") for item in block["items"]]
    if kind == "steps":
        return [text.paragraph(item, _ITEM, f"{number}.") for number, item in enumerate(block["items"], 1)]
    if kind == "chart":
        sheet = _sheet(block)
        return [CondPageBreak(sheet.height + 10 * mm), text.paragraph(sheet.title, _CAPTION), _Chart(sheet, text),
                Spacer(1, 8)]
    caption = [text.paragraph(block["title"], _CAPTION)] if block["title"] else []
    return [*caption, _table(block, text), Spacer(1, 8)]


def _table(block: dict[str, Any], text: _Text) -> LongTable:
    rows = [[text.paragraph(column, _HEAD_CELL) for column in block["columns"]]]
    widths = [share * INSIDE for share in block["widths"]]
    rows += [[text.paragraph(shorter(cell, width), _CELL) for cell, width in zip(row, widths, strict=True)]
             for row in block["rows"]]
    table = LongTable(rows, widths, repeatRows=1)
    table.setStyle(TableStyle([
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("BACKGROUND", (0, 0), (-1, 0), HEAD),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, RULE),
        ("LEFTPADDING", (0, 0), (-1, -1), 4), ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 3), ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]))  # fmt: skip
    return table
