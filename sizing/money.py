"""Money in one currency for comparing, without losing where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from catalog.things import ExchangeRate, Price

HOME = "GBP"


def to_gbp(amount: Decimal | float, currency: str, rates: Mapping[str, ExchangeRate]) -> float | None:
    """Pounds, or None when no rate is known: an unknown currency is not guessed."""
    if currency == HOME:
        return float(amount)
    rate = rates.get(currency)
    return None if rate is None else float(amount) * float(rate.gbp)


def price_gbp(price: Price | None, rates: Mapping[str, ExchangeRate]) -> float | None:
    """Pounds, or None for "not priced"."""
    return None if price is None else to_gbp(price.amount, price.currency, rates)
