"""Data, rates, times, people, sizes: each number in the slot its unit and neighbours say, and in no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.hear.numbers import numbers
from bot.hear.quantities import quantities
from bot.hear.text import plain

Tell = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("50,000", 50_000),
        ("1.5m", 1_500_000),
        ("twenty five", 25),
        ("two hundred and fifty thousand", 250_000),
        ("half a million", 500_000),
        ("a dozen", 12),
        ("50 000", 50_000),
        ("3 billion", 3e9),
        ("10^6", 1e6),
        ("2e5", 2e5),
        ("-5", -5),
        ("12k", 12_000),
        ("one hundred", 100),
        ("ten grand", 10_000),
        ("3.25", 3.25),
    ],
)
def test_numbers(text: str, value: float) -> None:
    assert [n.value for n in numbers(text)] == [value]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("30-70", 30, 70),
        ("8 to 10k", 8000, 10_000),
        ("between 5 and 8", 5, 8),
        ("2 or 3", 2, 3),
    ],
)
def test_ranges(text: str, low: float, high: float) -> None:
    assert [(n.low, n.value) for n in numbers(text)] == [(low, high)]


def test_dates_and_versions_are_no_ranges() -> None:
    assert all(n.low is None for n in numbers("2024-05-01 and 1-2-3"))
    assert numbers("v1.5") == []


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("40,000 photos", "dataset_size", {"amount": 40_000, "unit": "images"}),
        ("3 million rows", "dataset_size", {"amount": 3_000_000, "unit": "rows"}),
        ("700 hours of speech", "dataset_size", {"amount": 700, "unit": "hours of audio"}),
        ("90 ct volumes", "dataset_size", {"amount": 90, "unit": "3d scans"}),
        ("300gb of footage", "dataset_size", {"amount": 300, "unit": "GB"}),
        ("2,500 of our labelled x-rays", "dataset_size", {"amount": 2500, "unit": "images"}),
        ("5 billion tokens of text", "dataset_size", {"amount": 5_000_000_000, "unit": "tokens"}),
        ("900 patients", "dataset_size", {"amount": 900, "unit": "cases"}),
        ("12 pictures a second", "throughput", {"amount": 12, "unit": "images/s"}),
        ("30 fps", "throughput", {"amount": 30, "unit": "images/s"}),
        ("15 tok/s", "throughput", {"amount": 15, "unit": "tokens/s"}),
        ("600 parts per minute", "throughput", {"amount": 600, "unit": "images/min"}),
        ("4,000 documents a day", "throughput", {"amount": 4000, "unit": "documents/day"}),
        ("two cameras at 25 fps", "throughput", {"amount": 50, "unit": "images/s"}),
        ("300 hours of calls a week", "throughput", {"amount": 300, "unit": "hours of audio/week"}),
        ("80 requests/s", "throughput", {"amount": 80, "unit": "requests/s"}),
        ("under 80 ms latency", "latency", {"amount": 0.08, "unit": "s"}),
        ("answers within 3 seconds", "latency", {"amount": 3, "unit": "s"}),
        ("in real time", "latency", "real time"),
        ("retrain within 6 hours", "deadline", {"amount": 6, "unit": "hours"}),
        ("must be trained overnight", "deadline", {"amount": 12, "unit": "hours"}),
        ("a picture every two seconds is plenty", "throughput", {"amount": 0.5, "unit": "images/s"}),
        ("one casting comes past every 4 seconds", "throughput", {"amount": 0.25, "unit": "castings/s"}),
        ("20 minutes per epoch", "claim", {"amount": 20, "unit": "minutes", "per": "epoch"}),
        ("half an hour an epoch", "claim", {"amount": 0.5, "unit": "hours", "per": "epoch"}),
        ("it takes 9 days", "claim", {"amount": 9, "unit": "days", "per": "it"}),
        ("24/7", "hours_per_month", 730),
        ("6 hours a day, 5 days a week", "hours_per_month", 130.0),
        ("a team of 14", "users", 14),
        ("35 users", "users", 35),
        ("used by a dozen analysts", "users", 12),
        ("batch size of 64", "batch_size", 64),
        ("bs=8", "batch_size", 8),
        ("90 epochs", "epochs", 90),
        ("20k iterations", "iterations", 20_000),
        ("16k context", "context_tokens", 16_000),
        ("sequence length is 512", "context_tokens", 512),
        ("a 128k window", "context_tokens", 128_000),
        ("nine classes", "classes", 9),
        ("four kinds of defect", "classes", 4),
        ("640x480", "image_resolution", "640x480"),
        ("256 x 256 x 128", "image_resolution", "256x256x128"),
        ("5MP cameras", "image_resolution", "5MP"),
        ("in 1080p", "image_resolution", "1080p"),
        ("4k video", "image_resolution", "4k"),
        ("512px", "image_resolution", "512x512"),
        ("300 input tokens", "prompt_tokens", 300),
        ("200 output tokens", "output_tokens", 200),
        ("3 machines", "nodes", 3),
    ],
)
def test_units_say_the_slot(told: Tell, text: str, slot: str, value: Any) -> None:
    assert told(text)[slot] == value


def test_people_at_once_are_those_it_must_carry(told: Tell) -> None:
    assert told("300 staff, some 20 at once") == {"users": 20, "concurrent": True}
    assert "concurrent" not in told("300 staff")


@pytest.mark.parametrize(
    "text",
    [
        "the belt runs at 3 metres a second",
        "the belt moves 2 m/s",
        "10 kHz sensors",
        "99.9% uptime",
        "bought 3 years ago",
        "a 4-6 sentence summary",
        "2 TB of images a night",
        "5 of them",
    ],
)
def test_what_is_no_quantity_of_ours(told: Tell, text: str) -> None:
    assert (
        not {"throughput", "dataset_size", "latency", "claim", "deadline", "users", "context_tokens"}
        & told(text).keys()
    )


RENDER: tuple[tuple[str, str, int], ...] = (
    ("{n} images", "dataset_size", 11),
    ("about {n:,} labelled photos", "dataset_size", 11),
    ("{n} frames per second", "throughput", 1),
    ("batch size {n}", "batch_size", 1),
    ("{n:,} users", "users", 1),
    ("{n} epochs", "epochs", 1),
    ("{n} classes", "classes", 1),
    ("context length of {n}", "context_tokens", 16),
    ("{n} tokens/s", "throughput", 1),
    ("{n:,} rows", "dataset_size", 11),
)


@given(st.integers(0, 900_000), st.sampled_from(RENDER), st.sampled_from(("", "We have ", "say ", "roughly ", "so ")))
def test_a_quantity_written_in_any_shape_is_read_back(n: int, render: tuple[str, str, int], lead: str) -> None:
    shape, slot, least = render
    low = plain(lead + shape.format(n=n + least))
    found = [
        (s.kind, s.value["amount"] if isinstance(s.value, dict) else s.value) for s in quantities(low, numbers(low))
    ]
    assert found == [(slot, n + least)]


def test_streams_of_pictures_are_cameras_and_of_sound_are_people(told: Tell) -> None:
    assert told("64 concurrent streams at 10 fps")["throughput"] == {"amount": 640, "unit": "images/s"}
    assert told("transcribe 64 concurrent streams")["users"] == 64
