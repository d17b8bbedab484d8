"""When each article is asked about again: FSRS, one card for each article and person. Pure: the time is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast

from fsrs import Card, Rating, Scheduler
from fsrs.card import CardDict

from catalog.progress import Record

AGAIN = timedelta(minutes=10)  # what was wrong comes back in the same sitting
KNOWN = 0.8  # the chance that they still know it, from which it counts as known
# Without fuzz: the same answers on the same days give the same plan, and one person's articles need no spreading.
SCHEDULER = Scheduler(learning_steps=(AGAIN,), relearning_steps=(AGAIN,), enable_fuzzing=False)


def answered(article: str, before: Record | None, right: bool, now: datetime) -> Record:
    """The record after one more answer. `now` is in UTC."""
    card = _card(before) if before is not None else Card(card_id=0, due=now)
    card, _ = SCHEDULER.review_card(card, Rating.Good if right else Rating.Again, now)
    asked, got = (before.asked, before.right) if before is not None else (0, 0)
    return Record(article, dict(card.to_dict()), asked + 1, got + right, right)


def _card(record: Record) -> Card:
    return Card.from_dict(cast(CardDict, record.card))


def due(record: Record) -> datetime:
    return _card(record).due


def known(record: Record, now: datetime) -> bool:
    """Answered rightly the last time, and not so long ago that it is probably forgotten."""
    return record.last_right and float(SCHEDULER.get_card_retrievability(_card(record), now)) >= KNOWN


def weak(records: Mapping[str, Record]) -> list[str]:
    """Articles they got wrong the last time, or wrong as often as right; the weakest first."""
    found = [r for r in records.values() if not r.last_right or r.right * 2 <= r.asked]
    return [r.article for r in sorted(found, key=lambda r: (r.last_right, r.right / r.asked, -r.asked, r.article))]


def order(scope: Sequence[str], records: Mapping[str, Record], now: datetime, recent: Iterable[str]) -> list[str]:
    """The articles of `scope` in the order to ask about them: what is due, the longest first; then what is new, in the
    order of `scope`; then the rest, the soonest due first. What was asked a moment ago comes last."""
    met = sorted((a for a in scope if a in records), key=lambda a: (due(records[a]), a))
    ready = [a for a in met if due(records[a]) <= now]
    fresh = [a for a in scope if a not in records]
    ordered = [*ready, *fresh, *(a for a in met if a not in ready)]
    lately = list(recent)
    return [a for a in ordered if a not in lately] + [a for a in lately if a in ordered]
