"""Names that no list holds are heard as names, and ordinary words are not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.hear import Heard

Hear = Callable[..., Heard]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("how fast is a mango network on an L4?", "mango network"),
        ("will BlipNet-700 fit on a 3090", "BlipNet-700"),
        ("fine-tune Walrus-LLM 3", "Walrus-LLM 3"),
        ("and walrus-llm 3?", "walrus-llm 3"),
        ("can I run Snork-5 on a 4090?", "Snork-5"),
        ("how long to train TurboSprocket on a 3090", "TurboSprocket"),
        ("will glorpify run on a T4", "glorpify"),
        ("we run a model called Behemoth", "Behemoth"),
    ],
)
def test_a_networks_name(hear: Hear, text: str, name: str) -> None:
    got = hear(text)
    assert got.strangers == (name,)
    assert got.told["model"] == name


@pytest.mark.parametrize(
    "text",
    [
        "is our internet fast enough",
        "how fast is a convolutional network on an L4",
        "train a network over our home network",
        "run vLLM with LangChain on a T4",
        "will Llama 3 70B fit on a 3090",
        "can I run inferrence on a 3090",
        "I use PyTorch on Ubuntu 22.04 with 64 GB",
        "run the GPUs in two PCs",
        "my i7-12700K and a B650 board",
        "a non-LLM workload",
        "what is the difference between training and inference",
    ],
)
def test_ordinary_words_are_no_names(hear: Hear, text: str) -> None:
    assert hear(text).strangers == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("how fast is ResNet50 on a Blarg 9000?", "Blarg 9000"),
        ("will it fit on a GeForce QX 480?", "GeForce QX 480"),
        ("how fast is llama on an H900", "H900"),
        ("we need 4x B900 cards", "B900"),
        ("I have an RTX 6070", "RTX 6070"),
    ],
)
def test_a_cards_name(hear: Hear, text: str, name: str) -> None:
    got = hear(text)
    assert got.strange_cards == (name,)
    assert name in got.told["gpus"]


@pytest.mark.parametrize("text", ["a Z790 board and 64GB", "a batch of 900 on the L4", "it costs 9000", "a 3060 12GB"])
def test_ordinary_numbers_are_no_cards(hear: Hear, text: str) -> None:
    assert hear(text).strange_cards == ()


def test_a_bare_size_does_not_say_what_is_done_with_the_model(hear: Hear) -> None:
    assert hear("14B").inferred == ("task", "phase")
    assert hear("fine-tune a 14B model").inferred == ()


@pytest.mark.parametrize(
    ("text", "gmacs"), [("4 GMACs", 4), ("8 GFLOPs per image", 4), ("90 million multiply-adds", 0.09)]
)
def test_work_of_one_item(hear: Hear, text: str, gmacs: float) -> None:
    assert hear(text).told["gmacs"] == pytest.approx(gmacs)


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("eta 6 days on the 3090", {"amount": 6, "unit": "days", "per": "run"}),
        ("tqdm says 30 hours", {"amount": 30, "unit": "hours", "per": "run"}),
        ("still 12 hours to go", {"amount": 12, "unit": "hours", "per": "run"}),
    ],
)
def test_a_time_that_the_screen_shows(hear: Hear, text: str, claim: dict[str, object]) -> None:
    assert hear(text).told["claim"] == claim


def test_trillions_of_tokens(hear: Hear) -> None:
    told = hear("train a 1B model on 2T tokens").told
    assert told["dataset_size"] == {"amount": 2_000_000_000_000, "unit": "tokens"}
    assert told["params_b"] == 1
    assert hear("a 1T parameter model").told["params_b"] == 1000


def test_what_is_no_card_is_none(hear: Hear) -> None:
    assert "gpus" not in hear("a camera of 1920x1080 at 30 fps").told
    assert "gpus" not in hear("watching 4000 vibration sensors").told
    assert hear("I have a 3090").told["gpus"] == ["RTX 3090"]


def test_a_processor_by_its_number_alone(hear: Hear) -> None:
    told = hear("a 10900k with 64gb and a 1080ti").told
    assert told["cpu"] == "10900k"
    assert told["system_ram_gb"] == 64
    assert "budget" not in told


def test_what_somebody_insists_on_is_not_owned(hear: Hear) -> None:
    assert hear("someone in our team insists on 8 H100s").told["gpu_roles"] == {"h100_sxm5_80gb": "quoted"}


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1,5 Mio EUR", 1_500_000),
        ("12.500 \u20ac", 12_500),
        ("\u20ac12.500 at most", 12_500),
        ("two and a half grand", 2_500),
        ("2,5k budget", 2_500),
        ("budget 12,500 dollars", 12_500),
    ],
)
def test_money_as_it_is_written(hear: Hear, text: str, amount: float) -> None:
    assert hear(text).told["budget"]["amount"] == amount


@pytest.mark.parametrize(
    ("text", "params"), [("8x22b in q4", 146.08), ("1.8 trillion params", 1800), ("a 1T parameter model", 1000)]
)
def test_sizes(hear: Hear, text: str, params: float) -> None:
    assert hear(text).told["params_b"] == pytest.approx(params)
