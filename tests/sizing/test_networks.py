"""Networks that the catalog does not hold are sized by what is said of them."""

from __future__ import annotations

import pytest

from sizing.complete import complete
from sizing.networks import of_size, written_size
from tests.sizing.conftest import packaged

CATALOG = packaged()


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("Foo-72B", (72, None)),
        ("Foo-30B-A3B", (30, 3)),
        ("foo-350M", (pytest.approx(0.35), None)),
        ("Foo 8x7B", (pytest.approx(46.5, abs=0.5), pytest.approx(12.9, abs=0.1))),
        ("FooNet-900", (None, None)),
        ("yolov8m", (None, None)),
    ],
)
def test_the_size_that_a_name_says(name: str, size: tuple[float | None, float | None]) -> None:
    assert written_size(name) == size


def test_a_language_model_has_the_size_of_its_name() -> None:
    need = complete({"model": "Foo-72B", "task": "llm_inference"}, CATALOG).need
    assert need is not None
    assert need.workloads[0].work.network.params_m == 72_000


def test_work_is_scaled_from_the_nearest_relative() -> None:
    relative = CATALOG.networks["resnet50"]
    assert relative.params_m
    assert relative.gmacs
    twice = of_size("Foo", "image_classification", relative.params_m * 2 / 1e3, relative.gmacs * 2, None, CATALOG)
    assert twice.gmacs == pytest.approx(relative.gmacs * 2)
    assert twice.params_m == pytest.approx(relative.params_m * 2)
    assert twice.id not in CATALOG.networks
    assert "assumed" in twice.source


def test_a_small_stranger_is_not_taken_for_a_language_model() -> None:
    need = complete({"model": "Foo", "params_b": 0.025}, CATALOG).need
    assert need is not None
    assert need.workloads[0].work.network.kind != "transformer_decoder"
