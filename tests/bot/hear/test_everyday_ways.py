"""Ways of saying it that were once heard as something else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.hear import Heard

Hear = Callable[..., Heard]
HOURS = {"unit": "hours"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Dell wants £38k for a server with two L40S cards", {"quote": {"amount": 38000, "currency": "GBP"}}),
        ("we have 15 W to spare for it", {"power_w": 15}),
        ("transcribe 30 hours a week", {"throughput": {"amount": 30, "unit": "hours of audio/week"}}),
        ("train a speech recogniser for Welsh", {"task": "speech_recognition", "phase": "training"}),
        ("clone the presenter's voice and read the news", {"task": "text_to_speech"}),
        ("it must be done by tomorrow morning", {"deadline": {"amount": 12, **HOURS}}),
        ("forecast demand for 4,000 products a day", {"throughput": {"amount": 4000, "unit": "samples/day"}}),
        ("a batch of 80,000 photos to tag by face, once", {"phase": "inference", "pile": True}),
        ("train it on 80,000 photos, once", {"phase": "training"}),
    ],
)
def test_it_is_heard(hear: Hear, text: str, told: dict[str, Any]) -> None:
    heard = hear(text).told
    for slot, value in told.items():
        got = heard.get(slot)
        if isinstance(value, dict):
            assert got is not None
            assert value.items() <= got.items(), heard
        else:
            assert got == value, heard
    assert "budget" not in heard


@pytest.mark.parametrize(("text", "hours"), [("a few days", 72), ("a couple of hours", 2), ("several days", 120)])
def test_a_few_is_a_number(hear: Hear, text: str, hours: int) -> None:
    assert hear(text, "deadline").told["deadline"] == {"amount": hours, **HOURS}


def test_a_robot_arm_that_only_sees_learns_nothing_by_trial(hear: Hear) -> None:
    assert hear("a robot arm needs grasp detection at 30 fps").told.get("task") != "reinforcement_learning"
