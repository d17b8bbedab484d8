"""The website's session ends after some hours; what somebody learnt does not."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
from sanic import Sanic

from bot.channels import web

KEY = "k" * 32


class Recorder:
    """Answers with a reply of the kind that is the message; keeps whose it was."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []

    async def respond(self, session: str, text: str, metadata: dict[str, str]) -> list[dict[str, Any]]:
        self.got.append((session, metadata["person"]))
        return [{"kind": text, "text": "ok"}]


@pytest.fixture
def post() -> Any:
    recorder = Recorder()
    channel = web.Web(recorder, KEY)  # type: ignore[arg-type]
    routes = channel.blueprint(lambda message: asyncio.sleep(0))
    handler = next(route.handler for route in routes._future_routes if route.uri == "/messages")
    Sanic.test_mode = True

    def send(kind: str, cookies: dict[str, str]) -> tuple[dict[str, Any], tuple[str, str]]:
        request = SimpleNamespace(json={"text": kind}, cookies=cookies)
        answer = asyncio.run(handler(request))
        return {name: answer.cookies[name].value for name in answer.cookies}, recorder.got[-1]

    return send


def test_who_is_quizzed_is_known_again_after_the_session_has_ended(post: Any) -> None:
    cookies, (session, person) = post("smalltalk", {})
    assert set(cookies) == {web.COOKIE}
    assert person == session
    quizzed, _ = post("quiz", cookies)
    assert set(quizzed) == {web.COOKIE, web.LEARNER}
    _, (later, same) = post("smalltalk", {web.LEARNER: quizzed[web.LEARNER]})
    assert later != session
    assert same == session


def test_neither_cookie_stands_for_the_other_nor_is_a_forged_one_taken(post: Any) -> None:
    cookies, (session, _) = post("quiz", {})
    _, (other, _) = post("smalltalk", {web.COOKIE: cookies[web.LEARNER]})
    assert other != session
    forged = jwt.encode({"learner": session}, "x" * 32, algorithm="HS256")
    _, (_, person) = post("smalltalk", {web.LEARNER: forged})
    assert person != session
