"""Proposals that were made, as they were at that moment, in the catalog's database. A link's token is kept as its hash:
who reads the database can open none of them by it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from catalog import store
from catalog.conversations import PATIENCE_S
from catalog.tables import PROPOSALS

VALID = timedelta(days=30)


@dataclass(frozen=True)
class Proposal:
    at: datetime
    expires: datetime
    content: dict[str, Any]


def keep(session: str, at: datetime, content: dict[str, Any]) -> tuple[str, datetime]:
    """(token of its link, when that expires)."""
    token = secrets.token_urlsafe(24)
    with store.writing(PATIENCE_S) as connection:
        connection.execute(
            insert(PROPOSALS).values(
                token=_hash(token), session=session, at=at, expires=at + VALID, content=content
            )
        )
    return token, at + VALID


def at(token: str, today: datetime) -> Proposal | None:
    """What the link shows; None where there is none or it has expired."""
    wanted = select(PROPOSALS.c.at, PROPOSALS.c.expires, PROPOSALS.c.content)
    with store.reading() as connection:
        row = connection.execute(wanted.where(PROPOSALS.c.token == _hash(token), PROPOSALS.c.expires > today)).first()
    return Proposal(**row._mapping) if row else None


def forget(session: str) -> int:
    with store.writing(PATIENCE_S) as connection:
        return int(connection.execute(delete(PROPOSALS).where(PROPOSALS.c.session == session)).rowcount)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
