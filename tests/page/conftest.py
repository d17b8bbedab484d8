"""The page in Debian's Chromium, against the server as people get it, with a database of its own. Chromium can reach
this machine only; what it asks of any other, and what it complains of in its console, fails the test."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.page.client import SLOW_MS, Client, Visit

ROOT = Path(__file__).resolve().parents[2]


def chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.fail("The page is tested in Chromium, which is not on PATH: install it (apt-get install chromium).")


@dataclass(frozen=True)
class Site:
    url: str
    host_page: str  # a page of another site that has the embed script


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The server at 127.0.0.1, and another site at localhost that embeds it."""
    home, port = tmp_path_factory.mktemp("site"), free_port()
    url = f"http://127.0.0.1:{port}"

    class Host(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = f"""<!doctype html><html lang="en"><title>Another site</title><link rel="icon" href="data:,">
                <main><h1>Another site</h1><script src="{url}/embed.js"></script></main></html>"""
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *args: object) -> None:
            pass

    host = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    host.daemon_threads = True
    host_page = f"http://localhost:{host.server_port}"
    threading.Thread(target=host.serve_forever, daemon=True).start()
    log = home / "server.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "serve", "--port", str(port)],
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={
                **os.environ,
                "PLAINSPEC_DATABASE_URL": f"sqlite:///{home / 'site.db'}",
                "PLAINSPEC_EMBED_ORIGINS": host_page,
                "PLAINSPEC_SECRET": "for the tests of the page only, 32 bytes and more",
            },
        )
    try:
        wait_for(url, server, log)
        yield Site(url, host_page)
    finally:
        host.shutdown()
        host.server_close()
        server.terminate()
        server.wait(30)


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    pause = threading.Event()
    for _ in range(600):
        try:
            if httpx.get(f"{url}/health").status_code == 200:
                return
        except httpx.TransportError:
            assert server.poll() is None, log.read_text()
        pause.wait(0.2)
    raise AssertionError(f"The server did not start:\n{log.read_text()}")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = chromium()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=path,
            args=[
                *(["--no-sandbox"] if os.geteuid() == 0 else []),
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
            ],
        )
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """visit(path, width=, scheme=): a browser of its own, with no history."""
    clients: list[Client] = []

    def come(path: str = "/", width: int = 1280, scheme: Any = "light", ready: bool = True) -> Client:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
        )
        context.set_default_timeout(SLOW_MS)
        client = Client(context.new_page())
        clients.append(client)
        context.on("request", lambda r: note_stranger(client, r.url))
        context.on("console", lambda m: client.complaints.append(m.text) if m.type in ("error", "warning") else None)
        context.on("weberror", lambda e: client.complaints.append(str(e.error)))
        client.page.goto(site.url + path if path.startswith("/") else path)
        if ready:
            client.ready()
        return client

    yield come
    for client in clients:
        client.page.context.close()
        assert not client.strangers
        assert not [c for c in client.complaints if not (client.trouble_is_meant and "Failed to load" in c)]


def note_stranger(client: Client, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("data", "blob", "about") and parts.hostname not in ("127.0.0.1", "localhost"):
        client.strangers.append(url)
