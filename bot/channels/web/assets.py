"""The page's files, kept in memory and compressed once, and the articles' pictures."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sanic.request import Request
from sanic.response import HTTPResponse, empty, raw

from catalog import pictures, store

PAGE = Path(__file__).resolve().parent.parent.parent / "page"
TEXTS = ("text/", "application/javascript", "application/json", "image/svg")
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".html": "text/html",
          ".svg": "image/svg+xml", ".woff2": "font/woff2", ".md": "text/markdown"}  # whatever the machine believes


@dataclass(frozen=True)
class Asset:
    content: bytes
    packed: bytes | None  # gzip, where that is smaller
    kind: str
    tag: str


def asset(name: str) -> Asset | None:
    """A file of the page by its path within it; None where there is none."""
    path = (PAGE / name).resolve()
    if PAGE not in path.parents or not path.is_file():
        return None
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=128)
def _read(path: Path, _: int) -> Asset:
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return made(path.read_bytes(), kind)


def made(content: bytes, kind: str) -> Asset:
    text = kind.startswith(TEXTS)
    packed = gzip.compress(content, mtime=0) if text else content
    tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
    return Asset(content, packed if len(packed) < len(content) else None, f"{kind}; charset=utf-8" if text else kind,
                 tag)


@lru_cache(maxsize=1024)
def drawn(article: str, revision: int) -> Asset | None:
    """The picture of an article in the present catalog, which is of that revision."""
    svg = pictures.of(article, store.snapshot())
    return None if svg is None else made(svg.encode(), "image/svg+xml")


def picture(name: str) -> Asset | None:
    """`name` is an article's id and ".svg"."""
    return drawn(name.removesuffix(".svg"), store.snapshot().revision) if name.endswith(".svg") else None


def shown(request: Request, found: Asset) -> HTTPResponse:
    """A browser may keep it, and asks whether it is still so before it shows it again."""
    headers = {"ETag": found.tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if found.tag in (request.headers.get("if-none-match") or ""):
        return empty(304, headers=headers)
    if found.packed is not None and "gzip" in (request.headers.get("accept-encoding") or ""):
        return raw(found.packed, headers={**headers, "Content-Encoding": "gzip"}, content_type=found.kind)
    return raw(found.content, headers=headers, content_type=found.kind)
