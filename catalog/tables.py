"""The database tables: one for each kind of `catalog.schema`, one row of state, the journal of imports,
and the progress of trainees.

Lists, GPU counts and money are kept as text in the form of a CSV cell, so that nothing is lost to rounding and any
database will do. `to_database` and `from_database` go between a row of values and a row of a table.
"""
from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Float, Integer, MetaData, String, Table, Text

from catalog import cells, schema

_TYPES: dict[str, Any] = {
    "slug": String(120), "choice": String(40), "text": Text, "number": Float, "integer": Integer, "money": String(40),
    "day": Date, "yes_no": Boolean, "list": Text, "gpu_counts": Text,
}
_AS_CELL = ("money", "list", "gpu_counts")

metadata = MetaData()


def _table(kind: schema.Kind) -> Table:
    return Table(kind.name, metadata, *(
        Column(column.name, _TYPES[column.type], primary_key=column.name == kind.key, nullable=not column.required)
        for column in kind.columns))


TABLES: dict[str, Table] = {kind.name: _table(kind) for kind in schema.STORED}

# One row. `revision` rises with every change; `seed` is the hash of the packaged data that the tables were built from.
STATE = Table(
    "state", metadata,
    Column("id", Integer, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("seed", String(64), nullable=False),
)

# What was imported, in order: replayed on top of the packaged data whenever that changes.
IMPORTS = Table(
    "imports", metadata,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("at", DateTime, nullable=False),  # UTC
    Column("file", Text, nullable=False),
    Column("changes", JSON, nullable=False),  # [[kind, key, {column: cell}], ...]
)

# What each trainee has shown to know: no part of the catalog, so no import and no new packaged data touches it.
PROGRESS = Table(
    "progress", metadata,
    Column("person", String(120), primary_key=True),
    Column("article", String(120), primary_key=True),
    Column("card", JSON, nullable=False),  # the scheduler's own
    Column("asked", Integer, nullable=False),
    Column("right", Integer, nullable=False),
    Column("last_right", Boolean, nullable=False),
)


def to_database(kind: schema.Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: cells.encode(value) if value is not None and kind.column(name).type in _AS_CELL else value
            for name, value in values.items()}


def from_database(kind: schema.Kind, row: Mapping[str, Any]) -> dict[str, Any]:
    return {column.name: cells.decode(column, row[column.name] or "", date.max)
            if column.type in _AS_CELL else row[column.name] for column in kind.columns}
