"""Learns the effects (models/effects.py) from published measurements, and how far they may be off on what they have
not seen. `python -m models.fit` writes models/data; `python -m models.fit --check` only prints the error tables.

Model: ln(seconds) = ln(sum of the parts, each x exp(its effects)) + effects on the whole. Effects are drawn to 0 by
their expected size (a normal prior: mixed-effects or ridge regression); errors have Student's t distribution (4 degrees
of freedom), so that a slip of the pen in a table pulls little. Levenberg-Marquardt, conjugate gradients inside.

Leave one GPU out: for each GPU, everything is fitted anew without any row of that GPU, and its rows are estimated.
Leave one network out: the same by networks, in FOLDS folds.
"""

from __future__ import annotations

import csv
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from scipy.sparse.linalg import cg

from catalog.cells import decode
from catalog.schema import KINDS, to_thing
from catalog.things import Catalog, Network
from models import effects as eff
from models import ranges, step
from models.cost import QLORA_SLOWDOWN
from models.decoder import shape
from models.effects import DOUBLINGS, EFFECTS, PARTS, SLOPES, Key, Software
from models.estimate import UNPUBLISHED_RATIO
from models.learnt import FILE as EFFECTS_FILE
from models.learnt import Learnt, learnt
from models.peaks import runs
from models.ranges import Spread, Spreads
from models.rows import Job, Names, job, phase_of, predict
from models.step import Parts
from models.work import Cannot, Estimate

SEED = Path(__file__).resolve().parent.parent / "catalog" / "data"
DATA = Path(__file__).resolve().parent / "data"
PUBLISHED, SOURCES = DATA / "published.csv", DATA / "sources.csv"
# Standard deviation of the logarithm that rows of one table scatter by
NOISE = {
    "timm": 0.06, "Lambda": 0.06, "NVIDIA DeepLearningExamples": 0.1, "MLPerf": 0.12, "TensorRT-LLM": 0.12,
    "llama.cpp benchmarks": 0.1, "llm-foundry": 0.08, "NeuSight": 0.08, "pytorch-gpu-benchmark": 0.3,
    "Stable Diffusion webui": 0.3, "u39kun": 0.2,
}  # fmt: skip
OTHER_NOISE = 0.1
APART = ("pytorch-gpu-benchmark", "Stable Diffusion webui")  # launch-bound, or users' medians: shown by themselves
DEGREES = 4.0  # of freedom of Student's t
FOLDS = 10
FEW_ROWS = 30  # a range needs so many
SMALL = 0.004  # an effect of less than 0.4 % is not written


Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


class Row(NamedTuple):
    job: Job
    measured: float  # in the row's unit
    cells: dict[str, str]


def seed_catalog() -> Catalog:
    """The catalog's GPUs and networks from its files, without a database."""
    things: dict[str, dict[str, Any]] = {}
    for name in ("gpus", "networks"):
        kind = KINDS[name]
        with (SEED / f"{name}.csv").open(newline="", encoding="utf-8") as lines:
            rows = [
                {c.name: decode(c, row.get(c.name) or "", date.max) for c in kind.columns}
                for row in csv.DictReader(lines)
            ]
        things[name] = {row["id"]: to_thing(kind, row) for row in rows}
    return Catalog(0, gpus=things["gpus"], networks=things["networks"])


def published() -> Iterator[dict[str, str]]:
    """The rows that ship with the project, with their sources spelled out."""
    with SOURCES.open(newline="", encoding="utf-8") as lines:
        sources = {r["id"]: r["source"] for r in csv.DictReader(lines)}
    with PUBLISHED.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            yield {**row, "source": sources[row["source"]], "notes": "", "latency_ms": ""}


def measurements(cells: Iterable[dict[str, str]], names: Names) -> list[Row]:
    """Every row that can be told."""
    found = []
    for row in cells:
        at = job(row, names)
        if isinstance(at, Job) and float(row["throughput"]) > 0 and parts_of(at) is not None:
            found.append(Row(at, float(row["throughput"]), row))
    return found


