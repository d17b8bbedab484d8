from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import cells, schema
from catalog.cells import BadCell, decode, encode
from catalog.schema import Column, Kind
from catalog.things import GpuCount

TODAY = date(2026, 11, 1)
DATA = Path(schema.__file__).parent / "data"


def test_the_readme_is_in_step_with_the_columns() -> None:
    assert (DATA / "README.md").read_text(encoding="utf-8") == schema.readme()


@pytest.mark.parametrize("kind", schema.STORED, ids=lambda kind: kind.name)
def test_the_columns_are_the_fields_of_the_dataclass(kind: Kind) -> None:
    assert kind.thing is not None
    expected: set[str] = set()
    for field in fields(kind.thing):
        expected |= (
            {f"price_{part}" for part in ("amount", "currency", "day", "source")}
            if field.name in ("price", "hourly")
            else {field.name}
        )
    assert {column.name for column in kind.columns} == expected


@pytest.mark.parametrize("kind", schema.KINDS.values(), ids=lambda kind: kind.name)
def test_every_number_has_a_unit_and_bounds(kind: Kind) -> None:
    for column in kind.columns:
        if column.type in ("number", "integer", "money"):
            assert column.unit, column
            assert column.least is not None, column
            assert column.most is not None, column
        assert (column.type == "choice") == bool(column.choices), column


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("memory_gb", "24", 24.0),
        ("memory_gb", " 24 GB ", 24.0),
        ("memory_gb", "24GiB", 24.0),
        ("memory_gb", "24576 MB", 24.0),
        ("bandwidth_gbs", "3.35 TB/s", 3350.0),
        ("bandwidth_gbs", "1,008", 1008.0),
        ("bandwidth_gbs", "1e3", 1000.0),
        ("tdp_w", "0.45 kW", 450.0),
        ("fp32_tflops", "", None),
        ("launch_year", "2022", 2022),
        ("launch_year", "2022.0", 2022),
        ("ecc", "Yes", True),
        ("ecc", "FALSE", False),
        ("ecc", "", None),
        ("aliases", "4090; RTX4090 ;", ("4090", "rtx4090")),
        ("price_amount", "1,599.99", Decimal("1599.99")),
        ("price_currency", "usd", "USD"),
        ("price_day", "2026-10-31", date(2026, 10, 31)),
        ("memory_kind", "Unified", "unified"),
        ("name", "  RTX\n 4090 ", "RTX 4090"),
        ("notes", "", ""),
    ],
)
def test_cells_are_read(name: str, text: str, value: Any) -> None:
    assert decode(schema.GPUS.column(name), text, TODAY) == value


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("memory_gb", "24 Gbit", "not GB"),
        ("memory_gb", "24 W", "not GB"),
        ("memory_gb", "", "empty"),
        ("memory_gb", "0", "too small"),
        ("memory_gb", "-24", "too small"),
        ("memory_gb", "nan", "not a number"),
        ("memory_gb", "inf", "not a number"),
        ("memory_gb", "9" * 60, "not a number"),
        ("memory_gb", "1e300", "too large"),
        ("memory_gb", "1e999", "too large"),
        ("memory_gb", "24 MB", "too small"),
        ("memory_gb", "twenty", "not a number"),
        ("memory_gb", "=12*2", "formula"),
        ("memory_gb", "#REF!", "formula"),
        ("bandwidth_gbs", "100 Gbps", "not GB/s"),
        ("bandwidth_gbs", "1.008,0", "not a number"),
        ("launch_year", "2022.5", "whole"),
        ("launch_year", "22", "too small"),
        ("id", "RTX 4090", "not an id"),
        ("ecc", "perhaps", "neither"),
        ("price_amount", "0", "more than 0"),
        ("price_amount", "-5", "more than 0"),
        ("price_amount", "£1599", "currency sign"),
        ("price_currency", "XBT", "not one of"),
        ("price_day", "31/10/2026", "not a day"),
        ("price_day", "2026-13-01", "not a day"),
        ("price_day", "2026-11-02", "future"),
        ("price_day", "1999-01-01", "too long ago"),
        ("memory_kind", "HBM", "not one of"),
        ("name", "RTX\x07", "printed"),
        ("name", "@SUM(A1)", "formula"),
    ],
)
def test_cells_that_cannot_be_read_say_why(name: str, text: str, why: str) -> None:
    with pytest.raises(BadCell, match=why):
        decode(schema.GPUS.column(name), text, TODAY)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2x rtx_4090;1x l40s", (GpuCount("rtx_4090", 2), GpuCount("l40s", 1))),
        ("l4", (GpuCount("l4", 1),)),
        ("", ()),
        ("8 X H100_SXM5_80GB", (GpuCount("h100_sxm5_80gb", 8),)),
    ],
)
def test_gpu_counts(text: str, value: Any) -> None:
    assert decode(schema.SYSTEMS.column("gpus"), text, TODAY) == value


