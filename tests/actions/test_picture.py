"""An explanation carries its article's picture: once, not with a single sentence, and always with its words."""

from __future__ import annotations

from typing import Any

import pytest

from actions.base import State, Turn, fresh
from actions.explain import reply as explain
from actions.more import reply as more
from catalog import pictures, store
from catalog.things import Catalog


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return store.build(store.apply({kind.name: {} for kind in store.schema.STORED}, store.packaged_changes()), 1)


def turn(catalog: Catalog, text: str, article: str, state: State) -> Turn:
    heard: dict[str, Any] = {"mentions": [{"kind": "article", "id": article}], "passages": [(article, -1, 0.9)]}
    return Turn(text, heard, "explain", 1.0, state, catalog)


def test_once_for_each_explanation(catalog: Catalog) -> None:
    state = fresh()
    first = explain(turn(catalog, "what is an LSTM?", "lstm", state)).to_json()
    assert first["picture"] == {"id": "lstm", "alt": pictures.alt("lstm", catalog)}
    assert "picture" not in more(turn(catalog, "more", "lstm", state)).to_json()
    assert explain(turn(catalog, "and a GRU?", "gru", state)).to_json()["picture"]["id"] == "gru"
    assert explain(turn(catalog, "what was an LSTM again?", "lstm", state)).to_json()["picture"]["id"] == "lstm"


def test_not_beside_one_sentence_but_when_it_goes_deeper(catalog: Catalog) -> None:
    state = fresh()
    assert "picture" not in explain(turn(catalog, "an LSTM in one sentence", "lstm", state)).to_json()
    assert more(turn(catalog, "more", "lstm", state)).to_json()["picture"]["id"] == "lstm"


def test_an_article_without_a_picture_goes_without(catalog: Catalog) -> None:
    bare = next(article for article in catalog.articles if article not in pictures.ids(catalog))
    assert "picture" not in explain(turn(catalog, "what is it?", bare, fresh())).to_json()
