"""Renting by the token in words: what it costs, how old the price is, and to whom it is not said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from actions import advice, say
from actions.reply import Reply
from catalog import schema, store
from catalog.things import ApiOffer, Catalog, ExchangeRate
from sizing.recommend import Recommendation, recommend

CHAT: dict[str, Any] = {"task": "llm_inference", "model": "Llama 3.3 70B", "users": 5}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """One offer, half a dollar a million tokens in and two out, at 80 pence to the dollar."""
    packaged = store.build(store.apply({kind.name: {} for kind in schema.STORED}, store.packaged_changes()), 0)
    day = date.today()
    prices = Decimal("0.5"), Decimal(2), "USD", day
    offer = ApiOffer("x", "Somebody", "llama_3.3_70b", *prices, "a price list", "a broker")
    rates = {**packaged.rates, "USD": ExchangeRate("USD", Decimal("0.8"), day, "a test")}
    return replace(packaged, api_offers={"x": offer}, rates=rates)


def replied(told: dict[str, Any], catalog: Catalog) -> Reply:
    got = recommend(told, catalog)
    assert isinstance(got, Recommendation)
    return advice.reply(got, catalog)


def test_the_answer_names_price_volume_and_what_is_not_known(catalog: Catalog) -> None:
    """4.2 million tokens in at 40p and 1.68 million out at GBP 1.60: GBP 4.37 a month."""
    reply = replied({**CHAT, "deployment": "cloud"}, catalog)
    assert "**Buy nothing: use an API: Llama 3.3 70B at Somebody**" in reply.text
    assert f"£0.40 a million tokens in, £1.60 out ({date.today():%b %Y}): about £4 a month" in reply.text
    assert "4,200 requests a month, 4.2 million tokens in and 1.68 million out" in reply.text
    assert "I have no figure for it" in reply.text
    assert "40 requests a working day from each person" in reply.text
    assert "Busiest part" not in reply.text
    option = next(o for o in reply.extra["options"] if o["name"] == reply.extra["recommended"])
    assert option["verdict"] == "rent"
    assert option["throughput"] is None
    assert option["price"] == {"amount": 0.4, "amount_out": 1.6, "currency": "GBP", "date": date.today().isoformat(),
                               "per": "million tokens", "source": "a price list"}
    assert option["cost_gbp"] == pytest.approx(157.25, abs=0.005)
    assert [p.source for p in reply.provenance if "million tokens" in p.value] == ["a price list; a broker"]


def test_beside_a_machine_it_is_a_remark(catalog: Catalog) -> None:
    reply = replied(CHAT, catalog)
    assert not reply.extra["recommended"].startswith("use an API")
    assert "At your volume an API would cost about £4 a month: Llama 3.3 70B at Somebody" in reply.text
    assert "if what people type may go to that provider" in reply.text
    assert [p.source for p in reply.provenance if "million tokens" in p.value] == ["a price list; a broker"]


HERE: list[dict[str, Any]] = [{"deployment": "on_prem"}, {"deployment": "local pc"}, {"excluded": ["cloud"]}]


@pytest.mark.parametrize("here", HERE, ids=str)
def test_whose_data_stay_do_not_hear_of_it(here: dict[str, Any], catalog: Catalog) -> None:
    reply = replied({**CHAT, **here}, catalog)
    assert "API" not in reply.text
    assert not any("use an API" in o["name"] for o in reply.extra["options"])
    assert "requests" not in {a["slot"] for a in reply.extra["assumptions"]}


def test_it_is_not_mentioned_where_it_is_no_cheaper(catalog: Catalog) -> None:
    """100,000 people: GBP 87,000 a month."""
    got = recommend({**CHAT, "users": 100_000}, catalog)
    assert isinstance(got, Recommendation)
    assert got.by_token is not None
    assert got.best is None or "At your volume" not in advice.reply(got, catalog).text


@pytest.mark.parametrize(
    ("gbp", "words"),
    [
        (0.3, "under £1 a month"),
        (4.368, "about £4 a month"),
        (163.6, "about £164 a month"),
        (8_736.0, "about £8,740 a month"),
    ],
)
def test_a_month_is_told_no_finer_than_it_is_known(gbp: float, words: str) -> None:
    assert say.monthly(gbp) == words


def test_an_old_price_says_its_age(catalog: Catalog) -> None:
    offer = replace(catalog.api_offers["x"], day=date(2024, 1, 5))
    assert "(Jan 2024, " in say.by_token(offer, catalog)
    assert "years old)" in say.by_token(offer, catalog)
    assert say.by_token(replace(offer, currency="NOK"), catalog) == "not priced"
