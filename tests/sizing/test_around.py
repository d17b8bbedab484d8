"""Around the recommendation: offers of others, running cost, rent or buy, and the machine around the GPU."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from catalog.things import Catalog
from models.work import Work
from sizing.assess import Assessor
from sizing.machines import from_offer, from_owned, from_system
from sizing.money import price_gbp, to_gbp
from sizing.need import Demand, Need, Owned, Workload
from sizing.quote import check
from sizing.reasons import DECODE_MPX_PER_CORE, cpu_cores_needed
from sizing.recommend import Recommendation, recommend
from sizing.running import BTU_PER_WATT_HOUR, KWH_GBP, rent_or_buy, running
from sizing.whole import bottleneck, read_rate_gbs, storage_for, whole

FABRIC: dict[str, Any] = {
    "task": "image_classification",
    "dataset_size": {"amount": 50_000, "unit": "images"},
    "image_resolution": "1024x1024",
    "throughput": {"amount": 20, "unit": "images/s"},
}


def resnet(catalog: Catalog, **demand: Any) -> Workload:
    training = "items" in demand
    work = Work(catalog.networks["resnet50"], "training" if training else "inference", "fp16", batch=32)
    return Workload("pictures", work, Demand(**demand), item_bytes=0.1e6)


# --- money ---


def test_money_is_converted_by_the_catalogs_rates_and_never_guessed(catalog: Catalog) -> None:
    assert to_gbp(100, "GBP", {}) == 100
    assert to_gbp(100, "USD", catalog.rates) == pytest.approx(100 * float(catalog.rates["USD"].gbp))
    assert to_gbp(100, "ZZZ", catalog.rates) is None
    assert price_gbp(None, catalog.rates) is None


# --- a quote ---


def test_two_dgx_for_fabric_are_far_too_much(catalog: Catalog) -> None:
    told = {**FABRIC, "quote": {"items": [{"system": "dgx_h100", "count": 2}], "amount": 620_000, "currency": "GBP"}}
    got = check(told, catalog)
    assert [(m.id, n) for m, n in got.offered] == [("dgx_h100", 2)]
    assert got.asked_gbp == 620_000
    assert got.usual_gbp == pytest.approx(2 * (price_gbp(catalog.systems["dgx_h100"].price, catalog.rates) or 0))
    assert got.assessment is not None
    assert got.assessment.enough
    assert got.assessment.idle_share is not None
    assert got.assessment.idle_share > 0.95
    assert got.recommendation is not None
    assert got.recommendation.best is not None
    said = " ".join(got.warnings)
    assert "no office socket" in said
    assert "network between them" in said
    assert "server room" in said


def test_a_quote_without_a_need_is_still_priced(catalog: Catalog) -> None:
    got = check({"quote": {"items": [{"gpu": "l40s", "count": 2}], "amount": 30_000, "currency": "USD"}}, catalog)
    assert got.assessment is None
    assert got.recommendation is None
    ((machine, count),) = got.offered
    assert machine.gpu is not None
    assert machine.gpu.id == "l40s"
    assert machine.count >= 2
    assert count == 1
    assert got.asked_gbp is not None
    assert got.asked_gbp < 30_000


def test_an_empty_quote_offers_nothing(catalog: Catalog) -> None:
    got = check({"quote": {}}, catalog)
    assert (got.offered, got.asked_gbp, got.usual_gbp, got.warnings) == ((), None, None, ())


def test_an_offer_that_is_not_priced_has_no_usual_price(catalog: Catalog) -> None:
    system = next(s for s in catalog.systems.values() if s.price is None)
    assert check({"quote": {"items": [{"system": system.id}]}}, catalog).usual_gbp is None


# --- running cost, rent or buy ---


def test_electricity_by_hand(catalog: Catalog) -> None:
    system = catalog.systems["tower_rtx_5090"]
    got = Assessor(Need((resnet(catalog, rate=1.0),)), catalog).assess(from_system(system, catalog))
    half = running(replace(got, idle_share=0.5))
    assert half is not None
    assert half.watts == pytest.approx((system.idle_power_w + system.max_power_w) / 2)
    assert half.kwh_month == pytest.approx(half.watts * 730 / 1000)
    assert half.gbp_month == pytest.approx(half.kwh_month * KWH_GBP)
    assert half.heat_btu_h == pytest.approx(system.max_power_w * BTU_PER_WATT_HOUR)
    owned = Assessor(Need((resnet(catalog, rate=1.0),)), catalog).assess(from_owned(Owned(catalog.gpus["l4"], 1)))
    assert running(owned) is None


def test_break_even_by_hand(catalog: Catalog) -> None:
    need = Need((resnet(catalog, rate=20.0),))
    assessor = Assessor(need, catalog)
    bought = assessor.assess(from_system(catalog.systems["tower_rtx_5090"], catalog))
    offer = next(o for o in catalog.offers.values() if o.gpu == "l4" and o.provider == "RunPod")
    rented = assessor.assess(from_offer(offer, catalog))
    got = rent_or_buy(bought, rented, 36, catalog, hours=400)
    assert got is not None
    buy, hour = price_gbp(bought.machine.price, catalog.rates), price_gbp(offer.hourly, catalog.rates)
    power = running(bought)
    assert buy is not None
    assert hour is not None
    assert power is not None
    assert got.rent_month_gbp == pytest.approx(400 * hour)
    expected = buy / (400 * hour - power.gbp_month)
    assert got.break_even_months == pytest.approx(expected)
    assert got.break_even_hours_month == pytest.approx((buy / 36 + power.gbp_month) / hour)
    even = rent_or_buy(bought, rented, 36, catalog, hours=got.break_even_hours_month)
    assert even is not None
    assert even.break_even_months == pytest.approx(36)
    seldom = rent_or_buy(bought, rented, 36, catalog, hours=1)
    assert seldom is not None
    assert seldom.break_even_months is None, "an hour's rent a month never overtakes the electricity"
    unpriced = replace(bought, machine=replace(bought.machine, price=None))
    assert rent_or_buy(unpriced, rented, 36, catalog) is None


def test_rent_counts_the_hours_the_work_takes(catalog: Catalog) -> None:
    got = recommend({"task": "llm_finetuning", "params_b": 8}, catalog)
    assert isinstance(got, Recommendation)
    assert got.rented is not None
    figure = got.rented.figures[0]
    hourly = price_gbp(got.rented.machine.price, catalog.rates)
    assert hourly is not None
    assert figure.run_hours is not None
    slow = min(figure.run_hours.high, 3 * figure.run_hours.value)
    assert got.rented.cost_gbp == pytest.approx(hourly * slow * figure.workload.runs_per_month * got.need.months)


# --- the machine around the GPU ---


def test_cores_for_decoding_by_hand(catalog: Catalog) -> None:
    pictures = resnet(catalog, rate=1000.0)  # 0.1 MB is 0.25 million pixels at 0.4 bytes a pixel
    assert cpu_cores_needed(pictures) == 2 + -(-250 // DECODE_MPX_PER_CORE)
    assert cpu_cores_needed(replace(pictures, work=Work(catalog.networks["bert_base"]))) == 2


def test_data_that_fits_in_memory_is_read_once(catalog: Catalog) -> None:
    training = replace(resnet(catalog, items=3600e3, hours=1.0), dataset_gb=100.0)
    assert read_rate_gbs(training, ram_gb=32) == pytest.approx(1000 * 0.1e6 / 1e9)
    assert read_rate_gbs(training, ram_gb=256) == 0.0


def test_storage_that_holds_and_feeds(catalog: Catalog) -> None:
    training = replace(resnet(catalog, items=3.6e6 * 24, hours=10.0), dataset_gb=8000.0)
    need = Need((training,))
    got = Assessor(need, catalog).assess(from_system(catalog.systems["tower_rtx_5090"], catalog))
    asks = whole(need, got)
    assert asks.storage_tb == pytest.approx(0.2 + 16.0)
    assert any("add storage" in note for note in asks.notes)
    store = storage_for(asks, catalog)
    assert store is not None
    assert store.capacity_tb >= asks.storage_tb
    assert store.read_gbs >= asks.read_gbs
    assert storage_for(replace(asks, storage_tb=1e9), catalog) is None


def test_the_bottleneck_is_named(catalog: Catalog) -> None:
    assert bottleneck(None) == "not known"
    got = recommend({"task": "llm_inference", "params_b": 8, "gpu_roles": {"rtx_3090": "owned"}}, catalog)
    assert isinstance(got, Recommendation)
    assert bottleneck(got.best) in ("memory bandwidth", "compute")
    tight = recommend({"task": "llm_inference", "model": "deepseek_v3", "users": 50, "deployment": "on_prem"}, catalog)
    assert isinstance(tight, Recommendation)
    assert bottleneck(tight.best).startswith("GPU memory")
    tables = recommend({"task": "tabular", "hours_per_month": 730}, catalog)
    assert isinstance(tables, Recommendation)
    assert bottleneck(tables.bought) == "the processor's speed"


def test_whole_machine_of_the_fabric_line(catalog: Catalog) -> None:
    got = recommend(FABRIC, catalog)
    assert isinstance(got, Recommendation)
    asks = whole(got.need, got.best)
    assert got.best is not None
    assert got.best.machine.cores is not None
    assert asks.cores <= got.best.machine.cores
    assert asks.ram_gb >= 16
    assert asks.network_gbps == pytest.approx(20 * 1024 * 1024 * 0.4 * 8 / 1e9)
