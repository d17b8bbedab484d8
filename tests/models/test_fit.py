"""The fit finds what was put in, and leaves the coefficients alone where there is nothing to fit on."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("scipy")

from models import efficiency, fit
from models.efficiency import Efficiency
from models.rows import Job, predict
from models.work import Estimate, Work
from tests.models.cards import A100, L4, L40S, RESNET50, V100

KEY = ("cnn", "inference", "half", "framework")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    efficiency.try_out(None)


def made_up(truth: Efficiency) -> list[fit.Row]:
    efficiency.try_out({KEY: truth})
    rows: list[fit.Row] = []
    for gpu in (A100, L4, L40S, V100):
        for batch in (1, 4, 16, 64, 256):
            for gmacs, activations in ((4.0, 11.0), (0.3, 7.0), (15.0, 13.0)):
                network = replace(RESNET50, id=f"net_{gmacs}", gmacs=gmacs, activations_m=activations)
                at = Job(Work(network, batch=batch), gpu, 1, False, "framework", False, 1.0)
                found = predict(at)
                assert isinstance(found, Estimate)
                rows.append((at, found.value, "made up"))
    return rows


def test_it_finds_what_was_put_in() -> None:
    truth = Efficiency(0.55, 0.35, 2e-3, 0.5, 2.0, "scaled", "")
    found = fit.fit(KEY, made_up(truth))
    assert found.compute == pytest.approx(truth.compute, rel=0.1)
    assert found.memory == pytest.approx(truth.memory, rel=0.1)
    assert found.floor == pytest.approx(truth.floor, rel=0.1)


def test_the_range_is_where_eight_of_ten_lie() -> None:
    errors = [math.log(x) for x in (0.4, 0.5, 0.8, 0.9, 1.0, 1.0, 1.1, 1.2, 1.9, 2.6)]
    low, high = fit.spread(errors, [1.0] * 10)
    assert low == pytest.approx(0.4)
    assert high == pytest.approx(1.9)
    assert fit.spread([0.0] * 5, [1.0] * 5) == (1 / fit.LEAST_SPREAD, fit.LEAST_SPREAD)


def test_without_measurements_nothing_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = efficiency.FILE.read_bytes()
    assert fit.main(tmp_path) == 0
    assert "no measurements to fit on" in capsys.readouterr().out
    assert efficiency.FILE.read_bytes() == before


@pytest.mark.skipif(
    not (fit.MEASUREMENTS / "published_throughput.csv").exists(), reason="the published measurements are not here"
)
def test_about_eight_of_ten_published_measurements_lie_in_the_range(tmp_path: Path) -> None:
    import csv

    from models.rows import estimate_rows

    rows, estimated = estimate_rows(
        fit.MEASUREMENTS / "published_throughput.csv", tmp_path / "out.csv", fit.seed_catalog()
    )
    assert estimated / rows > 0.85
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as lines:
        told = [r for r in csv.DictReader(lines) if r["predicted"]]
    inside = sum(float(r["low"]) <= float(r["throughput"]) <= float(r["high"]) for r in told) / len(told)
    assert 0.75 < inside < 0.92
