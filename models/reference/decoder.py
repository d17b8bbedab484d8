"""Language models that write: reading a prompt (prefill) and writing one more token for each sequence (decode).

GPT-2 is whole. Larger ones are one layer, to be taken as many times as they have layers, and their two ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import sqrt

import onnx
from onnx import TensorProto

from models.reference.attention import (
    attend,
    attend_cached,
    causal_mask,
    embedding,
    feed_forward,
    first_rows,
    heads,
    joined,
    layer_norm,
    rms_norm,
    split,
)
from models.reference.graph import Graph
from models.reference.layers import RESIDUAL, activation, linear, spread
from models.reference.spec import PRECISIONS, Input, Reference

# -- GPT-2 (Radford et al. 2019), 124 M

GPT2_WORDS, GPT2_CONTEXT, GPT2_LAYERS = 50257, 1024, 12
PROMPT = (Input("ids", "int64", ("batch", "tokens"), 0, GPT2_WORDS),)
STEP = (
    Input("ids", "int64", ("batch", 1), 0, GPT2_WORDS),
    Input("position", "int64", ("batch", 1), 0, GPT2_CONTEXT),
    *(
        Input(f"past_{kind}{i}", "float", ("batch", 12, *shape), -1.0, 1.0)
        for i in range(GPT2_LAYERS)
        for kind, shape in (("key", (64, "past")), ("value", ("past", 64)))
    ),
)


def gpt2(cached: bool, precision: str) -> onnx.ModelProto:
    g = Graph("gpt2", STEP if cached else PROMPT, precision)
    x, kept, mask = embedding(g, "ids", "words", GPT2_WORDS, 768), {}, ""
    if cached:
        places = g.op("Gather", g.weight("positions.weight", (GPT2_CONTEXT, 768), -0.3, 0.3), "position")
    else:
        places, mask = first_rows(g, "positions", GPT2_CONTEXT, 768, "ids"), causal_mask(g, "ids")
    x = g.op("Add", x, places)
    for i in range(GPT2_LAYERS):
        y = linear(g, layer_norm(g, x, f"{i}.norm1", 768), f"{i}.attention.qkv", 768, 3 * 768)
        q, k, v = split(g, y, (768,) * 3)
        q, k, v = heads(g, q, 12, 64), heads(g, k, 12, 64, rows=False), heads(g, v, 12, 64)
        kept[f"key{i}"], kept[f"value{i}"] = k, v
        y = attend_cached(g, q, k, v, f"past_key{i}", f"past_value{i}", 64) if cached else attend(g, q, k, v, 64, mask)
        x = g.op("Add", x, linear(g, joined(g, y, 12, 64), f"{i}.attention.out", 768, 768, gain=RESIDUAL))
        x = g.op("Add", x, feed_forward(g, layer_norm(g, x, f"{i}.norm2", 768), f"{i}.mlp", 768, 3072, "gelu_tanh"))
    last = g.op("Gather", layer_norm(g, x, "norm", 768), g.constant(-1), axis=1)
    # The embedding of words, used again to choose the next one
    return g.model(logits=g.op("Gemm", last, "words.weight", transB=1), **kept)


# -- Llama (Touvron et al. 2023; Dubey et al. 2024) and Mixtral (Jiang et al. 2024)


@dataclass(frozen=True)
class Llama:
    """The widths of a decoder. `experts`: how many feed-forward networks each layer has, of which a token meets two."""

    id: str
    name: str
    layers: int
    width: int
    inner: int
    heads: int
    kv_heads: int
    words: int
    experts: int = 1
    precisions: tuple[str, ...] = ("fp32", "fp16")

    @property
    def head(self) -> int:
        return self.width // self.heads


LLAMAS = (
    Llama("llama_3_8b", "Llama 3 8B", 32, 4096, 14336, 32, 8, 128256),
    Llama("llama_2_13b", "Llama 2 13B", 40, 5120, 13824, 40, 40, 32000),
    # In fp32, opening these takes more memory than most machines have
    Llama("llama_3_70b", "Llama 3 70B", 80, 8192, 28672, 64, 8, 128256, precisions=("fp16",)),
    Llama("mixtral_8x7b", "Mixtral 8x7B", 32, 4096, 14336, 32, 8, 32000, experts=8, precisions=("fp16",)),
)
CHOSEN = 2  # experts that a token meets


def layer_inputs(m: Llama, cached: bool) -> tuple[Input, ...]:
    """Hidden values, and the cosines and sines of the positions' angles, which are made once for all layers."""
    tokens: int | str = 1 if cached else "tokens"
    turn = ("batch" if cached else 1, 1, tokens, m.head // 2)
    past = (
        Input("past_key", "float", ("batch", m.kv_heads, m.head, "past"), -1.0, 1.0),
        Input("past_value", "float", ("batch", m.kv_heads, "past", m.head), -1.0, 1.0),
    )
    return (
        Input("hidden", "float", ("batch", tokens, m.width), -1.7, 1.7),
        Input("cos", "float", turn, -0.7, 0.7),
        Input("sin", "float", turn, -0.7, 0.7),
        *(past if cached else ()),
    )


def layer(m: Llama, cached: bool, precision: str) -> onnx.ModelProto:
    """One layer: hidden [b, t, width] -> the same, and the keys and values to keep."""
    g = Graph(f"{m.id}_layer", layer_inputs(m, cached), precision)
    kv_width, group = m.kv_heads * m.head, m.heads // m.kv_heads
    y = linear(g, rms_norm(g, "hidden", "norm1", m.width), "qkv", m.width, m.width + 2 * kv_width, bias=False)
    q, k, v = split(g, y, (m.width, kv_width, kv_width))
    q = _turned(g, heads(g, q, m.heads, m.head), m.head)
    # Queries that share keys lie side by side, so that each key is read once: [b, kv heads, group * t, head]
    q = g.op("Reshape", q, g.constant([0, m.kv_heads, -1, m.head]))
    k = g.op("Transpose", _turned(g, heads(g, k, m.kv_heads, m.head), m.head), perm=[0, 1, 3, 2])
    v = heads(g, v, m.kv_heads, m.head)
    if cached:
        y = attend_cached(g, q, k, v, "past_key", "past_value", m.head)
    else:
        y = attend(g, q, k, v, m.head, g.op("Tile", causal_mask(g, "hidden"), g.constant([group, 1])))
    y = joined(g, g.op("Reshape", y, g.constant([0, m.heads, -1, m.head])), m.heads, m.head)
    x = g.op("Add", "hidden", linear(g, y, "out", m.width, m.width, bias=False, gain=RESIDUAL))
    y = rms_norm(g, x, "norm2", m.width)
    y = _experts(g, y, m, "batch" if cached else "batch*tokens") if m.experts > 1 else _gated(g, y, "mlp", m)
    return g.model(hidden_next=g.op("Add", x, y), key=k, value=v)


def _turned(g: Graph, x: str, w: int) -> str:
    """Rotary positions: the two halves of each head [b, h, t, w] turned by the angles of its place."""
    a, b = split(g, x, (w // 2, w // 2))
    first = g.op("Sub", g.op("Mul", a, "cos"), g.op("Mul", b, "sin"))
    return g.op("Concat", first, g.op("Add", g.op("Mul", b, "cos"), g.op("Mul", a, "sin")), axis=-1)


def _gated(g: Graph, x: str, name: str, m: Llama, share: float = 1.0) -> str:
    """Feed-forward with a gate (SwiGLU). `share`: of the tokens that come here."""
    a, b = spread(m.width, sqrt(2.0)), spread(m.inner, RESIDUAL)
    both = g.op("MatMul", x, g.weight(f"{name}.in.weight", (m.width, 2 * m.inner), -a, a, share=share))
    gate, up = split(g, both, (m.inner, m.inner))
    y = g.op("Mul", activation(g, gate, "silu"), up)
    return g.op("MatMul", y, g.weight(f"{name}.out.weight", (m.inner, m.width), -b, b, share=share))


def _experts(g: Graph, x: str, m: Llama, tokens: str) -> str:
    """Each token goes to the two experts that the router likes best. Tokens are sorted by expert, so that each expert
    does one product over those that chose it, and one that nobody chose reads no weights."""
    rows = g.op("Reshape", x, g.constant([-1, m.width]))
    best = g.op("TopK", linear(g, rows, "router", m.width, m.experts, bias=False), g.constant([CHOSEN]), outputs=2)
    weights = g.op("Unsqueeze", g.op("Softmax", best, axis=-1), g.constant([2]))
    choices = g.op("Reshape", f"{best}:1", g.constant([-1]))
    hits = g.op("Equal", g.op("Unsqueeze", choices, g.constant([1])), g.constant([list(range(m.experts))]))
    sizes = g.op("ReduceSum", g.op("Cast", hits, to=TensorProto.INT64), g.constant([0]), keepdims=0)
    order = _order(g, choices)
    sorted_rows = g.op("Gather", rows, g.op("Div", order, g.constant(CHOSEN)))
    parts = g.op("Split", sorted_rows, sizes, outputs=m.experts, axis=0)
    done = []
    for i in range(m.experts):
        part = g.declare(f"{parts}:{i}" if i else parts, (f"{tokens}*{CHOSEN}/{m.experts}#{i}", m.width))
        done.append(_gated(g, part, f"expert{i}", m, share=CHOSEN / m.experts))
    back = g.op("Gather", g.op("Concat", *done, axis=0), _order(g, order))
    pairs = g.op("Mul", g.op("Reshape", back, g.constant([-1, CHOSEN, m.width])), weights)
    return g.op("Reshape", g.op("ReduceSum", pairs, g.constant([1]), keepdims=0), g.op("Shape", x))


def _order(g: Graph, keys: str) -> str:
    """Where each key stands when they are sorted, smallest first; of a permutation: the way back."""
    return f"{g.op('TopK', keys, g.op('Shape', keys), outputs=2, largest=0)}:1"


def end_inputs(m: Llama) -> tuple[Input, ...]:
    return (Input("ids", "int64", ("batch",), 0, m.words), Input("hidden", "float", ("batch", m.width), -1.7, 1.7))


def ends(m: Llama, precision: str) -> onnx.ModelProto:
    """What a token meets before the first layer and after the last: its embedding; norm and scores of all words."""
    g = Graph(f"{m.id}_ends", end_inputs(m), precision)
    logits = linear(g, rms_norm(g, "hidden", "norm", m.width), "head", m.width, m.words, bias=False)
    return g.model(embedded=embedding(g, "ids", "words", m.words, m.width), logits=logits)


def _references(m: Llama) -> tuple[Reference, ...]:
    ends_id = f"{m.id}_ends"
    whole = f"{m.layers} times this layer and once the two ends ({ends_id}), timed apart and added up"
    kind = "transformer_decoder"
    return (
        Reference(
            f"{m.id}_prefill", f"{m.name}, a layer reading a prompt", kind, m.id, "sequence", layer_inputs(m, False),
            partial(layer, m, False), {"tokens": 512}, m.precisions, m.layers, ends_id, whole,
        ),
        Reference(
            f"{m.id}_decode", f"{m.name}, a layer writing a token", kind, m.id, "token", layer_inputs(m, True),
            partial(layer, m, True), {"past": 1024}, m.precisions, m.layers, ends_id, whole,
        ),
        Reference(
            ends_id, f"{m.name}, embedding and scores of words", kind, m.id, "token", end_inputs(m),
            partial(ends, m), precisions=m.precisions, note="the two ends of the network, to be added to its layers",
        ),
    )  # fmt: skip


REFERENCES = (
    Reference(
        "gpt2_prefill", "GPT-2 reading a prompt", "transformer_decoder", "gpt2_small", "sequence", PROMPT,
        partial(gpt2, False), {"tokens": 512}, PRECISIONS,
    ),
    Reference(
        "gpt2_decode", "GPT-2 writing a token", "transformer_decoder", "gpt2_small", "token", STEP,
        partial(gpt2, True), {"past": 512}, PRECISIONS,
    ),
    *(reference for m in LLAMAS for reference in _references(m)),
)  # fmt: skip
