"""Recurrent networks: two layers of 512 units over a sequence, in the plain, LSTM and GRU form."""

from __future__ import annotations

from functools import partial

import onnx

from models.reference.graph import Graph
from models.reference.layers import spread
from models.reference.spec import Input, Reference

UNITS, LAYERS = 512, 2
SEQUENCE = Input("sequence", "float", ("steps", "batch", UNITS), -1.0, 1.0)
GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}


def cells(g: Graph, x: str, name: str, cell: str, inputs: int, units: int) -> str:
    """One layer: x [steps, batch, inputs] -> [steps, batch, units]. `cell`: RNN (tanh), LSTM or GRU."""
    half, gates = spread(inputs + units), GATES[cell]
    # A GRU whose reset gate acts on the product is the one that cuDNN computes
    attributes = {"linear_before_reset": 1} if cell == "GRU" else {}
    hidden = g.op(
        cell, x,
        g.weight(f"{name}.input", (1, gates * units, inputs), -half, half),
        g.weight(f"{name}.state", (1, gates * units, units), -half, half),
        g.weight(f"{name}.bias", (1, 2 * gates * units), -0.01, 0.01),
        hidden_size=units, **attributes,
    )  # fmt: skip
    return g.op("Squeeze", hidden, g.constant([1]))


def recurrent(cell: str, precision: str) -> onnx.ModelProto:
    g = Graph(cell.lower(), (SEQUENCE,), precision)
    x = "sequence"
    for layer in range(LAYERS):
        x = cells(g, x, f"layer{layer}", cell, UNITS, UNITS)
    return g.model(states=x)


REFERENCES = tuple(
    Reference(
        cell.lower(),
        name,
        cell.lower(),
        cell.lower(),
        "sequence",
        (SEQUENCE,),
        partial(recurrent, cell),
        {"steps": 100},
    )
    for cell, name in (
        ("RNN", "Recurrent network (RNN)"),
        ("LSTM", "Long short-term memory (LSTM)"),
        ("GRU", "Gated recurrent unit (GRU)"),
    )
)
