"""How far an estimate may be off: the errors that the fit made on GPUs and networks it had not seen. Pure but for two
small tables, read once.

`data/ranges.csv` has between what eight of ten of measured / estimated lay, and what the estimate is multiplied by, for
each phase and for how much is known: "model", the same model in the same software was measured on another GPU;
"software", the network and the software were, not together; "network", the network was, and whose software will be
used is not known, as with every client; "others", only other networks of its group were; "group", the same, and whose
software is not known. Each for the publisher, or for the group of networks and software tier, where enough was
measured, else for the tier, or for all; boards of few watts apart.
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
LEAST = 1.1  # no range is narrower than this each way of its middle


class Spread(NamedTuple):
    """Of measured / estimated; `middle` is what an estimate is multiplied by."""

    low: float
    middle: float
    high: float


class Range(NamedTuple):
    low: float
    middle: float
    high: float
    scaled: bool  # from measurements of this network
    source: str


Spreads = Mapping[tuple[str, str, str], Spread]  # (phase, level, scope)
UNSEEN = ("others", "group")  # levels of a network that was not measured
UNKNOWN = Spread(1 / LEAST, 1.0, LEAST)  # while the fit has not said


@cache
def shipped() -> Spreads:
    with FILE.open(newline="", encoding="utf-8") as lines:
        return {
            (r["phase"], r["level"], r["scope"]): Spread(float(r["low"]), float(r["times"]), float(r["high"]))
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


def scopes(at: Situation, level: str) -> tuple[str, ...]:
    """What a range is of, most telling first. Boards of few watts scatter more than anything else; where the software
    was measured, its publisher's tables scatter alike."""
    wider = (f"{at.group} {at.tier}", at.tier, "")
    if level in UNSEEN:
        return wider
    board = (f"low board {at.tier}", "low board") if at.board == "low" else ()
    publisher = (at.publisher,) if level in ("model", "software") else ()
    return (*board, *publisher, *wider)


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
    if at.mode:
        return "others"
    return "group" if ("memory", ("group", "phase"), (at.group, at.phase)) in effects else "none"


def of(at: Situation, found: str, spreads: Spreads) -> Range:
    """The range at the level `found`."""
    wanted = "group" if found == "none" else found
    near = (spreads.get((at.phase, wanted, scope)) for scope in scopes(at, wanted))
    spread = next((s for s in near if s), UNKNOWN)
    known = found in ("model", "software", "network")
    name = at.network if known else at.group
    source = _measured().get((name, at.phase), f"other networks, as no {name} network was measured in {at.phase}")
    wide = UNMEASURED if found == "none" else 1.0
    low, high = min(spread.low, spread.middle / LEAST) / wide, max(spread.high, spread.middle * LEAST) * wide
    return Range(low, spread.middle, high, known, source)
