"""Who must be taught what to see, who may send it away, and what a few words add later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.hear.asked import answer
from bot.hear.follow import followed
from bot.hear.numbers import numbers

Tell = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    "text",
    [
        "we must spot hairline cracks in turbine blades, 2 a second",
        "find tumours on cat x-rays, 30 a day",
        "kick out unripe berries with a camera, 9 a second",
        "a camera to detect weeds at 15 fps",
        "sort pollen by microscope pictures into 12 kinds, 500 a day",
    ],
)
def test_what_is_their_own_is_trained_too(told: Tell, text: str) -> None:
    assert told(text)["phase"] == ["training", "inference"]


@pytest.mark.parametrize(
    "text",
    [
        "count people on 8 cameras at 5 fps",
        "detect cars and lorries at 20 fps",
        "we have a model that finds cracks in blades, to run it on 2 a second",
        "only run the detector for weld defects, 4 a second",
        "blur faces in footage, 30 videos a day",
    ],
)
def test_what_anybody_knows_or_is_trained_is_only_run(told: Tell, text: str) -> None:
    assert told(text)["phase"] == "inference"


@pytest.mark.parametrize(
    "text",
    [
        "the cloud is fine",
        "an API would be ok, whichever is cheaper",
        "rent it if that is cheaper",
        "we are happy to use an api",
        "don't mind the cloud",
    ],
)
def test_cloud_may_be_weighed_beside_buying(told: Tell, text: str) -> None:
    assert told(text)["deployment"] == ["cloud", "on_prem"]
    assert "excluded" not in told(text)


@pytest.mark.parametrize("text", ["the cloud is not fine", "we can't use an api", "no cloud please"])
def test_cloud_is_not_allowed_by_a_denial(told: Tell, text: str) -> None:
    assert "deployment" not in told(text)


def test_a_chatbot_over_documents_is_one_job(told: Tell) -> None:
    assert told("a rag chatbot over our 900 leases")["task"] == "rag"
    assert set(told("rag over our leases and a coding assistant")["task"]) == {"rag", "llm_inference"}


@pytest.mark.parametrize("text", ["why is the next one overkill", "the bigger one", "why is one not enough"])
def test_one_of_them_is_no_number(text: str) -> None:
    assert answer(text, numbers(text), "params_b") is None


def test_one_is_a_number() -> None:
    assert answer("one", numbers("one"), "nodes") == 1


@pytest.mark.parametrize(
    ("told", "new", "adds"),
    [
        ({"task": "llm_inference"}, {}, {"context_tokens": 2048}),
        ({"task": "llm_inference"}, {"context_tokens": 9000}, {}),
        ({"task": "rag"}, {}, {}),  # the passages found are long, however short the question
        ({"task": ["segmentation", "tabular"]}, {}, {}),
    ],
)
def test_short_questions_are_short_texts(told: dict[str, Any], new: dict[str, Any], adds: dict[str, Any]) -> None:
    assert followed("short questions, nothing long", told, new) == adds


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("a card under 300 for a local llm", "budget", {"amount": 300, "currency": None, "bound": "max"}),
        ("we've 40k for a node", "budget", {"amount": 40000, "currency": None}),
        ("power is 0.42 eur/kwh", "budget", None),
        ("seq 2048 and batch 4", "context_tokens", 2048),
        ("ctx at least 64k", "context_tokens", 64000),
        ("resnet50 at 384 on an H100", "image_resolution", "384x384"),
        ("llama 8b at 2048 on an H100", "image_resolution", None),
        ("on a 12 gb card", "vram_gb_per_gpu", 12),
        ("an 8-way A100", "num_gpus", 8),
        ("batch size 64, 3080. why so slow", "gpus", ["RTX 3080"]),
        ("2000, 4000 and 5000 photos", "gpus", None),
        ("will my corsair 750w carry a 5080", "gpus", ["RTX 5080"]),
        ("screws in pictures, 5,000 labelled", "dataset_size", {"amount": 5000, "unit": "images"}),
    ],
)
def test_ways_to_say_it(told: Tell, text: str, slot: str, value: Any) -> None:
    assert told(text).get(slot) == value
