"""The bot, trained when its files changed and loaded once for all tests; the website, served once for all."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.bot.website import Browser, Website, served
from tests.catalog.conftest import built, database

__all__ = ["built", "database"]
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


@pytest.fixture(scope="session")
def website(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Website]:
    from bot import prepare

    prepare.ensure()
    with served(tmp_path_factory.mktemp("website") / "home", PLAINSPEC_EMBED_ORIGINS="https://shop.example") as site:
        yield site


@pytest.fixture
def browser(website: Website) -> Iterator[Browser]:
    """Somebody new at the website."""
    with website.browser() as somebody:
        yield somebody
