"""People who asked to be called back, with what they had told, in the catalog's database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from catalog import store
from catalog.conversations import PATIENCE_S
from catalog.tables import LEADS

Json = dict[str, Any]


@dataclass(frozen=True)
class Lead:
    """`context` is `actions.handoff.context`. `told`: where account managers were told of it (the channel and time
    stamp of Slack's message, as far as they are known); None: nobody was, and `trouble` says why where it was tried."""

    id: int
    session: str
    at: datetime
    name: str
    contact: str
    note: str
    context: Json
    told: Json | None = None
    trouble: str | None = None


def keep(session: str, at: datetime, name: str, contact: str, note: str, context: Json) -> Lead:
    values = {"session": session, "at": at, "name": name, "contact": contact, "note": note, "context": context}
    with store.writing(PATIENCE_S) as connection:
        id = connection.execute(insert(LEADS).values(**values)).inserted_primary_key[0]
    return Lead(id=id, **values)  # type: ignore[arg-type]


def announced(id: int, told: Json | None, trouble: str | None) -> None:
    """Notes that account managers were told of a lead, or why not."""
    with store.writing(PATIENCE_S) as connection:
        connection.execute(update(LEADS).where(LEADS.c.id == id).values(told=told, trouble=trouble))


def every() -> list[Lead]:
    """The newest last."""
    with store.reading() as connection:
        return [Lead(**row._mapping) for row in connection.execute(select(LEADS).order_by(LEADS.c.id))]


def of(session: str) -> list[Lead]:
    with store.reading() as connection:
        return [Lead(**row._mapping) for row in connection.execute(select(LEADS).where(LEADS.c.session == session))]


def forget(id: int) -> bool:
    with store.writing(PATIENCE_S) as connection:
        return bool(connection.execute(delete(LEADS).where(LEADS.c.id == id)).rowcount)
