"""What the answer must keep to, and what comes in: heard where it is said, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from bot import hear
from catalog import store


def told(text: str) -> dict[str, Any]:
    return hear.read(text, store.snapshot()).told


@pytest.mark.parametrize(
    ("text", "watts"),
    [
        ("detect birds, 15 W at most", 15),
        ("run yolov8n under 25 watts", 25),
        ("power budget of 60 W for the box in the van", 60),
        ("the rack gives us 3 kW max", 3000),
        ("a 750 W power supply is in it", None),
        ("the card has a TDP of 350 W at most", None),
        ("it draws 15 W", None),
    ],
)
def test_watts_that_are_allowed(text: str, watts: float | None) -> None:
    assert told(text).get("power_w") == watts


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("rent or buy? we need it for two years", 24),
        ("an 18 month project", 18),
        ("it must last 5 years", 60),
        ("over the next six months", 6),
        ("trained on two years of minute data", None),
        ("the server is 4 years old", None),
        ("we have run it for 3 years of data", None),
        ("finish within 3 months", None),
    ],
)
def test_how_long_the_choice_must_last(text: str, months: float | None) -> None:
    assert told(text).get("months") == months


@pytest.mark.parametrize(
    ("text", "maker"),
    [
        ("run llama 8b on a Mac", "apple"),
        ("which mac for a 70b model", "apple"),
        ("nvidia only please", "nvidia"),
        ("can my mac run it", None),
        ("a mac or a PC with a 4090?", None),
    ],
)
def test_whose_machine_it_must_be(text: str, maker: str | None) -> None:
    assert told(text).get("maker") == maker


def test_less_than_no_money_cannot_be_meant() -> None:
    heard = hear.read("we have minus £3,000 to spend", store.snapshot())
    assert "budget" not in heard.told
    assert heard.problems
    assert told("£12,000 minus £3,000 VAT")["budget"]["amount"] == 12000


@pytest.mark.parametrize("text", ["summarise them nightly", "it is retrained every night"])
def test_what_is_done_nightly_has_a_night(text: str) -> None:
    assert told(f"a model for 20000 descriptions, {text}")["deadline"] == {"amount": 12, "unit": "hours"}


@pytest.mark.parametrize(
    ("text", "task", "deep"),
    [
        ("sort x-rays into healthy or not", "image_classification", None),
        ("grade mammograms by risk", "image_classification", None),
        ("find polyps in endoscopy", "object_detection", None),
        ("outline the lungs in chest x-rays", "segmentation", None),
        ("outline tumours in CT volumes", "segmentation", True),
        ("MRI of the brain, 400 patients", "medical_imaging", True),
    ],
)
def test_the_job_on_medical_pictures_is_what_is_asked_of_them(text: str, task: str, deep: bool | None) -> None:
    got = told(text)
    assert got["task"] == task
    assert got.get("volumes") == deep
