"""What counts as an answer to a quiz question, and what does not."""

from __future__ import annotations

from typing import Any

import pytest

from bot.hear.quiz import answer, certain

CARDS: dict[str, Any] = {"choices": ["RTX 4080", "RTX 4090", "L40S", "RTX PRO 6000"], "unit": ""}
PAIR: dict[str, Any] = {"choices": ["RTX 5080", "RTX 3090"], "unit": ""}
WORDS: dict[str, Any] = {"choices": ["Hard disks", "Flash arrays", "NVMe drives", "Shared storage"], "unit": ""}
MYTH: dict[str, Any] = {"choices": ["True", "A common misunderstanding"], "unit": ""}
MEMORY: dict[str, Any] = {"choices": [], "unit": "GB"}
HOURS: dict[str, Any] = {"choices": [], "unit": "hours"}


@pytest.mark.parametrize(
    ("text", "question", "choice"),
    [
        ("B", CARDS, 1),
        ("b.", CARDS, 1),
        ("(c)", CARDS, 2),
        ("I think it's b", CARDS, 1),
        ("option D", CARDS, 3),
        ("the second", CARDS, 1),
        ("the second one I think", CARDS, 1),
        ("2nd", CARDS, 1),
        ("3", CARDS, 2),
        ("number 4", CARDS, 3),
        ("the last one", CARDS, 3),
        ("the last", PAIR, 1),
        ("B, RTX 4090", CARDS, 1),
        ("RTX 4090", CARDS, 1),
        ("the 4090", CARDS, 1),
        ("l40s", CARDS, 2),
        ("maybe the 3090?", PAIR, 1),
        ("nvme", WORDS, 2),
        ("NVMe drives!", WORDS, 2),
        ("flash arays", WORDS, 1),
        ("hard disk", WORDS, 0),
        ("true", MYTH, 0),
        ("Yes", MYTH, 0),
        ("no", MYTH, 1),
        ("false", MYTH, 1),
        ("that's a myth", MYTH, 1),
        ("misunderstanding", MYTH, 1),
        ("A", MYTH, 0),
        ("nope, that's wrong", MYTH, 1),
        ("that isn't true", MYTH, 1),
        ("yes that's right", MYTH, 0),
        ("its the 4090", CARDS, 1),
    ],
)
def test_a_choice_is_read(text: str, question: dict[str, Any], choice: int) -> None:
    assert answer(text, question, True) == {"choice": choice}


@pytest.mark.parametrize(
    ("text", "question", "low", "high"),
    [
        ("16", MEMORY, 16, 16),
        ("about 16 gigs", MEMORY, 16, 16),
        ("16GB", MEMORY, 16, 16),
        ("sixteen gigabytes", MEMORY, 16, 16),
        ("roughly 14-16 GB I think", MEMORY, 14, 16),
        ("~ 1.5 TB", MEMORY, 1500, 1500),
        ("i'd say 500 mb", MEMORY, 0.5, 0.5),
        ("48 GB of memory", MEMORY, 48, 48),
        ("around 50ish GB", MEMORY, 50, 50),
        ("half a terabyte", MEMORY, 500, 500),
        ("about a day", HOURS, 24, 24),
        ("12 hours", HOURS, 12, 12),
        ("about 2 days", HOURS, 48, 48),
        ("90 minutes", HOURS, 1.5, 1.5),
        ("3.5", HOURS, 3.5, 3.5),
    ],
)
def test_a_number_is_read_in_the_unit_of_the_question(
    text: str, question: dict[str, Any], low: float, high: float
) -> None:
    read = answer(text, question, True)
    assert read is not None
    assert read["number"] == pytest.approx([low, high])


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("don't know", "unsure"),
        ("I don't know", "unsure"),
        ("dont know", "unsure"),
        ("not sure", "unsure"),
        ("no idea, sorry", "unsure"),
        ("I give up", "unsure"),
        ("just tell me", "unsure"),
        ("what's the answer?", "unsure"),
        ("???", "unsure"),
        ("skip it", "skip"),
        ("next question please", "skip"),
        ("back to the quiz", "back"),
        ("what was the question again?", "back"),
        ("stop", "stop"),
        ("ok, stop the quiz please", "stop"),
        ("that's enough for today", "stop"),
    ],
)
@pytest.mark.parametrize("question", [CARDS, MEMORY])
def test_what_is_no_answer_steers_the_quiz(text: str, does: str, question: dict[str, Any]) -> None:
    assert answer(text, question, True) == {"do": does}


@pytest.mark.parametrize(
    "text",
    [
        "what is NVMe?",
        "why does that matter?",
        "Will a 70B model run on an RTX 4090?",
        "We need to sort photos, about 10 a second, for 16 GB",
        "and what does a flash array cost to run",
        "how long would that take in hours",
        "I would like a machine for 16 people",
        "neither of these is anything I have heard of",
    ],
)
@pytest.mark.parametrize("question", [CARDS, MEMORY, WORDS])
def test_anything_else_is_left_to_the_rest_of_the_bot(text: str, question: dict[str, Any]) -> None:
    assert answer(text, question, True) is None


def test_a_time_is_no_answer_to_a_question_of_memory() -> None:
    assert answer("12 hours", MEMORY, True) == {"do": "unclear"}
    assert answer("12 GB", HOURS, True) == {"do": "unclear"}


@pytest.mark.parametrize(
    ("text", "going", "does"),
    [
        ("next", True, "next"),
        ("yes please", True, "next"),
        ("ok, another one", True, "next"),
        ("no thanks", True, "stop"),
        ("why?", True, "explain"),
        ("tell me more", True, "explain"),
        ("next", False, "next"),
    ],
)
def test_between_questions(text: str, going: bool, does: str) -> None:
    assert answer(text, None, going) == {"do": does}


@pytest.mark.parametrize("text", ["yes", "B", "no", "stop", "why?", "skip it", "16 GB"])
def test_after_something_else_was_said_a_bare_word_is_not_the_quiz_s(text: str) -> None:
    assert answer(text, None, False) is None


def test_a_card_that_is_not_among_the_choices_is_not_taken_for_one_that_is() -> None:
    assert answer("the 5070", CARDS, True) == {"do": "unclear"}
    assert answer("rtx 4070", CARDS, True) == {"do": "unclear"}


@pytest.mark.parametrize("text", ["thanks", "RTX", "neither", "A or B", "12 people", "it's about 3"])
def test_a_few_words_may_be_a_clumsy_answer(text: str) -> None:
    assert answer(text, CARDS, True) == {"do": "unclear"}
    assert answer(text, CARDS, False) == {"do": "idle"}


def test_while_another_question_is_open_only_a_lone_letter_is_the_quiz_s() -> None:
    for text, sure in (("B", True), ("b)", True), ("back to the quiz", True), ("2", False), ("not sure", False)):
        assert certain(text, answer(text, CARDS, False)) is sure
