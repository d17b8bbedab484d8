from __future__ import annotations

import logging
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, func, select

from catalog import exchange, store
from catalog.store import CatalogError, Change
from catalog.tables import IMPORTS, TABLES, metadata

PRICE = {
    "price_amount": Decimal("1234.50"),
    "price_currency": "GBP",
    "price_day": date(2026, 10, 1),
    "price_source": "a list",
}


def write(*changes: Change) -> int:
    with store.writing() as connection:
        return store.record(connection, "test.csv", list(changes))


def write_and_fail() -> None:
    with store.writing() as connection:
        store.record(connection, "test.csv", [Change("gpus", "rtx_4090", PRICE)])
        raise RuntimeError("half way")


def price_of(gpu: str) -> Decimal:
    price = store.snapshot().gpus[gpu].price
    assert price
    return price.amount


def forget() -> None:
    """What a new process would start with."""
    store._ready(store.database_url()).dispose()
    store._ready.cache_clear()
    store._snapshots.clear()


def test_the_migrations_make_the_tables(database: Path) -> None:
    engine = create_engine(f"sqlite:///{database}", future=True)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_every_kind_is_filled(database: Path) -> None:
    catalog = store.snapshot()
    for kind in store.schema.STORED:
        assert getattr(catalog, kind.attribute), kind.name
    assert catalog.articles


def test_the_snapshot_is_kept_until_something_changes(database: Path) -> None:
    before = store.snapshot()
    assert store.snapshot() is before
    revision = write(Change("gpus", "rtx_4090", PRICE))
    after = store.snapshot()
    assert revision == after.revision == before.revision + 1
    assert price_of("rtx_4090") == Decimal("1234.50")
    assert after.gpus["rtx_4090"].bandwidth_gbs == before.gpus["rtx_4090"].bandwidth_gbs
    assert before.gpus["rtx_4090"].price != after.gpus["rtx_4090"].price


def test_another_process_is_seen(database: Path, tmp_path: Path) -> None:
    before = store.snapshot()
    prices = tmp_path / "prices.csv"
    prices.write_text("item,price,currency,date\nrtx_4090,1500,GBP,2026-10-01\n")
    subprocess.run(
        [sys.executable, "-c", f"from catalog import exchange; assert exchange.import_file({str(prices)!r}).written"],
        check=True,
        cwd=Path(store.__file__).parents[1],
    )
    assert price_of("rtx_4090") == 1500
    assert store.snapshot().revision == before.revision + 1


def test_a_failing_write_leaves_nothing(database: Path) -> None:
    before = store.snapshot()
    with pytest.raises(RuntimeError, match="half way"):
        write_and_fail()
    assert store.snapshot() is before
    with closing(sqlite3.connect(database)) as plain, plain:
        assert plain.execute("SELECT count(*) FROM imports").fetchone() == (0,)


def test_writers_at_once_all_count(database: Path) -> None:
    first = store.snapshot().revision
    gpus = list(store.snapshot().gpus)[:8]
    threads = [threading.Thread(target=write, args=(Change("gpus", gpu, PRICE),)) for gpu in gpus]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.snapshot().revision == first + len(gpus)
    assert all(price_of(gpu) == Decimal("1234.50") for gpu in gpus)


@pytest.fixture
def other_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new version's packaged data, which the test may change."""
    folder = tmp_path / "data"
    shutil.copytree(store.DATA, folder)
    monkeypatch.setattr(store, "DATA", folder)
    return folder


