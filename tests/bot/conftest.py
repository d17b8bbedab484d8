"""The bot, trained when its files changed and loaded once for all tests."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

import pytest

Json = dict[str, Any]
Talk = Callable[..., list[Json]]


@pytest.fixture(scope="session")
def engine() -> Any:
    from bot import prepare
    from bot.engine import load

    prepare.ensure()
    return load()


@pytest.fixture
def talk(engine: Any) -> Talk:
    """talk("one message", "the next") in a conversation of its own: the first reply to each."""
    session = uuid.uuid4().hex

    def say(*texts: object) -> list[Json]:
        async def all_of_them() -> list[Json]:
            return [(await engine.respond(session, text))[0] for text in texts]

        return asyncio.run(all_of_them())

    return say
