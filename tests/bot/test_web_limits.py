"""How much may be asked, by one browser and by one address."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.web import limits
from bot.channels.web.limits import Limit
from tests.bot.website import served


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_fills_steadily() -> None:
    clock = Clock()
    limit = Limit(per_minute=6, burst=2, clock=clock)
    assert [limit.wait_s("ann") for _ in range(2)] == [0, 0]
    assert limit.wait_s("ann") == pytest.approx(10)
    assert limit.wait_s("bob") == 0
    clock.now += 5
    assert limit.wait_s("ann") == pytest.approx(5)
    clock.now += 5
    assert limit.wait_s("ann") == 0
    assert limit.wait_s("ann") > 0
    clock.now += 1000
    assert [limit.wait_s("ann") > 0 for _ in range(3)] == [False, False, True]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_KEYS", 10)
    limit = Limit(1, 1, Clock())
    for number in range(100):
        limit.wait_s(str(number))
    assert len(limit._left) == 10


def test_who_sends_too_much_waits_and_others_do_not(tmp_path: Path) -> None:
    with served(tmp_path / "home", PLAINSPEC_MESSAGES_A_MINUTE="12") as website:
        with website.browser() as eager, website.browser() as other:
            eager.turns()
            answers = [eager.post("/messages", json={"id": f"m{n}", "text": "hello"}) for n in range(9)]
            refused = [answer for answer in answers if answer.status_code == 429]
            assert 1 <= len(refused) <= 3
            assert 1 <= int(refused[0].headers["retry-after"]) <= 5
            assert refused[0].json()["error"].endswith(".")
            assert len(eager.turns()) == 9 - len(refused)
            assert other.say("hello")["replies"]
            who = {"name": "Ann", "contact": "ann@example.com", "consent": True}
            called = [eager.post("/handover", json=who).status_code for _ in range(12)]
            assert set(called) == {200, 429}
            crowd = 0
            for _ in range(400):  # without cookies each is somebody new, but the address is one
                with website.browser() as new:
                    crowd += new.post("/messages", json={"text": "thank you"}).status_code == 429
            assert crowd > 100
            assert other.get("/page/chat.css").status_code != 429
            with website.browser() as anyone:
                assert anyone.get("/health").status_code == 200
