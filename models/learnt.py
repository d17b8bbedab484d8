"""What the fit has learnt, as it ships: the effects and how far they may be off. Read once."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from models import ranges
from models.effects import Key, Situation
from models.ranges import Range, Spreads

FILE = Path(__file__).parent / "data" / "effects.csv"  # written by the fit
REACHED = FILE.with_name("reached.csv")  # written by the fit
TYPICAL = FILE.with_name("typical.csv")  # set by hand where too little was measured to fit, each with its reason


# Share of the dense peak that nothing measured of a group has gone beyond, by (phase, group, precision family); group
# "" is any. Never taken for less than MODEST: what leaves more unused may be bound by memory on the cards it was
# measured on, and is not on others.
Reached = dict[tuple[str, str, str], float]
MODEST = 0.6


class Learnt(NamedTuple):
    """Coefficients, what they were learnt from, and the spread of what they do not explain."""

    effects: dict[Key, float]
    networks: frozenset[tuple[str, str]]  # (network, phase) that were measured
    models: frozenset[tuple[str, str]]  # (model, mode) that were
    spreads: Spreads
    reached: Reached

    def most(self, at: Situation) -> float:
        """The share of the dense peak that is promised at most."""
        for key in ((at.phase, at.group, at.family), (at.phase, "", at.family)):
            if key in self.reached:
                return self.reached[key]
        return 1.0

    def level(self, at: Situation) -> str:
        return ranges.level(at, self.networks, self.models, self.effects)

    def range(self, at: Situation) -> Range:
        return ranges.of(at, self.level(at), self.spreads)


def learnt(effects: dict[Key, float], spreads: Spreads, reached: Reached | None = None) -> Learnt:
    return Learnt(
        effects,
        frozenset((k[2][0], k[2][1]) for k in effects if k[1] == ("network", "phase", "family", "tier")),
        frozenset((k[2][0], k[2][1]) for k in effects if k[1] == ("model", "mode")),
        spreads,
        reached or {},
    )


@cache
def shipped() -> Learnt:
    found = _read(FILE)
    for key, effect in _read(TYPICAL).items():
        found[key] = found.get(key, 0.0) + effect
    with REACHED.open(newline="", encoding="utf-8") as lines:
        reached = {(r["phase"], r["group"], r["family"]): float(r["share"]) for r in csv.DictReader(lines)}
    return learnt(found, ranges.shipped(), reached)


def _read(file: Path) -> dict[Key, float]:
    found: dict[Key, float] = {}
    with file.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            fields = tuple(f for f in row["fields"].split("+") if f)
            key = tuple(row["key"].split("|")) if row["key"] else ()
            found[row["part"], fields, key] = float(row["effect"])
    return found
