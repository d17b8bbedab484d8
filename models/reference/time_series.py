"""Time series: a temporal convolutional network (TCN) and a transformer over patches (PatchTST)."""

from __future__ import annotations

from math import sqrt

import onnx

from models.reference.attention import feed_forward, self_attention
from models.reference.graph import Graph
from models.reference.layers import RESIDUAL, batch_norm, conv, linear
from models.reference.spec import Input, Reference

VARIATES, CHANNELS, LEVELS = 8, 128, 8
STEPS = Input("series", "float", ("batch", VARIATES, "steps"), -1.0, 1.0)
HISTORY, PATCH, STRIDE, AHEAD = 336, 16, 8, 96
PAST = Input("series", "float", ("batch", 1, HISTORY), -1.0, 1.0)


def tcn(precision: str) -> onnx.ModelProto:
    """Bai et al. 2018: convolutions that only look back, twice as far at each of eight levels; a value a step."""
    g = Graph("tcn", (STEPS,), precision)
    x, channels = "series", VARIATES
    for level in range(LEVELS):
        y, reach = x, 2**level
        for i, (inputs, gain) in enumerate(((channels, sqrt(2.0)), (CHANNELS, RESIDUAL))):
            name = f"{level}.{i}"
            y = conv(g, y, name, inputs, CHANNELS, 3, dilation=reach, pad=(2 * reach, 0), gain=gain, dims=1)
            y = g.op("Relu", y)
        x = conv(g, x, f"{level}.shortcut", channels, CHANNELS, 1, dims=1) if channels != CHANNELS else x
        x, channels = g.op("Relu", g.op("Add", x, y)), CHANNELS
    return g.model(forecast=conv(g, x, "out", CHANNELS, 1, 1, dims=1))


def patchtst(precision: str) -> onnx.ModelProto:
    """Nie et al. 2023, PatchTST/42: 336 steps as 42 patches, three layers of width 128; the next 96 steps."""
    g = Graph("patchtst", (PAST,), precision)
    width, h, patches = 128, 16, (HISTORY - PATCH + STRIDE) // STRIDE + 1
    x = conv(g, "series", "patches", 1, width, PATCH, STRIDE, pad=(0, STRIDE), dims=1)
    x = g.op("Add", g.op("Transpose", x, perm=[0, 2, 1]), g.weight("positions", (patches, width), -0.3, 0.3))
    for i in range(3):
        x = _normal(g, g.op("Add", x, self_attention(g, x, f"{i}.attention", h, width // h)), f"{i}.norm1", width)
        x = _normal(g, g.op("Add", x, feed_forward(g, x, f"{i}.mlp", width, 2 * width)), f"{i}.norm2", width)
    return g.model(forecast=linear(g, g.op("Flatten", x, axis=1), "head", patches * width, AHEAD))


def _normal(g: Graph, x: str, name: str, width: int) -> str:
    """Batch normalisation of the last axis."""
    return g.op("Transpose", batch_norm(g, g.op("Transpose", x, perm=[0, 2, 1]), name, width), perm=[0, 2, 1])


REFERENCES = (
    Reference(
        "tcn", "Temporal convolutional network (TCN)", "time_series", "tcn", "sequence", (STEPS,), tcn, {"steps": 100}
    ),
    Reference("patchtst", "PatchTST/42", "time_series", "patchtst", "sequence", (PAST,), patchtst),
)
