"""Checking what somebody else has offered against what the need takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.things import Catalog, Gpu
from sizing.assess import Assessor
from sizing.figures import Assessment
from sizing.machines import Machine, from_system
from sizing.money import price_gbp, to_gbp
from sizing.recommend import Recommendation, named_machines
from sizing.told import Told
from sizing.weighed import weighed


@dataclass(frozen=True)
class QuoteCheck:
    """`usual_gbp`: what the catalog's indicative price of the same comes to. `assessment` is None when no need is
    known yet.
    `warnings`: what is missing from the offer or will not work where it is to stand."""

    offered: tuple[tuple[Machine, int], ...]
    asked_gbp: float | None
    usual_gbp: float | None
    assessment: Assessment | None
    recommendation: Recommendation | None
    warnings: tuple[str, ...]


def offered_machines(told: Told, catalog: Catalog) -> list[tuple[Machine, int]]:
    """The machines of the quote with their counts; for cards, the cheapest system that holds them."""
    items: list[Mapping[str, Any]] = list((told.get("quote") or {}).get("items") or ())
    out: list[tuple[Machine, int]] = []
    for item in items:
        if item.get("system") in catalog.systems:
            out.append((from_system(catalog.systems[item["system"]], catalog), int(item.get("count") or 1)))
        elif item.get("gpu") in catalog.gpus:
            held = named_machines(
                {"gpu_roles": {item["gpu"]: "quoted"}, "gpu_counts": {item["gpu"]: int(item.get("count") or 1)}},
                catalog,
            )
            held = [m for m in held if m.count == int(item.get("count") or 1)]  # eight cards are no price for four
            out += [(m, 1) for m in held] or [(card_alone(catalog.gpus[item["gpu"]], int(item.get("count") or 1)), 1)]
    return out or [(m, 1) for m in named_machines(told, catalog)]


def card_alone(gpu: Gpu, count: int) -> Machine:
    """A card that no catalog system holds, judged by itself: of the machine around it nothing is known, its price
    included."""
    name = f"{count}x {gpu.name}" if count > 1 else gpu.name
    return Machine(gpu.id, name, "quoted", gpu, count)


def check(told: Told, catalog: Catalog) -> QuoteCheck:
    """How busy the offer would be on this need, what would do instead, and what it leaves unsaid."""
    offered = offered_machines(told, catalog)
    quote = told.get("quote") or {}
    asked = (
        to_gbp(float(quote["amount"]), quote.get("currency") or "GBP", catalog.rates) if quote.get("amount") else None
    )
    prices = [(price_gbp(m.price, catalog.rates), n) for m, n in offered]
    usual = sum(p * n for p, n in prices if p is not None) if prices and all(p is not None for p, _ in prices) else None
    need = weighed(told, catalog).completed.need
    recommendation = weighed(told, catalog).recommendation if need is not None else None
    assessment = Assessor(need, catalog).assess(offered[0][0]) if need is not None and offered else None
    return QuoteCheck(
        tuple(offered),
        asked,
        usual,
        assessment,
        recommendation if isinstance(recommendation, Recommendation) else None,
        tuple(warnings(offered)),
    )


def warnings(offered: list[tuple[Machine, int]]) -> list[str]:
    """What such an offer usually leaves out, read from the machine's own figures."""
    out = []
    for machine, count in offered:
        if machine.max_power_w and machine.max_power_w > 2392:
            each = f" each, {machine.max_power_w * count:,} W together," if count > 1 else ""
            out.append(
                f"{machine.name} draws up to {machine.max_power_w:,} W{each} and needs "
                f"{machine.circuit or 'a circuit of its own'}{' for each' if count > 1 else ''}: "
                "no office socket carries that"
            )
        if machine.noise in ("loud", "server_room"):
            out.append(
                f"{machine.name} is too loud for an office: it belongs in a server room with cooling for "
                f"{(machine.max_power_w or 0) * count / 1000:.1f} kW of heat"
            )
        if count > 1:
            out.append(
                f"{count} machines need a fast network between them to train one model together: ask whether "
                f"switch, cards and cables are included"
            )
    if offered:
        out.append(
            "ask for the support term, the delivery date, the storage and who installs drivers and frameworks, "
            "in writing"
        )
    return out
