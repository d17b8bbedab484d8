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

from bot.channels import announce
from bot.channels.web import asked, assets, take_away
from bot.channels.web.asked import Refused
from bot.channels.web.desk import Desk, unanswered
from bot.channels.web.guests import Guests
from bot.channels.web.sessions import Visitor
from bot.engine import Engine, load
from catalog import conversations, leads, pictures, progress, proposals, store
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

    def __init__(self, engine: Engine) -> None:
        self._desk, self._guests = Desk(engine), Guests()

    @classmethod
    def name(cls) -> str:
        return "web"

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        routes = Blueprint("web")
        files(routes)
        self._talk(routes)
        take_away.routes(routes, self._guests)
        return routes

    def _talk(self, routes: Blueprint) -> None:
        guests, desk = self._guests, self._desk

        @routes.get("/conversation")
        async def conversation(request: Request) -> HTTPResponse:
            visitor = guests.visitor(request, "read")
            turns = await asyncio.to_thread(conversations.turns, visitor.session) if visitor.known else []
            # The cookie comes before the first message, so that this can be sent twice and is known.
            return guests.welcomed(json({"turns": [turn_json(turn) for turn in turns]}), visitor)

        @routes.post("/messages")
        async def message(request: Request) -> HTTPResponse:
            visitor = guests.visitor(request, "said")
            id, text = asked.message(asked.body(request))
            turn = await desk.say(visitor.session, id, text, visitor.learner)
            answer = guests.welcomed(json(turn_json(turn)), visitor)
            if any(reply["kind"] == "quiz" for reply in turn.replies):
                guests.seal.enrol(answer, visitor)
            return answer

        @routes.post("/feedback")
        async def feedback(request: Request) -> HTTPResponse:
            visitor = guests.visitor(request, "said")
            turn, thumb, word = asked.judgement(asked.body(request))
            if not await asyncio.to_thread(conversations.rate, visitor.session, turn, thumb, word if thumb else None):
                raise Refused(404, "That answer is not in this conversation, so nothing was noted.")
            return json({"turn": turn, "feedback": {"thumb": thumb, "word": word} if thumb else None})

        @routes.delete("/data")
        async def forget(request: Request) -> HTTPResponse:
            visitor = guests.visitor(request, "said")
            answer = json(await desk.forget(visitor.session, lambda: everything(visitor)))
            guests.seal.dismiss(answer, visitor)
            return answer


def files(routes: Blueprint) -> None:
    @routes.get("/health")
    async def health(request: Request) -> HTTPResponse:
        return json({"status": "ready"})

    async def page(request: Request) -> HTTPResponse:
        return assets.shown(request, there(assets.asset(PAGES[request.path])))

    for number, path in enumerate(PAGES):
        routes.add_route(page, path, methods=("GET", "HEAD"), name=f"page{number}")

    @routes.route("/page/<name:path>", methods=("GET", "HEAD"))
    async def file(request: Request, name: str) -> HTTPResponse:
        return assets.shown(request, there(assets.asset(name)))

    @routes.get("/pictures/<name>")
    async def picture(request: Request, name: str) -> HTTPResponse:
        return assets.shown(request, there(assets.picture(name), "There is no such picture."))


def there(found: assets.Asset | None, otherwise: str = "") -> assets.Asset:
    if found is None:
        raise Refused(404, otherwise or SENTENCES[404])
    return found


def everything(visitor: Visitor) -> dict[str, Any]:
    """Removes all that is kept of somebody: {"deleted": how much of what, "left": a sentence where something has left
    this server and cannot be taken back from here, else ""}."""
    known = len({**progress.of(visitor.session), **progress.of(visitor.learner)})
    for person in (visitor.session, visitor.learner):
        progress.forget(person)
    called = leads.of(visitor.session)
    told = [lead for lead in called if not announce.take_back(lead)]
    for lead in called:
        leads.forget(lead.id)
    deleted = {
        "turns": conversations.forget(visitor.session),
        "leads": len(called),
        "proposals": proposals.forget(visitor.session),
        "progress": known,
    }
    left = "An account manager was given your name and contact before; ask them to delete those." if told else ""
    return {"deleted": deleted, "left": left}


def build(engine: Engine) -> Sanic:
    """The web application around a loaded bot."""
    app = Sanic("plainspec")
    app.config.REQUEST_MAX_SIZE = asked.MOST_BYTES
    app.config.FALLBACK_ERROR_FORMAT = "json"
    if proxies := os.environ.get("PLAINSPEC_PROXIES"):
        app.config.PROXIES_COUNT = int(proxies)

    async def unused(message: UserMessage) -> None:
        raise AssertionError("messages go through the desk")

    app.blueprint(Web(engine).blueprint(unused))
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
    """Removes what has had its time and tells of leads that nobody was told of, now and every hour."""
    while True:
        try:
            await asyncio.to_thread(conversations.sweep, conversations.now())
            await asyncio.to_thread(announce.tell_all)
        except Exception:  # as when the database is locked: the next hour will do
            log.exception("Tidying up failed")
        await asyncio.sleep(SWEEP_S)


def run(host: str, port: int) -> None:
    """Serves until it is stopped."""
    store.ensure_database()
    app = build(load())
    print(
        f"Plainspec is ready at http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}", flush=True
    )
    app.run(host=host, port=port, access_log=False)
