"""How figures are put into words: rounded to what is known, with unit, range, currency and date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from math import floor, log10

from babel.numbers import format_currency

from catalog.things import ApiOffer, Catalog, Price
from models.work import Estimate
from sizing.api import requests_a_month, tokens_a_month
from sizing.figures import Assessment, Figure
from sizing.machines import Machine
from sizing.money import price_gbp, to_gbp
from sizing.need import Need
from sizing.units import plain

OLD_DAYS = 180
SELDOM = 0.05  # a second
BASIS = {
    "measured": "measured",
    "scaled": "scaled from published measurements",
    "published": "published",
    "spec": "worked out from the data sheet",
    "assumed": "an assumption, not a measurement",
    "computed": "computed",
}


@lru_cache(maxsize=4096)
def money(gbp: float) -> str:
    """£12.34 below 100, then whole pounds, tens from 1,000 and hundreds from 10,000 up: no more than is known."""
    step = 100 if abs(gbp) >= 10_000 else 10 if abs(gbp) >= 1_000 else 1
    whole = abs(gbp) >= 100 or gbp == 0
    return str(
        format_currency(
            round(gbp / step) * step if whole else gbp,
            "GBP",
            format="¤#,##0" if whole else "¤#,##0.00",
            locale="en_GB",
            currency_digits=False,
        )
    )


def price(p: Price | None, catalog: Catalog) -> str:
    """In pounds, with its date; "not priced" when there is none or no exchange rate."""
    gbp = price_gbp(p, catalog.rates)
    if p is None or gbp is None:
        return "not priced"
    return f"{money(gbp)} ({p.day:%b %Y}{', ' + age(p.day) if age(p.day) else ''})"


def month(p: Price | None) -> str:
    return f"{p.day:%b %Y}" if p is not None else "not priced"


def source(p: Price | None) -> str:
    return p.source if p is not None else "not priced"


def age(day: date, today: date | None = None) -> str:
    """ "8 months old" when a price is old enough to say so."""
    days = ((today or date.today()) - day).days
    if days < OLD_DAYS:
        return ""
    return f"{days // 30} months old" if days < 730 else f"{days / 365:.0f} years old"


number = plain  # one rounding, here and in the reasons that sizing gives


def rough(value: float) -> str:
    """Two figures: all that an estimate with a range deserves. 0.012, 4.5, 310, 12,000."""
    if value == 0:
        return "0"
    digits = 1 - floor(log10(abs(value)))
    rounded = round(value, digits)
    return f"{rounded:,.{max(digits, 0)}f}".rstrip("0").rstrip(".") if digits > 0 else f"{rounded:,.0f}"


def ranged(e: Estimate) -> str:
    """310 images/s (80 % range 190 to 480)."""
    return f"{rough(e.value)} {e.unit} (80 % range {rough(e.low)} to {rough(e.high)})"


_SPANS = (
    ("seconds", 1 / 3600, 1 / 60),
    ("minutes", 1 / 60, 1.0),
    ("hours", 1.0, 72.0),
    ("days", 24.0, 24 * 120.0),
    ("months", 730.0, 8760 * 2.0),
    ("years", 8760.0, float("inf")),
)  # name, hours in one, used below so many hours


def _span(value: float) -> tuple[str, float]:
    return next((name, size) for name, size, below in _SPANS if value < below)


def hours(value: float) -> str:
    """90 minutes, 9.5 hours, 4 days from hours."""
    name, size = _span(value)
    return f"{rough(value / size)} {name}"


def time_range(e: Estimate) -> str:
    """ "9.1 hours (80 % range 6.2 to 14)" from an estimate in hours."""
    name, size = _span(e.value)
    return f"{rough(e.value / size)} {name} (80 % range {rough(e.low / size)} to {rough(e.high / size)})"


def percent(share: float) -> str:
    """Never 100 % while something runs, nor 0 % of something."""
    if 0 < share < 0.005:
        return "under 1 %"
    if 0.995 <= share < 1:
        return f"{share * 100:.1f} %" if share < 0.9995 else "over 99.9 %"
    return f"{share * 100:.0f} %"


def cards(machine: Machine) -> str:
    """ "2x RTX 5090", or "no GPU"."""
    if machine.gpu is None:
        return "no GPU"
    return machine.gpu.name if machine.count == 1 else f"{machine.count}x {machine.gpu.name}"


def speed(figure: Figure) -> str:
    """What one job gets out of a machine."""
    if figure.run_hours is not None:
        what = "one run" if figure.workload.work.trains else "all of it"
        return f"{what} takes {time_range(figure.run_hours)}"
    if figure.serving is not None:
        tpot, ttft = figure.serving.tpot, figure.serving.ttft
        each = tpot.inverse(1.0, "tokens/s")
        wait = f"first word after {rough(ttft.value)} s ({rough(ttft.low)} to {rough(ttft.high)})"
        return f"{ranged(each)} for each person, {wait}"
    return ranged(figure.speed) if figure.speed is not None else "not known"


def wanted(rate: float, unit: str = "") -> str:
    """What is needed of a speed told by the second: by the day, where it is SELDOM."""
    return f"{number(rate)} {unit}".strip() if rate >= SELDOM else f"{number(rate * 86_400)} {unit}".strip() + " a day"


def and_list(parts: Iterable[str]) -> str:
    listed = list(parts)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}" if listed else ""


def sentence(text: str) -> str:
    """Upper-case start, full stop at the end."""
    text = text.strip()
    return first_up(text) + ("" if text.endswith((".", "?", "!")) else ".") if text else ""


def first_down(text: str) -> str:
    return text[:1].lower() + text[1:]


def first_up(text: str) -> str:
    return text[:1].upper() + text[1:]


def cost(a: Assessment, catalog: Catalog, months: float) -> str:
    """What choosing this costs, in words."""
    if a.machine.kind == "owned":
        return "nothing to buy"
    if a.machine.offer is not None:
        if a.cost_gbp is None:
            return "not priced"
        return f"{by_token(a.machine.offer, catalog)}: {monthly(a.cost_gbp / months)}"
    if a.machine.kind == "rent":
        hourly = price_gbp(a.machine.price, catalog.rates)
        if hourly is None or a.cost_gbp is None:
            return "not priced"
        assert a.machine.price is not None, "what has no price has no hourly price"
        once = bool(a.figures) and all(f.workload.runs_per_month * months < 1.5 and f.run_hours for f in a.figures)
        whole = f"about {money(a.cost_gbp)} in all" if a.cost_gbp >= 1 else "under £1 in all"
        spent = whole if once else f"about {money(a.cost_gbp / months)} a month"
        return f"{money(hourly)} an hour ({a.machine.price.day:%b %Y}), {spent}"
    return price(a.machine.price, catalog)


def by_token(offer: ApiOffer, catalog: Catalog) -> str:
    """ "£0.62 a million tokens in, £0.70 out (May 2026)"."""
    into, out = (to_gbp(p, offer.currency, catalog.rates) for p in (offer.input_price, offer.output_price))
    if into is None or out is None:
        return "not priced"
    old = f", {age(offer.day)}" if age(offer.day) else ""
    return f"{small(into)} a million tokens in, {small(out)} out ({offer.day:%b %Y}{old})"


def monthly(gbp: float) -> str:
    """The volume is a guess, so pennies are not told."""
    return "under £1 a month" if gbp < 1 else f"about {f'£{gbp:.0f}' if gbp < 100 else money(gbp)} a month"


def small(gbp: float) -> str:
    """Money that may be far less than a penny: two figures of it."""
    return money(gbp) if gbp >= 0.1 else f"£{gbp:.2g}"


def volume(need: Need) -> str:
    """ "4,200 requests a month, 4.2 million tokens in and 1.68 million out"."""
    into, out = tokens_a_month(need)
    requests = sum(requests_a_month(w) for w in need.workloads)
    return f"{number(requests)} requests a month, {number(into)} million tokens in and {number(out)} million out"
