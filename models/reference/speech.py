"""Speech to text: Whisper small (Radford et al. 2022), hearing 30 seconds and writing a token."""

from __future__ import annotations

import onnx

from models.reference.attention import (
    attend,
    attend_cached,
    embedding,
    feed_forward,
    first_rows,
    heads,
    joined,
    layer_norm,
)
from models.reference.graph import Graph
from models.reference.layers import RESIDUAL, activation, conv, linear
from models.reference.spec import Input, Reference

WIDTH, HEADS, HEAD, LAYERS = 768, 12, 64, 12
MELS, SEEN = 80, 1500  # frames of 10 ms, of which every second one stays: 30 s
WORDS, CONTEXT = 51865, 448
CLIP = Input("mel", "float", ("batch", MELS, "frames"), -1.0, 1.0)
STEP = (
    Input("ids", "int64", ("batch", 1), 0, WORDS),
    Input("position", "int64", ("batch", 1), 0, CONTEXT),
    *(
        Input(f"{of}_{kind}{i}", "float", ("batch", HEADS, *shape), -1.0, 1.0)
        for i in range(LAYERS)
        for of, length in (("past", "past"), ("heard", "heard"))
        for kind, shape in (("key", (HEAD, length)), ("value", (length, HEAD)))
    ),
)


def _rows(g: Graph, x: str, name: str, what: str) -> str:
    """Queries, keys or values as heads. Keys have no bias."""
    y = linear(g, x, f"{name}.{what}", WIDTH, WIDTH, bias=what != "k")
    return heads(g, y, HEADS, HEAD, rows=what != "k")


def _out(g: Graph, x: str, y: str, name: str) -> str:
    return g.op("Add", x, linear(g, joined(g, y, HEADS, HEAD), f"{name}.out", WIDTH, WIDTH, gain=RESIDUAL))


def encoder(precision: str) -> onnx.ModelProto:
    """A clip of 30 s -> the keys and values that the decoder looks at, made once a clip."""
    g = Graph("whisper_encoder", (CLIP,), precision)
    x = activation(g, conv(g, "mel", "conv0", MELS, WIDTH, 3, dims=1), "gelu")
    x = activation(g, conv(g, x, "conv1", WIDTH, WIDTH, 3, stride=2, pad=1, dims=1), "gelu")
    x = g.op("Transpose", x, perm=[0, 2, 1])
    x = g.op("Add", x, first_rows(g, "positions", SEEN, WIDTH, x))
    for i in range(LAYERS):
        y, name = layer_norm(g, x, f"{i}.norm0", WIDTH), f"{i}.attention"
        y = attend(g, _rows(g, y, name, "q"), _rows(g, y, name, "k"), _rows(g, y, name, "v"), HEAD)
        x = _out(g, x, y, name)
        x = g.op("Add", x, feed_forward(g, layer_norm(g, x, f"{i}.norm1", WIDTH), f"{i}.mlp", WIDTH, 4 * WIDTH))
    x, heard = layer_norm(g, x, "norm", WIDTH), {}
    for i in range(LAYERS):
        heard[f"heard_key{i}"] = _rows(g, x, f"decoder{i}.heard", "k")
        heard[f"heard_value{i}"] = _rows(g, x, f"decoder{i}.heard", "v")
    return g.model(hidden=x, **heard)


def decoder(precision: str) -> onnx.ModelProto:
    """One token more, from those before it (past) and the clip (heard)."""
    g = Graph("whisper_decoder", STEP, precision)
    x, kept = embedding(g, "ids", "words", WORDS, WIDTH), {}
    x = g.op("Add", x, embedding(g, "position", "positions", CONTEXT, WIDTH))
    for i in range(LAYERS):
        y, name = layer_norm(g, x, f"{i}.norm0", WIDTH), f"{i}.attention"
        q, k, v = (_rows(g, y, name, what) for what in "qkv")
        kept[f"key{i}"], kept[f"value{i}"] = k, v
        x = _out(g, x, attend_cached(g, q, k, v, f"past_key{i}", f"past_value{i}", HEAD), name)
        q = _rows(g, layer_norm(g, x, f"{i}.norm1", WIDTH), f"{i}.heard", "q")
        x = _out(g, x, attend(g, q, f"heard_key{i}", f"heard_value{i}", HEAD), f"{i}.heard")
        x = g.op("Add", x, feed_forward(g, layer_norm(g, x, f"{i}.norm2", WIDTH), f"{i}.mlp", WIDTH, 4 * WIDTH))
    last = g.op("Gather", layer_norm(g, x, "norm", WIDTH), g.constant(-1), axis=1)
    return g.model(logits=g.op("Gemm", last, "words.weight", transB=1), **kept)


REFERENCES = (
    Reference(
        "whisper_small_encoder", "Whisper small, hearing 30 s", "speech", "whisper_small", "clip", (CLIP,), encoder,
        {"frames": 2 * SEEN},
        note="with what the decoder needs from it; a clip is 30 seconds of audio",
    ),
    Reference(
        "whisper_small_decoder", "Whisper small, writing a token", "speech", "whisper_small", "token", STEP, decoder,
        {"past": 128, "heard": SEEN},
    ),
)  # fmt: skip
