"""Timings in the catalog: what they must be, that an import is there at once, that a newer one replaces an older."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from catalog import exchange, store
from catalog.check import check
from catalog.things import Catalog, Timing
from models.timing import table

TODAY = date(2026, 11, 30)
CATALOG = store.build(store.apply({kind.name: {} for kind in store.schema.STORED}, store.packaged_changes()), 1)
TIMING = Timing(
    id="l4.cuda.resnet50.fp16.b32", reference="resnet50", network="resnet50", item="image", gpu="l4",
    processor="A processor, 8 threads", provider="cuda", precision="fp16", batch=32, sizes="side=224",
    items_per_s=2000.0, items_per_s_low=1950.0, items_per_s_high=2020.0, items_per_s_with_copies=1500.0, memory_gb=1.5,
    power_w=70.0, clock_mhz=1500.0, layers=1, params_m=25.557, gmacs=4.0892, activations_m=11.115, driver="580.1",
    cuda="12.8", cudnn="9.10.2", onnxruntime="1.23.2", warm_up=5, repeats=30, day=date(2026, 11, 20),
    source="measured by `plainspec time`",
)  # fmt: skip


def errors(catalog: Catalog) -> list[str]:
    return [finding.column for finding in check(catalog, TODAY) if finding.level == "error"]


def with_timing(**values: Any) -> Catalog:
    timing = replace(TIMING, **values)
    return replace(CATALOG, timings={timing.id: timing})


def test_a_timing_as_it_should_be() -> None:
    assert errors(with_timing()) == []
    assert errors(with_timing(gpu=None, provider="cpu")) == []


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"items_per_s": 1900.0}, "items_per_s"),  # slower than its slow end
        ({"items_per_s": 2100.0}, "items_per_s"),
        ({"items_per_s": 20_000.0, "items_per_s_high": 20_000.0}, "items_per_s"),  # 164 TFLOPS: an L4 has 121
        ({"items_per_s": 12_000.0, "items_per_s_high": 12_000.0, "precision": "fp32"}, "items_per_s"),
        ({"gpu": "l5"}, "gpu"),
        ({"gpu": None}, "gpu"),
        ({"provider": "cpu"}, "gpu"),
        ({"gpu": "t4", "precision": "tf32"}, "precision"),
        ({"network": "resnet_5000"}, "network"),
        ({"memory_gb": 30.0}, "memory_gb"),
        ({"precision": "fp8"}, "precision"),
        ({"batch": 0}, "batch"),
        ({"day": date(2026, 12, 24)}, "day"),
        ({"source": ""}, "source"),
    ],
)
def test_what_a_timing_cannot_be(values: dict[str, Any], column: str) -> None:
    assert errors(with_timing(**values)) == [column]


def test_convolutions_in_fp32_may_be_done_with_fewer_products_than_counted() -> None:
    """And matrix products may not: 30.3 TFLOPS is the peak of an L4."""
    fast = {"items_per_s": 5_000.0, "items_per_s_high": 5_000.0, "precision": "fp32"}  # 41 TFLOPS as counted
    assert errors(with_timing(**fast)) == []
    bert = next(n.id for n in CATALOG.networks.values() if n.kind == "transformer_encoder")
    assert errors(with_timing(**fast, network=bert)) == ["items_per_s"]


def test_old_timings_say_their_age() -> None:
    found = [finding for finding in check(with_timing(day=date(2023, 1, 2)), TODAY) if finding.kind == "timings"]
    assert [(finding.level, finding.column) for finding in found] == [("warning", "day")]
    assert "2023-01-02" in found[0].text


def test_an_import_is_there_at_once_and_a_newer_one_replaces_it(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "timings.csv"
    packaged = len(store.snapshot().timings)
    table.write(path, [TIMING, replace(TIMING, id="another", batch=64)])
    report = exchange.import_file(path)  # the columns say what it holds
    assert report.ok, str(report)
    assert report.kind == "timings"
    assert store.snapshot().timings[TIMING.id] == TIMING
    table.write(path, [replace(TIMING, items_per_s=1999.0, day=date(2026, 11, 21))])
    assert exchange.import_file(path).ok
    after = store.snapshot().timings
    assert len(after) == packaged + 2
    assert (after[TIMING.id].items_per_s, after[TIMING.id].day) == (1999.0, date(2026, 11, 21))


def test_what_is_wrong_is_listed_whole_and_nothing_written(database: Path, tmp_path: Path) -> None:
    before = store.snapshot()
    path = tmp_path / "timings.csv"
    table.write(path, [TIMING, replace(TIMING, id="another", gpu="l5"), replace(TIMING, id="third", items_per_s=1.0)])
    report = exchange.import_file(path)
    assert {(problem.row, problem.column) for problem in report.problems} == {(3, "gpu"), (4, "items_per_s")}
    assert store.snapshot() == before


def test_a_file_without_a_column_says_which(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "timings.csv"
    table.write(path, [TIMING])
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, [name for name in rows[0] if name not in ("onnxruntime", "day")],
                                extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    report = exchange.import_file(path)
    assert {problem.column for problem in report.problems} == {"onnxruntime", "day"}


def test_what_is_exported_can_be_imported_again(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "timings.csv"
    table.write(path, [TIMING])
    assert exchange.import_file(path).ok
    for name in ("out.csv", "out.xlsx"):
        assert exchange.export("timings", tmp_path / name) == len(store.snapshot().timings)
        again = exchange.import_file(tmp_path / name)
        assert again.ok, str(again)
        assert not again.written


def test_the_packaged_timings_are_measurements_of_reference_models() -> None:
    from models.reference import REFERENCES

    assert CATALOG.timings
    for timing in CATALOG.timings.values():
        reference = REFERENCES[timing.reference]
        assert timing.network == reference.network, timing.id
        assert timing.layers == reference.layers, timing.id
        assert timing.processor, timing.id
        assert timing.onnxruntime, timing.id