@pytest.mark.parametrize("text", ["two l40s", "0x l4", "-1x l4", "l4;l4", "2x"])
def test_gpu_counts_that_are_none(text: str) -> None:
    if text == "2x":  # an id that a count was left of: the check of references finds it
        assert decode(schema.SYSTEMS.column("gpus"), text, TODAY) == (GpuCount("2x", 1),)
        return
    with pytest.raises(BadCell):
        decode(schema.SYSTEMS.column("gpus"), text, TODAY)


_words = (
    st.from_regex(r"[a-zA-Z0-9£&,.\"'();|/ -]{1,40}", fullmatch=True)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: text and not text.startswith(("=", "@")))
)
_slugs = st.from_regex(cells.SLUG, fullmatch=True).filter(lambda text: len(text) <= 100)


def values(column: Column) -> st.SearchStrategy[Any]:
    """Any value a column can hold."""
    low, high = column.least or 0, column.most or 0
    match column.type:
        case "slug":
            return _slugs
        case "choice":
            return st.sampled_from(column.choices)
        case "number":
            value: st.SearchStrategy[Any] = st.floats(low, high, allow_nan=False)
        case "integer":
            value = st.integers(int(low), int(high))
        case "money":
            value = st.decimals(Decimal("0.0001"), Decimal(repr(high)), places=4)
        case "day":
            value = st.dates(cells.FIRST_DAY, TODAY)
        case "yes_no":
            value = st.booleans()
        case "list":
            return st.lists(_words.filter(lambda text: ";" not in text).map(str.lower), max_size=3).map(tuple)
        case "gpu_counts":
            pairs = st.tuples(_slugs.filter(lambda text: not text[0].isdigit()), st.integers(1, 9999))
            return st.lists(pairs, max_size=3, unique_by=lambda pair: pair[0]).map(
                lambda found: tuple(GpuCount(gpu, count) for gpu, count in found)
            )
        case _:
            return _words if column.required else st.just("") | _words
    return value if column.required else st.none() | value


EVERY_COLUMN = [column for kind in schema.KINDS.values() for column in kind.columns]


@given(st.sampled_from(EVERY_COLUMN).flatmap(lambda column: st.tuples(st.just(column), values(column))))
def test_what_is_written_is_read_back(drawn: tuple[Column, Any]) -> None:
    column, value = drawn
    assert decode(column, encode(value), TODAY) == value


@given(st.sampled_from(EVERY_COLUMN), st.text(max_size=60))
def test_any_text_is_read_or_refused(column: Column, text: str) -> None:
    try:
        value = decode(column, text, TODAY)
    except BadCell:
        return
    assert decode(column, encode(value), TODAY) == value
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        assert column.least is not None
        assert column.most is not None
        assert column.least <= value <= column.most


@pytest.mark.parametrize("kind", schema.STORED, ids=lambda kind: kind.name)
def test_a_row_becomes_a_thing_and_back(kind: Kind) -> None:
    @given(st.fixed_dictionaries({column.name: values(column) for column in kind.columns}))
    def back(row: dict[str, Any]) -> None:
        price = [row[name] for name in row if name.startswith("price_")]
        if price and not all(price):
            row.update(price_amount=None, price_currency=None, price_day=None, price_source="")
        for column in kind.columns:  # None where the dataclass has a default means that default
            if row[column.name] is None and kind is schema.NETWORKS:
                default = next(
                    (field.default for field in fields(schema.NETWORKS.thing or object) if field.name == column.name),
                    None,
                )
                row[column.name] = default if isinstance(default, bool) else None
        assert schema.to_row(kind, schema.to_thing(kind, row)) == row

    back()


def test_tomorrow_is_the_future() -> None:
    tomorrow = date.today() + timedelta(days=1)
    with pytest.raises(BadCell, match="future"):
        decode(schema.GPUS.column("price_day"), tomorrow.isoformat(), date.today())
