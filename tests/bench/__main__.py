"""`make bench`: Plainspec beside the bot that `rasa init` makes, in one run, and how good it is by itself.

Both bots take turns, block by block, so that a machine whose speed drifts hits both alike. Exits with 1 where a bar is
missed. Needs a quiet machine to mean anything: other load is printed with the figures.
"""
from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import load, quality
from tests.bench.bots import Bot, Script, ours, stock
from tests.bench.measure import Broken, Server, memory_mb, served, training_s, turns_ms, turns_per_s

STARTS = 3
BLOCKS = 5
CONVERSATIONS = 13  # a block: of four turns, so that five blocks are 260 turns
NEEDS = 12  # a block: conversations of a greeting and then the turn that computes a recommendation
CLIENTS = 8
SHARES = 5  # a client's conversations in one block

console = Console(highlight=False, width=None if sys.stdout.isatty() else 110)
progress = Console(stderr=True, highlight=False)


@dataclass(frozen=True)
class Row:
    """One figure of both. `bar` is what ours / stock may be at most, or must be at least where more is better."""

    name: str
    unit: str
    ours: float
    stock: float
    bar: float | None = None
    more_is_better: bool = False

    @property
    def ratio(self) -> float:
        return self.ours / self.stock

    @property
    def met(self) -> bool:
        return self.bar is None or (self.ratio >= self.bar if self.more_is_better else self.ratio <= self.bar)

    def cells(self) -> tuple[str, ...]:
        sign, times = ("≥", "x") if self.more_is_better else ("≤", "")
        bar = "" if self.bar is None else f"{sign} {self.bar:.2f}{times}"
        verdict = "" if self.bar is None else "[green]met[/green]" if self.met else "[red]missed[/red]"
        mine, theirs = (f"{value:,.1f} {self.unit}" for value in (self.ours, self.stock))
        return self.name, mine, theirs, f"{self.ratio:.2f}", bar, verdict


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def alternate(count: int, measure: Callable[[Bot, int], float], a: Bot, b: Bot) -> tuple[float, float]:
    """Medians of `count` measurements of each, in turn."""
    taken = [(measure(a, i), measure(b, i)) for i in range(count)]
    return statistics.median(x for x, _ in taken), statistics.median(x for _, x in taken)


def compare(scratch: Path) -> list[Row]:
    """Trains, starts and talks to both."""
    (scratch / "stock").mkdir()
    them, us = stock(scratch / "stock"), ours(scratch)

    progress.print("Training both, twice (some minutes) ...")
    stock_train, our_train = alternate(2, training_s, them, us)

    progress.print("Starting both ...")

    def start(bot: Bot, number: int) -> float:
        with served(bot, scratch / f"{bot.name}.log") as server:
            return server.ready_s

    stock_ready, our_ready = alternate(STARTS, start, them, us)
    with ExitStack() as stack:
        a = stack.enter_context(served(them, scratch / "stock.log"))
        b = stack.enter_context(served(us, scratch / "ours.log"))
        ready = memory_mb(b.pid), memory_mb(a.pid)
        progress.print("Talking to both ...")
        plain, need, rate = conversations(a, b)
        after = memory_mb(b.pid), memory_mb(a.pid)
    middle = statistics.median
    return [
        Row("time to ready", "s", our_ready, stock_ready, 0.35),
        Row("memory when ready", "MB", *ready, 0.65),
        Row("memory after 200 turns and more", "MB", *after, 0.65),
        Row("plain turn, p50", "ms", middle(plain[1]), middle(plain[0]), 0.40),
        Row("plain turn, p95", "ms", p95(plain[1]), p95(plain[0])),
        Row("a recommendation computed, p50", "ms", middle(need[1]), middle(need[0]), 0.60),
        Row("a recommendation computed, p95", "ms", p95(need[1]), p95(need[0])),
        Row(f"turns a second, {CLIENTS} clients", "", middle(rate[1]), middle(rate[0]), 3.0, True),
        Row("training", "s", our_train, stock_train, 0.50),
    ]


Pair = tuple[list[float], list[float]]


def conversations(a: Server, b: Server) -> tuple[Pair, Pair, Pair]:
    """Turns in milliseconds, plain ones and those that answer a need, and turns a second; of both."""
    plain: Pair = ([], [])
    need: Pair = ([], [])
    rate: Pair = ([], [])
    for server in (a, b):  # untimed: what is made once
        turns_ms(server, [*server.bot.plain, (server.bot.need(0),)])
    for block in range(BLOCKS):
        for side, server in enumerate((a, b)):
            plain[side].extend(turns_ms(server, plain_scripts(server.bot, CONVERSATIONS)))
        for side, server in enumerate((a, b)):
            scripts = [(server.bot.plain[0][0], server.bot.need(1 + block * NEEDS + i)) for i in range(NEEDS)]
            need[side].extend(turns_ms(server, scripts)[1::2])
        for side, server in enumerate((a, b)):
            rate[side].append(turns_per_s(server, plain_scripts(server.bot, CLIENTS * SHARES), CLIENTS))
    return plain, need, rate


def plain_scripts(bot: Bot, count: int) -> list[Script]:
    return [bot.plain[i % len(bot.plain)] for i in range(count)]


def show(rows: list[Row]) -> None:
    table = Table(title="Plainspec beside the bot that `rasa init` makes, in one run")
    table.add_column("")
    for head in ("ours", "stock", "ours / stock", "bar"):
        table.add_column(head, justify="right")
    table.add_column("")
    for row in rows:
        table.add_row(*row.cells())
    console.print(table)


def main() -> int:
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    if busy > 0.5:
        progress.print(f"Other programs are busy here (load {busy:.1f}): the figures will be worse than they need be.")
    with tempfile.TemporaryDirectory(prefix="plainspec-bench-") as folder:
        try:
            rows = compare(Path(folder))
            show(rows)
            met = load.show(console, Path(folder))
        except Broken as reason:
            progress.print(str(reason), markup=False)
            return 1
        quality.show(console, Path(folder))
    return 0 if met and all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
