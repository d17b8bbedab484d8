"""The bot is loaded once; every conversation is a session of its own."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from bot.engine import Engine, load

Json = dict[str, Any]


class Bot:
    def __init__(self) -> None:
        self.engine: Engine = load()
        self.loop = asyncio.new_event_loop()

    def say(self, session: str, text: str) -> tuple[Json, Json, Json]:
        """(reply, understood, state) of one message; several replies are read as one."""

        async def turn() -> tuple[list[Json], Json, Json]:
            replies = await self.engine.respond(session, text)
            return replies, await self.engine.understood(session), await self.engine.state(session)

        replies, understood, state = self.loop.run_until_complete(turn())
        return {**replies[-1], "text": "\n\n".join(r["text"] for r in replies)}, understood, state

    def forget(self, session: str) -> None:
        self.loop.run_until_complete(self.engine.forget(session))


@pytest.fixture(scope="session")
def bot() -> Iterator[Bot]:
    found = Bot()
    yield found
    found.loop.close()


@pytest.fixture
def session(bot: Bot) -> Iterator[str]:
    name = uuid.uuid4().hex
    yield name
    bot.forget(name)
