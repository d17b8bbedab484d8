"""The steps up from a recommendation."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from catalog.things import Catalog
from sizing.assess import Assessor
from sizing.machines import from_owned, from_system
from sizing.need import Owned
from sizing.recommend import MORE, Recommendation, capacity, recommend
from sizing.steps import doubled, faster
from tests.sizing.test_recommend import SANE


@pytest.mark.parametrize("told", [told for told, _, _ in SANE])
def test_every_step_up_is_dearer_clearly_faster_and_enough(told: dict[str, Any], catalog: Catalog) -> None:
    got = recommend(told, catalog)
    assert isinstance(got, Recommendation)
    start = got.bought
    assert start is not None
    steps = [start, *faster(start, got.need, catalog)]
    for lower, upper in pairwise(steps):
        assert upper.enough
        assert capacity(upper) >= MORE * capacity(lower)
        assert (upper.cost_gbp or 0) > (lower.cost_gbp or 0)
    skipped = [  # none between two steps is cheaper and yet as fast as the upper
        a
        for s in catalog.systems.values()
        if (a := Assessor(got.need, catalog).assess(from_system(s, catalog))).enough and a.cost_gbp is not None
    ]
    for lower, upper in pairwise(steps):
        assert not [
            a.machine.id
            for a in skipped
            if (lower.cost_gbp or 0) < (a.cost_gbp or 0) < (upper.cost_gbp or 0)
            and capacity(a) >= MORE * capacity(lower)
        ]


def test_twice_as_many_are_looked_for_on_the_shelf_and_else_taken_by_themselves(catalog: Catalog) -> None:
    told = {"task": "llm_inference", "model": "Llama 3.3 70B", "precision": "int4", "users": 2}
    got = recommend(told, catalog)
    assert isinstance(got, Recommendation)
    one = Assessor(got.need, catalog).assess(from_owned(Owned(catalog.gpus["rtx_3090"], 1)))
    assert not one.enough
    two, sold = doubled(one, got.need, catalog)
    assert two.enough
    assert (two.machine.gpu, two.machine.count, sold) == (catalog.gpus["rtx_3090"], 2, False)
    pair = next(s for s in catalog.systems.values() if s.id == "rack_2x_l40s")
    four, sold = doubled(Assessor(got.need, catalog).assess(from_system(pair, catalog)), got.need, catalog)
    assert sold
    assert four.machine.count == 4
    assert four.cost_gbp is not None
