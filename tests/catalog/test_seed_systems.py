"""The seed data of what is sold: every figure in bounds, every sum adds up, dearer is never smaller."""
from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from catalog.cells import decode
from catalog.schema import KINDS, to_thing
from catalog.things import CloudOffer, ExchangeRate, Gpu, NetworkGear, Price, Storage, System

DATA = Path(__file__).parents[2] / "catalog" / "data"
TODAY = date(2026, 11, 30)  # after every day in the data
# 230 V, 80 % of the rating
CONTINUOUS_W = {"13 A socket": 2392, "16 A C19": 2944, "32 A": 5888, "2x 32 A": 11776, "3-phase 32 A": 17664}
SUM = re.compile(r"£([\d,]+)")
MARGIN = re.compile(r"\+ (\d+) %")


@cache
def read(kind: str, file: str | None = None) -> dict[str, Any]:
    with (DATA / f"{file or kind}.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    found = KINDS[kind]
    things: dict[str, Any] = {}
    for row in rows:
        values = {column.name: decode(column, row.get(column.name) or "", TODAY) for column in found.columns}
        assert values[found.key] not in things, f"{values[found.key]} is in {kind}.csv twice"
        things[values[found.key]] = to_thing(found, values) if found.thing else values
    return things


def systems() -> dict[str, System]:
    return read("systems")


def gpus() -> dict[str, Gpu]:
    return read("gpus")


def rates() -> dict[str, ExchangeRate]:
    return read("exchange_rates")


def pounds(price: Price) -> float:
    return float(price.amount * rates()[price.currency].gbp)


def amount(system: System) -> float:
    assert system.price is not None
    return pounds(system.price)


def priced() -> Iterator[System]:
    return (system for system in systems().values() if system.price)


def prices(kind: str) -> list[Price]:
    return [thing.price for thing in read(kind).values() if thing.price]


@pytest.mark.parametrize(("kind", "least"), [
    ("systems", 55), ("storage", 12), ("network_gear", 12), ("cloud_offers", 130), ("exchange_rates", 12)])
def test_there_is_enough_to_choose_from(kind: str, least: int) -> None:
    assert len(read(kind)) >= least


def test_every_form_and_class_of_machine_is_there() -> None:
    forms = {system.form_factor for system in systems().values()}
    assert forms == {"edge", "laptop", "mini", "tower", "rack"}
    counts = {sum(part.count for part in system.gpus) for system in systems().values()}
    assert {0, 1, 2, 4, 8} <= counts


def test_every_gpu_is_known() -> None:
    used = {part.gpu for system in systems().values() for part in system.gpus}
    used |= {offer.gpu for offer in read("cloud_offers").values()}
    assert used <= set(gpus()), f"not in gpus.csv: {sorted(used - set(gpus()))}"


def test_wall_power_covers_the_cards_and_the_supply_covers_the_wall() -> None:
    for system in systems().values():
        cards = sum((gpus()[part.gpu].tdp_w or 0) * part.count for part in system.gpus)
        assert system.max_power_w >= cards, system.id
        assert system.psu_w >= system.max_power_w > system.idle_power_w, system.id


def test_the_circuit_is_the_smallest_that_is_enough() -> None:
    for system in systems().values():
        enough = [name for name, watts in CONTINUOUS_W.items() if watts >= system.max_power_w]
        assert system.circuit == enough[0], system.id


def test_memory_bandwidth_is_that_of_memory() -> None:
    for system in systems().values():
        unified = [gpus()[part.gpu] for part in system.gpus if gpus()[part.gpu].memory_kind == "unified"]
        if unified:  # the processor's memory is the GPU's: one figure, a little rounding
            assert system.ram_bandwidth_gbs == pytest.approx(unified[0].bandwidth_gbs, rel=0.02), system.id
            assert system.ram_gb == unified[0].memory_gb, system.id
        else:
            assert 70 <= system.ram_bandwidth_gbs <= 1300, system.id  # two channels of DDR5 to two sockets of twelve


# GB/s of one channel at the memory speed each processor takes (8 bytes a transfer)
CHANNEL_GBS = {"AMD EPYC 9": 48.0, "AMD Ryzen Threadripper": 51.2, "Xeon Platinum 84": 38.4, "Xeon Platinum 8": 44.8,
               "Xeon 67": 51.2, "Xeon E-24": 38.4, "Ryzen 9 8940HX": 41.6}
MODULES_GB = {16, 32, 48, 64, 96, 128}  # registered DDR5 as sold; 8 GB modules are not


def test_every_memory_channel_that_is_counted_holds_a_module_that_is_sold() -> None:
    checked = 0
    for system in systems().values():
        each = next((gbs for cpu, gbs in CHANNEL_GBS.items() if cpu in system.cpu), None)
        if each:
            channels = system.ram_bandwidth_gbs / each
            assert channels == round(channels), f"{system.id}: {channels} channels"
            each_gb = system.ram_gb / round(channels)
            assert each_gb in MODULES_GB, f"{system.id}: {each_gb} GB on each of {channels:g} channels"
            checked += 1
    assert checked >= 35


def test_ram_of_discrete_machines_is_at_least_the_cards_memory_or_32_gb_a_card() -> None:
    for system in systems().values():
        cards = [part for part in system.gpus if gpus()[part.gpu].memory_kind != "unified"]
        memory = sum(gpus()[part.gpu].memory_gb * part.count for part in cards)
        assert system.ram_gb >= min(memory, 32 * sum(part.count for part in cards)), system.id


def test_racks_have_units_and_others_do_not() -> None:
    for system in systems().values():
        assert (system.rack_units is not None) == (system.form_factor == "rack"), system.id
        assert (system.noise == "server_room") == (system.form_factor == "rack"), system.id


def test_prices_of_systems_are_in_pounds_dated_and_sourced() -> None:
    for system in priced():
        assert system.price is not None
        assert system.price.currency == "GBP", system.id
        assert system.price.source, system.id
        assert re.search(r"20(2[3-6])", system.made_of), f"{system.id}: its bill has no date"
    unpriced = {system.id for system in systems().values() if not system.price}
    assert unpriced == {"rack_8x_mi325x", "dgx_b300"}
    assert all("not priced" in systems()[name].made_of for name in unpriced)


def test_the_bill_adds_up_to_the_price() -> None:
    for system in priced():
        bill = system.made_of.split(";")[0]
        margin = MARGIN.search(bill)
        parts = sum(float(part.replace(",", "")) for part in SUM.findall(bill))
        total = parts * (1 + int(margin[1]) / 100 if margin else 1)
        assert total == pytest.approx(amount(system), rel=0.01), f"{system.id}: {bill}"


def test_a_system_costs_more_than_most_of_its_cards() -> None:
    cards = {item: Price(row["price_amount"], row["price_currency"], row["price_day"], row["price_source"])
             for item, row in read("prices", "gpu_prices").items()}
    checked = 0
    for system in priced():
        if system.gpus and all(part.gpu in cards for part in system.gpus) and "refurb" not in system.id:
            assert amount(system) > 0.8 * sum(pounds(cards[part.gpu]) * part.count for part in system.gpus), system.id
            checked += 1
    assert checked >= 15


def test_more_of_the_same_cards_costs_more() -> None:
    checked = 0
    for one in priced():
        for other in priced():
            if (len(one.gpus) == len(other.gpus) == 1 and one.gpus[0].gpu == other.gpus[0].gpu
                    and one.gpus[0].count < other.gpus[0].count and one.form_factor == other.form_factor):
                assert amount(one) < amount(other), f"{one.id} and {other.id}"
                checked += 1
    assert checked >= 15


@pytest.mark.parametrize("ladder", [
    "tower_rtx_5060_ti tower_rtx_5070 tower_rtx_5070_ti tower_rtx_5080 tower_rtx_5090 quiet_tower_rtx_5090",
    "ws_rtx_a4000 ws_rtx_4000_ada ws_pro_4000 ws_pro_4500 ws_pro_5000 ws_pro_6000_max_q ws_pro_6000",
    "ws_2x_pro_4000 ws_2x_pro_4500 ws_2x_pro_5000 ws_2x_pro_6000_max_q",
    "ws_4x_pro_4000 ws_4x_pro_4500 ws_4x_pro_5000 ws_4x_pro_6000_max_q",
    "laptop_rtx_5070 laptop_rtx_5070_ti laptop_rtx_5080 laptop_rtx_5090",
    "rack_1x_l4 rack_1x_l40s rack_1x_pro_6000 rack_1x_h100_nvl rack_1x_h200_nvl",
    "rack_8x_l4 rack_8x_l40s rack_8x_pro_6000 rack_8x_h200_nvl hgx_h200_8 hgx_b200_8 dgx_b200",
    "hgx_h100_8 dgx_h100 dgx_h200 dgx_b200",
    "edge_jetson_orin_nano edge_jetson_orin_nx edge_jetson_agx_orin edge_jetson_agx_thor",
    "dgx_spark_1tb dgx_spark_4tb",
    "mac_mini_m5_pro_48gb mac_studio_m5_max_36gb mac_studio_m5_max_128gb mac_studio_m5_ultra_96gb",
    "mac_studio_m5_max_128gb mac_studio_m5_ultra_256gb",
    "mini_cpu desktop_cpu server_1u_cpu server_2u_cpu",
])
def test_a_better_machine_costs_more(ladder: str) -> None:
    steps = [amount(systems()[name]) for name in ladder.split()]
    assert all(above > below for below, above in pairwise(steps)), steps


def test_steps_are_fine_enough_to_right_size() -> None:
    """From the cheapest machine with a discrete GPU to £50,000, no next price is more than 40 % above the last."""
    machines = (system for system in priced() if system.gpus and system.form_factor in ("tower", "rack"))
    steps = sorted(filter(lambda price: price <= 50_000, map(amount, machines)))
    assert max(above / below for below, above in pairwise(steps)) < 1.4


def test_nvlink_is_only_where_the_cards_have_it() -> None:
    for system in systems().values():
        if system.nvlink:
            assert sum(part.count for part in system.gpus) >= 2, system.id
            assert all(gpus()[part.gpu].nvlink_gbs != 0 for part in system.gpus), system.id


def test_storage_reads_no_faster_than_its_kind_can() -> None:
    fastest = {"nvme": 15, "sata_ssd": 0.6, "hdd": 0.3}
    for storage in read("storage").values():
        assert isinstance(storage, Storage)
        assert storage.read_gbs <= fastest.get(storage.kind, 1000), storage.id
        assert storage.write_gbs is None or storage.write_gbs <= storage.read_gbs, storage.id
    by_tb = {s.id: pounds(s.price) / s.capacity_tb for s in read("storage").values() if s.price}
    assert by_tb["hdd_20tb"] < by_tb["nvme_m2_2tb"] < by_tb["nvme_u2_7.68tb"]
    assert len(prices("storage")) >= 12


def test_network_gear_covers_the_speeds() -> None:
    gear = list(read("network_gear").values())
    assert all(isinstance(part, NetworkGear) for part in gear)
    assert {1, 10, 25, 100, 200, 400} <= {part.gbps for part in gear if part.kind == "nic"}
    assert {1, 10, 25, 100, 200, 400} <= {part.gbps for part in gear if part.kind == "switch"}
    assert any(part.protocol == "infiniband" and part.gbps == 400 for part in gear)


def test_cloud_offers_are_dated_dollars_within_reason() -> None:
    for offer in read("cloud_offers").values():
        assert isinstance(offer, CloudOffer)
        assert offer.hourly.day >= date(2024, 1, 1), offer.id
        assert offer.hourly.source, offer.id
        each = pounds(offer.hourly) / offer.count
        assert 0.02 <= each <= 12, f"{offer.id}: £{each:.2f} a GPU and hour"
    terms = {offer.terms for offer in read("cloud_offers").values()}
    assert terms == {"on_demand", "spot", "reserved"}


def test_most_cloud_offers_are_recent() -> None:
    offers = list(read("cloud_offers").values())
    assert sum(offer.hourly.day >= date(2026, 8, 1) for offer in offers) >= 130


def test_prices_of_machines_that_rent_only_whole_are_for_all_their_gpus() -> None:
    offers: dict[str, CloudOffer] = read("cloud_offers")
    p5 = offers["aws_h100_sxm5_80gb_8_on_demand"]
    assert (p5.count, p5.hourly.amount) == (8, Decimal("98.32"))
    b200 = offers["lambda_b200_sxm_180gb_8_on_demand"]
    assert b200.hourly.amount == Decimal("53.52")  # 8 x 6.69


def test_exchange_rates_agree_with_one_another() -> None:
    assert rates()["GBP"].gbp == 1
    assert {"USD", "EUR", "CHF", "JPY", "INR", "CAD", "AUD", "BRL", "CNY", "SEK", "PLN"} <= set(rates())
    per_gbp = {code: 1 / float(rate.gbp) for code, rate in rates().items()}
    sane = (("USD", 1.2, 1.5), ("EUR", 1.0, 1.3), ("JPY", 180, 240), ("INR", 110, 140), ("SEK", 11, 14))
    for code, low, high in sane:
        assert low < per_gbp[code] < high, code
    assert per_gbp["AED"] / per_gbp["USD"] == pytest.approx(3.6725, rel=1e-3)
    for rate in rates().values():
        assert rate.source, rate.currency
        assert rate.day >= date(2026, 1, 1), rate.currency
