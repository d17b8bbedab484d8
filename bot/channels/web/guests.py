"""At the door: who comes, whether from here, and not too often."""

from __future__ import annotations

import os

from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.web import asked
from bot.channels.web.asked import Refused
from bot.channels.web.limits import Limits
from bot.channels.web.sessions import Seal, Visitor, secret


class Guests:
    def __init__(self) -> None:
        self.seal = Seal(secret(), secure=os.environ.get("PLAINSPEC_SECURE") == "1")
        self._limits = Limits()

    def visitor(self, request: Request, kind: str) -> Visitor:
        """Who asks, unless another site asks for them, or they ask too much. `kind` as in `Limits`."""
        if kind != "read":
            asked.from_here(request)
        visitor = self.seal.visitor(request)
        wait_s = self._limits.wait_s(kind, visitor.session, request.remote_addr or request.ip)
        if wait_s:
            sentence = f"That is a lot at once: please wait {max(1, round(wait_s))} s and send it again."
            raise Refused(429, sentence, wait_s)
        return visitor

    def welcomed(self, answer: HTTPResponse, visitor: Visitor) -> HTTPResponse:
        """The answer with a cookie by which they are known next time."""
        self.seal.welcome(answer, visitor)
        return answer
