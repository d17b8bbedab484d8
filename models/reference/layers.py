"""Layers that many networks share. Each adds its operators to a graph and returns the name of its result.

Weights are drawn so that activations keep about the size they have, whatever the depth: variance 1 / inputs, twice that
before a ReLU (He et al. 2015), and a small last weight in a residual branch. So fp16 neither overflows nor dies.
"""

from __future__ import annotations

from math import prod, sqrt
from typing import Any

import numpy as np
from onnx import TensorProto

from models.reference.graph import Graph

# Activations of the random networks lie within 8 either way; fixed, as a calibration would have found it
INT8_STEP, RELU_STEP = 16.0 / 255, 8.0 / 255
RESIDUAL = 0.3  # gain of the last weight of a residual branch


def spread(fan_in: float, gain: float = 1.0) -> float:
    """Half-width of an even distribution whose standard deviation is gain / sqrt(fan_in)."""
    return gain * sqrt(3.0 / fan_in)


def linear(g: Graph, x: str, name: str, inputs: int, outputs: int, bias: bool = True, gain: float = 1.0) -> str:
    """x [..., inputs] -> [..., outputs]. int8: activations are quantised by the row's largest value at run time."""
    half = spread(inputs, gain)
    if g.int8:
        weight = g.weight(f"{name}.weight", (inputs, outputs), -127, 128, dtype=TensorProto.INT8)
        quantised = g.op("DynamicQuantizeLinear", x, outputs=3)
        summed = g.op("MatMulInteger", quantised, weight, f"{quantised}:2")
        scale = g.op("Mul", f"{quantised}:1", g.constant(np.float32(half / 127)))
        y = g.op("Mul", g.op("Cast", summed, to=TensorProto.FLOAT), scale)
    else:
        y = g.op("MatMul", x, g.weight(f"{name}.weight", (inputs, outputs), -half, half))
    return g.op("Add", y, g.weight(f"{name}.bias", (outputs,), -0.01, 0.01)) if bias else y


