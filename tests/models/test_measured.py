"""What was timed here is used as it was timed, and only for that."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from catalog.things import Timing
from models.measured import ANOTHER_MACHINE, measured
from models.work import Estimate, Work
from tests.models.cards import A100, L4, RESNET50


def timing(batch: int, rate: float, **other: object) -> Timing:
    made = Timing(
        f"b{batch}", "resnet50", RESNET50.id, RESNET50.item, A100.id, "a processor", "cuda", "fp16", batch, "", rate,
        rate * 0.98, rate * 1.01, rate * 0.9, 2.0, 300.0, 1400.0, 1, 25.6, 4.1, 11.1, "580.1", "13.0", "9.1", "1.31.1",
        50, 200, date(2026, 11, 22), "measured by `plainspec time --provider cuda --models resnet50`",
    )  # fmt: skip
    return replace(made, **other)  # type: ignore[arg-type]


def index(*timings: Timing) -> dict[str, Timing]:
    return {t.id: t for t in timings}


WORK = Work(RESNET50, precision="fp16", batch=32)


def test_a_timed_batch_is_given_as_it_was() -> None:
    found = measured(WORK, A100, 1, index(timing(32, 3000.0), timing(1, 400.0)))
    assert isinstance(found, Estimate)
    assert (found.value, found.unit, found.basis) == (3000.0, "images/s", "measured")
    assert (found.low, found.high) == (pytest.approx(2940 / ANOTHER_MACHINE), pytest.approx(3030 * ANOTHER_MACHINE))
    for word in ("A100", "22 November 2026", "1.31.1", "580.1", "plainspec time"):
        assert word in found.source


def test_between_two_batches_a_step_grows_in_proportion() -> None:
    found = measured(replace(WORK, batch=20), A100, 1, index(timing(8, 1000.0), timing(32, 2000.0)))
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(20 / 0.012)  # halfway between 8 ms and 16 ms
    assert "between batches 8 and 32" in found.source


@pytest.mark.parametrize(
    ("work", "gpu", "count"),
    [
        (replace(WORK, batch=64), A100, 1),  # larger than any that was timed
        (replace(WORK, precision="fp32"), A100, 1),
        (replace(WORK, size=4.0), A100, 1),
        (replace(WORK, phase="training"), A100, 1),
        (replace(WORK, network=replace(RESNET50, id="other")), A100, 1),
        (WORK, L4, 1),
        (WORK, A100, 2),
    ],
)
def test_anything_else_was_not_measured(work: Work, gpu: object, count: int) -> None:
    assert measured(work, gpu, count, index(timing(1, 400.0), timing(32, 3000.0))) is None  # type: ignore[arg-type]


def test_a_layer_or_another_item_is_not_the_network() -> None:
    assert measured(WORK, A100, 1, index(timing(32, 3000.0, layers=80))) is None
    assert measured(WORK, A100, 1, index(timing(32, 3000.0, item="pass"))) is None
    assert measured(WORK, A100, 1, index(timing(32, 3000.0, gpu=None))) is None
