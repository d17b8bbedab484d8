"""How far an estimate may be off: the errors that the fit made on GPUs and networks it had not seen. Pure but for two
small tables, read once.

`data/ranges.csv` has the 10th, 50th and 90th percentile of measured / estimated for each phase and software tier, and
for how much is known: "model", the same model in the same software was measured on another GPU; "software", the
network and the software were, not together; "network", the network was, and whose software will be used is not known,
as with every client; "group", only networks of its group were. The median centres the estimate.
`data/measured.csv` says of how much each network's and group's coefficients were learnt.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from models.effects import Key, Situation

FILE = Path(__file__).parent / "data" / "ranges.csv"  # both written by the fit
MEASURED = FILE.with_name("measured.csv")
UNMEASURED = 1.6  # each way, beyond a measured group's range, where nothing of the group and phase was (assumed)
LEAST = 1.15  # no range is narrower than this each way of its middle


class Spread(NamedTuple):
    """Of measured / estimated."""

    low: float
    middle: float
    high: float


class Range(NamedTuple):
    low: float
    middle: float
    high: float
    scaled: bool  # from measurements of this network
    source: str


Spreads = Mapping[tuple[str, str, str], Spread]  # (phase, level, tier; "" for any)
UNKNOWN = Spread(1 / LEAST, 1.0, LEAST)  # while the fit has not said


@cache
def shipped() -> Spreads:
    with FILE.open(newline="", encoding="utf-8") as lines:
        return {
            (r["phase"], r["level"], r["tier"]): Spread(float(r["q10"]), float(r["q50"]), float(r["q90"]))
            for r in csv.DictReader(lines)
        }


@cache
def _measured() -> dict[tuple[str, str], str]:
    """(network or group, phase) -> a phrase that says by whom and on how many GPUs it was measured."""
    with MEASURED.open(newline="", encoding="utf-8") as lines:
        return {
            (r["of"], r["phase"]): f"{r['rows']} published measurements of {r['name']} on {r['gpus']} GPUs "
            f"({r['sources']})"
            for r in csv.DictReader(lines)
        }


def level(
    at: Situation,
    networks: frozenset[tuple[str, str]],
    models: frozenset[tuple[str, str]],
    effects: Mapping[Key, float],
) -> str:
    """How much is known of a situation."""
    if at.mode and (at.model, at.mode) in models:
        return "model"
    if (at.network, at.phase) in networks:
        return "software" if at.mode else "network"
    return "group" if ("memory", ("group", "phase"), (at.group, at.phase)) in effects else "none"


def of(at: Situation, found: str, spreads: Spreads) -> Range:
    """The range at the level `found`."""
    wanted = "group" if found == "none" else found
    spread = spreads.get((at.phase, wanted, at.tier)) or spreads.get((at.phase, wanted, ""), UNKNOWN)
    known = found in ("model", "software", "network")
    name = at.network if known else at.group
    source = _measured().get((name, at.phase), f"other networks, as no {name} network was measured in {at.phase}")
    wide = UNMEASURED if found == "none" else 1.0
    low, high = min(spread.low, spread.middle / LEAST) / wide, max(spread.high, spread.middle * LEAST) * wide
    return Range(low, spread.middle, high, known, source)
