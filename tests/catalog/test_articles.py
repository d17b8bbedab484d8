"""The articles are whole, short enough, sourced, and point at one another correctly."""
from __future__ import annotations

import re
from collections import Counter
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog import store
from catalog.things import Article, Figure, Gpu

ROOT = Path(__file__).parents[2] / "catalog" / "articles"
GROUPS = {"concept", "network", "training", "inference", "serving", "precision", "framework", "storage",
          "networking", "power", "hardware", "cloud", "part", "task", "sector"}
FILES = sorted(ROOT.rglob("*.yaml"))
RAW: dict[str, dict[str, Any]] = {str(p.relative_to(ROOT)): yaml.safe_load(p.read_text("utf-8")) for p in FILES}
IDS = {raw["id"] for raw in RAW.values()}
# what a buyer pays for, or is spared paying for
BUYING = re.compile(r"\b(buy|bought|buying|buyer|purchase|spend|spent|money|cost|costs|price|pay|pays|budget|cheap\w*"
                    r"|rent|memory|vram|gpus?|cpus?|card|cards|storage|compute|bandwidth|hardware|server|servers|drives?"
                    r"|power|laptop|workstation|machines?)\b", re.I)

# every network that the mission names has an article of its own or is an alias of one
MISSION = ("dnn", "ff", "dff", "deep feedforward", "cnn", "dcn", "deconvolutional network", "dcign", "bm", "rbm",
           "dae", "sae", "vae", "rnn", "lstm", "gru", "transformer", "mixture of experts", "vit", "u-net", "detector",
           "speech recognition", "recommender", "diffusion model", "gan", "docker", "batch size",
           "ubuntu", "cuda", "cudnn",
           "artificial intelligence", "machine learning", "deep learning", "general ai", "gas turbine", "fabric defect",
           "academia", "defence", "research", "retail", "manufacturing", "finance sector", "motorsport", "government",
           "start-up")

SPECIFICATION = re.compile(r"https://www\.techpowerup\.com/gpu-specs/[\w-]+\.c\d+")
CATALOG = store.build(store.apply({kind.name: {} for kind in store.schema.STORED}, store.packaged_changes()), 1)
PROSE = ("sentence", "plain", "technical", "why_it_matters", "misunderstanding")

each = pytest.mark.parametrize("name", RAW)
on_a_part = pytest.mark.parametrize("name", [name for name, raw in RAW.items() if raw["group"] == "part"])


def words(text: str) -> int:
    return len(text.split())


def test_there_are_articles() -> None:
    assert len(RAW) > 80


@each
def test_shape(name: str) -> None:
    raw = RAW[name]
    assert set(raw) == {f.name for f in fields(Article)}
    assert name == f"{raw['group']}/{raw['id']}.yaml"
    assert raw["group"] in GROUPS
    for key in ("id", "title", "sentence", "plain", "technical", "why_it_matters", "misunderstanding"):
        assert isinstance(raw[key], str), key
        assert raw[key].strip() == raw[key] != "", key
    for key in ("aliases", "questions", "related", "sources"):
        assert all(isinstance(one, str) and one for one in raw[key]), key
    assert raw["questions"]
    assert raw["answers"]
    for pair in raw["answers"]:
        assert set(pair) == {"question", "answer"}
        assert pair["question"].endswith("?"), pair["question"]
        assert pair["answer"].endswith((".", ")", "!")), pair["question"]
        assert 8 <= words(pair["answer"]) <= 130, pair["question"]


@each
def test_lengths(name: str) -> None:
    raw = RAW[name]
    assert words(raw["sentence"]) <= 35
    assert 60 <= words(raw["plain"]) <= 160
    assert 80 <= words(raw["technical"]) <= 220


@each
def test_says_what_it_means_for_a_purchase(name: str) -> None:
    assert BUYING.search(RAW[name]["why_it_matters"])


@each
def test_sources_and_figures(name: str) -> None:
    raw = RAW[name]
    assert len(set(raw["sources"])) >= 2
    for one in raw["figures"]:
        figure = Figure(**one)
        assert all(isinstance(value, str) and value for value in one.values()), one
        assert re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", figure.day), one
        assert re.search(r"\d", figure.value), one


@each
def test_related_articles_exist(name: str) -> None:
    raw = RAW[name]
    assert raw["related"]
    assert raw["id"] not in raw["related"]
    assert set(raw["related"]) <= IDS, set(raw["related"]) - IDS


