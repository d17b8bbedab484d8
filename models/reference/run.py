"""Opens a reference graph for running: draws its weights and random inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any
from zlib import crc32

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import helper

from models.reference.count import drawn_as
from models.reference.spec import Input

SEED = 20240229
POOL = (1 << 22) + 15  # values drawn once for all weights; an odd number, so that repeats do not line up with rows


def draw(model: onnx.ModelProto) -> Iterator[tuple[str, NDArray[Any]]]:
    """Name and values of each declared weight, the same at every call. Quick: all are cut from one random pool."""
    pool = np.random.default_rng(SEED).random(POOL, dtype=np.float32)
    for tensor in model.graph.initializer:
        drawn = drawn_as(tensor)
        if not drawn:
            continue
        size, start = prod(tensor.dims), crc32(tensor.name.encode()) % POOL
        values = np.roll(pool, -start) if size > POOL - start else pool[start : start + size]
        dtype = helper.tensor_dtype_to_np_dtype(tensor.data_type)
        scaled = (values * (drawn["high"] - drawn["low"]) + drawn["low"]).astype(dtype)
        yield tensor.name, np.resize(scaled, tuple(tensor.dims))


def session(
    model: onnx.ModelProto,
    providers: Sequence[str | tuple[str, dict[str, Any]]] = ("CPUExecutionProvider",),
    options: ort.SessionOptions | None = None,
) -> ort.InferenceSession:
    """A session over `model` with its weights drawn. Weights go in beside the graph, so it may be larger than 2 GB."""
    options = options or ort.SessionOptions()
    weights = [(name, ort.OrtValue.ortvalue_from_numpy(values)) for name, values in draw(model)]
    if weights:
        options.add_external_initializers([name for name, _ in weights], [value for _, value in weights])
    return ort.InferenceSession(model.SerializeToString(), options, providers=list(providers))


def feeds(
    inputs: Sequence[Input], sizes: Mapping[str, int], batch: int = 1, precision: str = "fp32", seed: int = SEED
) -> dict[str, NDArray[Any]]:
    """Random values for every input at these sizes."""
    rng = np.random.default_rng(seed)
    known = {**sizes, "batch": batch}
    made: dict[str, NDArray[Any]] = {}
    for i in inputs:
        shape = tuple(known[s] if isinstance(s, str) else s for s in i.shape)
        dtype = np.dtype(i.dtype if i.dtype != "float" else "float16" if precision == "fp16" else "float32")
        if dtype.kind == "i":
            made[i.name] = rng.integers(int(i.low), int(i.high), shape, dtype)
        else:
            made[i.name] = (rng.random(shape, dtype=np.float32) * (i.high - i.low) + i.low).astype(dtype)
    return made
