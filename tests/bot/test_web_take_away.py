"""What people take away or leave: proposals, calls for a person, feedback; and that all of it can be deleted."""

from __future__ import annotations

import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from typing import Any

import pypdf
import pytest
import yaml

from tests.bot.website import NEED, ROOT, Browser, Website

ANN = {"name": "Ann Archer", "contact": "ann@example.com", "consent": True, "note": "after five, please"}


def plainspec(website: Website, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "bot.cli", *arguments], cwd=ROOT, text=True, capture_output=True,
                          env={**os.environ, **website.settings})  # fmt: skip


def proposed(browser: Browser) -> dict[str, str]:
    answer = browser.post("/proposal", json={})
    assert answer.status_code == 200, answer.text
    links: dict[str, str] = answer.json()
    return links


# --- proposals ---


def test_a_proposal_in_three_forms(browser: Browser) -> None:
    best = browser.say(NEED)["replies"][0]["recommended"]
    links = proposed(browser)
    page, pdf, text = (browser.get(links[form]) for form in ("url", "pdf", "markdown"))
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert pdf.headers["content-type"] == "application/pdf"
    assert text.headers["content-type"] == "text/markdown; charset=utf-8"
    printed = pypdf.PdfReader(io.BytesIO(pdf.content))
    words = " ".join(" ".join(page.extract_text() for page in printed.pages).split())
    assert f"Page 1 of {len(printed.pages)}" in words
    for form in (page.text, text.text, words):
        for part in (best, "£15,000", "What you need", "The options", "What was assumed", "Next steps", "scaled",
                     "Where the figures come from", "Words used here", "80 % range", "without VAT"):  # fmt: skip
            assert part in form, part
    for answer in (page, pdf, text):
        assert answer.headers["x-robots-tag"] == "noindex"
        assert answer.headers["cache-control"] == "no-store"


def test_whoever_has_the_link_can_read_it_and_nothing_else(website: Website, browser: Browser) -> None:
    browser.say(NEED)
    links = proposed(browser)
    token = links["url"].removeprefix("/p/")
    assert len(token) >= 32
    with website.browser() as board:
        assert "fabric" not in board.get("/conversation").text
        assert board.get(links["pdf"]).content.startswith(b"%PDF")
        assert board.delete(links["url"]).status_code == 405
        for wrong in (token[:-1], token + "a", token.swapcase(), f"{token}.exe", f"{token}.pdf.pdf", "*"):
            assert board.get(f"/p/{wrong}").status_code == 404, wrong


def test_it_stays_as_it_was_and_a_new_one_is_new(browser: Browser) -> None:
    browser.say(NEED)
    first = proposed(browser)
    before = browser.get(first["markdown"]).text
    browser.say("our budget is £900")
    second = proposed(browser)
    assert browser.get(first["markdown"]).text == before
    assert first["url"] != second["url"]
    assert "£900" in browser.get(second["markdown"]).text


def test_there_is_none_before_there_is_something_to_propose(browser: Browser) -> None:
    assert browser.post("/proposal", json={}).status_code == 400
    browser.say("hello")
    answer = browser.post("/proposal", json={})
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")


def test_a_link_expires(browser: Browser, website: Website) -> None:
    browser.say(NEED)
    links = proposed(browser)
    with sqlite3.connect(website.database) as database:
        database.execute("UPDATE proposals SET expires = '2026-01-01 00:00:00.000000'")
    for form in ("url", "pdf", "markdown"):
        answer = browser.get(links[form])
        assert answer.status_code == 404
        assert "expired" in answer.json()["error"]


def test_the_database_alone_opens_no_proposal(browser: Browser, website: Website) -> None:
    browser.say(NEED)
    token = proposed(browser)["url"].removeprefix("/p/")
    with sqlite3.connect(website.database) as database:
        kept = [row[0] for row in database.execute("SELECT token FROM proposals")]
    assert token not in kept
    assert all(browser.get(f"/p/{hashed}").status_code == 404 for hashed in kept)


# --- a person ---


