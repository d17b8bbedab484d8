"""The catalog's database: brings it up to date, writes imports, and gives snapshots.

The rule: the tables hold the packaged data (`catalog/data/*.csv`) with every import replayed on top of it, in order.
When a new version packages other data, the tables are rebuilt and the imports replayed, so that what was imported
always wins and nothing imported is lost. The revision rises with every change, in the same transaction.

Where: the database that PLAINSPEC_DATABASE_URL names, else the SQLite file `.build/catalog.db` of this checkout.
"""
from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, delete, event, insert, inspect, select, text, update
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from catalog import cells, files, schema
from catalog.library import BadArticles, articles
from catalog.tables import IMPORTS, STATE, TABLES, from_database, to_database
from catalog.things import Catalog

log = logging.getLogger(__name__)
DATA = Path(__file__).parent / "data"
MIGRATIONS = Path(__file__).parent / "migrations"
DEFAULT_FILE = Path(__file__).parent.parent / ".build" / "catalog.db"

REVISION = select(STATE.c.revision)  # made once: it is asked with every message

Rows = dict[str, dict[str, dict[str, Any]]]  # kind -> key -> the values of a row


class CatalogError(RuntimeError):
    """The catalog cannot be opened or built; the message says why and what to do."""


@dataclass(frozen=True)
class Change:
    """New values for some columns of one thing, which is added when it is not there."""

    kind: str
    key: str
    values: Mapping[str, Any]


def database_url() -> str:
    return os.environ.get("PLAINSPEC_DATABASE_URL") or f"sqlite:///{DEFAULT_FILE}"


def ensure_database() -> None:
    """Makes the database, brings its tables up to date and fills it with the packaged data where that is needed.

    Raises `CatalogError` when it cannot, leaving the database as it was.
    """
    _ready(database_url())


def snapshot() -> Catalog:
    """Everything known now. Costs one small query while nothing has changed, so ask anew for every message."""
    if held := _held.get():
        return held
    url = database_url()
    engine = _ready(url)
    with engine.connect() as connection:
        revision = connection.execute(REVISION).scalar_one()
        with _lock:
            if url not in _snapshots or _snapshots[url].revision != revision:
                _snapshots[url] = build(read_rows(connection), revision)
            return _snapshots[url]


@contextmanager
def one_snapshot() -> Iterator[Catalog]:
    """Within it `snapshot` gives this one: who reads a message and who answers it see the same catalog."""
    catalog = snapshot()
    token = _held.set(catalog)
    try:
        yield catalog
    finally:
        _held.reset(token)


@contextmanager
def reading() -> Iterator[Connection]:
    with _ready(database_url()).connect() as connection:
        yield connection


@contextmanager
def writing(patience_s: float = 60.0) -> Iterator[Connection]:
    """One transaction that no other writer can get in between: all of it is written, or nothing. Another writer is
    waited for so long; then SQLAlchemy's OperationalError is raised."""
    with _write(_ready(database_url()), patience_s) as connection:
        yield connection


def record(connection: Connection, file: str, changes: list[Change]) -> int:
    """Writes an import and its entry in the journal; returns the new revision."""
    revision: int = connection.execute(REVISION).scalar_one() + 1
    connection.execute(insert(IMPORTS).values(
        revision=revision, at=datetime.now(timezone.utc).replace(tzinfo=None), file=file,
        changes=[[change.kind, change.key, {name: cells.encode(value) for name, value in change.values.items()}]
                 for change in changes]))
    _write_rows(connection, apply(read_rows(connection), changes), {(change.kind, change.key) for change in changes})
    connection.execute(update(STATE).values(revision=revision))
    return revision


def read_rows(connection: Connection) -> Rows:
    return {kind.name: {row[kind.key]: from_database(kind, row)
                        for row in connection.execute(select(TABLES[kind.name])).mappings()}
            for kind in schema.STORED}


