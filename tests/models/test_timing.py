"""The harness: what it refuses to call a measurement, where a sweep ends, and what it writes beside a figure."""
from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import onnx
import pytest
from onnx import TensorProto, helper
from onnxruntime.capi.onnxruntime_pybind11_state import RuntimeException

from catalog.things import Timing
from models.reference import REFERENCES, Input, Reference
from models.timing import CannotTime, Missed, chosen, machine, providers, request, sweep, table
from models.timing.machine import Machine, Meter, catalog_id
from models.timing.measure import Effort
from models.timing.providers import Node
from models.timing.sweep import Settings, time_all, time_one

BRIEF = Effort(warm_up=1, repeats=3, seconds=0.0, budget_s=30.0)
HERE = Machine("A processor, 2 threads")


def tiny(precision: str) -> onnx.ModelProto:
    """y = x . x', of 4 x 4 values an item."""
    return helper.make_model(
        helper.make_graph(
            [helper.make_node("MatMul", ["x", "x"], ["y"])], "tiny",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 4, 4])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", 4, 4])],
        ),
        opset_imports=[helper.make_opsetid("", 17)], ir_version=8,
    )  # fmt: skip


TINY = Reference("tiny", "Tiny", "feedforward", "mlp", "row", (Input("x", "float", ("batch", 4, 4)),), tiny,
                 precisions=("fp32", "int8"))


class Fake:
    """A session that does what it is told with the number of items it is given."""

    def __init__(self, run: Callable[[int], None], providers: tuple[str, ...] = ("CPUExecutionProvider",)) -> None:
        self.runs, self.providers, self.batch = run, list(providers), 0

    def io_binding(self) -> Any:
        def bind(name: str, value: Any) -> None:
            self.batch = value.shape()[0]

        return SimpleNamespace(bind_ortvalue_input=bind, bind_output=lambda *_: None,
                               synchronize_inputs=lambda: None, synchronize_outputs=lambda: None,
                               clear_binding_outputs=lambda: None)

    def get_outputs(self) -> list[Any]:
        return [SimpleNamespace(name="y")]

    def get_providers(self) -> list[str]:
        return self.providers

    def run_with_iobinding(self, binding: Any) -> None:
        self.runs(self.batch)

    def run(self, names: None, inputs: Any, options: Any = None) -> None:
        self.runs(len(inputs["x"]))


def timed(run: Callable[[int], None], batches: tuple[int, ...] = (), reference: Reference = TINY,
          effort: Effort = BRIEF, meter: Meter | None = None, here: Machine = HERE, provider: str = "cpu") -> list[Any]:
    return time_one(reference, "fp32", Settings(provider, ("fp32",), batches, effort), here, meter or Meter(),
                    opened=lambda *_: Fake(run))