def parts_of(at: Job) -> tuple[Parts, float, float, str] | None:
    """(parts of the whole job, items in the row's unit, peak in TFLOPS, precision family) as the estimator has them."""
    work, gpu, count = at.work, at.gpu, at.gpu_count
    run = runs(work.network, gpu, work.precision, work.trains)
    if isinstance(run, Cannot) or (run.tflops is None and not work.decoder) or isinstance(predict(at), Cannot):
        return None
    tflops = run.tflops or gpu.bandwidth_gbs * UNPUBLISHED_RATIO / 1e3
    peak = tflops * 1e12
    if not work.decoder:
        assert work.network.gmacs is not None
        parts = step.items(work, work.network.gmacs, run, peak, gpu, count, at.nvlink)
        many = float(count * work.batch)
    else:
        of = shape(work.network)
        assert of is not None
        if work.trains:
            parts = step.learning(work, of, run, peak, gpu, count, at.nvlink)
            many = float(count * work.batch * work.context_tokens)
        elif at.prefill:
            parts = step.reading(1, work.prompt_tokens, of, run, peak, gpu, count, at.nvlink, alone=True)
            many = float(work.prompt_tokens)
        else:
            users, out = max(work.users, work.batch), max(work.output_tokens, 1)
            context = work.prompt_tokens + work.output_tokens / 2.0
            write = step.writing(users, context, of, run, peak, gpu, count, at.nvlink)
            parts = step.reading(users, work.prompt_tokens, of, run, peak, gpu, count, at.nvlink, alone=False).plus(
                write, out
            )
            many = float(users * out)
    slower = QLORA_SLOWDOWN if work.method == "qlora" and work.trains else 1.0
    return parts, many * at.factor / slower, tflops, run.family


