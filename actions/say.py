"""How figures are put into words: rounded to what is known, with unit, range, currency and date."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from babel.numbers import format_currency

from catalog.things import Catalog, Price
from models.work import Estimate
from sizing.figures import Assessment, Figure
from sizing.machines import Machine
from sizing.money import price_gbp

OLD_DAYS = 180
BASIS = {"measured": "measured", "scaled": "scaled from published measurements", "published": "published",
         "spec": "worked out from the data sheet", "assumed": "an assumption, not a measurement", "computed": "computed"}


def money(gbp: float) -> str:
    """£12.34 below 100, then whole pounds, tens from 1,000 and hundreds from 10,000 up: no more than is known."""
    step = 100 if abs(gbp) >= 10_000 else 10 if abs(gbp) >= 1_000 else 1
    whole = abs(gbp) >= 100 or gbp == 0
    return str(format_currency(round(gbp / step) * step if whole else gbp, "GBP", format="¤#,##0" if whole else "¤#,##0.00",
                               locale="en_GB", currency_digits=False))


def price(p: Price | None, catalog: Catalog) -> str:
    """In pounds, with its date; "not priced" when there is none or no exchange rate."""
    gbp = price_gbp(p, catalog.rates)
    if p is None or gbp is None:
        return "not priced"
    return f"{money(gbp)} ({p.day:%b %Y}{', ' + age(p.day) if age(p.day) else ''})"


def age(day: date, today: date | None = None) -> str:
    """"8 months old" when a price is old enough to say so."""
    days = ((today or date.today()) - day).days
    if days < OLD_DAYS:
        return ""
    return f"{days // 30} months old" if days < 730 else f"{days / 365:.0f} years old"


def number(value: float) -> str:
    """Three figures at most, with thousands separators: 0.0123, 4.5, 310, 12,400."""
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        magnitude = 10 ** (len(str(int(abs(value)))) - 3)
        return f"{round(value / magnitude) * magnitude:,.0f}"
    return f"{value:.3g}"


def ranged(e: Estimate) -> str:
    """310 images/s (80 % range 190 to 480)."""
    return f"{number(e.value)} {e.unit} (80 % range {number(e.low)} to {number(e.high)})"


def hours(value: float) -> str:
    if value < 1 / 60:
        return f"{number(value * 3600)} seconds"
    if value < 1:
        return f"{number(value * 60)} minutes"
    if value < 72:
        return f"{number(value)} hours"
    return f"{number(value / 24)} days" if value < 24 * 120 else f"{number(value / 730)} months" if value < 8760 * 2 else f"{number(value / 8760)} years"


def time_range(e: Estimate) -> str:
    """"9 hours (80 % range 6 to 14 hours)" from an estimate in hours."""
    return f"{hours(e.value)} (80 % range {hours(e.low)} to {hours(e.high)})"


def percent(share: float) -> str:
    """Never 100 % while something runs, nor 0 % of something."""
    if 0 < share < 0.005:
        return "under 1 %"
    if 0.995 <= share < 1:
        return f"{share * 100:.1f} %" if share < 0.9995 else "over 99.9 %"
    return f"{share * 100:.0f} %"


def cards(machine: Machine) -> str:
    """"2x RTX 5090", or "no GPU"."""
    if machine.gpu is None:
        return "no GPU"
    return machine.gpu.name if machine.count == 1 else f"{machine.count}x {machine.gpu.name}"


def speed(figure: Figure) -> str:
    """What one job gets out of a machine."""
    if figure.run_hours is not None:
        return f"one run takes {time_range(figure.run_hours)}"
    if figure.serving is not None:
        tpot, ttft = figure.serving.tpot, figure.serving.ttft
        each = tpot.inverse(1.0, "tokens/s")
        return f"{ranged(each)} for each person, first word after {number(ttft.value)} s ({number(ttft.low)} to {number(ttft.high)})"
    return ranged(figure.speed) if figure.speed is not None else "not known"


def and_list(parts: Iterable[str]) -> str:
    listed = list(parts)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}" if listed else ""


def sentence(text: str) -> str:
    """Upper-case start, full stop at the end."""
    text = text.strip()
    return first_up(text) + ("" if text.endswith((".", "?", "!")) else ".") if text else ""


def first_up(text: str) -> str:
    return text[:1].upper() + text[1:]


def cost(a: Assessment, catalog: Catalog, months: float) -> str:
    """What choosing this costs, in words."""
    if a.machine.kind == "owned":
        return "nothing to buy"
    if a.machine.kind == "rent":
        hourly = price_gbp(a.machine.price, catalog.rates)
        if hourly is None or a.cost_gbp is None:
            return "not priced"
        assert a.machine.price is not None, "what has no price has no hourly price"
        return f"{money(hourly)} an hour ({a.machine.price.day:%b %Y}), about {money(a.cost_gbp / months)} a month"
    return price(a.machine.price, catalog)
