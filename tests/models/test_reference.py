"""The reference graphs: they are the networks they say they are, and they run."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest

from catalog.schema import NETWORK_KINDS
from catalog.things import Network
from models.cost import OPERATIONS, gathered, operations
from models.reference import PRECISIONS, REFERENCES, Reference, count, draw, feeds, published, session, whole
from models.reference.diffusion import unet
from models.reference.graph import Graph

PRODUCTS = ("Conv", "ConvTranspose", "MatMul", "Gemm")
NETWORKS_FILE = Path(__file__).parents[2] / "catalog/data/networks.csv"
NETWORKS = {row["id"]: row for row in csv.DictReader(NETWORKS_FILE.read_text(encoding="utf-8").splitlines())}
# Too large to open in a test: their like is run instead (small ones in test_reference_decoder.py, or below)
LARGE = {"bert_large", "sd15_unet"} | {id for id in REFERENCES if id.startswith(("llama", "mixtral"))}
SMALL = {
    "side": 64, "height": 64, "width": 64, "tokens": 5, "past": 3, "steps": 7, "frames": 16, "heard": 6,
}  # fmt: skip


def runs(reference: Reference, precision: str, *batches: int) -> list[dict[str, np.ndarray]]:
    """Outputs at small sizes, graph as written (fusing operators takes longer than running them once)."""
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    opened = session(reference.build(precision), options=options)
    sizes = {name: SMALL[name] for name in reference.sizes}
    if reference.item in ("volume", "pass"):
        sizes["side"] = 32
    names = [output.name for output in opened.get_outputs()]
    return [
        dict(zip(names, opened.run(None, feeds(reference.inputs, sizes, batch, precision)), strict=True))
        for batch in batches
    ]


def run(reference: Reference, precision: str, batch: int = 1) -> dict[str, np.ndarray]:
    return runs(reference, precision, batch)[0]


@pytest.mark.parametrize("ids", published())
def test_counts_equal_the_published_ones(ids: str) -> None:
    figures = published()[ids]
    counts = [whole(REFERENCES[id]) for id in ids.split("+")]
    assert figures.source
    assert sum(c.params for c in counts) / 1e6 == pytest.approx(figures.params_m, rel=0.01)
    if figures.active_params_m:
        assert sum(c.active_params for c in counts) / 1e6 == pytest.approx(figures.active_params_m, rel=0.01)
    if figures.gmacs:
        macs = sum(c.macs - (0 if figures.attention else c.attention_macs) for c in counts)
        assert macs / 1e9 == pytest.approx(figures.gmacs, rel=0.01)


@pytest.mark.parametrize(
    "id", ["ff", "dff", "dnn", "bm", "rbm", "dae", "sae", "vae", "rnn", "lstm", "gru", "lenet5", "deconvnet", "dcign",
           "tcn", "resnet50", "mobilenetv2", "efficientnet_b0", "unet_2d", "vit_base"],
)  # fmt: skip
def test_counts_agree_with_the_catalog(id: str) -> None:
    row, counted = NETWORKS[REFERENCES[id].network], whole(REFERENCES[id])
    assert counted.params / 1e6 == pytest.approx(float(row["params_m"]), rel=0.05)
    assert counted.macs / 1e9 == pytest.approx(float(row["gmacs"]), rel=0.05)


@pytest.mark.parametrize(("id", "activations"), [("resnet50", 11.11), ("efficientnet_b0", 6.75), ("vit_base", 23.9)])
def test_activations_are_those_that_timm_counts(id: str, activations: float) -> None:
    assert whole(REFERENCES[id]).activation_values / 1e6 == pytest.approx(activations, rel=0.01)


def test_operations_are_those_of_the_graphs() -> None:
    """models/data/operations.csv, which the launch floor is counted by."""
    with OPERATIONS.open(newline="", encoding="utf-8") as lines:
        rows = {r["network"]: r for r in csv.DictReader(lines)}
    counted = 0
    for reference in REFERENCES.values():
        told = rows.get(reference.network)
        if told and told["source"].startswith("the reference graph"):
            nodes = Counter(n.op_type for n in reference.build(reference.precisions[0]).graph.node)
            assert sum(nodes[kind] for kind in PRODUCTS) == float(told["operations"]), reference.id
            counted += 1
    assert counted == sum(r["source"].startswith("the reference graph") for r in rows.values())
    assert all(r["source"] and 0 < float(r["operations"]) < 3000 for r in rows.values())
    encoder = Network("x", "x", "transformer_encoder", "embeddings", 1, 1, 1, 1, "sequence", "512 tokens", layers=12)
    assert operations(encoder) == 97
    assert gathered(encoder) == 0 < gathered(replace(encoder, id="dlrm"))


def test_every_reference_is_a_network_of_the_catalog() -> None:
    assert len(REFERENCES) >= 26
    for reference in REFERENCES.values():
        assert reference.kind in NETWORK_KINDS
        assert NETWORKS[reference.network]["kind"] == reference.kind
        assert set(reference.precisions) <= set(PRECISIONS)
        named = {size for i in reference.inputs for size in i.shape if isinstance(size, str)}
        assert named == {"batch", *reference.sizes}
        assert (reference.layers > 1) == bool(reference.composed) == bool(reference.beside)


def test_every_kind_that_people_name_is_there() -> None:
    unmeasured = {"video_diffusion", "boosted_trees"}
    assert {reference.kind for reference in REFERENCES.values()} == set(NETWORK_KINDS) - unmeasured


@pytest.mark.parametrize("id", REFERENCES)
def test_graphs_are_small_and_of_standard_operators(id: str) -> None:
    for precision in REFERENCES[id].precisions:
        model = REFERENCES[id].build(precision)
        assert len(model.SerializeToString()) < 3_000_000
        assert [(opset.domain, opset.version) for opset in model.opset_import] == [("", 17)]
        assert model.ir_version <= 10
        assert all(output.type.tensor_type.elem_type for output in model.graph.output)


@pytest.mark.parametrize("id", [id for id in REFERENCES if id not in LARGE])
def test_it_runs_at_any_batch(id: str) -> None:
    reference = REFERENCES[id]
    one, two = runs(reference, "fp32", 1, 2)
    axis = 1 if reference.kind in ("rnn", "lstm", "gru") else 0  # steps come first there
    for name, value in one.items():
        assert value.size
        assert np.isfinite(value).all()
        assert np.isfinite(two[name]).all()
        assert two[name].shape[axis] == 2 * value.shape[axis]
        assert two[name].shape[axis + 1 :] == value.shape[axis + 1 :]


def shapes(id: str) -> dict[str, tuple[int, ...]]:
    return {name: value.shape for name, value in run(REFERENCES[id], "fp32").items()}


def test_outputs_have_the_shapes_of_their_networks() -> None:
    assert shapes("resnet50") == {"logits": (1, 1000)}
    assert shapes("unet_2d") == {"labels": (1, 2, 64, 64)}
    assert shapes("dcign") == {"image_again": (1, 1, 150, 150)}
    assert shapes("dcgan_generator") == {"image": (1, 3, 64, 64)}
    assert shapes("hifigan_v1") == {"sound": (1, 1, 16 * 256)}
    assert shapes("yolov8s") == {"edges": (1, 4, 84), "scores": (1, 80, 84)}  # 8x8, 4x4 and 2x2 places
    assert shapes("tcn") == {"forecast": (1, 1, 7)}


@pytest.mark.parametrize("id", ["dnn", "lstm", "resnet50", "vit_base", "mobilenetv2", "dcign", "tcn", "rbm"])
def test_fp16_is_the_same_network(id: str) -> None:
    for name, exact in run(REFERENCES[id], "fp32").items():
        half = run(REFERENCES[id], "fp16")[name]
        assert half.dtype == np.float16
        assert np.isfinite(half).all()
        if id not in ("rbm", "dcign"):  # those draw lots
            assert half == pytest.approx(exact, abs=0.02 * float(np.abs(exact).max()))


@pytest.mark.parametrize("id", ["dnn", "vit_base"])
def test_int8_is_the_same_network(id: str) -> None:
    exact, quantised = run(REFERENCES[id], "fp32")["logits"], run(REFERENCES[id], "int8")["logits"]
    assert np.corrcoef(exact.ravel(), quantised.ravel())[0, 1] > 0.95


@pytest.mark.parametrize("id", ["resnet50", "mobilenetv2", "bert_base"])
def test_int8_runs_in_8_bits(id: str) -> None:
    assert all(np.isfinite(value).all() for value in run(REFERENCES[id], "int8").values())
    model = REFERENCES[id].build("int8")
    weights = [tensor for tensor in model.graph.initializer if len(tensor.dims) > 1 and "weight" in tensor.name]
    in_8_bits = sum(np.prod(t.dims) for t in weights if t.data_type == onnx.TensorProto.INT8)
    embeddings = sum(np.prod(t.dims) for t in weights if t.name.startswith(("words", "types", "positions")))
    assert in_8_bits > 0.99 * (sum(np.prod(t.dims) for t in weights) - embeddings)


def test_a_diffusion_pass_runs() -> None:
    reference = REFERENCES["sd15_unet"]
    small = Reference(
        "small", "", "diffusion", "sd_1.5", "pass", reference.inputs, partial(unet, (32, 64, 64, 64)), {"side": 64}
    )
    for precision in ("fp32", "fp16"):
        noise = run(small, precision, 2)["noise"]
        assert noise.shape == (2, 4, 32, 32)
        assert np.isfinite(noise).all()


def test_a_boltzmann_machine_is_on_or_off() -> None:
    for value in run(REFERENCES["rbm"], "fp32", 8).values():
        assert set(np.unique(value)) == {0.0, 1.0}
        assert 0.3 < value.mean() < 0.7


def test_weights_are_drawn_the_same_each_time_and_differ() -> None:
    model = REFERENCES["dnn"].build("fp32")
    first, again = dict(draw(model)), dict(draw(model))
    assert all((first[name] == again[name]).all() for name in first)
    square = [values.ravel()[:100] for values in first.values() if values.shape == (1024, 1024)]
    assert len({values.tobytes() for values in square}) == len(square) == 3
    for values in first.values():
        if values.ndim == 2:  # variance 2 / inputs, or 1 / inputs in the last layer
            assert values.std() * np.sqrt(len(values)) == pytest.approx(
                np.sqrt(2 if values.shape[1] > 10 else 1), rel=0.05
            )


def test_a_weight_used_twice_is_counted_once() -> None:
    counted = whole(REFERENCES["rbm"])
    assert counted.params == 784 * 500 + 784 + 500
    assert counted.macs == 2 * 784 * 500


def test_work_grows_with_batch_and_size() -> None:
    model = REFERENCES["resnet50"].build("fp32")
    one = count(model, {"side": 224})
    assert count(model, {"side": 224}, batch=8).macs == 8 * one.macs
    assert count(model, {"side": 448}).macs == pytest.approx(4 * one.macs, rel=0.01)
    assert count(model, {"side": 448}).params == one.params


def test_a_missing_size_is_named() -> None:
    with pytest.raises(ValueError, match="no size is given for dimension 'side' of 'image'"):
        count(REFERENCES["resnet50"].build("fp32"), {})


def test_work_that_cannot_be_known_is_not_taken_for_none() -> None:
    g = Graph("odd", (), "fp32")
    rows = g.op("NonZero", g.constant(np.ones(4)))  # how many there are shows only when it runs
    model = g.model(y=g.op("MatMul", g.op("Cast", rows, to=1), g.weight("w", (4, 4), -1, 1)))
    with pytest.raises(ValueError, match="is unknown"):
        count(model, {})


def test_an_unknown_precision_is_refused() -> None:
    with pytest.raises(ValueError, match="precision 'fp8' is not one of fp32, fp16, int8"):
        REFERENCES["resnet50"].build("fp8")