def test_new_packaged_data_keeps_imports(database: Path, other_data: Path) -> None:
    revision = write(Change("gpus", "rtx_4090", PRICE))
    file = other_data / "gpus.csv"
    text = file.read_text(encoding="utf-8")
    assert "rtx_4090,rtx_4090,RTX 4090,NVIDIA,Ada Lovelace,2022" in text
    file.write_text(
        text.replace(
            "rtx_4090,rtx_4090,RTX 4090,NVIDIA,Ada Lovelace,2022", "rtx_4090,rtx_4090,RTX 4090,NVIDIA,Ada Lovelace,2023"
        ),
        encoding="utf-8",
    )
    forget()
    gpu = store.snapshot().gpus["rtx_4090"]
    assert gpu.launch_year == 2023, "the new data counts"
    assert gpu.price
    assert gpu.price.amount == Decimal("1234.50"), "what was imported wins"
    assert store.snapshot().revision == revision + 1


def test_nothing_is_built_again_without_need(database: Path) -> None:
    revision = store.snapshot().revision
    forget()
    assert store.snapshot().revision == revision


def test_an_import_that_fits_no_more_is_said(
    database: Path, other_data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(Change("gpus", "rtx_4090", PRICE))
    file = other_data / "gpus.csv"
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("rtx_4090,")]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    prices = other_data / "gpu_prices.csv"
    prices.write_text(
        "\n".join(line for line in prices.read_text().splitlines() if not line.startswith("rtx_4090,")) + "\n"
    )
    forget()
    with caplog.at_level(logging.WARNING, "catalog.store"):
        assert "rtx_4090" not in store.snapshot().gpus
    assert "rtx_4090" in caplog.text
    assert "no longer" in caplog.text


def test_broken_packaged_data_is_told_at_once_and_nothing_changes(database: Path, other_data: Path) -> None:
    revision = store.snapshot().revision
    (other_data / "storage.csv").write_text("id,name\nx y,\n")
    (other_data / "exchange_rates.csv").write_text("currency,gbp,day,source\nUSD,0,2026-01-01,a\n")
    store._ready.cache_clear()
    with pytest.raises(CatalogError) as error:
        store.snapshot()
    for part in ("storage.csv: row 2, id", "storage.csv: row 2, name", "exchange_rates.csv: row 2, gbp"):
        assert part in str(error.value)
    with closing(sqlite3.connect(database)) as plain, plain:
        assert plain.execute("SELECT revision FROM state").fetchone() == (revision,)


def test_a_newer_database_is_refused_in_one_sentence(database: Path) -> None:
    with closing(sqlite3.connect(database)) as plain, plain:
        plain.execute("UPDATE alembic_version SET version_num = '9999'")
    store._ready.cache_clear()
    with pytest.raises(CatalogError, match="newer Plainspec"):
        store.snapshot()


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////dev/null/catalog.db", "mysql+nosuch://u:secret@h/x"])
def test_a_database_that_cannot_be_opened(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAINSPEC_DATABASE_URL", url)
    with pytest.raises(CatalogError, match="PLAINSPEC_DATABASE_URL") as error:
        store.ensure_database()
    assert "secret" not in str(error.value)


def test_a_file_that_is_no_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.db").write_text("this is not a database, it is a letter to the reader" * 40)
    monkeypatch.setenv("PLAINSPEC_DATABASE_URL", f"sqlite:///{tmp_path / 'x.db'}")
    with pytest.raises(CatalogError, match="not a database"):
        store.ensure_database()


def test_the_default_is_a_file_of_this_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLAINSPEC_DATABASE_URL", raising=False)
    assert store.database_url().endswith("/.build/catalog.db")


def test_the_journal_says_what_was_imported(database: Path, tmp_path: Path) -> None:
    prices = tmp_path / "october.csv"
    prices.write_text("item,price,currency,date\nRTX 4090,1500,GBP,2026-10-01\n")
    assert exchange.import_file(prices).written
    with store.writing() as connection:
        (row,) = connection.execute(select(IMPORTS)).mappings()
        count = connection.execute(select(func.count()).select_from(TABLES["gpus"])).scalar_one()
    assert row["file"] == "october.csv"
    assert row["changes"][0][:2] == ["gpus", "rtx_4090"]
    assert count == len(store.snapshot().gpus)
