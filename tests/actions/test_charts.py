"""The charts of a recommendation say what its figures say."""

from __future__ import annotations

from typing import Any

import pytest

from actions.charts import charts, needed
from actions.options import provenance, sources, verdicts
from bot.proposal.drawing import LEFT, RIGHT, WIDTH, draw, extremes, ticks
from catalog.things import Catalog
from sizing.recommend import Recommendation, recommend
from sizing.running import rent_or_buy

TOLD: tuple[dict[str, Any], ...] = (
    {"task": "image_classification", "dataset_size": {"amount": 50_000, "unit": "images"}, "phase": ["training",
     "inference"], "throughput": {"amount": 20, "unit": "images/s"}, "gpu_roles": {"h100_sxm": "quoted"}},
    {"task": "llm_inference", "model": "Llama 3.1 8B", "users": 40, "deployment": ["on_prem", "cloud"]},
    {"task": "llm_inference", "params_b": 70, "users": 200, "concurrent": True, "deployment": "on_prem"},
    {"task": "llm_finetuning", "model": "Mistral 7B", "users": 30},
    {"task": "tabular"},
    {"task": "llm_inference", "model": "Llama 3.1 8B", "gpu_roles": {"rtx_3090": "owned"},
     "gpu_counts": {"rtx_3090": 2}, "deployment": "on_prem"},
)  # fmt: skip


@pytest.fixture(params=range(len(TOLD)))
def got(request: pytest.FixtureRequest, catalog: Catalog) -> Recommendation:
    found = recommend(TOLD[request.param], catalog)
    assert isinstance(found, Recommendation)
    assert found.best is not None
    return found


def test_memory_parts_add_up_to_what_is_needed(got: Recommendation, catalog: Catalog) -> None:
    assert got.best is not None
    drawn = charts(got, verdicts(got), catalog)
    if got.best.machine.kind == "api":  # somebody else's machine
        assert "memory" not in drawn
        return
    chart = drawn["memory"]
    most = max(got.best.figures, key=lambda f: f.needed_gb)
    assert sum(part["gb"] for part in chart["parts"]) == pytest.approx(most.needed_gb, abs=0.01)
    assert sum(gb for _, gb in needed(most)) == pytest.approx(most.needed_gb)
    assert all(part["gb"] >= 0 for part in chart["parts"])
    assert chart["available"] == pytest.approx(most.available_gb, abs=0.01)
    assert most.needed_gb <= most.available_gb


def test_each_option_stands_at_its_cost_and_speed(got: Recommendation, catalog: Catalog) -> None:
    shown = verdicts(got)
    chart = charts(got, shown, catalog).get("price_throughput")
    if chart is None:
        return
    by_name = {a.machine.name: (a, verdict) for a, verdict in shown}
    for point in chart["points"]:
        a, verdict = by_name[point["name"]]
        assert a.figures[0].speed is not None
        assert (point["price"], point["verdict"]) == (pytest.approx(a.cost_gbp, abs=0.01), verdict)
        assert point["low"] <= point["value"] <= point["high"]
        assert point["value"] == a.figures[0].speed.value
        assert chart["y"] == a.figures[0].speed.unit
        if verdict in ("recommended", "keep", "rent") and chart["need"]:
            assert point["value"] >= chart["need"]
    assert len(chart["points"]) == len({point["name"] for point in chart["points"]})


def test_rent_and_buy_meet_where_it_says(got: Recommendation, catalog: Catalog) -> None:
    chart = charts(got, verdicts(got), catalog).get("rent_or_buy")
    if got.bought is None or got.rented is None or not (got.need.place.cloud and got.need.place.own):
        assert chart is None
        return
    assert chart is not None
    found = rent_or_buy(got.bought, got.rented, got.need.months, catalog)
    assert found is not None
    assert len(chart["months"]) == len(chart["buy"]) == len(chart["rent"]) == got.need.months + 1
    assert chart["buy"][0] == pytest.approx(found.buy_gbp, abs=0.01)
    assert chart["rent"][0] == 0
    cheaper = [rent < buy for rent, buy in zip(chart["rent"], chart["buy"], strict=True)]
    even = chart["break_even"]
    assert cheaper == [even is None or month < even for month in chart["months"]]


