"""What a person sees."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

from rich.console import Console

from bot.channels import terminal

REPLY = {
    "kind": "recommendation",
    "text": "**Take the small one.** It is enough [for now].",
    "tables": [
        {
            "title": "Options",
            "columns": ["option", "price", "why"],
            "rows": [["Small [x]", "£1,000", "a long reason " * 12]],
        }
    ],
    "provenance": [{"figure": "speed", "value": "10 images/s", "basis": "spec", "source": "data sheet"}],
    "buttons": [{"title": "Rent?", "text": "rent or buy?"}, {"title": "More", "text": "tell me more"}],
}


def shown(reply: dict[str, Any], width: int = 100) -> tuple[str, list[str]]:
    out = io.StringIO()
    choices = terminal.show(Console(file=out, width=width, highlight=False, no_color=True), reply, 2)
    return out.getvalue(), choices


def test_everything_of_the_card_is_shown() -> None:
    text, choices = shown(REPLY)
    for part in ("Take the small one.", "[for now]", "Small [x]", "£1,000", "[c] Rent?", "[d] More"):
        assert part in text
    assert choices == ["rent or buy?", "tell me more"]
    assert "\x1b" not in text


def test_narrow_windows_wrap() -> None:
    text, _ = shown({**REPLY, "provenance": []}, width=50)
    assert max(map(len, text.splitlines())) <= 50


def test_a_letter_sends_the_text_of_its_choice_and_a_number_is_itself() -> None:
    class Recorder:
        def __init__(self) -> None:
            self.got: list[str] = []

        async def respond(self, session: str, text: str, metadata: dict[str, str]) -> list[dict[str, Any]]:
            self.got.append(text)
            return [REPLY] if len(self.got) == 1 else [{"kind": "smalltalk", "text": "ok"}]

    async def lines() -> AsyncIterator[str]:
        for line in ("hello", "B", "2"):
            yield line

    recorder = Recorder()
    asyncio.run(terminal.converse(recorder, Console(file=io.StringIO()), lines()))  # type: ignore[arg-type]
    assert recorder.got == ["hello", "tell me more", "2"]


def test_a_picture_is_pointed_to() -> None:
    text, _ = shown({"kind": "explanation", "text": "A cell.", "picture": {"id": "lstm", "alt": "A cell."}})
    assert "plainspec picture lstm" in text
    assert text.count("\n  (") == 1
