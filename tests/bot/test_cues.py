from __future__ import annotations

from typing import Any

import pytest

from bot.components.cues import NAMES, cues, words

NOTHING: dict[str, Any] = {"told": {}, "mentions": [], "passages": []}


def lit(text: str, **heard: Any) -> set[str]:
    vector = cues(words(text), {**NOTHING, **heard})
    assert vector.shape == (len(NAMES),)
    return {name for name, value in zip(NAMES, vector, strict=False) if value}


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("3090 vs 4090", "versus"),
        ("how long does it take", "how_long"),
        ("is 8 GB enough", "enough"),
        ("what if we double it", "what_if"),
        ("hello there", "greeting"),
        ("undo that", "undo"),
        ("we were quoted 50k", "quote_words"),
        ("will it bother the socket", "site_words"),
        ("how many tokens/s", "how_fast"),
        ("yes", "yes"),
        ("no", "no"),
        ("15 a second", "leading_number"),
        ("rent or buy", "rent_or_buy"),
    ],
)
def test_words_light_their_cue(text: str, cue: str) -> None:
    assert cue in lit(text)


def test_what_was_heard() -> None:
    got = lit(
        "x",
        told={"gpus": ["L4", "T4"], "gpu_roles": {"l4": "compared", "t4": "compared"}},
        mentions=[{"id": "l4"}, {"id": "t4"}],
    )
    assert {"has_gpu", "two_gpus", "two_topics", "role_compared"} <= got
    assert "heard_nothing" not in got
    assert "heard_nothing" in lit("x")


def test_nearness_to_the_library() -> None:
    assert {"near_0.3", "near_0.5"} <= lit("x", passages=[["vram", -1, 0.55]])
    assert "near_0.6" not in lit("x", passages=[["vram", -1, 0.55]])
