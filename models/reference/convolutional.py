"""Convolutional networks for images, and those that run backwards: from features to images."""

from __future__ import annotations

from functools import partial
from math import sqrt

import onnx

from models.reference.autoencoders import latent
from models.reference.graph import Graph
from models.reference.layers import (
    RESIDUAL,
    activation,
    batch_norm,
    conv,
    conv_bn,
    conv_transpose,
    doubled,
    linear,
    max_pool,
    pooled,
)
from models.reference.spec import PRECISIONS, Input, Reference

IMAGE = Input("image", "float", ("batch", 3, "side", "side"), -1.0, 1.0)
DIGIT = Input("image", "float", ("batch", 1, 32, 32))
SCENE = Input("image", "float", ("batch", 3, 224, 224), -1.0, 1.0)
FACE = Input("image", "float", ("batch", 1, 150, 150))


def lenet5(precision: str) -> onnx.ModelProto:
    """LeCun et al. 1998, with every map of the third layer joined to all before it."""
    g = Graph("lenet5", (DIGIT,), precision)
    x = "image"
    for name, channels, filters in (("c1", 1, 6), ("c3", 6, 16)):
        x = g.op("Tanh", conv(g, x, name, channels, filters, 5, pad=0))
        x = g.op("AveragePool", x, kernel_shape=[2, 2], strides=[2, 2])
    x = g.op("Flatten", g.op("Tanh", conv(g, x, "c5", 16, 120, 5, pad=0)), axis=1)
    return g.model(logits=linear(g, g.op("Tanh", linear(g, x, "f6", 120, 84)), "output", 84, 10))


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


# Times wider inside, channels, blocks, stride of the first, kernel
MOBILENET_V2 = (
    (1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 32, 3, 2, 3), (6, 64, 4, 2, 3),
    (6, 96, 3, 1, 3), (6, 160, 3, 2, 3), (6, 320, 1, 1, 3),
)  # fmt: skip
EFFICIENTNET_B0 = (
    (1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 40, 2, 2, 5), (6, 80, 3, 2, 3),
    (6, 112, 3, 1, 5), (6, 192, 4, 2, 5), (6, 320, 1, 1, 3),
)  # fmt: skip


def inverted_residuals(name: str, precision: str) -> onnx.ModelProto:
    """MobileNetV2 (Sandler et al. 2018) or EfficientNet-B0 (Tan and Le 2019: the same with squeeze-and-excitation)."""
    g = Graph(name, (IMAGE,), precision)
    efficient = name == "efficientnet_b0"
    act = "silu" if efficient else "relu6"
    x, channels, number = conv_bn(g, "image", "stem", 3, 32, 3, stride=2, act=act), 32, 0
    for wider, filters, blocks, first_stride, kernel in EFFICIENTNET_B0 if efficient else MOBILENET_V2:
        for block in range(blocks):
            at, stride, inner = f"block{number}", first_stride if not block else 1, channels * wider
            y = conv_bn(g, x, f"{at}.expand", channels, inner, 1, act=act) if wider > 1 else x
            y = conv_bn(g, y, f"{at}.depthwise", inner, inner, kernel, stride, groups=inner, act=act)
            if efficient:
                y = _excited(g, y, at, inner, channels // 4)
            y = conv_bn(g, y, f"{at}.project", inner, filters, 1, act="", scale=RESIDUAL if block else 1.0)
            x, channels, number = (g.op("Add", x, y) if block else y), filters, number + 1
    x = conv_bn(g, x, "head", channels, 1280, 1, act=act)
    return g.model(logits=linear(g, pooled(g, x), "fc", 1280, 1000))


def _excited(g: Graph, x: str, name: str, channels: int, squeezed: int) -> str:
    """Weighs the channels by what is in the whole picture (Hu et al. 2018)."""
    y = g.op("GlobalAveragePool", x)
    y = activation(g, conv(g, y, f"{name}.squeeze", channels, squeezed, 1), "silu")
    return g.op("Mul", x, g.op("Sigmoid", conv(g, y, f"{name}.excite", squeezed, channels, 1)))


VGG16 = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))  # channels, convolutions


