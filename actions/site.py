"""Will it work here: circuit, heat, noise, size and weight of a machine."""

from __future__ import annotations

import re
from dataclasses import replace

from actions import explain, say
from actions.base import Turn
from actions.hardware import JOB, named_cards, power_supply
from actions.heard import hear
from actions.need import advise
from actions.reply import Provenance, Reply, Table
from catalog.things import Gpu, System
from sizing.assess import Assessor
from sizing.defaults import CIRCUITS
from sizing.figures import MONTH_HOURS
from sizing.machines import from_system
from sizing.running import BTU_PER_WATT_HOUR, KWH_GBP, KWH_SOURCE, running
from sizing.weighed import weighed

TOPICS = ("power", "cooling", "psu")
_SUPPLY = re.compile(r"\b(psus?|power suppl\w+|watt\w*|connectors?)\b", re.I)


_COST = re.compile(
    r"\b(running costs?|electricity|power bill|cost\w*\b.{0,20}\b(to )?(run|running|keep|operate)|energy bill)\b", re.I
)


def reply(turn: Turn) -> Reply:
    turn.state["told"] = hear(turn)
    if _COST.search(turn.text) and (cost := cost_to_run(turn)) is not None:
        return cost
    system = spoken_of(turn)
    cards = cards_in_hand(turn)
    if cards and (system is None or turn.heard.get("told", {}).get("psu_w") or _SUPPLY.search(turn.text)):
        return supply(turn, cards)
    if system is None:
        told = turn.state["told"]
        if isinstance(told.get("num_gpus"), int) and (several := of_so_many(turn, told["num_gpus"])) is not None:
            return several
        if not any(told.get(k) for k in JOB) and explain.found(turn):
            general = explain.reply(turn)
            return replace(general, topics=tuple(dict.fromkeys([*general.topics, *TOPICS]))[:6])
        if told:
            return advise(turn, topics=TOPICS)
        return Reply(
            "question",
            "Which machine do you have in mind? Name a system or a card, or tell me the job, and I will say what "
            "circuit, cooling and space it needs.",
            TOPICS,
        )
    socket = CIRCUITS["13 a"]
    fits_socket = system.max_power_w <= socket
    where = (
        "A normal UK 13 A socket carries it"
        if fits_socket
        else f"It is too much for a normal 13 A socket ({socket:,.0f} W continuously); it needs {system.circuit}"
    )
    heaters = max(1, round(system.max_power_w / 2000))
    like = "a 2 kW fan heater gives" if heaters == 1 else f"{heaters} fan heaters of 2 kW give"
    heater = f", about what {like}" if system.max_power_w >= 1500 else ""
    noise = {
        "silent": "silent",
        "quiet": "quiet enough to sit beside",
        "office": "acceptable in an office",
        "loud": "too loud for an office",
        "server_room": "server-room loud: it needs a room of its own",
    }[system.noise]
    text = (
        f"**{system.name}** draws up to {system.max_power_w:,} W at the wall, {system.idle_power_w:,} W idle. {where}. "
        f"All of it turns into heat: {system.max_power_w * BTU_PER_WATT_HOUR:,.0f} BTU/h for the room to get rid of"
        f"{heater}. "
        f"Noise: {noise}. It weighs {system.weight_kg:g} kg"
        f"{f' and takes {system.rack_units} rack units' if system.rack_units else ''}. "
        f"Busy all month it would use about {say.money(system.max_power_w * 0.73 * KWH_GBP)} of electricity."
    )
    row = (
        ("Power, most", f"{system.max_power_w:,} W"),
        ("Power, idle", f"{system.idle_power_w:,} W"),
        ("Power supply", f"{system.psu_w:,} W"),
        ("Circuit", system.circuit),
        ("Heat", f"{system.max_power_w * BTU_PER_WATT_HOUR:,.0f} BTU/h"),
        ("Noise", system.noise.replace("_", " ")),
        ("Rack units", str(system.rack_units or "not for a rack")),
        ("Weight", f"{system.weight_kg:g} kg"),
    )
    return Reply(
        "explanation",
        text,
        TOPICS,
        (Table(system.name, ("What", "How much"), row),),
        provenance=(
            Provenance("power, noise, weight", f"{system.max_power_w:,} W", "spec", system.source),
            Provenance("electricity", "25.73 p/kWh", "published", KWH_SOURCE),
        ),
    )