def test_a_lead_has_the_whole_conversation_and_is_shown(browser: Browser, website: Website) -> None:
    browser.say(NEED)
    browser.say("What is NVLink?")
    answer = browser.post("/handover", json=ANN)
    assert answer.status_code == 200, answer.text
    assert "Ann Archer" in answer.json()["said"]
    number = answer.json()["lead"]
    (lead,) = (json.loads(line) for line in plainspec(website, "leads", str(number), "--json").stdout.splitlines())
    assert (lead["name"], lead["contact"], lead["note"]) == ("Ann Archer", "ann@example.com", "after five, please")
    context = lead["context"]
    assert ["budget", "£15,000"] in context["told"]
    assert context["understood"]["dataset_size"]["amount"] == 50_000
    assert context["assumptions"]
    assert "smallest that does it" in context["recommended"]
    assert [said["text"] for said in context["transcript"] if said["who"] == "client"] == [NEED, "What is NVLink?"]
    assert "session" not in lead
    listed = plainspec(website, "leads").stdout
    assert "Ann Archer, ann@example.com" in listed
    whole = plainspec(website, "leads", str(number)).stdout
    for part in ("after five, please", "What is NVLink?", "£15,000", "The conversation:"):
        assert part in whole
    assert plainspec(website, "leads", "--forget", str(number)).returncode == 0
    assert plainspec(website, "leads", str(number)).returncode == 1


@pytest.mark.parametrize(
    ("change", "word"),
    [({"name": ""}, "name"), ({"name": "   "}, "name"), ({"name": None}, "text"), ({"contact": ""}, "telephone"),
     ({"contact": "ann"}, "telephone"), ({"contact": "12"}, "telephone"), ({"consent": False}, "agree"),
     ({"consent": "true"}, "agree"), ({"consent": 1}, "agree"), ({"consent": None}, "agree"), ({"note": 5}, "text")],
)  # fmt: skip
def test_without_name_contact_and_consent_nothing_is_passed_on(
    browser: Browser, website: Website, change: dict[str, Any], word: str
) -> None:
    before = plainspec(website, "leads", "--json").stdout
    answer = browser.post("/handover", json={**ANN, **change})
    assert answer.status_code == 400
    assert word in answer.json()["error"]
    assert plainspec(website, "leads", "--json").stdout == before


@pytest.mark.parametrize("contact", ["ann@example.co.uk", "+44 20 7946 0000", "020 7946 0000", "(0113) 496-0000"])
def test_ways_to_be_reached(browser: Browser, contact: str) -> None:
    assert browser.post("/handover", json={**ANN, "contact": contact}).status_code == 200


def test_a_name_steers_no_terminal(browser: Browser, website: Website) -> None:
    number = browser.post("/handover", json={**ANN, "name": "Ann\x1b[2J\u202e\x07"}).json()["lead"]
    shown = plainspec(website, "leads", str(number)).stdout
    assert "\x1b" not in shown
    assert "\u202e" not in shown


# --- feedback ---


def test_feedback_is_kept_with_its_turn_and_listed_as_a_conversation(browser: Browser, website: Website) -> None:
    first, second = browser.say(NEED), browser.say("What is NVLink?")
    browser.say("thank you")
    for turn, thumb, word in ((first, "up", ""), (second, "down", "too long: \"much\"\n- really")):
        answer = browser.post("/feedback", json={"turn": turn["id"], "thumb": thumb, "word": word})
        assert answer.json()["feedback"] == {"thumb": thumb, "word": word}
    assert [turn["feedback"] for turn in browser.turns()] == [
        {"thumb": "up", "word": ""}, {"thumb": "down", "word": 'too long: "much"\n- really'}, None,
    ]  # fmt: skip
    found = [c for c in yaml.safe_load_all(plainspec(website, "feedback").stdout) if "really" in c["why"]]
    (conversation,) = found
    assert [turn["user"] for turn in conversation["turns"]] == [NEED, "What is NVLink?"]  # the last was not judged
    assert conversation["turns"][0]["expect"] == {"kind": "recommendation",
                                                  "recommended": first["replies"][0]["recommended"]}  # fmt: skip
    (unwanted,) = conversation["turns"][1]["expect"]["says_not"]
    assert re.search(unwanted, second["replies"][0]["text"])
    assert browser.post("/feedback", json={"turn": first["id"], "thumb": None}).json()["feedback"] is None
    assert browser.turns()[0]["feedback"] is None


