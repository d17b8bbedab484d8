"""Whole turns through the trained bot."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.base import SORRY, UNDO_LIMIT, Turn, answer, every_action, fresh
from actions.reply import Reply
from bot import engine as engine_module
from bot.inprocess import InProcess, action_endpoint
from catalog.things import Catalog

ROOT = Path(__file__).resolve().parents[2]


def load(name: str) -> Any:
    return yaml.safe_load((ROOT / "bot" / name).read_text(encoding="utf-8"))


def test_every_intent_has_its_rule_its_action_its_module_and_its_data() -> None:
    domain = load("domain.yml")
    intents = {next(iter(intent)) for intent in domain["intents"]}
    assert {f"action_{intent}" for intent in intents} == set(domain["actions"])
    rules = {
        step["intent"]: rule["steps"][1]["action"] for rule in load("rules.yml")["rules"] for step in rule["steps"][:1]
    }
    assert rules == {intent: f"action_{intent}" for intent in intents}
    assert set(domain["actions"]) <= {action.name() for action in every_action()}
    assert {path.stem for path in (ROOT / "bot" / "nlu").glob("*.yml")} == intents


def test_no_utterance_stands_under_two_intents() -> None:
    seen: dict[str, str] = {}
    for path in sorted((ROOT / "bot" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                text = line[2:].strip().lower()
                assert seen.setdefault(text, block["intent"]) == block["intent"], (
                    f"{text!r}: {seen[text]} and {block['intent']}"
                )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("good morning", "smalltalk"),
        ("what can you do?", "smalltalk"),
        ("how do I poach an egg", "decline"),
        ("can I speak to somebody", "handoff"),
        ("what is a tensor core?", "explanation"),
        ("A100 or L40S?", "comparison"),
        ("will a 70b model run on a 3060", "fit"),
        ("Was kostet der Server und wie schnell ist er?", "decline"),
        ("we want to count sheep on drone pictures, 5 a second, and own nothing yet", "recommendation"),
    ],
)
def test_first_words(talk: Any, text: str, kind: str) -> None:
    reply = talk(text)[0]
    assert reply["kind"] == kind or (kind == "recommendation" and reply["kind"] == "question"), reply["text"]


def test_a_typed_intent_is_only_text(talk: Any) -> None:
    _told, slash, where = talk("we have 40,000 photos of tiles in 5 classes", '/restart{"x": 1}', "where were we")
    assert "40,000" in where["text"] or "40000" in where["text"] or slash["kind"] == "smalltalk"
    assert "{" not in slash["text"]


def test_undo_takes_back_the_last_change_only(engine: Any) -> None:
    async def go() -> list[dict[str, Any]]:
        states = []
        for text in ("We classify 40,000 photos of tiles in 5 classes", "the budget is 9k pounds", "undo"):
            await engine.respond("undoing", text)
            states.append(await engine.state("undoing"))
        return states

    first, second, third = asyncio.run(go())
    assert "budget" not in first["told"]
    assert second["told"]["budget"]["amount"] == 9000
    assert third["told"] == first["told"]


def test_start_again_forgets_and_can_be_undone(engine: Any) -> None:
    async def go() -> list[dict[str, Any]]:
        states = []
        for text in ("We classify 40,000 photos of tiles in 5 classes", "start again", "undo"):
            await engine.respond("restarting", text)
            states.append((await engine.state("restarting"))["told"])
        return states

    before, after, back = asyncio.run(go())
    assert before
    assert not after
    assert back == before


def test_conversations_do_not_mix(engine: Any) -> None:
    async def go() -> tuple[dict[str, Any], dict[str, Any]]:
        await asyncio.gather(
            engine.respond("one", "our budget is 5000 pounds for image classification"),
            engine.respond("two", "we have 30 users for a chatbot"),
        )
        return await engine.understood("one"), await engine.understood("two")

    one, two = asyncio.run(go())
    assert "users" not in one
    assert "budget" not in two


def test_a_failing_turn_is_apologised_for(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(engine.agent, "handle_message", fail)
    replies = asyncio.run(engine.respond("failing", "hello"))
    assert replies == [SORRY.to_json()]


def test_a_failing_action_keeps_the_state_and_tells_nothing_of_it() -> None:
    state = {**fresh(), "told": {"users": 3}}

    def broken(turn: Turn) -> Reply:
        turn.state["told"]["users"] = 99
        raise ValueError("secret detail")

    reply, after = answer(broken, Turn("x", {}, "need", 1.0, state, Catalog(0)))
    assert reply is SORRY
    assert "secret" not in reply.text
    assert after["told"] == {"users": 3}


def test_the_undo_stack_is_bounded() -> None:
    state = fresh()
    for i in range(UNDO_LIMIT + 5):

        def tell(turn: Turn, i: int = i) -> Reply:
            turn.state["told"] = {"users": i}
            return Reply("smalltalk", "ok")

        _, state = answer(tell, Turn("x", {}, "need", 1.0, state, Catalog(0)))
    assert len(state["undo"]) == UNDO_LIMIT
    assert all("undo" not in earlier for earlier in state["undo"])


def test_an_action_server_by_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(action_endpoint(), InProcess)
    monkeypatch.setenv("PLAINSPEC_ACTION_ENDPOINT", "http://localhost:5055/webhook")
    endpoint = action_endpoint()
    assert not isinstance(endpoint, InProcess)
    assert endpoint.url == "http://localhost:5055/webhook"


def test_the_model_is_named_by_its_inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "more.yml"
    monkeypatch.setattr(engine_module, "ROOT", tmp_path)
    monkeypatch.setattr(engine_module, "inputs", lambda: [file])
    names = []
    for content in ("x: 1", "x: 2", "x: 1"):
        file.write_text(content)
        names.append(engine_module.digest.__wrapped__())
    assert names[0] == names[2] != names[1]
    with pytest.raises(engine_module.NotTrained):
        engine_module.load(tmp_path)


def test_long_conversations_do_not_slow_down(engine: Any) -> None:
    async def go() -> int:
        for i in range(40):
            await engine.respond("long", ("thanks", "what is vram?", "where were we")[i % 3])
        tracker = await engine.agent.tracker_store.retrieve("long")
        return len(tracker.events)

    assert asyncio.run(go()) <= engine_module.REMEMBERED


def test_the_bot_that_answers_has_not_loaded_tensorflow() -> None:
    """It costs more than all the rest; training alone needs it, and gets the real one."""
    program = (
        "import asyncio, sys; from bot import engine, without_tensorflow;"
        "bot = engine.load(); replies = asyncio.run(bot.respond('a', 'what is NVLink?'));"
        "assert replies[0]['kind'] == 'explanation', replies;"
        "heavy = [name for name in sys.modules if name.startswith(('tensorflow.python', 'keras', 'torch.'))];"
        "assert not heavy, heavy[:5];"
        "without_tensorflow.back(); assert 'tensorflow' not in sys.modules"
    )
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, cwd=engine_module.ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
