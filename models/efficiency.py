"""How much of its data sheet a GPU delivers: coefficients fitted on published measurements (see models/fit.py).

`models/data/efficiency.csv` holds one row for each (group of networks or single network, phase, precision family,
software tier) that was measured, `models/data/typical.csv` what is used where nothing was; both are read once. Where
there is no row at all the nearest one stands in, with a wider range and basis "spec".
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).parent / "data" / "efficiency.csv"  # written by the fit
TYPICAL = FILE.with_name("typical.csv")  # set by hand, each row with its reason

# Kind of network -> group whose coefficients are fitted together
GROUP = {
    "cnn": "cnn",
    "deconvolutional": "cnn",
    "dcign": "cnn",
    "detector": "detector",
    "unet": "unet",
    "gan": "gan",
    "vit": "vit",
    "transformer_encoder": "encoder",
    "transformer_decoder": "decoder",
    "rnn": "recurrent",
    "lstm": "recurrent",
    "gru": "recurrent",
    "diffusion": "diffusion",
    "video_diffusion": "video",
    "speech": "speech",
    "tts": "tts",
    "recommender": "recommender",
    "time_series": "time_series",
    "feedforward": "dense",
    "boltzmann": "dense",
    "autoencoder": "dense",
    "vae": "dense",
    "boosted_trees": "trees",
}
# One network under two names: NVIDIA's UNet_Medical is Ronneberger's U-Net without padding, so what was measured on one
# holds for the other
SAME = {"unet_2d": "unet_medical"}
# Where nothing was fitted for a group: the group most like it
NEAREST_GROUP = {
    "detector": "cnn",
    "unet": "cnn",
    "gan": "cnn",
    "vit": "cnn",
    "encoder": "vit",
    "decoder": "encoder",
    "prefill": "decoder",
    "recurrent": "encoder",
    "diffusion": "unet",
    "video": "diffusion",
    "speech": "encoder",
    "tts": "speech",
    "recommender": "dense",
    "time_series": "encoder",
    "dense": "cnn",
    "trees": "dense",
}
NEAREST_FAMILY = {"fp8": "half", "int8": "half", "tf32": "half", "fp32": "tf32", "half": "tf32"}
TIERS = ("framework", "optimised", "legacy")
MOST_STEPS = 4
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
def read() -> dict[Key, Efficiency]:
    """The fitted coefficients, and typical ones for classes without measurements."""
    table = {}
    for file in (TYPICAL, FILE):
        with file.open(newline="", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                n = int(row["rows"])
                table[row["class"], row["phase"], row["family"], row["tier"]] = Efficiency(
                    compute=float(row["compute_eff"]),
                    memory=float(row["memory_eff"]),
                    floor=float(row["floor_ms"]) / 1e3,
                    low=float(row["q10"]),
                    high=float(row["q90"]),
                    basis="scaled" if n else "spec",
                    source=f"{n} published measurements on {row['gpus']} GPUs ({row['sources']})"
                    if n
                    else row["sources"],
                )
    return table


def _chain(start: str, following: dict[str, str]) -> list[str]:
    """`start` and what follows it, each once."""
    chain = [start]
    while (after := following.get(chain[-1])) is not None and after not in chain:
        chain.append(after)
    return chain


@cache
def efficiency(network_id: str, group: str, phase: str, family: str, tier: str) -> Efficiency:
    """Coefficients for a network: its own if fitted, else its group's, else the nearest class's with a wider range.

    phase: "training" or "inference" (for decoders "decode", "prefill", "training"). tier: "framework" (PyTorch,
    TensorFlow, llama.cpp), "optimised" (TensorRT, TensorRT-LLM, vLLM) or "legacy" (frameworks of 2018).
    """
    table = read() if _trial is None else _trial
    own = table.get((network_id, phase, family, tier)) or table.get((SAME.get(network_id, ""), phase, family, tier))
    if own is not None:
        return own
    near = [
        (steps + away + (other != tier), other != tier, steps, away, i, kin, kind, other)
        for steps, kin in enumerate(_chain(group, NEAREST_GROUP))
        for away, kind in enumerate(_chain(family, NEAREST_FAMILY))
        for i, other in enumerate(TIERS)
        if (kin, phase, kind, other) in table
    ]
    if near:  # of two that are equally far, the one in the same software: it matters more than the kind of network
        far, *_, kin, kind, other = min(near)
        found = table[kin, phase, kind, other]
        if not far:
            return found
        widen = BORROWED ** min(far, MOST_STEPS)
        source = f"no measurement of this class; efficiency borrowed from the nearest, {kin} in {kind}"
        return found._replace(low=found.low / widen, high=found.high * widen, basis="spec", source=source)
    raise LookupError(f"models/data/typical.csv has no row for {phase} that the {group} group could borrow")
