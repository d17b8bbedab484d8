"""What was told, in words."""

from __future__ import annotations

from typing import Any

import pytest

from actions.base import Turn, fresh
from actions.handoff import reply as handoff
from actions.out_of_scope import reply as decline
from actions.recap import told_rows, value_text
from catalog.things import Catalog


@pytest.mark.parametrize(
    ("slot", "value", "said"),
    [
        ("budget", {"amount": 15000, "currency": "GBP", "bound": "max"}, "at most £15,000"),
        ("budget", {"amount": 200, "currency": "USD", "period": "month"}, "$200 a month"),
        ("budget", {"amount": 900, "currency": "CHF", "bound": "about"}, "about 900 CHF"),
        ("dataset_size", {"amount": 50000, "unit": "images"}, "50,000 images"),
        ("params_b", 7.5, "7.5 billion"),
        ("vram_gb", 24, "24 GB"),
        ("phase", ["training", "inference"], "training, inference"),
        ("task", "image_classification", "image classification"),
        (
            "quote",
            {"items": [{"system": "dgx_h100", "count": 2}], "amount": 620000, "currency": "GBP"},
            "2x DGX H100 for £620,000",
        ),
        ("quote", {"items": [{"gpu": "l40s", "count": 4}]}, "4x L40S"),
    ],
)
def test_values_in_words(slot: str, value: Any, said: str) -> None:
    assert value_text(slot, value) == said


def test_cards_come_with_their_number_and_role() -> None:
    told = {"gpus": ["RTX 3090"], "gpu_counts": {"rtx_3090": 2}, "gpu_roles": {"rtx_3090": "owned"}}
    assert told_rows(told) == [("GPUs", "2x RTX 3090 (owned)")]


def turn(text: str, **state: Any) -> Turn:
    return Turn(text, {}, "x", 1.0, {**fresh(), **state}, Catalog(0))


def test_a_person_gets_the_whole_context(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAINSPEC_CONTACT", "Jo Brown, jo@example.com")
    got = handoff(turn("a person please", told={"users": 30, "task": "rag"}, asked="latency", topics=["vram"]))
    assert got.kind == "handoff"
    for part in ("Jo Brown", "users: 30", "task: rag", "latency", "vram"):
        assert part in got.text


def test_nothing_told_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLAINSPEC_CONTACT", raising=False)
    assert "not told me anything" in handoff(turn("a person please")).text


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("which console should I buy", "Gaming"),
        ("is mining bitcoin worth it", "mining"),
        ("should I change my career", "careers"),
        ("can my landlord do that", "legal"),
        ("will it rain", "weather"),
        ("merge two lists in python", "programming"),
        ("qwertz", "deep learning"),
    ],
)
def test_declines_are_one_line_that_fits(text: str, word: str) -> None:
    got = decline(turn(text))
    assert got.kind == "decline"
    assert "\n" not in got.text
    assert word.lower() in got.text.lower() or (word == "deep learning" and "neural networks" in got.text)
