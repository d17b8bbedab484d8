"""Who is there: signed cookies. A forged or expired one counts as none, so whoever sends it begins anew."""

from __future__ import annotations

import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

import jwt
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.engine import BUILD
from catalog.conversations import KEPT

COOKIE, LIFETIME_S = "plainspec_session", int(KEPT.total_seconds())
LEARNER, LEARNS_S = "plainspec_learner", 400 * 24 * 3600  # only who was quizzed gets it: progress outlives a session


def secret(path: Path = BUILD.parent / "secret") -> str:
    """PLAINSPEC_SECRET, else a key made once for this machine."""
    if given := os.environ.get("PLAINSPEC_SECRET"):
        return given
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}")
        part.touch(mode=0o600)
        part.write_text(secrets.token_urlsafe(48))
        part.rename(path)
    return path.read_text()


@dataclass(frozen=True)
class Visitor:
    """One browser. `learner` is whose progress a quiz keeps; `embedded`: the page is shown inside another site, where
    it has a session of its own."""

    session: str
    learner: str
    known: bool  # came with a session
    embedded: bool


class Seal:
    """Issues cookies and reads them back."""

    def __init__(self, key: str, secure: bool) -> None:
        self._key, self._secure = key, secure

    def visitor(self, request: Request) -> Visitor:
        """Who sent this; somebody new where no valid cookie came along."""
        embedded = request.args.get("embed") == "1"
        session = self._read(request, _name(COOKIE, embedded), "sid")
        given = session or secrets.token_urlsafe(24)
        learner = self._read(request, _name(LEARNER, embedded), "learner") or given
        return Visitor(given, learner, session is not None, embedded)

    def welcome(self, answer: HTTPResponse, visitor: Visitor) -> None:
        self._give(answer, COOKIE, visitor, {"sid": visitor.session}, LIFETIME_S)

    def enrol(self, answer: HTTPResponse, visitor: Visitor) -> None:
        self._give(answer, LEARNER, visitor, {"learner": visitor.learner}, LEARNS_S)

    def dismiss(self, answer: HTTPResponse, visitor: Visitor) -> None:
        for cookie in (COOKIE, LEARNER):
            self._set(answer, _name(cookie, visitor.embedded), "", 0, visitor.embedded)

    def _read(self, request: Request, cookie: str, claim: str) -> str | None:
        try:
            claims = jwt.decode(request.cookies.get(cookie) or "", self._key, algorithms=["HS256"],
                                options={"require": ["exp", claim]})
        except jwt.InvalidTokenError:  # forged, expired, or signed for another use
            return None
        return str(claims[claim])

    def _give(self, answer: HTTPResponse, cookie: str, visitor: Visitor, claims: dict[str, str], lasts_s: int) -> None:
        token = jwt.encode({**claims, "exp": int(time.time()) + lasts_s}, self._key, algorithm="HS256")
        self._set(answer, _name(cookie, visitor.embedded), token, lasts_s, visitor.embedded)

    def _set(self, answer: HTTPResponse, name: str, value: str, lasts_s: int, embedded: bool) -> None:
        """By hand: the server's own cookies know no Partitioned. Inside another site a browser keeps a cookie only so,
        and then in a jar of that site's own."""
        where = "SameSite=None; Secure; Partitioned" if embedded else "SameSite=Strict"
        where += "; Secure" if self._secure and not embedded else ""
        answer.headers.add("Set-Cookie", f"{name}={value}; Path=/; Max-Age={lasts_s}; HttpOnly; {where}")


def _name(cookie: str, embedded: bool) -> str:
    return f"{cookie}_embedded" if embedded else cookie
