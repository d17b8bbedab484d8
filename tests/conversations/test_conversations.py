"""Every conversation of this folder, through the whole bot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog import exchange, store
from sizing.recommend import MOST_QUESTIONS
from tests.conversations.conftest import Bot
from tests.conversations.conversation import BadConversation, Conversation, every, read
from tests.conversations.judge import Heard, faults, misses

PATHS = every()
pytestmark = pytest.mark.filterwarnings("ignore:Slot auto-fill:UserWarning")  # the engine tells of its own past


def test_there_are_enough_and_each_is_well_formed() -> None:
    names = [read(path).name for path in PATHS]
    assert len(names) >= 60


@pytest.mark.parametrize(
    "broken",
    [
        "why: x\nturns: [{user: hello, expect: {kind: smalltalk, mood: good}}]",
        "why: x\nturns: [{user: hello, expect: {kind: greeting}}]",
        "why: x\nturns: [{user: hello, expect: {}}]",
        "why: x\nturns: [{user: hello, expect: {told: {colour: red}}}]",
        "why: x\nturns: [{user: hello}]",
        "why: x\nturns: []",
        "turns: [{user: hello, expect: {kind: smalltalk}}]",
        "why: x\nmood: y\nturns: [{user: hello, expect: {kind: smalltalk}}]",
    ],
)
def test_a_file_that_means_nothing_is_an_error(broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.conversations.conversation.HERE", tmp_path)
    (tmp_path / "broken.yaml").write_text(broken)
    with pytest.raises(BadConversation):
        read(tmp_path / "broken.yaml")


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_conversation(path: Path, bot: Bot, session: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = read(path)
    for name, value in conversation.settings.items():
        monkeypatch.setenv(name, value)
    if conversation.imports:  # into a database that nobody else sees
        monkeypatch.setenv("PLAINSPEC_DATABASE_URL", f"sqlite:///{tmp_path / 'catalog.db'}")
    problems = list(run(conversation, bot, session, tmp_path))
    assert not problems, f"{conversation.why}\n" + "\n".join(problems)


def run(conversation: Conversation, bot: Bot, session: str, folder: Path) -> list[str]:
    """What is wrong with the answers, turn by turn."""
    problems: list[str] = []
    previous: dict[str, Any] | None = None
    recommended: dict[str, Any] | None = None
    questions = 0
    for number, turn in enumerate(conversation.turns, 1):
        if turn.imports:
            problems += [f"turn {number}: {p}" for p in imported(turn.imports, turn.expect, folder)]
            continue
        said = [turn.user, *([turn.if_asked] * MOST_QUESTIONS if turn.if_asked else [])]
        for text in said:
            reply, understood, state = bot.say(session, text)
            problems += [f"turn {number} ({text[:80]!r}): {fault}" for fault in faults(reply, previous)]
            questions += reply["kind"] == "question" or "One answer would change this" in reply["text"]
            previous = reply
            if reply["kind"] != "question":
                break
        heard = Heard(reply, understood, state.get("asked"), questions, recommended, store.snapshot())
        problems += [f"turn {number} ({turn.user[:80]!r}): {miss}" for miss in misses(turn.expect, heard)]
        recommended = reply if reply.get("options") is not None else recommended
    return problems


def imported(file: tuple[str, str], expect: Any, folder: Path) -> list[str]:
    path = folder / file[0]
    path.write_text(file[1], encoding="utf-8")
    report = exchange.import_file(path)
    problems = []
    if "written" in expect and report.written is not expect["written"]:
        problems.append(f"written is {report.written}: {report}")
    problems += [
        f"the import does not say {w!r}: {report}"
        for w in ([expect["says"]] if isinstance(expect.get("says"), str) else expect.get("says") or [])
        if w not in str(report)
    ]
    return problems
