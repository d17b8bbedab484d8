"""The changes that the robustness benchmark makes are what they say, and the same every time."""

from __future__ import annotations

import re

import pytest

from tests.bench.slips import american, british, typo, unpunctuated

TEXTS = (
    "How long does it take to train ResNet-50 on two RTX 3090 cards with 50,000 pictures?",
    "We want a quiet machine for 20 lawyers.",
    "Is an L40S faster than an L4?",
)


@pytest.mark.parametrize("text", TEXTS)
def test_one_slip_and_no_number_or_name(text: str) -> None:
    slipped = typo(text)
    assert slipped == typo(text)
    assert re.findall(r"\d+", slipped) == re.findall(r"\d+", text)
    assert len([1 for a, b in zip(text.split(), slipped.split(), strict=True) if a != b]) == 1
    for name in ("ResNet-50", "RTX 3090", "L40S"):
        assert (name in slipped) == (name in text)


def test_punctuation_and_spelling() -> None:
    assert unpunctuated("It's 1,000.5 GB, isn't it?") == "Its 1,000.5 GB isnt it"
    assert american("optimise the grey colour of a labelled picture") == "optimize the gray color of a labeled picture"
    assert british("quantized and optimized at the center") == "quantised and optimised at the centre"
