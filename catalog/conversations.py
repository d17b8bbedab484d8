"""What was said on the website, in the catalog's database: the state of each conversation, its turns, and what people
thought of them. A conversation is removed when it was not used for `KEPT`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from catalog import store
from catalog.tables import CONVERSATIONS, PROPOSALS, TURNS

KEPT = timedelta(days=30)
PATIENCE_S = 2.0  # how long a person waits for another writer
Json = dict[str, Any]


@dataclass(frozen=True)
class Turn:
    """One message and its answer. `at` is in UTC, without saying so."""

    id: str
    text: str
    replies: list[Json]
    at: datetime
    thumb: str | None = None  # up, down
    word: str | None = None


@dataclass(frozen=True)
class Standing:
    """Where a conversation stands: before its first turn the state is None and the version 0. `answered` is the turn
    that was asked after, where it is kept already."""

    state: Json | None
    version: int
    answered: Turn | None


def now() -> datetime:
    return datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)


_OF_A_TURN = (TURNS.c.id, TURNS.c.text, TURNS.c.replies, TURNS.c.at, TURNS.c.thumb, TURNS.c.word)

# Made once, since each turn asks these three: to put a statement together takes longer than to carry it out.
_STANDING = (
    select(CONVERSATIONS.c.state, CONVERSATIONS.c.version, *_OF_A_TURN)
    .outerjoin_from(
        CONVERSATIONS, TURNS, (TURNS.c.session == CONVERSATIONS.c.session) & (TURNS.c.id == bindparam("asked"))
    )
    .where(CONVERSATIONS.c.session == bindparam("whose"))
)
_GO_ON = (
    update(CONVERSATIONS)
    .where(CONVERSATIONS.c.session == bindparam("whose"), CONVERSATIONS.c.version == bindparam("before"))
    .values({name: bindparam(name) for name in ("state", "version", "seen")})
)
_BEGIN, _ADD = insert(CONVERSATIONS), insert(TURNS)


def standing(session: str, id: str = "") -> Standing:
    with store.reading() as connection:
        found = connection.execute(_STANDING, {"whose": session, "asked": id}).first()
    if found is None:
        return Standing(None, 0, None)
    return Standing(found[0], found[1], Turn(*found[2:]) if found.id is not None else None)


def keep(session: str, turn: Turn, state: Json, version: int, patience_s: float = PATIENCE_S) -> bool:
    """Writes a turn and the state after it; False, and nothing is written, where the conversation no longer stands at
    `version`: another turn came first, so this one was answered upon what is no longer so."""
    after = {"state": state, "version": version + 1, "seen": turn.at}
    try:
        with store.writing(patience_s) as connection:
            if version == 0:
                connection.execute(_BEGIN, {"session": session, **after})
            elif connection.execute(_GO_ON, {"whose": session, "before": version, **after}).rowcount != 1:
                return False
            connection.execute(_ADD, {"session": session, "number": version + 1, **vars(turn)})
    except IntegrityError:
        return False
    return True


def turns(session: str, most: int = 200) -> list[Turn]:
    """The last turns of a conversation, the oldest first."""
    newest = select(*_OF_A_TURN).where(TURNS.c.session == session).order_by(TURNS.c.number.desc()).limit(most)
    with store.reading() as connection:
        return [Turn(**row._mapping) for row in connection.execute(newest)][::-1]


def rate(session: str, id: str, thumb: str | None, word: str | None) -> bool:
    """Keeps what a person thought of a turn in place of what they thought before; False where there is no such turn."""
    same = (TURNS.c.session == session) & (TURNS.c.id == id)
    with store.writing(PATIENCE_S) as connection:
        return bool(connection.execute(update(TURNS).where(same).values(thumb=thumb, word=word)).rowcount)


def rated() -> list[tuple[str, list[Turn]]]:
    """(session, all its turns) of each conversation with a turn that somebody judged, the latest used last."""
    judged = select(TURNS.c.session).where(TURNS.c.thumb.is_not(None)).distinct()
    order = select(CONVERSATIONS.c.session).where(CONVERSATIONS.c.session.in_(judged)).order_by(CONVERSATIONS.c.seen)
    with store.reading() as connection:
        sessions = connection.execute(order).scalars().all()
    return [(session, turns(session)) for session in sessions]


def forget(session: str) -> int:
    """Removes a conversation; returns how many turns it had."""
    with store.writing(PATIENCE_S) as connection:
        connection.execute(delete(CONVERSATIONS).where(CONVERSATIONS.c.session == session))
        return int(connection.execute(delete(TURNS).where(TURNS.c.session == session)).rowcount)


def sweep(today: datetime) -> int:
    """Removes the conversations that were not used for `KEPT` and the proposals that have expired; returns how many
    conversations."""
    old = select(CONVERSATIONS.c.session).where(CONVERSATIONS.c.seen < today - KEPT)
    with store.writing(PATIENCE_S) as connection:
        connection.execute(delete(TURNS).where(TURNS.c.session.in_(old)))
        connection.execute(delete(PROPOSALS).where(PROPOSALS.c.expires < today))
        return int(
            connection.execute(delete(CONVERSATIONS).where(CONVERSATIONS.c.seen < today - KEPT)).rowcount
        )
