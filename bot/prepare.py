"""Makes everything a conversation needs, and nothing twice: the encoder, the catalog's database, the trained bot."""
from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path

from rich.console import Console

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
TRAINED = BUILD / "trained"  # the trained bot, and in it `fingerprint`, what it was trained on
ENGINES = ("rasa", "tensorflow", "scikit-learn", "spacy", "numpy")
# Rasa's own cache sees its configuration and data only; these are all the files that shape what is trained.
SOURCES = ("config.yml", "bot/**/*.yml", "bot/**/*.yaml", "bot/components/*.py", "bot/hear/*.py")

console = Console(stderr=True, highlight=False)


def say(line: str) -> None:
    console.print(f"[dim]{line}[/dim]")


def ensure() -> None:
    """Brings encoder, catalog and training up to date; says on standard error what it does, and nothing if nothing.

    Raises encoder_build.CannotBuild, or whatever the catalog or the training say is wrong; the old training stays.
    """
    from bot import encoder_build
    from catalog import store

    encoder = encoder_build.ensure(say)
    store.ensure_database()
    wanted = fingerprint(encoder)
    if trained_on() != wanted:
        train(wanted)


def trained_on() -> str | None:
    """The fingerprint that the trained bot was made from; None where there is none."""
    mark = TRAINED / "fingerprint"
    return mark.read_text().strip() if mark.exists() else None


def fingerprint(encoder: str) -> str:
    """Changes with anything training reads: sources, the encoder, how articles are asked for, the engine's versions."""
    from catalog import store

    asked = [(a.id, a.title, a.aliases, a.questions) for a in store.snapshot().articles.values()]
    digest = hashlib.sha256(json.dumps([encoder, sorted(asked), [version(name) for name in ENGINES]]).encode())
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def train(mark: str) -> None:
    """Trains into a folder beside the old one and then puts it in its place, so that a failure leaves the old bot."""
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD) as work:
        new = Path(work) / "trained"
        new.mkdir()
        with console.status("Training the bot (about half a minute; only when its data changed)"):
            from bot import engine

            engine.train(new)
        (new / "fingerprint").write_text(mark + "\n")
        shutil.rmtree(TRAINED, ignore_errors=True)
        os.replace(new, TRAINED)
    say("The bot is trained.")
