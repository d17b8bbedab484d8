"""The commands that need no dialogue engine, as a person runs them."""
from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import cli

PRICE = ["item", "price_amount", "price_currency", "price_day", "price_source"]


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAINSPEC_DATABASE_URL", f"sqlite:///{tmp_path / 'catalog.db'}")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def price_list(path: Path, *rows: list[str]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([PRICE, *rows])
    return path


def test_an_estimate_has_a_range_and_its_basis() -> None:
    done = run("estimate", "--model", "resnet50", "--gpu", "L4", "--batch", 32)
    assert done.exit_code == 0, done.output
    assert "images/s, 80 % range" in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--model", "no such network", "--gpu", "L4"], "no network called 'no such network'"),
        (["--model", "resnet50", "--gpu", "no such card"], "no GPU called 'no such card'"),
        (["--model", "resnet50", "--gpu", "L4", "--batch", "0"], "at least 1"),
        (["--model", "resnet50"], "give either"),
        ([], "give either"),
    ],
)
def test_what_cannot_be_estimated_is_said_in_a_sentence(arguments: list[str], said: str) -> None:
    done = run("estimate", *arguments)
    assert done.exit_code == 1
    assert said in done.output
    assert done.output.count("\n") == 1


def test_a_table_without_the_columns_is_refused_and_nothing_written(tmp_path: Path) -> None:
    rows, out = tmp_path / "in.csv", tmp_path / "out.csv"
    rows.write_text("gpu,throughput\nL4,1\n")
    done = run("estimate", "--rows", rows, "--out", out)
    assert done.exit_code == 1
    assert "lacks the columns" in done.output
    assert not out.exists()


def test_an_import_is_shown_dry_then_written_and_exported_again(tmp_path: Path) -> None:
    new = price_list(tmp_path / "prices.csv", ["l4", "2345.67", "GBP", "2026-01-31", "price list"])
    before = run("catalog", "seed").output
    dry = run("catalog", "import", new, "--dry-run")
    assert dry.exit_code == 0, dry.output
    assert "2345.67" in dry.output
    assert run("catalog", "seed").output == before
    assert run("catalog", "import", new).exit_code == 0
    assert run("catalog", "seed").output != before
    out = tmp_path / "out.csv"
    assert run("catalog", "export", "prices", out).exit_code == 0
    with out.open(newline="") as file:
        assert next(row["price_amount"] for row in csv.DictReader(file) if row["item"] == "l4") == "2345.67"


def test_a_bad_price_list_is_reported_whole_and_exits_with_1(tmp_path: Path) -> None:
    bad = price_list(
        tmp_path / "prices.csv",
        ["l4", "-5", "GBP", "2026-01-31", "price list"],
        ["rtx_4090", "1000", "pounds", "2026-01-31", "price list"],
    )
    before = run("catalog", "seed").output
    done = run("catalog", "import", bad)
    assert done.exit_code == 1
    assert "row 2" in done.output
    assert "row 3" in done.output
    assert run("catalog", "seed").output == before


def test_kinds_and_endings_that_do_not_exist_are_refused(tmp_path: Path) -> None:
    assert "There is no kind" in run("catalog", "export", "boats", tmp_path / "boats.csv").output
    assert "must end in" in run("catalog", "export", "gpus", tmp_path / "gpus.pdf").output
    assert list(tmp_path.glob("*.pdf")) == []


def test_the_packaged_catalog_has_no_errors() -> None:
    done = run("catalog", "check")
    assert done.exit_code == 0, done.output


def test_models_are_timed_written_and_put_into_the_catalog(tmp_path: Path) -> None:
    out = tmp_path / "timings.csv"
    done = run("time", "--provider", "cpu", "--models", "LeNet-5", "--precision", "fp32", "--batches", "3,5", "--quick",
               "--out", out, "--import")
    assert done.exit_code == 0, done.output
    assert "2 added" in done.output
    with out.open(newline="") as file:
        assert [(row["reference"], row["batch"]) for row in csv.DictReader(file)] == [("lenet5", "3"), ("lenet5", "5")]
    from catalog import store

    assert {timing.batch for timing in store.snapshot().timings.values() if timing.reference == "lenet5"} >= {3, 5}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--models", "resnet51"], "resnet50"),
        (["--provider", "cuba"], "it has"),
        (["--provider", "cpu", "--precision", "fp16"], "it has fp32, int8"),
        (["--provider", "cpu", "--batches", "1,many"], "whole numbers"),
        (["--provider", "cpu", "--gpu", "no_such_gpu"], "no GPU with the id"),
        (["--provider", "cpu", "--out", "no_such_folder/timings.csv"], "no folder"),
    ],
)
def test_what_cannot_be_timed_is_said_in_a_sentence(arguments: list[str], said: str, tmp_path: Path) -> None:
    out = [] if "--out" in arguments else ["--out", tmp_path / "timings.csv"]
    done = run("time", *arguments, *out)
    assert done.exit_code == 1
    assert said in done.output
    assert done.output.count("\n") == 1
    assert list(tmp_path.glob("*.csv")) == []


def test_timing_needs_no_dialogue_engine() -> None:
    program = "import sys, bot.cli, bot.timing; assert not {'rasa', 'tensorflow', 'spacy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_picture_is_written_where_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run("picture", "lstm", "--out", tmp_path / "cell.svg")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "cell.svg").read_text().startswith("<svg ")
    monkeypatch.chdir(tmp_path)
    assert run("picture", "vram").exit_code == 0
    assert (tmp_path / "vram.svg").exists()


def test_a_picture_there_is_not_is_said_with_those_nearest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("picture", "lstn")
    assert done.exit_code == 1
    assert "no picture 'lstn'; there are lstm" in done.output
    assert not list(tmp_path.glob("*.svg"))
