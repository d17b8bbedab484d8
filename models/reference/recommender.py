"""Recommenders: large tables of what users and items are like, and a small network over what is looked up."""

from __future__ import annotations

import numpy as np
import onnx

from models.reference.feedforward import dense
from models.reference.graph import Graph
from models.reference.spec import Input, Reference

TABLES, ROWS, WIDTH = 26, 40_000, 128
INPUTS = (Input("numbers", "float", ("batch", 13)), Input("categories", "int64", ("batch", TABLES), 0, ROWS))


def dlrm(precision: str) -> onnx.ModelProto:
    """Naumov et al. 2019, with the layers of MLPerf (Criteo Terabyte); its 26 tables cut to 40,000 rows each."""
    g = Graph("dlrm", INPUTS, precision)
    seen = dense(g, "numbers", (13, 512, 256, WIDTH), "bottom", last="relu")
    starts = g.constant(np.arange(TABLES) * ROWS)
    table = g.weight("tables", (TABLES * ROWS, WIDTH), -0.2, 0.2)
    found = g.op("Gather", table, g.op("Add", "categories", starts))
    vectors = g.op("Concat", g.op("Unsqueeze", seen, g.constant([1])), found, axis=1)
    alike = g.op("MatMul", vectors, g.op("Transpose", vectors, perm=[0, 2, 1]))
    flat = g.op("Reshape", alike, g.constant([0, (TABLES + 1) ** 2]))
    below = np.flatnonzero(np.tril(np.ones((TABLES + 1, TABLES + 1)), -1))  # each pair once
    pairs = g.op("Gather", flat, g.constant(below), axis=1)
    x = g.op("Concat", seen, pairs, axis=1)
    return g.model(click=dense(g, x, (WIDTH + len(below), 1024, 1024, 512, 256, 1), "top", last="sigmoid"))


REFERENCES = (
    Reference(
        "dlrm", "DLRM (MLPerf)", "recommender", "dlrm", "row", INPUTS, dlrm,
        note="tables of 40,000 rows each in place of up to 40 million: the same look-ups and layers, but 135 M "
        "parameters in place of 24,000 M",
    ),
)  # fmt: skip
