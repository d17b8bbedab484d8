"""Cards, machines, processors and memory: which, how many, whose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.hear import Heard, read
from catalog.things import Catalog
from tests.bot.hear.conftest import gpu

Tell = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("is a 3090 any good", ["RTX 3090"]),
        ("nvidia geforce rtx 3090s", ["RTX 3090"]),
        ("RTX4090", ["RTX 4090"]),
        ("GTX 3060 in the shed", ["RTX 3060"]),
        ("a 3060 (12 GB)", ["RTX 3060 12GB"]),
        ("8gb 3060", ["RTX 3060 8GB"]),
        ("my 1080ti", ["GTX 1080 Ti"]),
        ("my 1080", ["GTX 1080"]),
        ("A6000 ada", ["RTX 6000 Ada"]),
        ("rtx a6000", ["RTX A6000"]),
        ("L4 or L40 or L40S", ["L4", "L40", "L40S"]),
        ("two L40s", ["L40S"]),
        ("4090 laptop", ["RTX 4090 Laptop"]),
        ("a laptop with a 4090", ["RTX 4090 Laptop"]),
        ("V100 32G", ["V100 PCIe 32GB"]),
        ("some V100s", ["V100"]),
        ("A100 80GB SXM", ["A100 SXM4 80GB"]),
        ("h100 nvl", ["H100 NVL 94GB"]),
        ("an H-100", ["H100"]),
        ("7900xtx", ["RX 7900 XTX"]),
        ("8xV100", ["V100"]),
        ("T4s in the rack", ["T4"]),
        ("the M40", ["Tesla M40"]),
    ],
)
def test_names_as_people_write_them(told: Tell, text: str, names: list[str]) -> None:
    assert told(text)["gpus"] == names


@pytest.mark.parametrize(
    "text",
    [
        "we have 3090 images",
        "a 100 page report",
        "1080p cameras",
        "1080 x 720 frames",
        "in 2080 we retire",
        "£3090 for it",
        "4090 rows of data",
        "batch 3090 now",
        "T40 is a bus",
        "the model L4x",
        "v1.100",
        "paper size A4",
        "5090 customers",
    ],
)
def test_numbers_that_are_no_cards(told: Tell, text: str) -> None:
    assert "gpus" not in told(text)


def test_a_card_that_is_not_catalogued_is_kept_as_written_and_never_taken_for_its_neighbour(
    hear: Callable[..., Heard],
) -> None:
    heard = hear("I have a 3090 ti and a quadro p2200")
    assert heard.told["gpus"] == ["RTX 3090 Ti", "quadro p2200"]
    assert [m for m in heard.mentions if m.kind == "gpu"] == []


def test_a_variant_that_is_not_catalogued_is_not_its_sibling(hear: Callable[..., Heard]) -> None:
    heard = hear("a 3060 6GB")
    assert heard.told["gpus"] == ["RTX 3060 6GB"]
    assert heard.mentions == ()
    assert hear("laptop 3090").told["gpus"] == ["RTX 3090 laptop"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("2x 3090", 2),
        ("2x3090", 2),
        ("4 5090s", 4),
        ("4 5090", 4),
        ("dual RTX 5090", 2),
        ("a pair of used 3090s", 2),
        ("quad 3090", 4),
        ("three V100 32G cards", 3),
        ("8x V100 16GB", 8),
        ("MI300X x 8", 8),
        ("6 3090's", 6),
        ("a single 4090", 1),
        ("one T4", 1),
        ("twelve L4", 12),
        ("four new RTX 4090", 4),
        ("8 GPUs", 8),
        ("eight graphics cards", 8),
        ("2 nodes with 8 A100 each", 16),
        ("4 machines x 8 V100 32G", 32),
        ("24gb 7900 xtx", None),
        ("an A100 80gb", None),
        ("several 3090s", None),
        ("pair my old 3090", None),
    ],
)
def test_counts(told: Tell, text: str, count: int | None) -> None:
    assert told(text).get("num_gpus") == count


def test_counts_of_rivals_are_not_added_up(told: Tell) -> None:
    heard = told("2x 3090 or 8x 3060 12GB")
    assert heard["gpu_counts"] == {"rtx_3090": 2, "rtx_3060_12gb": 8}
    assert "num_gpus" not in heard
    assert told("two 3090 and one 4090")["num_gpus"] == 3


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("I have a 3090", "owned"),
        ("our 3090 is slow", "owned"),
        ("we currently run a 3090", "owned"),
        ("thinking of a 3090", "wanted"),
        ("should I buy a 3090", "wanted"),
        ("they quoted us a 3090", "quoted"),
        ("we were told we need a 3090", "quoted"),
        ("how fast is a 3090", None),
    ],
)
def test_whose_it_is(told: Tell, text: str, role: str | None) -> None:
    assert told(text).get("gpu_roles", {}).get("rtx_3090") == role


def test_rivals_are_compared(told: Tell) -> None:
    assert told("3090 vs 4090")["gpu_roles"] == {"rtx_3090": "compared", "rtx_4090": "compared"}


@pytest.mark.parametrize(
    ("text", "memory"),
    [
        ("3060 12GB with 32GB RAM", {"vram_gb": 12, "vram_gb_per_gpu": 12, "system_ram_gb": 32}),
        ("2x A6000 48GB", {"vram_gb": 96, "vram_gb_per_gpu": 48}),
        ("a 3090 and 64gb", {"system_ram_gb": 64}),
        ("16 GB of VRAM and 64 gb of system ram", {"vram_gb": 16, "system_ram_gb": 64}),
        ("128gb ddr5", {"system_ram_gb": 128}),
        ("2x 32GB DDR4", {"system_ram_gb": 64}),
        ("a 6gig card", {"vram_gb": 6, "vram_gb_per_gpu": 6}),
        ("ram: 32GB", {"system_ram_gb": 32}),
        ("is 24 gb vram enough", {"vram_gb": 24}),
        ("8 TB nvme", {"storage_gb": 8000}),
        ("less than 1 TB of RAM", {}),
        ("the model is a 40 GB model", {}),
    ],
)
def test_memory_of_cards_is_not_that_of_the_machine(told: Tell, text: str, memory: dict[str, float]) -> None:
    heard = told(text)
    assert {k: v for k, v in heard.items() if k.endswith("_gb") or k == "vram_gb_per_gpu"} == memory


@pytest.mark.parametrize(
    ("text", "cpu"),
    [
        ("dual Xeon Gold 6248", "2x xeon gold 6248"),
        ("Ryzen 7 5800X", "ryzen 7 5800x"),
        ("an i7-9700k", "i7-9700k"),
        ("AMD EPYC 7543", "epyc 7543"),
        ("threadripper pro 5975WX", "threadripper pro 5975wx"),
        ("core ultra 7 265K", "core ultra 7 265k"),
    ],
)
def test_processors(told: Tell, text: str, cpu: str) -> None:
    assert told(text)["cpu"] == cpu


def test_power_supply(told: Tell) -> None:
    assert told("750W gold PSU")["psu_w"] == 750
    assert told("the psu is 1.2 kW")["psu_w"] == 1200
    assert "psu_w" not in told("drones with 60 watts to spare")


def test_machines_of_the_catalog_and_others(told: Tell) -> None:
    assert told("two DGX H100")["systems"] == ["dgx_h100"]
    assert "gpus" not in told("two DGX H100")
    assert told("an old DGX A100")["hardware"] == "dgx a100"


def test_a_quote(told: Tell) -> None:
    assert told("We were quoted 2x DGX H100 for £620k. Our budget is £40k.") == {
        "systems": ["dgx_h100"],
        "budget": {"amount": 40_000, "currency": "GBP"},
        "quote": {"items": [{"system": "dgx_h100", "count": 2}], "amount": 620_000, "currency": "GBP"},
    }
    assert told("a rival offered us four A100 80GB")["quote"] == {"items": [{"gpu": "a100_pcie_80gb", "count": 4}]}


def test_an_imported_card_is_heard_in_the_next_message(catalog: Catalog) -> None:
    assert "gpus" not in read("what about a zeta 77", catalog).told
    more = replace(catalog, revision=2, gpus={**catalog.gpus, "zeta_77": gpu("zeta_77", "zeta_77", "Zeta 77", 64)})
    assert read("what about a zeta 77", more).told["gpus"] == ["Zeta 77"]


def test_a_bare_name_later_on_is_the_variant_said_before(told: Tell) -> None:
    assert told("three V100 32G are slow, is it the V100?")["gpus"] == ["V100 PCIe 32GB"]


def test_to_be_between_two_cards_is_not_to_own_them(told: Tell) -> None:
    assert told("I'm currently between a 3090 and a 4090")["gpu_roles"] == {
        "rtx_3090": "compared",
        "rtx_4090": "compared",
    }
