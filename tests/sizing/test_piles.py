"""What is there is worked through once, by when it must be done: archives, backlogs, one-off jobs."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.things import Catalog
from sizing.figures import at_most
from sizing.money import price_gbp
from sizing.need import Need
from sizing.recommend import Recommendation, recommend

CALLS: dict[str, Any] = {
    "task": "speech_recognition", "model": "Whisper large-v3", "phase": "inference",
    "dataset_size": {"amount": 10_000, "unit": "hours of audio"},
}  # fmt: skip
PAPERS: dict[str, Any] = {
    "task": "summarization", "params_b": 8, "phase": "inference",
    "dataset_size": {"amount": 100_000, "unit": "documents"},
}  # fmt: skip
PHOTOS: dict[str, Any] = {
    "task": "object_detection", "phase": "inference", "pile": True, "dataset_size": {"amount": 3e6, "unit": "images"},
}  # fmt: skip


def recommended(told: dict[str, Any], catalog: Catalog) -> Recommendation:
    got = recommend(told, catalog)
    assert isinstance(got, Recommendation), got
    return got


@pytest.mark.parametrize(("told", "items"), [(CALLS, 3.6e7), (PAPERS, 4e7), (PHOTOS, 3e6)])
def test_all_of_it_is_done_once_within_the_time_and_rent_is_paid_for_those_hours(
    told: dict[str, Any], items: float, catalog: Catalog
) -> None:
    got = recommended(told, catalog)
    assert got.rented is not None
    (figure,) = got.rented.figures
    assert figure.workload.demand.items == pytest.approx(items)  # seconds of audio, tokens written, pictures
    assert figure.run_hours is not None
    assert at_most(figure.run_hours) <= figure.workload.demand.hours  # type: ignore[operator]
    hourly = price_gbp(got.rented.machine.price, catalog.rates)
    assert hourly is not None
    assert got.rented.cost_gbp == pytest.approx(hourly * at_most(figure.run_hours))


@pytest.mark.parametrize("told", [CALLS, PAPERS, PHOTOS])
def test_less_time_never_costs_less(told: dict[str, Any], catalog: Catalog) -> None:
    costs = []
    for hours in (4000, 500, 100, 24, 6):
        got = recommended({**told, "deadline": {"amount": hours, "unit": "hours"}, "deployment": "on_prem"}, catalog)
        costs.append(float("inf") if got.best is None else got.best.cost_gbp or 0.0)
    assert costs == sorted(costs)


def test_what_is_learnt_from_or_keeps_coming_is_no_pile(catalog: Catalog) -> None:
    photos = {"task": "image_classification", "dataset_size": {"amount": 50_000, "unit": "images"}}
    for told in (
        {**photos, "phase": "inference"},  # what it was trained on
        {**photos, "phase": ["training", "inference"]},
        {**CALLS, "throughput": {"amount": 200, "unit": "hours of audio/day"}},
        {**PAPERS, "users": 12},
        {"task": "rag", "params_b": 8, "dataset_size": {"amount": 40_000, "unit": "documents"}},
    ):
        need: Need = recommended(told, catalog).need
        assert all(w.demand.items is None for w in need.workloads if not w.work.trains), told
