"""Words that have two meanings: which of them is heard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Told = Callable[..., dict[str, Any]]


def test_channels_of_vibration_are_no_cameras(told: Told) -> None:
    got = told("turbine vibration on 64 channels at 25 kHz, we want early warning of blade faults")
    assert "throughput" not in got
    assert "form_factor" not in got
    assert got["signals"] is True
    assert told("a 16 channel NVR, find people on each")["throughput"] == {"amount": 16, "unit": "cameras"}
    assert "signals" not in told("find anomalies in photos from our sensors")


def test_words_are_counted_as_words(told: Told) -> None:
    assert told("translate 2 million words a day")["throughput"] == {"amount": 2_000_000, "unit": "words/day"}


def test_bits_are_no_part_of_a_name(told: Told) -> None:
    got = told("will Llama 405B 4 bit run on eight H100?")
    assert (got["model"], got["precision"]) == ("Llama 405B", "4bit")


def test_a_screen_is_no_budget(told: Told) -> None:
    assert "budget" not in told("which card is best for gaming at 4k?")
    assert told("which card could I get for 4k?")["budget"]["amount"] == 4000


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("30 barristers who ask questions about 90,000 leases", "rag"),
        ("a shop with 40,000 products and we would like recommendations on every page", "recommender"),
        ("scan 2,000 cheques a day and read the sums", "vision_language"),
        ("we want lap time prediction for our cars", "time_series"),
    ],
)
def test_the_task(told: Told, text: str, task: str) -> None:
    assert told(text)["task"] == task


def test_an_offer_has_its_price(told: Told) -> None:
    assert told("a rival offers 2x L40S at 31k for fine-tuning Llama 3.1 8B")["quote"]["amount"] == 31_000


def test_undergraduates_are_users(told: Told) -> None:
    assert told("an assistant for 40 undergraduates")["users"] == 40
