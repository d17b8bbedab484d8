"""The sentence encoder: right vectors, the same ones in any company, and never anything but the published weights."""
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bot import encoder, encoder_build


@pytest.fixture(scope="module")
def minilm() -> encoder.Encoder:
    encoder_build.ensure()
    return encoder.load()


def test_published_cosines_of_the_three_sentences(minilm: encoder.Encoder) -> None:
    a, b, c = minilm.encode(encoder_build.SENTENCES)
    found = [float(a @ b), float(a @ c), float(b @ c)]
    assert found == pytest.approx(encoder_build.COSINES, abs=encoder_build.TOLERANCE["int8"])


def test_vectors_are_unit_float32_rows(minilm: encoder.Encoder) -> None:
    vectors = minilm.encode(["A quiet workstation for speech recognition", "", "🙂🙂", "word " * 5000])
    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    assert minilm.encode([]).shape == (0, 384)


def test_a_vector_does_not_depend_on_its_neighbours(minilm: encoder.Encoder) -> None:
    texts = [f"We keep {n} scans of {'very ' * (n % 7)}old maps" for n in range(100)]
    together = minilm.encode(texts)
    alone = np.stack([encoder.Encoder().encode([text])[0] for text in texts[:3]])
    assert np.array_equal(together[:3], alone)


def test_a_vector_begun_early_is_the_one_given(minilm: encoder.Encoder) -> None:
    begun = minilm.begin("A text that somebody is still reading")
    assert np.array_equal(begun.result(), minilm.encode(["A text that somebody is still reading"])[0])


def test_what_means_the_same_is_nearer(minilm: encoder.Encoder) -> None:
    asked, same, other = minilm.encode(
        ["How much memory has an RTX 4090?", "What is the VRAM of the 4090?", "Please draw me a cat playing the piano."]
    )
    assert asked @ same > asked @ other + 0.3


def test_a_damaged_or_outdated_encoder_is_not_intact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not encoder_build.intact(tmp_path)
    (tmp_path / "encoder.onnx").write_bytes(b"graph")
    files = {"encoder.onnx": encoder_build.sha256(tmp_path / "encoder.onnx")}
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"recipe": encoder_build.RECIPE, "files": files}))
    assert encoder_build.intact(tmp_path)
    (tmp_path / "encoder.onnx").write_bytes(b"grapf")
    assert not encoder_build.intact(tmp_path)
    (tmp_path / "encoder.onnx").write_bytes(b"graph")
    monkeypatch.setattr(encoder_build, "RECIPE", encoder_build.RECIPE + 1)
    assert not encoder_build.intact(tmp_path)


def test_other_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = tmp_path / "hub"
    hub.mkdir()
    for name in encoder_build.FILES:
        (hub / name).write_bytes(b"not the published file")
    monkeypatch.setenv("PLAINSPEC_ENCODER_URL", hub.as_uri())

    def no_wheel(folder: Path) -> None:
        raise OSError("no network")

    monkeypatch.setattr(encoder_build, "_from_wheel", no_wheel)
    said: list[str] = []
    with pytest.raises(encoder_build.CannotBuild, match=r"sha256 differs.*no network"):
        encoder_build.ensure(said.append, tmp_path / "encoder")
    assert not (tmp_path / "encoder").exists()
    assert list(tmp_path.iterdir()) == [hub]  # nothing half-written is left
    assert any("fetching" in line.lower() for line in said)
