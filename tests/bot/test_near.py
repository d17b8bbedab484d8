"""Cosines in whole numbers of eight bits are those of the vectors, to a fiftieth of what is decided by them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.near import Near, graph

MOST = 0.004  # that a cosine may be off


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 300), spread=st.floats(0.05, 3))
def test_cosines_are_those_of_the_vectors(seed: int, count: int, spread: float) -> None:
    chance = np.random.default_rng(seed)
    common = chance.normal(size=384)
    vectors = unit(common + spread * chance.normal(size=(count, 384)))
    asked = unit(common[None] + spread * chance.normal(size=(1, 384)))[0]
    found = Near(graph(vectors)).cosines(asked)
    assert found.shape == (count,)
    assert np.abs(found - vectors @ asked).max() < MOST


def test_a_vector_is_nearest_to_itself_and_a_file_holds_the_same(tmp_path: Path) -> None:
    vectors = unit(np.random.default_rng(1).normal(size=(500, 384)))
    path = tmp_path / "near.onnx"
    path.write_bytes(graph(vectors))
    for near in (Near(path), Near(graph(vectors))):
        for i in range(0, 500, 50):
            assert near.cosines(vectors[i]).argmax() == i
            assert near.cosines(vectors[i])[i] == pytest.approx(1, abs=MOST)


def test_none_and_nothing_are_no_trouble() -> None:
    assert Near(graph(np.zeros((0, 384), np.float32))).cosines(np.ones(384, np.float32)).shape == (0,)
    assert Near(graph(np.zeros((2, 384), np.float32))).cosines(np.ones(384, np.float32)).tolist() == [0, 0]
