"""Generative adversarial networks: the generator, which is what runs once it is trained."""

from __future__ import annotations

from math import sqrt

import onnx

from models.reference.graph import Graph
from models.reference.layers import batch_norm, conv_transpose
from models.reference.spec import Input, Reference

NOISE = Input("noise", "float", ("batch", 100, 1, 1), -1.7, 1.7)


def dcgan(precision: str) -> onnx.ModelProto:
    """Radford et al. 2015, generator: 100 random values -> a picture of 64 x 64."""
    g = Graph("dcgan", (NOISE,), precision)
    x, channels = "noise", 100
    for i, filters in enumerate((512, 256, 128, 64)):
        stride, pad = (2, 1) if i else (1, 0)
        x = conv_transpose(g, x, f"up{i}", channels, filters, 4, stride, pad, bias=False, gain=sqrt(2.0))
        x, channels = g.op("Relu", batch_norm(g, x, f"up{i}.bn", filters)), filters
    return g.model(image=g.op("Tanh", conv_transpose(g, x, "out", 64, 3, 4, 2, 1, bias=False)))


REFERENCES = (
    Reference(
        "dcgan_generator", "DCGAN generator", "gan", "dcgan", "image", (NOISE,), dcgan,
        note="the generator alone; training also runs the discriminator (2.77 M parameters)",
    ),
)  # fmt: skip
