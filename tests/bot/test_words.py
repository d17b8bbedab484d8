from __future__ import annotations

import numpy as np
import pytest

from bot.components.words import SEEN, WEIGHT, row, vocabulary, words


def test_words_and_pairs() -> None:
    assert words("What IS vram?") == {"what", "is", "vram", "?", "what is", "is vram", "vram ?"}


def test_only_what_was_seen_often_enough() -> None:
    assert vocabulary(["a gpu"] * SEEN + ["a cpu"] * (SEEN - 1)) == ["a", "a gpu", "gpu"]


def test_every_row_is_as_long() -> None:
    places = {"a": 0, "gpu": 1, "a gpu": 2}
    assert np.linalg.norm(row("a gpu", places)) == pytest.approx(WEIGHT)
    assert np.linalg.norm(row("gpu!", places)) == pytest.approx(WEIGHT)
    assert not row("nothing known", places).any()
