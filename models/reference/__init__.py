"""Reference networks: graphs of known size, built by our own code, that are run to see how fast a machine is.

    model = REFERENCES["resnet50"].build("fp16")        # declared, nothing drawn: kilobytes
    count(model, REFERENCES["resnet50"].sizes, batch=8) # parameters and multiply-adds
    session(model, ["CUDAExecutionProvider"])           # weights drawn, ready to run
    feeds(reference.inputs, reference.sizes, batch=8, precision="fp16")

Needs numpy, onnx and onnxruntime, nothing else of this project.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import astuple
from functools import cache
from pathlib import Path

from models.reference import (
    autoencoders,
    boltzmann,
    convolutional,
    decoder,
    detectors,
    diffusion,
    feedforward,
    gan,
    recommender,
    recurrent,
    speech,
    time_series,
    transformers,
    tts,
    unet,
)
from models.reference.count import Counted, count
from models.reference.run import draw, feeds, session
from models.reference.spec import PRECISIONS, Input, Published, Reference

FAMILIES = (
    feedforward, boltzmann, autoencoders, recurrent, convolutional, unet, detectors, transformers, decoder, diffusion,
    recommender, speech, tts, gan, time_series,
)  # fmt: skip
REFERENCES: dict[str, Reference] = {r.id: r for family in FAMILIES for r in family.REFERENCES}


def whole(reference: Reference, sizes: Mapping[str, int] | None = None, batch: int = 1) -> Counted:
    """Counts the whole network where the graph is one layer of it; otherwise the graph."""
    layer = count(reference.build(reference.precisions[0]), sizes or reference.sizes, batch)
    total = [reference.layers * value for value in astuple(layer)]
    if reference.beside:
        rest = REFERENCES[reference.beside]
        ends = count(rest.build(rest.precisions[0]), rest.sizes, batch)
        total = [a + b for a, b in zip(total, astuple(ends), strict=True)]
    return Counted(*total)


@cache
def published() -> dict[str, Published]:
    """Published figures, by reference; `a+b`: the two graphs together are the network."""
    with (Path(__file__).parent / "published.csv").open(newline="", encoding="utf-8") as file:
        return {
            row["id"]: Published(
                _number(row["params_m"]),
                _number(row["active_params_m"]),
                _number(row["gmacs"]),
                row["attention"] == "yes",
                row["source"],
            )
            for row in csv.DictReader(file)
        }


def _number(text: str) -> float | None:
    return float(text) if text else None


__all__ = [
    "PRECISIONS", "REFERENCES", "Counted", "Input", "Published", "Reference",
    "count", "draw", "feeds", "published", "session", "whole",
]  # fmt: skip
