"""Money: amount, currency, bound, period, range; and which numbers are no money."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.hear.money import amounts
from bot.hear.numbers import numbers
from bot.hear.text import plain

Tell = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("from $6 to $9K", {"amount": 9000, "min": 6000, "currency": "USD"}),
        ("~60k budget", {"amount": 60_000, "currency": None, "bound": "about"}),
        ("£750 at most", {"amount": 750, "currency": "GBP", "bound": "max"}),
        ("under ~2k€", {"amount": 2000, "currency": "EUR", "bound": "max"}),
        ("150 USD a month", {"amount": 150, "currency": "USD", "period": "month"}),
        ("twelve grand", {"amount": 12_000, "currency": None}),
        ("20k quid", {"amount": 20_000, "currency": "GBP"}),
        ("budget CHF 20'000", {"amount": 20_000, "currency": "CHF"}),
        ("budget is about 18k", {"amount": 18_000, "currency": None, "bound": "about"}),
        ("our budget is 7,500", {"amount": 7500, "currency": None}),
        ("4.500 € to spend", {"amount": 4500, "currency": "EUR"}),
        ("£30k–£45k", {"amount": 45_000, "min": 30_000, "currency": "GBP"}),
        ("GBP 12,000 max", {"amount": 12_000, "currency": "GBP", "bound": "max"}),
        ("a £1.5m budget", {"amount": 1_500_000, "currency": "GBP"}),
        ("we can spend between 5 and 8 grand", {"amount": 8000, "min": 5000, "currency": None}),
        ("R$5200.00($940.00)", {"amount": 940, "currency": "USD"}),
        ("no budget", {"amount": 0, "currency": None, "bound": "max"}),
        ("a 3090 for £600 or a 4090 for £1,500", {"amount": 1500, "min": 600, "currency": "GBP"}),
    ],
)
def test_budgets(told: Tell, text: str, budget: dict[str, Any]) -> None:
    assert told(text)["budget"] == budget


@pytest.mark.parametrize(
    "text",
    [
        "50k images",
        "a 16k context",
        "trained on 40k aerial photos",
        "20,000 users",
        "8 GB",
        "no budget limit",
        "power budget of 60 watts",
        "7b model",
        "runs at 15k rpm",
        "on 30k labelled clips for the budget team",
    ],
)
def test_numbers_that_are_no_money(told: Tell, text: str) -> None:
    assert "budget" not in told(text)


SHAPES = (
    "£{n}",
    "£{n:,}",
    "{n} GBP",
    "GBP {n:,}",
    "{n:,} pounds",
    "{n} quid",
    "about £{n}",
    "budget of £{n:,}.",
    "£{n} per month",
    "up to {n:,}£",
)


@given(st.integers(1, 90_000_000), st.sampled_from(SHAPES))
def test_an_amount_written_in_any_shape_is_read_back(n: int, shape: str) -> None:
    low = plain(shape.format(n=n))
    found = amounts(low, numbers(low))
    assert [(m.amount, m.currency) for m in found] == [(n, "GBP")]


@given(st.integers(1, 900), st.sampled_from(("£{n}k", "£{n} k", "{n}k€", "{n} grand", "${n} thousand", "{n}k quid")))
def test_thousands(n: int, shape: str) -> None:
    low = plain(shape.format(n=n))
    assert [m.amount for m in amounts(low, numbers(low))] == [n * 1000]


@given(
    st.integers(1, 900),
    st.integers(1, 900),
    st.sampled_from(("£{a}k to £{b}k", "£{a}-{b}k", "{a}k-{b}k pounds", "between £{a}k and £{b}k")),
)
def test_ranges(a: int, b: int, shape: str) -> None:
    a, b = sorted((a, b))
    if a == b:
        return
    low = plain(shape.format(a=a, b=b))
    assert [(m.low, m.amount) for m in amounts(low, numbers(low))] == [(a * 1000, b * 1000)]
