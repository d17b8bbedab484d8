"""What the client has told us: the vocabulary of slots, how new words are merged in, and which numbers are absurd.

A told need is a plain JSON dict (it travels through Rasa's tracker and out as `understood`), holding only what was said.
"""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Told = Mapping[str, Any]

TASKS = (
    "image_classification", "object_detection", "segmentation", "pose_estimation", "anomaly_detection", "video_analytics",
    "llm_inference", "llm_training", "llm_finetuning", "rag", "vision_language", "embeddings", "text_classification",
    "translation", "summarization", "generative_image", "generative_video", "generative_audio", "speech_recognition",
    "text_to_speech", "recommender", "tabular", "time_series", "reinforcement_learning", "medical_imaging",
    "molecular", "simulation", "representation_learning",
)

# slot -> (what it means, least sensible value, greatest sensible value); None where it is not one number
SLOTS: dict[str, tuple[str, float | None, float | None]] = {
    "task": ("one of TASKS, or a list", None, None),
    "phase": ("training, fine_tuning or inference, or a list", None, None),
    "model": ("a network's name as catalogued, else as written; or a list", None, None),
    "params_b": ("parameters, billions; [low, high] for a range", 1e-6, 10_000),
    "precision": ("as said: fp16, int8, 4bit, q4_k_m, mixed, unquantized", None, None),
    "method": ("full, lora or qlora", None, None),
    "context_tokens": ("tokens of context", 16, 20_000_000),
    "prompt_tokens": ("tokens in", 1, 20_000_000),
    "output_tokens": ("tokens out", 1, 1_000_000),
    "framework": ("pytorch, tensorflow, vllm, llama.cpp, ...", None, None),
    "gpus": ("names of cards mentioned, in any role; a list", None, None),
    "gpu_roles": ("{gpu id: owned | wanted | quoted | compared}", None, None),
    "gpu_counts": ("{gpu id: count}", None, None),
    "num_gpus": ("how many cards, together", 1, 100_000),
    "vram_gb": ("GPU memory in total", 0.25, 1_000_000),
    "vram_gb_per_gpu": ("GPU memory of each card", 0.25, 2_000),
    "system_ram_gb": ("main memory", 0.5, 100_000),
    "cpu": ("the processor, as said", None, None),
    "hardware": ("other hardware: a Mac, a NAS, a server", None, None),
    "systems": ("ids of catalog systems mentioned; a list", None, None),
    "nodes": ("machines", 1, 100_000),
    "psu_w": ("power supply, watts", 50, 100_000),
    "storage": ("hdd, ssd, nvme, nas, nfs, cloud", None, None),
    "storage_gb": ("capacity", 1, 1e9),
    "dataset_size": ("{amount, unit}", None, None),
    "dataset": ("a named data set", None, None),
    "image_resolution": ("'1024x1024'", None, None),
    "classes": ("kinds to tell apart", 1, 1e7),
    "batch_size": ("items a step", 1, 1e7),
    "epochs": ("passes over the data", 1, 1e6),
    "iterations": ("steps", 1, 1e10),
    "budget": ("{amount, currency, bound: max|about, period, min}", None, None),
    "users": ("people at once", 1, 1e8),
    "throughput": ("{amount, unit}: the rate that is needed", None, None),
    "latency": ("{amount (seconds), unit: s} or 'real time'", None, None),
    "deadline": ("{amount, unit: hours}: how long one run may take", None, None),
    "hours_per_month": ("how many hours a month the machine works", 0.1, 744),
    "deployment": ("on_prem, cloud, edge, laptop, ...", None, None),
    "form_factor": ("tower, rack, laptop, mini, edge", None, None),
    "noise": ("silent, quiet, office, ...", None, None),
    "circuit": ("the socket or circuit there is: '13 A socket'", None, None),
    "sector": ("manufacturing, finance, ...", None, None),
    "quote": ("{items: [{system or gpu id, count}], amount, currency}: what somebody else offered", None, None),
    "claim": ("{amount, unit, per}: a time or speed they observe and wonder about", None, None),
    "excluded": ("what they rule out: cloud, training, a vendor, ...; a list", None, None),
    "not_sure": ("slots they were asked about and do not know; a list", None, None),
}
