"""What the client has told us: the vocabulary of slots, how new words are merged in, and which numbers are absurd.

A told need is a plain JSON dict (it travels through Rasa's tracker and out as `understood`), holding only what was
said.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

from .units import as_list

Told = Mapping[str, Any]

TASKS = (
    "image_classification",
    "object_detection",
    "segmentation",
    "pose_estimation",
    "anomaly_detection",
    "video_analytics",
    "llm_inference",
    "llm_training",
    "llm_finetuning",
    "rag",
    "vision_language",
    "embeddings",
    "text_classification",
    "translation",
    "summarization",
    "generative_image",
    "generative_video",
    "generative_audio",
    "speech_recognition",
    "text_to_speech",
    "recommender",
    "tabular",
    "time_series",
    "reinforcement_learning",
    "medical_imaging",
    "molecular",
    "simulation",
    "representation_learning",
)

# slot -> (what it means, least sensible value, greatest sensible value); None where it is not one number
SLOTS: dict[str, tuple[str, float | None, float | None]] = {
    "task": ("one of TASKS, or a list", None, None),
    "phase": ("training, fine_tuning or inference, or a list", None, None),
    "model": ("a network's name as catalogued, else as written; or a list", None, None),
    "params_b": ("parameters, billions; [low, high] for a range", 1e-6, 10_000),
    "active_params_b": ("parameters that work on one token, billions (mixture of experts)", 1e-6, 10_000),
    "gmacs": ("multiply-adds of one item, billions, of a network that the catalog does not hold", 1e-6, 1e6),
    "signals": ("true when what comes in is readings of sensors, not pictures", None, None),
    "volumes": ("true when what comes in is volumes (CT, MRI), not flat pictures", None, None),
    "pile": ("true when what is told of data is to be worked through once: an archive, a backlog", None, None),
    "moe": ("true when the unnamed model is said to be a mixture of experts", None, None),
    "precision": ("as said: fp16, int8, 4bit, q4_k_m, mixed, unquantized", None, None),
    "method": ("full, lora or qlora", None, None),
    "context_tokens": ("tokens of context", 16, 20_000_000),
    "prompt_tokens": ("tokens in", 1, 20_000_000),
    "output_tokens": ("tokens out", 1, 1_000_000),
    "framework": ("pytorch, tensorflow, vllm, llama.cpp, ...", None, None),
    "gpus": ("names of cards mentioned, in any role; a list", None, None),
    "gpu_roles": ("{gpu id: owned | wanted | quoted | compared | gone}", None, None),
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
    "users": ("people who use it", 1, 1e8),
    "requests": ("requests each person makes on a working day", 0.01, 100_000),
    "concurrent": ("true when those people were said to use it at the same moment", None, None),
    "throughput": ("{amount, unit}: the rate that is needed", None, None),
    "latency": ("{amount (seconds), unit: s} or 'real time'", None, None),
    "deadline": ("{amount, unit: hours}: how long one run may take", None, None),
    "hours_per_month": ("how many hours a month the machine works", 0.1, 744),
    "deployment": ("on_prem, cloud, edge, laptop, ...", None, None),
    "form_factor": ("tower, rack, laptop, mini, edge", None, None),
    "noise": ("silent, quiet, office, ...", None, None),
    "circuit": ("the socket or circuit there is: '13 A socket'", None, None),
    "power_w": ("the most it may draw, watts", 0.1, 10_000_000),
    "maker": ("the only maker of GPUs that will do: apple, amd or nvidia", None, None),
    "months": ("how long the choice must last", 0.1, 600),
    "tiled": ("true when pictures are worked through at full size, in tiles", None, None),
    "sector": ("manufacturing, finance, ...", None, None),
    "quote": ("{items: [{system or gpu id, count}], amount, currency}: what somebody else offered", None, None),
    "claim": ("{amount, unit, per}: a time or speed they observe and wonder about", None, None),
    "excluded": ("what they rule out: cloud, training, a vendor, ...; a list", None, None),
    "not_sure": ("slots they were asked about and do not know; a list", None, None),
}

# slots of the form {amount, unit} -> (what it is called, least, greatest sensible amount)
AMOUNTS: dict[str, tuple[str, float, float]] = {
    "dataset_size": ("an amount of data", 1e-6, 1e14),
    "budget": ("a budget", 0, 1e10),
    "throughput": ("a rate", 1e-9, 1e10),
    "latency": ("a waiting time", 1e-6, 1e6),
    "deadline": ("a deadline", 1e-4, 1e6),
}


def nonsense(told: Told) -> tuple[str, str] | None:
    """(slot, a sentence saying what is wrong) for the first number that no real need could have; None when all make
    sense."""
    for slot, value in told.items():
        if slot in AMOUNTS and isinstance(value, Mapping):
            name, least, most = AMOUNTS[slot]
            numbers = [value.get("amount")]
        elif slot in SLOTS and SLOTS[slot][1] is not None:
            name, low, high = SLOTS[slot]
            least, most = float(low or 0), float(high if high is not None else inf)
            numbers = list(value) if isinstance(value, list | tuple) else [value]
        elif slot == "gpu_counts" and isinstance(value, Mapping):
            name, least, most = "the number of cards", 1, 100_000
            numbers = list(value.values())
        else:
            continue
        for number in numbers:
            if isinstance(number, int | float) and not least <= number <= most:
                return slot, (
                    f"I cannot size a {slot.replace('_', ' ')} of {_plain(number)} ({name}): "
                    f"it should lie between {_plain(least)} and {_plain(most)}"
                )
    return None


def _plain(number: float) -> str:
    return f"{number:,.0f}" if 1 <= abs(number) < 1e16 and number == int(number) else f"{number:g}"


_TOGETHER = ("gpus", "systems", "excluded", "not_sure")  # lists that grow
_MAPS = ("gpu_roles", "gpu_counts")
_REPLACES = {  # a new word on the left makes what was told on the right stale
    "params_b": ("model",),
    "model": ("params_b", "active_params_b", "gmacs"),
    "dataset_size": ("dataset",),
    "throughput": ("claim",),
    "gpus": ("num_gpus", "vram_gb", "vram_gb_per_gpu"),
}
_JOBS = ("task", "model", "phase")


def merge(told: Told, heard: Told, adding: bool = False) -> dict[str, Any]:
    """What is told after one more message. New words win over old ones; `adding` ("and also ...") keeps earlier jobs
    beside the new. What is heard about a slot takes it off the list of things the client is not sure of."""
    out: dict[str, Any] = dict(told)
    for slot in heard:
        if not adding:
            for stale in _REPLACES.get(slot, ()):
                if stale not in heard:
                    out.pop(stale, None)
    for slot, value in heard.items():
        if slot in _MAPS:
            out[slot] = {**(out.get(slot) or {}), **value}
        elif slot in _TOGETHER or (slot in _JOBS and adding and out.get(slot)):
            out[slot] = _union(out.get(slot), value)
        else:
            out[slot] = value
    if "not_sure" in out:
        left = [s for s in out["not_sure"] if s not in heard]
        out = {**out, "not_sure": left} if left else {k: v for k, v in out.items() if k != "not_sure"}
    if any(str(place).startswith("cloud") for place in as_list(heard.get("deployment"))):
        out["excluded"] = [x for x in out.get("excluded", ()) if x != "cloud"]
        if not out["excluded"]:
            del out["excluded"]
    return out


def _union(old: Any, new: Any) -> list[Any]:
    listed = [
        *(old if isinstance(old, list | tuple) else [old] if old else []),
        *(new if isinstance(new, list | tuple) else [new]),
    ]
    return list(dict.fromkeys(listed))
