"""What a client types is shown as typed and does nothing: in the page, in a proposal, to a Slack, in a terminal."""

from __future__ import annotations

import copy
import html
import json
import re
from datetime import date
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from actions import proposal
from bot.proposal.markdown import markdown
from bot.proposal.page import page
from bot.proposal.pdf import pdf
from catalog import store
from catalog.store import Change
from tests.bot.slack import listening
from tests.bot.website import NEED, Browser, served

EVIL = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "</td></table><iframe src=javascript:alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "<https://evil.example>",
    "https://evil.example/path",
    "| a | b |\n| - | - |",
    "# heading",
    "1. one",
    "- item",
    "`code` **bold** _it_ ~~no~~ <b>b</b>",
    "&lt;script&gt; &#60;script&#62;",
    "<para><font color=red>x</font></para>",
    "\\u003cscript\\u003e ${7*7} %s",
)
TOLD = {"task": "image_classification", "dataset_size": {"amount": 50_000, "unit": "images"},
        "throughput": {"amount": 20, "unit": "images/s"}, "budget": {"amount": 15_000, "currency": "GBP"}}


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(sorted(name for name, _ in attrs))))
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(source: str) -> Tags:
    tags = Tags()
    tags.feed(source)
    return tags


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found = proposal.document(TOLD, store.snapshot(), date(2026, 11, 28), "Jo Barnes")
    assert found is not None
    return json.loads(json.dumps(found))  # as it comes back from the database


def strings(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where there are texts that are shown."""
    if isinstance(value, str):
        ours = at[-1] in ("kind", "date", "verdict") or (at[-1] == "name" and at[-3] == "blocks")
        return [] if ours or not value else [at]
    if isinstance(value, dict):
        return [found for key, part in value.items() for found in strings(part, (*at, key))]
    if isinstance(value, list):
        return [found for i, part in enumerate(value) for found in strings(part, (*at, i))]
    return []


def filled(document: dict[str, Any], text: str) -> dict[str, Any]:
    """The document with `text` at the end of every text in it."""
    out = copy.deepcopy(document)
    for at in strings(document):
        inside: Any = out
        for key in at[:-1]:
            inside = inside[key]
        inside[at[-1]] = f"{inside[at[-1]]} {text}"
    return out


@pytest.mark.parametrize("evil", EVIL)
def test_in_every_field_of_a_proposal(document: dict[str, Any], evil: str) -> None:
    assert len(strings(document)) > 60
    bad = filled(document, evil)
    before, after = parsed(page(document, "2026-12-28", "/p/x")), parsed(page(bad, "2026-12-28", "/p/x"))
    assert after.tags == before.tags
    shown = " ".join(after.text.split())
    assert shown.count(" ".join(evil.split())) >= 50
    assert [link for link in after.links if not link.startswith("data:")] == [
        link for link in before.links if not link.startswith("data:")
    ]


@pytest.mark.parametrize("evil", EVIL)
def test_in_every_field_of_its_markdown(document: dict[str, Any], evil: str) -> None:
    """Read by a reader that allows HTML, tables and bare links, no mark in it becomes markup."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    before = parsed(reader.render(markdown(document, "2026-12-28")))
    after = parsed(reader.render(markdown(filled(document, evil), "2026-12-28")))
    assert after.tags == before.tags
    assert after.links == []
    assert " ".join(after.text.split()).count(" ".join(evil.split())) >= 50


@pytest.mark.parametrize("evil", EVIL)
def test_in_every_field_of_its_pdf(document: dict[str, Any], evil: str) -> None:
    printed = pypdf.PdfReader(BytesIO(pdf(filled(document, evil), "2026-12-28")))
    words = "".join("".join(sheet.extract_text() for sheet in printed.pages).split())
    assert "".join(evil.split())[:12] in words
    for sheet in printed.pages:
        assert "/Annots" not in sheet
    assert "/OpenAction" not in printed.trailer["/Root"]
    assert "/Names" not in printed.trailer["/Root"]


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_any_text_can_be_printed(text: str) -> None:
    """Whatever the script: nothing crashes, and no character becomes an empty box."""
    small = {"title": text, "lead": text, "date": "2026-11-28", "blocks": [
        {"kind": "heading", "text": text}, {"kind": "text", "text": text}, {"kind": "list", "items": [text]},
        {"kind": "steps", "items": [text]},
        {"kind": "table", "title": text, "columns": ["a", text], "rows": [[text, text * 40]], "widths": [0.1, 0.9]}]}
    assert pdf(small, "2026-12-28").startswith(b"%PDF")
    assert html.escape(text, quote=False).split() == [] or page(small, "2026-12-28", "/p/x")
    assert markdown(small, "2026-12-28")


def test_what_the_fonts_lack_is_printed_as_a_question_mark_and_that_is_said() -> None:
    small = {"title": "Für 漢字 😀\u202e", "lead": "", "date": "2026-11-28", "blocks": []}
    words = pypdf.PdfReader(BytesIO(pdf(small, "2026-12-28"))).pages[0].extract_text()
    assert "Für ?? ??" in words
    assert "fonts lack" in words
    plain = pypdf.PdfReader(BytesIO(pdf({**small, "title": "Für"}, "2026-12-28"))).pages[0].extract_text()
    assert "fonts lack" not in plain


def test_from_the_chat_to_the_proposal_and_slack(tmp_path: Path) -> None:
    """The whole way: a client types it, a catalog's name holds it, and it comes out as text everywhere."""
    evil = "<script>alert(1)</script>"
    with listening() as slack, served(tmp_path / "home", PLAINSPEC_SLACK_WEBHOOK=f"{slack.url}/hook",
                                      PLAINSPEC_CONTACT=f"Jo {evil}") as website:  # fmt: skip
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PLAINSPEC_DATABASE_URL", website.settings["PLAINSPEC_DATABASE_URL"])
            system = store.snapshot().systems["mini_cpu"]
            renamed = [Change("systems", id, {"name": f"{thing.name} {evil}"})
                       for id, thing in store.snapshot().systems.items() if thing.price is not None]  # fmt: skip
            with store.writing() as connection:
                store.record(connection, "evil.csv", renamed)
            store._ready.cache_clear()
            assert system.name
        with website.browser() as browser:
            turn = browser.say(f"{NEED} {evil}")
            assert evil in turn["replies"][0]["recommended"]
            answer = browser.get("/conversation")
            assert answer.headers["content-type"] == "application/json"
            links = browser.post("/proposal", json={}).json()
            shown = browser.get(links["url"]).text
            assert "<script" not in shown
            assert html.escape(evil) in shown
            assert not re.search(r"(?<!\\)<script", browser.get(links["markdown"]).text)
            assert browser.get(links["pdf"]).status_code == 200
            who = {"name": evil, "contact": f"{evil}@a.co", "consent": True, "note": f"<!channel> {evil}"}
            said = browser.post("/handover", json=who)
            assert said.headers["content-type"] == "application/json"
            wait_for(slack.posted)
            (message,) = slack.posted
            assert "<!channel>" not in message["text"]
            assert all(block["text"]["type"] == "plain_text" for block in message["blocks"])
            assert "<!channel>" in json.dumps(message)


def wait_for(posted: list[Any]) -> None:
    import time

    until = time.monotonic() + 20
    while not posted and time.monotonic() < until:
        time.sleep(0.05)


def test_addresses_are_not_echoed_as_markup(browser: Browser) -> None:
    for path in ("/%3Cscript%3E", "/page/<script>alert(1)</script>", "/p/<script>", "/pictures/<svg onload=x>.svg"):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/json"
        assert "<" not in answer.text
