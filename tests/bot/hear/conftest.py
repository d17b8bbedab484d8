"""A small catalog to hear names from: variants by memory and form, near names, a machine, networks, topics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.hear import Heard, read
from catalog.things import Article, Catalog, Gpu, GpuCount, Network, System


def gpu(
    id: str, topic: str, name: str, memory: float, form: str = "PCIe dual-slot", aliases: tuple[str, ...] = ()
) -> Gpu:
    return Gpu(
        id,
        topic,
        name,
        "NVIDIA",
        "any",
        2022,
        form,
        memory,
        "dedicated",
        900.0,
        None,
        None,
        None,
        None,
        None,
        None,
        300.0,
        0.0,
        4,
        None,
        None,
        aliases,
    )


def network(id: str, name: str, kind: str, task: str, params_m: float, aliases: tuple[str, ...] = ()) -> Network:
    return Network(id, name, kind, task, params_m, params_m, 1.0, 1.0, "image", "224x224", aliases=aliases)


def article(id: str, title: str, *aliases: str) -> Article:
    return Article(id, title, "concept", "", "", "", "", "", aliases)


GPUS = (
    gpu("rtx_3090", "rtx_3090", "RTX 3090", 24),
    gpu("rtx_4090", "rtx_4090", "RTX 4090", 24),
    gpu("rtx_4090_laptop", "rtx_4090", "RTX 4090 Laptop", 16, "laptop", ("4090 laptop", "4090 mobile")),
    gpu("rtx_3060_12gb", "rtx_3060", "RTX 3060 12GB", 12, aliases=("3060", "rtx 3060")),
    gpu("rtx_3060_8gb", "rtx_3060", "RTX 3060 8GB", 8),
    gpu("rtx_5090", "rtx_5090", "RTX 5090", 32),
    gpu("gtx_1080", "gtx_1080", "GTX 1080", 8),
    gpu("gtx_1080_ti", "gtx_1080_ti", "GTX 1080 Ti", 11),
    gpu("rtx_6000_ada", "rtx_6000_ada", "RTX 6000 Ada", 48),
    gpu("rtx_a6000", "rtx_a6000", "RTX A6000", 48),
    gpu("rtx_a4000", "rtx_a4000", "RTX A4000", 16),
    gpu("l4", "l4", "L4", 24),
    gpu("l40", "l40", "L40", 48),
    gpu("l40s", "l40s", "L40S", 48),
    gpu("t4", "t4", "T4", 16),
    gpu("tesla_m40", "tesla_m40", "Tesla M40", 12),
    gpu("a100_pcie_40gb", "a100", "A100 PCIe 40GB", 40, aliases=("a100",)),
    gpu("a100_pcie_80gb", "a100", "A100 PCIe 80GB", 80),
    gpu("a100_sxm4_80gb", "a100", "A100 SXM4 80GB", 80, "SXM"),
    gpu("v100_pcie_16gb", "v100", "V100 PCIe 16GB", 16, aliases=("v100",)),
    gpu("v100_pcie_32gb", "v100", "V100 PCIe 32GB", 32),
    gpu("h100_sxm5_80gb", "h100", "H100 SXM5 80GB", 80, "SXM", ("h100",)),
    gpu("h100_nvl_94gb", "h100", "H100 NVL 94GB", 94),
    gpu("rx_7900_xtx", "rx_7900_xtx", "RX 7900 XTX", 24),
    gpu("mi300x", "mi300x", "MI300X", 192),
)
NETWORKS = (
    network("llama_3_70b", "Llama 3 70B", "transformer_decoder", "llm_inference", 70_600),
    network("llama_3.1_8b", "Llama 3.1 8B", "transformer_decoder", "llm_inference", 8_030, ("llama", "llm")),
    network("deepseek_v3", "DeepSeek-V3 671B", "transformer_decoder", "llm_inference", 671_000, ("deepseek v3",)),
    network("whisper_large_v3", "Whisper large-v3", "speech", "speech_recognition", 1_550, ("whisper",)),
    network("yolov8m", "YOLOv8m", "detector", "object_detection", 25.9),
    network("resnet50", "ResNet-50", "cnn", "image_classification", 25.6),
    network("unet", "U-Net", "unet", "segmentation", 31.0),
    network("xgboost", "XGBoost", "boosted_trees", "tabular", 1.0),
)
CATALOG = Catalog(
    revision=1,
    gpus={g.id: g for g in GPUS},
    networks={n.id: n for n in NETWORKS},
    systems={
        "dgx_h100": System(
            "dgx_h100",
            "NVIDIA DGX H100",
            "rack",
            (GpuCount("h100_sxm5_80gb", 8),),
            "Xeon",
            112,
            2048,
            600.0,
            30.0,
            20_000,
            10_200,
            3_000,
            8,
            130.0,
            "server_room",
            "3-phase 32 A",
            400.0,
            True,
            None,
            "",
            "",
        )
    },
    articles={
        a.id: a
        for a in (
            article("kv_cache", "KV cache"),
            article("batch_size", "Batch size", "batch size"),
            article("vram", "VRAM", "gpu memory"),
        )
    },
)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return CATALOG


@pytest.fixture(scope="session")
def hear() -> Callable[..., Heard]:
    return lambda text, asked=None: read(text, CATALOG, asked)


@pytest.fixture(scope="session")
def told(hear: Callable[..., Heard]) -> Callable[..., dict[str, Any]]:
    return lambda text, asked=None: hear(text, asked).told
