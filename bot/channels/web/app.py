"""The server: what each address does, the headers that every answer has, and what is said when something fails."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.channels.web import asked, assets
from bot.channels.web.asked import Refused
from bot.channels.web.desk import Desk, unanswered
from bot.channels.web.limits import Limits
from bot.channels.web.sessions import Seal, Visitor, secret
from bot.engine import Engine, load
from catalog import conversations, pictures, progress, store
from catalog.conversations import Turn

log = logging.getLogger(__name__)
SWEEP_S = 3600.0
_PICTURES_STYLE = base64.b64encode(hashlib.sha256(pictures.STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; script-src 'self'; style-src 'self' 'sha256-{_PICTURES_STYLE}'; connect-src 'self'; "
    "img-src 'self' data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
PAGES = {"/": "index.html", "/embed": "index.html", "/embed.js": "embed.js", "/demo": "demo.html",
         "/privacy": "privacy.html"}
SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not do that.",
    408: "That took too long to arrive; please send it again.",
    413: "That is more than can be taken in at once; please send less.",
    503: "The server is busy; please send it again in a moment.",
}
OnMessage = Callable[[UserMessage], Awaitable[Any]]
Handler = Callable[..., Awaitable[HTTPResponse]]


def origins() -> list[str]:
    """Sites that may show the page inside theirs."""
    return [o.strip() for o in (os.environ.get("PLAINSPEC_EMBED_ORIGINS") or "").split(",") if o.strip()]


def turn_json(turn: Turn) -> dict[str, Any]:
    feedback = {"thumb": turn.thumb, "word": turn.word or ""} if turn.thumb else None
    return {"id": turn.id, "text": turn.text, "replies": turn.replies, "at": f"{turn.at.isoformat()}Z",
            "feedback": feedback}


class Web(InputChannel):
    """The website as a channel of the dialogue engine."""

    def __init__(self, engine: Engine, key: str) -> None:
        self._desk, self._limits = Desk(engine), Limits()
        self._seal = Seal(key, secure=os.environ.get("PLAINSPEC_SECURE") == "1")

    @classmethod
    def name(cls) -> str:
        return "web"

    def visitor(self, request: Request, kind: str) -> Visitor:
        """Who asks, unless they ask too much. `kind` as in `Limits`."""
        if kind != "read":
            asked.from_here(request)
        visitor = self._seal.visitor(request)
        wait_s = self._limits.wait_s(kind, visitor.session, request.remote_addr or request.ip)
        if wait_s:
            raise Refused(429, f"That is a lot at once: please wait {max(1, round(wait_s))} s and send it again.",
                          wait_s)
        return visitor

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        routes = Blueprint("web")
        self._files(routes)
        self._talk(routes)
        return routes

    def _files(self, routes: Blueprint) -> None:
        @routes.get("/health")
        async def health(request: Request) -> HTTPResponse:
            return json({"status": "ready"})

        async def page(request: Request) -> HTTPResponse:
            found = assets.asset(PAGES[request.path])
            if found is None:
                raise Refused(404, SENTENCES[404])
            return assets.shown(request, found)

        for number, path in enumerate(PAGES):
            routes.add_route(page, path, methods=("GET", "HEAD"), name=f"page{number}")

        @routes.route("/page/<name:path>", methods=("GET", "HEAD"))
        async def file(request: Request, name: str) -> HTTPResponse:
            found = assets.asset(name)
            if found is None:
                raise Refused(404, SENTENCES[404])
            return assets.shown(request, found)

        @routes.get("/pictures/<name>")
        async def picture(request: Request, name: str) -> HTTPResponse:
            found = assets.picture(name)
            if found is None:
                raise Refused(404, "There is no such picture.")
            return assets.shown(request, found)

    def _talk(self, routes: Blueprint) -> None:
        @routes.get("/conversation")
        async def conversation(request: Request) -> HTTPResponse:
            visitor = self.visitor(request, "read")
            turns = await asyncio.to_thread(conversations.turns, visitor.session) if visitor.known else []
            answer = json({"turns": [turn_json(turn) for turn in turns]})
            self._seal.welcome(answer, visitor)  # before the first message, so that it can be sent twice and is known
            return answer

        @routes.post("/messages")
        async def message(request: Request) -> HTTPResponse:
            visitor = self.visitor(request, "said")
            id, text = asked.message(asked.body(request))
            turn = await self._desk.say(visitor.session, id, text, visitor.learner)
            answer = json(turn_json(turn))
            self._seal.welcome(answer, visitor)
            if any(reply["kind"] == "quiz" for reply in turn.replies):
                self._seal.enrol(answer, visitor)
            return answer

        @routes.post("/feedback")
        async def feedback(request: Request) -> HTTPResponse:
            visitor = self.visitor(request, "said")
            turn, thumb, word = asked.judgement(asked.body(request))
            if not await asyncio.to_thread(conversations.rate, visitor.session, turn, thumb, word if thumb else None):
                raise Refused(404, "That answer is not in this conversation, so nothing was noted.")
            return json({"turn": turn, "feedback": {"thumb": thumb, "word": word} if thumb else None})

        @routes.delete("/data")
        async def forget(request: Request) -> HTTPResponse:
            visitor = self.visitor(request, "said")
            deleted = await self._desk.forget(visitor.session, lambda: everything(visitor))
            answer = json({"deleted": deleted})
            self._seal.dismiss(answer, visitor)
            return answer


def everything(visitor: Visitor) -> dict[str, int]:
    """Removes all that is kept of somebody; returns how much that was."""
    known = len({**progress.of(visitor.session), **progress.of(visitor.learner)})
    progress.forget(visitor.session)
    progress.forget(visitor.learner)
    return {"turns": conversations.forget(visitor.session), "progress": known}


def build(engine: Engine) -> Sanic:
    """The web application around a loaded bot."""
    app = Sanic("plainspec")
    app.config.REQUEST_MAX_SIZE = asked.MOST_BYTES
    app.config.FALLBACK_ERROR_FORMAT = "json"
    if proxies := os.environ.get("PLAINSPEC_PROXIES"):
        app.config.PROXIES_COUNT = int(proxies)

    async def unused(message: UserMessage) -> None:
        raise AssertionError("messages go through the desk")

    app.blueprint(Web(engine, secret()).blueprint(unused))
    embedded = POLICY.replace("frame-ancestors 'self'", " ".join(["frame-ancestors 'self'", *origins()]))

    @app.on_response
    async def guard(request: Request, response: HTTPResponse) -> None:
        response.headers["Content-Security-Policy"] = embedded if request.path == "/embed" else POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers.setdefault("Cache-Control", "no-store")

    @app.exception(Exception)
    async def failed(request: Request, error: Exception) -> HTTPResponse:
        if isinstance(error, Refused):
            return json({"error": str(error)}, status=error.status, headers=error.headers)
        if isinstance(error, SanicException) and error.status_code != 500:
            sentence = SENTENCES.get(error.status_code, "This request could not be read.")
            return json({"error": sentence}, status=error.status_code)
        log.exception("%s %s failed", request.method, request.path, exc_info=error)
        sorry = unanswered()  # the database is locked, the encoder is gone, ...: it may well work the next time
        return json({"error": str(sorry)}, status=sorry.status, headers=sorry.headers)

    @app.after_server_start
    async def keep_tidy(app: Sanic, loop: Any) -> None:
        app.add_task(tidy())

    return app


async def tidy() -> None:
    """Removes what has had its time, now and every hour."""
    while True:
        try:
            await asyncio.to_thread(conversations.sweep, conversations.now())
        except Exception:  # as when the database is locked: the next hour will do
            log.exception("Old conversations could not be removed")
        await asyncio.sleep(SWEEP_S)


def run(host: str, port: int) -> None:
    """Serves until it is stopped."""
    store.ensure_database()
    app = build(load())
    print(
        f"Plainspec is ready at http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}", flush=True
    )
    app.run(host=host, port=port, access_log=False)
