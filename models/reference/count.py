"""Parameters and work of a graph, computed from the graph itself by ONNX shape inference. Nothing is run or drawn."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan, nan, prod

import onnx

Shape = tuple[float, ...]


@dataclass(frozen=True)
class Counted:
    params: int  # trained values, each once however often it is used; running statistics and tables of angles are not
    active_params: int  # those that work on one token: less than params only where experts take turns
    macs: float  # multiply-adds of convolutions, matrix products and recurrent cells, for the whole batch
    activation_values: float  # values written by those same operators, for the whole batch
    attention_macs: float  # those of `macs` whose two factors are both activations; some published figures omit them


def count(model: onnx.ModelProto, sizes: Mapping[str, int], batch: int = 1) -> Counted:
    """Counts `model` at these sizes of its dynamic dimensions. Raises ValueError where a size is missing."""
    shapes = _shapes(model, {**sizes, "batch": batch})
    params, active = 0, 0.0
    for tensor in model.graph.initializer:
        drawn = drawn_as(tensor)
        if drawn and not drawn["buffer"]:
            params += prod(tensor.dims)
            active += prod(tensor.dims) * drawn["share"]
    macs, written, attention = 0.0, 0.0, 0.0
    weights = {tensor.name for tensor in model.graph.initializer}
    for node in model.graph.node:
        work = _macs(node, shapes)
        if isnan(work):
            raise ValueError(
                f"the work of {node.name} in {model.graph.name} is unknown: declare the shape of its input"
            )
        if work:
            macs += work
            written += prod(shapes[node.output[0]])
            attention += work if node.op_type == "MatMul" and weights.isdisjoint(node.input) else 0.0
    return Counted(params, round(active), macs, written, attention)


def drawn_as(tensor: onnx.TensorProto) -> dict[str, float]:
    """How a declared weight is to be drawn: low, high, buffer, share. Empty for a constant, which has its values."""
    if tensor.data_location != onnx.TensorProto.EXTERNAL:
        return {}
    drawn: dict[str, float] = json.loads(tensor.doc_string)
    return drawn


def _shapes(model: onnx.ModelProto, sizes: Mapping[str, int]) -> dict[str, Shape]:
    """Every tensor's shape. A dimension only known at run time (tokens that chose an expert) is what its name says on
    average: a product over a number, such as "batch*tokens/4"; so sizes can be fractions. What follows a # only tells
    such dimensions apart: runtimes take those of one name to be equal."""
    fixed = onnx.ModelProto()
    fixed.CopyFrom(model)
    for value in fixed.graph.input:
        for dim in value.type.tensor_type.shape.dim:
            if dim.dim_param:
                if dim.dim_param not in sizes:
                    raise ValueError(f"no size is given for dimension {dim.dim_param!r} of {value.name!r}: give one")
                dim.dim_value = sizes[dim.dim_param]
    for value in fixed.graph.output:
        value.type.tensor_type.ClearField("shape")
    inferred = onnx.shape_inference.infer_shapes(fixed, strict_mode=True, data_prop=True).graph
    shapes: dict[str, Shape] = {tensor.name: tuple(tensor.dims) for tensor in inferred.initializer}
    for value in (*inferred.input, *inferred.value_info, *inferred.output):
        dims = value.type.tensor_type.shape.dim
        shapes[value.name] = tuple(_size(dim, sizes) for dim in dims)
    return shapes


def _size(dim: onnx.TensorShapeProto.Dimension, sizes: Mapping[str, int]) -> float:
    """Not a number where neither value nor name says it."""
    if dim.HasField("dim_value"):
        return float(dim.dim_value)
    product, _, divisor = dim.dim_param.partition("#")[0].partition("/")
    factors = product.split("*")
    if not all(factor in sizes or factor.isdigit() for factor in factors):
        return nan
    return prod(sizes.get(factor) or int(factor) for factor in factors) / int(divisor or 1)


def _macs(node: onnx.NodeProto, shapes: Mapping[str, Shape]) -> float:
    match node.op_type:
        case "Conv":  # every output value is one product over kernel and channels of its group
            return prod(shapes[node.output[0]]) * prod(shapes[node.input[1]][1:])
        case "ConvTranspose":  # every input value is multiplied into all that it reaches
            return prod(shapes[node.input[0]]) * prod(shapes[node.input[1]][1:])
        case "MatMul" | "MatMulInteger":
            return prod(shapes[node.output[0]]) * shapes[node.input[0]][-1]
        case "Gemm":
            transposed = any(a.name == "transA" and a.i for a in node.attribute)
            return prod(shapes[node.output[0]]) * shapes[node.input[0]][0 if transposed else 1]
        case "LSTM" | "GRU" | "RNN":  # input and state, each times the weights of all gates, at every step
            steps, batch, _ = shapes[node.input[0]]
            return steps * batch * (prod(shapes[node.input[1]]) + prod(shapes[node.input[2]]))
        case _:
            return 0.0
