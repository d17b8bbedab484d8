"""What a quiz is about, by the words people use."""

from __future__ import annotations

import pytest

from actions.quizzing import scope as scopes
from catalog.library import path
from catalog.things import Catalog


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("quiz me on storage", "storage"),
        ("test me on graphics cards please", "part"),
        ("quiz me on GPUs", "part"),
        ("can you quiz me about the cloud?", "cloud"),
        ("ask me some questions about neural networks", "network"),
        ("give me a quiz on software", "framework"),
        ("quiz me on power and cooling", "power"),
        ("drill me in networking", "networking"),
        ("quiz me on sectors", "sector"),
    ],
)
def test_a_group_by_its_words(text: str, group: str, catalog: Catalog) -> None:
    found = scopes.find(text, (), (), catalog)
    assert found is not None
    assert set(found.articles) == {a.id for a in catalog.articles.values() if a.group == group}


@pytest.mark.parametrize("text", ["quiz me", "test me please", "quiz me on anything", "let's do a quiz"])
def test_everything_begins_with_the_path(text: str, catalog: Catalog) -> None:
    found = scopes.find(text, (), (), catalog)
    assert found is not None
    assert found == scopes.everything(catalog)
    assert found.articles[: len(path()[0].articles)] == path()[0].articles
    assert set(found.articles) == set(catalog.articles)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("quiz me on what to ask a client", "ask_first"),
        ("quiz me on checking quotes", "offer"),
        ("test me on myths", "true_or_myth"),
        ("quiz me on what clients might ask", "client_asks"),
        ("drill me on sums", "estimate"),
        ("quiz me on comparing cards", "bigger"),
    ],
)
def test_one_kind_of_question(text: str, kind: str, catalog: Catalog) -> None:
    found = scopes.find(text, (), (), catalog)
    assert found is not None
    assert found.kind == kind


def test_an_article_brings_what_it_is_related_to(catalog: Catalog) -> None:
    found = scopes.find("quiz me on the KV cache", ("kv_cache",), (), catalog)
    assert found is not None
    assert found.articles[0] == "kv_cache"
    related = {r for r in catalog.articles["kv_cache"].related if r in catalog.articles}
    assert set(found.articles) == {"kv_cache", *related}


def test_what_is_only_near_in_meaning_is_taken_where_nothing_is_named(catalog: Catalog) -> None:
    found = scopes.find("quiz me on remembering conversations", (), ("context_length", "kv_cache"), catalog)
    assert found is not None
    assert found.articles[0] == "context_length"
    assert scopes.find("quiz me on gardening", (), (), catalog) is None


@pytest.mark.parametrize(("text", "stage"), [("quiz me on stage 2", 1), ("test me on stage four of the path", 3)])
def test_a_stage_of_the_path(text: str, stage: int, catalog: Catalog) -> None:
    found = scopes.find(text, (), (), catalog)
    assert found is not None
    assert found.articles == path()[stage].articles


def test_every_group_of_the_library_can_be_asked_for(catalog: Catalog) -> None:
    assert {a.group for a in catalog.articles.values()} <= set(scopes.GROUPS)
    for name, _ in scopes.GROUPS.values():
        assert scopes.find(f"quiz me on {name}", (), (), catalog) is not None
