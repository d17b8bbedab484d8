"""Fits the coefficients of models/data/efficiency.csv on published measurements. A developer's tool, not used at run
time.

    python -m models.fit [FOLDER with published_throughput.csv and timm_benchmarks.csv]

For each class (group of networks or one often-measured network; phase; precision family; software tier) it finds the
compute efficiency, memory efficiency and floor that bring the estimator nearest to the published throughput (least
squares of the logarithm with a robust loss). The 80 % range is the 10th and 90th percentile of measured / estimated
where the measurement's whole GPU, or its whole network, was left out of the fit: what a card or network that nobody
measured would see.
"""

from __future__ import annotations

import csv
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares  # type: ignore[import-untyped]

from catalog.cells import decode
from catalog.schema import KINDS, to_thing
from catalog.things import Catalog
from models import efficiency as eff
from models.efficiency import Efficiency, Key
from models.peaks import runs
from models.rows import Job, Names, job, predict
from models.work import Cannot, Estimate

MEASUREMENTS = Path(__file__).parents[2] / "shared" / "data"
SEED = Path(__file__).parents[1] / "catalog" / "data"
LEAST_ROWS, LEAST_GPUS = 8, 2  # below these a class borrows from its neighbour
OWN_ROWS, OWN_GPUS = 12, 3  # a network with as many rows on as many GPUs gets coefficients of its own
# The detectors that were measured (two stages, or much work on the host) say little about the one-stage detectors that
# people use; those borrow from convolutional networks with a wider range, the measured ones keep their own coefficients
OWN_ONLY = ("detector",)
FOLDS = 4
MOST_ROWS = 500  # of one class: more do not change three numbers
FEW_NETWORKS, FEW_WIDEN = 4, 1.5  # a group fitted on fewer networks than this says less about others (assumed)
MOST_FLOOR = {"inference": 0.010, "training": 0.030}  # seconds: launches of a few hundred kernels and the host's share
LEAST_SPREAD = 1.2  # no range is narrower than this either way: drivers, clocks and containers differ by as much
START = Efficiency(0.4, 0.6, 1e-3, 1.0, 1.0, "spec", "")
Row = tuple[Job, float, str]  # what was measured, the published figure, its source


def seed_catalog() -> Catalog:
    """GPUs and networks of the seed files."""
    things: dict[str, dict[str, object]] = {}
    for name in ("gpus", "networks"):
        kind = KINDS[name]
        with (SEED / f"{name}.csv").open(newline="", encoding="utf-8") as lines:
            rows = [
                {c.name: decode(c, row.get(c.name) or "", date.max) for c in kind.columns}
                for row in csv.DictReader(lines)
            ]
        things[name] = {row["id"]: to_thing(kind, row) for row in rows}
    return Catalog(0, gpus=things["gpus"], networks=things["networks"])  # type: ignore[arg-type]


