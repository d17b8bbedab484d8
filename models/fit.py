"""Learns the effects (models/effects.py) from published measurements (models/design.py), and how far they may be off on
what they have not seen. `python -m models.fit` writes models/data and prints the error tables; `python -m models.fit
--check OUT` leaves models/data alone and writes the estimates of rows whose GPU was left out to OUT, a table like
published.csv.

Leave one GPU out: for each GPU, everything is fitted anew without any row of that GPU, and its rows are estimated; GPUs
with few rows are left out several at a time. Leave one network out: the same by networks, in FOLDS folds.
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from catalog.things import Network
from models import effects as eff
from models import ranges
from models.design import Design, Row, alone, measurements, published, seed_catalog
from models.effects import Software
from models.learnt import FILE as EFFECTS_FILE
from models.learnt import REACHED, Learnt
from models.ranges import Spread, Spreads
from models.rows import Names, phase_of, predict
from models.work import Estimate

FOLDS = 10
FEW_ROWS, FEW_NETWORKS = 30, 2  # a range needs so many
MANY_ROWS = 60  # a network of so many is left out by itself
MOST_CAUTION = 0.5  # of the logarithm
SMALL = 0.004  # an effect of less than 0.4 % is not written


class Guess(NamedTuple):
    """One row estimated by a fit that had not seen its GPU, or network."""

    row: Row
    at: eff.Situation
    found: Estimate  # with the software known
    blind: Estimate  # as for a client, whose software is not known
    level: str
    blind_level: str
    known: Learnt

    def under(self, spreads: Spreads) -> Guess:
        """The same with these ranges."""
        return guess(self.row, self.at, self.level, self.blind_level, self.known._replace(spreads=spreads))


def guess(row: Row, at: eff.Situation, level: str, blind_level: str, known: Learnt) -> Guess:
    found, blind = predict(row.job, known), predict(row.job._replace(by=Software()), known)
    assert isinstance(found, Estimate)
    assert isinstance(blind, Estimate)
    return Guess(row, at, found, blind, level, blind_level, known)


_held: list[tuple[Design, npt.NDArray[np.str_]]] = []  # in each worker


def _hold(design: Design, names: npt.NDArray[np.str_]) -> None:
    _held[:] = [(design, names)]


def _without(fold: Sequence[str]) -> list[Guess]:
    design, names = _held[0]
    outside = np.isin(names, fold)
    inside = np.where(~outside)[0]
    known = design.table(design.fit(inside), inside)
    guesses = []
    for i in np.where(outside)[0]:
        where = design.situations[i]
        nobody = where._replace(mode="", stack="", publisher="", model="", row="", server="", served="")
        guesses.append(guess(design.rows[i], where, known.level(where), known.level(nobody), known))
    return guesses


def left_out(
    design: Design, names: Sequence[str], which: Sequence[Sequence[str]], tell: Callable[[str], None]
) -> list[Guess]:
    """Estimates of the rows whose name is in each of `which`, each time by a fit from nothing without them."""
    guesses = []
    with ProcessPoolExecutor(initializer=_hold, initargs=(design, np.array(names))) as pool:
        for fold, found in zip(which, pool.map(_without, which), strict=True):
            guesses += found
            tell(", ".join(fold[:3]))
    return guesses


def folds(names: Sequence[str], count: int) -> list[list[str]]:
    """`count` sets of names with about as many rows each."""
    sets: list[list[str]] = [[] for _ in range(count)]
    load = [0] * count
    for name, n in Counter(names).most_common():
        least = load.index(min(load))
        sets[least].append(name)
        load[least] += n
    return sets


def by_themselves(names: Sequence[str], rows: Mapping[str, int], many: int) -> list[list[str]]:
    """What is left out at a time: each GPU, or network, of many rows, the others several together, which is no easier
    for them."""
    few = [name for name in names if rows[name] < many]
    return [[name] for name in sorted(set(names)) if rows[name] >= many] + [fold for fold in folds(few, FOLDS) if fold]


# Eight of ten are to lie inside. Of networks there are few, each of many rows, so that the next one is further out than
# the rows tell: with this share of them outside at each end, about eight of ten of a left-out network's are inside
OUTSIDE, OUTSIDE_UNSEEN = 0.1, 0.05


def spread(ratios: Sequence[float], outside: float = OUTSIDE) -> Spread:
    """The range of measured / estimated that has all but this share at each end, and the median."""
    return Spread(*(float(q) for q in np.quantile(ratios, (outside, 0.5, 1.0 - outside))))


def write(path: Path, lines: Sequence[dict[str, Any]]) -> None:
    new = path.with_suffix(".new")
    with new.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    new.replace(path)  # the old file stays until the new one is whole


def effect_lines(known: Learnt) -> list[dict[str, Any]]:
    lines = []
    for (part, fields, key), value in sorted(known.effects.items()):
        named = fields in (("network", "phase", "family", "tier"), ("model", "mode"), ("group", "phase"))
        if abs(value) >= SMALL or named:
            lines.append({"part": part, "fields": "+".join(fields), "key": "|".join(key), "effect": f"{value:.3f}"})
    return lines


def cautious(ratios: Sequence[float]) -> float:
    """What an estimate that may be far off is multiplied by, so that its percentage error is expected to be least: one
    that is twice too high errs by 100 %, one that is twice too low by 50 %. Where measured / estimated scatters like a
    lognormal of deviation s about 1, that is exp(-s^2). s is taken from the median of |ln|, as slips are many."""
    s = float(np.median(np.abs(np.log(ratios)))) / 0.6745
    return math.exp(-min(s * s, MOST_CAUTION))


def spreads(by_gpu: Sequence[Guess], by_network: Sequence[Guess]) -> dict[tuple[str, str, str], Spread]:
    """A "model", "software" or "network" is what it is with its GPU left out, "others" and a "group" with its network
    left out. Everything up to here was estimated without ranges, so the ratios are those of the bare formula. With the
    software and the network known there is nothing to centre."""
    kept: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    networks: dict[tuple[str, str, str], set[str]] = defaultdict(set)

    def keep(g: Guess, level: str, found: Estimate) -> None:
        for scope in ranges.scopes(g.at, level):
            kept[phase_of(g.row.job), level, scope].append(g.row.measured / found.value)
            networks[phase_of(g.row.job), level, scope].add(measured_as(g.row))

    for g in (g for g in by_gpu if alone(g.row)):
        if g.level in ("model", "software"):
            keep(g, g.level, g.found)
        if g.blind_level == "network":
            keep(g, "network", g.blind)
    for g in (g for g in by_network if alone(g.row)):
        keep(g, "others", g.found)
        keep(g, "group", g.blind)
    found = {}
    for key, ratios in sorted(kept.items()):
        if len(ratios) < FEW_ROWS:
            continue
        if key[1] not in ranges.UNSEEN:
            found[key] = spread(ratios)
        elif not key[2] or len(networks[key]) >= FEW_NETWORKS:
            found[key] = spread(ratios, OUTSIDE_UNSEEN)._replace(middle=cautious(ratios))
    for phase in ("training", "inference", "prefill", "decode"):
        for level, wider in (
            ("network", "group"),
            ("group", "network"),
            ("others", "group"),
            ("software", "network"),
            ("model", "software"),
        ):
            borrowed = found.get((phase, wider, ""), found["inference", "group", ""])
            if level in ("software", "model"):  # about a middle of its own
                middle = math.sqrt(borrowed.low * borrowed.high)
                borrowed = Spread(borrowed.low / middle, 1.0, borrowed.high / middle)
            found.setdefault((phase, level, ""), borrowed)
    return {
        (phase, level, scope): s._replace(middle=1.0) if level in ("model", "software") else s
        for (phase, level, scope), s in found.items()
    }


def unseen(by_gpu: Sequence[Guess], by_network: Sequence[Guess], which: Sequence[Sequence[str]]) -> list[Guess]:
    """Each network's guesses with the ranges that the other networks' errors give."""
    guesses = []
    for fold in which:
        others = spreads(by_gpu, [g for g in by_network if measured_as(g.row) not in fold])
        guesses += [g.under(others) for g in by_network if measured_as(g.row) in fold]
    return guesses


def range_lines(found: Spreads) -> list[dict[str, Any]]:
    return [
        {
            "phase": phase,
            "level": level,
            "scope": scope,
            "low": f"{s.low:.3f}",
            "times": f"{s.middle:.3f}",
            "high": f"{s.high:.3f}",
        }
        for (phase, level, scope), s in sorted(found.items())
    ]


def reached_lines(known: Learnt) -> list[dict[str, Any]]:
    return [
        {"phase": phase, "group": group, "family": family, "share": f"{share:.3f}"}
        for (phase, group, family), share in sorted(known.reached.items())
    ]


def measured_lines(rows: Sequence[Row]) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    labels: dict[str, str] = {}
    for row in rows:
        network = row.job.work.network
        name, group = measured_as(row), eff.GROUP[network.kind]
        labels[name], labels[group] = network.name, f"{group} networks"
        for of in (name, group):
            found[of, phase_of(row.job)].append(row)
    return [
        {"of": of, "phase": phase, "name": labels[of], "rows": len(members),
         "gpus": len({r.job.gpu.id for r in members}),
         "sources": " and ".join(n for n, _ in Counter(r.job.by.publisher for r in members).most_common(3))}
        for (of, phase), members in sorted(found.items())
    ]  # fmt: skip


def errors(title: str, guesses: Sequence[Guess], of: Callable[[Guess], Estimate]) -> str:
    """One line of the error tables."""
    if not guesses:
        return f"{title:44s} no rows"
    pairs = [(g.row.measured, of(g)) for g in guesses]
    ape = sorted(abs(e.value / m - 1) for m, e in pairs)
    inside = sum(e.low <= m <= e.high for m, e in pairs) / len(pairs)
    width = float(np.median([e.high / e.low for _, e in pairs]))
    mean, median, late = sum(ape) / len(ape), ape[len(ape) // 2], ape[int(0.9 * (len(ape) - 1))]
    return (
        f"{title:44s} {len(ape):6d} rows  mean {100 * mean:6.1f} %  median {100 * median:5.1f} %"
        f"  90th {100 * late:6.1f} %  in range {100 * inside:5.1f} %  width x{width:.2f}"
    )


def measured_as(row: Row) -> str:
    """The network, under one name."""
    return eff.SAME.get(row.job.work.network.id, row.job.work.network.id)


def known_cost(network: Network) -> bool:
    return network.kind == "transformer_decoder" or None not in (network.gmacs, network.activations_m)


def report(by_gpu: Sequence[Guess], by_network: Sequence[Guess]) -> list[str]:
    def told(g: Guess) -> Estimate:
        return g.found

    def blind(g: Guess) -> Estimate:
        return g.blind

    main = [g for g in by_gpu if alone(g.row)]
    lines = ["LEAVE ONE GPU OUT, one-GPU rows", errors("all", main, told)]
    lines.append(errors("  training", [g for g in main if g.row.job.work.trains], told))
    lines.append(errors("  inference", [g for g in main if not g.row.job.work.trains], told))
    lines.append(errors("  language models", [g for g in main if g.row.job.work.decoder], told))
    lines.append(errors("as for a client: software not known", main, blind))
    for publisher in sorted({g.row.job.by.publisher for g in by_gpu}):
        mine = [g for g in by_gpu if g.row.job.by.publisher == publisher]
        lines.append(errors(f"  {publisher}", [g for g in mine if g.row.cells["n_gpus"] in ("", "1")], told))
        lines.append(
            errors(f"  {publisher}, several GPUs", [g for g in mine if g.row.cells["n_gpus"] not in ("", "1")], told)
        )
    lines.append(errors("language models, all rows", [g for g in by_gpu if g.row.job.work.decoder], told))
    for group in sorted({eff.GROUP[g.row.job.work.network.kind] for g in main}):
        lines.append(errors(f"  {group}", [g for g in main if eff.GROUP[g.row.job.work.network.kind] == group], told))
    for gpu in sorted({g.row.job.gpu.id for g in main}):
        lines.append(errors(f"  {gpu}", [g for g in main if g.row.job.gpu.id == gpu], told))
    lines += ["LEAVE ONE NETWORK OUT, one-GPU rows, networks whose multiply-adds and activations are known"]
    others = [g for g in by_network if alone(g.row) and known_cost(g.row.job.work.network)]
    lines.append(errors("all", others, told))
    lines.append(errors("  training", [g for g in others if g.row.job.work.trains], told))
    lines.append(errors("  inference", [g for g in others if not g.row.job.work.trains], told))
    return lines


def estimates_lines(guesses: Sequence[Guess]) -> list[dict[str, Any]]:
    return [
        {**g.row.cells, "predicted": f"{g.found.value:.6g}", "low": f"{g.found.low:.6g}", "high": f"{g.found.high:.6g}",
         "basis": g.found.basis}
        for g in guesses if alone(g.row)
    ]  # fmt: skip


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(check: Path | None) -> int:
    names = Names(seed_catalog())
    rows = measurements(published(), names)
    design = Design(rows)
    _say(f"{len(rows)} measurements, {len(design.keys)} effects")
    gpus = [r.job.gpu.id for r in rows]
    networks = [measured_as(r) for r in rows]
    of_gpus = by_themselves(gpus, Counter(gpus), FEW_ROWS)
    of_networks = by_themselves(networks, Counter(measured_as(r) for r in rows if alone(r)), MANY_ROWS)
    done = 0

    def tell(name: str) -> None:
        nonlocal done
        done += 1
        _say(f"left out {done} of {len(of_gpus) + len(of_networks)}: {name}")

    by_gpu = left_out(design, gpus, of_gpus, tell)
    by_network = left_out(design, networks, of_networks, tell)
    found = ranges.shipped() if check else spreads(by_gpu, by_network)
    by_network = unseen(by_gpu, by_network, of_networks)
    by_gpu = [g.under(found) for g in by_gpu]
    if check:
        write(check, estimates_lines(by_gpu))
    else:
        whole = design.table(design.fit(np.arange(len(rows))))
        write(EFFECTS_FILE, effect_lines(whole))
        write(REACHED, reached_lines(whole))
        write(ranges.FILE, range_lines(found))
        write(ranges.MEASURED, measured_lines(rows))
    print("\n".join(report(by_gpu, by_network)))
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m models.fit", description="Fits the estimator; prints its errors")
    parser.add_argument("--check", type=Path, metavar="OUT", help="change nothing; write the estimates to this table")
    sys.exit(main(parser.parse_args().check))
