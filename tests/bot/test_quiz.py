"""A quiz through the whole bot, its progress kept by person."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from actions.quizzing.question import LETTERS
from catalog import progress, store

Json = dict[str, Any]
pytestmark = pytest.mark.filterwarnings("ignore:Slot auto-fill:UserWarning")  # the engine tells of its own past


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PLAINSPEC_DATABASE_URL", f"sqlite:///{tmp_path / 'catalog.db'}")
    yield
    store._ready.cache_clear()


class Trainee:
    def __init__(self, engine: Any, person: str) -> None:
        self.engine, self.person, self.session = engine, person, uuid.uuid4().hex

    def say(self, text: str) -> Json:
        return asyncio.run(self.engine.respond(self.session, text, {"person": self.person}))[0]

    def open(self) -> Json | None:
        state = asyncio.run(self.engine.state(self.session))
        return (state.get("quiz") or {}).get("open")

    def answer(self, right: bool) -> Json:
        question = self.open()
        assert question is not None
        if question["choices"]:
            said = LETTERS[(question["right"] + (not right)) % len(question["choices"])]
        else:
            said = f"about {question['value'] * (1 if right else 3):.4g} {question['unit']}"
        return self.say(said)


def test_a_sitting(engine: Any, database: None) -> None:
    ann = Trainee(engine, "ann")
    first = ann.say("quiz me")
    assert first["kind"] == "quiz"
    assert "topics" not in first  # they would give the answer away
    met = []
    for right in (True, True, True, False, True, True, True, True, True, False):
        if ann.open() is None:
            ann.say("next")
        asked = ann.open()
        assert asked is not None
        met.append(asked["article"])
        reply = ann.answer(right)
        assert reply["kind"] == "quiz"
        assert reply["topics"] == [asked["article"]] or reply["topics"] == (asked["article"],)
        assert (ann.open() is not None) is right  # after a wrong answer there is time to read
        assert right or reply["text"].count("?") <= 1
    assert len(set(met)) == len(met)
    records = progress.of("ann")
    assert set(records) == set(met)
    assert [records[article].last_right for article in met] == [True] * 3 + [False] + [True] * 5 + [False]
    assert "8 of 10 right" in ann.say("stop the quiz")["text"]


def test_progress_is_the_person_s_and_outlives_the_conversation(engine: Any, database: None) -> None:
    ann = Trainee(engine, "ann")
    ann.say("quiz me on storage")
    ann.answer(False)
    store._ready(store.database_url()).dispose()
    store._ready.cache_clear()  # as in another process
    again, bob = Trainee(engine, "ann"), Trainee(engine, "bob")
    assert "0 of 1 questions" in again.say("how am I doing?")["text"]
    assert "not answered" in bob.say("how am I doing?")["text"]


def test_a_conversation_nobody_will_come_back_to_leaves_nothing(engine: Any, database: None) -> None:
    session = uuid.uuid4().hex
    asyncio.run(engine.respond(session, "quiz me"))
    asyncio.run(engine.respond(session, "don't know"))
    assert progress.of(session)
    asyncio.run(engine.forget(session))
    assert not progress.of(session)


def test_what_was_learnt_is_ticked_off_the_path(engine: Any, database: None) -> None:
    ann = Trainee(engine, "ann")
    ann.say("quiz me on stage 1")
    ann.answer(True)
    (learnt,) = progress.of("ann")
    title = store.snapshot().articles[learnt].title
    path = ann.say("I'm new here, where do I start?")
    assert f"✓ {title}" in path["tables"][0]["rows"][0][2]
    assert title not in path["text"]


def test_a_scope_is_kept_until_it_is_changed(engine: Any, database: None) -> None:
    ann = Trainee(engine, "ann")
    ann.say("quiz me on storage")
    for _ in range(4):
        asked = ann.open()
        assert asked is not None
        assert store.snapshot().articles[asked["article"]].group == "storage"
        ann.answer(True)
    ann.say("quiz me on sectors")
    asked = ann.open()
    assert asked is not None
    assert store.snapshot().articles[asked["article"]].group == "sector"
