"""A question's right answer is right by the catalog, and no other choice is."""

from __future__ import annotations

import re
from functools import cache
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from actions.quiz import KINDS, ROTATION
from actions.quizzing import from_articles, from_cases, from_figures
from actions.quizzing.from_articles import BLANK, MYTH, TRUE
from actions.quizzing.question import LETTERS, Kind, Question, mark, name
from catalog import schema, store
from catalog.things import Catalog
from models.unknown import from_params
from models.work import Work
from sizing import memory
from sizing.assess import Assessor
from sizing.complete import complete
from sizing.machines import from_system
from sizing.money import price_gbp
from sizing.recommend import cheapest, questions

BY_NAME = {kind.name: kind for kind in KINDS}


@cache
def packaged() -> Catalog:
    empty: store.Rows = {kind.name: {} for kind in schema.STORED}
    return store.build(store.apply(empty, store.packaged_changes()), 0)


def made(data: st.DataObject, kind: Kind) -> Question:
    article = data.draw(st.sampled_from(list(kind.about(packaged()))))
    question = kind.make(packaged(), packaged().articles[article], Random(data.draw(st.integers(0, 10_000))))
    assume(question is not None)
    assert question is not None
    return question


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_every_question_is_whole(kind: Kind, data: st.DataObject) -> None:
    question = made(data, kind)
    assert question.kind == kind.name
    assert question.article in packaged().articles
    assert question.text
    assert question.why
    if question.choices:
        assert 2 <= len(question.choices) <= len(LETTERS)
        assert len({choice.lower() for choice in question.choices}) == len(question.choices)
        assert 0 <= question.right < len(question.choices)
        for index in range(len(question.choices)):
            assert mark(question, {"choice": index}).right is (index == question.right)
    else:
        assert question.value is not None
        assert 0 < question.low < question.value < question.high
        assert mark(question, {"number": [question.value, question.value]}).right
        assert not mark(question, {"number": [question.value * 2, question.value * 2]}).right
        assert not mark(question, {"number": [question.value / 2, question.value / 2]}).right
        assert not mark(question, {"number": [question.low / 2, question.high * 2]}).right
    assert not mark(question, {"do": "unsure"}).right
    assert Question.from_json(vars(question)) == question
    if kind not in from_articles.KINDS:  # those are worded by people, and tested with the library
        said = f"{question.asked()} {question.why} {question.answer}"
        assert not re.search(r"\bNone\b|[{}]|\b[a-z0-9]+_[a-z0-9_]+\b", said)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_same_seed_gives_the_same_question_and_others_give_others(kind: Kind) -> None:
    catalog = packaged()
    article = catalog.articles[kind.about(catalog)[0]]
    first = [kind.make(catalog, article, Random(seed)) for seed in range(12)]
    assert first == [kind.make(catalog, article, Random(seed)) for seed in range(12)]
    assert len({str(question) for question in first}) > 1


def test_every_kind_has_its_turn_and_most_articles_a_question() -> None:
    assert set(ROTATION) == set(BY_NAME)
    catalog = packaged()
    for kind, least in (("which", 0.8), ("true_or_myth", 0.99), ("client_asks", 0.9)):
        maker = BY_NAME[kind].make
        able = [a for a in catalog.articles.values() if any(maker(catalog, a, Random(seed)) for seed in range(4))]
        assert len(able) >= least * len(catalog.articles)


# --- from articles ---


@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_the_name_is_hidden_and_the_choices_are_of_one_group(data: st.DataObject) -> None:
    question = made(data, BY_NAME["which"])
    article = packaged().articles[question.article]
    assert question.choices[question.right] == name(article)
    hidden = question.text.lower()
    assert BLANK in hidden
    assert not re.search(rf"\b{re.escape(name(article).lower())}\b", hidden)
    groups = {name(other): other.group for other in packaged().articles.values()}
    assert {groups[choice] for choice in question.choices} == {article.group}


@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_what_is_called_true_or_a_misunderstanding_is_so_in_the_article(data: st.DataObject) -> None:
    question = made(data, BY_NAME["true_or_myth"])
    article = packaged().articles[question.article]
    found = re.search(r'"(.+)"$', question.text, re.S)
    assert found
    stated = found[1].rstrip(".").lower()
    assert question.choices == (TRUE, MYTH)
    if question.choices[question.right] == MYTH:
        assert stated in re.sub(r"\b(or|and) that\b", r"\1", article.misunderstanding.lower())
    else:
        assert stated in f"{article.sentence} {article.why_it_matters}".lower()


@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_what_to_say_to_a_client_is_the_library_s_answer_to_that_question(data: st.DataObject) -> None:
    question = made(data, BY_NAME["client_asks"])
    answers = dict(packaged().articles[question.article].answers)
    found = re.search(r'A client asks: "(.+)" What do you say', question.text)
    assert found
    for index, choice in enumerate(question.choices):
        assert answers[found[1]].startswith(choice) is (index == question.right)


def test_a_misunderstanding_is_divided_into_the_claim_and_the_fact() -> None:
    article = packaged().articles["nvlink"]
    found = from_articles.claim(article)
    assert found is not None
    claim, fact = found
    assert article.misunderstanding == f"That {claim}. {fact}"


