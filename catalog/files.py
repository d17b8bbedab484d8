"""Reads CSV and XLSX files of catalog rows, however people saved them, and says everything that is wrong with them.

`read` gives the cells as text under the columns' own names; `parse` gives values. Both collect problems instead of
stopping at the first one; neither knows what the catalog already holds.
"""
from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from catalog import cells as cell_text
from catalog import schema
from catalog.cells import BadCell
from catalog.schema import KINDS, PRICES, Kind


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: `row` counts lines as a spreadsheet does, the heading being 1; 0 is the whole file."""

    file: str
    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        where = ", ".join(filter(None, (f"row {self.row}" if self.row else "", self.column)))
        return f"{self.file}: {where + ': ' if where else ''}{self.reason}"


@dataclass(frozen=True)
class Row:
    """One row of a file. `values` has only the columns that the file has."""

    number: int
    key: str
    values: dict[str, Any]


@dataclass
class Sheet:
    """A file as read: the heading as written, and the cells of each row that is not blank, by number."""

    file: str
    heading: list[str] = field(default_factory=list)
    rows: dict[int, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, row: int, column: str, reason: str) -> None:
        self.problems.append(Problem(self.file, row, column, reason))


# What people call the columns of a price list, beside their own names.
_PRICE_NAMES = {
    "price": "price_amount", "amount": "price_amount", "unit_price": "price_amount", "price_each": "price_amount",
    "cost": "price_amount", "currency": "price_currency", "ccy": "price_currency", "price_date": "price_day",
    "date": "price_day", "day": "price_day", "as_of": "price_day", "source": "price_source", "seller": "price_source",
    "supplier": "price_source", "vendor": "price_source",
}
_ITEM_NAMES = ("item", "id", "name", "product", "gpu", "system", "part", "model", "description")
_PRICE_IN = re.compile(r"(?:unit_)?(?:price|cost)_(" + "|".join(schema.CURRENCIES).lower() + ")")


def read(path: Path) -> Sheet:
    """The cells of a file. What cannot be read at all is a problem of the sheet, not an error."""
    sheet = Sheet(path.name)
    try:
        data = path.read_bytes()
    except OSError as error:
        sheet.problem(0, "", f"cannot be read: {error.strerror or error}")
        return sheet
    if not data.strip():
        sheet.problem(0, "", "is empty")
    elif path.suffix.lower() in (".xlsx", ".xlsm"):
        _read_xlsx(data, sheet)
    elif path.suffix.lower() in (".csv", ".tsv", ".txt"):
        _read_csv(data, sheet)
    else:
        sheet.problem(0, "", f"is a {path.suffix or 'file without an ending'}: save it as .csv or .xlsx")
    if not sheet.problems and not sheet.rows:
        sheet.problem(0, "", "has a heading and no rows" if sheet.heading else "is empty")
    return sheet


def _read_csv(data: bytes, sheet: Sheet) -> None:
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("cp1252")  # what spreadsheets in Britain save as plain CSV
        except UnicodeDecodeError:
            text = "\0"
    if "\0" in text:
        sheet.problem(0, "", "is not text: save it as CSV in UTF-8, or as .xlsx")
        return
    heading = (text.strip().splitlines() or [""])[0]
    delimiter = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    width = 0
    before = 0
    try:
        for cells in reader:
            number, before = before + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if not sheet.heading:
                sheet.heading, width = cells, len(cells)
            elif len(cells) < width:
                sheet.problem(number, "", f"is cut off: it has {len(cells)} cells where the heading has {width}")
            elif any(cell.strip() for cell in cells[width:]):
                sheet.problem(number, "", f"has {len(cells)} cells where the heading has {width}: "
                              "is a comma not in quotation marks?")
            else:
                sheet.rows[number] = cells[:width]
    except csv.Error as error:
        sheet.problem(before + 1, "", f"cannot be read from here on: {error} (a quotation mark that is never closed?)")


def _read_xlsx(data: bytes, sheet: Sheet) -> None:
    from openpyxl import load_workbook  # only when there is one to read: it takes a while to load
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        values = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        formulas = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError, SyntaxError):
        sheet.problem(0, "", "is not an Excel workbook, whatever its name says: save it again as .xlsx or .csv")
        return
    used = [name for name in values.sheetnames if any(
        any(cell is not None for cell in cells) for cells in values[name].iter_rows(values_only=True))]
    if len(used) > 1:
        sheet.problem(0, "", f"has {len(used)} sheets with rows ({', '.join(used)}): keep one")
        return
    for name in used:
        pairs = zip(values[name].iter_rows(values_only=True), formulas[name].iter_rows(values_only=True), strict=True)
        for number, (cells, written) in enumerate(pairs, 1):
            # A formula that was never calculated has no value; show the formula, so that it is refused and not lost.
            texts = [_cell_text(formula if value is None else value)
                     for value, formula in zip(cells, written, strict=True)]
            if not any(texts):
                continue
            if not sheet.heading:
                while not texts[-1]:
                    texts.pop()
                sheet.heading = texts
            else:
                texts += [""] * (len(sheet.heading) - len(texts))
                if any(texts[len(sheet.heading):]):
                    sheet.problem(number, "", "has a cell to the right of the heading")
                sheet.rows[number] = texts[:len(sheet.heading)]


def _cell_text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, (bool, float, date)) or value is None:
        return cell_text.encode(value)
    return str(value).strip()


def _plain(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", heading.lower()).strip("_")


def columns_of(kind: Kind, heading: list[str]) -> tuple[list[str | None], str]:
    """For each heading the kind's column it stands for, or None; and the currency that a heading such as
    `Price (GBP)` names, or ''."""
    own = {column.name for column in kind.columns}
    plain = [_plain(title) for title in heading]
    named: list[str | None] = [title if title in own else None for title in plain]
    currency = ""
    for index, title in enumerate(plain):
        column = _PRICE_NAMES.get(title)
        if match := _PRICE_IN.fullmatch(title):
            column = "price_amount"
            if named[index] is None and kind.priced and column not in named:
                currency = match[1].upper()
        if named[index] is None and column in own and column not in named:
            named[index] = column
    if kind is PRICES and "item" not in named:
        item = next((name for name in _ITEM_NAMES if name in plain), None)
        if item:
            named[plain.index(item)] = "item"
    return named, currency


def guess(heading: list[str]) -> Kind | None:
    """The kind whose columns the heading names best; None when that cannot be told."""
    best: list[tuple[int, Kind]] = []
    for kind in KINDS.values():
        named, currency = columns_of(kind, heading)
        known = set(named) | ({"price_currency"} if currency else set())
        needed = {"item", "price_amount", "price_currency", "price_day"} if kind is PRICES else {kind.key}
        if needed <= known:
            best.append((sum(name is not None for name in named), kind))
    if not best:
        return None
    most = max(score for score, _ in best)
    winners = [kind for score, kind in best if score == most]
    return winners[0] if len(winners) == 1 else PRICES if PRICES in winners else None


def parse(kind: Kind, sheet: Sheet, today: date) -> list[Row]:
    """The rows of a sheet as values; what is wrong is added to `sheet.problems`."""
    named, currency = columns_of(kind, sheet.heading)
    if not _heading_serves(kind, sheet, named, currency):
        return []
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for number, cells in sheet.rows.items():
        texts = {name: text for name, text in zip(named, cells, strict=True) if name}
        if currency:
            texts["price_currency"] = currency
        if "price_source" not in texts and "price_amount" in texts:
            texts["price_source"] = sheet.file  # the list itself says so
        values: dict[str, Any] = {}
        for name, text in texts.items():
            try:
                values[name] = cell_text.decode(kind.column(name), text, today)
            except BadCell as error:
                sheet.problem(number, name, str(error))
        if "price_amount" in values:
            _whole_price(kind, sheet, number, values)
        key = values.get(kind.key)
        if key is None:
            continue
        if key in seen and kind is not PRICES:  # there an item may be written in several ways: see `catalog.exchange`
            sheet.problem(number, kind.key, f"'{key}' is in row {seen[key]} already")
        seen.setdefault(key, number)
        rows.append(Row(number, key, values))
    return rows


def _heading_serves(kind: Kind, sheet: Sheet, named: list[str | None], currency: str) -> bool:
    before = len(sheet.problems)
    for index, (title, name) in enumerate(zip(sheet.heading, named, strict=True)):
        if name and name in named[:index]:
            sheet.problem(1, title, "is a column that stands there twice")
        if not name and kind is not PRICES:  # a reseller's list has other columns too; here one may be a slip
            sheet.problem(1, title or f"column {index + 1}", f"is not a column of {kind.name}")
    known = set(named) | ({"price_currency"} if currency else set())
    if kind.key not in known:
        sheet.problem(1, kind.key, f"is missing: every row of {kind.name} is named by it")
    if kind.priced and (known & {"price_amount", "price_currency", "price_day"} or kind is PRICES):
        for name in ("price_amount", "price_currency", "price_day"):
            if name not in known:
                sheet.problem(1, name, "is missing: a price has an amount, a currency and a day")
    return len(sheet.problems) == before


def _whole_price(kind: Kind, sheet: Sheet, number: int, values: dict[str, Any]) -> None:
    """A price is whole or absent; an item without one has no currency, day or source left over."""
    if values["price_amount"] is None:
        values.update(price_currency=None, price_day=None, price_source="")
        return
    for name in ("price_currency", "price_day", "price_source"):
        if name in values and not values[name]:
            sheet.problem(number, name, "is empty beside a price, which has an amount, a currency, a day and a source")