def measurements(folder: Path, names: Names) -> list[Row]:
    """Every published row that can be told, without repeats of timm's rows."""
    found: list[Row] = []
    seen: set[tuple[str, ...]] = set()
    for file in ("published_throughput.csv", "timm_benchmarks.csv"):
        with (folder / file).open(newline="", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                row = {"notes": "", "task": "", "latency_ms": "", **{k: v or "" for k, v in row.items() if k}}
                same = tuple(
                    row[c]
                    for c in (
                        "model",
                        "phase",
                        "framework",
                        "precision",
                        "gpu",
                        "n_gpus",
                        "batch_size",
                        "seq_len_or_resolution",
                        "throughput",
                    )
                )
                if same in seen or "implausibl" in row["notes"]:
                    continue
                seen.add(same)
                at = job(row, names)
                if isinstance(at, Job) and float(row["throughput"]) > 0 and isinstance(predict(at), Estimate):
                    found.append((at, float(row["throughput"]), _publisher(row["source"])))
    return found


def _publisher(source: str) -> str:
    for mark, name in (
        ("mlcommons", "MLPerf"),
        ("DeepLearningExamples", "NVIDIA DeepLearningExamples"),
        ("pytorch-image", "timm"),
        ("lambdal", "Lambda"),
        ("TensorRT-LLM", "TensorRT-LLM"),
        ("XiongjieDai", "llama.cpp"),
        ("llm-foundry", "llm-foundry"),
        ("NeuSight", "NeuSight"),
        ("ryujaehun", "pytorch-gpu-benchmark"),
        ("vladmandic", "Stable Diffusion webui"),
        ("u39kun", "u39kun"),
    ):
        if mark in source:
            return name
    return source.split("/")[0]


def phase_of(at: Job) -> str:
    if at.work.network.kind != "transformer_decoder" or at.work.trains:
        return "training" if at.work.trains else "inference"
    return "prefill" if at.prefill else "decode"


def classes(rows: Sequence[Row]) -> dict[Key, list[Row]]:
    """Rows by group and, where there are many, by network too."""
    groups: dict[Key, list[Row]] = defaultdict(list)
    alone: list[Row] = []
    for row in rows:
        at = row[0]
        run = runs(at.work.network, at.gpu, at.work.precision, at.work.trains)
        if isinstance(run, Cannot) or not run.exact or run.tflops is None:
            continue
        group, phase = eff.GROUP[at.work.network.kind], phase_of(at)
        if group not in OWN_ONLY:
            groups[group, phase, run.family, at.tier].append(row)
        if group != "decoder":
            groups[at.work.network.id, phase, run.family, at.tier].append(row)
        elif phase == "decode" and at.tier == "framework":  # what one request at a time costs, no server's table says
            alone.append(row)
    for key in groups:
        if key[1:2] + key[3:] == ("decode", "optimised"):
            groups[key] += alone
    kept = {}
    for key, members in groups.items():
        cards = {r[0].gpu.id for r in members}
        own = key[0] not in eff.GROUP.values()
        if len(members) >= (OWN_ROWS if own else LEAST_ROWS) and len(cards) >= (OWN_GPUS if own else LEAST_GPUS):
            kept[key] = members
    return kept


def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))


def _made(x: Sequence[float]) -> Efficiency:
    return START._replace(compute=_sigmoid(x[0]), memory=_sigmoid(x[1]), floor=math.exp(x[2]))


def _errors(key: Key, made: Efficiency, rows: Sequence[Row]) -> list[float]:
    """ln(measured / estimated) with `made` in place of the class's coefficients."""
    _, phase, family, tier = key
    table: dict[Key, Efficiency] = {}
    names = {r[0].work.network.id for r in rows} if key[0] not in eff.GROUP.values() else {key[0]}
    for name in names | {key[0]}:
        table[name, phase, family, tier] = made
        if phase == "decode":  # the same server reads the prompts between the steps
            table[name, "prefill", family, tier] = made
            table[name, "decode", "half", tier] = table[name, "prefill", "half", tier] = made
        if phase == "prefill":
            table[name, "decode", family, tier] = made
    eff.try_out(table)
    out = []
    for at, measured, _ in rows:
        found = predict(at._replace(tier=tier))
        assert isinstance(found, Estimate)
        out.append(math.log(measured / found.value))
    return out


def fit(key: Key, rows: Sequence[Row]) -> Efficiency:
    """The coefficients nearest to `rows`, held near sensible values where the rows do not decide."""
    decoder = key[0] == "decoder"  # its floor is for one layer
    start_floor = math.log(2e-5 if decoder else 3e-3)
    most = math.log(1e-3 if decoder else MOST_FLOOR[key[1]] * (10 if key[3] == "legacy" else 1))
    prior = (math.log(0.4 / 0.6), math.log(0.6 / 0.4), start_floor)

    def residuals(x: Sequence[float]) -> list[float]:
        held = [0.5 * (x[0] - prior[0]), 0.5 * (x[1] - prior[1]), 0.3 * (x[2] - prior[2])]
        return _errors(key, _made(x), rows) + held

    solved = least_squares(
        residuals,
        prior,
        loss="soft_l1",
        f_scale=0.3,
        bounds=([-5, -4, -12], [3.5, 3.0, most]),
        diff_step=1e-3,
        max_nfev=25,
    )
    return _made(list(solved.x))


