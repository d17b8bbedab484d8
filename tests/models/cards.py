"""GPUs and networks for the tests, as their data sheets have them."""

from __future__ import annotations

from dataclasses import replace

from catalog.things import Gpu, Network

A100 = Gpu(
    "a100_sxm4_80gb",
    "a100",
    "A100 SXM4 80GB",
    "NVIDIA",
    "Ampere",
    2020,
    "SXM",
    80,
    "dedicated",
    2039,
    19.5,
    156,
    312,
    312,
    None,
    624,
    400,
    600,
    4,
    "8.0",
    True,
)
L4 = replace(
    A100,
    id="l4",
    topic="l4",
    name="L4",
    form_factor="PCIe single-slot",
    memory_gb=24,
    bandwidth_gbs=300,
    fp32_tflops=30.3,
    tf32_tflops=60,
    fp16_tflops=121,
    bf16_tflops=121,
    fp8_tflops=242.5,
    int8_tops=242.5,
    nvlink_gbs=0,
    compute_capability="8.9",
)
L40 = replace(
    L4,
    id="l40",
    topic="l40",
    name="L40",
    memory_gb=48,
    bandwidth_gbs=864,
    fp32_tflops=90.5,
    tf32_tflops=90.5,
    fp16_tflops=181.05,
    bf16_tflops=181.05,
    fp8_tflops=362,
    int8_tops=362,
)
L40S = replace(
    L40,
    id="l40s",
    topic="l40s",
    name="L40S",
    fp32_tflops=91.6,
    tf32_tflops=183,
    fp16_tflops=362.05,
    bf16_tflops=362.05,
    fp8_tflops=733,
    int8_tops=733,
)
V100 = replace(
    A100,
    id="v100",
    topic="v100",
    name="V100 SXM2 32GB",
    memory_gb=32,
    bandwidth_gbs=900,
    fp32_tflops=15.7,
    tf32_tflops=None,
    fp16_tflops=125,
    bf16_tflops=None,
    int8_tops=None,
    nvlink_gbs=300,
    pcie_gen=3,
    compute_capability="7.0",
)
P40 = replace(
    V100,
    id="p40",
    topic="p40",
    name="Tesla P40",
    memory_gb=24,
    bandwidth_gbs=347.1,
    fp32_tflops=11.76,
    fp16_tflops=None,
    nvlink_gbs=0,
    compute_capability="6.1",
)
M2 = replace(
    P40,
    id="m2_max",
    topic="m2",
    name="M2 Max",
    vendor="Apple",
    memory_gb=96,
    memory_kind="unified",
    bandwidth_gbs=400,
    fp32_tflops=13.6,
    compute_capability=None,
    pcie_gen=None,
)
THOR = replace(
    M2,
    id="thor",
    topic="thor",
    name="Jetson AGX Thor",
    vendor="NVIDIA",
    bandwidth_gbs=273,
    fp32_tflops=None,
    compute_capability="11.0",
)

RESNET50 = Network(
    "resnet50", "ResNet-50", "cnn", "image_classification", 25.56, 25.56, 4.11, 11.11, "image", "224x224"
)
BERT = Network(
    "bert_large",
    "BERT-Large",
    "transformer_encoder",
    "text_classification",
    335.1,
    335.1,
    167.5,
    226.0,
    "sequence",
    "512 tokens",
    24,
    1024,
    16,
    16,
    64,
)
LLAMA = Network(
    "llama_3.1_8b",
    "Llama 3.1 8B",
    "transformer_decoder",
    "llm_inference",
    8030,
    8030,
    None,
    None,
    "token",
    "1 token",
    32,
    4096,
    32,
    8,
    128,
    None,
    131072,
)
LLAMA_70B = replace(
    LLAMA,
    id="llama_3.1_70b",
    name="Llama 3.1 70B",
    params_m=70554,
    active_params_m=70554,
    layers=80,
    hidden=8192,
    heads=64,
)
MIXTRAL = replace(LLAMA, id="mixtral_8x7b", name="Mixtral 8x7B", params_m=46703, active_params_m=12879)
DENSE_47B = replace(MIXTRAL, id="dense_47b", name="dense 47B", active_params_m=46703)
SDXL = Network(
    "sdxl", "Stable Diffusion XL", "diffusion", "generative_image", 3469, 3469, 5980, None, "step", "1024x1024"
)
CLOSED = replace(
    LLAMA,
    id="gpt_4o",
    name="GPT-4o",
    params_m=None,
    active_params_m=None,
    layers=None,
    hidden=None,
    heads=None,
    kv_heads=None,
    head_dim=None,
    open_weights=False,
)
