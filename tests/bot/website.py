"""The website as people get it: a process of its own, with a database and a key of its own, talked to over HTTP."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a key that is for tests only, long enough to sign with"
PATIENCE_S = 120.0
Json = dict[str, Any]
NEED = (
    "We make woven fabric and want cameras to spot weaving faults. We have 50,000 photos, 1024x1024, labelled in six "
    "classes. The line gives 20 pictures a second. Our budget is £15,000."
)


class Website:
    """A server that can be started, stopped and started again on the same database. `switch(fault)` makes something
    behind it fail (tests/bot/faults.py), `switch(fault, False)` mends it."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home, self.database = home, home / "catalog.db"
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.port = listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = {
            "PLAINSPEC_DATABASE_URL": f"sqlite:///{self.database}",
            "PLAINSPEC_SECRET": SECRET,
            "PLAINSPEC_MESSAGES_A_MINUTE": "1000000",
            "PLAINSPEC_TEST_FAULTS": str(home),
            **settings,
        }
        self.log = home / "log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PLAINSPEC_")} | self.settings
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "tests.bot.faults", str(self.port)],
                cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            )  # fmt: skip
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                if httpx.get(f"{self.url}/health", timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                assert self._process.poll() is None, self.said()
                assert time.monotonic() < until, self.said()
            time.sleep(0.1)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def said(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-3000:]

    def switch(self, fault: str, on: bool = True) -> None:
        flag = self.home / fault
        flag.touch() if on else flag.unlink(missing_ok=True)

    @contextmanager
    def failing(self, fault: str) -> Iterator[None]:
        self.switch(fault)
        try:
            yield
        finally:
            self.switch(fault, False)

    def browser(self, **options: Any) -> Browser:
        return Browser(base_url=self.url, timeout=60, **options)


class Browser(httpx.Client):
    """Keeps its cookies, as a browser would. Use it in a `with`, which closes its tabs too."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._tabs = ExitStack()

    def __exit__(self, *failure: Any) -> None:
        self._tabs.close()
        super().__exit__(*failure)

    def say(self, text: str, id: str | None = None, **extra: Any) -> Json:
        """The turn of this message."""
        answer = self.post("/messages", json={"id": id or uuid.uuid4().hex, "text": text, **extra})
        assert answer.status_code == 200, answer.text
        turn: Json = answer.json()
        return turn

    def turns(self) -> list[Json]:
        answer = self.get("/conversation")
        assert answer.status_code == 200, answer.text
        turns: list[Json] = answer.json()["turns"]
        return turns

    def copy(self) -> Browser:
        """The same browser, in a second tab."""
        return self._tabs.enter_context(Browser(base_url=self.base_url, timeout=60, cookies=self.cookies))


@contextmanager
def served(home: Path, **settings: str) -> Iterator[Website]:
    website = Website(home, **settings)
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    try:
        website.start()
        yield website
    finally:
        website.stop()
