"""Import and export: price lists and specifications in CSV and XLSX.

An import is all or nothing: every problem of the file is reported at once and then nothing is written; a good file is
one transaction and one new revision. A file without differences writes nothing.
"""
from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from catalog import cells, names, schema, store
from catalog.check import Finding, contradictions
from catalog.check import check as check_catalog
from catalog.files import Problem, Row, Sheet, guess, parse, read
from catalog.schema import KINDS, PRICES, Kind
from catalog.store import Change
from catalog.tables import STATE
from catalog.things import Catalog

_PRICED = tuple(kind for kind in schema.STORED if kind.priced and kind is not schema.CLOUD_OFFERS)


@dataclass(frozen=True)
class Difference:
    """One column of one thing: the cells before and after."""

    kind: str
    key: str
    column: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.kind}, {self.key}: {self.column} {self.old or '(empty)'} -> {self.new or '(empty)'}"


@dataclass(frozen=True)
class Report:
    """What an import did, or would do. With problems nothing is written."""

    file: str
    kind: str = ""
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Finding, ...] = ()  # about things this file adds or changes
    added: tuple[str, ...] = ()
    changed: tuple[Difference, ...] = ()
    unchanged: int = 0
    written: bool = False
    revision: int | None = None  # after the import

    @property
    def ok(self) -> bool:
        return not self.problems

    def __str__(self) -> str:
        if self.problems:
            count = len(self.problems)
            return "\n".join([*map(str, self.problems),
                              f"{self.file}: {count} problem{'' if count == 1 else 's'}; nothing was written."])
        things = len({(difference.kind, difference.key) for difference in self.changed})
        if self.written:
            done = f"imported, revision {self.revision}"
        else:
            done = "dry run, nothing written" if self.added or self.changed else "nothing to change"
        return "\n".join([
            *(f"+ {key}" for key in self.added), *(f"~ {change}" for change in self.changed), *map(str, self.warnings),
            f"{self.file} ({self.kind}): {len(self.added)} added, {things} changed, {self.unchanged} unchanged; "
            f"{done}."])


def import_file(path: Path | str, kind: str | None = None, dry_run: bool = False, today: date | None = None) -> Report:
    """Imports a file of one kind of `schema.KINDS` (guessed from its columns when not given), or a list of prices.

    `dry_run` says what would change and writes nothing. Columns that the file does not have keep their values.
    """
    path, today = Path(path), today or date.today()
    if kind is not None and kind not in KINDS:
        raise ValueError(f"There is no kind '{kind}': write one of {', '.join(KINDS)}.")
    sheet = read(path)
    if not sheet.heading:
        return Report(sheet.file, kind or "", tuple(sheet.problems))
    chosen = KINDS[kind] if kind else guess(sheet.heading)
    if chosen is None:
        sheet.problem(1, "", f"its columns ({', '.join(sheet.heading)[:200]}) do not say what it holds: name the kind, "
                      f"one of {', '.join(KINDS)}, or name the columns as catalog/data/README.md does")
        return Report(sheet.file, "", tuple(sheet.problems))
    rows = parse(chosen, sheet, today)
    with store.writing() as connection:
        return _import(connection, chosen, sheet, rows, dry_run, today)


def export(kind: str, path: Path | str) -> int:
    """Writes every thing of a kind to a CSV or XLSX file, which can be imported again; returns the number of rows."""
    if kind not in KINDS:
        raise ValueError(f"There is no kind '{kind}': write one of {', '.join(KINDS)}.")
    path, columns = Path(path), KINDS[kind].columns
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise ValueError(f"'{path.name}' must end in .csv or .xlsx.")
    rows = [[values[column.name] for column in columns] for values in _exported(KINDS[kind], store.snapshot())]
    heading = [column.name for column in columns]
    if path.suffix.lower() == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(heading)
            writer.writerows([cells.encode(value) for value in row] for row in rows)
    else:
        from openpyxl import Workbook  # it takes a while to load

        book = Workbook(write_only=True)
        page = book.create_sheet(kind)
        page.append(heading)
        for row in rows:
            page.append([value if isinstance(value, (int, float, date)) and not isinstance(value, bool)
                         else cells.encode(value) or None for value in row])
        book.save(path)
    return len(rows)


def check(today: date | None = None) -> list[Finding]:
    """Checks the whole catalog as it stands."""
    return check_catalog(store.snapshot(), today or date.today())


