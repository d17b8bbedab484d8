"""Account managers are told of a lead through Slack; whatever Slack does, the lead is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.channels import announce
from catalog import leads
from catalog.leads import Lead
from tests.bot.slack import Slack, listening

CONTEXT = {"told": [["budget", "£9,000"]], "understood": {}, "assumptions": [], "recommended": "A quiet desktop.",
           "transcript": []}  # fmt: skip


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slack]:
    monkeypatch.setattr(announce, "TIMEOUT_S", 1)
    with listening() as found:
        monkeypatch.setenv("PLAINSPEC_SLACK_WEBHOOK", f"{found.url}/services/T/B/hush")
        yield found


@pytest.fixture
def by_token(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> Slack:
    monkeypatch.delenv("PLAINSPEC_SLACK_WEBHOOK")
    monkeypatch.setenv("PLAINSPEC_SLACK_TOKEN", "xoxb-test")
    monkeypatch.setenv("PLAINSPEC_SLACK_LEADS", "C1")
    monkeypatch.setenv("PLAINSPEC_SLACK_API", f"{slack.url}/api/")
    return slack


def lead(name: str = "Ann", contact: str = "ann@example.com", note: str = "") -> Lead:
    return leads.keep("session", datetime(2026, 11, 1, 9, 30), name, contact, note, CONTEXT)


def test_a_webhook_is_told(database: Path, slack: Slack) -> None:
    announce.tell(lead(note="call after five"))
    (message,) = slack.posted
    texts = [block["text"]["text"] for block in message["blocks"]]
    assert texts == ["Lead 1 from the website", "Ann, ann@example.com", "Note: call after five", "budget: £9,000",
                     "A quiet desktop.", "The whole conversation: plainspec leads 1"]  # fmt: skip
    (kept,) = leads.every()
    assert kept.told == {}
    assert kept.trouble is None
    announce.tell_all()
    assert len(slack.posted) == 1
    assert not announce.take_back(kept)  # a webhook cannot


def test_a_bot_is_told_and_takes_it_back(database: Path, by_token: Slack) -> None:
    announce.tell(lead())
    (kept,) = leads.every()
    assert by_token.posted[0]["channel"] == "C1"
    assert kept.told == {"channel": "C1", "ts": "1.5"}
    assert announce.take_back(kept)
    assert by_token.deleted == ["1.5"]


@pytest.mark.parametrize("status", [500, 429, 403])
def test_a_slack_that_fails_loses_no_lead(database: Path, slack: Slack, status: int) -> None:
    slack.status = status
    announce.tell(lead())
    (kept,) = leads.every()
    assert kept.told is None
    assert str(status) in (kept.trouble or "")
    assert "hush" not in (kept.trouble or "")
    assert slack.asked == (1 if status == 403 else 1 + announce.TRIES)
    slack.status = 200
    announce.tell_all()
    (kept,) = leads.every()
    assert kept.told == {}
    assert kept.trouble is None
    assert len(slack.posted) == 1


def test_a_slack_that_is_not_there_loses_no_lead(
    database: Path, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAINSPEC_SLACK_WEBHOOK", "http://127.0.0.1:9/hush")
    announce.tell(lead())
    (kept,) = leads.every()
    assert kept.told is None
    assert kept.trouble
    assert "hush" not in kept.trouble


def test_nothing_is_sent_where_nothing_is_set_up(
    database: Path, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLAINSPEC_SLACK_WEBHOOK")
    announce.tell(lead())
    assert slack.asked == 0
    assert leads.every()[0].told is None


EVIL = "<!channel> <@U123> <https://evil.example|click> *bold* _i_ `code` :tada: &lt; @here"


def test_no_markup_or_mention_in_it_is_read(database: Path, slack: Slack) -> None:
    announce.tell(lead(EVIL, f"{EVIL} a@b.co", EVIL))
    (message,) = slack.posted
    assert EVIL not in message["text"]  # the one text that Slack reads as markup
    for block in message["blocks"]:
        assert block["text"]["type"] == "plain_text"
        assert block["text"]["emoji"] is False
    assert any(EVIL in block["text"]["text"] for block in message["blocks"])
    assert message["unfurl_links"] is False


def test_no_block_is_longer_than_slack_takes(database: Path, slack: Slack) -> None:
    announce.tell(lead(note="word " * 2_000))
    assert all(len(block["text"]["text"]) <= 3_000 for block in slack.posted[0]["blocks"])
