"""`plainspec ask`: one answer a line, good lines and bad."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from bot import ask


def test_each_line_is_answered_in_order(engine: Any) -> None:
    lines = [
        json.dumps({"id": "a", "text": "what is vram?"}),
        "",
        "{not json",
        json.dumps({"id": 3}),
        json.dumps([1]),
        json.dumps({"id": "e", "text": 5}),
        json.dumps({"id": "f", "turns": []}),
        json.dumps({"id": "z", "text": "hello"}),
    ]
    got = list(ask.answers(engine, lines))
    assert [g["id"] for g in got] == ["a", None, 3, None, "e", "f", "z"]
    assert [("error" in g) for g in got] == [False, True, True, True, True, True, False]
    assert got[0]["replies"][0]["kind"] == "explanation"
    assert got[0]["ms"] > 0
    assert "history" not in got[0]
    assert all(g["error"].endswith(".") for g in got if "error" in g)


def test_turns_share_a_conversation_and_lines_do_not(engine: Any) -> None:
    turns = {"id": 1, "turns": ["We classify 40,000 photos of tiles", "the budget is 7000 pounds"]}
    several, alone = ask.answers(engine, [json.dumps(turns), json.dumps({"id": 2, "text": "where were we"})])
    assert len(several["history"]) == 1
    assert several["understood"]["budget"]["amount"] == 7000
    assert several["understood"]["dataset_size"]["amount"] == 40000
    assert "budget" not in several["history"][0]["understood"]
    assert alone["understood"] == {}


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="There is no file"):
        ask.run(tmp_path / "none.jsonl", True)


def test_lines_of_json_come_out(engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "load", lambda: engine)
    questions = tmp_path / "q.jsonl"
    questions.write_bytes(b'{"id": 1, "text": "hello"}\n\xff\xfe\n')
    out = io.StringIO()
    ask.run(questions, True, out)
    first, second = map(json.loads, out.getvalue().splitlines())
    assert first["replies"][0]["kind"] == "smalltalk"
    assert "error" in second
