"""Conversations, leads and proposals in the database: written whole or not at all; removed when their time is up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from catalog import conversations, leads, proposals, store
from catalog.conversations import KEPT, Standing, Turn
from tests.catalog.test_store import PRICE, forget, write

AT = datetime(2026, 11, 1, 9, 30)
FIRST = Turn("a", "hello", [{"kind": "smalltalk", "text": "Hello."}], AT)
SECOND = Turn("b", "What is NVLink?", [{"kind": "explanation", "text": "A bridge."}], AT + timedelta(minutes=1))
STATE = {"told": {"users": 5}, "undo": []}


def test_turns_and_state_survive_a_restart_an_import_and_new_data(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert conversations.standing("ann", "a") == Standing(None, 0, None)
    assert conversations.keep("ann", FIRST, {}, 0)
    assert conversations.keep("ann", SECOND, STATE, 1)
    assert conversations.keep("bob", replace(FIRST, text="hi"), {}, 0)
    write(store.Change("gpus", "rtx_4090", PRICE))
    monkeypatch.setattr(store, "_seed_hash", lambda: "another")
    forget()
    assert conversations.turns("ann") == [FIRST, SECOND]
    assert conversations.standing("ann", "b") == Standing(STATE, 2, SECOND)
    assert conversations.standing("ann", "c") == Standing(STATE, 2, None)
    assert conversations.standing("bob", "b") == Standing({}, 1, None)
    assert conversations.turns("ann", most=1) == [SECOND]


def test_a_turn_upon_what_is_no_longer_so_is_not_kept(database: Path) -> None:
    assert conversations.keep("ann", FIRST, {}, 0)
    assert not conversations.keep("ann", SECOND, STATE, 0)  # another was first
    assert conversations.keep("ann", SECOND, STATE, 1)
    late = replace(SECOND, id="c")
    assert not conversations.keep("ann", late, {"told": {}}, 1)
    assert not conversations.keep("ann", SECOND, {"told": {}}, 2)  # answered by another process meanwhile
    assert conversations.turns("ann") == [FIRST, SECOND]
    assert conversations.standing("ann").state == STATE
    assert not conversations.keep("nobody", FIRST, {}, 3)  # deleted meanwhile
    assert conversations.turns("nobody") == []


def test_feedback_stands_with_its_turn(database: Path) -> None:
    conversations.keep("ann", FIRST, {}, 0)
    conversations.keep("bob", FIRST, {}, 0)
    assert conversations.rated() == []
    assert conversations.rate("ann", "a", "down", "too short")
    assert not conversations.rate("ann", "b", "up", "")
    assert conversations.turns("ann") == [replace(FIRST, thumb="down", word="too short")]
    assert conversations.rated() == [("ann", conversations.turns("ann"))]
    assert conversations.turns("bob") == [FIRST]
    conversations.rate("ann", "a", None, None)
    assert conversations.rated() == []


def test_what_was_not_used_for_long_is_removed(database: Path) -> None:
    later = AT + KEPT + timedelta(hours=1)
    conversations.keep("ann", FIRST, {}, 0)
    conversations.keep("bob", FIRST, {}, 0)
    conversations.keep("bob", replace(SECOND, at=later), {}, 1)
    old, _ = proposals.keep("ann", AT, {"title": "old"})
    new, _ = proposals.keep("bob", later, {"title": "new"})
    leads.keep("ann", AT, "Ann", "ann@example.com", "", {})
    assert conversations.sweep(AT + KEPT - timedelta(hours=1)) == 0
    assert conversations.sweep(later) == 1
    assert conversations.turns("ann") == []
    assert conversations.standing("ann") == Standing(None, 0, None)
    assert [turn.id for turn in conversations.turns("bob")] == ["a", "b"]
    assert proposals.at(old, AT) is None
    assert proposals.at(new, later) is not None
    assert len(leads.every()) == 1  # somebody still has to call her


def test_one_is_forgotten_and_nobody_else(database: Path) -> None:
    for session in ("ann", "bob"):
        conversations.keep(session, FIRST, {}, 0)
        proposals.keep(session, AT, {})
        leads.keep(session, AT, session, "a@b.co", "", {})
    assert conversations.forget("ann") == 1
    assert proposals.forget("ann") == 1
    (lead,) = leads.of("ann")
    assert leads.forget(lead.id)
    assert not leads.forget(lead.id)
    assert conversations.turns("bob") == [FIRST]
    assert [lead.name for lead in leads.every()] == ["bob"]
    assert conversations.forget("ann") == 0


def test_a_proposal_is_found_by_its_token_only_and_until_it_expires(database: Path) -> None:
    token, expires = proposals.keep("ann", AT, {"title": "x"})
    other, _ = proposals.keep("ann", AT, {"title": "y"})
    assert token != other
    assert len(token) >= 32
    found = proposals.at(token, AT)
    assert found is not None
    assert (found.content, found.expires) == ({"title": "x"}, expires)
    assert proposals.at(token, expires - timedelta(seconds=1)) is not None
    assert proposals.at(token, expires) is None
    assert proposals.at(token[:-1], AT) is None
    assert proposals.at("", AT) is None


def test_a_lead_notes_whether_somebody_was_told(database: Path) -> None:
    lead = leads.keep("ann", AT, "Ann", "ann@example.com", "soon", {"told": []})
    assert lead.id == 1
    leads.announced(lead.id, None, "Slack was down")
    assert leads.every() == [replace(lead, trouble="Slack was down")]
    leads.announced(lead.id, {"channel": "C1", "ts": "1.5"}, None)
    assert leads.every() == [replace(lead, told={"channel": "C1", "ts": "1.5"})]


def test_a_writer_is_waited_for_no_longer_than_told(database: Path) -> None:
    conversations.keep("ann", FIRST, {}, 0)
    with store.writing(), pytest.raises(OperationalError, match="locked"):
        conversations.keep("ann", SECOND, {}, 1, patience_s=0)
    assert conversations.turns("ann") == [FIRST]
    with store.writing():
        assert conversations.standing("ann").version == 1  # who reads waits for nobody
    assert conversations.keep("ann", SECOND, {}, 1, patience_s=0)
