"""Runs something often enough to say how long it takes, and says it."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

FEWEST = 3  # repeats, however slow


@dataclass(frozen=True)
class Effort:
    """How long to measure. Repeats go on until there are `repeats` of them and they took `seconds`; what is slow ends
    after a quarter of `budget_s`, when there are at least `FEWEST`. The sweep of one model ends with `budget_s`."""

    warm_up: int = 5  # runs, and a quarter of `seconds`: clocks rise and kernels are chosen
    repeats: int = 20
    seconds: float = 1.0
    budget_s: float = 60.0

    @classmethod
    def of(cls, quick: bool = False, budget_s: float = 0.0) -> Effort:
        """`budget_s` of 0 stands for the usual one."""
        usual = cls(warm_up=2, repeats=5, seconds=0.2, budget_s=10.0) if quick else cls()
        return replace(usual, budget_s=budget_s) if budget_s > 0 else usual

    @property
    def most_s(self) -> float:
        return self.budget_s / 4


@dataclass(frozen=True)
class Spread:
    """Seconds a run: the median, and where the fastest and the slowest tenth begin."""

    median: float
    p10: float
    p90: float


def durations(
    run: Callable[[], None], repeats: int, seconds: float, most_s: float, fewest: int = FEWEST,
    between: Callable[[], None] = lambda: None, clock: Callable[[], float] = perf_counter,
) -> list[float]:
    """Seconds of each run. `between` is called after each and not timed."""
    taken: list[float] = []
    start = clock()
    while True:
        before = clock()
        run()
        taken.append(clock() - before)
        between()
        spent = clock() - start
        if (len(taken) >= repeats and spent >= seconds) or (len(taken) >= fewest and spent >= most_s):
            return taken


def spread(taken: list[float]) -> Spread:
    median, p10, p90 = (float(value) for value in np.quantile(taken, (0.5, 0.1, 0.9)))
    return Spread(median, p10, p90)


class Draw:
    """What the machine draws while something runs: power and clock, asked between runs, at most ten times a second."""

    def __init__(
        self, power_w: Callable[[], float | None], energy_j: Callable[[], float | None],
        clock_mhz: Callable[[], float | None], clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._power, self._energy, self._clock_mhz, self._clock = power_w, energy_j, clock_mhz, clock
        self._powers: list[float] = []
        self._clocks: list[float] = []
        self._start, self._first = clock(), energy_j()
        self._last = self._start

    def look(self) -> None:
        now = self._clock()
        if now - self._last < 0.1:
            return
        self._last = now
        for values, found in ((self._powers, self._power()), (self._clocks, self._clock_mhz())):
            if found is not None:
                values.append(found)

    def power_w(self) -> float | None:
        """Mean: from the energy counter where there is one, else the last reading, itself a mean over some time.
        None when this took less than half a second: both move too slowly for that."""
        last, spent = self._energy(), self._clock() - self._start
        if spent < 0.5:
            return None
        if self._first is not None and last is not None and last > self._first:
            return (last - self._first) / spent
        return self._powers[-1] if self._powers else None

    def clock_mhz(self) -> float | None:
        return float(np.median(self._clocks)) if self._clocks else None