def test_what_is_listed_is_a_test_conversation(browser: Browser, website: Website, tmp_path: Any,
                                               monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    from tests.conversations import conversation as format_

    turn = browser.say("What is a loss function?")
    browser.post("/feedback", json={"turn": turn["id"], "thumb": "up", "word": "clear"})
    (tmp_path / "some").mkdir()
    monkeypatch.setattr(format_, "HERE", tmp_path)
    for number, found in enumerate(plainspec(website, "feedback").stdout.split("---\n")[1:]):
        path = tmp_path / "some" / f"{number}.yaml"
        path.write_text(found)
        format_.read(path)


@pytest.mark.parametrize(
    "body",
    [{}, {"turn": "m1"}, {"turn": "m1", "thumb": "sideways"}, {"turn": 5, "thumb": "up"}, {"thumb": "up"},
     {"turn": "m1", "thumb": "up", "word": 5}],
)  # fmt: skip
def test_feedback_that_is_none_is_refused(browser: Browser, body: dict[str, Any]) -> None:
    browser.say("hello", "m1")
    assert browser.post("/feedback", json=body).status_code == 400
    assert browser.post("/feedback", json={"turn": "m2", "thumb": "up"}).status_code == 404
    assert browser.turns()[0]["feedback"] is None


# --- delete my data ---

TABLES = ("conversations", "turns", "leads", "proposals", "progress")


def rows(website: Website) -> dict[str, list[Any]]:
    with sqlite3.connect(website.database) as database:
        return {table: sorted(map(str, database.execute(f"SELECT * FROM {table}"))) for table in TABLES}


def test_delete_my_data_deletes_all_of_it_and_nobody_else_s(website: Website, browser: Browser) -> None:
    with website.browser() as other:
        other.say(NEED)
        other.post("/handover", json=ANN)
        before = rows(website)
        browser.say(NEED)
        browser.say("quiz me on storage")
        turn = browser.say("A")
        links = proposed(browser)
        browser.post("/feedback", json={"turn": turn["id"], "thumb": "up"})
        browser.post("/handover", json=ANN)
        assert {"plainspec_session", "plainspec_learner"} <= set(browser.cookies)
        assert all(len(rows(website)[table]) > len(before[table]) for table in TABLES)
        old = browser.copy()
        answer = browser.delete("/data")
        assert answer.status_code == 200
        assert answer.json() == {"deleted": {"turns": 3, "leads": 1, "proposals": 1, "progress": 1}, "left": ""}
        assert rows(website) == before
        assert not set(browser.cookies) & {"plainspec_session", "plainspec_learner"}
        assert browser.get(links["pdf"]).status_code == 404
        assert browser.turns() == []
        assert old.turns() == []  # the cookie that somebody kept opens nothing
        assert old.post("/messages", json={"id": "m9", "text": "hello"}).status_code == 409
        assert other.turns()[0]["text"] == NEED
        assert rows(website) == before


def test_what_is_being_answered_meanwhile_is_not_kept(website: Website, browser: Browser) -> None:
    from concurrent.futures import ThreadPoolExecutor

    browser.say("hello")
    before = rows(website)
    tabs = [browser.copy() for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        sent = [pool.submit(tab.post, "/messages", json={"id": f"m{n}", "text": "compare the RTX 4090 with the L4"})
                for n, tab in enumerate(tabs)]  # fmt: skip
        time.sleep(0.03)
        assert browser.delete("/data").status_code == 200
    assert {answer.result().status_code for answer in sent} <= {200, 409}
    kept = rows(website)
    assert len(kept["conversations"]) == len(before["conversations"]) - 1
    assert len(kept["turns"]) == len(before["turns"]) - 1
