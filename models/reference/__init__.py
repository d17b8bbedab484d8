"""Reference networks: graphs of known size, built by our own code, that are run to see how fast a machine is.

    model = REFERENCES["resnet50"].build("fp16")        # declared, nothing drawn: kilobytes
    count(model, REFERENCES["resnet50"].sizes, batch=8) # parameters and multiply-adds
    session(model, ["CUDAExecutionProvider"])           # weights drawn, ready to run
    feeds(reference.inputs, reference.sizes, batch=8, precision="fp16")

Needs numpy, onnx and onnxruntime, nothing else of this project.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from models.reference import autoencoders, boltzmann, convolutional, detectors, feedforward, recurrent, unet
from models.reference.count import Counted, count
from models.reference.run import draw, feeds, session
from models.reference.spec import PRECISIONS, Input, Published, Reference

FAMILIES = (feedforward, boltzmann, autoencoders, recurrent, convolutional, unet, detectors)
REFERENCES: dict[str, Reference] = {r.id: r for family in FAMILIES for r in family.REFERENCES}


@cache
def published() -> dict[str, Published]:
    """Published figures, by reference; those of a composed network are for the whole of it."""
    with (Path(__file__).parent / "published.csv").open(newline="", encoding="utf-8") as file:
        return {
            row["id"]: Published(
                float(row["params_m"]) if row["params_m"] else None,
                float(row["gmacs"]) if row["gmacs"] else None,
                row["source"],
            )
            for row in csv.DictReader(file)
        }


__all__ = [
    "PRECISIONS", "REFERENCES", "Counted", "Input", "Published", "Reference",
    "count", "draw", "feeds", "published", "session",
]  # fmt: skip
