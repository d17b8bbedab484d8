"""How much one browser, and one address, may ask: a bucket that fills steadily and is drawn from."""

from __future__ import annotations

import os
import time
from collections import OrderedDict
from collections.abc import Callable

MOST_KEYS = 20_000  # buckets that are remembered; the longest unused is forgotten first, and is full by then


class Limit:
    """At most `burst` at once and `per_minute` in the long run, for each key."""

    def __init__(self, per_minute: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = per_minute / 60, burst, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # key -> (what was left, when)

    def wait_s(self, key: str) -> float:
        """0 where one more is allowed, which is then counted; else in how many seconds it will be."""
        now = self._clock()
        left, then = self._left.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - then) * self._rate)
        allowed = left >= 1
        self._left[key] = (left - allowed, now)
        if len(self._left) > MOST_KEYS:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._rate


def messages_a_minute() -> float:
    return float(os.environ.get("PLAINSPEC_MESSAGES_A_MINUTE") or 40)


class Limits:
    """What counts against a browser's session and against an address, behind which many may sit."""

    def __init__(self) -> None:
        rate = messages_a_minute()
        self._said = Limit(rate, rate / 2), Limit(20 * rate, 10 * rate)
        self._made = Limit(rate / 20, rate / 4), Limit(rate, 5 * rate)  # proposals and calls for a person
        self._read = Limit(10 * rate, 5 * rate), Limit(200 * rate, 100 * rate)

    def wait_s(self, kind: str, session: str, address: str) -> float:
        """`kind` is said, made or read."""
        one, many = {"said": self._said, "made": self._made, "read": self._read}[kind]
        return max(one.wait_s(session), many.wait_s(address))
