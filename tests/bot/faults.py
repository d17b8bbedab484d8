"""`python -m tests.bot.faults PORT`: the website, with switches that make what is behind it fail: a file of the fault's
name in the folder that PLAINSPEC_TEST_FAULTS names."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import actions.compare
import actions.thanks
from actions.base import Turn
from bot import encoder
from bot.channels.web import app

FLAGS = Path(os.environ["PLAINSPEC_TEST_FAULTS"])
thanks, load, compare = actions.thanks.reply, encoder.load, actions.compare.reply


def on(fault: str) -> bool:
    return (FLAGS / fault).exists()


def thanking(turn: Turn) -> Any:
    if on("action"):
        raise RuntimeError("an action that fails, with a secret in its trace")
    return thanks(turn)


def comparing(turn: Turn) -> Any:
    with (FLAGS / "compared").open("a") as counted:
        counted.write("x")
    time.sleep(0.02)  # long enough to be asked again meanwhile
    return compare(turn)


def loading() -> encoder.Encoder:
    if on("encoder"):
        raise FileNotFoundError("encoder.onnx")
    return load()


if __name__ == "__main__":
    actions.thanks.reply, actions.compare.reply, encoder.load = thanking, comparing, loading
    app.run("127.0.0.1", int(sys.argv[1]))
