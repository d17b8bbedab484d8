"""The website's address for pictures."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import socket
from xml.etree import ElementTree

import httpx
import pytest

from bot.channels import web
from catalog import pictures, store

MISSING = ("nothing.svg", "gru", "lstm.png", "..%2f..%2fREADME.svg", "lstm.svg.svg")


async def ask(asked: dict[str, tuple[str, dict[str, str]]]) -> dict[str, httpx.Response]:
    """The answers to these paths with these headers, over a real connection. A process can start one server only."""
    app = web.build(None)  # pictures need no bot
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
        await server.startup()
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}") as client:
            answers = {name: await client.get(path, headers=headers) for name, (path, headers) in asked.items()}
        server.close()
    return answers


@pytest.fixture(scope="module")
def answers() -> dict[str, httpx.Response]:
    tag = (web.drawn("lstm", store.snapshot().revision) or ("", ""))[1]
    asked = {"lstm": ("/pictures/lstm.svg", {}), "again": ("/pictures/lstm.svg", {"If-None-Match": tag})}
    return asyncio.run(ask({**asked, **{name: (f"/pictures/{name}", {}) for name in MISSING}}))


def test_a_picture(answers: dict[str, httpx.Response]) -> None:
    answer = answers["lstm"]
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml; charset=utf-8"
    assert answer.headers["content-security-policy"] == web.POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    style = ElementTree.fromstring(answer.content).findtext("{http://www.w3.org/2000/svg}style") or ""
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{allowed}'" in web.POLICY  # or the picture would be all black where it is opened by itself


def test_it_is_kept_until_the_catalog_changes(
    answers: dict[str, httpx.Response], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert answers["again"].status_code == 304
    assert answers["again"].content == b""
    assert answers["again"].headers["etag"] == answers["lstm"].headers["etag"]
    assert answers["lstm"].headers["cache-control"] == "no-cache"
    revision = store.snapshot().revision
    before = web.drawn("lstm", revision)
    monkeypatch.setattr(pictures, "of", lambda article, catalog: "<svg>new figures</svg>")
    assert web.drawn("lstm", revision) == before
    assert web.drawn("lstm", revision + 1) != before
    web.drawn.cache_clear()


def test_what_is_not_there_is_said_to_be_not_there(answers: dict[str, httpx.Response]) -> None:
    for name in MISSING:
        assert answers[name].status_code == 404, name
        assert answers[name].headers["content-type"] == "application/json"
        assert answers[name].headers["cache-control"] == "no-store"
