"""Which software a row of a published table was measured with. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from models.effects import Software


def tier_of(framework: str, source: str) -> str:
    """Software tier; "legacy" is frameworks of 2018 and runs bound by launches and copies from the host."""
    text = framework.lower()
    if "ryujaehun" in source or "u39kun" in source:
        return "legacy"
    if reference_code(text):
        return "framework"
    return (
        "optimised"
        if any(w in text for w in ("tensorrt", "paddle-trt", "mlperf", "vllm", "dynamo", "jetpack", "llama.cpp"))
        else "framework"
    )


PUBLISHERS = {
    "mlcommons": "MLPerf",
    "DeepLearningExamples": "NVIDIA DeepLearningExamples",
    "pytorch-image": "timm",
    "lambdal": "Lambda",
    "TensorRT-LLM": "TensorRT-LLM",
    "XiongjieDai": "llama.cpp benchmarks",
    "llm-foundry": "llm-foundry",
    "NeuSight": "NeuSight",
    "ryujaehun": "pytorch-gpu-benchmark",
    "vladmandic": "Stable Diffusion webui",
    "u39kun": "u39kun",
}


def software(row: Mapping[str, str], tier: str, phase: str, batch: int) -> Software:
    """Who measured, with which software: versions apart in `stack`, left out of `mode`."""
    publisher = next((name for mark, name in PUBLISHERS.items() if mark in row["source"]), row["source"].split("/")[0])
    stack = mode = _stack(row["framework"].lower(), publisher, tier)
    if publisher == "timm":
        mode = "dynamo" if "dynamo" in stack else "nhwc" if "nhwc" in stack else "nchw"
    elif publisher in ("Lambda", "TensorRT-LLM", "Stable Diffusion webui"):
        mode = ""
    model = "; ".join((row["model"], row["task"], phase, row["precision"]))
    exact = "; ".join((model, str(batch), row["seq_len_or_resolution"]))
    return Software(f"{publisher}: {mode}", f"{publisher}: {stack}", publisher, model, exact)


# What a table says of the GPU, the precision or itself, which is not software
_ASIDE = re.compile(
    r"nvidia \w*\d\w*,|nvidia |with (fp|tf|int)\d+|\(.*\)|inference performance|throughput/latency results"
)


def _stack(framework: str, publisher: str, tier: str) -> str:
    if publisher == "MLPerf":
        if tier == "framework":
            return "reference " + _engine(framework)
        scenario = re.search(r"mlperf (\w+)", framework)
        return scenario[1] if scenario else ""
    if publisher == "NVIDIA DeepLearningExamples":
        return " ".join(re.findall(r"[\w-]+", _ASIDE.sub(" ", framework)))
    return framework


def _engine(framework: str) -> str:
    names = {"onnx": "onnx", "tensorflow": "tensorflow"}
    return next((name for mark, name in names.items() if mark in framework), "pytorch")


def reference_code(framework: str) -> bool:
    """MLPerf's own code, which shows how a model is called and runs item by item in FP32."""
    return any(word in framework for word in ("reference", "c++ implementation", "modular inference library"))