def of_so_many(turn: Turn, gpus: int) -> Reply | None:
    """Whether machines with so many cards, whichever they are, can stand on an ordinary socket."""
    machines = sorted(
        (s for s in turn.catalog.systems.values() if sum(g.count for g in s.gpus) == gpus), key=lambda s: s.max_power_w
    )
    if not machines:
        return None
    least, most, socket = machines[0], machines[-1], CIRCUITS["13 a"]
    fits = least.max_power_w <= socket
    verdict = "No" if not fits else "Yes, every one" if most.max_power_w <= socket else "Only the smallest"
    text = (
        f"**{verdict}.** Machines with {gpus} GPUs in the catalogue draw from {least.max_power_w:,} W ({least.name}) "
        f"to {most.max_power_w:,} W ({most.name}) "
        f"when busy, and a UK 13 A socket carries {socket:,.0f} W continuously. {least.name} needs {least.circuit}, "
        f"{most.name} needs {most.circuit}. "
        "All of it becomes heat, and servers of that size are too loud for a room with people in it. Name the "
        "machine or the cards and I will be exact."
    )
    return Reply(
        "fit",
        text,
        TOPICS,
        provenance=tuple(
            Provenance(f"power of {s.name}", f"{s.max_power_w:,} W", "spec", s.source)
            for s in {least.id: least, most.id: most}.values()
        ),
        extra={"fits": fits, "needed_gb": None, "available_gb": None},
    )


def asks_cost(turn: Turn) -> bool:
    return bool(_COST.search(turn.text))


def cost_to_run(turn: Turn) -> Reply | None:
    """What the machine spoken of costs to keep switched on; None when none is spoken of."""
    system = spoken_of(turn)
    cards = cards_in_hand(turn)
    if cards and (system is None or sum(n for _, n in cards) != sum(g.count for g in system.gpus)):
        return cards_cost(turn, cards)
    if system is None:
        return None
    need = weighed(turn.state["told"], turn.catalog).completed.need
    idle, busy, most = system.idle_power_w, None, system.max_power_w
    if need is not None:
        used = running(Assessor(need, turn.catalog).assess(from_system(system, turn.catalog)))
        busy = used.watts if used is not None else None

    def month(watts: float) -> str:
        return say.money(watts * MONTH_HOURS / 1000 * KWH_GBP)

    at = f"on your need about **{month(busy)} a month** ({busy:.0f} W on average); " if busy is not None else ""
    text = (
        f"**{system.name}**, switched on all month: {at}{month(idle)} if it only stood idle ({idle} W), "
        f"{month(most)} if it never rested ({most:,} W). "
        f"That is electricity at {KWH_GBP * 100:.2f} p/kWh. Beside it stand support (often 10 to 15 % of the price a "
        "year after the warranty), cooling where it is "
        "not an office machine, and somebody's time."
    )
    return Reply(
        "estimate",
        text,
        ("power", "cost", "efficiency"),
        provenance=(
            Provenance("power", f"{idle} to {most:,} W", "spec", system.source),
            Provenance("electricity", "25.73 p/kWh", "published", KWH_SOURCE),
        ),
        extra={
            "estimate": {
                "value": (busy if busy is not None else most) * MONTH_HOURS / 1000 * KWH_GBP,
                "low": idle * MONTH_HOURS / 1000 * KWH_GBP,
                "high": most * MONTH_HOURS / 1000 * KWH_GBP,
                "unit": "GBP a month",
                "basis": "spec",
                "source": KWH_SOURCE,
            }
        },
    )


_PER_KWH = re.compile(
    r"(?P<sign>[£$€])?\s?(?P<amount>\d{1,3}(?:\.\d{1,4})?)\s?(?P<minor>p|pence|c|cents?|ct)?\s?(?:(?:pounds?|euros?|"
    r"dollars?|gbp|eur|usd)\s)?(?:per|/|a)\s?kwh",
    re.I,
)


