"""The two bots that are compared: how each is trained and served, what is said to it, and what counts as an answer."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent

Line = tuple[str, str]  # what is said, and the kind of reply that answers it
Script = tuple[Line, ...]


@dataclass(frozen=True)
class Bot:
    """Commands are arguments of this Python, run in `folder`; "{port}" is filled in."""

    name: str
    folder: Path
    serve: tuple[str, ...]
    trainings: tuple[tuple[str, ...], ...]  # each from nothing
    health: str
    address: str  # where messages are posted
    body: Callable[[str, str], dict[str, str]]  # (text, sender) -> JSON
    kinds: Callable[[Any], set[str]]  # of the replies in an answer
    plain: tuple[Script, ...]  # conversations of plain turns, all of one length
    need: Callable[[int], Line]  # what gives more to work out; for each number another
    settings: Mapping[str, str] = field(default_factory=dict)  # variables of its environment when it is served


SAID = ("hello", "are you a bot?", "good morning", "am I talking to a human?")
SUBJECTS = ("a GPU", "batch size", "the KV cache", "a convolutional network", "NVLink", "mixed precision", "dropout",
            "overfitting", "an autoencoder", "quantisation", "a transformer", "VRAM", "PCIe", "CUDA", "cuDNN", "a GAN",
            "a loss function", "ECC memory", "RAID", "InfiniBand")
ASKED = [text.format(subject) for text in ("What is {}?", "Explain {} please", "What does {} mean?")
         for subject in SUBJECTS]
GOODS = (("woven fabric", "weaving faults"), ("ceramic tiles", "chips and cracks"), ("coated paper", "streaks"),
         ("leather hides", "scars and cuts"), ("carpet", "tufting faults"), ("glass panels", "scratches"))


def need(number: int) -> str:
    """A need like a mill's, with everything in it that decides the answer; each number gives other figures."""
    chance = Random(number)
    goods, faults = GOODS[number % len(GOODS)]
    side = chance.choice((384, 448, 512, 640, 768, 896, 1024))
    photos, classes, hours = chance.randrange(12, 400) * 500, chance.randrange(3, 12), chance.choice((12, 24, 36, 48))
    rate, pounds = chance.randrange(4, 60), chance.randrange(10, 60) * 500
    return (f"We make {goods} and want cameras to spot {faults}. We have {photos:,} photos, {side}x{side}, labelled in "
            f"{classes} classes, and training should finish within {hours} hours. The line gives {rate} pictures a "
            f"second. Our budget is £{pounds:,}.")


def stock(folder: Path) -> Bot:
    """What `rasa init` makes and trains in `folder` (which must exist), as it is: DIET, TED, the REST channel."""
    return Bot(
        "stock", folder, ("-m", "rasa", "run", "--interface", "127.0.0.1", "--port", "{port}"),
        (("-m", "rasa", "init", "--no-prompt", "--init-dir", "."), ("-m", "rasa", "train", "--force")),
        "/", "/webhooks/rest/webhook",
        lambda text, sender: {"sender": sender, "message": text},
        lambda answer: {"text" for reply in answer if reply.get("text")},
        (tuple((text, "text") for text in SAID),),
        lambda number: (SAID[1 + number % (len(SAID) - 1)], "text"))


# The vectors of the articles are made anew as well: a fresh checkout has to.
TRAIN = ("import pathlib, sys; from bot import engine, library;"
         "out = pathlib.Path(sys.argv[1]); library.HOME = out / 'library'; engine.train(out)")


def ours(scratch: Path) -> Bot:
    """Plainspec over its website's channel, where the session is a cookie; trainings go to `scratch`."""
    return Bot(
        "ours", ROOT, ("-m", "bot.cli", "serve", "--port", "{port}"),
        tuple(("-c", TRAIN, str(scratch / str(i))) for i in range(2)),
        "/health", "/messages",
        lambda text, sender: {"text": text},
        lambda answer: {reply["kind"] for reply in answer["replies"]},
        tuple((("hello", "smalltalk"), (one, "explanation"), (two, "explanation"), ("thank you", "smalltalk"))
              for one, two in zip(ASKED[::2], ASKED[1::2], strict=True)),
        lambda number: (need(number), "recommendation"),
        {"PLAINSPEC_DATABASE_URL": f"sqlite:///{scratch / 'served.db'}",  # what is said here is nobody's conversation
         "PLAINSPEC_MESSAGES_A_MINUTE": "1000000"})