class Design:
    """The rows as sparse matrices, one for each of PARTS: row x effect -> 1, or the figure a slope multiplies."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        size = len(rows)
        self.parts = np.zeros((size, 6))
        self.target = np.zeros(size)  # ln(seconds of the job)
        self.keys: dict[Key, int] = {}
        spreads: list[float] = []
        entries: list[list[tuple[int, int, float]]] = [[] for _ in PARTS]
        self.situations: list[eff.Situation] = []

        def enter(i: int, part: str, key: Key, spread: float, value: float) -> None:
            j = self.keys.setdefault(key, len(spreads))
            if j == len(spreads):
                spreads.append(spread)
            entries[PARTS.index(part)].append((i, j, value))

        for i, row in enumerate(rows):
            at = row.job
            found = parts_of(at)
            assert found is not None
            parts, many, tflops, family = found
            self.parts[i] = parts
            self.target[i] = math.log(many / row.measured)
            where = eff.situation(at.work.network, phase_of(at), family, at.tier, at.gpu, at.nvlink, at.by)
            self.situations.append(where)
            for part, fields, spread in EFFECTS:
                key = tuple(getattr(where, f) for f in fields)
                if not fields or any(key):
                    enter(i, part, (part, fields, key), spread, 1.0)
            of_gpu = eff.figures(at.gpu, tflops)
            for part, name, spread in SLOPES:
                enter(i, part, (part, ("slope", name), ()), spread, of_gpu[name])
            if at.gpu_count > 1:
                for fields, spread in DOUBLINGS:
                    scale = ("scale", fields, tuple(getattr(where, f) for f in fields))
                    enter(i, "whole", scale, spread, math.log2(at.gpu_count))
        self.parts = np.maximum(self.parts, 1e-15)
        self.spread = np.array(spreads)
        self.matrices = [
            sparse.csr_matrix(
                ([v for _, _, v in part], ([i for i, _, _ in part], [j for _, j, _ in part])),
                shape=(size, len(spreads)),
            )
            for part in entries
        ]
        self.noise = np.array([NOISE.get(row.job.by.publisher, OTHER_NOISE) for row in rows])

    def expected(self, u: Floats, at: Indices) -> tuple[Floats, Floats]:
        """(ln seconds, share of each part (n, 6)) of the rows `at` under the effects `u`."""
        t = self.parts[at] * np.exp(np.stack([m[at] @ u for m in self.matrices[:6]], 1))
        clock, power = t[:, 0] ** step.NORM, t[:, 1] ** step.NORM
        arithmetic = (clock + power) ** (1.0 / step.NORM)
        t[:, 0], t[:, 1] = arithmetic * clock / (clock + power), arithmetic * power / (clock + power)
        total = t.sum(1)
        return np.log(total) + self.matrices[6][at] @ u, t / total[:, None]

    def fit(self, at: Indices, start: Floats | None = None, rounds: int = 60, enough: float = 1e-4) -> Floats:
        """The effects that explain the rows `at` best."""
        u = np.zeros(len(self.spread)) if start is None else start.copy()
        held = 1.0 / self.spread**2
        noise, target, matrices = self.noise[at], self.target[at], [m[at] for m in self.matrices]

        def cost(u: Floats) -> tuple[float, Floats, Floats]:
            seconds, shares = self.expected(u, at)
            left = target - seconds
            penalty = 0.5 * (DEGREES + 1) * np.log1p((left / noise) ** 2 / DEGREES).sum() + 0.5 * (held * u * u).sum()
            return float(penalty), left, shares

        now, left, shares = cost(u)
        damping = 0.1
        for _ in range(rounds):
            slope = sum((sparse.diags(shares[:, k]) @ matrices[k] for k in range(6)), matrices[6]).tocsr()
            weight = (DEGREES + 1) / (DEGREES + (left / noise) ** 2) / noise**2
            curve = (slope.T @ sparse.diags(weight) @ slope).tocsr()
            pull = slope.T @ (weight * left) - held * u
            while True:
                system = curve + sparse.diags(held + 0.1 * damping * (curve.diagonal() + held))
                move, _ = cg(system, pull, tol=3e-3, maxiter=120, M=sparse.diags(1.0 / system.diagonal()))
                move = np.clip(move, -1.0, 1.0)
                new, *rest = cost(u + move)
                if new < now:
                    break
                damping *= 4
                if damping > 1e6:
                    return u
            u, gain, now, (left, shares) = u + move, (now - new) / now, new, rest
            damping = max(damping / 3, 1e-3)
            if gain < enough:
                break
        return u

    def table(self, u: Floats, at: Indices | None = None) -> Learnt:
        """The effects as the estimator reads them; only those that the rows `at` speak of."""
        told = np.zeros(len(u), bool)
        for matrix in self.matrices:
            told[np.unique((matrix if at is None else matrix[at]).indices)] = True
        return learnt({key: float(u[j]) for key, j in self.keys.items() if told[j]}, {})


class Guess(NamedTuple):
    """One row estimated by a fit that had not seen its GPU, or network."""

    row: Row
    found: Estimate  # with the software known
    blind: Estimate  # as for a client, whose software is not known
    level: str
    blind_level: str
    known: Learnt

    def under(self, spreads: Spreads) -> Guess:
        """The same with these ranges."""
        return guess(self.row, self.level, self.blind_level, self.known._replace(spreads=spreads))


def guess(row: Row, level: str, blind_level: str, known: Learnt) -> Guess:
    found, blind = predict(row.job, known), predict(row.job._replace(by=Software()), known)
    assert isinstance(found, Estimate)
    assert isinstance(blind, Estimate)
    return Guess(row, found, blind, level, blind_level, known)


def left_out(
    design: Design, names: Sequence[str], which: Sequence[Sequence[str]], whole: Floats, tell: Callable[[str], None]
) -> list[Guess]:
    """Estimates of the rows whose name is in each of `which`, each time by a fit without them."""
    of = np.array(names)
    guesses = []
    for fold in which:
        outside = np.isin(of, fold)
        u = design.fit(np.where(~outside)[0], whole, rounds=10)
        known = design.table(u, np.where(~outside)[0])
        for i in np.where(outside)[0]:
            where = design.situations[i]
            nobody = where._replace(mode="", stack="", publisher="", model="", row="", server="")
            guesses.append(guess(design.rows[i], known.level(where), known.level(nobody), known))
        tell(", ".join(fold[:3]))
    return guesses


def folds(names: Sequence[str]) -> list[list[str]]:
    """FOLDS sets of names with about as many rows each."""
    sets: list[list[str]] = [[] for _ in range(FOLDS)]
    load = [0] * FOLDS
    for name, n in Counter(names).most_common():
        least = load.index(min(load))
        sets[least].append(name)
        load[least] += n
    return sets


def spread(ratios: Sequence[float]) -> Spread:
    """10th, 50th and 90th percentile of measured / estimated."""
    return Spread(*(float(q) for q in np.quantile(ratios, (0.1, 0.5, 0.9))))


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


def _alone(g: Guess) -> bool:
    """One GPU, and no table of which more is amiss than the estimate."""
    return g.row.cells["n_gpus"] in ("", "1") and g.row.job.by.publisher not in APART


def spreads(by_gpu: Sequence[Guess], by_network: Sequence[Guess]) -> dict[tuple[str, str, str], Spread]:
    """A "model", "software" or "network" is what it is with its GPU left out, a "group" with its network left out.
    Everything up to here was estimated without ranges, so the ratios are those of the bare formula. With the software
    known there is nothing to centre."""
    kept: dict[tuple[str, str, str], list[float]] = defaultdict(list)

    def keep(g: Guess, level: str, found: Estimate) -> None:
        for tier in ("", g.row.job.tier):
            kept[phase_of(g.row.job), level, tier].append(g.row.measured / found.value)

    for g in filter(_alone, by_gpu):
        if g.level in ("model", "software"):
            keep(g, g.level, g.found)
        if g.blind_level == "network":
            keep(g, "network", g.blind)
    for g in filter(_alone, by_network):
        keep(g, "group", g.blind)
    found = {key: spread(ratios) for key, ratios in sorted(kept.items()) if len(ratios) >= FEW_ROWS}
    for phase in ("training", "inference", "prefill", "decode"):
        for level, wider in (
            ("network", "group"),
            ("group", "network"),
            ("software", "network"),
            ("model", "software"),
        ):
            found.setdefault((phase, level, ""), found.get((phase, wider, ""), found["inference", "group", ""]))
    return {
        (phase, level, tier): s._replace(middle=1.0) if level in ("model", "software") else s
        for (phase, level, tier), s in found.items()
    }


def range_lines(found: Spreads) -> list[dict[str, Any]]:
    return [
        {
            "phase": phase,
            "level": level,
            "tier": tier,
            "q10": f"{s.low:.3f}",
            "q50": f"{s.middle:.3f}",
            "q90": f"{s.high:.3f}",
        }
        for (phase, level, tier), s in sorted(found.items())
    ]


def measured_lines(rows: Sequence[Row]) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    labels: dict[str, str] = {}
    for row in rows:
        network = row.job.work.network
        name, group = eff.SAME.get(network.id, network.id), eff.GROUP[network.kind]
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


def known_cost(network: Network) -> bool:
    return network.kind == "transformer_decoder" or None not in (network.gmacs, network.activations_m)


def report(by_gpu: Sequence[Guess], by_network: Sequence[Guess]) -> list[str]:
    def told(g: Guess) -> Estimate:
        return g.found

    def blind(g: Guess) -> Estimate:
        return g.blind

    main = [g for g in by_gpu if _alone(g)]
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
    others = [g for g in by_network if _alone(g) and known_cost(g.row.job.work.network)]
    lines.append(errors("all", others, told))
    lines.append(errors("  training", [g for g in others if g.row.job.work.trains], told))
    lines.append(errors("  inference", [g for g in others if not g.row.job.work.trains], told))
    return lines


def estimates_lines(guesses: Sequence[Guess]) -> list[dict[str, Any]]:
    return [
        {**g.row.cells, "predicted": f"{g.found.value:.6g}", "low": f"{g.found.low:.6g}", "high": f"{g.found.high:.6g}",
         "basis": g.found.basis}
        for g in guesses if _alone(g)
    ]  # fmt: skip


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(check: Path | None) -> int:
    names = Names(seed_catalog())
    rows = measurements(published(), names)
    design = Design(rows)
    _say(f"{len(rows)} measurements, {len(design.keys)} effects")
    whole = design.fit(np.arange(len(rows)))
    gpus = [r.job.gpu.id for r in rows]
    networks = [eff.SAME.get(r.job.work.network.id, r.job.work.network.id) for r in rows]
    cards = [[g] for g in sorted(set(gpus))]
    done = 0

    def tell(name: str) -> None:
        nonlocal done
        done += 1
        _say(f"left out {done} of {len(cards) + FOLDS}: {name}")

    by_gpu = left_out(design, gpus, cards, whole, tell)
    by_network = left_out(design, networks, folds(networks), whole, tell)
    found = ranges.shipped() if check else spreads(by_gpu, by_network)
    by_gpu, by_network = [g.under(found) for g in by_gpu], [g.under(found) for g in by_network]
    if check:
        write(check, estimates_lines(by_gpu))
    else:
        write(EFFECTS_FILE, effect_lines(design.table(whole)))
        write(ranges.FILE, range_lines(found))
        write(ranges.MEASURED, measured_lines(rows))
    print("\n".join(report(by_gpu, by_network)))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[2]) if sys.argv[1:2] == ["--check"] else None))
