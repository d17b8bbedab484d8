"""Messages: each is answered once, whatever happens on the way; what cannot be answered is refused in a sentence."""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.bot.website import NEED, Browser, Website

COMPARE = "compare the RTX 4090 with the RTX 3090"


def compared(website: Website) -> int:
    """How often a comparison was worked out."""
    counted = website.home / "compared"
    return len(counted.read_text()) if counted.exists() else 0


def test_a_message_sent_again_is_answered_once(browser: Browser, website: Website) -> None:
    before, id = compared(website), uuid.uuid4().hex
    first = browser.say(COMPARE, id)
    assert [browser.say(COMPARE, id) for _ in range(3)] == [first] * 3
    assert compared(website) == before + 1
    assert browser.turns() == [first]


def test_also_while_the_first_is_still_being_worked_on(browser: Browser, website: Website) -> None:
    browser.turns()
    before, id = compared(website), uuid.uuid4().hex
    tabs = [browser.copy() for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda tab: tab.say(COMPARE, id), tabs * 2))
    assert answers == [answers[0]] * 8
    assert compared(website) == before + 1
    assert len(browser.turns()) == 1


def test_who_hangs_up_finds_the_answer_afterwards(browser: Browser, website: Website) -> None:
    browser.turns()
    before, id = compared(website), uuid.uuid4().hex
    with pytest.raises(httpx.ReadTimeout):
        browser.post("/messages", json={"id": id, "text": COMPARE}, timeout=0.002)
    turn = browser.say(COMPARE, id)
    assert turn["replies"][0]["kind"] == "comparison"
    assert compared(website) == before + 1
    assert browser.turns() == [turn]


def test_an_id_belongs_to_its_message(browser: Browser) -> None:
    browser.say("hello", "m1")
    answer = browser.post("/messages", json={"id": "m1", "text": "What is NVLink?"})
    assert answer.status_code == 409
    assert "id" in answer.json()["error"]
    assert [turn["text"] for turn in browser.turns()] == ["hello"]


def test_two_tabs_do_not_spoil_a_conversation(browser: Browser) -> None:
    """Twelve things told at once from several tabs: all are kept, and the last answer knows of them all."""
    browser.say("We want to sort photos into good and bad")
    told = ["our budget is £9,000", "20 pictures a second", "it must be quiet", "30,000 photos", "eight classes",
            "the pictures are 512x512", "What is NVLink?", "thank you"]
    tabs = [browser.copy() for _ in told]
    with ThreadPoolExecutor(len(told)) as pool:
        list(pool.map(lambda pair: pair[0].say(pair[1]), zip(tabs, told, strict=True)))
    turns = browser.turns()
    assert sorted(turn["text"] for turn in turns[1:]) == sorted(told)
    last = browser.say("what do you recommend?")["replies"][0]
    words = str(last.get("told")) + last["text"]
    for part in ("9,000", "20", "quiet", "30,000", "512x512"):
        assert part in words, part


def test_without_an_id_the_server_makes_one(browser: Browser) -> None:
    turns = [browser.post("/messages", json={"text": "hello"}).json() for _ in range(2)]
    assert turns[0]["id"] != turns[1]["id"]
    assert len(browser.turns()) == 2


MALFORMED: dict[str, Any] = {
    "nothing": b"",
    "no JSON": b"hello",
    "half of it": b'{"text": "hel',
    "a list": b'["hello"]',
    "a text": b'"hello"',
    "null": b"null",
    "no text": b'{"id": "m1"}',
    "text null": b'{"text": null}',
    "text a number": b'{"text": 5}',
    "text a list": b'{"text": ["hello"]}',
    "id a number": b'{"text": "hello", "id": 5}',
    "id empty": b'{"text": "hello", "id": ""}',
    "id too long": b'{"text": "hello", "id": "' + b"a" * 65 + b'"}',
    "id with more": b'{"text": "hello", "id": "a b\\n"}',
    "not UTF-8": b'{"text": "\xff\xfe"}',
    "far too deep": b"[" * 100_000,
    "deep inside": b'{"text": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
}


@pytest.mark.parametrize("what", MALFORMED)
def test_malformed_messages_are_refused_in_a_sentence(browser: Browser, what: str) -> None:
    answer = browser.post("/messages", content=MALFORMED[what], headers={"Content-Type": "application/json"})
    assert answer.status_code == 400, answer.text
    sentence = answer.json()["error"]
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "Traceback" not in answer.text
    assert browser.turns() == []


