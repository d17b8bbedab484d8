"""The measurements that ship with the project as a least-squares problem: which effects explain them best.

Model: ln(seconds) = ln(sum of the parts, each x exp(its effects)) + effects on the whole. Effects are drawn to 0 by
their expected size (a normal prior: mixed-effects or ridge regression); errors have Student's t distribution (4 degrees
of freedom), so that a slip of the pen in a table pulls little. Gauss-Newton with a line search, each step by conjugate
gradients on a sparse factorisation.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from scipy.sparse.linalg import LinearOperator, SuperLU, cg, splu

from catalog.cells import decode
from catalog.schema import KINDS, to_thing
from catalog.things import Catalog
from models import effects as eff
from models import step
from models.decoder import shape
from models.effects import DOUBLINGS, EFFECTS, PARTS, Key
from models.estimate import UNPUBLISHED_RATIO
from models.learnt import MODEST, Learnt, Reached, learnt
from models.peaks import runs
from models.rows import Job, Names, job, phase_of, predict
from models.step import Parts
from models.work import Cannot

SEED = Path(__file__).resolve().parent.parent / "catalog" / "data"
DATA = Path(__file__).resolve().parent / "data"
PUBLISHED, SOURCES = DATA / "published.csv", DATA / "sources.csv"
# Standard deviation of the logarithm that rows of one table scatter by beyond all effects. These, and the expected
# sizes of effects, were moved downhill from first guesses by the error on left-out GPUs, twice: each time by half of
# the GPUs, and stopped where the other half, which had no say, gained no more. The middle of both then took three
# steps down the error on left-out GPUs and, at a quarter of the weight, on left-out networks
NOISE = {
    "timm": 0.058, "Lambda": 0.063, "NVIDIA DeepLearningExamples": 0.08, "MLPerf": 0.079, "TensorRT-LLM": 0.12,
    "llama.cpp benchmarks": 0.098, "llm-foundry": 0.08, "NeuSight": 0.057, "pytorch-gpu-benchmark": 0.3,
    "Stable Diffusion webui": 0.3, "u39kun": 0.19,
}  # fmt: skip
OTHER_NOISE = 0.1
APART = ("pytorch-gpu-benchmark", "Stable Diffusion webui")  # launch-bound, or users' medians: shown by themselves
# Rows of those and of several GPUs teach what is their own and hardly more: at full weight they made the estimates of
# six GPUs that were left out a quarter worse
LIGHTER = 10.0
DEGREES = 4.0  # of freedom of Student's t
ROUNDS, ENOUGH, ROUGHLY = 60, 1e-5, 1e-3  # of a fit; it ends after two that gain less than this share
FEW_SHARES = 10  # rows that tell what share of the peak is reached
STALE = 60  # iterations of conjugate gradients after which the factors are made anew

NOTHING = learnt({}, {})  # known: whether a row can be told does not hang on what was learnt
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


class Row(NamedTuple):
    job: Job
    measured: float  # in the row's unit
    cells: dict[str, str]


def alone(row: Row) -> bool:
    """One GPU, and no table of which more is amiss than the estimate."""
    return row.cells["n_gpus"] in ("", "1") and row.job.by.publisher not in APART


def of_one(row: Row) -> bool:
    """The same, or cards that work in turn, as llama.cpp's do: what they tell is of one of them."""
    return row.job.gpu_count == 1 and row.job.by.publisher not in APART


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
    if isinstance(run, Cannot) or (run.tflops is None and not work.decoder) or isinstance(predict(at, NOTHING), Cannot):
        return None
    tflops = run.tflops or gpu.bandwidth_gbs * UNPUBLISHED_RATIO / 1e3
    peak = tflops * 1e12
    if not work.decoder:
        assert work.network.gmacs is not None
        parts = step.items(work, work.network.gmacs, run, peak, gpu, count, at.nvlink, at.by.served)
        many = float(count * work.batch)
    else:
        of = shape(work.network)
        assert of is not None
        if work.trains:
            parts = step.learning(work, of, run, peak, gpu, count, at.nvlink)
            many = float(count * work.batch * work.context_tokens)
        elif at.prefill:
            parts = step.reading(1, work.prompt_tokens, of, run, peak, gpu, count, at.nvlink, True, at.by.reads)
            many = float(work.prompt_tokens)
        else:
            users, out = max(work.users, work.batch), max(work.output_tokens, 1)
            context = work.prompt_tokens + work.output_tokens / 2.0
            write = step.writing(users, context, of, run, peak, gpu, count, at.nvlink)
            read = step.reading(users, work.prompt_tokens, of, run, peak, gpu, count, at.nvlink, False, at.by.reads)
            parts = read.plus(write, out)
            many = float(users * out)
    return parts, many * at.factor, tflops, run.family