def deconvnet(precision: str) -> onnx.ModelProto:
    """Noh et al. 2015: VGG-16 to a vector and its mirror image back to a label for each pixel.

    Unpooling puts a value where the maximum was; here by comparing with it, since few runtimes take indices on a GPU.
    """
    g = Graph("deconvnet", (SCENE,), precision)
    x, channels, peaks = "image", 3, []
    for stage, (filters, convolutions) in enumerate(VGG16):
        for i in range(convolutions):
            x, channels = conv_bn(g, x, f"conv{stage}.{i}", channels, filters), filters
        top = max_pool(g, x)
        peaks.append(g.op("Cast", g.op("Equal", x, doubled(g, top)), to=g.dtype))
        x = top
    x = conv_bn(g, x, "fc6", 512, 4096, 7, pad=0)
    x = conv_bn(g, x, "fc7", 4096, 4096, 1)
    x = _deconv_bn(g, x, "defc6", 4096, 512, 7, 0)
    for stage, (filters, convolutions) in reversed(list(enumerate(VGG16))):
        x = g.op("Mul", doubled(g, x), peaks[stage])
        for i in range(convolutions):
            # the last one of a stage leads to the width of the stage below
            width = VGG16[stage - 1][0] if stage and i == convolutions - 1 else filters
            x = _deconv_bn(g, x, f"deconv{stage}.{i}", filters, width, 3, 1)
    return g.model(labels=conv(g, x, "labels", 64, 21, 1))


def _deconv_bn(g: Graph, x: str, name: str, channels: int, filters: int, kernel: int, pad: int) -> str:
    y = conv_transpose(g, x, name, channels, filters, kernel, pad=pad, bias=False, gain=sqrt(2.0))
    return g.op("Relu", batch_norm(g, y, f"{name}.bn", filters))


def dcign(precision: str) -> onnx.ModelProto:
    """Kulkarni et al. 2015, deep convolutional inverse graphics network: picture -> 200 causes of it -> picture."""
    g = Graph("dcign", (FACE,), precision)
    x, channels = "image", 1
    for i, filters in enumerate((96, 64, 32)):
        x, channels = max_pool(g, g.op("Relu", conv(g, x, f"conv{i}", channels, filters, 5, pad=0))), filters
    seen = linear(g, g.op("Flatten", x, axis=1), "seen", 7200, 200)
    causes = latent(g, linear(g, seen, "mean", 200, 200), linear(g, seen, "log_variance", 200, 200, gain=0.3))
    x = g.op("Relu", linear(g, causes, "render", 200, 7200))
    x = g.op("Reshape", x, g.constant([0, 32, 15, 15]))
    for i, (filters, kernel) in enumerate(((64, 5), (96, 5), (1, 7))):  # the last one is wider, to end at 150 pixels
        x, channels = conv_transpose(g, doubled(g, x), f"deconv{i}", channels, filters, kernel), filters
        x = activation(g, x, "relu" if filters > 1 else "sigmoid")
    return g.model(image_again=x)


REFERENCES = (
    Reference("lenet5", "LeNet-5", "cnn", "lenet5", "image", (DIGIT,), lenet5),
    Reference("resnet50", "ResNet-50", "cnn", "resnet50", "image", (IMAGE,), resnet50, {"side": 224}, PRECISIONS),
    Reference(
        "mobilenetv2", "MobileNetV2", "cnn", "mobilenetv2", "image", (IMAGE,),
        partial(inverted_residuals, "mobilenetv2"), {"side": 224}, PRECISIONS,
    ),
    Reference(
        "efficientnet_b0", "EfficientNet-B0", "cnn", "efficientnet_b0", "image", (IMAGE,),
        partial(inverted_residuals, "efficientnet_b0"), {"side": 224},
    ),
    Reference(
        "deconvnet", "Deconvolutional network (DeconvNet)", "deconvolutional", "deconvnet", "image",
        (SCENE,), deconvnet,
    ),
    Reference(
        "dcign", "Deep convolutional inverse graphics network (DC-IGN)", "dcign", "dcign", "image", (FACE,), dcign,
    ),
)  # fmt: skip
