from __future__ import annotations

from pathlib import Path

import pytest

from catalog.library import BadArticles, articles
from catalog.things import Figure

GOOD = """id: heat
title: Heat
group: power
sentence: Every watt becomes heat.
plain: What goes in as power comes out as heat.
technical: Sensible heat equals electrical power.
why_it_matters: The room must carry it away.
misunderstanding: Idle is not free.
aliases: [heat output, btu]
answers:
  - question: How many BTU is a watt?
    answer: 3.41 an hour.
figures:
  - {what: one watt, value: 3.412, unit: BTU/h, source: NIST SP 811, day: 2008-03-01}
"""


def put(folder: Path, text: str, path: str = "power/heat.yaml") -> Path:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")
    return folder


def test_an_article(tmp_path: Path) -> None:
    article = articles(put(tmp_path, GOOD))["heat"]
    assert article.aliases == ("heat output", "btu")
    assert article.answers == (("How many BTU is a watt?", "3.41 an hour."),)
    assert article.figures == (Figure("one watt", "3.412", "BTU/h", "NIST SP 811", "2008-03-01"),)
    assert article.questions == ()


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    put(tmp_path, GOOD.replace("title: Heat\n", ""), "power/heat.yaml")
    put(tmp_path, GOOD.replace("id: heat", "id: cold"), "power/cool.yaml")
    put(tmp_path, GOOD + "colour: red\n", "power/red.yaml")
    put(tmp_path, "id: [", "power/cut.yaml")
    put(tmp_path, "", "power/empty.yaml")
    put(tmp_path, GOOD.replace("[heat output, btu]", "heat"), "power/alias.yaml")
    put(tmp_path, GOOD.replace("question: How", "ask: How"), "power/ask.yaml")
    with pytest.raises(BadArticles) as error:
        articles(tmp_path)
    said = str(error.value)
    for part in (
        "power/heat.yaml: lacks title",
        "power/cool.yaml: is 'cold' of group 'power'",
        "red.yaml: has keys no article has: colour",
        "power/cut.yaml",
        "power/empty.yaml: is not a list of keys",
        "power/alias.yaml: aliases is not a list",
        "power/ask.yaml: 'question'",
    ):
        assert part in said, part


def test_two_articles_with_one_id(tmp_path: Path) -> None:
    put(tmp_path, GOOD, "power/heat.yaml")
    put(tmp_path, GOOD.replace("group: power", "group: part"), "part/heat.yaml")
    with pytest.raises(BadArticles, match="another article has the id 'heat'"):
        articles(tmp_path)
