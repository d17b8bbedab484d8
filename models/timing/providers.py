"""onnxruntime's execution providers: which there are, opening a graph with one, and making sure that it did the work.

onnxruntime falls back to the processor without an error, for a whole graph or for single nodes. A figure of such a run
must not be called one of the GPU: what cannot be had is refused with `CannotTime`, whose message says what to install.
"""
from __future__ import annotations

import contextlib
import io
import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper
from onnxruntime.capi import onnxruntime_pybind11_state as ort_state

from models.reference import Reference, feeds, session
from models.timing import machine

Feeds = Mapping[str, NDArray[Any]]

# What onnxruntime raises has no base of its own.
ORT_ERRORS: tuple[type[Exception], ...] = (*(
    error for error in vars(ort_state).values() if isinstance(error, type) and issubclass(error, Exception)),
    RuntimeError, MemoryError)

_PROCESSOR = "CPUExecutionProvider"
ON_CUDA = {"cuda", "tensorrt", "nvtensorrtrtx"}
# Products of matrices and convolutions, which are the work; those of whole numbers begin or end so.
_PRODUCTS = re.compile(r"(Fused|Nhwc)?(Conv|ConvTranspose|MatMul|Gemm|LSTM|GRU|RNN|Einsum)|.*Attention")
_INTEGER_PRODUCTS = re.compile(
    r"Q.*(Conv|MatMul|Gemm|Attention).*|.*(Conv|MatMul)Integer.*|DynamicQuantize(MatMul|LSTM)")
_SMALL_BYTES = 1 << 16  # what is written by nodes that only work out shapes, which the processor always does


class CannotTime(RuntimeError):
    """This cannot be timed here; the message is one sentence that says why and what to do."""


@dataclass(frozen=True)
class Node:
    """One node of a graph as it ran."""

    op: str
    provider: str
    written_bytes: int


def available() -> dict[str, str]:
    """The providers of this onnxruntime, by the short names that we use: {"cuda": "CUDAExecutionProvider"}."""
    return {name.removesuffix("ExecutionProvider").lower(): name for name in ort.get_available_providers()
            if name != "AzureExecutionProvider"}  # that one asks a service on the network


def usual() -> str:
    """The provider to use when none is named."""
    return "cuda" if "cuda" in available() and machine.cuda_gpu() else "cpu"


def precisions(provider: str, compute_capability: tuple[int, int] = (0, 0)) -> tuple[str, ...]:
    """Those that a provider computes in as they are called; others it would carry out as something else."""
    if provider == "cpu":
        return "fp32", "int8"  # it has no FP16 arithmetic: it would convert to FP32 and back
    if provider not in ON_CUDA:
        return "fp32", "fp16", "int8"
    tf32 = ("tf32",) if compute_capability >= (8, 0) else ()
    # TensorRT computes a graph of FP32 in TF32 where the GPU can
    fp32 = ("fp32",) if provider == "cuda" or not tf32 else ()
    return *fp32, *tf32, "fp16", "int8"


def check(provider: str) -> None:
    """Makes sure that a provider can be used here. Raises `CannotTime`."""
    if provider not in available():
        install = " (`pip install onnxruntime-gpu` brings CUDA)" if provider in ON_CUDA else ""
        raise CannotTime(f"This onnxruntime has no provider '{provider}'{install}: it has {', '.join(available())}.")
    missing = _load(provider) if provider in ON_CUDA else []
    probe = helper.make_model(helper.make_graph(
        [helper.make_node("Add", ["x", "x"], ["y"])], "probe",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])]),
        opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    try:
        with _quiet():
            opened = session(probe, [(available()[provider], {})], _options())
            opened.run(None, {"x": np.ones(1, np.float32)})
    except ORT_ERRORS as error:
        raise CannotTime(f"onnxruntime cannot use {provider} here: {reason(error)}.") from error
    if opened.get_providers()[0] != available()[provider]:
        raise CannotTime(f"onnxruntime would run on the processor and not with {provider}: "
                         f"{_remedy(provider, missing)}, or time the processor with --provider cpu.")


def _remedy(provider: str, missing: list[str]) -> str:
    if machine.cuda_gpu() is None and provider in ON_CUDA:
        return "no NVIDIA driver with a GPU answers; install the driver or use a machine that has one"
    if missing:
        return f"{', '.join(missing)} cannot be loaded; `pip install \"onnxruntime-gpu[cuda,cudnn]\"` brings them"
    if provider == "tensorrt":
        return "TensorRT cannot be loaded; install TensorRT 10 and put its folder on the loader's path"
    return "its libraries cannot be loaded; install those that onnxruntime.ai/docs/execution-providers names"


