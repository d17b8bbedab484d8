"""Every assumption that can be edited: saying so changes exactly that, in any channel."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions import editing
from actions.recap import slot_name
from catalog import store
from sizing.need import Assumption
from sizing.told import SLOTS, nonsense

NEEDS = (
    "We want to sort photos of parts into good and bad. What do we need?",
    "We make woven fabric and want cameras to spot weaving faults. 50,000 photos, 1024x1024, six classes. Budget 15k.",
    "Run Llama 3.1 8B for our team on our own machine",
    "A chatbot for 40 staff answering questions from our documents",
    "Fine-tune a language model on our support tickets",
    "Fine-tune Mistral 7B and then serve it to 30 people",
    "Read scans: outline tumours in MRI scans",
    "Turn call recordings into text for 25 agents",
    "Forecast sales with an LSTM",
    "Predict churn from tables with XGBoost",
    "Recommend products to visitors of our shop",
    "Detect people with 8 cameras",
    "a mixture of experts model with 60 billion parameters for 10 people",
    "Summarise long reports for 15 lawyers, budget 12k",
    "Find bicycles in 4k video from one camera at 5 pictures a second",
)
NEVER = {
    "runs_per_month",
    "training_precision",
    "frames_per_second",
    "tokens_per_user",
    "words",
    "item_bytes",
    "tokens_per_example",
    "framework",
}  # no slot of what can be told, or one that changes nothing
Json = dict[str, Any]


@pytest.fixture(scope="module")
def looked_at(engine: Any) -> list[tuple[Json, Json]]:
    """(state, recommendation) of each need; questions on the way are answered "not sure"."""

    async def one(need: str) -> tuple[Json, Json]:
        replies, state = await engine.turn(None, need, "test")
        for _ in range(3):
            if replies[0]["kind"] == "question":
                replies, state = await engine.turn(state, "not sure", "test")
        return state, replies[0]

    found = [asyncio.run(one(need)) for need in NEEDS]
    assert all(reply["kind"] == "recommendation" for _, reply in found)
    return found


def told(state: Json) -> Json:
    return {slot: value for slot, value in state["told"].items() if slot != "not_sure"}


def test_what_can_be_told_can_be_edited(looked_at: list[tuple[Json, Json]]) -> None:
    offered = {a["slot"] for _, reply in looked_at for a in reply["assumptions"] if "edit" in a}
    assert not offered & NEVER
    assert {
        "users",
        "throughput",
        "dataset_size",
        "deadline",
        "hours_per_month",
        "epochs",
        "context_tokens",
        "params_b",
        "image_resolution",
        "precision",
        "method",
        "phase",
        "deployment",
        "concurrent",
        "budget",
        "model",
        "active_params_b",
        "latency",
        "requests",
        "months",
        "tiled",
    } <= offered
    listed = [(a["slot"], "edit" in a) for _, reply in looked_at for a in reply["assumptions"] if a["slot"] in SLOTS]
    assert sum(can for _, can in listed) / len(listed) > 0.85


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_saying_it_changes_that_slot_and_nothing_else(
    engine: Any, looked_at: list[tuple[Json, Json]], data: st.DataObject
) -> None:
    state, reply = data.draw(st.sampled_from(looked_at))
    assumption = data.draw(st.sampled_from([a for a in reply["assumptions"] if "edit" in a]))
    slot, edit = assumption["slot"], assumption["edit"]
    value = data.draw(
        st.sampled_from(edit["choices"])
        if edit["kind"] == "choice"
        else st.tuples(st.integers(64, 4096), st.integers(64, 4096)).map(lambda sides: f"{sides[0]}x{sides[1]}")
        if edit["kind"] == "text"
        else st.one_of(st.integers(1, 2_000_000), st.floats(0.1, 1000).map(lambda x: round(x, 1))).map(
            lambda n: data.draw(st.sampled_from([f"{n}", f"{n:,}"]))
        )
    )
    said = edit["say"].format(value)
    (answer, *_), after = asyncio.run(engine.turn(state, said, "test"))
    changed = {s for s in {**told(state), **told(after)} if told(state).get(s) != told(after).get(s)}
    if answer["kind"] == "question" and not changed:  # a value that cannot be
        assert "should lie between" in answer["text"]
        heard = editing.heard(said, told(state), store.snapshot())
        assert heard is not None
        assert heard["problems"]
        return
    assert changed == {slot}, said
    assert nonsense(told(after)) is None
    assert answer["kind"] == "recommendation", said
    assert slot not in {a["slot"] for a in answer["assumptions"]}, said  # it is told now
    assert slot_name(slot) in {row["what"] for row in answer["told"]}, said


def test_the_value_that_is_offered_is_the_one_that_is_assumed(looked_at: list[tuple[Json, Json]]) -> None:
    for _, reply in looked_at:
        for assumption in reply["assumptions"]:
            edit = assumption.get("edit")
            if edit and edit["kind"] == "choice" and edit["value"]:
                assert edit["value"] in edit["choices"], assumption
            elif edit and edit["kind"] == "number" and "day and night" not in assumption["value"]:
                words = assumption["value"].replace(",", "").replace("one p", "1 p")
                days = assumption["slot"] == "deadline" and "days" in words
                assert f"{edit['value'] // 24 if days else edit['value']}" in words, assumption


@pytest.mark.parametrize(
    "text",
    [
        "change the deadline",
        "change the number of users to many",
        "can you change the number of users to 5 and the budget",
        "change the precision to perfect",
        "change the model to a better one",
        "what would change the number of users to 5",
        "change the number of users to " + "9" * 40,
        "change the rate to 5 per second",
        "change the currency of the budget",
    ],
)
def test_what_does_not_fit_is_read_like_any_sentence(text: str) -> None:
    assert editing.heard(text, {}, store.snapshot()) is None


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("Change the number of users to 1,200.", "users", 1200),
        ("please change the passes over the data to 2.5", "epochs", 2.5),
        ("change the rate to 20 images per second", "throughput", {"amount": 20, "unit": "images/s"}),
        ("change the amount of data to 400 GB", "dataset_size", {"amount": 400, "unit": "GB"}),
        ("change the time it may take to 12 hours", "deadline", {"amount": 12, "unit": "hours"}),
        ("change the size of the pictures to 640 x 480", "image_resolution", "640x480"),
        ("change the model to llama 3.1 8b", "model", "Llama 3.1 8B"),
        ("CHANGE THE PRECISION TO 8-BIT", "precision", "int8"),
    ],
)
def test_what_fits_is_read_exactly(text: str, slot: str, value: Any) -> None:
    heard = editing.heard(text, {}, store.snapshot())
    assert heard is not None
    assert heard["told"] == {slot: value}


def test_none_is_offered_that_would_make_something_else_stale() -> None:
    """A size that is told replaces the name of a network whose size nobody knew."""
    size = Assumption("params_b", "Foo taken as an open language model of 8 billion parameters", "not known here")
    assert editing.edit(size, {"model": "Foo"}, store.snapshot()) is None
    assert editing.edit(size, {"users": 5, "not_sure": ["params_b"]}, store.snapshot()) is not None


def test_an_edit_is_remembered_by_undo(engine: Any, looked_at: list[tuple[Json, Json]]) -> None:
    state, _ = looked_at[1]
    _, after = asyncio.run(engine.turn(state, "change the hours of use to 90 a month", "test"))
    assert after["told"]["hours_per_month"] == 90
    _, back = asyncio.run(engine.turn(after, "undo", "test"))
    assert told(back) == told(state)
    json.dumps(after)
