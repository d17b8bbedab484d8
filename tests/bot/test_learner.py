"""The website's session ends after some weeks; what somebody learnt does not."""

from __future__ import annotations

import time

import jwt
import pytest

from bot.channels.web.sessions import COOKIE, LEARNER, LEARNS_S, LIFETIME_S
from tests.bot.website import SECRET, Website

PROGRESS = "how am I doing in the quiz?"


@pytest.fixture
def quizzed(website: Website) -> tuple[dict[str, str], str]:
    """The cookies of somebody who answered a question, and what they are told of their progress."""
    with website.browser() as browser:
        browser.turns()
        assert set(browser.cookies) == {COOKIE}
        browser.say("hello")
        assert set(browser.cookies) == {COOKIE}  # only who is quizzed gets the other
        browser.say("quiz me on storage")
        browser.say("A")
        assert set(browser.cookies) == {COOKIE, LEARNER}
        return dict(browser.cookies), browser.say(PROGRESS)["replies"][0]["text"]


def told(website: Website, cookies: dict[str, str]) -> str:
    with website.browser(cookies=cookies) as browser:
        text: str = browser.say(PROGRESS)["replies"][0]["text"]
        return text


def test_who_is_quizzed_is_known_again_after_the_session_has_ended(
    website: Website, quizzed: tuple[dict[str, str], str]
) -> None:
    cookies, known = quizzed
    assert LEARNS_S > LIFETIME_S
    nobody = told(website, {})
    assert known != nobody
    assert told(website, {LEARNER: cookies[LEARNER]}) == known
    with website.browser(cookies={LEARNER: cookies[LEARNER]}) as later:
        assert later.turns() == []  # what was said is not what was learnt


def test_neither_cookie_stands_for_the_other_nor_is_a_forged_one_taken(
    website: Website, quizzed: tuple[dict[str, str], str]
) -> None:
    cookies, known = quizzed
    nobody = told(website, {})
    with website.browser(cookies={COOKIE: cookies[LEARNER]}) as other:
        assert other.turns() == []
    learner = jwt.decode(cookies[LEARNER], SECRET, algorithms=["HS256"])["learner"]
    end = int(time.time()) + 1000
    for forged in (
        jwt.encode({"learner": learner, "exp": end}, "x" * 32, algorithm="HS256"),
        jwt.encode({"sid": learner, "exp": end}, SECRET, algorithm="HS256"),
        jwt.encode({"learner": learner, "exp": end - 2000}, SECRET, algorithm="HS256"),
        cookies[COOKIE],
    ):
        assert told(website, {LEARNER: forged}) == nobody
    assert known != nobody