def _load(provider: str) -> list[str]:
    """Loads CUDA and cuDNN from where pip puts them; the names of libraries that are not there."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        ort.preload_dlls()
    return sorted(set(re.findall(r"Failed to load ([^\s/\\:]+):", said.getvalue())))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """onnxruntime tells of a fall-back on standard output; we tell of it ourselves."""
    ort.set_default_logger_severity(4)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        ort.set_default_logger_severity(2)


def _options() -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.log_severity_level = 4
    used, there = machine.threads()
    if used < there:  # onnxruntime would start a thread for each core that there is
        options.intra_op_num_threads = used
    return options


def _chain(provider: str, precision: str) -> list[tuple[str, dict[str, Any]]]:
    """The provider with its settings, then what may do what it cannot."""
    match provider:
        case "cuda":
            # Memory is taken as asked for and not in powers of two, so that what is in use is what was needed.
            settings = {"use_tf32": int(precision == "tf32"), "arena_extend_strategy": "kSameAsRequested"}
            return [(available()[provider], settings)]
        case "tensorrt":
            settings = {"trt_fp16_enable": precision == "fp16", "trt_int8_enable": precision == "int8"}
            return [(available()[provider], settings), *_chain("cuda", precision)]
        case _:
            return [(available()[provider], {})]


def opened(reference: Reference, precision: str, provider: str) -> ort.InferenceSession:
    """A session over a reference model whose work the provider does, and in that precision. Raises `CannotTime`.

    Where that is in question it is run once, at batch 1, to see where each node goes.
    """
    options = _options()
    graph = "fp32" if precision == "tf32" else precision
    if provider == "cpu" and precision != "int8":
        return session(reference.build(graph), _chain(provider, precision), options)
    with tempfile.TemporaryDirectory() as folder, _quiet():
        options.enable_profiling = True
        options.profile_file_prefix = str(Path(folder) / "nodes")
        model = reference.build(graph)
        made = session(model, _chain(provider, precision), options)
        if made.get_providers()[0] != available()[provider]:
            raise CannotTime(f"onnxruntime fell back to the processor: this is no run of {provider}.")
        made.run(None, dict(feeds(reference.inputs, reference.sizes, 1, graph)))
        nodes = ran(Path(made.end_profiling()))
    if provider != "cpu":
        on_the_provider(nodes, provider)
    if precision == "int8" and provider in ("cpu", "cuda"):  # others run whole graphs as one node
        in_whole_numbers(nodes, model)
    return made


def ran(profile: Path) -> list[Node]:
    """The nodes that a profile of onnxruntime says ran."""
    events = json.loads(profile.read_text(encoding="utf-8"))
    kernels = [event["args"] for event in events
               if event.get("cat") == "Node" and event["name"].endswith("_kernel_time")]
    return [Node(said["op_name"], said.get("provider", ""), int(said.get("output_size") or 0)) for said in kernels]


def on_the_provider(nodes: list[Node], provider: str) -> None:
    """Raises `CannotTime` where the processor did work: products, or anything larger than working out shapes."""
    strays = [node.op for node in nodes if node.provider == _PROCESSOR and (
        _PRODUCTS.fullmatch(node.op) or _INTEGER_PRODUCTS.fullmatch(node.op) or node.written_bytes > _SMALL_BYTES)]
    if strays:
        raise CannotTime(f"{len(strays)} of its {len(nodes)} nodes ({', '.join(sorted(set(strays)))}) ran on the "
                         f"processor, so this is no run of {provider}.")


def in_whole_numbers(nodes: list[Node], model: ModelProto) -> None:
    """Raises `CannotTime` where products that the graph has quantised were not done so: that is not INT8, whatever its
    weights are. Products of attention are not quantised, and remain as they are."""
    decoded = {node.output[0] for node in model.graph.node if node.op_type == "DequantizeLinear"}
    quantised = sum(bool(_INTEGER_PRODUCTS.fullmatch(node.op_type)) or (
        bool(_PRODUCTS.fullmatch(node.op_type)) and set(node.input[:2]) <= decoded) for node in model.graph.node)
    integers = sum(bool(_INTEGER_PRODUCTS.fullmatch(node.op)) for node in nodes)
    if not quantised or integers < 0.9 * quantised:
        raise CannotTime(f"{integers} of its {quantised} quantised products ran in whole numbers: this is not INT8.")


def reason(error: Exception) -> str:
    """Why an error kept something from being timed, on one line."""
    if isinstance(error, CannotTime):
        return str(error).rstrip(".")
    if out_of_memory(error):
        return "it does not fit in memory"
    text = " ".join(str(error).split()) or type(error).__name__
    return re.sub(r"^\[ONNXRuntimeError\] : \d+ : \w+ : ", "", text)[:200].rstrip(".")


def out_of_memory(error: Exception) -> bool:
    """Whether an error is that of memory which is not there."""
    return isinstance(error, MemoryError) or bool(re.search(
        r"failed to allocate memory|out of memory|bad_alloc|ALLOC_FAILED|OUT_OF_MEMORY|CUDA failure 2\b",
        str(error), re.IGNORECASE))


class Bound:
    """A session with inputs on its device, ready to run again and again."""

    def __init__(self, opened: ort.InferenceSession, inputs: Feeds, provider: str) -> None:
        self._session, self._inputs, self._provider = opened, dict(inputs), provider
        device = "cuda" if provider in ON_CUDA else "dml" if provider == "dml" else "cpu"
        self._binding = opened.io_binding()
        for name, values in self._inputs.items():
            self._binding.bind_ortvalue_input(name, ort.OrtValue.ortvalue_from_numpy(values, device, 0))
        for output in opened.get_outputs():
            self._binding.bind_output(output.name, device, 0)
        self._binding.synchronize_inputs()

    def run(self) -> None:
        """One run, inputs and outputs on the device; returns when it is done there."""
        self._session.run_with_iobinding(self._binding)
        self._binding.synchronize_outputs()

    def run_with_copies(self) -> None:
        """One run from the program's memory and back to it."""
        self._session.run(None, self._inputs)

    def give_back(self) -> None:
        """Gives back what runs took from the device beyond the weights: onnxruntime would keep it, in pieces too small
        for the next batch, and more would be in use there than that batch needs."""
        self._binding.clear_binding_outputs()
        kept = {"cpu": "cpu:0", **dict.fromkeys(ON_CUDA, "gpu:0")}.get(self._provider)
        if kept:
            options = ort.RunOptions()
            options.add_run_config_entry("memory.enable_memory_arena_shrinkage", kept)
            self._session.run(None, self._inputs, options)
