"""Import and export. The broken files are those that people send."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from catalog import exchange, files, schema, store
from catalog.exchange import Report, import_file
from catalog.tables import IMPORTS
from tests.catalog.test_schema import values

TODAY = date(2026, 11, 30)  # after every day in the packaged data
PRICES = "item,price,currency,date,source\n"
STORAGE = "id,name,kind,capacity_tb,read_gbs,source\n"
GPU = {
    "id": "zx_9000",
    "topic": "zx_9000",
    "name": "ZX 9000",
    "vendor": "Zed",
    "architecture": "Zed",
    "form_factor": "PCIe dual-slot",
    "memory_gb": "64",
    "memory_kind": "dedicated",
    "bandwidth_gbs": "2000",
    "source": "Zed data sheet",
}
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, database: Path) -> Write:
    def write(content: str | bytes, name: str = "list.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def run(path: Path, kind: str | None = None, dry_run: bool = False) -> Report:
    return import_file(path, kind, dry_run, TODAY)


def gpu_csv(**changes: str) -> str:
    row = {**GPU, **changes}
    return ",".join(row) + "\n" + ",".join(row.values()) + "\n"


def refused(report: Report, *parts: str) -> None:
    """Nothing was written, and the problems say all of the parts."""
    assert not report.ok
    assert not report.written
    with store.writing() as connection:
        assert not connection.execute(select(IMPORTS)).all(), "nothing may be written"
    said = str(report)
    for part in parts:
        assert part in said, said
    assert said.endswith("nothing was written.")


# Files that are good


def test_a_price_list_by_id_name_and_alias(write: Write) -> None:
    path = write(
        PRICES + "rtx_4090,1500.50,GBP,2026-10-01,us\nNVIDIA GeForce RTX 5090,2500,GBP,2026-10-01,us\n"
        "a100 80g sxm,9000,GBP,2026-10-01,us\nNVIDIA DGX H100,300000,GBP,2026-10-01,us\n"
    )
    report = run(path)
    assert report.written, report
    assert report.revision == 2
    catalog = store.snapshot()
    for thing, amount in (
        (catalog.gpus["rtx_4090"], "1500.50"),
        (catalog.gpus["rtx_5090"], "2500"),
        (catalog.gpus["a100_sxm4_80gb"], "9000"),
        (catalog.systems["dgx_h100"], "300000"),
    ):
        assert thing.price
        assert (thing.price.amount, thing.price.currency, thing.price.day) == (
            Decimal(amount),
            "GBP",
            date(2026, 10, 1),
        )


def test_a_dry_run_shows_old_and_new_and_writes_nothing(write: Write) -> None:
    path = write(PRICES + "rtx_4090,1500,GBP,2026-10-01,us\n")
    report = run(path, dry_run=True)
    assert report.ok
    assert not report.written
    assert store.snapshot().revision == 1
    old = store.snapshot().gpus["rtx_4090"].price
    assert old
    assert f"gpus, rtx_4090: price_amount {old.amount} -> 1500" in str(report)
    assert "1 changed" in str(report)
    assert "dry run, nothing written" in str(report)
    assert run(path).written


def test_the_same_file_again_changes_nothing(write: Write) -> None:
    path = write(PRICES + "rtx_4090,1500,GBP,2026-10-01,us\n")
    assert run(path).revision == 2
    again = run(path)
    assert again.ok
    assert not again.written
    assert again.unchanged == 1
    assert store.snapshot().revision == 2
    assert "nothing to change" in str(again)


def test_a_new_gpu(write: Write) -> None:
    report = run(write(gpu_csv()))
    assert report.written, report
    assert report.added == ("zx_9000",)
    gpu = store.snapshot().gpus["zx_9000"]
    assert gpu.bandwidth_gbs == 2000
    assert gpu.tdp_w is None
    assert gpu.price is None


def test_columns_that_are_absent_keep_their_values(write: Write) -> None:
    before = store.snapshot().gpus["rtx_4090"]
    assert run(write("id,tdp_w\nrtx_4090,420\n"), "gpus").written
    after = store.snapshot().gpus["rtx_4090"]
    assert after.tdp_w == 420
    assert (after.price, after.name, after.aliases) == (before.price, before.name, before.aliases)


def test_an_empty_price_removes_the_price(write: Write) -> None:
    path = write("id,price_amount,price_currency,price_day,price_source\nrtx_4090,,,,\n")
    assert run(path, "gpus").written
    assert store.snapshot().gpus["rtx_4090"].price is None


def test_headings_are_read_leniently(write: Write) -> None:
    path = write(' Item , Unit Price ,CCY,Price Date,SKU\nRTX 4090,"1,500",gbp,2026-10-01,X1\n')
    assert run(path).written
    price = store.snapshot().gpus["rtx_4090"].price
    assert price
    assert price.amount == 1500
    assert price.source == "list.csv"


def test_a_currency_in_the_heading(write: Write) -> None:
    assert run(write("Product,Price (GBP),Date\nRTX 4090,1500,2026-10-01\n")).written
    price = store.snapshot().gpus["rtx_4090"].price
    assert price
    assert price.currency == "GBP"


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("cp1252"),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace(",", ";").encode(),
        lambda text: text.replace(",", "\t").encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: ("\n\n" + text + "\n\n").encode(),
    ],
    ids=["bom", "cp1252", "utf-16", "semicolons", "tabs", "crlf", "blank lines"],
)
def test_however_it_was_saved(write: Write, encode: Callable[[str], bytes]) -> None:
    report = run(write(encode(PRICES + "RTX 4090,1500,GBP,2026-10-01,Käufer’s list £\n")))
    assert report.written, report
    price = store.snapshot().gpus["rtx_4090"].price
    assert price
    assert price.source == "Käufer’s list £"


def xlsx(path: Path, *rows: list[Any], sheets: int = 1) -> Path:
    book = Workbook()
    for number in range(sheets):
        page = book.active if number == 0 else book.create_sheet(f"s{number}")
        for row in rows:
            page.append(row)
    book.save(path)
    return path


def test_a_workbook(write: Write, tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "list.xlsx",
        ["Item", "Price", "Currency", "Date", None],
        ["RTX 4090", 1500.5, "GBP", date(2026, 10, 1)],
        [None, None],
        ["RTX 5090", 2500, "GBP", "2026-10-01"],
    )
    assert run(path).written
    price = store.snapshot().gpus["rtx_4090"].price
    assert price
    assert (price.amount, price.day) == (Decimal("1500.5"), date(2026, 10, 1))


@pytest.mark.parametrize("kind", schema.KINDS)
@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_what_is_exported_comes_back_unchanged(kind: str, ending: str, tmp_path: Path, database: Path) -> None:
    path = tmp_path / f"out{ending}"
    count = exchange.export(kind, path)
    assert count > 10
    report = run(path)
    assert report.kind == kind
    assert report.ok, report
    assert (report.unchanged, report.added, report.changed) == (count, (), ())


def test_what_is_exported_can_be_changed_and_read_back(tmp_path: Path, database: Path) -> None:
    path = tmp_path / "gpus.xlsx"
    exchange.export("gpus", path)
    book = load_workbook(path)
    page = book.active
    heading = [cell.value for cell in page[1]]
    page.cell(row=2, column=heading.index("tdp_w") + 1).value = 123
    book.save(path)
    report = run(path)
    assert report.written, report
    assert [(change.column, change.new) for change in report.changed] == [("tdp_w", "123")]


STORAGE_KIND = schema.STORAGE


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.fixed_dictionaries({column.name: values(column) for column in STORAGE_KIND.columns}),
        min_size=1,
        max_size=4,
        unique_by=lambda row: row["id"],
    )
)
@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_any_rows_come_back(rows: list[dict[str, Any]], ending: str, tmp_path: Path) -> None:
    """Through a file and the parser, without the database: what is written is what is read."""
    path = tmp_path / f"rows{ending}"
    heading = [column.name for column in STORAGE_KIND.columns]
    for row in rows:
        if not all(row[name] for name in row if name.startswith("price_")):
            row.update(price_amount=None, price_currency=None, price_day=None, price_source="")
    if ending == ".csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(
                [heading, *([files.cell_text.encode(row[name]) for name in heading] for row in rows)]
            )
    else:
        xlsx(path, heading, *([files.cell_text.encode(row[name]) for name in heading] for row in rows))
    sheet = files.read(path)
    parsed = files.parse(STORAGE_KIND, sheet, TODAY)
    assert sheet.problems == []
    assert [dict(row.values) for row in parsed] == rows


# Files that are broken


def test_every_problem_is_reported_at_once(write: Write) -> None:
    path = write(
        PRICES + "rtx_4090,-5,GBP,2026-10-01,us\nno such card,10,GBP,2026-10-01,us\nrtx_5090,10,XBT,2026-13-01,us\n"
        "l4,0,GBP,2027-01-01,us\nl40s,2000,GBP,2026-10-01,us\n"
    )
    report = run(path)
    refused(
        report,
        "list.csv: row 2, price_amount: -5 is too small",
        "row 3, item: 'no such card' is not in the catalog",
        "row 4, price_currency: 'XBT' is not one of",
        "row 4, price_day: '2026-13-01' is not a day",
        "row 5, price_amount: 0 is too small",
        "row 5, price_day: 2027-01-01 is in the future",
        "6 problems",
    )


def test_wrong_columns(write: Write) -> None:
    refused(run(write("colour,size\nred,9\n")), "row 1", "colour, size", "do not say what it holds")


def test_a_slip_in_a_column_is_not_lost(write: Write) -> None:
    refused(
        run(write("id,tdp_w,bandwith_gbs\nrtx_4090,450,9\n"), "gpus"), "row 1, bandwith_gbs: is not a column of gpus"
    )


def test_a_column_twice(write: Write) -> None:
    refused(run(write("id,tdp_w,TDP W\nrtx_4090,450,460\n"), "gpus"), "row 1, TDP W: is", "stands there twice")


def test_no_id_column(write: Write) -> None:
    refused(run(write("name,memory_gb\nX,4\n"), "gpus"), "row 1, id: is missing")


def test_half_a_price(write: Write) -> None:
    refused(run(write("item,price\nrtx_4090,10\n"), "prices"), "price_currency: is missing", "price_day: is missing")
    refused(run(write(PRICES + "rtx_4090,10,,2026-10-01,us\n")), "row 2, price_currency: it is empty")
    refused(
        run(write("id,price_amount,price_currency,price_day\nrtx_4090,10,GBP,\n"), "gpus"),
        "row 2, price_day: is empty beside",
    )


def test_the_wrong_unit(write: Write) -> None:
    refused(run(write(gpu_csv(memory_gb="24 MB"))), "row 2, memory_gb: 24 MB is too small: it must be at least 0.25 GB")
    refused(run(write(gpu_csv(bandwidth_gbs="2000 Gbps"))), "row 2, bandwidth_gbs: '2000 Gbps' is in 'Gbps', not GB/s")


def test_the_right_unit_in_a_number(write: Write) -> None:
    assert run(write(gpu_csv(memory_gb="64GB", bandwidth_gbs="2 TB/s", tdp_w="0.3 kW"))).written
    gpu = store.snapshot().gpus["zx_9000"]
    assert (gpu.memory_gb, gpu.bandwidth_gbs, gpu.tdp_w) == (64, 2000, 300)


def test_a_new_thing_without_what_it_needs(write: Write) -> None:
    row = {name: cell for name, cell in GPU.items() if name not in ("bandwidth_gbs", "source")}
    refused(
        run(write(",".join(row) + "\n" + ",".join(row.values()) + "\n")),
        "row 2, bandwidth_gbs: is missing: 'zx_9000' is new",
        "row 2, source: is missing",
    )


def test_duplicates(write: Write) -> None:
    refused(run(write("id,tdp_w\nrtx_4090,450\nrtx_4090,440\n"), "gpus"), "row 3, id: 'rtx_4090' is in row 2 already")
    refused(
        run(write(PRICES + "rtx_4090,1,GBP,2026-10-01,a\nGeForce RTX 4090,2,GBP,2026-10-01,a\n")),
        "row 3, item: 'GeForce RTX 4090' is rtx_4090, which row 2 prices already",
    )


def test_a_cut_off_last_row(write: Write) -> None:
    refused(
        run(write(PRICES + "rtx_4090,1500,GBP,2026-10-01,us\nrtx_5090,25")),
        "row 3: is cut off: it has 2 cells where the heading has 5",
    )


def test_a_quotation_mark_that_never_closes(write: Write) -> None:
    refused(
        run(write(PRICES + 'rtx_4090,1500,GBP,2026-10-01,"us\nrtx_5090,1,GBP,2026-10-01,us\n')),
        "row 2",
        "quotation mark",
    )


def test_too_many_cells(write: Write) -> None:
    refused(
        run(write(PRICES + "rtx_4090,1,500,GBP,2026-10-01,us\n")), "row 2: has 6 cells where the heading has 5", "comma"
    )


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"", "list.csv", "is empty"),
        (b"  \n\n", "list.csv", "is empty"),
        (PRICES.encode(), "list.csv", "a heading and no rows"),
        (b"PK\x03\x04\x00\x00nonsense", "list.xlsx", "is not an Excel workbook"),
        (b"item,price\n", "list.xlsx", "is not an Excel workbook"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d\x81", "list.csv", "is not text"),
        (b"item", "list.pdf", "is a .pdf"),
        (b"item", "list", "ending"),
    ],
    ids=["empty", "blank", "heading only", "not xlsx", "csv as xlsx", "picture", "pdf", "no ending"],
)
def test_files_that_are_something_else(write: Write, content: bytes, name: str, why: str) -> None:
    refused(run(write(content, name)), why)


def test_a_file_that_is_not_there(database: Path, tmp_path: Path) -> None:
    refused(run(tmp_path / "none.csv"), "none.csv: cannot be read: No such file")
    refused(run(tmp_path), "cannot be read")


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("nan", "not a number"),
        ("inf", "not a number"),
        ("1e400", "too large"),
        ("9" * 400, "not a number"),
        ("10000000000000", "too large"),
        ("=A1*2", "formula"),
        ("#N/A", "formula"),
        ("£1500", "currency sign"),
        ("ask", "not a number"),
        ("1.500,00", "not a number"),
    ],
)
def test_amounts_that_are_none(write: Write, cell: str, why: str) -> None:
    content = io.StringIO()
    csv.writer(content).writerows([["item", "price", "currency", "date"], ["rtx_4090", cell, "GBP", "2026-10-01"]])
    refused(run(write(content.getvalue())), "row 2, price_amount", why)


def test_a_formula_that_was_never_calculated(database: Path, tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "list.xlsx", ["item", "price", "currency", "date"], ["rtx_4090", "=1000*1.5", "GBP", "2026-10-01"]
    )
    refused(run(path), "row 2, price_amount: '=1000*1.5' is a spreadsheet formula")


def test_two_sheets(database: Path, tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "list.xlsx", ["item", "price", "currency", "date"], ["rtx_4090", 1, "GBP", "2026-10-01"], sheets=2
    )
    refused(run(path), "has 2 sheets with rows")


def test_a_name_that_two_things_have(write: Write) -> None:
    refused(
        run(write(PRICES + "Strix Halo 128GB,2000,GBP,2026-10-01,us\n")),
        "row 2, item: 'Strix Halo 128GB' could be",
        "of gpus",
        "of systems",
        "write the id",
    )
    assert run(
        write(
            "item,kind,price,currency,date\nStrix Halo 128GB,gpus,1200,GBP,2026-10-01\n"
            "strix_halo_128gb,systems,2100,GBP,2026-10-01\n"
        )
    ).written
    catalog = store.snapshot()
    for thing, amount in ((catalog.gpus["strix_halo_128gb"], 1200), (catalog.systems["strix_halo_128gb"], 2100)):
        assert thing.price
        assert thing.price.amount == amount


def test_a_misspelt_name_is_not_guessed_but_suggested(write: Write) -> None:
    refused(
        run(write(PRICES + "RTX PRO 6000 Blackwel Max-Q,9000,GBP,2026-10-01,us\n")),
        "did you mean rtx_pro_6000_blackwell_max_q?",
    )


def test_a_sparse_peak_is_refused(write: Write) -> None:
    refused(
        run(write("id,fp16_tflops\nh100_sxm5_80gb,1979\n"), "gpus"),
        "row 2, fp16_tflops: h100_sxm5_80gb: 1979 is",
        "sparse",
    )


def test_a_system_with_a_gpu_that_is_not_there(write: Write) -> None:
    refused(run(write("id,gpus\ndgx_h100,8x h1000\n"), "systems"), "row 2, gpus: dgx_h100: no GPU has the id 'h1000'")


def test_a_name_that_is_taken(write: Write) -> None:
    refused(run(write(gpu_csv(aliases="rtx 4090"))), "row 2, name: zx_9000: 'rtx 4090' is also a name of rtx_4090")


def test_a_currency_without_a_rate(write: Write) -> None:
    missing = next(code for code in schema.CURRENCIES if code != "GBP" and code not in store.snapshot().rates)
    refused(run(write(PRICES + f"rtx_4090,1500,{missing},2026-10-01,us\n")), f"no exchange rate for {missing}")


def test_markup_and_sql_in_a_name_are_only_text(write: Write) -> None:
    name = "<b>X</b>'; DROP TABLE gpus;--"
    assert run(write(gpu_csv(name=name))).written
    assert store.snapshot().gpus["zx_9000"].name == name


def test_a_kind_that_is_none(database: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="There is no kind 'cars': write one of gpus"):
        import_file(tmp_path / "x.csv", "cars")
    with pytest.raises(ValueError, match="There is no kind 'cars'"):
        exchange.export("cars", tmp_path / "x.csv")
    with pytest.raises(ValueError, match=r"must end in \.csv or \.xlsx"):
        exchange.export("gpus", tmp_path / "x.pdf")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(str.encode)
    | st.text('item,price;currency\n"0-9é\0\t=', max_size=200).map(str.encode)
)
def test_no_bytes_bring_it_down(tmp_path: Path, content: bytes) -> None:
    for name in ("any.csv", "any.xlsx"):
        path = tmp_path / name
        path.write_bytes(content)
        sheet = files.read(path)
        for kind in schema.KINDS.values():
            files.parse(kind, sheet, TODAY)
        assert sheet.rows or sheet.problems
