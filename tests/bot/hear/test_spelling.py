"""Slips of the pen are put right, and what is no slip stays."""

from __future__ import annotations

import pytest

from bot.hear import spelt
from catalog import store


@pytest.mark.parametrize(
    ("slip", "right"),
    [
        ("how logn does trainig take", "how long does training take"),
        ("what is a convolutonal layer", "what is a convolutional layer"),
        ("a gpu for infference", "a gpu for inference"),
        ("ovrefitting?", "overfitting?"),
        ("Waht is dropout", "What is dropout"),
        ("whta's a latent space", "what's a latent space"),
        ("my hedphones and my neigbour", "my headphones and my neighbour"),  # words that only near misses use
        ("quick question abput it", "quick question about it"),
    ],
)
def test_slips(slip: str, right: str) -> None:
    assert spelt(slip, store.snapshot()) == right


@pytest.mark.parametrize(
    "text",
    [
        "will Snork-5 fit on a 3090",
        "run gronk on my card",
        "we cant use the cloud and wont rent",
        "grilled planks of the paralegals",
        "a hamster eats pricey wafers",  # an ending makes another word
        "an L4 and an L40",
        "smollm, olmo and kimi",
        "nvme vs sata, sglang vs vllm",
        "write to me@exampel.com",
    ],
)
def test_what_is_no_slip(text: str) -> None:
    assert spelt(text, store.snapshot()) == text
