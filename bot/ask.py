"""`plainspec ask`: questions in bulk, as JSON lines. Each line is a conversation of its own."""
from __future__ import annotations

import asyncio
import json
import sys
import time
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from bot.engine import Engine, load

Json = dict[str, Any]


class BadLine(Exception):
    """A line that is not a question; the message says why. `id` is the line's own, where it can be read."""

    def __init__(self, sentence: str, id: Any = None) -> None:
        super().__init__(sentence)
        self.id = id


def question(line: str) -> tuple[Any, list[str]]:
    """(id, turns) of one line. Raises BadLine."""
    try:
        asked = json.loads(line)
    except ValueError as error:
        raise BadLine(f"This line is not JSON: {error}.") from None
    if not isinstance(asked, dict):
        raise BadLine('A line must be an object: {"id": ..., "text": "..."} or {"id": ..., "turns": ["...", ...]}.')
    id, text, turns = asked.get("id"), asked.get("text"), asked.get("turns")
    if (text is None) == (turns is None):
        raise BadLine('A line needs either "text" or "turns".', id)
    turns = [text] if turns is None else turns
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns):
        raise BadLine('"text" must be a string and "turns" a list of at least one string.', id)
    return id, turns


async def answer(engine: Engine, id: Any, turns: list[str]) -> Json:
    """The contract's answer to one line; `ms` is the time of the last turn."""
    session = uuid.uuid4().hex
    history: list[Json] = []
    for text in turns:
        start = time.perf_counter()
        replies = await engine.respond(session, text)
        ms = round((time.perf_counter() - start) * 1000, 1)
        history.append({"text": text, "replies": replies, "understood": await engine.understood(session), "ms": ms})
    await engine.forget(session)
    last = history.pop()
    result = {"id": id, "replies": last["replies"], "understood": last["understood"], "ms": last["ms"]}
    return {**result, "history": history} if len(turns) > 1 else result


def answers(engine: Engine, lines: Iterable[str]) -> Iterator[Json]:
    """One answer for each line that is not blank, as soon as it is there."""
    loop = asyncio.new_event_loop()
    try:
        for line in lines:
            if not line.strip():
                continue
            try:
                yield loop.run_until_complete(answer(engine, *question(line)))
            except BadLine as error:
                yield {"id": error.id, "error": str(error)}
    finally:
        loop.close()


def run(file: Path | None, as_json: bool, out: TextIO = sys.stdout) -> None:
    """Reads FILE or standard input and writes answers as they come: JSON lines, or the text alone."""
    if file is not None and not file.is_file():
        sys.exit(f"There is no file {file}; give one with a question on each line as JSON, or pipe them in.")
    lines = file.open(encoding="utf-8", errors="replace") if file else sys.stdin
    with lines:
        for result in answers(load(), lines):
            if as_json:
                print(json.dumps(result, ensure_ascii=False, default=str), file=out, flush=True)
            else:
                said = [reply["text"] for reply in result.get("replies", ())]
                print(result.get("error") or "\n".join(said), file=out, flush=True)