def apply(rows: Rows, changes: Iterable[Change]) -> Rows:
    """The rows after the changes; the rows given stay as they are."""
    after = {name: dict(things) for name, things in rows.items()}
    for change in changes:
        kind = schema.KINDS[change.kind]
        empty = {column.name: () if column.type in ("list", "gpu_counts") else "" if column.type == "text" else None
                 for column in kind.columns}
        after[change.kind][change.key] = {**(after[change.kind].get(change.key) or empty), **change.values}
    return after


def build(rows: Rows, revision: int) -> Catalog:
    try:
        library = articles()
    except BadArticles as error:
        raise CatalogError(str(error)) from error
    return Catalog(revision=revision, articles=library, **{
        kind.attribute: {key: schema.to_thing(kind, values) for key, values in rows[kind.name].items()}
        for kind in schema.STORED})


def missing(kind: schema.Kind, values: Mapping[str, Any]) -> list[str]:
    """The columns that a new thing must have and these values lack."""
    return [column.name for column in kind.columns if column.required and values.get(column.name) in (None, "")]


_held: ContextVar[Catalog | None] = ContextVar("held", default=None)
_snapshots: dict[str, Catalog] = {}
_lock = threading.Lock()


@lru_cache(maxsize=8)
def _ready(url: str) -> Engine:
    try:
        return _opened(url)
    except (SQLAlchemyError, ImportError, OSError) as error:
        cause = " ".join(str(getattr(error, "orig", None) or error).split())
        raise CatalogError(f"The catalog database {_named(url)} cannot be opened: {cause}. Set PLAINSPEC_DATABASE_URL "
                           "to one that can be, such as sqlite:////path/to/catalog.db.") from error


def _named(url: str) -> str:
    """The database as its address says, without the password."""
    try:
        return str(make_url(url).render_as_string(hide_password=True))
    except SQLAlchemyError:
        return "whose address is not one"


def _opened(url: str) -> Engine:
    parsed = make_url(url)
    sqlite = parsed.get_backend_name() == "sqlite"
    options: dict[str, Any] = {"connect_args": {"timeout": 60, "check_same_thread": False}} if sqlite else {}
    if sqlite and parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        options["poolclass"] = QueuePool  # the revision is asked for at every turn: no file is opened for it
    engine = create_engine(url, future=True, **options)
    if sqlite:
        _real_transactions(engine)
        _readers_never_wait(engine)
    seed = _seed_hash()
    with engine.connect() as connection:
        current = _standing(connection) == (_head(), seed)
    if not current:
        with _write(engine) as connection:
            if _standing(connection) != (_head(), seed):  # another process may have been first
                _migrate(connection)
                _reseed(connection, seed)
        if sqlite:  # the file alone is a whole catalog again, as who copies it expects
            with engine.connect() as connection:
                connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return engine


