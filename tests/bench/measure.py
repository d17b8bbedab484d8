"""Stopwatches and scales: trains, starts and talks to a bot, and says what it took."""
from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import aiohttp

from tests.bench.bots import Bot, Script

ENVIRONMENT = {**os.environ, "RASA_TELEMETRY_ENABLED": "false"}
PATIENCE_S = 300.0
POLL_S = 0.02


class Broken(Exception):
    """A bot did not train, start or answer as it must, so that its timings would mean nothing."""


@dataclass(frozen=True)
class Server:
    bot: Bot
    port: int
    pid: int
    ready_s: float  # from the start of its process to the first 200 on its health address

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


def training_s(bot: Bot, number: int) -> float:
    """Seconds from the start of the process to its end."""
    started = time.perf_counter()
    done = subprocess.run([sys.executable, *bot.trainings[number]], cwd=bot.folder, env=ENVIRONMENT, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise Broken(f"Training {bot.name} failed:\n{done.stdout[-3000:]}")
    return time.perf_counter() - started


@contextmanager
def served(bot: Bot, log: Path) -> Iterator[Server]:
    """The bot, ready, on a free port of this machine; what it prints goes to `log`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, *(word.replace("{port}", str(port)) for word in bot.serve)]
    with log.open("w") as out:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=bot.folder, env={**ENVIRONMENT, **bot.settings},
                                   stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        while not _answers(f"http://127.0.0.1:{port}{bot.health}"):
            if process.poll() is not None or time.perf_counter() - started > PATIENCE_S:
                raise Broken(f"{bot.name} did not start:\n{log.read_text()[-3000:]}")
            time.sleep(POLL_S)
        yield Server(bot, port, process.pid, time.perf_counter() - started)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def memory_mb(pid: int) -> float:
    """Resident memory of a process and all its descendants, in MB (10^6 bytes); `ps` counts in KiB."""
    table = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True).stdout
    rows = [tuple(map(int, line.split())) for line in table.splitlines()]
    family, grown = {pid}, True
    while grown:
        found = {child for child, parent, _ in rows if parent in family} - family
        family |= found
        grown = bool(found)
    return sum(rss for child, _, rss in rows if child in family) * 1024 / 1e6


async def talk(server: Server, scripts: Sequence[Script], at_once: int = 1) -> list[float]:
    """Milliseconds of every turn. Each script is a fresh conversation; `at_once` of them go on side by side, each over
    a connection that is kept. Raises Broken for an answer that is not of the kind expected."""
    bot = server.bot
    waiting = list(enumerate(scripts))
    turns: list[float] = []

    async def client(connector: aiohttp.BaseConnector) -> None:
        while waiting:
            number, script = waiting.pop(0)
            jar = aiohttp.CookieJar(unsafe=True)  # as a browser would, but for an address without a name
            async with aiohttp.ClientSession(connector=connector, connector_owner=False, cookie_jar=jar) as session:
                sender = f"{server.pid}-{time.monotonic_ns()}-{number}"
                for text, kind in script:
                    body = bot.body(text, sender)
                    started = time.perf_counter()
                    async with session.post(server.url(bot.address), json=body) as response:
                        answer = await response.json()
                    turns.append((time.perf_counter() - started) * 1000)
                    if response.status != 200 or kind not in bot.kinds(answer):
                        raise Broken(f"{bot.name} answered {text!r} with {str(answer)[:300]}, not with a {kind}.")

    async with aiohttp.TCPConnector(limit=at_once) as connector:
        await asyncio.gather(*(client(connector) for _ in range(at_once)))
    return turns


def turns_ms(server: Server, scripts: Sequence[Script]) -> list[float]:
    return asyncio.run(talk(server, scripts))


def turns_per_s(server: Server, scripts: Sequence[Script], clients: int) -> float:
    started = time.perf_counter()
    turns = asyncio.run(talk(server, scripts, clients))
    return len(turns) / (time.perf_counter() - started)
