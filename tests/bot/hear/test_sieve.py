"""A sieve holds nothing back: whatever a pattern matches, its sieve lets through."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.components import cues
from bot.hear import places, tasks
from bot.hear.sieve import Sieved

ROOT = Path(__file__).resolve().parents[3]
SIEVED = [
    *tasks._TASK.values(),
    *(pattern for rows in places._TABLES.values() for _, pattern in rows),
    *cues.PATTERNS.values(),
]
ASKED = [q for path in (ROOT / "tests/evaluation").glob("*questions.yaml")
         for q in yaml.safe_load(path.read_text(encoding="utf-8"))]  # fmt: skip
TAUGHT = [intent for path in (ROOT / "bot/nlu").glob("*.yml")
          for intent in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]]  # fmt: skip
TEXTS = [
    *(question["text"].lower() for question in ASKED),
    *(line.strip()[2:].lower() for intent in TAUGHT for line in intent["examples"].splitlines()),
]


def test_most_patterns_have_words_to_look_for() -> None:
    assert sum(bool(p.words) for p in SIEVED) > 0.75 * len(SIEVED)


def test_on_all_that_people_were_heard_to_say_it_answers_as_the_pattern_alone() -> None:
    for sieved in SIEVED:
        for text in TEXTS:
            if not sieved.may(text):
                assert sieved.pattern.search(text) is None, (sieved.pattern.pattern, text)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_what_a_pattern_matches_goes_through(data: st.DataObject) -> None:
    sieved = data.draw(st.sampled_from(SIEVED))
    text = data.draw(st.from_regex(sieved.pattern, alphabet=st.characters(codec="ascii")))
    found = sieved.search(text)
    assert (found and found.span()) == (match.span() if (match := sieved.pattern.search(text)) else None)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (r"\bvideo\b", {"video"}),
        (r"colou?rs?", {"color", "colour", "colors", "colours"}),
        (r"(?:cat|dog)s? (?:\w+ )?show", {"cat ", "cats ", "dog ", "dogs "}),
        (r"a|video", None),
        (r"(?:video)?", None),
        (r"(?=video)x", None),
        (r"[a-z]+ing \d+", {"ing "}),
        (r"(?:very )+long", {"very "}),
    ],
)
def test_the_words(expression: str, words: set[str] | None) -> None:
    found = set(Sieved(expression).words) or None
    if words is None:
        assert found is None
    else:
        assert found is not None
        assert all(any(word in w or w in word for w in words) for word in found), found
        assert re.search(expression, "x") is None
