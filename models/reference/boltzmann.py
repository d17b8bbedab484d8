"""Boltzmann machines: units that are on or off by chance. What is timed is one step of Gibbs sampling."""

from __future__ import annotations

import onnx
from onnx import TensorProto

from models.reference.graph import Graph
from models.reference.layers import spread
from models.reference.spec import Input, Reference

VISIBLE, HIDDEN, UNITS = 784, 500, 1000
PIXELS = Input("visible", "float", ("batch", VISIBLE))
STATE = Input("state", "float", ("batch", UNITS))


def sampled(g: Graph, energy: str) -> str:
    """1 with the probability sigmoid(energy), else 0."""
    chance = g.op("Cast", g.op("Sigmoid", energy), to=TensorProto.FLOAT)
    return g.op("Cast", g.op("Greater", chance, g.op("RandomUniformLike", chance, seed=1.0)), to=g.dtype)


def rbm(precision: str) -> onnx.ModelProto:
    """Hinton 2002, contrastive divergence: visible -> hidden sampled -> visible sampled, through the same weights."""
    g = Graph("rbm", (PIXELS,), precision)
    half = spread(VISIBLE)
    weight = g.weight("weight", (VISIBLE, HIDDEN), -half, half)
    hidden = sampled(g, g.op("Gemm", "visible", weight, g.weight("hidden.bias", (HIDDEN,), -0.01, 0.01)))
    back = g.op("Gemm", hidden, weight, g.weight("visible.bias", (VISIBLE,), -0.01, 0.01), transB=1)
    return g.model(hidden=hidden, visible_again=sampled(g, back))


def boltzmann(precision: str) -> onnx.ModelProto:
    """Every unit joined to every other; all are drawn anew at once from the state before."""
    g = Graph("bm", (STATE,), precision)
    half = spread(UNITS)
    weight = g.weight("weight", (UNITS, UNITS), -half, half)
    return g.model(state_next=sampled(g, g.op("Gemm", "state", weight, g.weight("bias", (UNITS,), -0.01, 0.01))))


REFERENCES = (
    Reference("bm", "Boltzmann machine (BM)", "boltzmann", "bm", "row", (STATE,), boltzmann),
    Reference(
        "rbm", "Restricted Boltzmann machine (RBM), Gibbs step", "boltzmann", "rbm", "row", (PIXELS,), rbm,
    ),
)  # fmt: skip
