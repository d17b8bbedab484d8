"""How far an estimate may be off: the errors that the fit made on GPUs and networks it had not seen. Pure but for two
small tables, read once.

`data/ranges.csv` has the 10th and 90th percentile of measured / estimated for each phase and for how much is known:
"model", the same model in the same software was measured on another GPU; "network", the network was, in whatever
software; "group", only networks of its group were; "none", nothing like it was.
`data/measured.csv` says of how much each network's and group's coefficients were learnt.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from models.effects import Situation, Table

FILE = Path(__file__).parent / "data" / "ranges.csv"  # both written by the fit
MEASURED = FILE.with_name("measured.csv")
UNMEASURED = 1.6  # each way, beyond a measured group's range, where nothing of the group and phase was (assumed)
LEAST = 1.15  # no range is narrower than this each way


class Range(NamedTuple):
    low: float
    high: float
    scaled: bool  # from measurements of this network, or of ones like it
    source: str


@cache
def _table() -> dict[tuple[str, str], tuple[float, float]]:
    with FILE.open(newline="", encoding="utf-8") as lines:
        return {(r["phase"], r["level"]): (float(r["q10"]), float(r["q90"])) for r in csv.DictReader(lines)}


@cache
def _measured() -> dict[tuple[str, str], str]:
    """(network or group, phase) -> a phrase that says by whom and on how many GPUs it was measured."""
    with MEASURED.open(newline="", encoding="utf-8") as lines:
        return {
            (
                r["of"],
                r["phase"],
            ): f"{r['rows']} published measurements of {r['name']} on {r['gpus']} GPUs ({r['sources']})"
            for r in csv.DictReader(lines)
        }


def level(at: Situation, known: Table) -> str:
    """How much is known of a situation."""
    if at.mode and (at.model, at.mode) in known.models:
        return "model"
    if (at.network, at.phase) in known.networks:
        return "network"
    return "group" if ("compute", ("group", "phase"), (at.group, at.phase)) in known.effects else "none"


def of(at: Situation, known: Table) -> Range:
    found = level(at, known)
    return _range(found, at.phase, at.network if found in ("model", "network") else at.group)


@cache
def _range(found: str, phase: str, name: str) -> Range:
    low, high = _table()[phase, "group" if found == "none" else found]
    source = _measured().get((name, phase)) or f"no measurement of {name} in {phase}; all networks' usual shares"
    if found == "none":
        low, high = low / UNMEASURED, high * UNMEASURED
    return Range(min(low, 1 / LEAST), max(high, LEAST), found in ("model", "network"), source)