class Design:
    """The rows as sparse matrices, one for each of PARTS: row x effect -> 1, or the figure a slope multiplies."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        size = len(rows)
        self.parts = np.zeros((size, len(Parts._fields)))
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
            figures = {**eff.figures(at.gpu, tflops), **eff.shapes(at.work.network)}
            for name, fields, spread in EFFECTS:
                key = tuple(getattr(where, f) for f in fields)
                if not fields or any(key):
                    part, _, figure = name.partition(" x ")
                    enter(i, part, (name, fields, key), spread, figures[figure] if figure else 1.0)
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
        self.noise = np.array(
            [NOISE.get(row.job.by.publisher, OTHER_NOISE) * (1.0 if of_one(row) else LIGHTER) for row in rows]
        )
        # all parts in one: every effect is of one part, whose share of a row's time is what it weighs there
        self._all = sum(self.matrices[1:], self.matrices[0]).tocsr()
        part_of = np.array([PARTS.index("whole" if k[0] == "scale" else eff.part_of(k[0])) for k in self.keys])
        self._places = np.repeat(np.arange(size), np.diff(self._all.indptr)), part_of[self._all.indices]
        self._factors: SuperLU | None = None

    def expected(self, u: Floats, at: Indices) -> tuple[Floats, Floats]:
        """(ln seconds, share of each part (n, 6)) of the rows `at` under the effects `u`."""
        t = self.parts[at] * np.exp(np.stack([m[at] @ u for m in self.matrices[:-1]], 1))
        clock, power = t[:, 0] ** step.NORM, t[:, 1] ** step.NORM
        arithmetic = (clock + power) ** (1.0 / step.NORM)
        t[:, 0], t[:, 1] = arithmetic * clock / (clock + power), arithmetic * power / (clock + power)
        total = t.sum(1)
        return np.log(total) + self.matrices[-1][at] @ u, t / total[:, None]

    def fit(self, at: Indices) -> Floats:
        """The effects that explain the rows `at` best, found from nothing: a fit that began at one of all rows would
        remember some of what the others taught it."""
        u = np.zeros(len(self.spread))
        inside = np.zeros(len(self.noise), bool)
        inside[at] = True
        # First as if every table scattered widely, so that none is called a slip of the pen before the rest is in place
        for wider in (10.0, 3.0, 1.0):
            u = self._fitted(u, inside, self.noise * wider, ENOUGH if wider == 1.0 else ROUGHLY)
        return u

    def _fitted(self, u: Floats, inside: npt.NDArray[np.bool_], noise: Floats, enough: float) -> Floats:
        held, everywhere = 1.0 / self.spread**2, np.arange(len(noise))

        def cost(u: Floats) -> tuple[float, Floats, Floats]:
            seconds, shares = self.expected(u, everywhere)
            left = np.where(inside, self.target - seconds, 0.0)
            penalty = 0.5 * (DEGREES + 1) * np.log1p((left / noise) ** 2 / DEGREES).sum() + 0.5 * (held * u * u).sum()
            return float(penalty), left, shares

        now, left, shares = cost(u)
        small = 0
        for _ in range(ROUNDS):
            weight = np.where(inside, (DEGREES + 1) / (DEGREES + (left / noise) ** 2) / noise**2, 0.0)
            move = self._step(np.c_[shares, np.ones(len(noise))], weight, held, weight * left, held * u)
            step = 1.0
            new, *rest = cost(u + move)
            while new >= now and step > 1e-3:
                step /= 2
                new, *rest = cost(u + step * move)
            if new >= now:
                break
            small = small + 1 if (now - new) / now < enough else 0
            u, now, (left, shares) = u + step * move, new, rest
            if small == 2:
                break
        return u

    def _step(self, shares: Floats, weight: Floats, held: Floats, error: Floats, drawn: Floats) -> Floats:
        """One of Gauss and Newton's, no effect by more than 1. The factors of one system precondition those like it."""
        slope = self._all.copy()
        slope.data *= shares[self._places]
        pull = slope.T @ error - drawn
        system = LinearOperator((len(held), len(held)), lambda v: slope.T @ (weight * (slope @ v)) + held * v)
        for fresh in (False, True):
            if fresh or self._factors is None:
                curve = (slope.T @ sparse.diags(weight) @ slope + sparse.diags(held)).tocsc()
                options = {"SymmetricMode": True}
                self._factors = splu(curve, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options=options)
            near = LinearOperator(system.shape, self._factors.solve)
            move, unfinished = cg(system, pull, tol=1e-2, maxiter=STALE, M=near)
            if not unfinished:
                break
        clipped: Floats = np.clip(move, -1.0, 1.0)
        return clipped

    def table(self, u: Floats, at: Indices | None = None) -> Learnt:
        """The effects as the estimator reads them; only those that the rows `at` speak of."""
        told = np.zeros(len(u), bool)
        for matrix in self.matrices:
            told[np.unique((matrix if at is None else matrix[at]).indices)] = True
        found = {key: float(u[j]) for key, j in self.keys.items() if told[j]}
        return learnt(found, {}, self.reached(range(len(self.rows)) if at is None else at))

    def reached(self, at: Iterable[int]) -> Reached:
        """The share of the dense peak that all but one in fifty of the rows `at` stay under."""
        shares: dict[tuple[str, str, str], list[float]] = defaultdict(list)
        for i in at:
            where = self.situations[i]
            if alone(self.rows[i]):
                share = float((self.parts[i, 0] + self.parts[i, 2]) / math.exp(self.target[i]))
                for group in (where.group, ""):
                    shares[where.phase, group, where.family].append(share)
        return {
            key: min(max(float(np.quantile(found, 0.98)), MODEST), 1.0)
            for key, found in sorted(shares.items())
            if len(found) >= FEW_SHARES
        }