def conv(
    g: Graph, x: str, name: str, channels: int, filters: int, kernel: int | tuple[int, ...] = 3, stride: int = 1,
    groups: int = 1, pad: int | tuple[int, ...] | None = None, dilation: int = 1, bias: bool = True, gain: float = 1.0,
    dims: int = 2,
) -> str:  # fmt: skip
    """x [batch, channels, ...] -> [batch, filters, ...] over `dims` axes.

    `pad`: on every side, or all beginnings and then all ends; None keeps the size."""
    size = (kernel,) * dims if isinstance(kernel, int) else kernel
    pads = _pads(size, pad, dilation)
    shape = (filters, channels // groups, *size)
    half = spread(prod(shape[1:]), gain)
    attributes: dict[str, Any] = {
        "kernel_shape": size, "strides": [stride] * dims, "pads": pads, "group": groups, "dilations": [dilation] * dims,
    }  # fmt: skip
    if g.int8:
        step = half / 127
        weight = g.weight(f"{name}.weight", shape, -127, 128, dtype=TensorProto.INT8)
        inputs = [_in8bits(g, x), g.op("DequantizeLinear", weight, g.constant(np.float32(step)))]
        if bias:
            together = step * (g.in8bits[inputs[0]])  # the step of a sum of products
            values = g.weight(f"{name}.bias", (filters,), -0.01 / together, 0.01 / together, dtype=TensorProto.INT32)
            inputs.append(g.op("DequantizeLinear", values, g.constant(np.float32(together))))
        return g.op("Conv", *inputs, **attributes)
    inputs = [x, g.weight(f"{name}.weight", shape, -half, half)]
    if bias:
        inputs.append(g.weight(f"{name}.bias", (filters,), -0.01, 0.01))
    return g.op("Conv", *inputs, **attributes)


def _pads(size: tuple[int, ...], pad: int | tuple[int, ...] | None, dilation: int) -> list[int]:
    if pad is None:
        before = [(k - 1) * dilation // 2 for k in size]
        return before + [(k - 1) * dilation - b for k, b in zip(size, before, strict=True)]
    return [pad] * (2 * len(size)) if isinstance(pad, int) else list(pad)


def conv_transpose(
    g: Graph, x: str, name: str, channels: int, filters: int, kernel: int, stride: int = 1, pad: int = 0,
    bias: bool = True, gain: float = 1.0, dims: int = 2,
) -> str:  # fmt: skip
    """A convolution backwards: [batch, channels, n...] -> [batch, filters, (n - 1) * stride + kernel - 2 * pad...]."""
    half = spread(channels * max(1.0, (kernel / stride) ** dims), gain)
    inputs = [x, g.weight(f"{name}.weight", (channels, filters, *(kernel,) * dims), -half, half)]
    if bias:
        inputs.append(g.weight(f"{name}.bias", (filters,), -0.01, 0.01))
    return g.op(
        "ConvTranspose", *inputs, kernel_shape=[kernel] * dims, strides=[stride] * dims, pads=[pad] * (2 * dims)
    )


def _in8bits(g: Graph, x: str, positive: bool = False) -> str:
    """To 8 bits and back, the pair that tells a runtime to compute what lies between two pairs in 8 bits. `positive`
    cuts off what is below zero, so no ReLU is needed."""
    if x in g.in8bits:
        return x
    size = RELU_STEP if positive else INT8_STEP
    step, zero = g.constant(np.float32(size)), g.constant(np.uint8(0 if positive else 128))
    y = g.op("DequantizeLinear", g.op("QuantizeLinear", x, step, zero), step, zero)
    g.in8bits[y] = size
    return y


def batch_norm(g: Graph, x: str, name: str, channels: int, scale: float = 1.0) -> str:
    """Normalises by running statistics. Runtimes fold it into the convolution before. `scale`: its trained weight."""
    return g.op(
        "BatchNormalization", x,
        g.weight(f"{name}.weight", (channels,), 0.9 * scale, 1.1 * scale),
        g.weight(f"{name}.bias", (channels,), -0.1, 0.1),
        g.weight(f"{name}.mean", (channels,), -0.1, 0.1, buffer=True),
        g.weight(f"{name}.variance", (channels,), 0.9, 1.1, buffer=True),
        epsilon=1e-5,
    )  # fmt: skip


def instance_norm(g: Graph, x: str, name: str, channels: int) -> str:
    """Normalises each channel of each item by its own mean and variance."""
    weight = g.weight(f"{name}.weight", (channels,), 0.9, 1.1)
    return g.op("InstanceNormalization", x, weight, g.weight(f"{name}.bias", (channels,), -0.1, 0.1))


def conv_bn(
    g: Graph, x: str, name: str, channels: int, filters: int, kernel: int = 3, stride: int = 1, groups: int = 1,
    act: str = "relu", pad: int | None = None, scale: float = 1.0, dims: int = 2,
) -> str:  # fmt: skip
    """Convolution without bias, batch normalisation, activation. int8: the normalisation is folded into a bias."""
    gain = 1.0 if act in ("", "sigmoid") else sqrt(2.0)
    if g.int8:
        y = conv(g, x, name, channels, filters, kernel, stride, groups, pad, gain=gain * scale, dims=dims)
    else:
        y = conv(g, x, name, channels, filters, kernel, stride, groups, pad, bias=False, gain=gain, dims=dims)
        y = batch_norm(g, y, f"{name}.bn", filters, scale)
    return activation(g, y, act)


def activation(g: Graph, x: str, act: str) -> str:
    """relu, relu6, leaky, silu, gelu (exact), gelu_tanh, sigmoid, tanh, or "" for none."""
    if g.int8 and act in ("", "relu", "relu6"):
        return _in8bits(g, x, positive=act != "")
    match act:
        case "":
            return x
        case "relu":
            return g.op("Relu", x)
        case "relu6":
            return g.op("Clip", x, g.constant(0.0), g.constant(6.0))
        case "leaky":
            return g.op("LeakyRelu", x, alpha=0.1)
        case "sigmoid":
            return g.op("Sigmoid", x)
        case "tanh":
            return g.op("Tanh", x)
        case "silu":
            return g.op("Mul", x, g.op("Sigmoid", x))
        case "gelu":
            erf = g.op("Erf", g.op("Div", x, g.constant(sqrt(2.0))))
            return g.op("Mul", g.op("Mul", x, g.op("Add", erf, g.constant(1.0))), g.constant(0.5))
        case "gelu_tanh":
            cube = g.op("Mul", g.op("Mul", g.op("Mul", x, x), x), g.constant(0.044715))
            inner = g.op("Tanh", g.op("Mul", g.op("Add", x, cube), g.constant(sqrt(2 / np.pi))))
            return g.op("Mul", g.op("Mul", x, g.op("Add", inner, g.constant(1.0))), g.constant(0.5))
        case _:
            raise ValueError(f"no activation is called {act!r}")


def max_pool(g: Graph, x: str, kernel: int = 2, stride: int = 2, pad: int = 0, dims: int = 2) -> str:
    return g.op("MaxPool", x, kernel_shape=[kernel] * dims, strides=[stride] * dims, pads=[pad] * (2 * dims))


def pooled(g: Graph, x: str) -> str:
    """[batch, channels, ...] -> [batch, channels], the mean over all places."""
    return g.op("Flatten", g.op("GlobalAveragePool", x), axis=1)


def doubled(g: Graph, x: str, dims: int = 2) -> str:
    """Each place becomes 2 x 2 equal ones."""
    scales = g.constant([1, 1] + [2] * dims, np.float32)
    return g.op(
        "Resize", x, "", scales, mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor"
    )
