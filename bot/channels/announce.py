"""Tells account managers of a new lead through Slack, where that is set up: PLAINSPEC_SLACK_WEBHOOK (an incoming
webhook), or PLAINSPEC_SLACK_TOKEN and PLAINSPEC_SLACK_LEADS (a bot's token and a channel). What a client typed is sent
as plain text: no markup, mention or link in it is read."""

from __future__ import annotations

import logging
import os
from typing import Any

from catalog import leads
from catalog.leads import Lead

log = logging.getLogger(__name__)
TIMEOUT_S = 5
TRIES = 2  # again, after a failure
LONGEST = 2_900  # characters of a block; Slack takes 3,000
Json = dict[str, Any]


def configured() -> bool:
    return bool(os.environ.get("PLAINSPEC_SLACK_WEBHOOK")) or (
        bool(os.environ.get("PLAINSPEC_SLACK_TOKEN")) and bool(os.environ.get("PLAINSPEC_SLACK_LEADS"))
    )


def message(lead: Lead) -> Json:
    """The lead as a message of Slack."""
    known = [f"{what}: {value}" for what, value in lead.context.get("told") or ()]
    parts = [
        f"{lead.name}, {lead.contact}",
        f"Note: {lead.note}" if lead.note else "",
        "\n".join(known),
        str(lead.context.get("recommended") or ""),
        f"The whole conversation: plainspec leads {lead.id}",
    ]
    blocks = [
        {"type": "section", "text": {"type": "plain_text", "emoji": False, "text": part[:LONGEST]}}
        for part in parts
        if part
    ]
    return {"text": f"Lead {lead.id}: somebody on the website wants to talk to a person", "blocks": [
        {"type": "header", "text": {"type": "plain_text", "emoji": False, "text": f"Lead {lead.id} from the website"}},
        *blocks,
    ], "unfurl_links": False, "unfurl_media": False}  # fmt: skip


def tell(lead: Lead) -> None:
    """Tells of the lead and notes that, or why it could not be done; the lead itself is kept already. Blocks for some
    seconds at most."""
    if not configured():
        return
    try:
        told, trouble = _send(message(lead)), None
    except Exception as error:  # whatever it was, an account manager has to see it with the lead
        log.warning("Slack was not told of lead %s: %s", lead.id, error)
        told, trouble = None, _said(error)
    leads.announced(lead.id, told, trouble)


def tell_all() -> None:
    """The leads that nobody was told of, as when Slack or this server was down."""
    for lead in leads.every():
        if lead.told is None:
            tell(lead)


def take_back(lead: Lead) -> bool:
    """Deletes what was told of a lead; False where that cannot be done from here."""
    told = lead.told or {}
    if not told:
        return lead.told is None  # nothing was told, or through a webhook, which cannot delete
    try:
        _client().chat_delete(channel=told["channel"], ts=told["ts"])
    except Exception as error:
        log.warning("What was told of lead %s could not be deleted: %s", lead.id, error)
        return False
    return True


def _send(what: Json) -> Json:
    webhook = os.environ.get("PLAINSPEC_SLACK_WEBHOOK")
    if webhook:
        from slack_sdk.webhook import WebhookClient

        answer = WebhookClient(webhook, timeout=TIMEOUT_S, retry_handlers=_again()).send_dict(what)
        if answer.status_code != 200:
            raise RuntimeError(f"Slack answered {answer.status_code} {answer.body[:200]}")
        return {}
    got = _client().chat_postMessage(channel=os.environ["PLAINSPEC_SLACK_LEADS"], **what)
    return {"channel": str(got["channel"]), "ts": str(got["ts"])}


def _client() -> Any:
    from slack_sdk import WebClient

    where = os.environ.get("PLAINSPEC_SLACK_API") or WebClient.BASE_URL
    token = os.environ.get("PLAINSPEC_SLACK_TOKEN")
    return WebClient(token, base_url=where, timeout=TIMEOUT_S, retry_handlers=_again())


def _again() -> list[Any]:
    from slack_sdk.http_retry.builtin_handlers import (
        ConnectionErrorRetryHandler,
        RateLimitErrorRetryHandler,
        ServerErrorRetryHandler,
    )

    kinds = (ConnectionErrorRetryHandler, RateLimitErrorRetryHandler, ServerErrorRetryHandler)
    return [kind(max_retry_count=TRIES) for kind in kinds]


def _said(error: Exception) -> str:
    """What went wrong, without the address of the webhook, which is a secret."""
    secret = os.environ.get("PLAINSPEC_SLACK_WEBHOOK") or "\0"
    return f"{type(error).__name__}: {error}".replace(secret, "the webhook")[:300]
