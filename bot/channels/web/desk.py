"""One answer for each message: sent twice, or again after the connection broke, it is answered once. Each conversation
is worked on one message at a time, and a message that was answered by then gets that answer. State and turns are in the
database, so any process may take the next; where two take one at once, the database lets only the first be kept."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import OrderedDict
from typing import Any
from weakref import WeakValueDictionary

from sqlalchemy.exc import OperationalError

from bot.channels.web.asked import Refused
from bot.engine import Engine, Failed
from catalog import conversations
from catalog.conversations import Turn

AGAIN_S = 0.05
TRIES = 5  # of a turn that is overtaken by another process's
REMEMBERED = 10_000
UNANSWERED = ("Something went wrong at our end, so this is not answered yet. Nothing you told me is lost: "
              "please send it again in a moment.")


def unanswered() -> Refused:
    return Refused(503, UNANSWERED, 2)


class Desk:
    """Takes messages in and gives turns out."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._working: set[asyncio.Task[Turn]] = set()  # or they might be collected before they are done
        self._talking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._gone: OrderedDict[str, None] = OrderedDict()  # sessions that were deleted: nothing is kept of them

    async def say(self, session: str, id: str | None, text: str, person: str) -> Turn:
        """The turn of this message. Raises Refused."""
        work = asyncio.create_task(self._answered(session, id or uuid.uuid4().hex, text, person))
        self._working.add(work)
        work.add_done_callback(self._over)
        turn = await asyncio.shield(work)  # who goes away ends the wait, not the work
        if turn.text != text:
            raise Refused(409, "This id was used for another message; each message needs one of its own.")
        return turn

    async def forget(self, session: str, forget: Any) -> Any:
        """Calls `forget` when nothing is being worked on in this conversation. What waits to be answered in it, or
        comes later, is refused; all stays as it was where `forget` fails."""
        self._gone[session] = None
        if len(self._gone) > REMEMBERED:
            self._gone.popitem(last=False)
        async with self._lock(session):
            try:
                return await asyncio.to_thread(forget)
            except BaseException:
                self._gone.pop(session, None)
                raise

    def _lock(self, session: str) -> asyncio.Lock:
        lock = self._talking.get(session)
        if lock is None:
            lock = self._talking[session] = asyncio.Lock()
        return lock

    def _over(self, done: asyncio.Task[Turn]) -> None:
        self._working.discard(done)
        if not done.cancelled():
            done.exception()  # it was told to whoever still waited

    async def _answered(self, session: str, id: str, text: str, person: str) -> Turn:
        async with self._lock(session):
            for _ in range(TRIES):
                standing = conversations.standing(session, id)
                if standing.answered is not None:
                    return standing.answered
                if session in self._gone:
                    raise Refused(409, "This conversation was deleted; please reload the page to begin a new one.")
                try:
                    replies, state = await self._engine.turn(standing.state, text, person)
                except Failed:
                    raise unanswered() from None
                turn = Turn(id, text, replies, conversations.now())
                if await kept(session, turn, state, standing.version):
                    return turn
            raise unanswered()


async def kept(session: str, turn: Turn, state: dict[str, Any], version: int) -> bool:
    """As `conversations.keep`, without holding others up while another process writes. It takes less than a
    millisecond, and a thread of its own would take as long again."""
    until = time.monotonic() + conversations.PATIENCE_S
    while True:
        try:
            return conversations.keep(session, turn, state, version, patience_s=0)
        except OperationalError:  # locked
            if time.monotonic() > until:
                raise
        await asyncio.sleep(AGAIN_S)
