"""Writes ONNX graphs. A weight is declared with its shape and how it is to be drawn; `run.draw` makes the values later.

Operators are those of opset 17, so that every onnxruntime from 1.23 on, and any provider, runs them. A precision is
emitted directly: "fp32", "fp16" (weights, inputs and outputs), "int8" (weights and inputs of convolutions with scales
fixed beforehand, Q/DQ; of linear layers with scales found at run time; all else float32).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from models.reference.spec import PRECISIONS, Input

OPSET, IR_VERSION = 17, 8


class Graph:
    """One graph being written. Methods that add operators take and return tensor names."""

    def __init__(self, name: str, inputs: Sequence[Input], precision: str) -> None:
        if precision not in PRECISIONS:
            raise ValueError(f"precision {precision!r} is not one of {', '.join(PRECISIONS)}")
        self.name = name
        self.int8 = precision == "int8"
        self.dtype = TensorProto.FLOAT16 if precision == "fp16" else TensorProto.FLOAT
        self.numpy_dtype = np.float16 if precision == "fp16" else np.float32
        self.nodes: list[onnx.NodeProto] = []
        self.weights: dict[str, onnx.TensorProto] = {}
        self.constants: dict[bytes, str] = {}
        self.in8bits: dict[str, float] = {}  # tensors that come in 8 bits, with the step between two values
        self.declared: list[onnx.ValueInfoProto] = []
        self.inputs = [helper.make_tensor_value_info(i.name, self.onnx_type(i.dtype), list(i.shape)) for i in inputs]

    def onnx_type(self, dtype: str) -> int:
        return self.dtype if dtype == "float" else int(helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))

    # -- the pieces everything is made of

    def op(self, kind: str, *inputs: str, outputs: int = 1, **attributes: Any) -> str:
        """Adds a node; the name of its first output. Others are that name with `:1`, `:2`..."""
        name = f"{kind}_{len(self.nodes)}"
        names = [name, *(f"{name}:{i}" for i in range(1, outputs))]
        self.nodes.append(helper.make_node(kind, list(inputs), names, name=name, **attributes))
        return name

    def constant(self, value: Any, dtype: Any = None) -> str:
        """Values kept in the graph; floats take the precision's type unless told otherwise."""
        array = np.asarray(value)
        if dtype is not None:
            array = array.astype(dtype)
        elif array.dtype.kind == "f":
            array = array.astype(self.numpy_dtype)
        key = repr((array.dtype.str, array.shape)).encode() + array.tobytes()
        if key not in self.constants:
            name = self.constants[key] = f"constant_{len(self.constants)}"
            self.weights[name] = numpy_helper.from_array(array, name)
        return self.constants[key]

    def weight(
        self, name: str, shape: Sequence[int], low: float, high: float,
        buffer: bool = False, share: float = 1.0, dtype: int | None = None,
    ) -> str:  # fmt: skip
        """Declares a weight drawn evenly from [low, high). Asked for again by name it is the same one: tied weights.

        `buffer`: not trained (running statistics). `share`: of the tokens that meet it (experts).
        """
        if name not in self.weights:
            tensor = TensorProto(name=name, dims=shape, data_type=dtype or self.dtype)
            tensor.data_location = TensorProto.EXTERNAL
            tensor.external_data.add(key="location", value="drawn")
            tensor.doc_string = json.dumps({"low": low, "high": high, "buffer": buffer, "share": share})
            self.weights[name] = tensor
        return name

    def declare(self, tensor: str, shape: Sequence[int | str]) -> str:
        """States a shape that only running would show."""
        self.declared.append(helper.make_tensor_value_info(tensor, self.dtype, list(shape)))
        return tensor

    def model(self, **outputs: str) -> onnx.ModelProto:
        """The finished graph. `outputs`: name = tensor."""
        for name, tensor in outputs.items():
            self.nodes.append(helper.make_node("Identity", [tensor], [name], name=f"out_{name}"))
        values = [onnx.ValueInfoProto(name=name) for name in outputs]
        graph = helper.make_graph(
            self.nodes, self.name, self.inputs, values, list(self.weights.values()), value_info=self.declared
        )
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="plainspec"
        )
        inferred = onnx.shape_inference.infer_shapes(model, data_prop=True)
        for value, found in zip(model.graph.output, inferred.graph.output, strict=True):
            value.CopyFrom(found)
        return model
