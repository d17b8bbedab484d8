"""What was weighed is kept, and what is shared between versions of a need is the same as if it were not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from catalog.things import Catalog
from sizing import recommend as deciding
from sizing.assess import Assessor
from sizing.complete import complete
from sizing.recommend import questions, recommend
from sizing.weighed import KEPT, weighed

TOLDS: list[dict[str, Any]] = [
    {"task": "image_classification", "dataset_size": {"amount": 50_000, "unit": "images"}},
    {"task": "object_detection", "throughput": {"amount": 30, "unit": "images/s"}, "budget": {"amount": 5000}},
    {"task": "llm_inference", "users": 40},
    {"task": ["rag", "llm_finetuning"], "params_b": 8},
    {"task": ["speech_recognition", "image_classification"]},
    {"task": "tabular"},
]


@pytest.mark.parametrize("told", TOLDS, ids=lambda told: str(told["task"]))
def test_sharing_between_versions_of_a_need_changes_no_answer(
    catalog: Catalog, told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = weighed(told, catalog)
    found, best = shared.questions, shared.recommendation
    monkeypatch.setattr(deciding, "Assessor", lambda need, catalog, like=None: Assessor(need, catalog))
    assert found == questions(told, catalog)
    assert best == recommend(told, catalog)


def test_equal_jobs_are_one_and_others_share_their_work(catalog: Catalog) -> None:
    need = weighed(TOLDS[0], catalog).completed.need
    assert need is not None
    one = Assessor(need, catalog)
    equal = Assessor(replace(need, workloads=tuple(replace(w) for w in need.workloads)), catalog, one)
    assert all(a is b for a, b in zip(one.need.workloads, equal.need.workloads, strict=True))
    busier = tuple(replace(w, work=replace(w.work), busy_hours=w.busy_hours / 2) for w in need.workloads)
    other = Assessor(replace(need, workloads=busier), catalog, one)
    for a, b in zip(one.need.workloads, other.need.workloads, strict=True):
        assert a is not b
        assert a.work is b.work


def test_the_same_told_is_weighed_once_and_what_the_caller_changes_later_is_another(catalog: Catalog) -> None:
    told = {"task": "llm_inference", "users": 7}
    first = weighed(told, catalog)
    assert weighed(dict(reversed(told.items())), catalog) is first
    assert weighed(told, replace(catalog)) is not first  # another catalog may hold other prices
    told["users"] = 8
    assert weighed(told, catalog) is not first
    assert first.completed == complete({"task": "llm_inference", "users": 7}, catalog)


def test_only_the_last_few_are_kept(catalog: Catalog) -> None:
    first = weighed({"task": "tabular", "users": 1}, catalog)
    for users in range(2, KEPT + 2):
        weighed({"task": "tabular", "users": users}, catalog)
    assert weighed({"task": "tabular", "users": 1}, catalog) is not first


def test_nothing_told_is_nothing_recommended(catalog: Catalog) -> None:
    nothing = weighed({}, catalog)
    assert nothing.completed.need is None
    assert nothing.questions == []
    assert nothing.recommendation == nothing.completed
