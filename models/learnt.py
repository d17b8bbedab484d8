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
TYPICAL = FILE.with_name("typical.csv")  # set by hand where too little was measured to fit, each with its reason


class Learnt(NamedTuple):
    """Coefficients, what they were learnt from, and the spread of what they do not explain."""

    effects: dict[Key, float]
    networks: frozenset[tuple[str, str]]  # (network, phase) that were measured
    models: frozenset[tuple[str, str]]  # (model, mode) that were
    spreads: Spreads

    def level(self, at: Situation) -> str:
        return ranges.level(at, self.networks, self.models, self.effects)

    def range(self, at: Situation) -> Range:
        return ranges.of(at, self.level(at), self.spreads)


def learnt(effects: dict[Key, float], spreads: Spreads) -> Learnt:
    return Learnt(
        effects,
        frozenset((k[2][0], k[2][1]) for k in effects if k[1] == ("network", "phase", "family", "tier")),
        frozenset((k[2][0], k[2][1]) for k in effects if k[1] == ("model", "mode")),
        spreads,
    )


@cache
def shipped() -> Learnt:
    found = _read(FILE)
    for key, effect in _read(TYPICAL).items():
        found[key] = found.get(key, 0.0) + effect
    return learnt(found, ranges.shipped())


def _read(file: Path) -> dict[Key, float]:
    found: dict[Key, float] = {}
    with file.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            fields = tuple(f for f in row["fields"].split("+") if f)
            key = tuple(row["key"].split("|")) if row["key"] else ()
            found[row["part"], fields, key] = float(row["effect"])
    return found
