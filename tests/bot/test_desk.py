"""One answer for each message, also where answering takes its time and other processes work on the same database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.channels.web.asked import Refused
from bot.channels.web.desk import TRIES, Desk
from bot.engine import Failed
from catalog import conversations
from catalog.conversations import Turn

Json = dict[str, Any]


class Slow:
    """An engine that lets others work while it thinks; its state is all that it was told."""

    def __init__(self, meanwhile: Callable[[], Awaitable[None]] | None = None) -> None:
        self.asked: list[str] = []
        self.meanwhile = meanwhile

    async def turn(self, state: Json | None, text: str, person: str) -> tuple[list[Json], Json]:
        self.asked.append(text)
        if self.meanwhile is not None:
            await self.meanwhile()
        await asyncio.sleep(0.02)
        if text == "fail":
            raise Failed("it does")
        heard = [*(state or {}).get("heard", ()), text]
        return [{"kind": "smalltalk", "text": f"{len(heard)}: {text}"}], {"heard": heard}


def desk(meanwhile: Callable[[], Awaitable[None]] | None = None) -> tuple[Desk, Slow]:
    engine = Slow(meanwhile)
    return Desk(engine), engine  # type: ignore[arg-type]


def test_the_same_message_at_once_is_worked_on_once(database: Path) -> None:
    async def run() -> None:
        one, engine = desk()
        turns = await asyncio.gather(*(one.say("s", "a", "hello", "p") for _ in range(5)))
        assert turns == [turns[0]] * 5
        assert engine.asked == ["hello"]

    asyncio.run(run())


def test_messages_at_once_are_worked_on_one_after_the_other(database: Path) -> None:
    async def run() -> None:
        one, engine = desk()
        await asyncio.gather(*(one.say("s", str(n), f"word {n}", "p") for n in range(6)))
        assert sorted(conversations.standing("s").state["heard"]) == sorted(f"word {n}" for n in range(6))  # type: ignore[index]
        assert len(engine.asked) == 6  # none was answered upon what was no longer so

    asyncio.run(run())


def test_two_processes_do_not_spoil_a_conversation(database: Path) -> None:
    """Two desks share nothing but the database."""

    async def run() -> None:
        (one, _), (other, _) = desk(), desk()
        said = [(one if n % 2 else other).say("s", str(n), f"word {n}", "p") for n in range(6)]
        turns = await asyncio.gather(*said)
        kept = conversations.turns("s")
        assert {turn.id for turn in kept} == {str(n) for n in range(6)}
        assert sorted(turn.replies[0]["text"][0] for turn in kept) == list("123456")
        assert sorted(turns, key=lambda turn: turn.id) == sorted(kept, key=lambda turn: turn.id)
        assert len(conversations.standing("s").state["heard"]) == 6  # type: ignore[index]

    asyncio.run(run())


def test_the_same_message_to_two_processes_has_one_answer(database: Path) -> None:
    async def run() -> None:
        (one, _), (other, _) = desk(), desk()
        first, second = await asyncio.gather(one.say("s", "a", "hello", "p"), other.say("s", "a", "hello", "p"))
        assert first == second
        assert conversations.turns("s") == [first]

    asyncio.run(run())


def test_who_is_overtaken_without_end_is_told_so(database: Path) -> None:
    count = 0

    async def overtake() -> None:
        nonlocal count
        count += 1
        version = conversations.standing("s").version
        conversations.keep("s", Turn(f"other{count}", "x", [], conversations.now()), {}, version)

    async def run() -> None:
        one, engine = desk(overtake)
        with pytest.raises(Refused) as refused:
            await one.say("s", "a", "hello", "p")
        assert refused.value.status == 503
        assert len(engine.asked) == TRIES

    asyncio.run(run())


def test_who_goes_away_finds_the_answer(database: Path) -> None:
    async def run() -> None:
        one, engine = desk()
        waiting = asyncio.ensure_future(one.say("s", "a", "hello", "p"))
        await asyncio.sleep(0.005)
        waiting.cancel()
        turn = await one.say("s", "a", "hello", "p")
        assert engine.asked == ["hello"]
        assert conversations.turns("s") == [turn]

    asyncio.run(run())


def test_a_failure_keeps_nothing_and_holds_nobody_up(database: Path) -> None:
    async def run() -> None:
        one, _ = desk()
        results = await asyncio.gather(
            one.say("s", "a", "fail", "p"), one.say("s", "b", "hello", "p"), return_exceptions=True
        )
        assert isinstance(results[0], Refused)
        assert conversations.turns("s") == [results[1]]

    asyncio.run(run())


def test_what_could_not_be_deleted_goes_on(database: Path) -> None:
    def locked() -> None:
        raise OSError("locked")

    async def run() -> None:
        one, _ = desk()
        first = await one.say("s", "a", "hello", "p")
        with pytest.raises(OSError, match="locked"):
            await one.forget("s", locked)
        second = await one.say("s", "b", "hello again", "p")
        assert conversations.turns("s") == [first, second]

    asyncio.run(run())


def test_what_is_deleted_meanwhile_is_not_kept(database: Path) -> None:
    async def run() -> None:
        one, _ = desk()
        said = [asyncio.ensure_future(one.say("s", str(n), "hello", "p")) for n in range(3)]
        await asyncio.sleep(0.005)
        await one.forget("s", lambda: conversations.forget("s"))
        results = await asyncio.gather(*said, return_exceptions=True)
        assert conversations.turns("s") == []
        assert conversations.standing("s").state is None
        assert [type(result) for result in results].count(Refused) == 2
        with pytest.raises(Refused) as refused:
            await one.say("s", "z", "hello", "p")
        assert refused.value.status == 409

    asyncio.run(run())
