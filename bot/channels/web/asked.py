"""What requests bring, checked: either it is as promised, or it is refused with a sentence for the person."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

from sanic.request import Request

from bot.clean import LONGEST, TOO_LONG

Json = dict[str, Any]
MOST_BYTES = 256 * 1024
SHORT, LONG = 200, 2_000  # characters of a name, and of a note
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_REACHED = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+|\+?(?:[\s()./-]*\d){6,}")


class Refused(Exception):
    """A request that is not carried out; the message is for the person."""

    def __init__(self, status: int, sentence: str, retry_s: float | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = {} if retry_s is None else {"Retry-After": str(math.ceil(retry_s))}


def from_here(request: Request) -> None:
    """Refuses what another site's page had the browser send."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        fine = site in ("same-origin", "none")
    else:  # an old browser, or a program
        fine = origin is None or urlsplit(origin).netloc == request.host
    if not fine:
        raise Refused(403, "This was sent from another site, so it was not carried out: please use the page itself.")


def body(request: Request) -> Json:
    if not request.content_type.lower().startswith("application/json"):
        raise Refused(400, "Send JSON, with the header Content-Type: application/json.")
    try:
        got = request.json
    except Exception:  # the server raises its own error for anything that is not JSON
        got = None
    if not isinstance(got, dict):
        raise Refused(400, 'Send a JSON object, such as {"text": "What do I need to run Llama 3 70B?"}.')
    return got


def message(got: Json) -> tuple[str | None, str]:
    """(id, text)."""
    id = got.get("id")
    if id is not None and not (isinstance(id, str) and _ID.fullmatch(id)):
        raise Refused(400, 'The "id" of a message is 1 to 64 letters, digits, hyphens or underscores.')
    return id, text(got, "text", LONGEST, TOO_LONG.text)


def text(got: Json, name: str, most: int, too_long: str = "", needed: bool = True) -> str:
    """A text of the body without what cannot be shown or stored."""
    value = got.get(name, None if needed else "")
    if not isinstance(value, str):
        raise Refused(400, f'The field "{name}" must be a text.')
    if len(value) > most:
        raise Refused(413, too_long or f'The field "{name}" may have {most:,} characters at most.')
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" else c for c in value)


def judgement(got: Json) -> tuple[str, str | None, str]:
    """(turn, thumb, word)."""
    turn, thumb = got.get("turn"), got.get("thumb")
    if not isinstance(turn, str) or thumb not in ("up", "down", None) or "thumb" not in got:
        raise Refused(400, 'Send {"turn": the id of an answer, "thumb": "up" or "down", "word": "what was wrong"}.')
    return turn, thumb, text(got, "word", LONG, needed=False).strip()


def call(got: Json) -> tuple[str, str, str]:
    """(name, contact, note) of somebody who wants to talk to a person."""
    name, contact = text(got, "name", SHORT).strip(), text(got, "contact", SHORT).strip()
    note = text(got, "note", LONG, needed=False).strip()
    if not name:
        raise Refused(400, "Please give a name, so that they know whom to ask for.")
    if not _REACHED.search(contact):
        raise Refused(400, "Please give an e-mail address or a telephone number at which you can be reached.")
    if got.get("consent") is not True:
        raise Refused(400, "Please agree that your name, contact and this conversation are passed on; "
                           "without that nothing is.")
    return name, contact, note