# --- from figures ---

ASKED = {"more memory": "memory_gb", "reads": "bandwidth_gbs", "power": "tdp_w", "arithmetic": "fp16_tflops"}


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_the_bigger_is_bigger_and_by_a_clear_margin(data: st.DataObject) -> None:
    question = made(data, BY_NAME["bigger"])
    catalog = packaged()
    if question.article == "cost":
        of = {s.name: price_gbp(s.price, catalog.rates) for s in catalog.systems.values()}
    else:
        figure = next(field for word, field in ASKED.items() if word in question.text)
        of = {g.name: getattr(g, figure) for g in catalog.gpus.values()}
    figures = [float(of[choice] or 0) for choice in question.choices]
    assert figures[question.right] == max(figures)
    assert max(figures) >= 1.25 * min(figures) > 0


@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_a_sum_follows_from_what_the_question_says(data: st.DataObject) -> None:
    question = made(data, BY_NAME["estimate"])
    assert question.value is not None
    figures = [float(figure.replace(",", "")) for figure in re.findall(r"\d[\d,]*(?:\.\d+)?", question.text)]
    if "weights of a" in question.text:
        bits = {"32-bit": 32, "16-bit": 16, "8-bit": 8, "4-bit": 4.8}[question.text.split(" in ")[1].split("?")[0]]
        assert question.value == pytest.approx(figures[0] * bits / 8, rel=0.02)
    elif "optimizer" in question.text:
        assert question.value == pytest.approx(figures[0] * 16, rel=0.02)
    elif "KV cache" in question.text:
        each, users, tokens = figures[1], figures[2], figures[3]
        assert question.value == pytest.approx(each * users * tokens / 1000, rel=0.03)
    else:
        sentence = question.text.split(" learns from ")[1]
        items, passes = (float(f.replace(",", "")) for f in re.findall(r"\d[\d,]*", sentence)[:2])
        rate = float(re.search(r"about ([\d,.]+) \w+ a second", sentence)[1].replace(",", ""))  # type: ignore[index]
        assert question.value == pytest.approx(items * passes / rate / 3600, rel=0.02)


def test_weights_are_those_of_the_one_memory_rule() -> None:
    catalog = packaged()
    question = from_figures.weights(catalog, catalog.articles["quantization"], Random(1))
    assert question is not None
    assert question.value is not None
    size = float(re.search(r"(\d+)-billion", question.text)[1])  # type: ignore[index]
    precision = "int8" if "8-bit" in question.text else "int4"
    need = memory.need(Work(from_params(size), "inference", precision))
    assert need is not None
    assert question.value == need.weights


# --- from cases ---


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_the_first_question_is_the_one_that_sizing_would_ask(data: st.DataObject) -> None:
    question = made(data, BY_NAME["ask_first"])
    catalog = packaged()
    jobs = {from_cases.job(task, catalog): task for task in from_cases.cases(catalog)[1:]}
    what = re.search(r"machine for this: (.+?)\. What they have said about it: (.+?)\. Which", question.text)
    assert what
    told = {"task": jobs[what[1]]}
    said = what[2].split("; ")
    worth = [q for q in questions(told, catalog) if q.assumption.value not in said]
    assert worth[0].assumption.question == question.choices[question.right]
    impact = {q.assumption.question: q.impact for q in worth}
    for index, choice in enumerate(question.choices):
        assert index == question.right or impact.get(choice, 0.0) * from_cases.CLEARLY < worth[0].impact


@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_what_is_wrong_with_an_offer_is_wrong_and_nothing_else_is(data: st.DataObject) -> None:
    question = made(data, BY_NAME["offer"])
    catalog = packaged()
    found = re.search(r"one (.+?) for £([\d,]+)(?:, to stand|\. The job: (.+?) \()", question.text)
    assert found
    system = next(s for s in catalog.systems.values() if s.name == found[1])
    usual = price_gbp(system.price, catalog.rates)
    assert usual is not None
    wrong = question.choices[question.right]
    dear = float(found[2].replace(",", "")) / usual
    assert (dear > 1.4) is (wrong == from_cases.COSTLY)
    assert dear > 1.4 or dear < 1.1
    if found[3] is None:
        loud = system.noise in ("loud", "server_room")
        assert loud is (wrong == from_cases.PLACE)
        assert loud or system.max_power_w <= from_cases.SOCKET_W
        return
    jobs = {from_cases.job(task, catalog): task for task in from_cases.cases(catalog)[1:]}
    need = complete({"task": jobs[found[3]], "excluded": ["cloud"]}, catalog).need
    assert need is not None
    got = Assessor(need, catalog).assess(from_system(system, catalog))
    enough = cheapest(need, catalog, "system")
    assert enough is not None
    assert got.enough is (wrong != from_cases.SMALL)
    if wrong == from_cases.LARGE:
        assert got.idle_share is None or got.idle_share >= 0.9
        assert usual >= 5 * (enough.cost_gbp or 0)
    elif wrong in (from_cases.FINE, from_cases.COSTLY):
        assert system.id == enough.machine.id
