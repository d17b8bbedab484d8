"""Five thousand requests of every kind, well and badly made, from several people at once: none makes the server fail,
shows a trace, or shows one person what another said."""

from __future__ import annotations

import json
import secrets
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.bot.website import NEED, Browser, Website

BATCH, BATCHES = 25, 200
PEOPLE = 4
PATHS = ("/messages", "/feedback", "/handover", "/proposal", "/data", "/conversation", "/", "/embed", "/health", "/p/x",
         "/pictures/lstm.svg", "/page/chat.css", "/demo", "/privacy", "/embed.js")
TALK = (NEED, "hello", "What is NVLink?", "compare the RTX 4090 with the L4", "what if we double the images?", "undo",
        "quiz me", "B", "talk to a person", "restart", "change the number of users to 50", "why?", "not sure",
        "where does that number come from?", "Will Llama 3 70B run on a 4090?", "rent or buy?", "what have I told you?")
NO_TRACE = ("Traceback", 'File "', "site-packages", "sqlalchemy", "Error(", "rasa")

texts = st.one_of(st.sampled_from(TALK), st.text(max_size=300), st.text(st.characters(codec="ascii"), max_size=80))
ids = st.one_of(st.sampled_from("abcdefgh"), st.uuids().map(str), st.from_regex(r"[\w-]{0,64}"), st.text(max_size=70))
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), texts)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
                      max_leaves=8)
bodies = st.one_of(
    st.fixed_dictionaries({"text": texts}, optional={"id": ids}),
    st.fixed_dictionaries({"turn": ids, "thumb": st.sampled_from(["up", "down", None, "x"])}, optional={"word": texts}),
    st.fixed_dictionaries({"name": texts, "contact": st.sampled_from(["a@b.co", "020 7946 0000", "x"]),
                           "consent": st.booleans()}, optional={"note": texts}),
    st.just({}),
    st.dictionaries(st.sampled_from(["id", "text", "turn", "thumb", "word", "name", "contact", "consent", "note"]),
                    values, max_size=6),
)  # fmt: skip
contents = st.one_of(bodies.map(json.dumps), values.map(json.dumps), st.binary(max_size=400),
                     bodies.map(json.dumps).map(lambda text: text[: len(text) // 2]))  # fmt: skip
headers = st.fixed_dictionaries({}, optional={
    "Content-Type": st.sampled_from(["application/json", "application/json; charset=utf-8", "text/plain", "", "x/y"]),
    "Sec-Fetch-Site": st.sampled_from(["same-origin", "cross-site", "none", "?"]),
    "Origin": st.sampled_from(["null", "https://evil.example", "http://[", ""]),
    "Accept-Encoding": st.sampled_from(["gzip", "identity", "br;q=1", "*"]),
    "If-None-Match": st.sampled_from(["*", '""', '"x"']),
    "X-Forwarded-For": st.sampled_from(["1.2.3.4", "unknown, ::1", "'"]),
    "Cookie": st.sampled_from(["plainspec_session=x", "plainspec_session=", ";;;", "=", "plainspec_learner=x.y.z"]),
})  # fmt: skip
queries = st.one_of(st.just(""), st.sampled_from(["?embed=1", "?embed=1&embed=2", "?", "?%", "?sid=a&session=b"]))
strange = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#?"), max_size=30).map(
    lambda text: f"/{text}"
)
requests = st.one_of(
    st.tuples(st.just("POST"), st.just("/messages"), queries, bodies.map(json.dumps),
              st.just({"Content-Type": "application/json"})),
    st.tuples(st.sampled_from(["GET", "POST", "DELETE", "PUT", "HEAD", "OPTIONS", "PATCH"]),
              st.one_of(st.sampled_from(PATHS), strange), queries, contents, headers),
    st.sampled_from([("GET", "/conversation", "", None, {}), ("DELETE", "/data", "", None, {}),
                     ("POST", "/proposal", "", "{}", {"Content-Type": "application/json"})]),
    st.tuples(st.just("POST"), st.sampled_from(["/feedback", "/handover", "/proposal"]), queries,
              bodies.map(json.dumps), st.just({"Content-Type": "application/json"})),
)  # fmt: skip


class Person:
    """Somebody with a secret that they tell in every conversation, and that nobody else may see."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.secret = f"project{secrets.token_hex(8)}"
        self.asked = 0
        self.tell()

    def tell(self) -> None:
        self.browser.say(f"{NEED} It is called {self.secret}.")

    def ask(self, method: str, path: str, query: str, content: Any, headers: dict[str, str]) -> tuple[int, str]:
        self.asked += 1
        if method == "GET" or method == "HEAD":
            content = None
        if self.asked % 40 == 0:
            self.tell()
        answer = self.browser.request(method, path + query, content=content, headers=headers)
        for link in ("markdown", "url"):
            if path == "/proposal" and answer.status_code == 200:
                self.browser.get(answer.json()[link])
        return answer.status_code, answer.text


@pytest.fixture(scope="module")
def people(website: Website) -> Iterator[list[Person]]:
    with ExitStack() as leaving:
        yield [Person(leaving.enter_context(website.browser())) for _ in range(PEOPLE)]


@settings(max_examples=BATCHES, deadline=None, database=None, phases=[Phase.generate],
          suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, PEOPLE - 1), requests), min_size=BATCH, max_size=BATCH))
def test_nothing_fails_and_nothing_leaks(people: list[Person], asked: list[tuple[int, tuple[Any, ...]]]) -> None:
    for who, request in asked:
        status, text = people[who].ask(*request)
        assert status < 500, (request, text)
        for trace in NO_TRACE:
            assert trace not in text or trace.lower() in NEED.lower(), (request, text)
        if status >= 400 and request[0] != "HEAD":
            assert json.loads(text)["error"].endswith("."), (request, text)
        for number, other in enumerate(people):
            assert number == who or other.secret not in text, request


def test_so_many_were_asked_and_everybody_still_has_their_own(people: list[Person], website: Website) -> None:
    assert sum(person.asked for person in people) >= 5_000
    for person in people:
        person.tell()
        turns = str(person.browser.turns())
        assert person.secret in turns
        assert not any(other.secret in turns for other in people if other is not person)
    assert "Traceback" not in website.said()


POST = b"POST /messages HTTP/1.1\r\nHost: x\r\n"
HARDLY_HTTP = (
    b"",
    b"\r\n\r\n",
    b"GET",
    b"GET / HTTP/9.9\r\n\r\n",
    b"\x16\x03\x01\x02\x00",
    b"POST /messages HTTP/1.1\r\n\r\n",
    POST + b"Content-Length: -5\r\n\r\n",
    POST + b"Content-Length: 99999999\r\n\r\n{",
    POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 99_999,
    b"GET /\x00\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET http://[ HTTP/1.1\r\n\r\n",
    b"GET /p/%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
)


@pytest.mark.parametrize("raw", HARDLY_HTTP)
def test_what_is_hardly_http_does_no_harm(website: Website, browser: Browser, raw: bytes) -> None:
    with socket.create_connection(("127.0.0.1", website.port), timeout=2) as line:
        line.sendall(raw)
        line.shutdown(socket.SHUT_WR)
        got = b""
        try:
            while part := line.recv(65536):
                got += part
        except (TimeoutError, ConnectionError):
            pass
    assert b"Traceback" not in got
    assert b"root:" not in got
    assert not got.startswith(b"HTTP/1.1 5"), got[:200]
    assert browser.get("/health").status_code == 200
