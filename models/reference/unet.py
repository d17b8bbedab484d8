"""U-Nets: down to coarse features and back up, joined at each size; a label for each pixel or voxel."""

from __future__ import annotations

from math import sqrt

import onnx

from models.reference.graph import Graph
from models.reference.layers import conv, conv_transpose, instance_norm, max_pool
from models.reference.spec import Input, Reference

SLICE = Input("image", "float", ("batch", 1, "side", "side"), -1.0, 1.0)
VOLUME = Input("volume", "float", ("batch", 1, "side", "side", "side"), -1.0, 1.0)


def unet_2d(precision: str) -> onnx.ModelProto:
    """Ronneberger et al. 2015, padded so that the size stays; two classes."""
    g = Graph("unet_2d", (SLICE,), precision)

    def pair(x: str, name: str, channels: int, filters: int) -> str:
        for i, inputs in enumerate((channels, filters)):
            x = g.op("Relu", conv(g, x, f"{name}.{i}", inputs, filters, 3, gain=sqrt(2.0)))
        return x

    x, channels, skips = "image", 1, []
    for filters in (64, 128, 256, 512):
        x, channels = pair(x, f"down{filters}", channels, filters), filters
        skips.append(x)
        x = max_pool(g, x)
    x = pair(x, "bottom", 512, 1024)
    for filters, skip in zip((512, 256, 128, 64), reversed(skips), strict=True):
        x = conv_transpose(g, x, f"up{filters}.up", 2 * filters, filters, 2, stride=2)
        x = pair(g.op("Concat", skip, x, axis=1), f"up{filters}", 2 * filters, filters)
    return g.model(labels=conv(g, x, "labels", 64, 2, 1))


def unet_3d(precision: str) -> onnx.ModelProto:
    """The 3D U-Net of MLPerf (kidney tumours, KiTS19), after Isensee et al. 2019; three classes."""
    g = Graph("unet_3d", (VOLUME,), precision)

    def pair(x: str, name: str, channels: int, filters: int, stride: int = 1) -> str:
        for i, (inputs, step) in enumerate(((channels, stride), (filters, 1))):
            x = conv(g, x, f"{name}.{i}", inputs, filters, 3, step, bias=False, gain=sqrt(2.0), dims=3, pad=1)
            x = g.op("Relu", instance_norm(g, x, f"{name}.{i}.norm", filters))
        return x

    widths = (32, 64, 128, 256, 320)
    x, skips = pair("volume", "input", 1, 32), []
    for i, (channels, filters) in enumerate(zip(widths, (*widths[1:], 320), strict=True)):
        skips.append(x)
        x = pair(x, f"down{i}", channels, filters, stride=2)
    channels = 320
    for i, (filters, skip) in enumerate(zip(reversed(widths), reversed(skips), strict=True)):
        x = conv_transpose(g, x, f"up{i}.up", channels, filters, 2, stride=2, dims=3)
        x, channels = pair(g.op("Concat", x, skip, axis=1), f"up{i}", 2 * filters, filters), filters
    return g.model(labels=conv(g, x, "labels", 32, 3, 1, dims=3))


REFERENCES = (
    Reference("unet_2d", "U-Net (2D)", "unet", "unet_2d", "image", (SLICE,), unet_2d, {"side": 512}),
    Reference("unet_3d", "U-Net (3D)", "unet", "unet_3d", "volume", (VOLUME,), unet_3d, {"side": 128}),
)