def _left_out(key: Key, rows: Sequence[Row], by: Sequence[str]) -> list[tuple[float, str]]:
    """(error, name) of each row under a fit that saw nothing of its GPU or network, which `by` names."""
    sizes = Counter(by)
    fold: dict[str, int] = {}
    load = [0] * FOLDS
    for name, n in sizes.most_common():  # the largest first, each into the emptiest fold
        least = load.index(min(load))
        fold[name] = least
        load[least] += n
    errors: list[tuple[float, str]] = []
    for f in range(FOLDS):
        inside = [r for r, name in zip(rows, by, strict=True) if fold[name] != f]
        outside = [r for r, name in zip(rows, by, strict=True) if fold[name] == f]
        if outside and inside:
            names = [name for name in by if fold[name] == f]
            errors += zip(_errors(key, fit(key, inside), outside), names, strict=True)
    return errors


def spread(errors: Sequence[float], weights: Sequence[float]) -> tuple[float, float]:
    """10th and 90th percentile of measured / estimated, never narrower than LEAST_SPREAD."""
    order = np.argsort(errors)
    reached = np.cumsum(np.array(weights)[order])
    low, high = (
        math.exp(float(np.array(errors)[order][np.searchsorted(reached, q * reached[-1])])) for q in (0.1, 0.9)
    )
    return min(low, 1 / LEAST_SPREAD), max(high, LEAST_SPREAD)


def main(folder: Path) -> int:
    if not (folder / "published_throughput.csv").exists():
        print(f"no measurements to fit on: {folder} has no published_throughput.csv; the coefficients stay as they are")
        return 0
    eff.try_out(eff.read())
    rows = measurements(folder, Names(seed_catalog()))
    print(f"{len(rows)} measurements can be told")
    choose = np.random.default_rng(0)
    lines_out = []
    for key, members in sorted(classes(rows).items()):
        if len(members) > MOST_ROWS:
            members = [members[i] for i in sorted(choose.choice(len(members), MOST_ROWS, replace=False))]
        made = fit(key, members)
        cards = [r[0].gpu.id for r in members]
        errors = [(error, 1.0) for error, _ in _left_out(key, members, cards)]
        networks = Counter(r[0].work.network.id for r in members)
        if len(networks) > 2:  # another network is as likely to be like any of these, however often each was measured
            per = len(members) / len(networks)
            errors += [
                (error, per / networks[name])
                for error, name in _left_out(key, members, [r[0].work.network.id for r in members])
            ]
        low, high = spread([e for e, _ in errors], [w for _, w in errors])
        if key[0] in eff.GROUP.values() and len(networks) < FEW_NETWORKS:
            low, high = low / FEW_WIDEN, high * FEW_WIDEN
        publishers = Counter(r[2] for r in members)
        lines_out.append(
            {
                "class": key[0],
                "phase": key[1],
                "family": key[2],
                "tier": key[3],
                "compute_eff": f"{made.compute:.4g}",
                "memory_eff": f"{made.memory:.4g}",
                "floor_ms": f"{made.floor * 1e3:.4g}",
                "q10": f"{low:.3g}",
                "q90": f"{high:.3g}",
                "rows": len(members),
                "gpus": len(set(cards)),
                "sources": " and ".join(n for n, _ in publishers.most_common(3)),
                "fitted_on": date.today().isoformat(),
            }
        )
        if key[1] == "decode" and key[3] == "optimised":  # fitted together: the same server reads the prompts
            lines_out.append({**lines_out[-1], "phase": "prefill"})
        print(*lines_out[-1].values(), flush=True)
    eff.try_out(None)
    whole = eff.FILE.with_suffix(".new")
    with whole.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(lines_out[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines_out)
    whole.replace(eff.FILE)  # the old file stays until the new one is whole
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else MEASUREMENTS))
