from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from catalog import store
from catalog.check import PEAK_RATIO, Finding, check, geforce, peaks
from catalog.things import Catalog, Gpu, GpuCount, Price

TODAY = date(2026, 11, 30)
CATALOG = store.build(store.apply({kind.name: {} for kind in store.schema.STORED}, store.packaged_changes()), 1)
KNOWN = [
    gpu
    for gpu in CATALOG.gpus.values()
    if gpu.fp16_tflops and gpu.fp32_tflops and (gpu.compute_capability or gpu.architecture) in PEAK_RATIO
]


def errors(catalog: Catalog) -> list[Finding]:
    return [finding for finding in check(catalog, TODAY) if finding.level == "error"]


def changed(attribute: str, key: str, **values: Any) -> Catalog:
    things = dict(getattr(CATALOG, attribute))
    things[key] = replace(things[key], **values)
    return replace(CATALOG, **{attribute: things})


def test_the_packaged_catalog_has_no_error() -> None:
    assert errors(CATALOG) == []


def test_most_gpus_with_tensor_cores_are_checked() -> None:
    assert len(KNOWN) > 130


@pytest.mark.parametrize("gpu", KNOWN, ids=lambda gpu: gpu.id)
def test_a_sparse_fp16_peak_is_found(gpu: Gpu) -> None:
    doubled = {
        name: value * 2
        for name in ("fp16_tflops", "bf16_tflops", "tf32_tflops", "fp8_tflops", "int8_tops")
        if (value := getattr(gpu, name))
    }
    assert not list(peaks(gpu))
    if (
        gpu.fp32_tflops
        and gpu.fp16_tflops
        and gpu.fp16_tflops / gpu.fp32_tflops
        > 0.66 * PEAK_RATIO[gpu.compute_capability or gpu.architecture] * (0.5 if geforce(gpu) else 1)
    ):
        assert "fp16_tflops" in dict(peaks(replace(gpu, **doubled))), "all of them sparse"
    if gpu.fp8_tflops or gpu.tf32_tflops:
        assert list(peaks(replace(gpu, fp16_tflops=gpu.fp16_tflops and gpu.fp16_tflops * 2))), "one of them sparse"


@pytest.mark.parametrize(
    ("gpu", "column", "value"),
    [
        ("h100_sxm5_80gb", "fp16_tflops", 1979.0),
        ("h100_sxm5_80gb", "fp8_tflops", 3958.0),
        ("a100_pcie_40gb", "tf32_tflops", 312.0),
        ("a100_pcie_40gb", "int8_tops", 1248.0),
        ("rtx_4090", "fp16_tflops", 330.3),
        ("rtx_4090", "fp8_tflops", 660.6),
        ("rtx_6000_ada", "fp16_tflops", 728.5),
        ("l40s", "fp16_tflops", 733.0),
        ("mi300x", "fp8_tflops", 5229.8),
        ("b200_sxm_180gb", "fp16_tflops", 4500.0),
        ("rtx_3090", "fp16_tflops", 142.3),
        ("t4", "fp16_tflops", 130.0),
    ],
)
def test_well_known_sparse_figures(gpu: str, column: str, value: float) -> None:
    assert [finding.id for finding in errors(changed("gpus", gpu, **{column: value}))][:1] == [gpu]


@pytest.mark.parametrize(
    ("attribute", "key", "values", "column"),
    [
        ("systems", "dgx_h100", {"gpus": (GpuCount("h1000", 8),)}, "gpus"),
        ("systems", "dgx_h100", {"psu_w": 5000}, "psu_w"),
        ("systems", "dgx_h100", {"circuit": "13 A socket"}, "circuit"),
        ("systems", "dgx_h100", {"idle_power_w": 99_999}, "idle_power_w"),
        ("systems", "dgx_h100", {"rack_units": None}, "rack_units"),
        ("systems", "tower_rtx_5090", {"nvlink": True}, "nvlink"),
        ("systems", "dgx_h100", {"noise": "whisper"}, "noise"),
        ("systems", "dgx_h100", {"price": Price(Decimal(0), "GBP", date(2026, 1, 1), "x")}, "price_amount"),
        ("systems", "dgx_h100", {"price": Price(Decimal(1), "GBP", date(2027, 1, 1), "x")}, "price_day"),
        ("systems", "dgx_h100", {"price": Price(Decimal(1), "HKD", date(2026, 1, 1), "x")}, "price_currency"),
        ("systems", "dgx_h100", {"price": Price(Decimal(1), "GBP", date(2026, 1, 1), "")}, ""),
        ("gpus", "rtx_4090", {"memory_gb": 0.0}, "memory_gb"),
        ("gpus", "rtx_4090", {"bandwidth_gbs": 1_008_000.0}, "bandwidth_gbs"),
        ("gpus", "rtx_4090", {"source": ""}, "source"),
        ("gpus", "rtx_4090", {"aliases": ("3090",)}, "name"),
        ("networks", "mixtral_8x7b", {"active_params_m": 99_999.0}, "active_params_m"),
        ("networks", "llama_3.1_8b", {"kv_heads": 5}, "kv_heads"),
        ("networks", "llama_3.1_8b", {"params_m": None}, "params_m"),
    ],
)
def test_what_cannot_be_is_an_error(attribute: str, key: str, values: dict[str, Any], column: str) -> None:
    found = errors(changed(attribute, key, **values))
    if column == "":  # a price without a source is still a price; the file's parser refuses it
        assert found == []
    else:
        assert column in {finding.column for finding in found}


def test_an_offer_for_a_gpu_that_is_not_there() -> None:
    key = next(iter(CATALOG.offers))
    (finding,) = errors(changed("offers", key, gpu="h1000"))
    assert str(finding) == f"error: cloud_offers, {key}, gpu: no GPU has the id 'h1000'"


def test_old_prices_are_counted_and_the_oldest_named() -> None:
    price = Price(Decimal(1), "GBP", date(2019, 1, 1), "x")
    found = [
        finding
        for finding in check(changed("storage", next(iter(CATALOG.storage)), price=price), TODAY)
        if finding.kind == "storage"
    ]
    assert found[0].level == "warning"
    assert "2019-01-01" in found[0].text
