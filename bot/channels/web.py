"""The website: one page, and one address that takes a message and gives back replies. The session is a signed cookie,
so
nobody can choose, guess or read another's conversation."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import time
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import jwt
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty, file, json, text

from bot.engine import BUILD, Engine, load
from catalog import pictures, store

PAGE = Path(__file__).resolve().parent.parent / "page"
COOKIE = "plainspec_session"
LIFETIME_S = 12 * 3600
LEARNER, LEARNS_S = "plainspec_learner", 400 * 24 * 3600  # only who was quizzed gets it: progress outlives a session
MOST_BYTES = 256 * 1024
_PICTURES_STYLE = base64.b64encode(hashlib.sha256(pictures.STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; script-src 'self'; style-src 'self' 'sha256-{_PICTURES_STYLE}'; connect-src 'self'; "
    "img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
OnMessage = Callable[[UserMessage], Awaitable[Any]]


def secret() -> str:
    """PLAINSPEC_SECRET, else a key made once for this machine."""
    if given := os.environ.get("PLAINSPEC_SECRET"):
        return given
    path = BUILD.parent / "secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


@lru_cache(maxsize=1024)
def drawn(article: str, revision: int) -> tuple[str, str] | None:
    """The picture of an article in the present catalog, which is of that revision, with its tag for caches."""
    svg = pictures.of(article, store.snapshot())
    return None if svg is None else (svg, f'"{revision}-{hashlib.sha256(svg.encode()).hexdigest()[:16]}"')


class Web(InputChannel):
    """POST /messages {"text"} -> {"replies": [Reply]}; GET / is the page; GET /pictures/ID.svg an article's picture."""

    def __init__(self, engine: Engine, key: str) -> None:
        self._engine, self._key = engine, key

    @classmethod
    def name(cls) -> str:
        return "web"

    def session(self, request: Request, cookie: str = COOKIE) -> str | None:
        """What the cookie names; None when there is none, it has expired, or it was not signed here for this use."""
        try:
            named = jwt.decode(request.cookies.get(cookie) or "", self._key, algorithms=["HS256"])
            return str(named["sid" if cookie == COOKIE else "learner"])
        except (jwt.InvalidTokenError, KeyError):
            return None

    def give(self, answer: HTTPResponse, cookie: str, claims: dict[str, str], lifetime_s: int) -> None:
        """Puts a signed cookie on the answer."""
        answer.cookies[cookie] = jwt.encode(
            {**claims, "exp": int(time.time()) + lifetime_s}, self._key, algorithm="HS256"
        )
        answer.cookies[cookie].update({"httponly": True, "samesite": "Strict", "path": "/", "max-age": lifetime_s})

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        routes = Blueprint("web")

        @routes.get("/")
        async def page(request: Request) -> HTTPResponse:
            return await file(PAGE / "index.html")

        @routes.get("/health")
        async def health(request: Request) -> HTTPResponse:
            return json({"status": "ready"})

        @routes.get("/pictures/<name>")
        async def picture(request: Request, name: str) -> HTTPResponse:
            known = name.endswith(".svg") and drawn(name.removesuffix(".svg"), store.snapshot().revision)
            if not known:
                return json({"error": "There is no such picture."}, status=404)
            svg, tag = known
            kept = {"ETag": tag, "Cache-Control": "no-cache"}  # kept, and asked about before it is shown again
            if request.headers.get("if-none-match") == tag:
                return empty(304, headers=kept)
            return text(svg, headers=kept, content_type="image/svg+xml; charset=utf-8")

        @routes.post("/messages")
        async def message(request: Request) -> HTTPResponse:
            body = said(request)
            if isinstance(body, str):
                return json({"error": body}, status=400)
            session = self.session(request) or secrets.token_urlsafe(24)
            learner = self.session(request, LEARNER) or session
            replies = await self._engine.respond(session, body["text"], {"person": learner})
            answer = json({"replies": replies})
            self.give(answer, COOKIE, {"sid": session}, LIFETIME_S)
            if any(reply["kind"] == "quiz" for reply in replies):
                self.give(answer, LEARNER, {"learner": learner}, LEARNS_S)
            return answer

        routes.static("/page", str(PAGE))
        return routes


def said(request: Request) -> dict[str, Any] | str:
    """The body of a message, or a sentence saying what is wrong with it."""
    try:
        body = request.json
    except Exception:  # sanic raises its own error for anything that is not JSON
        body = None
    if not isinstance(body, dict) or not isinstance(body.get("text"), str):
        return 'Send JSON such as {"text": "What do I need to run Llama 3 70B?"}.'
    return body


def build(engine: Engine) -> Sanic:
    """The web application around a loaded bot."""
    app = Sanic("plainspec")
    app.config.REQUEST_MAX_SIZE = MOST_BYTES
    app.config.FALLBACK_ERROR_FORMAT = "json"

    async def unused(message: UserMessage) -> None:
        raise AssertionError("messages go through the engine")

    app.blueprint(Web(engine, secret()).blueprint(unused))

    @app.on_response
    async def guard(request: Request, response: HTTPResponse) -> None:
        response.headers.update(
            {
                "Content-Security-Policy": POLICY,
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "no-referrer",
            }
        )
        response.headers.setdefault("Cache-Control", "no-store")

    return app


def run(host: str, port: int) -> None:
    """Serves until it is stopped."""
    app = build(load())
    print(
        f"Plainspec is ready at http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}", flush=True
    )
    app.run(host=host, port=port, access_log=False)
