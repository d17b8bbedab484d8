"""The website's files, pictures and headers, and what it says of addresses that are none."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from xml.etree import ElementTree

import httpx
import pytest

from bot.channels.web import assets
from bot.channels.web.app import POLICY
from catalog import pictures, store
from tests.bot.website import Browser


def test_a_picture(browser: Browser) -> None:
    answer = browser.get("/pictures/lstm.svg")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml; charset=utf-8"
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    style = ElementTree.fromstring(answer.content).findtext("{http://www.w3.org/2000/svg}style") or ""
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{allowed}'" in POLICY  # or the picture would be all black where it is opened by itself


def test_it_is_kept_until_the_catalog_changes(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    first = browser.get("/pictures/lstm.svg")
    again = browser.get("/pictures/lstm.svg", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert first.headers["cache-control"] == "no-cache"
    revision = store.snapshot().revision
    before = assets.drawn("lstm", revision)
    monkeypatch.setattr(pictures, "of", lambda article, catalog: "<svg>new figures</svg>")
    assert assets.drawn("lstm", revision) == before
    assert assets.drawn("lstm", revision + 1) != before
    assets.drawn.cache_clear()


@pytest.mark.parametrize(
    "path",
    ["/pictures/nothing.svg", "/pictures/gru", "/pictures/lstm.png", "/pictures/..%2f..%2fREADME.svg",
     "/pictures/lstm.svg.svg", "/page/..%2f..%2fengine.py", "/page/../../pyproject.toml", "/page/", "/page/nothing.js",
     "/page/%00", "/p/nothing", "/p/nothing.pdf", "/p/", "/webhooks/rest/webhook", "/conversations/default/tracker"],
)  # fmt: skip
def test_what_is_not_there_is_said_to_be_not_there(browser: Browser, path: str) -> None:
    answer = browser.send(httpx.Request("GET", f"{browser.base_url}{path}"))
    assert answer.status_code == 404, path
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["error"].endswith(".")


def test_the_page_and_its_files_come_packed_and_are_asked_for_again(browser: Browser) -> None:
    page = browser.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-encoding"] == "gzip"
    plain = browser.get("/", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == page.content == (assets.PAGE / "index.html").read_bytes()
    assert len(gzip.compress(page.content)) < len(page.content)
    assert browser.get("/", headers={"If-None-Match": page.headers["etag"]}).status_code == 304
    assert browser.head("/").status_code == 200


def test_no_inline_code_or_style_and_no_other_site(browser: Browser) -> None:
    for path in ("/", "/embed", "/conversation", "/nothing"):
        policy = browser.get(path).headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "*" not in policy
        assert "default-src 'none'" in policy
        assert browser.get(path).headers["referrer-policy"] == "no-referrer"


def test_only_allowed_origins_may_show_the_page_in_theirs(browser: Browser) -> None:
    assert browser.get("/").headers["content-security-policy"].endswith("frame-ancestors 'self'")
    embedded = browser.get("/embed").headers["content-security-policy"]
    assert embedded.endswith("frame-ancestors 'self' https://shop.example")


@pytest.mark.parametrize(("method", "path"), [("PUT", "/messages"), ("POST", "/"), ("DELETE", "/messages"),
                                              ("PATCH", "/data"), ("POST", "/conversation")])
def test_other_methods_are_refused_in_a_sentence(browser: Browser, method: str, path: str) -> None:
    answer = browser.request(method, path)
    assert answer.status_code == 405
    assert json.loads(answer.text)["error"].endswith(".")
