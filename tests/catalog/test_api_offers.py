"""Models by the token: the packaged offers, how they are checked, and that a newer list replaces them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import inspect

from catalog import exchange, store
from catalog.check import check
from catalog.things import Catalog

TODAY = date(2026, 11, 30)
CATALOG = store.build(store.apply({kind.name: {} for kind in store.schema.STORED}, store.packaged_changes()), 1)
OFFERS = CATALOG.api_offers


def test_there_are_enough_and_all_say_where_they_come_from() -> None:
    assert len(OFFERS) >= 60
    assert len({offer.network for offer in OFFERS.values()}) >= 40
    assert len({offer.provider for offer in OFFERS.values()}) >= 10
    for offer in OFFERS.values():
        assert offer.network in CATALOG.networks, offer.id
        assert len(offer.source) > 20, offer.id
        assert date(2025, 7, 1) <= offer.day <= TODAY, offer.id
        assert offer.currency in CATALOG.rates, offer.id


def test_answers_cost_no_less_than_questions() -> None:
    """Every provider asks at least as much for a token it writes as for one it reads; a swapped pair would show
    here."""
    assert [offer.id for offer in OFFERS.values() if offer.output_price < offer.input_price] == []


def test_the_same_model_costs_about_the_same_everywhere() -> None:
    """A slip of the decimal point would stand out: nobody asks twenty times what another asks for the same model."""
    by_network: dict[str, list[Decimal]] = {}
    for offer in OFFERS.values():
        by_network.setdefault(offer.network, []).append(offer.input_price + offer.output_price)
    assert [network for network, sums in by_network.items() if max(sums) > 20 * min(sums)] == []


@pytest.mark.parametrize(
    ("offer", "prices"),
    [
        ("deepinfra_llama_3.3_70b", ("0.1", "0.32")),
        ("groq_llama_3.3_70b", ("0.59", "0.79")),
        ("sambanova_gpt_oss_120b", ("0.22", "0.59")),
        ("openai_gpt_4o", ("2.5", "10")),
    ],
)
def test_prices_are_the_published_ones(offer: str, prices: tuple[str, str]) -> None:
    assert (OFFERS[offer].input_price, OFFERS[offer].output_price) == tuple(map(Decimal, prices))
    assert OFFERS[offer].currency == "USD"


def test_closed_models_have_a_price_though_nobody_can_host_them() -> None:
    closed = {o.network for o in OFFERS.values() if not CATALOG.networks[o.network].open_weights}
    assert {"gpt_4o", "gpt_5", "claude", "gemini"} <= closed


def changed(**values: object) -> Catalog:
    offer = replace(OFFERS["groq_llama_3.3_70b"], **values)  # type: ignore[arg-type]
    return replace(CATALOG, api_offers={**OFFERS, offer.id: offer})


@pytest.mark.parametrize(
    ("column", "value"),
    [("network", "llama_9_70b"), ("currency", "NOK"), ("input_price", Decimal(0)), ("output_price", Decimal(-1))],
)
def test_what_is_wrong_is_found(column: str, value: object) -> None:
    found = [f for f in check(changed(**{column: value}), TODAY) if f.level == "error"]
    assert [(f.kind, f.id, f.column) for f in found] == [("api_offers", "groq_llama_3.3_70b", column)]


def test_old_prices_are_said_to_be_old() -> None:
    found = [f for f in check(changed(day=date(2024, 1, 2)), TODAY) if f.kind == "api_offers"]
    assert [(f.level, f.id, f.column) for f in found] == [("warning", "groq_llama_3.3_70b", "day")]


def test_a_newer_list_replaces_the_prices(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "api_offers.csv"
    path.write_text(
        "id,provider,network,input_price,output_price,currency,day,source\n"
        "groq_llama_3.3_70b,Groq,llama_3.3_70b,0.44,0.66,EUR,2026-11-20,groq.com/pricing\n"
    )
    report = exchange.import_file(path, kind="api_offers")
    assert not report.problems
    offer = store.snapshot().api_offers["groq_llama_3.3_70b"]
    assert (offer.input_price, offer.currency, offer.day) == (Decimal("0.44"), "EUR", date(2026, 11, 20))


def test_a_database_of_the_first_version_gets_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine

    url = f"sqlite:///{tmp_path / 'old.db'}"
    engine = create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(store.MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        assert "api_offers" not in inspect(connection).get_table_names()
    engine.dispose()
    monkeypatch.setenv("PLAINSPEC_DATABASE_URL", url)
    assert len(store.snapshot().api_offers) == len(OFFERS)
    store._ready.cache_clear()
