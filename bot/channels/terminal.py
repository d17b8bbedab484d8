"""A conversation in the terminal: a prompt when a person types, plain lines when they come from a pipe."""

from __future__ import annotations

import asyncio
import getpass
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import nullcontext, suppress
from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.engine import Engine, load

Json = dict[str, Any]
WELCOME = (
    "Plainspec: tell me what you want to do with deep learning, in your own words. "
    "A letter chooses a suggestion; Ctrl-D ends."
)
GOODBYE = "Goodbye."
LETTERS = "abcdefghij"
SOURCED = ("recommendation", "estimate", "fit", "comparison")


def run() -> None:
    """Talks until the input ends."""
    console = Console(highlight=False)
    if not sys.stdout.isatty():
        console = Console(highlight=False, no_color=True, width=max(console.width, 100))
    with console.status("Getting ready") if console.is_terminal else nullcontext():
        engine = load()
    with suppress(KeyboardInterrupt):
        asyncio.run(converse(engine, console, typed() if sys.stdin.isatty() else piped(console)))
    if sys.stdin.isatty():
        console.print(GOODBYE)


async def converse(engine: Engine, console: Console, lines: AsyncIterator[str]) -> None:
    """Answers each line; a letter stands for that suggestion of the last reply (a number is an answer)."""
    session, choices = uuid.uuid4().hex, list[str]()
    metadata = {"person": person()}
    if sys.stdin.isatty():
        console.print(Text(WELCOME, style="dim"))
    async for line in lines:
        chosen = line.strip()
        if len(chosen) == 1 and chosen.lower() in LETTERS[: len(choices)]:
            line = choices[LETTERS.index(chosen.lower())]
            console.print(Text(f"> {line}", style="dim"))
        choices = []
        for reply in await engine.respond(session, line, metadata):
            choices += show(console, reply, len(choices))


def person() -> str:
    """Whose progress is kept from one day to the next: the user of this machine."""
    try:
        return f"terminal {getpass.getuser()}"
    except (KeyError, OSError):  # a user without a name, as in some containers
        return "terminal"


async def typed() -> AsyncIterator[str]:
    """Lines from a person, with history and editing, until Ctrl-C or Ctrl-D."""
    from prompt_toolkit import PromptSession

    prompt: PromptSession[str] = PromptSession()
    while True:
        try:
            yield await prompt.prompt_async("you> ")
        except (EOFError, KeyboardInterrupt):
            return


async def piped(console: Console) -> AsyncIterator[str]:
    """Lines from a pipe, echoed so that the output reads as a conversation; bytes that are not UTF-8 are replaced."""
    for raw in sys.stdin.buffer:
        line = raw.decode("utf-8", errors="replace").rstrip("\r\n")
        console.print(Text(f"you> {line}"), soft_wrap=True)
        yield line


def show(console: Console, reply: Json, chosen: int = 0) -> list[str]:
    """Prints one reply; returns what its lettered choices send, counted on from `chosen`."""
    console.print()
    console.print(Padding(Markdown(reply["text"]), (0, 0, 0, 2)))
    for card in reply.get("tables") or ():
        console.print(Padding(table(card), (1, 0, 0, 2)))
    if reply.get("provenance") and reply["kind"] in SOURCED:
        console.print(Text('  (Ask "where does that number come from?" for every source.)', style="dim"))
    if picture := reply.get("picture"):
        console.print(Text(f"  (There is a picture: `plainspec picture {picture['id']}` writes it.)", style="dim"))
    buttons = reply.get("buttons") or ()
    for letter, button in zip(LETTERS[chosen:], buttons, strict=False):
        if button["text"] != letter.upper():  # the choices of a quiz stand in its text with their letters
            console.print(Text(f"  [{letter}] {button['title']}", style="cyan"))
    console.print()
    return [button["text"] for button in buttons]


def table(card: Json) -> Table:
    """A reply's table for the terminal: columns wrap and none is cut off."""
    shown = Table(title=card["title"], title_justify="left", title_style="bold", show_lines=len(card["columns"]) > 2)
    for column in card["columns"]:
        shown.add_column(Text(str(column)), overflow="fold")
    for row in card["rows"]:
        shown.add_row(*(Text(str(cell)) for cell in row))
    return shown
