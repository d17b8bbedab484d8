"""How much of its data sheet a GPU delivers: coefficients fitted on published measurements (see models/fit.py).

`models/data/efficiency.csv` holds one row for each (group of networks or single network, phase, precision family,
software tier); it is read once. Where no row was fitted the nearest one stands in, with a wider range and basis "spec".
"""
from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).parent / "data" / "efficiency.csv"

# Kind of network -> group whose coefficients are fitted together
GROUP = {
    "cnn": "cnn", "deconvolutional": "cnn", "dcign": "cnn", "detector": "detector", "unet": "unet", "gan": "gan",
    "vit": "vit", "transformer_encoder": "encoder", "transformer_decoder": "decoder", "rnn": "recurrent",
    "lstm": "recurrent", "gru": "recurrent", "diffusion": "diffusion", "video_diffusion": "video", "speech": "speech",
    "tts": "tts", "recommender": "recommender", "time_series": "time_series", "feedforward": "dense",
    "boltzmann": "dense", "autoencoder": "dense", "vae": "dense", "boosted_trees": "trees",
}
# Where nothing was fitted for a group: the group most like it
NEAREST_GROUP = {
    "detector": "cnn", "unet": "cnn", "gan": "cnn", "vit": "cnn", "encoder": "vit", "decoder": "encoder",
    "prefill": "decoder", "recurrent": "encoder", "diffusion": "unet", "video": "diffusion", "speech": "encoder", "tts": "speech",
    "recommender": "dense", "time_series": "recurrent", "dense": "cnn", "trees": "dense",
}
NEAREST_FAMILY = {"fp8": "half", "int8": "half", "tf32": "half", "fp32": "tf32", "half": "tf32"}
BORROWED = 1.6  # widening for each step away from the fitted class (assumed)


class Efficiency(NamedTuple):
    """Coefficients of: seconds a step = floor + FLOPs / (peak x compute) + bytes / (bandwidth x memory)."""

    compute: float  # share of the dense peak, 0..1
    memory: float  # share of the memory bandwidth, 0..1
    floor: float  # seconds a step costs however small it is (launches, host)
    low: float  # 80 % range: low = value x low ...
    high: float  # ... high = value x high
    basis: str  # scaled or spec
    source: str


Key = tuple[str, str, str, str]  # network or group, phase, precision family, software tier
_trial: dict[Key, Efficiency] | None = None


def try_out(table: dict[Key, Efficiency] | None) -> None:
    """For the fit: answer from `table` until told otherwise (None: from the file again)."""
    global _trial
    _trial = table
    efficiency.cache_clear()


@cache
def read(file: Path = FILE) -> dict[Key, Efficiency]:
    table = {}
    with file.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            n = int(row["rows"])
            about = (f"{n} published measurements on {row['gpus']} GPUs ({row['sources']})" if n
                     else f"no published measurement ({row['sources']})")
            table[row["class"], row["phase"], row["family"], row["tier"]] = Efficiency(
                float(row["compute_eff"]), float(row["memory_eff"]), float(row["floor_ms"]) / 1e3,
                float(row["q10"]), float(row["q90"]), "scaled" if n else "spec", about)
    return table


@cache
def efficiency(network_id: str, group: str, phase: str, family: str, tier: str) -> Efficiency:
    """Coefficients for a network: its own if fitted, else its group's, else the nearest group's with a wider range.

    phase: "training" or "inference" (for decoders "decode", "prefill", "training"). tier: "framework" (PyTorch,
    TensorFlow, llama.cpp) or "optimised" (TensorRT, TensorRT-LLM, vLLM).
    """
    table = read() if _trial is None else _trial
    own = table.get((network_id, phase, family, tier))
    if own is not None:
        return own
    here, steps = group, 0
    while True:
        tiers = (tier, "framework" if tier == "optimised" else "optimised")
        at: str | None = family
        tried: set[str] = set()
        away = 0
        while at is not None and at not in tried:
            for t in tiers:
                found = table.get((here, phase, at, t))
                if found is not None:
                    far = steps + away + (t != tier)
                    if not far:
                        return found
                    widen = BORROWED**min(far, 4)
                    return found._replace(low=found.low / widen, high=found.high * widen, basis="spec",
                                          source=f"data-sheet peak and bandwidth; efficiency borrowed from the nearest class ({here}, {at})")
            tried.add(at)
            at = NEAREST_FAMILY.get(at)
            away += 1
        following = NEAREST_GROUP.get(here)
        if following is None:
            raise LookupError(f"models/data/efficiency.csv has no row for {phase} of the {group} group or its neighbours")
        here, steps = following, steps + 1
