"""What a reference network is: data only. The graphs are built in the modules beside this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import onnx

PRECISIONS = ("fp32", "fp16", "int8")


@dataclass(frozen=True)
class Input:
    """One input of a graph. Sizes are whole numbers or the names of dynamic dimensions ("batch", "tokens", "side")."""

    name: str
    dtype: str  # "float32", "float16", "int64"; "float" stands for the precision's own (int8 graphs take float32)
    shape: tuple[int | str, ...]
    low: float = 0.0  # random values are drawn in [low, high); ids are whole numbers below high
    high: float = 1.0


@dataclass(frozen=True)
class Reference:
    """A network of known size, as a graph that is run to see how fast a machine is.

    `build(precision)` gives the graph with its weights declared and not drawn: small and quick to inspect.
    `models.reference.session` draws them and opens the graph for running.
    """

    id: str
    name: str
    kind: str  # one of catalog.schema.NETWORK_KINDS
    network: str  # id of the same network (or the nearest of its kind) in catalog/data/networks.csv
    item: str  # what one of the batch is: image, volume, sequence, token, row, clip, step
    inputs: tuple[Input, ...]
    build: Callable[[str], onnx.ModelProto]
    sizes: Mapping[str, int] = field(default_factory=dict)  # usual value of every dynamic dimension but "batch"
    precisions: tuple[str, ...] = ("fp32", "fp16")
    # A network too large to be timed whole is composed: layers x this graph + once the graph whose id is `beside`
    layers: int = 1
    beside: str = ""
    composed: str = ""  # how, in one sentence
    note: str = ""  # where the graph differs from the published network


@dataclass(frozen=True)
class Published:
    """Figures of the published network, whole, at the reference's usual sizes, batch 1. None: not published."""

    params_m: float | None  # 10^6
    active_params_m: float | None  # 10^6 that work on one token, where experts take turns
    gmacs: float | None  # 10^9 multiply-adds
    attention: bool  # whether `gmacs` has the products of attention (activations with activations) in it
    source: str
