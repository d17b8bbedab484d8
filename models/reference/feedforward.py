"""Fully connected networks: feed-forward (FF), deep feed-forward (DFF), deep neural network (DNN)."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from math import sqrt

import onnx

from models.reference.graph import Graph
from models.reference.layers import activation, linear
from models.reference.spec import PRECISIONS, Input, Reference

VALUES = Input("values", "float", ("batch", 784))


def dense(g: Graph, x: str, widths: tuple[int, ...], name: str = "layer", act: str = "relu", last: str = "") -> str:
    """Layers of these widths, the first being that of x, each but the last followed by `act`."""
    for i, (inputs, outputs) in enumerate(pairwise(widths)):
        end = i == len(widths) - 2
        x = linear(g, x, f"{name}{i}", inputs, outputs, gain=1.0 if end or act != "relu" else sqrt(2.0))
        x = activation(g, x, last if end else act)
    return x


def perceptron(widths: tuple[int, ...], precision: str) -> onnx.ModelProto:
    g = Graph("perceptron", (VALUES,), precision)
    return g.model(logits=dense(g, "values", widths))


REFERENCES = tuple(
    Reference(
        id, name, "feedforward", id, "row", (VALUES,), partial(perceptron, (784, *hidden, 10)), precisions=PRECISIONS
    )
    for id, name, hidden in (
        ("ff", "Feed-forward network (FF)", (512, 512)),
        ("dff", "Deep feed-forward network (DFF)", (1024,) * 6),
        ("dnn", "Deep neural network (DNN)", (1024,) * 4),
    )
)
