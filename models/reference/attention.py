"""What transformers share: normalisation, embedding, attention, the layers between. Names of shapes: b items, t tokens,
s tokens looked at, h heads of width w; keys and values may have fewer heads than queries (grouped-query attention).

Attention is written out in products and a softmax, which every provider has. Keys are kept transposed.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from onnx import TensorProto, numpy_helper

from models.reference.graph import Graph
from models.reference.layers import RESIDUAL, activation, linear

NEVER = -1e4  # added to the score of what must not be looked at; fp16 bears it


def layer_norm(g: Graph, x: str, name: str, width: int, epsilon: float = 1e-5) -> str:
    weight = g.weight(f"{name}.weight", (width,), 0.9, 1.1)
    return g.op("LayerNormalization", x, weight, g.weight(f"{name}.bias", (width,), -0.1, 0.1), epsilon=epsilon)


def rms_norm(g: Graph, x: str, name: str, width: int) -> str:
    """x / root of the mean of x squared, in float32, in the form that runtimes know to fuse."""
    half = g.dtype == TensorProto.FLOAT16
    y = g.op("Cast", x, to=TensorProto.FLOAT) if half else x
    mean = g.op("ReduceMean", g.op("Pow", y, g.constant(2.0, np.float32)), axes=[-1], keepdims=1)
    y = g.op("Div", y, g.op("Sqrt", g.op("Add", mean, g.constant(1e-5, np.float32))))
    y = g.op("Cast", y, to=TensorProto.FLOAT16) if half else y
    return g.op("Mul", y, g.weight(f"{name}.weight", (width,), 0.9, 1.1))


def embedding(g: Graph, ids: str, name: str, rows: int, width: int) -> str:
    return g.op("Gather", g.weight(f"{name}.weight", (rows, width), -1.0, 1.0), ids)


def first_rows(g: Graph, name: str, rows: int, width: int, like: str) -> str:
    """The first rows of a table, as many as `like` [b, t, ...] has tokens: embeddings of positions."""
    table = g.weight(f"{name}.weight", (rows, width), -0.3, 0.3)
    return g.op("Slice", table, g.constant([0]), g.op("Shape", like, start=1, end=2), g.constant([0]))


def heads(g: Graph, x: str, h: int, w: int, rows: bool = True) -> str:
    """[b, t, h * w] -> [b, h, t, w]; not `rows`: [b, h, w, t], the keys."""
    x = g.op("Reshape", x, g.constant([0, 0, h, w]))
    return g.op("Transpose", x, perm=[0, 2, 1, 3] if rows else [0, 2, 3, 1])


def joined(g: Graph, x: str, h: int, w: int) -> str:
    """[b, h, t, w] -> [b, t, h * w]."""
    return g.op("Reshape", g.op("Transpose", x, perm=[0, 2, 1, 3]), g.constant([0, 0, h * w]))


def causal_mask(g: Graph, like: str) -> str:
    """[t, t] for `like` [b, t, ...]: 0 where a token looks at itself or back, far below where it would look ahead."""
    tokens = g.op("Shape", like, start=1, end=2)
    ahead = numpy_helper.from_array(np.array([NEVER], np.float32))
    square = g.op("ConstantOfShape", g.op("Concat", tokens, tokens, axis=0), value=ahead)
    return g.op("Cast", g.op("Trilu", square, g.constant(1), upper=1), to=g.dtype)


def attend(g: Graph, q: str, k: str, v: str, w: int, mask: str = "") -> str:
    """q [b, h, t, w], k [b, h, w, s], v [b, h, s, w] -> [b, h, t, w]. `mask` is added to the scores [b, h, t, s]."""
    scores = g.op("MatMul", g.op("Mul", q, g.constant(1 / sqrt(w))), k)
    if mask:
        scores = g.op("Add", scores, mask)
    return g.op("MatMul", g.op("Softmax", scores, axis=-1), v)


def attend_cached(g: Graph, q: str, k: str, v: str, past_k: str, past_v: str, w: int) -> str:
    """One new token against what is kept: past_k [b, h, w, s], past_v [b, h, s, w]; k [b, h, w, 1], v [b, h, 1, w].

    The cache is read once and never copied, as a server does that writes new keys and values into their place.
    """
    q = g.op("Mul", q, g.constant(1 / sqrt(w)))
    weights = g.op("Softmax", g.op("Concat", g.op("MatMul", q, past_k), g.op("MatMul", q, k), axis=-1), axis=-1)
    last, end, axis = g.constant([-1]), g.constant([np.iinfo(np.int64).max]), g.constant([3])
    old = g.op("Slice", weights, g.constant([0]), last, axis)
    new = g.op("Slice", weights, last, end, axis)
    return g.op("Add", g.op("MatMul", old, past_v), g.op("MatMul", new, v))


def self_attention(g: Graph, x: str, name: str, h: int, w: int, mask: str = "", bias: bool = True) -> str:
    """Queries, keys and values from one product, as many heads of each; x [b, t, h * w], and so is the result."""
    width = h * w
    q, k, v = split(g, linear(g, x, f"{name}.qkv", width, 3 * width, bias), (width,) * 3)
    y = attend(g, heads(g, q, h, w), heads(g, k, h, w, rows=False), heads(g, v, h, w), w, mask)
    return linear(g, joined(g, y, h, w), f"{name}.out", width, width, gain=RESIDUAL)


def feed_forward(g: Graph, x: str, name: str, width: int, inner: int, act: str = "gelu") -> str:
    y = activation(g, linear(g, x, f"{name}.in", width, inner, gain=sqrt(2.0)), act)
    return linear(g, y, f"{name}.out", inner, width, gain=RESIDUAL)


def split(g: Graph, x: str, widths: tuple[int, ...]) -> list[str]:
    """Cuts the last axis into pieces of these widths."""
    y = g.op("Split", x, g.constant(list(widths)), outputs=len(widths), axis=-1)
    return [y, *(f"{y}:{i}" for i in range(1, len(widths)))]
