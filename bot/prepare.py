"""Makes everything a conversation needs, and nothing twice: the encoder, the catalog's database, the trained bot."""
from __future__ import annotations

import contextlib
import io

from rich.console import Console

console = Console(stderr=True, highlight=False)


def say(line: str) -> None:
    console.print(f"[dim]{line}[/dim]", soft_wrap=True)


def ensure() -> None:
    """Brings encoder, catalog and training up to date; says on standard error what it does, and nothing if nothing.

    Raises encoder_build.CannotBuild, catalog.store's errors, or what training finds wrong; nothing is left half made.
    """
    from bot import encoder_build
    from catalog import store

    encoder_build.ensure(say)
    store.ensure_database()
    train()


def train() -> None:
    """Trains the bot unless it is trained for its present files already."""
    from bot import engine

    if engine.trained():
        return
    with console.status("Training the bot (under a minute, and only when its data changed)"):
        if not console.is_terminal:
            say("Training the bot")
        with contextlib.redirect_stdout(io.StringIO()):  # Rasa tells of its own progress where answers belong
            engine.train()
    say("The bot is trained.")