@pytest.fixture(autouse=True)
def no_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inputs meant for a GPU stay where they are."""
    plain = providers.ort.OrtValue.ortvalue_from_numpy
    monkeypatch.setattr(providers.ort.OrtValue, "ortvalue_from_numpy", lambda values, *_: plain(values))


# -- what is measured


def test_a_slow_model_is_as_slow_as_it_is() -> None:
    (timing,) = timed(lambda batch: time.sleep(0.004 * batch), (5,), provider="cuda")
    assert 150 < timing.items_per_s <= 250
    assert timing.items_per_s_low <= timing.items_per_s <= timing.items_per_s_high <= 250
    assert 100 < timing.items_per_s_with_copies <= 250
    assert (timing.batch, timing.repeats, timing.warm_up, timing.layers) == (5, 3, 1, 1)
    assert timing.gmacs == pytest.approx(64e-9)


def test_the_processor_copies_nothing_to_itself() -> None:
    (timing,) = timed(lambda batch: None, (1,))
    assert timing.items_per_s_with_copies is None


def test_a_run_is_over_when_its_outputs_are() -> None:
    """CUDA may return before it is done: the time until it is belongs to the run."""
    fake = Fake(lambda batch: None)
    whole = fake.io_binding()
    whole.synchronize_outputs = lambda: time.sleep(0.005)
    fake.io_binding = lambda: whole  # type: ignore[method-assign]
    (timing,) = time_one(TINY, "fp32", Settings("cpu", ("fp32",), (1,), BRIEF), HERE, Meter(), opened=lambda *_: fake)
    assert isinstance(timing, Timing)
    assert timing.items_per_s < 201


def test_one_layer_of_many_says_so() -> None:
    (timing,) = timed(lambda batch: None, (1,), replace(TINY, layers=32, composed="the whole is 32 of these"))
    assert timing.layers == 32
    assert "the whole is 32 of these" in timing.notes


def test_what_ran_beside_it_is_written_down() -> None:
    here = Machine("A processor, 2 threads", "l4", driver="580.1", cuda="12.8", cudnn="9.10.2", notes="power limited")
    (timing,) = timed(lambda batch: None, (1,), here=here)
    assert (timing.gpu, timing.driver, timing.cuda, timing.cudnn) == ("l4", "580.1", "12.8", "9.10.2")
    assert timing.notes == "power limited"
    assert timing.id.startswith("l4.cpu.tiny.fp32.b1")
    assert "`plainspec time --provider cpu --models tiny --precision fp32 --batches 1`" in timing.source


# -- where a sweep ends


def memory_for(most: int, error: type[Exception] = RuntimeException, text: str = "") -> Callable[[int], None]:
    def run(batch: int) -> None:
        if batch > most:
            raise error(text or "[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : Failed to allocate memory for requested "
                                "buffer of size 123")
    return run


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (RuntimeException, ""),
        (RuntimeException, "CUDA failure 2: out of memory ; GPU=0"),
        (RuntimeException, "CUDNN failure 4000: CUDNN_STATUS_ALLOC_FAILED"),
        (RuntimeError, "std::bad_alloc"),
        (MemoryError, "Unable to allocate"),
    ],
)
def test_a_sweep_ends_where_memory_does_and_keeps_what_it_has(error: type[Exception], text: str) -> None:
    results = timed(memory_for(8, error, text))
    assert [result.batch for result in results] == [1, 2, 4, 8, 16]
    assert all(isinstance(result, Timing) for result in results[:-1])
    assert results[-1] == Missed("tiny", "fp32", 16, "it does not fit in memory")


def test_another_error_ends_it_too_and_is_said() -> None:
    results = timed(memory_for(2, RuntimeException, "[ONNXRuntimeError] : 1 : FAIL : invalid configuration argument"))
    assert results[-1] == Missed("tiny", "fp32", 4, "invalid configuration argument")


def test_an_error_of_our_own_is_not_called_a_missing_measurement() -> None:
    with pytest.raises(ZeroDivisionError):
        timed(memory_for(2, ZeroDivisionError))


def test_a_sweep_ends_when_its_time_is_up() -> None:
    start = time.perf_counter()
    results = timed(lambda batch: time.sleep(0.01 * batch), effort=replace(BRIEF, budget_s=1.0))
    assert time.perf_counter() - start < 2.0
    assert len(results) >= 3
    assert "longer than the 1 s" in results[-1].reason


def test_memory_that_the_processor_lacks_is_not_asked_for() -> None:
    """The system would end the program, and with it everything measured so far."""
    class Small(Meter):
        def __init__(self) -> None:
            self.used = 1e9

        def memory_bytes(self) -> float:
            self.used += 1e9
            return self.used

        def available_bytes(self) -> float:
            return 2e9

    assert timed(lambda batch: None, meter=Small())[-1].reason == "it does not fit in memory"


def test_models_that_do_not_come_in_a_precision_are_left_out() -> None:
    seen: list[tuple[int, int]] = []
    settings = Settings("cpu", ("fp32", "fp16", "int8"), (1,), BRIEF)
    results = list(time_all([TINY], settings, HERE, Meter(), lambda step: seen.append((step.done, step.jobs)),
                            opened=lambda *_: Fake(lambda batch: None)))
    assert [result[0].precision for result in results] == ["fp32", "int8"]
    assert set(seen) == {(0, 2), (1, 2)}


# -- what is refused


CONV = Node("Conv", "CUDAExecutionProvider", 1 << 20)


@pytest.mark.parametrize(
    "stray",
    [Node("Conv", "CPUExecutionProvider", 16), Node("FusedMatMul", "CPUExecutionProvider", 16),
     Node("QLinearConv", "CPUExecutionProvider", 16), Node("LSTM", "CPUExecutionProvider", 16),
     Node("GroupQueryAttention", "CPUExecutionProvider", 16), Node("Resize", "CPUExecutionProvider", 1 << 20)],
    ids=lambda node: node.op,
)  # fmt: skip
def test_work_that_the_processor_did_is_no_run_of_cuda(stray: Node) -> None:
    with pytest.raises(CannotTime, match=f"1 of its 2 nodes \\({stray.op}\\) ran on the processor"):
        providers.on_the_provider([CONV, stray], "cuda")


def test_working_out_shapes_on_the_processor_is_as_it_should_be() -> None:
    providers.on_the_provider([CONV, Node("Gather", "CPUExecutionProvider", 8)], "cuda")


def test_a_session_that_fell_back_is_no_run_of_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "available", lambda: {"cuda": "CUDAExecutionProvider"})
    monkeypatch.setattr(providers, "session", lambda *_: Fake(lambda batch: None))
    with pytest.raises(CannotTime, match="fell back to the processor"):
        providers.opened(TINY, "fp32", "cuda")


@pytest.mark.skipif(machine.cuda_gpu() is not None, reason="CUDA can be used here")
def test_cuda_without_a_gpu_is_refused_in_one_sentence() -> None:
    with pytest.raises(CannotTime) as refused:
        request(["resnet50"], "cuda")
    said = str(refused.value)
    assert "\n" not in said
    assert "driver" in said or "pip install" in said


def test_int8_in_name_only_is_refused() -> None:
    """TINY gives the same graph of floats for INT8."""
    with pytest.raises(CannotTime, match="not INT8"):
        providers.opened(TINY, "int8", "cpu")


def test_quantised_weights_that_are_multiplied_in_floating_point_are_not_int8() -> None:
    """As CUDA does with the quantised graphs of convolutions."""
    model = REFERENCES["resnet50"].build("int8")
    products = [node for node in model.graph.node if node.op_type == "Conv"]
    with pytest.raises(CannotTime, match="not INT8"):
        providers.in_whole_numbers([Node("Conv", "CUDAExecutionProvider", 9) for _ in products], model)
    providers.in_whole_numbers([Node("QLinearConv", "CPUExecutionProvider", 9) for _ in range(60)], model)


def test_a_quantised_graph_is_int8() -> None:
    small = [reference for reference in REFERENCES.values() if "int8" in reference.precisions]
    assert providers.opened(min(small, key=lambda r: len(r.build("fp32").graph.node)), "int8", "cpu")


@pytest.mark.parametrize(
    ("provider", "capability", "offered"),
    [
        ("cpu", (0, 0), {"fp32", "int8"}),
        ("cuda", (7, 5), {"fp32", "fp16", "int8"}),
        ("cuda", (8, 9), {"fp32", "tf32", "fp16", "int8"}),
        ("tensorrt", (9, 0), {"tf32", "fp16", "int8"}),
    ],
)
def test_precisions_are_those_that_are_really_used(
    provider: str, capability: tuple[int, int], offered: set[str]
) -> None:
    assert set(providers.precisions(provider, capability)) == offered


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"models": ["resnet51"]}, "resnet50"),
        ({"models": ["resnet50"], "provider": "cuba"}, "it has .*cpu"),
        ({"models": ["resnet50"], "provider": "cpu", "precision": "fp8"}, "it has fp32, int8"),
        ({"models": ["resnet50"], "provider": "cpu", "precision": "fp16"}, "would convert to FP32"),
        ({"models": ["resnet50"], "provider": "cpu", "batches": [0]}, "at least 1"),
        ({"models": ["resnet50"], "provider": "cpu", "gpu": "l4"}, "no GPU 'l4'"),
    ],
)
def test_what_cannot_be_asked_for_is_said_in_a_sentence(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(CannotTime, match=said):
        request(**asked)


def test_models_in_no_precision_asked_for_are_named() -> None:
    half = [model.id for model in REFERENCES.values() if model.precisions == ("fp16",)]
    asked = request([*half, "lenet5"], "cpu")
    assert half
    assert [missed.reference for missed in asked.left_out] == half
    assert asked.jobs == 1


def test_models_are_found_by_id_and_by_name() -> None:
    assert [model.id for model in chosen(["ResNet-50", "resnet50"])] == ["resnet50"]
    assert len(chosen([])) == len(REFERENCES)


# -- whose figures they are


@pytest.mark.parametrize(
    ("name", "gigabytes", "gpu"),
    [
        ("NVIDIA H100 80GB HBM3", 79.2, "h100_sxm5_80gb"),
        ("NVIDIA H100 PCIe", 79.2, "h100_pcie_80gb"),
        ("NVIDIA H200", 139.8, "h200_sxm5_141gb"),
        ("NVIDIA A100-SXM4-40GB", 39.4, "a100_sxm4_40gb"),
        ("NVIDIA A100 80GB PCIe", 79.3, "a100_pcie_80gb"),
        ("NVIDIA L4", 22.0, "l4"),
        ("NVIDIA L40S", 44.4, "l40s"),
        ("Tesla T4", 14.6, "t4"),
        ("NVIDIA GeForce RTX 4090", 23.6, "rtx_4090"),
        ("NVIDIA GeForce RTX 4090 Laptop GPU", 15.7, "rtx_4090_laptop"),
        ("NVIDIA GeForce RTX 3080", 11.7, "rtx_3080_12gb"),
        ("Quadro RTX 6000", 23.6, "quadro_rtx_6000"),
        ("NVIDIA RTX 6000 Ada Generation", 47.4, "rtx_6000_ada"),
        ("NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition", 95.0, "rtx_pro_6000_blackwell_max_q"),
        ("NVIDIA H100 80GB HBM3 MIG 1g.10gb", 9.5, ""),  # a part of one is not one
        ("NVIDIA H100 80GB HBM3", 40.0, ""),
        ("NVIDIA RTX 9090", 24.0, ""),
    ],
)
def test_a_driver_name_is_one_gpu_of_the_catalog_or_none(name: str, gigabytes: float, gpu: str) -> None:
    assert catalog_id(name, gigabytes * 2**30) == gpu


# -- what is written


def test_a_table_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    (timing,) = timed(lambda batch: None, (1,))
    path = tmp_path / "timings.csv"
    table.write(path, [timing])
    before = path.read_text()

    def broken() -> Any:
        yield timing
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        table.write(path, broken())
    assert path.read_text() == before
    assert list(tmp_path.iterdir()) == [path]


def test_it_runs_by_itself_without_what_a_bare_machine_lacks(tmp_path: Path) -> None:
    out = tmp_path / "timings.csv"
    program = (
        "import sys, runpy\n"
        f"sys.argv = ['x', '--provider', 'cpu', '--models', 'lenet5', '--precision', 'fp32', '--batches', '2',"
        f" '--quick', '--out', {str(out)!r}]\n"
        "try:\n    runpy.run_module('models.timing', run_name='__main__')\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        "heavy = {'rasa', 'tensorflow', 'sqlalchemy', 'typer', 'rich', 'rapidfuzz', 'pydantic'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "lenet5" in done.stderr
    assert len(out.read_text().splitlines()) == 2


def test_the_sweep_goes_by_powers_of_two() -> None:
    assert [result.batch for result in timed(memory_for(4))] == [1, 2, 4, 8]
    assert sweep.jobs([TINY], ["tf32"]) == [(TINY, "tf32")]
