"""The options of a recommendation as they are shown: which and with what verdict, their fields, their table, and where
each figure of theirs comes from."""

from __future__ import annotations

import re
from typing import Any

from actions import say
from actions.reply import Provenance, Table
from catalog.things import Catalog
from sizing.figures import Assessment, Figure
from sizing.money import price_gbp, to_gbp
from sizing.need import Need
from sizing.recommend import Recommendation


def verdicts(r: Recommendation) -> list[tuple[Assessment, str]]:
    """Every option that is shown, with its verdict, cheapest first where bought."""
    shown: list[tuple[Assessment, str]] = []

    def add(a: Assessment | None, verdict: str) -> None:
        if a is not None and not any(a.machine.id == b.machine.id for b, _ in shown):
            shown.append((a, verdict))

    for kept in r.kept:
        add(
            kept,
            "keep"
            if r.best is not None and r.best.machine.kind == "owned" and kept.enough
            else "not_enough"
            if not kept.enough
            else "overkill",
        )
    add(r.below, "not_enough")
    if r.best is not None and r.best.machine.kind in ("rent", "api"):
        add(r.best, "rent")
        add(r.bought, "overkill")
    elif r.best is not None and r.best.machine.kind == "system":
        add(r.best, "recommended")
    else:
        add(r.bought, "overkill")
    add(r.above, "overkill")
    for named in r.named:
        add(named, "overkill" if named.enough else "not_enough")
    return shown


PAPERS = "Rajbhandari et al. 2020, Korthikanti et al. 2022, Ainslie et al. 2023, Hu et al. 2021, Dettmers et al. 2023"
_OUR_FILES = re.compile(r"[:;,]? ?see catalog/\S+")  # for readers who have none of them
OUR_ESTIMATE = "Plainspec indicative estimate"  # how the source of a price begins that was composed, not published
WORDS = {
    "not_enough": "not enough",
    "recommended": "recommended",
    "overkill": "overkill",
    "keep": "keep it",
    "rent": "rent it",
    "none": "none",
}


def option_json(a: Assessment, verdict: str, catalog: Catalog) -> dict[str, Any]:
    first = a.figures[0] if a.figures else None
    return {
        "name": a.machine.name,
        "id": a.machine.id,
        "verdict": verdict,
        "price": price_json(a, catalog),
        "gpus": [{"name": a.machine.gpu.name, "count": a.machine.count}] if a.machine.gpu else [],
        "idle_share": None if a.idle_share is None else round(a.idle_share, 4),
        "cost_gbp": None if a.cost_gbp is None else round(a.cost_gbp, 2),
        "why": list(a.reasons[:3]),
        "power_w": a.machine.max_power_w,
        "throughput": None if first is None else speed_json(first),
        "throughputs": [
            {"job": f.workload.name, "said": say.speed(f), **speed} for f in a.figures if (speed := speed_json(f))
        ],
        "memory_gb": None
        if first is None
        else {"needed": round(max(f.needed_gb for f in a.figures), 2), "available": round(first.available_gb, 2)},
    }


def speed_json(f: Figure) -> dict[str, Any] | None:
    s = f.speed
    return None if s is None else {
        "value": s.value, "low": s.low, "high": s.high, "unit": s.unit, "basis": s.basis, "source": s.source,
    }  # fmt: skip


def price_json(a: Assessment, catalog: Catalog) -> dict[str, Any] | None:
    """Of an API `amount` is for a million tokens sent and `amount_out` for a million answered."""
    if (offer := a.machine.offer) is not None:
        into, out = (to_gbp(p, offer.currency, catalog.rates) for p in (offer.input_price, offer.output_price))
        return (
            None
            if into is None or out is None
            else {
                "amount": round(into, 6),
                "amount_out": round(out, 6),
                "currency": "GBP",
                "date": offer.day.isoformat(),
                "per": "million tokens",
                "source": offer.source,
            }
        )
    gbp = price_gbp(a.machine.price, catalog.rates)
    return (
        None
        if gbp is None or a.machine.price is None
        else {
            "amount": round(gbp, 2),
            "currency": "GBP",
            "date": a.machine.price.day.isoformat(),
            "per": "hour" if a.machine.kind == "rent" else "system",
            "source": a.machine.price.source,
        }
    )


def options_table(shown: list[tuple[Assessment, str]], catalog: Catalog, need: Need) -> Table:
    rows = []
    for a, verdict in shown:
        figures = [f for f in a.figures if f.speed is not None]
        rows.append(
            (
                a.machine.name,
                WORDS[verdict],
                say.cost(a, catalog, need.months),
                "; ".join(say.speed(f) for f in figures) or "-",
                f"{say.number(max(f.needed_gb for f in a.figures))} of {say.number(a.figures[0].available_gb)} GB"
                if a.figures
                else "-",
                f"{a.machine.max_power_w:,} W" if a.machine.max_power_w else "-",
                "-" if a.idle_share is None else say.percent(a.idle_share),
            )
        )
    return Table("Options", ("Option", "Verdict", "Cost", "Speed", "Memory used", "Power", "Idle"), tuple(rows))


def provenance(a: Assessment, catalog: Catalog) -> tuple[Provenance, ...]:
    """Where each figure of an option comes from."""
    out = []
    where = say.cards(a.machine) if a.machine.gpu else a.machine.name
    for f in a.figures:
        if f.speed is not None:
            out.append(Provenance(f"{f.workload.name} on {where}", say.speed(f), f.speed.basis, f.speed.source))
        out.append(
            Provenance(
                f"memory for {f.workload.name}",
                f"{say.number(f.needed_gb)} GB",
                "computed",
                "weights, activations, optimizer state, KV cache and framework reserve by published formulas "
                f"({PAPERS})",
            )
        )
    if (offer := a.machine.offer) is not None:
        note = f"; {offer.notes}" if offer.notes else ""
        out.append(
            Provenance(
                f"price of {a.machine.name.removeprefix('use an API: ')}",
                say.by_token(offer, catalog),
                "published",
                f"{offer.source}{note}",
            )
        )
    if a.machine.price is not None:
        made = _OUR_FILES.sub("", f"; {a.machine.system.made_of}") if a.machine.system is not None else ""
        out.append(
            Provenance(
                f"price of {a.machine.name}",
                say.price(a.machine.price, catalog),
                "assumed" if a.machine.price.source.startswith(OUR_ESTIMATE) else "published",
                f"{a.machine.price.source}{made}",
            )
        )
    if a.machine.system is not None and a.machine.max_power_w:
        out.append(
            Provenance(f"power of {a.machine.name}", f"{a.machine.max_power_w:,} W", "spec", a.machine.system.source)
        )
    return tuple(out)


def sources(shown: list[tuple[Assessment, str]], catalog: Catalog) -> tuple[Provenance, ...]:
    """Where the figures of all of them come from; what they share is said once."""
    return tuple(dict.fromkeys(p for a, _ in shown for p in provenance(a, catalog)))