def _import(connection: Connection, kind: Kind, sheet: Sheet, rows: list[Row], dry_run: bool, today: date) -> Report:
    before = store.read_rows(connection)
    revision: int = connection.execute(select(STATE.c.revision)).scalar_one()
    catalog = store.build(before, revision)
    located = _prices(rows, sheet, catalog) if kind is PRICES else [
        (row, Change(kind.name, row.key, row.values)) for row in rows]
    for row, change in located:
        if change.key not in before[change.kind]:
            _complete(row, KINDS[change.kind], sheet)
    if sheet.problems:
        return Report(sheet.file, kind.name, _sorted(sheet))
    changes = [change for _, change in located]
    added, changed, real = _differences(before, changes)
    warnings: list[Finding] = []
    if real:
        after = store.apply(before, real)
        known = {(finding.kind, finding.id, finding.column) for finding in contradictions(catalog, today)}
        numbers = {(change.kind, change.key): row.number for row, change in located}
        for finding in contradictions(store.build(after, revision + 1), today):
            if (finding.kind, finding.id, finding.column) in known:
                continue
            if finding.level == "error":
                number = numbers.get((finding.kind, finding.id), 0)
                sheet.problem(number, finding.column, f"{finding.id}: {finding.text}")
            else:
                warnings.append(finding)
    if sheet.problems:
        return Report(sheet.file, kind.name, _sorted(sheet))
    write = bool(real) and not dry_run
    if write:
        revision = store.record(connection, sheet.file, real)
    return Report(sheet.file, kind.name, warnings=tuple(warnings), added=tuple(added), changed=tuple(changed),
                  unchanged=len(changes) - len(real), written=write, revision=revision)


def _sorted(sheet: Sheet) -> tuple[Problem, ...]:
    return tuple(sorted(sheet.problems, key=lambda problem: problem.row))


def _complete(row: Row, kind: Kind, sheet: Sheet) -> None:
    """A new thing needs every required column; those whose cell is already reported are not reported twice."""
    said = {problem.column for problem in sheet.problems if problem.row == row.number}
    for name in store.missing(kind, row.values):
        if name not in said:
            sheet.problem(row.number, name, f"is missing: '{row.key}' is new to the catalog and needs it")


def _differences(before: store.Rows, changes: list[Change]) -> tuple[list[str], list[Difference], list[Change]]:
    """The keys added, the columns changed, and the changes that change anything."""
    added: list[str] = []
    changed: list[Difference] = []
    real: list[Change] = []
    for change in changes:
        old = before[change.kind].get(change.key)
        if old is None:
            added.append(change.key)
            real.append(change)
            continue
        differences = [Difference(change.kind, change.key, name, cells.encode(old[name]), cells.encode(value))
                       for name, value in change.values.items() if old[name] != value]
        changed += differences
        if differences:
            real.append(change)
    return added, changed, real


def _prices(rows: list[Row], sheet: Sheet, catalog: Catalog) -> list[tuple[Row, Change]]:
    """The things that a list of prices is about, found by id, name or alias."""
    located: list[tuple[Row, Change]] = []
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        owner = _owner(row.key, row.values.get("kind"), catalog)
        if isinstance(owner, str):
            sheet.problem(row.number, "item", owner)
            continue
        if owner in seen:
            sheet.problem(row.number, "item", f"'{row.key}' is {owner[1]}, which row {seen[owner]} prices already")
        seen.setdefault(owner, row.number)
        values = {name: value for name, value in row.values.items() if name not in ("item", "kind")}
        located.append((row, Change(*owner, values)))
    return located


def _owner(item: str, kind: str | None, catalog: Catalog) -> tuple[str, str] | str:
    """(kind, key) of the thing an item names exactly, or what is wrong. A misspelt name is not guessed: it is money."""
    kinds = [other for other in _PRICED if kind in (None, other.name)]
    by_id = [(other.name, item) for other in kinds if item in getattr(catalog, other.attribute)]
    entries = names.exact(catalog, item, tuple(other.name for other in kinds))
    found = by_id or list(dict.fromkeys((entry.kind, entry.id) for entry in entries))
    if len(found) == 1:
        return found[0]
    if found:
        options = ", ".join(f"{key} of {name}" for name, key in found)
        return f"'{item}' could be {options}: write the id, and which of them in a column 'kind'"
    near = names.find(catalog, item, tuple(other.name for other in kinds))
    hint = f": did you mean {near.id}?" if near else ": write its id, or import its specification first"
    return f"'{item}' is not in the catalog{hint}"


def _exported(kind: Kind, catalog: Catalog) -> list[dict[str, Any]]:
    if kind is not PRICES:
        return [schema.to_row(kind, thing) for thing in getattr(catalog, kind.attribute).values()]
    return [{**schema.to_row(other, thing), "item": key, "kind": other.name} for other in _PRICED
            for key, thing in getattr(catalog, other.attribute).items() if thing.price]
