"""Transformer encoders: BERT for text, ViT for pictures."""

from __future__ import annotations

from functools import partial

import onnx

from models.reference.attention import embedding, feed_forward, first_rows, layer_norm, self_attention
from models.reference.graph import Graph
from models.reference.layers import conv, linear
from models.reference.spec import PRECISIONS, Input, Reference

WORDS, POSITIONS = 30522, 512
TEXT = (
    Input("ids", "int64", ("batch", "tokens"), 0, WORDS),
    Input("types", "int64", ("batch", "tokens"), 0, 2),
    Input("mask", "float", ("batch", "tokens"), 1, 1),  # 0 for padding
)
IMAGE = Input("image", "float", ("batch", 3, 224, 224), -1.0, 1.0)


def bert(layers: int, width: int, precision: str) -> onnx.ModelProto:
    """Devlin et al. 2018, uncased, with its pooler."""
    g = Graph("bert", TEXT, precision)
    x = g.op("Add", embedding(g, "ids", "words", WORDS, width), embedding(g, "types", "types", 2, width))
    x = g.op("Add", x, first_rows(g, "positions", POSITIONS, width, "ids"))
    x = layer_norm(g, x, "norm", width, 1e-12)
    mask = g.op("Mul", g.op("Sub", "mask", g.constant(1.0)), g.constant(1e4))
    mask = g.op("Unsqueeze", mask, g.constant([1, 2]))
    for i in range(layers):
        y = self_attention(g, x, f"{i}.attention", width // 64, 64, mask)
        x = layer_norm(g, g.op("Add", x, y), f"{i}.norm1", width, 1e-12)
        y = feed_forward(g, x, f"{i}.mlp", width, 4 * width)
        x = layer_norm(g, g.op("Add", x, y), f"{i}.norm2", width, 1e-12)
    first = g.op("Gather", x, g.constant(0), axis=1)
    return g.model(hidden=x, pooled=g.op("Tanh", linear(g, first, "pooler", width, width)))


def vit_base(precision: str) -> onnx.ModelProto:
    """Dosovitskiy et al. 2020, ViT-B/16: 196 patches and a token for the class."""
    g = Graph("vit_base", (IMAGE,), precision)
    x = conv(g, "image", "patches", 3, 768, 16, stride=16, pad=0)
    x = g.op("Transpose", g.op("Reshape", x, g.constant([0, 768, -1])), perm=[0, 2, 1])
    shape = g.op("Concat", g.op("Shape", x, end=1), g.constant([1, 768]), axis=0)
    token = g.op("Expand", g.weight("class", (1, 1, 768), -1.0, 1.0), shape)
    x = g.op("Add", g.op("Concat", token, x, axis=1), g.weight("positions", (1, 197, 768), -0.3, 0.3))
    for i in range(12):
        x = g.op("Add", x, self_attention(g, layer_norm(g, x, f"{i}.norm1", 768), f"{i}.attention", 12, 64))
        x = g.op("Add", x, feed_forward(g, layer_norm(g, x, f"{i}.norm2", 768), f"{i}.mlp", 768, 3072))
    first = g.op("Gather", layer_norm(g, x, "norm", 768), g.constant(0), axis=1)
    return g.model(logits=linear(g, first, "head", 768, 1000))


REFERENCES = (
    Reference(
        "bert_base", "BERT base", "transformer_encoder", "bert_base", "sequence", TEXT, partial(bert, 12, 768),
        {"tokens": 128}, PRECISIONS,
    ),
    Reference(
        "bert_large", "BERT large", "transformer_encoder", "bert_large", "sequence", TEXT, partial(bert, 24, 1024),
        {"tokens": 384}, PRECISIONS,
    ),
    Reference("vit_base", "ViT-B/16", "vit", "vit_base", "image", (IMAGE,), vit_base, precisions=PRECISIONS),
)  # fmt: skip
