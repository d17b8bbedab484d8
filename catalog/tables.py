"""The database tables: one for each kind of `catalog.schema`, one row of state, the journal of imports,
the progress of trainees, and what clients said and asked for.

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

# What follows is no part of the catalog either: conversations of the website, and what came of them. Times are in UTC.
CONVERSATIONS = Table(
    "conversations", metadata,
    Column("session", String(64), primary_key=True),
    Column("seen", DateTime, nullable=False, index=True),  # last used
    Column("version", Integer, nullable=False),  # how many turns it had: a turn is kept only upon the one it answered
    Column("state", JSON, nullable=False),  # actions.base
)

TURNS = Table(
    "turns", metadata,
    Column("session", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),  # made by the page, so that a message sent twice is answered once
    Column("number", Integer, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("text", Text, nullable=False),
    Column("replies", JSON, nullable=False),
    Column("thumb", String(8)),  # up, down
    Column("word", Text),
)

LEADS = Table(
    "leads", metadata,
    Column("id", Integer, primary_key=True),
    Column("session", String(64), nullable=False, index=True),
    Column("at", DateTime, nullable=False),
    Column("name", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("context", JSON, nullable=False),  # actions.handoff
    Column("told", JSON),  # where account managers were told of it: {"channel", "ts"} of Slack, or {}; null: not yet
    Column("trouble", Text),  # why they could not be told
)

PROPOSALS = Table(
    "proposals", metadata,
    Column("token", String(64), primary_key=True),  # SHA-256 of what stands in its link
    Column("session", String(64), nullable=False, index=True),
    Column("at", DateTime, nullable=False),
    Column("expires", DateTime, nullable=False),
    Column("content", JSON, nullable=False),  # actions.proposal
)


def to_database(kind: schema.Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: cells.encode(value) if value is not None and kind.column(name).type in _AS_CELL else value
            for name, value in values.items()}


def from_database(kind: schema.Kind, row: Mapping[str, Any]) -> dict[str, Any]:
    return {column.name: cells.decode(column, row[column.name] or "", date.max)
            if column.type in _AS_CELL else row[column.name] for column in kind.columns}
