"""The packaged GPUs against what their makers publish."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from catalog import names
from catalog.things import Gpu
from tests.catalog.test_check import CATALOG

GPUS = CATALOG.gpus
SHARED = Path(__file__).parents[3] / "shared" / "data"

# Makers' data sheets: memory GB, bandwidth GB/s, dense FP16 TFLOPS with FP32 accumulate, W.
PUBLISHED = [
    ("t4", 16, 320, 65, 70),
    ("v100_sxm2_32gb", 32, 900, 125, 300),
    ("a100_sxm4_40gb", 40, 1555, 312, 400),
    ("a100_sxm4_80gb", 80, 2039, 312, 400),
    ("a100_pcie_80gb", 80, 1935, 312, 300),
    ("a30", 24, 933, 165, 165),
    ("a10", 24, 600, 125, 150),
    ("a40", 48, 696, 149.7, 300),
    ("l4", 24, 300, 121, 72),
    ("l40", 48, 864, 181, 300),
    ("l40s", 48, 864, 362, 350),
    ("h100_sxm5_80gb", 80, 3350, 989, 700),
    ("h100_pcie_80gb", 80, 2039, 756, 350),
    ("h100_nvl_94gb", 94, 3938, 835, 400),
    ("h200_sxm5_141gb", 141, 4800, 989, 700),
    ("b200_sxm_180gb", 180, 7700, 2250, 1000),
    ("rtx_3090", 24, 936, 71, 350),
    ("rtx_4090", 24, 1008, 165, 450),
    ("rtx_5090", 32, 1792, 209.5, 575),
    ("rtx_a6000", 48, 768, 154.8, 300),
    ("rtx_6000_ada", 48, 960, 364, 300),
    ("rtx_pro_6000_blackwell_workstation", 96, 1792, 503.8, 600),
    ("mi300x", 192, 5300, 1307, 750),
    ("mi250x", 128, 3277, 383, 500),
    ("dgx_spark_gb10", 128, 273, None, 140),
    ("tesla_k80", 12, 240, None, 150),
    ("tesla_m40_24gb", 24, 288, None, 250),
    ("tesla_p40", 24, 347, None, 250),
    ("apple_m3_ultra_512gb", 512, 819, None, None),
    ("strix_halo_128gb", 128, 256, 59.4, 120),
    ("mi50_32gb", 32, 1024, None, 300),
    ("jetson_orin_nano_super_8gb", 8, 102, 16.7, 25),
]


@pytest.mark.parametrize(
    ("gpu", "memory", "bandwidth", "fp16", "watts"),
    PUBLISHED,
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_published_figures(gpu: str, memory: float, bandwidth: float, fp16: float | None, watts: float | None) -> None:
    found = GPUS[gpu]
    assert found.memory_gb == memory
    assert found.bandwidth_gbs == pytest.approx(bandwidth, rel=0.01)
    assert found.fp16_tflops == (pytest.approx(fp16, rel=0.01) if fp16 else None)
    assert found.tdp_w == (pytest.approx(watts, rel=0.01) if watts else None)


@pytest.mark.parametrize("gpu", GPUS.values(), ids=lambda gpu: gpu.id)
def test_every_gpu_says_where_it_is_from(gpu: Gpu) -> None:
    assert re.search(r"\.com|data ?sheet|page|press|README|Wikipedia|docs|database", gpu.source), gpu.source
    assert gpu.launch_year
    if gpu.vendor == "NVIDIA":
        assert gpu.compute_capability
    if gpu.memory_kind == "unified":
        assert "PCIe" not in gpu.form_factor


@pytest.mark.parametrize("gpu", [gpu for gpu in GPUS.values() if gpu.laptop], ids=lambda gpu: gpu.id)
def test_a_laptop_gpu_is_not_the_desktop_one(gpu: Gpu) -> None:
    desktop = GPUS.get(re.sub(r"_(laptop|max_q)$", "", gpu.id))
    if desktop and gpu.id != desktop.id and gpu.fp32_tflops and desktop.fp32_tflops:
        assert gpu.fp32_tflops < desktop.fp32_tflops * 1.2  # some boost higher than the desktop card
        assert gpu.tdp_w is None or desktop.tdp_w is None or gpu.tdp_w <= desktop.tdp_w
        assert "laptop" in gpu.name.lower() or "max-q" in gpu.name.lower()


def test_the_families_people_own_are_there() -> None:
    for family in (
        "gtx_980_ti",
        "gtx_1050_ti",
        "gtx_1660",
        "rtx_2060_12gb",
        "rtx_3050_8gb",
        "rtx_4060_ti_8gb",
        "rtx_5060",
        "mx450",
        "tesla_k40",
        "tesla_m10",
        "tesla_p6",
        "quadro_p4000",
        "t1000_8gb",
        "rtx_pro_2000_blackwell",
        "h20_96gb",
        "h800_sxm5_80gb",
        "mi25",
        "mi60",
        "rx_580_8gb",
        "rx_6600",
        "rx_9070",
        "radeon_pro_v620",
        "arc_a310",
        "arc_b570",
        "apple_m1_8gb",
        "apple_m4_max_128gb",
        "radeon_890m_32gb",
        "jetson_nano",
        "jetson_tx2",
        "tpu_v4",
        "rtx_5090_laptop",
        "rtx_2070_max_q",
    ):
        assert family in GPUS
    assert len(GPUS) >= 370


def test_binned_apple_chips_are_slower() -> None:
    assert GPUS["apple_m4_max_36gb"].bandwidth_gbs < GPUS["apple_m4_max_48gb"].bandwidth_gbs
    assert GPUS["apple_m3_max_36gb"].bandwidth_gbs < GPUS["apple_m3_max_48gb"].bandwidth_gbs


@pytest.mark.skipif(not SHARED.is_dir(), reason="the collected facts of ../shared are not here")
def test_every_collected_gpu_is_there_with_its_figures() -> None:
    differ = {"rtx_pro_6000_blackwell_server", "a16", "a10g", "quadro_gv100"}  # corrected from the makers' data sheets
    with (SHARED / "gpus.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 123
    for row in rows:
        entry = names.find(CATALOG, row["name"], ("gpus",))
        assert entry, row["name"]
        if entry.id in differ:
            continue
        gpu = GPUS[entry.id]
        for column, ours in (
            ("memory_gb", gpu.memory_gb),
            ("bandwidth_gbs", gpu.bandwidth_gbs),
            ("fp32_tflops", gpu.fp32_tflops),
            ("fp16_tensor_tflops_dense", gpu.fp16_tflops),
            ("fp8_tensor_tflops_dense", gpu.fp8_tflops),
            ("tdp_w", gpu.tdp_w),
        ):
            assert ours == (pytest.approx(float(row[column]), rel=1e-3) if row[column] else None), (entry.id, column)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the collected facts of ../shared are not here")
@pytest.mark.parametrize(
    "file", ["published_throughput.csv", "timm_benchmarks.csv", "measured_matmul_peak.csv", "systems_prices.csv"]
)
def test_every_measured_gpu_is_found_by_its_name(file: str) -> None:
    with (SHARED / file).open(encoding="utf-8", newline="") as lines:
        written = {row["gpu"] for row in csv.DictReader(lines)} - {"", "H100 PCIe 96GB"}  # a price of a card never sold
    assert {name for name in written if not names.find(CATALOG, name, ("gpus",))} == set()
