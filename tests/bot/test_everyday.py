"""Networks whose names are everyday words are heard where they are meant, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from bot import hear
from catalog import store


def model(text: str) -> Any:
    return hear.read(text, store.snapshot()).told.get("model")


@pytest.mark.parametrize(
    "text",
    [
        "inspect granite worktops for hairline cracks",
        "find broken cells on solar panels, photos from a drone",
        "5 cameras count sheep in a solar powered shed",
        "look for holes in the runway of a small airport",
        "my colleague Sam says that we need a GPU with 24 GB",
        "count the llamas and alpacas on our farm",
        "tell trees apart by photos of their bark",
        "should we opt for a bigger card?",
        "warn of an algae bloom from satellite images",
        "watch a falcon nest and count the chicks",
        "tell parakeet songs from canary songs",
        "Claude from accounting wants a cheaper box",
        "crop each video clip and label what is in it",
        "scan dino fossils and sort them",
        "an AI model looks for cracks in granite worktops",
        "train a model on photos of falcon nests",
        "a piper plays, and we transcribe the tune",
    ],
)
def test_an_everyday_word_is_no_network(text: str) -> None:
    assert model(text) is None


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("what is bloom?", "bloom"),
        ("can I run falcon on a 3090", "falcon"),
        ("flux on a 4080", "flux"),
        ("transcribe calls with whisper", "whisper"),
        ("SAM to cut out products", "SAM"),
        ("use CLIP to search 2 million pictures", "CLIP"),
        ("we run bark for audiobooks", "bark"),
        ("serve a granite model to 20 people", "granite"),
        ("SOLAR 10.7B for 5 users", "SOLAR 10.7B"),
        ("falcon 40b in 4 bit", "falcon 40b"),
    ],
)
def test_where_it_is_meant_it_is_heard(text: str, heard: str) -> None:
    assert str(model(text)).lower() == heard.lower()
