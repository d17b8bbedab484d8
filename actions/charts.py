"""What is better looked at than read, as data: the page and a proposal draw it. All money is in GBP."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from actions import say
from catalog.things import Catalog
from sizing import memory
from sizing.figures import Assessment, Figure
from sizing.reasons import shortfall
from sizing.recommend import Recommendation
from sizing.running import rent_or_buy

Json = dict[str, Any]
FURTHER = "framework reserve of the other cards"


def charts(r: Recommendation, shown: list[tuple[Assessment, str]], catalog: Catalog) -> Json:
    """The charts of a recommendation by name; only those that there are figures for. `shown` as in
    `actions.options.verdicts`."""
    found = {
        "price_throughput": price_throughput(r, shown),
        "memory": memory_parts(r.best),
        "rent_or_buy": rent_against_buy(r, catalog),
    }
    return {name: chart for name, chart in found.items() if chart is not None}


def price_throughput(r: Recommendation, shown: list[tuple[Assessment, str]]) -> Json | None:
    """What each option costs over the need's months against how fast it does the job that decides: the one that the
    next machine down is too slow for, else the first. None for fewer than two points, or where no speed is needed."""
    points, need, unit, limit = [], None, "", ""
    job = deciding(r)
    for a, verdict in shown:
        figure = a.figures[0] if a.figures else None
        if figure is None or figure.speed is None or a.cost_gbp is None or figure.workload.name != job:
            continue
        need, unit = figure.wanted or need, figure.speed.unit
        if figure.run_hours is not None and figure.workload.demand.hours:
            limit = f", to be done in {say.hours(figure.workload.demand.hours)}"
        points.append(
            {
                "name": a.machine.name,
                "verdict": verdict,
                "price": round(a.cost_gbp, 2),
                "value": figure.speed.value,
                "low": figure.speed.low,
                "high": figure.speed.high,
            }
        )
    if len(points) < 2:
        return None
    return {
        "title": f"What it costs and how fast it is: {job}",
        "x": "GBP",
        "x_label": f"to buy, or to rent for {r.need.months:g} months",
        "y": unit,
        "need": need,
        "need_label": f"you need {say.number(need)} {unit}{limit}" if need else "",
        "points": points,
    }


def deciding(r: Recommendation) -> str:
    """The name of the job that the next machine down is too slow for, else of the first."""
    slow = [f.workload for f in r.below.figures if shortfall(f)] if r.below is not None else []
    return next((w.name for w in (*slow, *r.need.workloads)), "")


def memory_parts(best: Assessment | None) -> Json | None:
    """What fills the memory of the recommended machine, by the job that needs most of it."""
    figure = max(best.figures, key=lambda f: f.needed_gb, default=None) if best is not None else None
    if best is None or figure is None:
        return None
    parts = needed(figure)
    return {
        "title": f"Memory on {best.machine.name}: {figure.workload.name}",
        "name": best.machine.name,
        "unit": "GB",
        "available": round(figure.available_gb, 2),
        "parts": [{"name": name, "gb": round(gb, 3)} for name, gb in parts],
    }


def needed(figure: Figure) -> list[tuple[str, float]]:
    """(part, GB) of what the figure says is needed; they add up to it."""
    work = figure.work
    if work is None:  # on a processor, one item after the other
        asked = figure.workload.work
        work = asked if asked.decoder else replace(asked, batch=1)
    whole = memory.need(work)
    if whole is None:
        return []
    further = figure.needed_gb - whole.total  # cards that share the work each keep some memory to themselves
    return [*whole.parts(), (FURTHER, further)] if further > 1e-6 else list(whole.parts())


def rent_against_buy(r: Recommendation, catalog: Catalog) -> Json | None:
    """What renting and buying add up to, month by month, at the hours this need takes; None where either is out."""
    if r.bought is None or r.rented is None or not (r.need.place.cloud and r.need.place.own):
        return None
    found = rent_or_buy(r.bought, r.rented, r.need.months, catalog)
    if found is None:
        return None
    months = list(range(round(r.need.months) + 1))
    even = found.break_even_months
    return {
        "title": f"Rent or buy, at {found.rent_hours_month:.0f} hours a month",
        "unit": "GBP",
        "months": months,
        "buy": [round(found.buy_gbp + found.electricity_month_gbp * m, 2) for m in months],
        "rent": [round(found.rent_month_gbp * m, 2) for m in months],
        "break_even": None if even is None else round(even, 1),
        "buy_name": r.bought.machine.name,
        "rent_name": r.rented.machine.name,
    }
