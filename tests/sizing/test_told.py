"""Merging what is heard into what is told, and numbers that no real need has."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.things import Catalog
from sizing.complete import complete
from sizing.need import Completed
from sizing.recommend import questions, recommend
from sizing.told import merge, nonsense


def test_new_words_win_and_old_ones_stay() -> None:
    told = merge({"task": "rag", "users": 5}, {"users": 40})
    assert told == {"task": "rag", "users": 40}


def test_merging_changes_neither_side() -> None:
    old: dict[str, Any] = {"gpu_roles": {"l4": "owned"}, "gpus": ["l4"]}
    merge(old, {"gpu_roles": {"l40": "wanted"}, "gpus": ["l40"]})
    assert old == {"gpu_roles": {"l4": "owned"}, "gpus": ["l4"]}


def test_maps_and_lists_grow() -> None:
    told = merge(
        {"gpu_roles": {"l4": "owned"}, "gpus": ["l4"]}, {"gpu_roles": {"l40": "wanted"}, "gpus": ["l40", "l4"]}
    )
    assert told["gpu_roles"] == {"l4": "owned", "l40": "wanted"}
    assert told["gpus"] == ["l4", "l40"]


def test_a_job_is_replaced_unless_it_is_added() -> None:
    assert merge({"task": "rag"}, {"task": "tabular"})["task"] == "tabular"
    assert merge({"task": "rag"}, {"task": "tabular"}, adding=True)["task"] == ["rag", "tabular"]


def test_a_size_makes_the_named_model_stale_and_the_other_way_round() -> None:
    assert merge({"model": "llama_3_8b"}, {"params_b": 70}) == {"params_b": 70}
    assert merge({"params_b": 70, "active_params_b": 3}, {"model": "llama_3_8b"}) == {"model": "llama_3_8b"}


def test_what_is_answered_is_no_longer_unsure() -> None:
    assert merge({"not_sure": ["users", "deadline"]}, {"users": 4}) == {"not_sure": ["deadline"], "users": 4}
    assert merge({"not_sure": ["users"]}, {"users": 4}) == {"users": 4}


def test_asking_for_the_cloud_lifts_its_ban() -> None:
    assert merge({"excluded": ["cloud", "amd"]}, {"deployment": "cloud"}) == {
        "excluded": ["amd"],
        "deployment": "cloud",
    }


ABSURD: list[dict[str, Any]] = [
    {"batch_size": 0},
    {"gpu_counts": {"l4": -5}},
    {"num_gpus": -5},
    {"dataset_size": {"amount": 1e30, "unit": "images"}},
    {"dataset_size": {"amount": -1, "unit": "images"}},
    {"throughput": {"amount": 0, "unit": "images/s"}},
    {"throughput": {"amount": float("inf"), "unit": "images/s"}},
    {"budget": {"amount": -100, "currency": "GBP"}},
    {"deadline": {"amount": 0, "unit": "hours"}},
    {"users": 1e12},
    {"params_b": [7, 1e9]},
    {"context_tokens": 1},
    {"hours_per_month": 10_000},
    {"users": float("nan")},
]


@pytest.mark.parametrize("told", ABSURD, ids=str)
def test_nonsense_gets_a_sentence_and_no_recommendation(told: dict[str, Any], catalog: Catalog) -> None:
    full = {"task": "image_classification", **told}
    found = nonsense(full)
    assert found is not None
    slot, sentence = found
    assert slot in told
    assert "should lie between" in sentence
    got = recommend(full, catalog)
    assert isinstance(got, Completed)
    assert got.problem == sentence
    assert got.missing == slot
    assert questions(full, catalog) == []


def test_sense_passes() -> None:
    assert (
        nonsense(
            {"task": "rag", "users": 5, "budget": {"amount": 15_000}, "params_b": [7, 13], "gpu_counts": {"l4": 2}}
        )
        is None
    )


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"task": "gardening"},
        {"users": 5},
        {"task": None},
        {"model": "a network nobody knows"},
        {"budget": {"amount": 5000}},
    ],
    ids=str,
)
def test_without_a_job_the_job_is_asked_for(told: dict[str, Any], catalog: Catalog) -> None:
    got = complete(told, catalog)
    assert got.need is None
    assert got.missing == "task"
    assert got.problem


@pytest.mark.parametrize(
    "odd",
    [
        {"throughput": "fast"},
        {"latency": "quick"},
        {"deadline": "soon"},
        {"image_resolution": "sharp"},
        {"dataset_size": {"unit": "images"}},
        {"dataset_size": "lots"},
        {"precision": "fp64"},
        {"budget": {"amount": None}},
        {"circuit": "the wall"},
        {"noise": "whatever"},
        {"form_factor": "round"},
        {"deployment": "the moon"},
        {"users": "many"},
        {"epochs": None},
        {"gpu_roles": {"no_such_card": "owned"}},
        {"systems": ["no_such_system"]},
    ],
    ids=str,
)
@pytest.mark.parametrize("task", ["image_classification", "llm_inference", "llm_finetuning", "speech_recognition"])
def test_what_cannot_be_read_is_assumed_instead(task: str, odd: dict[str, Any], catalog: Catalog) -> None:
    got = recommend({"task": task, **odd}, catalog)
    assert not isinstance(got, Completed)
    assert got.best is not None
