"""The `plainspec` program. Each command imports only what it needs: the catalog and the estimator do without Rasa."""
from __future__ import annotations

import logging
import os
import sys
import warnings
from pathlib import Path
from typing import Optional

import typer

app = typer.Typer(
    help="Plain English in, a right-sized deep-learning specification out.",
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False,
)
catalog = typer.Typer(help="Price lists and specifications: import, export, check.", no_args_is_help=True)
app.add_typer(catalog, name="catalog")


def _ready() -> None:
    """Quietens the engine (its libraries greet the reader with dozens of warnings), then prepares what is missing."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    warnings.filterwarnings("ignore")
    logging.basicConfig(level=os.environ.get("PLAINSPEC_LOG_LEVEL", "ERROR"))
    from bot import prepare

    prepare.ensure()


@app.command()
def chat() -> None:
    """Talk in the terminal; lines on standard input are answered one by one."""
    _ready()
    from bot.channels import terminal

    terminal.run()


@app.command()
def serve(
    host: str = typer.Option("127.0.0.1", help="Address to listen on."),
    port: int = typer.Option(5005, help="Port to listen on."),
) -> None:
    """The website at http://localhost:5005."""
    _ready()
    from bot.channels import web

    web.run(host, port)


@app.command()
def ask(
    file: Optional[Path] = typer.Argument(None, metavar="[FILE]", help="JSON lines; standard input where left out."),
    json: bool = typer.Option(False, "--json", help="JSON lines out; without it, the answers' text."),
) -> None:
    """Answer questions in bulk, each line a fresh conversation: {"id", "text"} or {"id", "turns": [...]}."""
    _ready()
    from bot import ask as asking

    asking.run(file, as_json=json)


@app.command()
def prepare() -> None:
    """Build the encoder and the catalog's database and train the bot, where anything changed."""
    _ready()


def main() -> None:
    """Runs a command. What is wrong with the input is told in one sentence, with exit code 1."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader went away, as `plainspec ... | head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
