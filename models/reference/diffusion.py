"""Diffusion: the U-Net of Stable Diffusion 1.5 (Rombach et al. 2022), which takes noise off a picture step by step."""

from __future__ import annotations

from functools import partial

import numpy as np
import onnx

from models.reference.attention import attend, heads, joined, layer_norm, split
from models.reference.graph import Graph
from models.reference.layers import RESIDUAL, activation, conv, doubled, linear
from models.reference.spec import Input, Reference

HEADS, TEXT_WIDTH = 8, 768
WIDTHS = (320, 640, 1280, 1280)
INPUTS = (
    Input("latents", "float", ("batch", 4, "side", "side"), -1.7, 1.7),
    Input("timestep", "float32", ("batch",), 0, 1000),
    Input("text", "float", ("batch", 77, TEXT_WIDTH), -1.0, 1.0),
)


def unet(widths: tuple[int, ...], precision: str) -> onnx.ModelProto:
    """One pass over noisy latents. `widths`: channels of each stage, finest first."""
    g = Graph("sd_unet", INPUTS, precision)
    width, deep = widths[0], widths[-1]
    y = activation(g, linear(g, _waves(g, "timestep", width), "time.0", width, 4 * width), "silu")
    time = activation(g, linear(g, y, "time.1", 4 * width, 4 * width), "silu"), 4 * width
    x = conv(g, "latents", "in", 4, width)
    kept = [(x, width)]
    for i, filters in enumerate(widths):
        last = i == len(widths) - 1  # the coarsest stage has no attention
        for j in range(2):
            x, width = _resnet(g, x, time, f"down{i}.{j}.resnet", width, filters), filters
            x = x if last else _transformer(g, x, f"down{i}.{j}.attention", filters)
            kept.append((x, filters))
        if not last:
            x = conv(g, x, f"down{i}.half", filters, filters, stride=2, pad=1)
            kept.append((x, filters))
    x = _resnet(g, x, time, "middle.resnet0", deep, deep)
    x = _transformer(g, x, "middle.attention", deep)
    x = _resnet(g, x, time, "middle.resnet1", deep, deep)
    for i, filters in enumerate(reversed(widths)):
        for j in range(3):
            skip, more = kept.pop()
            x = _resnet(g, g.op("Concat", x, skip, axis=1), time, f"up{i}.{j}.resnet", width + more, filters)
            x, width = (_transformer(g, x, f"up{i}.{j}.attention", filters) if i else x), filters
        if i < len(widths) - 1:
            x = conv(g, doubled(g, x), f"up{i}.double", filters, filters)
    return g.model(noise=conv(g, activation(g, _group_norm(g, x, "out.norm", width), "silu"), "out", width, 4))


def _waves(g: Graph, timestep: str, width: int) -> str:
    """[b] -> [b, width]: cosines and sines of the time at frequencies from 1 down to 1 / 10,000."""
    frequencies = np.exp(-np.log(10_000) * np.arange(width // 2) / (width // 2))
    angles = g.op("Mul", g.op("Unsqueeze", timestep, g.constant([1])), g.constant(frequencies, np.float32))
    return g.op("Cast", g.op("Concat", g.op("Cos", angles), g.op("Sin", angles), axis=1), to=g.dtype)


def _group_norm(g: Graph, x: str, name: str, channels: int) -> str:
    """Normalises 32 groups of channels; as the instance normalisation of 32 channels, which opset 17 has."""
    flat = g.op("Reshape", x, g.constant([0, 32, -1]))
    flat = g.op("InstanceNormalization", flat, g.constant(np.ones(32)), g.constant(np.zeros(32)), epsilon=1e-5)
    y = g.op("Reshape", flat, g.op("Shape", x))
    y = g.op("Mul", y, g.weight(f"{name}.weight", (channels, 1, 1), 0.9, 1.1))
    return g.op("Add", y, g.weight(f"{name}.bias", (channels, 1, 1), -0.1, 0.1))


def _resnet(g: Graph, x: str, time: tuple[str, int], name: str, channels: int, filters: int) -> str:
    y = conv(g, activation(g, _group_norm(g, x, f"{name}.norm0", channels), "silu"), f"{name}.0", channels, filters)
    now = linear(g, time[0], f"{name}.time", time[1], filters)
    y = g.op("Add", y, g.op("Unsqueeze", now, g.constant([2, 3])))
    y = activation(g, _group_norm(g, y, f"{name}.norm1", filters), "silu")
    y = conv(g, y, f"{name}.1", filters, filters, gain=RESIDUAL)
    return g.op("Add", y, conv(g, x, f"{name}.shortcut", channels, filters, 1) if channels != filters else x)


def _transformer(g: Graph, x: str, name: str, width: int) -> str:
    """Every place looks at every other and then at the words of the text."""
    y = conv(g, _group_norm(g, x, f"{name}.norm", width), f"{name}.in", width, width, 1)
    y = g.op("Transpose", g.op("Reshape", y, g.constant([0, width, -1])), perm=[0, 2, 1])
    w = width // HEADS
    z = layer_norm(g, y, f"{name}.norm0", width)
    q, k, v = split(g, linear(g, z, f"{name}.self.qkv", width, 3 * width, bias=False), (width,) * 3)
    z = attend(g, heads(g, q, HEADS, w), heads(g, k, HEADS, w, rows=False), heads(g, v, HEADS, w), w)
    y = g.op("Add", y, linear(g, joined(g, z, HEADS, w), f"{name}.self.out", width, width, gain=RESIDUAL))
    q = linear(g, layer_norm(g, y, f"{name}.norm1", width), f"{name}.text.q", width, width, bias=False)
    k, v = split(g, linear(g, "text", f"{name}.text.kv", TEXT_WIDTH, 2 * width, bias=False), (width, width))
    z = attend(g, heads(g, q, HEADS, w), heads(g, k, HEADS, w, rows=False), heads(g, v, HEADS, w), w)
    y = g.op("Add", y, linear(g, joined(g, z, HEADS, w), f"{name}.text.out", width, width, gain=RESIDUAL))
    z = linear(g, layer_norm(g, y, f"{name}.norm2", width), f"{name}.mlp.in", width, 8 * width)
    z, gate = split(g, z, (4 * width, 4 * width))
    z = g.op("Mul", z, activation(g, gate, "gelu"))
    y = g.op("Add", y, linear(g, z, f"{name}.mlp.out", 4 * width, width, gain=RESIDUAL))
    y = g.op("Reshape", g.op("Transpose", y, perm=[0, 2, 1]), g.op("Shape", x))
    return g.op("Add", x, conv(g, y, f"{name}.out", width, width, 1, gain=RESIDUAL))


REFERENCES = (
    Reference(
        "sd15_unet", "Stable Diffusion 1.5 U-Net", "diffusion", "sd_1.5", "pass", INPUTS,
        partial(unet, WIDTHS), {"side": 64},
        note="one pass at 512x512 (latents of 64x64); a step with classifier-free guidance is two, a batch of 2. "
        "Text encoder and decoder of the picture, once a picture, are not part of it",
    ),
)  # fmt: skip
