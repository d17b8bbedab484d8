"""The fit finds what was put in, and what ships is what it was fitted on."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models import design, fit, ranges
from models.effects import Software
from models.learnt import learnt, shipped
from models.rows import Job, Names, predict
from models.work import Estimate, Work
from tests.models.cards import A100, L4, L40S, RESNET50, V100

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "published_throughput.csv"
TRUTH = {
    ("compute", (), ()): 0.7,
    ("memory", (), ()): 1.1,
    ("floor", (), ()): -0.4,
    ("whole", ("chip",), ("7.0",)): 0.08,
}


def made_up() -> list[design.Row]:
    known = learnt(TRUTH, {})
    rows = []
    by = Software("timm: x", "timm: x 1", "timm", "net", "net 1")
    for gpu in (A100, L4, L40S, V100):
        for batch in (1, 4, 16, 64, 256):
            for gmacs, activations in ((4.0, 11.0), (0.3, 7.0), (15.0, 13.0)):
                network = replace(RESNET50, id=f"net_{gmacs}", gmacs=gmacs, activations_m=activations)
                at = Job(Work(network, batch=batch), gpu, 1, False, "framework", False, 1.0, by)
                found = predict(at, known)
                assert isinstance(found, Estimate)
                rows.append(design.Row(at, found.value, {"n_gpus": "1"}))
    return rows


def test_it_finds_what_was_put_in_and_foretells_a_gpu_it_has_not_seen() -> None:
    rows = made_up()
    made = design.Design(rows)
    whole = made.fit(np.arange(len(rows)))
    for row in rows:
        found = predict(row.job, made.table(whole))
        assert isinstance(found, Estimate)
        assert found.value == pytest.approx(row.measured, rel=0.05)
    guesses = fit.left_out(made, [r.job.gpu.id for r in rows], [[L4.id]], lambda _: None)
    assert len(guesses) == 15
    assert all(g.found.value == pytest.approx(g.row.measured, rel=0.15) for g in guesses)


def test_what_is_left_out_teaches_nothing() -> None:
    """An L4 that is twice as slow as its kin: a fit that has not seen it says what a fit without its rows says, and a
    network that was left out is known by its group alone."""
    rows = [row._replace(measured=row.measured / (2.0 if row.job.gpu.id == L4.id else 1.0)) for row in made_up()]
    made = design.Design(rows)
    without = design.Design([r for r in rows if r.job.gpu.id != L4.id])
    alone = without.table(without.fit(np.arange(len(without.rows))))
    for g in fit.left_out(made, [r.job.gpu.id for r in rows], [[L4.id]], lambda _: None):
        honest = predict(g.row.job, alone)
        assert isinstance(honest, Estimate)
        assert g.found.value == pytest.approx(honest.value, rel=0.01)
        assert g.found.value > 1.5 * g.row.measured
    names = [r.job.work.network.id for r in rows]
    guesses = fit.left_out(made, names, [["net_4.0"]], lambda _: None)
    assert {(g.row.job.work.network.id, g.blind_level) for g in guesses} == {("net_4.0", "group")}


def test_the_design_and_the_estimator_are_the_same_formula() -> None:
    """Random effects, random rows: the fit's seconds are the estimator's."""
    rows = design.measurements(list(design.published())[::97], Names(design.seed_catalog()))
    made = design.Design(rows)
    u = np.random.default_rng(0).normal(0, 0.1, len(made.keys))
    for key, j in made.keys.items():
        if key[0] == "scale":  # the estimator lets no number of GPUs make each of them faster
            u[j] = abs(u[j])
    seconds, _ = made.expected(u, np.arange(len(rows)))
    known = made.table(u)._replace(reached={})
    for row, expected, target in zip(rows, seconds, made.target, strict=True):
        found = predict(row.job, known)
        assert isinstance(found, Estimate)
        assert found.value <= row.measured * math.exp(target - expected) * 1.001  # or held under the roofline
        if found.high > found.value * 1.0001 and (row.job.work.trains or not row.job.work.decoder):
            assert found.value == pytest.approx(row.measured * math.exp(target - expected), rel=1e-3)


def test_what_was_reached_is_told_of_rows_that_were_seen() -> None:
    """One in fifty may lie above the share; and what ships holds of nearly all that was measured."""
    rows = [row for row in made_up() if row.job.work.network.id == "net_15.0"]
    made = design.Design(rows)
    shares = made.parts[:, 0] / np.exp(made.target)
    assert made.reached(range(len(rows))) == {
        (*key, "half"): pytest.approx(max(np.quantile(shares, 0.98), 0.6))
        for key in (("inference", "cnn"), ("inference", ""))
    }
    fast = [row._replace(measured=row.measured * 0.9 / float(shares.max())) for row in rows]
    most = design.Design(fast).reached(range(len(fast)))["inference", "cnn", "half"]
    assert 0.6 < most < 0.9
    assert design.Design(fast).reached(range(5)) == {}  # too few
    assert all(0.6 <= share <= 1.0 for share in shipped().reached.values())


def test_the_range_is_where_eight_of_ten_lie() -> None:
    assert fit.spread([x / 10 for x in range(1, 12)]) == pytest.approx((0.2, 0.6, 1.0))


def test_what_ships_is_sound() -> None:
    rows = list(design.published())
    assert len(rows) > 10_000
    assert all(row["source"].strip() and float(row["throughput"]) > 0 and row["unit"] for row in rows)
    told = design.measurements(rows[::40], Names(design.seed_catalog()))
    assert len(told) == len(rows[::40])  # every row that ships can be told
    assert len(shipped().effects) > 1000
    for phase in ("training", "inference", "prefill", "decode"):
        for level in ("model", "software", "network", "group"):
            assert (phase, level, "") in ranges.shipped()
    assert all(0 < s.low < s.middle < s.high for s in ranges.shipped().values())


@pytest.mark.skipif(not SHARED.exists(), reason="the published measurements are not beside the project")
def test_most_published_rows_are_estimated_and_lie_in_their_range(tmp_path: Path) -> None:
    import csv

    from models.rows import estimate_rows

    rows, estimated = estimate_rows(SHARED, tmp_path / "out.csv", design.seed_catalog())
    assert estimated / rows > 0.85
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as lines:
        told = [r for r in csv.DictReader(lines) if r["predicted"]]
    inside = sum(float(r["low"]) <= float(r["throughput"]) <= float(r["high"]) for r in told) / len(told)
    assert inside > 0.75  # these GPUs were seen, so more than eight of ten may be inside


def test_every_gpu_is_left_out_once_and_the_big_ones_alone() -> None:
    gpus = ["a"] * 40 + ["b"] * 35 + [f"few{i}" for i in range(25) for _ in range(i + 1)]
    found = fit.by_themselves(gpus, Counter(gpus), fit.FEW_ROWS)
    assert sorted(gpu for fold in found for gpu in fold) == sorted(set(gpus))
    assert ["a"] in found
    assert ["b"] in found
    assert len(found) == 2 + fit.FOLDS


def test_a_range_that_is_borrowed_lies_about_its_own_middle() -> None:
    """Nothing was measured in known software, and what was is twice as fast as estimated: how far such estimates
    scatter is borrowed, that they are low is not."""
    rows = made_up()
    made = design.Design(rows)
    names = [r.job.work.network.id for r in rows]
    guesses = fit.left_out(made, names, [["net_4.0"], ["net_0.3"]], lambda _: None)
    scatter = [2 * g.found.value * (0.9 + i % 3 / 10) for i, g in enumerate(guesses)]
    twice = [g._replace(row=g.row._replace(measured=m)) for g, m in zip(guesses, scatter, strict=True)]
    found = fit.spreads([], twice)
    assert found["inference", "others", ""].low > 1.5
    borrowed = found["decode", "software", ""]
    assert borrowed.low < borrowed.middle == 1.0 < borrowed.high


def test_an_estimate_that_may_be_far_off_is_held_lower() -> None:
    """Of guesses at lognormal truths, those times `cautious` have the least mean percentage error, or nearly."""
    truths = np.exp(np.random.default_rng(0).normal(0, 0.5, 4000))
    error = {c: float(np.abs(c / truths - 1).mean()) for c in (*np.arange(0.5, 1.3, 0.02), fit.cautious(truths))}
    assert error[fit.cautious(truths)] < 1.01 * min(error.values()) < 0.95 * error[min(error, key=lambda c: abs(c - 1))]
    assert fit.cautious([1.0, 1.01, 0.99]) == pytest.approx(1.0, abs=1e-3)
    assert fit.cautious([10.0, 0.1, 10.0]) == math.exp(-fit.MOST_CAUTION)


def test_a_network_that_was_left_out_has_no_say_in_its_range() -> None:
    """One network is measured at a tenth of what its kin say: the others' range knows nothing of it, theirs does."""
    rows = made_up()
    made = design.Design(rows)
    which = [["net_4.0"], ["net_0.3"], ["net_15.0"]]
    guesses = fit.left_out(made, [r.job.work.network.id for r in rows], which, lambda _: None)
    speed = {"net_4.0": 0.1, "net_0.3": 1.0, "net_15.0": 1.0}
    odd = [g._replace(row=g.row._replace(measured=g.found.value * speed[fit.measured_as(g.row)])) for g in guesses]
    told = fit.unseen([], odd, which)
    assert [len(told), {fit.measured_as(g.row) for g in told}] == [len(odd), set(speed)]
    for g in told:
        assert (g.found.low / g.found.value > 0.5) == (g.row.job.work.network.id == "net_4.0")


def test_several_gpus_teach_little_of_one() -> None:
    row = made_up()[0]
    several = row._replace(cells={"n_gpus": "8"}, job=row.job._replace(gpu_count=8))
    in_turn = row._replace(cells={"n_gpus": "8"})  # llama.cpp: as fast as one
    launch_bound = row._replace(job=row.job._replace(by=Software(publisher="pytorch-gpu-benchmark")))
    noise = design.Design([row, several, launch_bound, in_turn]).noise
    assert noise[1] == design.LIGHTER * noise[0]
    assert noise[2] > noise[0] == noise[3]
