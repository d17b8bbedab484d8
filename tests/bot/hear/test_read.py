"""Whole messages: the fabric mill, answers to a question, corrections, nonsense; and any text at all."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.hear import Heard, read
from bot.hear.text import LONGEST
from catalog.things import Catalog
from sizing.told import SLOTS, TASKS

Tell = Callable[..., dict[str, Any]]
MILL = (
    "We make woven fabric and want cameras to spot weaving faults. About 50,000 photos so far, 1024x1024, "
    "labelled in six classes. "
    "We were told we need a DGX H100. Budget is about 15k."
)


def test_the_fabric_mill(hear: Callable[..., Heard]) -> None:
    heard = hear(MILL)
    assert heard.told == {
        "task": "image_classification",
        "phase": ["training", "inference"],
        "sector": "manufacturing",
        "dataset_size": {"amount": 50_000, "unit": "images"},
        "image_resolution": "1024x1024",
        "classes": 6,
        "systems": ["dgx_h100"],
        "budget": {"amount": 15_000, "currency": None, "bound": "about"},
        "quote": {"items": [{"system": "dgx_h100", "count": 1}]},
    }
    assert [m.id for m in heard.mentions if m.kind == "system"] == ["dgx_h100"]
    assert not heard.correction
    assert heard.problems == ()


def test_the_mill_corrects_itself(hear: Callable[..., Heard]) -> None:
    heard = hear("no, the line runs at 2 metres a second, say 20 pictures a second")
    assert heard.told == {"throughput": {"amount": 20, "unit": "images/s"}}
    assert heard.correction


@pytest.mark.parametrize(
    ("text", "correction"),
    [
        ("actually 12 users", True),
        ("I meant 3090s", True),
        ("sorry, 20 images", True),
        ("make that 8k", True),
        ("No. It is 12 users", True),
        ("oh wait, two cards", True),
        ("no more than 5k", False),
        ("no cloud please", False),
        ("we have no GPU", False),
        ("nothing actually runs", False),
    ],
)
def test_corrections(hear: Callable[..., Heard], text: str, correction: bool) -> None:
    assert hear(text).correction is correction


@pytest.mark.parametrize(
    ("text", "asked", "value"),
    [
        ("20", "users", 20),
        ("about 3", "users", 3),
        ("15k", "budget", {"amount": 15_000, "currency": None}),
        ("up to 9,000", "budget", {"amount": 9000, "currency": None, "bound": "max"}),
        ("20", "throughput", {"amount": 20, "unit": "/s"}),
        ("a page or two each", "context_tokens", 4096),
        ("a whole book", "context_tokens", 128_000),
        ("90 a minute", "throughput", {"amount": 90, "unit": "items/min"}),
        ("overnight", "deadline", {"amount": 12, "unit": "hours"}),
        ("two days", "deadline", {"amount": 48, "unit": "hours"}),
        ("a week", "deadline", {"amount": 168, "unit": "hours"}),
        ("200ms", "latency", {"amount": 0.2, "unit": "s"}),
        ("40k", "dataset_size", {"amount": 40_000, "unit": "items"}),
        ("70b", "params_b", 70),
        ("70", "params_b", 70),
        ("512", "image_resolution", "512x512"),
        ("both", "phase", ["training", "inference"]),
        ("just run it", "phase", "inference"),
        ("2 TB", "system_ram_gb", 2000),
        ("FabricNet", "model", "FabricNet"),
        ("half a dozen", "classes", 6),
    ],
)
def test_a_bare_answer_is_the_slot_that_was_asked(told: Tell, text: str, asked: str, value: Any) -> None:
    assert told(text, asked)[asked] == value


def test_a_bare_number_means_nothing_unasked(told: Tell) -> None:
    assert told("20") == {}


@pytest.mark.parametrize(
    "text", ["not sure", "I don't know", "no idea", "dunno", "can't say", "we haven't decided", "you decide"]
)
def test_not_sure(told: Tell, text: str) -> None:
    assert told(text, "users") == {"not_sure": ["users"]}


def test_an_answer_about_something_else_is_not_forced_into_the_slot(told: Tell) -> None:
    heard = told("the budget is £9k", "users")
    assert heard == {"budget": {"amount": 9000, "currency": "GBP"}}


def test_not_sure_with_a_guess_is_the_guess(told: Tell) -> None:
    assert told("not sure, maybe 20", "users")["users"] == 20


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("batch 0", "batch_size"),
        ("-5 GPUs", "num_gpus"),
        ("-5 4090s", "num_gpus"),
        ("10^30 images", "dataset_size"),
        ("£0 budget", "budget"),
        ("our budget is £-200", "budget"),
        ("0 users", "users"),
        ("999999999999 tokens of context", "context_tokens"),
        ("0 classes", "classes"),
        ("a 10^9 GB RAM machine", "system_ram_gb"),
        ("0 epochs", "epochs"),
        ("0 frames per second", "throughput"),
    ],
)
def test_absurd_numbers_are_reported_and_not_told(hear: Callable[..., Heard], text: str, slot: str) -> None:
    heard = hear(text)
    assert slot not in heard.told
    assert len(heard.problems) == 1
    assert heard.problems[0].endswith(".")


def test_mentions_are_in_order_and_in_place(hear: Callable[..., Heard]) -> None:
    text = "How much KV cache does Llama 3 70B take on two A100 80GB, and what batch size?"
    found = [(m.kind, m.id, text[m.start : m.end]) for m in hear(text).mentions]
    assert found == [
        ("article", "kv_cache", "KV cache"),
        ("network", "llama_3_70b", "Llama 3 70B"),
        ("gpu", "a100_pcie_80gb", "A100"),
        ("article", "batch_size", "batch size"),
    ]


def test_dates_are_no_quantities(hear: Callable[..., Heard]) -> None:
    heard = hear("we need it by 12 March 2031")
    assert heard.told == {}
    assert [s.value for s in heard.spans if s.kind == "date"] == ["2031-03-12"]


ODD = (
    "",
    " ",
    "\x00\x01\xff",
    "🙂🙂🙂",
    "深層学習のためのサーバー",
    "<script>alert(1)</script>",
    "'; DROP TABLE gpus; --",
    '/intent{"a": 1}',
    "\ud800",
    "İstanbul 3090",
    "1" * 500,
    "9" * 400 + " images",
    "1e999 users",
    "2^999 rows",
    "-0 gpus",
    "∞ GPUs",
    "£" * 50,
    "x" * 50_000,
)


@pytest.mark.parametrize("text", ODD)
def test_odd_text_is_heard_without_a_fuss(catalog: Catalog, text: str) -> None:
    check(read(text, catalog), text)


def check(heard: Heard, text: str) -> None:
    """What holds of every message."""
    assert heard.told.keys() <= SLOTS.keys()
    for slot, value in heard.told.items():
        _, least, most = SLOTS[slot]
        if least is not None and most is not None:
            assert all(least <= v <= most for v in (value if isinstance(value, list) else [value]))
    tasks = heard.told.get("task", [])
    assert set(tasks if isinstance(tasks, list) else [tasks]) <= set(TASKS)
    if "budget" in heard.told:
        assert heard.told["budget"]["amount"] > 0 or heard.told["budget"] == {
            "amount": 0,
            "currency": None,
            "bound": "max",
        }
    assert all(0 <= s.start <= s.end <= len(text) for s in (*heard.spans, *heard.mentions))


WORDS = st.sampled_from(
    (
        *MILL.split(),
        "£",
        "-5",
        "10^30",
        "batch",
        "0",
        "gpus",
        "4090",
        "2x",
        "A100",
        "80GB",
        "users",
        "not",
        "k",
        "to",
        "-",
        "a",
        "hours",
        "per",
        "epoch",
        "llama",
        "70b",
        "cameras",
        "fps",
        "RAM",
        "half",
        "million",
        "dozen",
        "and",
        "or",
        "vs",
        "?",
        ".",
        "under",
        "ms",
        "%",
        "m/s",
        "\n",
    )
)


@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=40).map(" ".join)), st.sampled_from((None, *SLOTS)))
@settings(max_examples=400, deadline=None)
def test_any_text_is_heard_within_bounds(text: str, asked: str | None) -> None:
    from tests.bot.hear.conftest import CATALOG

    check(read(text, CATALOG, asked), text)


LOOPS = (
    "9",
    "1,",
    "1 ",
    "a-",
    "one ",
    "rtx ",
    "4090 ",
    "3090 or ",
    "$1k-",
    "1x1x",
    " ",
    "\n",
    "8gb ",
    "qwen-",
    "llama 3 ",
    "count ",
    "generate a ",
    "our data ",
    "batch size of ",
    "can not ",
    "i have a 4090 ",
    "half a ",
    "predict ",
    "5 images ",
    "(",
    "extract ",
    "takes ",
    "e1",
    "q4_",
    "v1.",
    "between 1 and ",
)


@pytest.mark.parametrize("loop", LOOPS)
def test_time_grows_no_faster_than_the_text(catalog: Catalog, loop: str) -> None:
    def seconds(length: int) -> float:
        text = (loop * length)[:length]
        start = time.process_time()
        read(text, catalog)
        return time.process_time() - start

    seconds(500)
    assert seconds(LONGEST) < 2.5  # a quadratic reader takes tens of seconds


def test_a_usual_message_takes_a_few_milliseconds(catalog: Catalog) -> None:
    read(MILL, catalog)
    start = time.process_time()
    for _ in range(20):
        read(MILL, catalog)
    assert (time.process_time() - start) / 20 < 0.015  # about 1.5 ms; slack for a busy machine


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("sort apples into six sizes", {"classes": 6}),
        ("grading walnuts with a camera, 7 a second", {"throughput": {"amount": 7, "unit": "items/s"}}),
        ("about 90 tins a minute pass", {"throughput": {"amount": 90, "unit": "tins/min"}}),
        ("LoRA of an 8B model, 9,000 examples at a time", {"dataset_size": {"amount": 9000, "unit": "samples"}}),
        ("the film network is already trained, we just run it", {"phase": "inference", "excluded": ["training"]}),
        ("no, make it a 34B", {"params_b": 34}),
        ("fine-tune a 14B model and then host it for staff", {"task": ["llm_finetuning", "llm_inference"]}),
        ("train it within a week", {"deadline": {"amount": 168, "unit": "hours"}}),
        ("LoRA on a 70B model, and a run may take long", {"task": "llm_finetuning"}),
        ("we sold the RTX 4090", {"gpu_roles": {"rtx_4090": "gone"}}),
        ("film suggestions for viewers", {"task": "recommender"}),
        ("timetables read out by a synthetic voice", {"task": "text_to_speech"}),
        ("a bot that answers tenants", {"task": "llm_inference"}),
        ("we have manuals and 12 of us put questions to them", {"users": 12}),
        ("cameras that tell which van is at the gate", {"task": "image_classification"}),
    ],
)
def test_what_is_said_in_passing(told: Tell, text: str, wanted: dict[str, Any]) -> None:
    heard = told(text)
    assert {slot: heard.get(slot) for slot in wanted} == wanted


def test_a_changed_size_is_no_new_job(told: Tell) -> None:
    assert not {"task", "phase"} & set(told("actually make that a 30B"))


@pytest.mark.parametrize("text", ["the line runs ten times as "
                                  "fast", "30 metres a second", "40 litres a minute", "half an hour"])
def test_no_rate_of_things(told: Tell, text: str) -> None:
    assert "throughput" not in told(text)


def test_a_page_or_two_at_a_time_is_no_crowd(told: Tell) -> None:
    assert "users" not in told("a question and a page or two at a time", "context_tokens")


def test_how_often_is_not_how_long(told: Tell) -> None:
    assert "deadline" not in told("every 5 minutes or so", "deadline")
    assert told("5 minutes or so", "deadline")["deadline"] == {"amount": 0.083333, "unit": "hours"}
