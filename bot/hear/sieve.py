"""Patterns that are tried only on a text that holds one of the words without which they cannot match. Most of the
hundreds that a message is read with have nothing in it, and a look for their words costs a tenth of the search."""

from __future__ import annotations

import re
import sre_parse
from collections.abc import Iterable, Iterator
from typing import Any

MANY = 64  # ways to write a stretch: more are no use as words to look for
SHORTEST = 3  # letters of a word that is worth looking for

Parts = Iterable[tuple[Any, Any]]  # of a pattern, as the standard library takes it apart


class Sieved:
    """A pattern for texts in lower case; `search` and `finditer` answer as those of `re.Pattern`."""

    __slots__ = ("pattern", "words")

    def __init__(self, expression: str) -> None:
        self.pattern = re.compile(expression)
        parts: Any = sre_parse.parse(expression)
        self.words = tuple(sorted(needed(parts) or ()))

    def may(self, text: str) -> bool:
        """Whether it could match."""
        return not self.words or any(word in text for word in self.words)

    def search(self, text: str) -> re.Match[str] | None:
        return self.pattern.search(text) if self.may(text) else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self.pattern.finditer(text) if self.may(text) else iter(())


def needed(parts: Parts) -> set[str] | None:
    """Words of which every match holds at least one; None where some match may hold no word of SHORTEST letters."""
    best: set[str] = {""}
    run = {""}  # all ways to write what stands side by side
    for op, value in parts:
        ways = _written(op, value)
        if ways is not None and len(run) * len(ways) <= MANY:
            run = {before + way for before in run for way in ways}
            continue
        best = max(best, run, _inside(op, value), key=_shortest)
        run = ways if ways is not None and len(ways) <= MANY else {""}
    best = max(best, run, key=_shortest)
    return best if _shortest(best) >= SHORTEST else None


def _shortest(words: set[str]) -> int:
    return min(map(len, words))


def _inside(op: Any, value: Any) -> set[str]:
    """What is needed by a part that must be there but can be written in too many ways; {""} where that is nothing."""
    if op is sre_parse.SUBPATTERN:
        return needed(value[3]) or {""}
    if op is sre_parse.BRANCH:
        branches = [needed(branch) for branch in value[1]]
        return set().union(*(b or {""} for b in branches))
    if op in (sre_parse.MAX_REPEAT, sre_parse.MIN_REPEAT) and value[0] >= 1:
        return needed(value[2]) or {""}
    return {""}


def _written(op: Any, value: Any) -> set[str] | None:
    """All that a part can match; None where that is too much. What only looks around matches nothing itself."""
    if op is sre_parse.LITERAL:
        return {chr(value)}
    if op in (sre_parse.AT, sre_parse.ASSERT, sre_parse.ASSERT_NOT):
        return {""}
    if op is sre_parse.IN:
        return {chr(c) for _, c in value} if all(kind is sre_parse.LITERAL for kind, _ in value) else None
    if op is sre_parse.SUBPATTERN:
        return _sequence(value[3])
    if op is sre_parse.BRANCH:
        branches = [_sequence(branch) for branch in value[1]]
        return None if None in branches else set().union(*(b for b in branches if b is not None))
    if op in (sre_parse.MAX_REPEAT, sre_parse.MIN_REPEAT) and value[1] == 1:
        once = _sequence(value[2])
        return once if once is None or value[0] == 1 else once | {""}
    return None


def _sequence(parts: Parts) -> set[str] | None:
    run = {""}
    for op, value in parts:
        ways = _written(op, value)
        if ways is None or len(run) * len(ways) > 4 * MANY:
            return None
        run = {before + way for before in run for way in ways}
    return run