def names(raw: dict[str, Any]) -> set[str]:
    return {raw["title"].lower(), raw["id"].replace("_", " "), *raw["aliases"]}


def test_names_are_unique() -> None:
    """A name leads to one article only; otherwise a question about it would have two answers."""
    assert len(IDS) == len(RAW)
    used = Counter(name for raw in RAW.values() for name in names(raw))
    assert [name for name, count in used.items() if count > 1] == []
    asked = Counter(question.lower() for raw in RAW.values()
                    for question in {*raw["questions"], *(pair["question"] for pair in raw["answers"])})
    assert [question for question, count in asked.items() if count > 1] == []


def test_aliases_are_lower_case() -> None:
    assert [alias for raw in RAW.values() for alias in raw["aliases"] if alias != alias.lower().strip()] == []


def test_the_mission_is_covered() -> None:
    known = {name for raw in RAW.values() for name in names(raw)}
    assert [name for name in MISSION if name not in known] == []


def test_british_spelling() -> None:
    american = re.compile(r"\b(normaliz|regulariz|optimiz(?!er)|quantiz|utiliz|generaliz|recogniz|color|behavior"
                          r"|center(?!net))", re.I)
    keys = ("sentence", "plain", "technical", "why_it_matters", "misunderstanding")
    prose = {name: " ".join(raw[key] for key in keys) for name, raw in RAW.items()}
    assert {name: hit.group() for name, text in prose.items() if (hit := american.search(text))} == {}


def metric(what: str, unit: str) -> str | None:
    """The catalog's name of what a figure of a card says, where the catalog holds it."""
    told = what.rsplit(": ", 1)[-1]
    for start, field, its in (("memory bandwidth", "bandwidth_gbs", "GB/s"), ("memory", "memory_gb", "GB"),
                              ("FP32 rate", "fp32_tflops", "TFLOPS"), ("FP16 tensor rate", "fp16_tflops", "TFLOPS"),
                              ("board power", "tdp_w", "W")):  # fmt: skip
        if (told.startswith(start) or f" {start}" in told) and unit == its:
            return field
    return None


def on_board(gpu: Gpu) -> int:
    """GPUs of one board, which the catalog keeps as one each."""
    found = re.search(r"per GPU, (\d) on board", gpu.name)
    return int(found.group(1)) if found else 1


@each
def test_figures_of_a_card_are_the_catalogs(name: str) -> None:
    raw = RAW[name]
    held = 0
    for figure in raw["figures"]:
        field = metric(figure["what"], figure["unit"])
        page = SPECIFICATION.search(figure["source"])
        if field is None or (page is None and raw["group"] != "part"):
            continue
        if page:
            cards = [gpu for gpu in CATALOG.gpus.values() if page.group() in SPECIFICATION.findall(gpu.source)]
        else:
            cards = [gpu for gpu in CATALOG.gpus.values() if gpu.topic == raw["id"]]
        known = {getattr(gpu, field) for gpu in cards} - {None}
        if field == "tdp_w":
            known |= {gpu.tdp_w * on_board(gpu) for gpu in cards if gpu.tdp_w}
        value = float(figure["value"].replace(",", ""))
        assert any(abs(value - one) <= 0.006 * one for one in known), (figure["what"], value, sorted(known))
        held += 1
    assert held or raw["group"] != "part"


@on_a_part
def test_rates_in_prose_are_some_cards(name: str) -> None:
    """A bandwidth or a peak that an article on a part speaks of is one that the catalog knows, to 2 in 100."""
    raw = RAW[name]
    prose = " ".join([*(raw[key] for key in PROSE), *(pair["answer"] for pair in raw["answers"])])
    gpus = CATALOG.gpus.values()
    known = {
        "GB/s": {rate for g in gpus for rate in (g.bandwidth_gbs, g.nvlink_gbs) if rate},
        "TFLOPS": {rate for g in gpus for rate in (g.fp32_tflops, g.tf32_tflops, g.fp16_tflops, g.bf16_tflops,
                                                   g.fp8_tflops, g.int8_tops) if rate},
    }  # fmt: skip
    for number, unit in re.findall(r"([\d][\d,.]*) (GB/s|TFLOPS)\b", prose):
        value = float(number.rstrip(".,").replace(",", ""))
        assert any(abs(value - one) <= 0.02 * one for one in known[unit]), f"{number} {unit}"


def test_there_is_enough() -> None:
    """The library is as wide as promised."""
    assert len(RAW) >= 230
    assert sum(raw["group"] == "network" for raw in RAW.values()) >= 33
