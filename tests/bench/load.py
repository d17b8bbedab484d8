"""Forty browsers' worth of conversations at once: how long a turn takes then, and whether anything is lost or answered
twice. `python -m tests.bench.load` by itself; a part of `make bench`.

A browser is a person: they read an answer and type for some seconds before the next message. One message in eight is
sent twice at the same moment, as by a browser whose connection broke, and must get one answer.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
from rich.console import Console
from rich.table import Table

from tests.bench.bots import ASKED, need, ours
from tests.bench.measure import Broken, Server, served

BROWSERS = 40
THINKS_S = (2.0, 6.0)  # between an answer and the next message: a quick reader
ALONE = 15  # conversations of a single client, without a pause
MOST_SLOWER = 3.0  # p95 of a turn against that of a single client
TWICE = 8  # one message in so many is sent twice
Json = dict[str, Any]


@dataclass
class Outcome:
    turns_ms: list[float] = field(default_factory=list)
    sent: int = 0
    lost: int = 0  # messages that are not in the conversation, or answered otherwise than it says
    twice: int = 0  # messages that were answered more than once


def script(number: int) -> tuple[str, ...]:
    chance = Random(number)
    one, two = chance.sample(ASKED, 2)
    return ("hello", need(number), one, "what if we double the images?", "where does that number come from?",
            f"change the hours of use to {chance.randrange(20, 700)} a month", two, "thank you")  # fmt: skip


async def converse(server: Server, number: int, thinks: bool, outcome: Outcome) -> None:
    """One browser from its first visit to its last message, and then what a reload shows."""
    chance, seen = Random(-number), list[Json]()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        if thinks:
            await asyncio.sleep(chance.uniform(0, THINKS_S[1]))
        await (await session.get(server.url("/conversation"))).json()
        for text in script(number):
            body = {"id": str(uuid.uuid4()), "text": text}
            started = time.perf_counter()
            again = chance.randrange(TWICE) == 0
            answers = await asyncio.gather(*(send(session, server, body) for _ in range(2 if again else 1)))
            outcome.turns_ms.append((time.perf_counter() - started) * 1000)
            outcome.sent += 1
            outcome.twice += any(answer != answers[0] for answer in answers)
            seen.append(answers[0])
            if thinks:
                await asyncio.sleep(chance.uniform(*THINKS_S))
        shown = (await (await session.get(server.url("/conversation"))).json())["turns"]
    outcome.lost += sum(turn not in shown for turn in seen)
    outcome.twice += len(shown) - len(seen) if len(shown) > len(seen) else 0


async def send(session: aiohttp.ClientSession, server: Server, body: Json) -> Json:
    async with session.post(server.url("/messages"), json=body) as response:
        answer: Json = await response.json()
        if response.status != 200:
            raise Broken(f"{body['text']!r} was answered with {response.status}: {answer}")
        return answer


async def alone(server: Server) -> Outcome:
    outcome = Outcome()
    for number in range(ALONE):
        await converse(server, 1_000 + number, False, outcome)
    return outcome


async def together(server: Server) -> Outcome:
    outcome = Outcome()
    await asyncio.gather(*(converse(server, number, True, outcome) for number in range(BROWSERS)))
    return outcome


def p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def in_ms(outcome: Outcome) -> str:
    return f"{statistics.median(outcome.turns_ms):.1f} and {p95(outcome.turns_ms):.1f} ms"


def show(console: Console, scratch: Path) -> bool:
    """Prints the table; whether all of it is as it must be."""
    with served(ours(scratch), scratch / "load.log") as server:
        asyncio.run(alone(server))  # untimed: what is made once
        one, many = asyncio.run(alone(server)), asyncio.run(together(server))
    slower = p95(many.turns_ms) / p95(one.turns_ms)
    rows = (
        ("turn of a single client, p50 and p95", in_ms(one), True),
        (f"turn of {BROWSERS} browsers at once, p50 and p95", in_ms(many), True),
        (f"p95 against a single client's, at most {MOST_SLOWER:g}", f"{slower:.2f}", slower <= MOST_SLOWER),
        ("messages sent", f"{many.sent}", many.sent == BROWSERS * len(script(0))),
        ("lost", f"{many.lost}", many.lost == 0),
        ("answered twice", f"{many.twice}", many.twice == 0),
    )  # fmt: skip
    pause = "{:g} to {:g} s".format(*THINKS_S)
    table = Table("", "", "", title=f"{BROWSERS} browsers at once, {pause} between messages")
    for name, value, met in rows:
        table.add_row(name, value, "[green]met[/green]" if met else "[red]missed[/red]")
    console.print(table)
    return all(met for _, _, met in rows)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="plainspec-load-") as folder:
        sys.exit(not show(Console(), Path(folder)))
