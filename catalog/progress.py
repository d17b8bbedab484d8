"""What each trainee has shown to know, article by article, in the catalog's database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select

from catalog import store
from catalog.tables import PROGRESS

PATIENCE_S = 2.0  # how long an answer waits for another writer


@dataclass(frozen=True)
class Record:
    """One person's history with one article. `card` is the scheduler's own state of it, as JSON."""

    article: str
    card: dict[str, Any]
    asked: int
    right: int
    last_right: bool


def of(person: str) -> dict[str, Record]:
    """Everything this person was asked about, by article."""
    columns = [column for column in PROGRESS.c if column.name != "person"]
    with store.reading() as connection:
        rows = connection.execute(select(*columns).where(PROGRESS.c.person == person)).mappings()
        return {row["article"]: Record(**row) for row in rows}


def keep(person: str, record: Record) -> None:
    """Writes what is known of one article now in place of what was."""
    same = (PROGRESS.c.person == person) & (PROGRESS.c.article == record.article)
    with store.writing(PATIENCE_S) as connection:
        connection.execute(delete(PROGRESS).where(same))
        connection.execute(insert(PROGRESS).values(person=person, **vars(record)))


def forget(person: str) -> None:
    with store.writing(PATIENCE_S) as connection:
        connection.execute(delete(PROGRESS).where(PROGRESS.c.person == person))