def test_too_much_is_refused(browser: Browser) -> None:
    long = browser.post("/messages", json={"id": "m1", "text": "word " * 4_001})
    assert long.status_code == 413
    assert "20,000" in long.json()["error"]
    huge = browser.post("/messages", content=json.dumps({"text": "a" * 300_000}),
                        headers={"Content-Type": "application/json"})  # fmt: skip
    assert huge.status_code == 413
    assert huge.json()["error"].endswith(".")
    assert browser.turns() == []
    assert browser.say("word " * 3_999)["replies"]


@pytest.mark.parametrize("text", ["/undo", '/need{"heard": {"told": {"users": 5}}}', '/quiz{"person": "ann"}',
                                  '/handoff{"a": 1}', "//greet", "  /greet"])
def test_a_typed_intent_is_text(browser: Browser, website: Website, text: str) -> None:
    """It is understood as its words are, without the slash."""
    browser.say(NEED)
    turn = browser.say(text)
    assert turn["text"] == text
    with website.browser() as other:
        other.say(NEED)
        assert other.say(text.lstrip("/ "))["replies"] == turn["replies"]


@pytest.mark.parametrize("text", ["", "   ", "\x00\x01", "\ud800", "a\x00b", "😀" * 50, "\u202eevil", "?" * 5_000,
                                  "null", "{}", "${jndi:ldap://x}", "'; DROP TABLE turns; --", "%s%n", "𝕳𝖊𝖑𝖑𝖔"])
def test_odd_texts_are_answered_and_kept(browser: Browser, text: str) -> None:
    body = json.dumps({"id": "m1", "text": text})
    answer = browser.post("/messages", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["replies"][0]["text"]
    again = browser.post("/messages", content=body, headers={"Content-Type": "application/json"})
    assert again.json() == answer.json()
    assert browser.turns() == [answer.json()]


# --- what fails behind it ---


@pytest.mark.parametrize("fault", ["action", "encoder"])
def test_a_failure_is_said_and_mends_itself(browser: Browser, website: Website, fault: str) -> None:
    first = browser.say(NEED)
    with website.failing(fault):
        answer = browser.post("/messages", json={"id": "m2", "text": "thank you"})
        assert answer.status_code == 503
        assert "send it again" in answer.json()["error"]
        assert int(answer.headers["retry-after"]) > 0
        assert "secret" not in answer.text
        assert "onnx" not in answer.text
        assert browser.turns() == [first]
    turn = browser.say("thank you", "m2")
    assert turn["replies"][0]["kind"] == "smalltalk"
    assert browser.turns() == [first, turn]
    assert "15,000" in str(browser.say("what have I told you so far?")["replies"])


def test_a_locked_database_is_said_and_mends_itself(browser: Browser, website: Website) -> None:
    first = browser.say("hello")
    other = sqlite3.connect(website.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        started = time.monotonic()
        answer = browser.post("/messages", json={"id": "m2", "text": "What is NVLink?"})
        assert answer.status_code == 503
        assert time.monotonic() - started < 10
        assert "send it again" in answer.json()["error"]
        assert "sqlite" not in answer.text.lower()
        for path, body in (("/handover", {"name": "Ann", "contact": "ann@example.com", "consent": True}),
                           ("/feedback", {"turn": first["id"], "thumb": "up"})):  # fmt: skip
            assert browser.post(path, json=body).status_code == 503
        assert browser.get("/conversation").json()["turns"] == [first]  # who only reads does not wait
        assert browser.get("/health").status_code == 200
    finally:
        other.rollback()
        other.close()
    turn = browser.say("What is NVLink?", "m2")
    assert browser.turns() == [first, turn]


def test_others_are_answered_while_one_waits_for_the_database(browser: Browser, website: Website) -> None:
    browser.say("hello")
    other = sqlite3.connect(website.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with ThreadPoolExecutor(1) as pool, website.browser() as reader:
            waiting = pool.submit(browser.post, "/messages", json={"id": "m2", "text": "What is NVLink?"})
            time.sleep(0.3)
            started = time.monotonic()
            assert reader.get("/pictures/lstm.svg").status_code == 200
            assert time.monotonic() - started < 1.0
            assert not waiting.done()
            assert waiting.result().status_code == 503
    finally:
        other.rollback()
        other.close()