def _real_transactions(engine: Engine) -> None:
    """Python's sqlite3 begins transactions late and not for tables; this makes it begin when told, and lets a writer
    take the lock at once (`write`), so that reading and writing are one step."""
    def connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA synchronous=NORMAL")  # enough for the journal below: nothing can be half-written

    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("write"):
            connection.exec_driver_sql(f"PRAGMA busy_timeout={options['patience_s'] * 1000:.0f}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("write") else "BEGIN")

    event.listen(engine, "connect", connect)
    event.listen(engine, "begin", begin)


def _readers_never_wait(engine: Engine) -> None:
    """Has SQLite write ahead: a turn is kept in a fraction of a millisecond, and nobody who reads waits for it."""
    connection = engine.raw_connection()
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:  # another process has it open as it was, or the file is not to be written
        log.info("The database keeps its old journal until the next start: %s", error)
    finally:
        connection.close()


@contextmanager
def _write(engine: Engine, patience_s: float = 60.0) -> Iterator[Connection]:
    with engine.connect().execution_options(write=True, patience_s=patience_s) as connection, connection.begin():
        yield connection


def _standing(connection: Connection) -> tuple[str, str] | None:
    """The version of the tables and the hash of the data they were built from; None for a new database."""
    if not {"alembic_version", "state"} <= set(inspect(connection).get_table_names()):
        return None
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(version), str(connection.execute(select(STATE.c.seed)).scalar())


def _head() -> str:
    return max(path.stem for path in (MIGRATIONS / "versions").glob("[0-9]*.py")).split("_")[0]


def _migrate(connection: Connection) -> None:
    from alembic import command  # only when there is something to do: it takes a while to load
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise CatalogError(f"The catalog database is from a newer Plainspec than this one ({error}): "
                           "update Plainspec, or name another database in PLAINSPEC_DATABASE_URL.") from error


def _seed_files() -> list[Path]:
    return sorted(DATA.glob("*.csv"), key=lambda path: (seed_kind(path) is schema.PRICES, path.name))


def seed_kind(path: Path) -> schema.Kind:
    """Which kind a packaged file holds; `gpu_prices.csv` is a list of prices."""
    return schema.KINDS.get(path.stem, schema.PRICES)


def _seed_hash() -> str:
    digest = hashlib.sha256()
    for path in _seed_files():
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _reseed(connection: Connection, seed: str) -> None:
    rows = apply({kind.name: {} for kind in schema.STORED}, packaged_changes())
    for file, changes in connection.execute(select(IMPORTS.c.file, IMPORTS.c.changes).order_by(IMPORTS.c.revision)):
        rows = apply(rows, _replayed(rows, file, changes))
    for table in TABLES.values():
        connection.execute(delete(table))
    _write_rows(connection, rows)
    state = connection.execute(select(STATE)).mappings().first()
    if state is None:
        connection.execute(insert(STATE).values(id=1, revision=1, seed=seed))
    else:
        connection.execute(update(STATE).values(revision=state["revision"] + 1, seed=seed))


def packaged_changes() -> list[Change]:
    """The packaged data as changes to an empty catalog. Raises `CatalogError` with all that is wrong in it."""
    problems: list[files.Problem] = []
    changes: dict[tuple[str, str], Change] = {}
    for path in _seed_files():
        kind, sheet = seed_kind(path), files.read(path)
        for row in files.parse(kind, sheet, date.max):
            if kind is schema.PRICES:
                kinds = [other.name for other in schema.STORED if row.values.get("kind") in (None, "", other.name)]
                owner = next((name for name in kinds if (name, row.key) in changes), None)
                if owner is None:
                    sheet.problem(row.number, "item", f"'{row.key}' is not in the catalog")
                    continue
                values = {name: value for name, value in row.values.items() if name not in ("item", "kind")}
                changes[owner, row.key] = Change(owner, row.key, {**changes[owner, row.key].values, **values})
            else:
                for name in missing(kind, row.values):
                    if not any(problem.row == row.number and problem.column == name for problem in sheet.problems):
                        sheet.problem(row.number, name, "is missing")
                changes[kind.name, row.key] = Change(kind.name, row.key, row.values)
        problems += sheet.problems
    if problems:
        raise CatalogError("The packaged data is broken:\n" + "\n".join(map(str, problems)))
    return list(changes.values())


def _replayed(rows: Rows, file: str, changes: list[Any]) -> Iterator[Change]:
    """An import out of the journal. What no longer fits this version's columns is left out, and said."""
    for name, key, written in changes:
        kind = schema.KINDS.get(name)
        try:
            if kind is None:
                raise KeyError(name)
            values = {column: cells.decode(kind.column(column), cell, date.max) for column, cell in written.items()}
        except (KeyError, StopIteration, cells.BadCell) as error:
            log.warning("%s: %s of %s no longer fits this version and is left out: %s", file, key, name, error)
            continue
        if key not in rows[name] and (lacking := missing(kind, values)):
            log.warning("%s: %s of %s is no longer in the catalog and lacks %s", file, key, name, ", ".join(lacking))
            continue
        yield Change(name, key, values)


def _write_rows(connection: Connection, rows: Rows, only: set[tuple[str, str]] | None = None) -> None:
    for kind in schema.STORED:
        table = TABLES[kind.name]
        keys = [key for key in rows[kind.name] if only is None or (kind.name, key) in only]
        if only is not None and keys:
            connection.execute(delete(table).where(table.c[kind.key].in_(keys)))
        if keys:
            connection.execute(insert(table), [to_database(kind, rows[kind.name][key]) for key in keys])


