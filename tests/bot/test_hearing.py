"""A long message is weighed while the encoder is at work on it, and a short one is not."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot import encoder
from bot.components import hearing
from catalog import store
from sizing.weighed import weighed

NEED = (
    "We press engine gaskets and need a camera station that finds torn edges, about 12 pictures a second, in a network "
    "that we train overnight on 30,000 labelled photos of 640x640."
)


@pytest.fixture
def foreseen(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(hearing, "foresee", lambda what, catalog: told.append(what))
    return told


def hear(text: str, told: dict[str, Any]) -> dict[str, Any]:
    return hearing.Hearing("hearing")._hear(Message.build(text), None, False, told)


def unfinished(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """The vector of the text is there, but not known to be."""
    vector: Future[Any] = encoder.load().begin(text)
    vector.result()
    monkeypatch.setattr(vector, "done", lambda: False)


def test_what_is_told_is_weighed_before_the_vector_is_there(
    monkeypatch: pytest.MonkeyPatch, foreseen: list[dict[str, Any]]
) -> None:
    unfinished(monkeypatch, NEED)
    hear(NEED, {"budget": {"amount": 9000, "currency": "GBP"}})
    assert foreseen[0]["budget"]["amount"] == 9000
    assert foreseen[0]["throughput"]["amount"] == 12


def test_nothing_is_foreseen_where_there_is_no_time_for_it(
    monkeypatch: pytest.MonkeyPatch, foreseen: list[dict[str, Any]]
) -> None:
    encoder.load().begin(NEED).result()
    hear(NEED, {})  # the vector is there
    unfinished(monkeypatch, "a chatbot for 30 people")
    hear("a chatbot for 30 people", {})  # too short
    assert foreseen == []


def test_what_is_foreseen_is_there_when_the_answer_needs_it() -> None:
    told = {"task": "image_classification", "throughput": {"amount": 21, "unit": "images/s"}}
    catalog = store.snapshot()
    hearing.foresee(told, catalog)
    kept = vars(weighed(told, catalog))
    assert "questions" in kept
    assert "recommendation" in kept or kept["questions"]
