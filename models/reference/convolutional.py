"""Convolutional networks for images, and those that run backwards: from features to images."""

from __future__ import annotations

import onnx

from models.reference.graph import Graph
from models.reference.layers import RESIDUAL, activation, conv_bn, linear, max_pool, pooled
from models.reference.spec import Input, Reference

IMAGE = Input("image", "float", ("batch", 3, "side", "side"), -1.0, 1.0)


def resnet50_stages(g: Graph, image: str) -> list[str]:
    """He et al. 2015, with the stride in the 3x3 convolution (v1.5). The features after each of four stages."""
    x = conv_bn(g, image, "stem", 3, 64, 7, stride=2)
    x, channels = max_pool(g, x, 3, 2, pad=1), 64
    stages = []
    for stage, (blocks, width) in enumerate(((3, 64), (4, 128), (6, 256), (3, 512))):
        for block in range(blocks):
            name, stride = f"stage{stage}.{block}", 2 if stage and not block else 1
            y = conv_bn(g, x, f"{name}.a", channels, width, 1)
            y = conv_bn(g, y, f"{name}.b", width, width, 3, stride)
            y = conv_bn(g, y, f"{name}.c", width, 4 * width, 1, act="", scale=RESIDUAL)
            if not block:
                x, channels = conv_bn(g, x, f"{name}.shortcut", channels, 4 * width, 1, stride, act=""), 4 * width
            x = activation(g, g.op("Add", x, y), "relu")
        stages.append(x)
    return stages


def resnet50(precision: str) -> onnx.ModelProto:
    g = Graph("resnet50", (IMAGE,), precision)
    return g.model(logits=linear(g, pooled(g, resnet50_stages(g, "image")[-1]), "fc", 2048, 1000))


REFERENCES = (
    Reference(
        "resnet50", "ResNet-50", "cnn", "resnet50", "image", (IMAGE,), resnet50, {"side": 224}, ("fp32", "fp16", "int8")
    ),
)
