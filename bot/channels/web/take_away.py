"""What people take away: the proposal in its three forms, behind a link that cannot be guessed, and a person's call."""

from __future__ import annotations

import asyncio
from datetime import date
from functools import lru_cache
from pathlib import Path

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, html, json, raw, text

import bot.proposal
from actions import handoff, proposal
from actions.base import fresh
from bot.channels import announce
from bot.channels.web import asked
from bot.channels.web.asked import Refused
from bot.channels.web.assets import Asset, made, shown
from bot.channels.web.guests import Guests
from bot.channels.web.sessions import Visitor
from catalog import conversations, leads, proposals, store

NOTHING_YET = "There is nothing to put in writing yet: tell me first what the machine should do."
NO_LINK = "This link leads nowhere: it has expired, was deleted, or was copied in part."
STYLE = Path(bot.proposal.__file__).parent / "proposal.css"
_BACKGROUND: set[asyncio.Future[None]] = set()  # or they might be collected before they are done


def routes(routes: Blueprint, guests: Guests) -> None:
    @routes.post("/proposal")
    async def propose(request: Request) -> HTTPResponse:
        visitor = guests.visitor(request, "made")
        asked.body(request)
        token, expires = await asyncio.to_thread(_proposed, visitor)
        path = f"/p/{token}"
        links = {"url": path, "pdf": f"{path}.pdf", "markdown": f"{path}.md", "expires": expires.isoformat()}
        return guests.welcomed(json(links), visitor)

    @routes.post("/handover")
    async def hand_over(request: Request) -> HTTPResponse:
        visitor = guests.visitor(request, "made")
        lead = await asyncio.to_thread(_kept, visitor, *asked.call(asked.body(request)))
        telling = asyncio.ensure_future(asyncio.to_thread(announce.tell, lead))  # nobody waits for Slack
        _BACKGROUND.add(telling)
        telling.add_done_callback(_BACKGROUND.discard)
        who = handoff.contact() or "Your account manager"
        said = (f"Thank you, {lead.name}. {who} will reach you at {lead.contact} and has all of this conversation, "
                f"so that you need not repeat it. Your number is {lead.id}.")
        return guests.welcomed(json({"said": said, "lead": lead.id}), visitor)

    @routes.get("/p/proposal.css")
    async def style(request: Request) -> HTTPResponse:
        return shown(request, _style())

    @routes.get("/p/<name>")
    async def read(request: Request, name: str) -> HTTPResponse:
        guests.visitor(request, "read")
        token, _, form = name.partition(".")
        if form not in ("", "pdf", "md"):
            raise Refused(404, NO_LINK)
        found = await asyncio.to_thread(proposals.at, token, conversations.now())
        if found is None:
            raise Refused(404, NO_LINK)
        return await asyncio.to_thread(_form, form, found, f"/p/{token}")


def _proposed(visitor: Visitor) -> tuple[str, date]:
    """(token, day on which it expires). Raises Refused while there is nothing to propose."""
    state = conversations.standing(visitor.session).state if visitor.known else None
    told = (state or {}).get("told") or {}
    content = proposal.document(told, store.snapshot(), date.today(), handoff.contact()) if told else None
    if content is None:
        raise Refused(400, NOTHING_YET)
    token, expires = proposals.keep(visitor.session, conversations.now(), content)
    return token, expires.date()


def _form(form: str, found: proposals.Proposal, path: str) -> HTTPResponse:
    from bot.proposal import markdown, page  # what they stand on takes a while to load, and few ask for it

    expires = found.expires.date().isoformat()
    hidden = {"X-Robots-Tag": "noindex", "Cache-Control": "no-store"}
    if form == "pdf":
        from bot.proposal import pdf

        named = {**hidden, "Content-Disposition": f'inline; filename="plainspec-{found.content["date"]}.pdf"'}
        return raw(pdf.pdf(found.content, expires), headers=named, content_type="application/pdf")
    if form == "md":
        return text(markdown.markdown(found.content, expires), headers=hidden,
                    content_type="text/markdown; charset=utf-8")
    return html(page.page(found.content, expires, path), headers=hidden)


def _kept(visitor: Visitor, name: str, contact: str, note: str) -> leads.Lead:
    state = conversations.standing(visitor.session).state if visitor.known else None
    turns = [(f"{t.at.isoformat()}Z", t.text, "\n\n".join(reply["text"] for reply in t.replies))
             for t in (conversations.turns(visitor.session) if visitor.known else ())]
    context = handoff.context({**fresh(), **(state or {})}, store.snapshot(), turns)
    return leads.keep(visitor.session, conversations.now(), name, contact, note, context)


@lru_cache(maxsize=1)
def _style() -> Asset:
    return made(STYLE.read_bytes(), "text/css")