def test_the_chart_is_of_the_job_that_decides(catalog: Catalog) -> None:
    """Training rules the smaller machine out, however many pictures a second it runs: the line is that of training."""
    told = {"task": "image_classification", "dataset_size": {"amount": 400_000, "unit": "images"},
            "throughput": {"amount": 2, "unit": "images/s"}, "deadline": {"amount": 24, "unit": "hours"}}  # fmt: skip
    found = recommend(told, catalog)
    assert isinstance(found, Recommendation)
    chart = charts(found, verdicts(found), catalog)["price_throughput"]
    assert "raining" in chart["title"]
    assert chart["need_label"].endswith("to be done in 24 hours")
    at = {point["verdict"]: point for point in chart["points"]}
    assert at["not_enough"]["low"] < chart["need"] <= at["recommended"]["low"]


def test_a_composed_price_is_not_called_published(got: Recommendation, catalog: Catalog) -> None:
    for assessment, _ in verdicts(got):
        price = assessment.machine.price
        if price is not None:
            basis = next(p.basis for p in provenance(assessment, catalog) if p.figure.startswith("price"))
            assert (basis == "assumed") == ("Plainspec" in price.source)


def test_no_chart_where_there_are_no_figures(catalog: Catalog) -> None:
    found = recommend({"task": "llm_inference", "params_b": 9_000, "form_factor": "laptop"}, catalog)
    assert isinstance(found, Recommendation)
    assert found.best is None
    assert "memory" not in charts(found, verdicts(found), catalog)


def test_drawings_stay_on_their_sheet(got: Recommendation, catalog: Catalog) -> None:
    for name, data in charts(got, verdicts(got), catalog).items():
        sheet = draw(name, data)
        assert sheet.alt.endswith(".")
        for x, y in extremes(sheet):
            assert -0.1 <= x <= WIDTH + 0.1, (name, x)
            assert 0 <= y <= sheet.height, (name, y)


def test_a_dearer_option_stands_further_right_and_a_faster_one_higher() -> None:
    from bot.proposal.drawing import Dot

    for prices in ((500, 900, 1_500), (0, 900, 200_000)):
        points = [{"name": str(p), "verdict": "overkill", "price": p, "value": v, "low": v * 0.7, "high": v * 1.4}
                  for p, v in zip(prices, (5, 40, 900), strict=True)]  # fmt: skip
        sheet = draw("price_throughput", {"title": "t", "x_label": "", "y": "images/s", "need": 20,
                                          "need_label": "you need 20", "points": points})  # fmt: skip
        dots = [shape.at for shape in sheet.shapes if isinstance(shape, Dot)]
        assert [x for x, _ in dots] == sorted(x for x, _ in dots)
        assert [y for _, y in dots] == sorted((y for _, y in dots), reverse=True)
        assert all(LEFT <= x <= WIDTH - RIGHT for x, _ in dots)


@pytest.mark.parametrize("high", [0.3, 1, 7, 99, 1_234, 5e6, 0])
def test_ticks_are_round_and_reach_over_the_highest(high: float) -> None:
    marks = ticks(high)
    assert marks[0] == 0
    assert marks[-1] >= high
    assert 2 <= len(marks) <= 7


def test_what_options_share_is_sourced_once(catalog: Catalog) -> None:
    spared = 0
    for told in TOLD:
        got = recommend(told, catalog)
        assert isinstance(got, Recommendation)
        shown = verdicts(got)
        each = [p for a, _ in shown for p in provenance(a, catalog)]
        listed = sources(shown, catalog)
        assert sorted(set(each), key=str) == sorted(listed, key=str)
        spared += len(each) - len(listed)
    assert spared > 0
