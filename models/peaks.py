"""What a GPU really does when it is asked for a precision. Pure.

Sources: NVIDIA CUDA C++ Programming Guide, table of arithmetic throughput per compute capability (tensor cores from
7.0, INT8 tensor cores from 7.5 (and 7.2), BF16 and TF32 from 8.0, FP8 from 8.9); vLLM's documentation of FP8 W8A16
("Marlin", weights only, compute capability 8.0 and later).
"""

from __future__ import annotations

from typing import NamedTuple

from catalog.things import Gpu, Network
from models.work import BITS, Cannot


class Runs(NamedTuple):
    """How a precision is carried out on one GPU."""

    tflops: float | None  # dense peak of the arithmetic used; None: the maker publishes none
    family: str  # efficiency family: fp32, tf32, half, fp8, int8
    value_bytes: float  # bytes of one activation value
    weight_bytes: float  # bytes of one weight
    exact: bool  # False: the peak of this precision is not known and the FP32 peak stands in as a floor


# Kinds whose weights are packed to 8 or 4 bits in use while the arithmetic stays in 16 bits
WEIGHT_ONLY = frozenset(("transformer_decoder", "diffusion", "video_diffusion"))


def tensor_cores(gpu: Gpu) -> bool:
    """Whether the GPU has matrix units, known from its published peaks or its compute capability."""
    return gpu.fp16_tflops is not None or gpu.bf16_tflops is not None or _capability(gpu) >= 7.0


def _capability(gpu: Gpu) -> float:
    text = gpu.compute_capability
    try:
        # GTX 16xx is 7.5 without tensor cores; its data sheet shows no tensor peak and no INT8 peak
        return float(text) if text and not gpu.name.startswith("GTX") else 0.0
    except ValueError:
        return 0.0


def runs(network: Network, gpu: Gpu, precision: str, trains: bool) -> Runs | Cannot:
    """How `gpu` carries out `precision` for `network`, or why it cannot."""
    weight = BITS[precision] / 8
    if network.native_bits is not None and network.native_bits / 8 < weight:
        weight = network.native_bits / 8
    if precision in ("fp16", "bf16"):
        return _half(gpu, precision, weight)
    if precision == "fp32":
        return Runs(gpu.fp32_tflops, "fp32", 4.0, weight, True)
    if precision == "tf32":
        if gpu.tf32_tflops is not None:
            return Runs(gpu.tf32_tflops, "tf32", 4.0, weight, True)
        return Runs(gpu.fp32_tflops, "fp32", 4.0, weight, True)
    if precision == "fp8":
        return _fp8(network, gpu, trains, weight)
    if trains:
        return Cannot(
            f"{precision.upper()} is for inference; training runs in BF16, FP16, TF32 or FP32 "
            "(QLoRA keeps the frozen weights in 4 bits)",
            "training in bf16",
        )
    if network.kind in WEIGHT_ONLY:
        half = _half(gpu, "fp16", weight)
        return half
    if precision == "int8":
        if gpu.int8_tops is not None:
            return Runs(gpu.int8_tops, "int8", 1.0, weight, True)
        return Cannot(
            f"no INT8 rate is published for the {gpu.name}, so INT8 would bring no speed that could be promised",
            f"{network.name} in fp16 on the {gpu.name}",
        )
    return Cannot(
        f"4-bit weights are used for language models and diffusion, not for {network.kind.replace('_', ' ')} networks",
        f"{network.name} in int8 or fp16",
    )


def _half(gpu: Gpu, precision: str, weight: float) -> Runs:
    peak = gpu.bf16_tflops if precision == "bf16" else gpu.fp16_tflops
    if peak is not None:
        return Runs(peak, "half", 2.0, weight, True)
    if precision == "bf16" and gpu.fp16_tflops is not None:  # Volta, Turing: BF16 is emulated in FP32
        return Runs(gpu.fp32_tflops, "fp32", 4.0, weight, True)
    if gpu.bf16_tflops is not None:  # accelerators that publish BF16 only
        return Runs(gpu.bf16_tflops, "half", 2.0, weight, True)
    if tensor_cores(gpu) or gpu.memory_kind == "unified":  # there are matrix units, their peak is not published
        return Runs(gpu.fp32_tflops, "half", 2.0, weight, False)
    return Runs(gpu.fp32_tflops, "fp32", 2.0, weight, True)  # Pascal and older: stored in 16 bits, computed in 32


def _fp8(network: Network, gpu: Gpu, trains: bool, weight: float) -> Runs | Cannot:
    if gpu.fp8_tflops is not None:
        if trains and network.kind != "transformer_decoder":
            return Cannot(
                "FP8 training is in use for language models only; other networks train in BF16 or FP16",
                f"{network.name} in bf16",
            )
        return Runs(gpu.fp8_tflops, "fp8", 1.0, weight, True)
    if network.kind in WEIGHT_ONLY and not trains and gpu.bf16_tflops is not None and gpu.vendor == "NVIDIA":
        return _half(gpu, "bf16", weight)  # weights only
    return Cannot(
        f"the {gpu.name} has no FP8 arithmetic (NVIDIA has it from Ada and Hopper on)",
        f"{network.name} in fp16 on the {gpu.name}",
    )
