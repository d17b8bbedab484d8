"""Who may see what: cookies that cannot be made, guessed, prolonged or used for another's conversation."""

from __future__ import annotations

import time
from typing import Any

import httpx
import jwt
import pytest

from tests.bot.website import NEED, SECRET, Browser, Website

MARK = "zirconium widgets"


def cookie(answer: httpx.Response, name: str = "plainspec_session") -> str:
    return next(line for line in answer.headers.get_list("set-cookie") if line.startswith(f"{name}="))


def signed(key: str = SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    return jwt.encode({"exp": int(time.time()) + 1000, **claims}, key, algorithm=algorithm)


def test_a_reload_restores_the_conversation(browser: Browser) -> None:
    assert browser.turns() == []
    said = [browser.say("hello"), browser.say(f"We make {MARK}"), browser.say("What is NVLink?")]
    assert browser.turns() == said
    assert [turn["text"] for turn in browser.turns()] == ["hello", f"We make {MARK}", "What is NVLink?"]
    assert all(turn["at"].endswith("Z") and turn["feedback"] is None for turn in said)


def test_the_cookie_can_be_read_by_no_script_and_is_sent_by_no_other_site(browser: Browser) -> None:
    parts = cookie(browser.get("/conversation")).split("; ")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(parts)
    assert not any(part.startswith("Domain") for part in parts)
    lasts = next(int(part.partition("=")[2]) for part in parts if part.startswith("Max-Age="))
    assert 0 < lasts <= 30 * 24 * 3600
    claims = jwt.decode(parts[0].partition("=")[2], SECRET, algorithms=["HS256"])
    assert len(claims["sid"]) >= 32
    assert 0 < claims["exp"] - time.time() <= lasts


def test_inside_another_site_it_has_a_jar_of_that_site_s_own(website: Website) -> None:
    with website.browser() as browser:
        parts = cookie(browser.get("/conversation?embed=1"), "plainspec_session_embedded").split("; ")
        assert {"HttpOnly", "SameSite=None", "Secure", "Partitioned"} <= set(parts)
    with website.browser(headers={"Cookie": parts[0]}) as embedded:
        embedded.post("/messages?embed=1", json={"id": "m1", "text": MARK})
        assert len(embedded.get("/conversation?embed=1").json()["turns"]) == 1
        assert embedded.get("/conversation").json()["turns"] == []


@pytest.fixture(scope="module")
def victim(website: Website) -> str:
    """The session id of somebody whose conversation has the mark in it."""
    with website.browser() as browser:
        browser.say(f"We make {MARK}. {NEED}")
        return str(jwt.decode(browser.cookies["plainspec_session"], SECRET, algorithms=["HS256"])["sid"])


FORGED = {
    "not signed here": lambda sid: signed("another key, which is just as long as the right one", sid=sid),
    "signed by nobody": lambda sid: jwt.encode({"sid": sid, "exp": int(time.time()) + 1000}, "", algorithm="none"),
    "by another method": lambda sid: signed(algorithm="HS384", sid=sid),
    "expired": lambda sid: signed(sid=sid, exp=int(time.time()) - 1),
    "without an end": lambda sid: jwt.encode({"sid": sid}, SECRET, algorithm="HS256"),
    "a learner's": lambda sid: signed(learner=sid),
    "the id itself": lambda sid: sid,
    "cut off": lambda sid: signed(sid=sid)[:-3],
    "altered": lambda sid: signed(sid="somebody else").rsplit(".", 1)[0] + "." + signed(sid=sid).rsplit(".", 1)[1],
    "nothing": lambda sid: "",
    "rubbish": lambda sid: "%00';--<script>",
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_cookie_that_is_not_ours_gets_a_new_session_with_nothing_in_it(
    website: Website, victim: str, forged: str
) -> None:
    with website.browser(headers={"Cookie": f"plainspec_session={FORGED[forged](victim)}"}) as thief:
        answer = thief.get("/conversation")
        assert answer.status_code == 200
        assert answer.json() == {"turns": []}
        assert victim not in jwt.decode(cookie(answer).split(";")[0].partition("=")[2], SECRET, ["HS256"])["sid"]
        said = thief.post("/messages", json={"id": "m1", "text": "what do you know so far?"})
        assert said.status_code == 200
        assert "fabric" not in said.text
        assert thief.post("/proposal", json={}).status_code == 400
        assert thief.post("/feedback", json={"turn": "m1", "thumb": "up"}).status_code == 404


def test_the_same_with_our_key_is_theirs(website: Website, victim: str) -> None:
    """Or the test above would pass whatever the server did."""
    with website.browser(headers={"Cookie": f"plainspec_session={signed(sid=victim)}"}) as owner:
        assert MARK in owner.get("/conversation").text


def test_a_session_id_in_the_body_or_address_is_nothing(website: Website, victim: str) -> None:
    with website.browser() as thief:
        for extra in ({"sid": victim}, {"session": victim}, {"sender": victim}, {"sender_id": victim}):
            assert "fabric" not in str(thief.say("what have I told you?", **extra))
        assert thief.get("/conversation", params={"sid": victim}).text.count(MARK) == 0


def test_one_s_ids_of_turns_are_not_another_s(website: Website) -> None:
    with website.browser() as one, website.browser() as other:
        mine, theirs = one.say(f"I make {MARK}", id="same"), other.say("hello", id="same")
        assert mine["replies"] != theirs["replies"]
        assert MARK not in str(other.turns())
        assert other.post("/feedback", json={"turn": "same", "thumb": "down", "word": "no"}).status_code == 200
        assert one.turns()[0]["feedback"] is None


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"},
     {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site", "Origin": "https://shop.example"}],
)  # fmt: skip
@pytest.mark.parametrize(("method", "path"), [("POST", "/messages"), ("POST", "/feedback"), ("POST", "/handover"),
                                              ("POST", "/proposal"), ("DELETE", "/data")])
def test_another_site_s_page_can_do_nothing(browser: Browser, method: str, path: str, headers: dict[str, str]) -> None:
    browser.say("hello", id="m1")
    answer = browser.request(method, path, headers=headers, json={"id": "m2", "text": "hello"})
    assert answer.status_code == 403
    assert len(browser.turns()) == 1


def test_a_form_of_another_site_is_not_json(browser: Browser) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = browser.post("/messages", content=b'{"text": "hello"}', headers={"Content-Type": kind})
        assert answer.status_code == 400
        assert "application/json" in answer.json()["error"]


def test_a_restart_of_the_server_loses_nothing(tmp_path: Any) -> None:
    from tests.bot.website import served

    with served(tmp_path / "home") as website:
        with website.browser() as browser:
            first = browser.say(NEED)
            assert first["replies"][0]["kind"] == "recommendation"
            website.stop()
            website.start()
            assert browser.turns() == [first]
            again = browser.say("What is NVLink?")
            assert again["replies"][0]["kind"] == "explanation"
            after = browser.say("what if we double the images?")
            assert after["replies"][0]["kind"] == "recommendation"
            assert "100,000" in str(after["replies"][0]["told"])