def cards_cost(turn: Turn, cards: list[tuple[Gpu, int]]) -> Reply:
    """Electricity of so many cards in a plain PC, at their price of a kWh or ours."""
    said = _PER_KWH.search(turn.text)
    price = float(said["amount"]) / (100 if said["minor"] or float(said["amount"]) > 3 else 1) if said else KWH_GBP
    pence = said and (said["minor"] or "").lower() in ("p", "pence")
    sign = (said["sign"] or ("£" if pence else "")) if said else "£"
    hours = turn.state["told"].get("hours_per_month")
    hours = float(hours) if isinstance(hours, int | float) else MONTH_HOURS
    most = sum((g.tdp_w or 0.0) * n for g, n in cards) + 200.0
    named = say.and_list(f"{n}x {g.name}" if n > 1 else g.name for g, n in cards)

    def month(watts: float) -> float:
        return watts * hours / 1000 * price

    text = (
        f"**{named}: at most about {sign}{month(most):,.0f} a month** ({sign}{month(most) * 12:,.0f} a year) for "
        f"{hours:.0f} hours a month at full load ({most:,.0f} W with about 200 W for the rest of the machine, "
        f"{sign}{price:g} a kWh{'' if said else ', the UK price cap'}). Cards seldom work flat out: one user's "
        "language model keeps them at perhaps half of that, "
        f"{sign}{month(most / 2):,.0f}, and a power limit of 70 to 80 % costs little speed."
    )
    return Reply(
        "estimate",
        text,
        tuple(dict.fromkeys(["power", "cost", "efficiency", *(g.topic for g, _ in cards)])),
        provenance=(
            Provenance("power", f"{most:,.0f} W", "spec", say.and_list(g.source for g, _ in cards)),
            *(() if said else (Provenance("electricity", "25.73 p/kWh", "published", KWH_SOURCE),)),
        ),
        extra={
            "estimate": {
                "value": month(most),
                "low": month(most / 3),
                "high": month(most),
                "unit": "GBP a month" if sign == "£" else "a month",
                "basis": "spec",
                "source": "TDP of the cards and 200 W for the rest",
            }
        },
    )


def cards_in_hand(turn: Turn) -> list[tuple[Gpu, int]]:
    """The cards named in this message with their counts, where no whole machine is named."""
    mentions = turn.heard.get("mentions") or ()
    if not any(m["kind"] == "gpu" for m in mentions) or any(m["kind"] == "system" for m in mentions):
        return []
    return [(g, n) for g, n in named_cards(turn, turn.heard.get("told") or {}) if g.tdp_w]


def supply(turn: Turn, cards: list[tuple[Gpu, int]]) -> Reply:
    """The power supply a handful of cards asks for."""
    draw = sum((g.tdp_w or 0.0) * n for g, n in cards)
    fine = (draw + 200) / 0.9 < CIRCUITS["13 a"]
    carried = "is fine" if fine else "is too much: spread it over two circuits, or set a power limit"
    lines = [
        power_supply(cards, turn.state["told"].get("psu_w")),
        f"On a UK 13 A socket ({CIRCUITS['13 a']:,.0f} W continuously) that "
        f"{carried}. "
        "Cards draw short peaks well above their rating, so leave room, use one cable for each connector, and never "
        "join two supplies on one card. "
        "A power limit (`nvidia-smi -pl`) of 70 to 80 % usually costs only a few per cent of speed.",
    ]
    hits = explain.found(turn)
    topics = tuple(
        dict.fromkeys(
            [
                "psu",
                "power",
                *(("multi_gpu",) if sum(n for _, n in cards) > 1 else ()),
                *(g.topic for g, _ in cards),
                *(h[0] for h in hits[:2]),
            ]
        )
    )[:6]
    psu = turn.state["told"].get("psu_w")
    enough = (
        {"fits": psu >= draw + 200, "needed_gb": None, "available_gb": None} if isinstance(psu, int | float) else {}
    )
    return Reply(
        "fit" if enough else "explanation",
        "\n\n".join(lines),
        topics,
        explain.gpu_tables([g for g, _ in cards]),
        provenance=tuple(Provenance(f"power of {g.name}", f"{g.tdp_w:g} W", "spec", g.source) for g, _ in cards),
        extra=enough,
    )


def spoken_of(turn: Turn) -> System | None:
    """The system named in this message, else the cheapest that holds the card named, else the last one recommended."""
    systems = turn.catalog.systems
    for mention in turn.heard.get("mentions") or ():
        kind, thing = mention["kind"], mention["id"]
        if kind == "system" and thing in systems:
            return systems[thing]
        if kind == "gpu":
            count = int((turn.heard.get("told", {}).get("gpu_counts") or {}).get(thing, 1))
            holders = [s for s in systems.values() if any(g.gpu == thing and g.count == count for g in s.gpus)]
            if holders:
                return min(holders, key=lambda s: (s.price is None, s.price.amount if s.price else 0, s.id))
    last = turn.state.get("last") or {}
    return systems.get(last.get("machine") or "")
