"""Renting against buying, at the client's own hours."""

from __future__ import annotations

import re
from dataclasses import replace

from actions import advice, explain, options, say
from actions.base import Turn
from actions.hardware import named_cards
from actions.heard import hear
from actions.need import advise
from actions.reply import Provenance, Reply, Table
from catalog.things import Gpu
from sizing import api
from sizing.figures import MONTH_HOURS, Assessment
from sizing.machines import Machine
from sizing.money import price_gbp
from sizing.need import Completed, Need
from sizing.recommend import cheapest
from sizing.running import KWH_SOURCE, rent_or_buy
from sizing.shelf import shelf
from sizing.weighed import weighed

TOPICS = ("cloud_vs_onprem", "cloud_gpu", "cost")


def reply(turn: Turn) -> Reply:
    turn.state["told"] = hear(turn)
    if "cloud" in ((turn.heard.get("told") or {}).get("excluded") or ()):  # renting was just ruled out
        return advise(turn)
    got = weighed(turn.state["told"], turn.catalog).recommendation
    if isinstance(got, Completed):
        return of_card(turn) or by_the_hour(turn) or in_general(turn)
    forbidden = (
        ""
        if got.need.place.cloud
        else "You said that it must stay with you, so renting is out; this is only for comparison. "
    )
    open_place = replace(
        got.need.place, cloud=True, own=True, service=True
    )  # the question itself puts both on the table
    need = replace(got.need, place=open_place)
    bought, rented = cheapest(need, turn.catalog, "system"), cheapest(need, turn.catalog, "rent")
    if bought is None or rented is None:
        missing = "to buy" if bought is None else "to rent"
        return Reply(
            "explanation",
            f"Nothing {missing} in the catalogue is enough for this need, so there is nothing to compare. "
            "A smaller model or a longer deadline would change that.",
            TOPICS,
        )
    hours = turn.state["told"].get("hours_per_month")
    service = api.cheapest(need, turn.catalog) if got.need.place.cloud else None  # whose data stay are not shown one
    return compared(turn, bought, rented, need, float(hours) if hours else None, forbidden, service)


def spoken_of(turn: Turn) -> list[tuple[Gpu, int]]:
    """(card, count) named now, else those they spoke of before."""
    told = turn.state["told"]
    counts, roles = told.get("gpu_counts") or {}, told.get("gpu_roles") or {}
    before = [(turn.catalog.gpus[g], int(counts.get(g, 1))) for g in roles or counts if g in turn.catalog.gpus]
    return named_cards(turn, told) or before


def by_the_hour(turn: Turn) -> Reply | None:
    """What an hour of the named cards costs to rent, from the catalog's dated offers: of as many together, if any."""
    cards = spoken_of(turn)
    ids = {g.id: g for g, _ in cards} | {
        g.id: g for g in turn.catalog.gpus.values() if any(g.topic == c.topic for c, _ in cards)
    }
    counts = {n for _, n in cards}
    offers = [
        (o, gbp)
        for o in turn.catalog.offers.values()
        if o.gpu in ids and (gbp := price_gbp(o.hourly, turn.catalog.rates)) is not None
    ]
    together = max(counts) if len(counts) == 1 and any(o.count in counts for o, _ in offers) else 1
    offers = [(o, gbp if together > 1 else gbp / o.count) for o, gbp in offers if together in (1, o.count)]
    if not offers:
        return None
    before = turn.state.get("waiting") or {}
    offers.sort(key=lambda pair: pair[1])
    steady = [pair for pair in offers if pair[0].terms == "on_demand"] or offers  # spot may be taken away at any time
    (least, low), (_, high) = steady[0], steady[-1]
    hours = turn.state["told"].get("hours_per_month")
    used = float(hours or MONTH_HOURS)
    span = f"For {used:.0f} hours a month" if hours else f"Kept on all month, {MONTH_HOURS:.0f} hours,"
    what = f"{together}x {ids[least.gpu].name}" if together > 1 else f"one {ids[least.gpu].name}"
    text = (
        f"An hour of {what} rents from **{say.money(low)}** ({least.provider}, {least.hourly.day:%b %Y}) up to "
        f"{say.money(high)} among the {len(steady)} {least.terms.replace('_', ' ')} offers I know. "
        f"{span} the cheapest comes to {say.money(low * used)}. "
    )
    said = f"{before.get('text', '')} {turn.text}".lower()
    theirs = {o.terms: (o, each) for o, each in reversed(offers) if names(said, o.provider)}  # the cheapest of each
    if theirs:
        text += "; ".join(
            f"{o.provider} asks {say.money(each)} an hour {terms.replace('_', ' ')} ({o.hourly.day:%b %Y}), "
            f"{say.money(each * used)} a month"
            for terms, (o, each) in sorted(theirs.items())
        ) + ". "  # fmt: skip
    text += "Storage, traffic and the hours spent setting it up come on top. "
    if hours:
        text += (
            f"No system in the catalogue holds {what}, so I have no price of the same to buy. Tell me the job, and I "
            "will say what would do it and when buying pays for itself."
        )
    else:
        text += "Tell me the job, or how many hours a month you would use it, and I will say which is cheaper."
        turn.state["asked"], turn.state["asked_why"] = "hours_per_month", "Renting is paid by the hour, owning is not."
    turn.state["waiting"] = {"intent": turn.intent, "text": said.strip(), "heard": turn.heard}  # for hours, or the job
    rows = tuple(
        (
            o.provider,
            ids[o.gpu].name,
            f"{o.count}x",
            o.terms.replace("_", " "),
            say.money(each),
            f"{o.hourly.day:%b %Y}",
        )
        for o, each in offers[:8]
    )
    return Reply(
        "explanation",
        text,
        tuple(dict.fromkeys([*(g.topic for g, _ in cards), *TOPICS])),
        (
            Table(
                f"An hour of {together} GPUs" if together > 1 else "An hour of one GPU",
                ("Provider", "GPU", "Machine", "Terms", "Price", "As of"),
                rows,
            ),
        ),
        provenance=tuple(
            Provenance(f"hour at {o.provider}", say.money(each), "published", o.hourly.source) for o, each in offers[:8]
        ),
    )


def names(text: str, provider: str) -> bool:
    return re.search(rf"\b{re.escape(provider.lower())}\b", text) is not None


def in_general(turn: Turn) -> Reply:
    """Renting against buying where neither a job nor a card is known: the rule, and what would make it exact."""
    if not explain.found(turn):
        return advise(turn, topics=TOPICS)
    general = explain.reply(turn)
    return replace(
        general,
        kind="comparison" if "cloud_vs_onprem" in general.topics else general.kind,
        text=f"{general.text}\n\nTell me the job and the hours a month, and I will work out which is cheaper.",
        topics=tuple(dict.fromkeys([*general.topics, *TOPICS]))[:6],
    )


def of_card(turn: Turn) -> Reply | None:
    """The same for a card whose job is not known but whose hours are, in the cheapest system and the cheapest rent
    that have
    it, whatever its form."""
    cards, hours = spoken_of(turn), turn.state["told"].get("hours_per_month")
    if len(cards) != 1 or not hours:
        return None
    gpu, count = cards[0]

    def cheapest_of(machines: tuple[tuple[float, str, Machine], ...]) -> Assessment | None:
        return next(
            (
                Assessment(m, True, (), (), price, 1 - min(1.0, float(hours) / MONTH_HOURS))
                for price, _, m in machines
                if m.gpu is not None and m.gpu.topic == gpu.topic and m.count == count
            ),
            None,
        )

    bought, rented = cheapest_of(shelf(turn.catalog).systems), cheapest_of(shelf(turn.catalog).rents)
    if bought is None or rented is None:
        return None
    return compared(turn, bought, rented, Need(()), float(hours))


def compared(
    turn: Turn,
    bought: Assessment,
    rented: Assessment,
    need: Need,
    hours: float | None,
    lead: str = "",
    service: Assessment | None = None,
) -> Reply:
    rb = rent_or_buy(bought, rented, need.months, turn.catalog, hours)
    if rb is None:
        return Reply(
            "explanation", "One of the two has no price in pounds, so I cannot work out when buying pays off.", TOPICS
        )
    rows = []
    for on in sorted({40.0, 160.0, 400.0, 730.0, round(rb.rent_hours_month)}):
        at = rent_or_buy(bought, rented, need.months, turn.catalog, on)
        assert at is not None
        total = at.rent_month_gbp * need.months
        own = at.buy_gbp + at.electricity_month_gbp * need.months
        rows.append(
            (
                f"{on:.0f}",
                say.money(at.rent_month_gbp),
                say.money(total),
                say.money(own),
                "rent" if total < own else "buy",
            )
        )
    verdict = "Rent" if rb.rent_month_gbp * rb.months < rb.buy_gbp + rb.electricity_month_gbp * rb.months else "Buy"
    even = (
        f"Buying pays for itself after {rb.break_even_months:.0f} months"
        if rb.break_even_months is not None and rb.break_even_months < 240
        else "At so few hours, buying never catches up in the machine's life"
    )
    text = (
        f"{lead}**{verdict}**, if the machine works {rb.rent_hours_month:.0f} hours a month. "
        f"{say.sentence(rented.machine.name)} "
        f"That is {say.money(rb.rent_hour_gbp)} an hour ({say.month(rented.machine.price)}), "
        f"{say.money(rb.rent_month_gbp)} a month; "
        f"{bought.machine.name} costs {say.price(bought.machine.price, turn.catalog)} and about "
        f"{say.money(rb.electricity_month_gbp)} a month in electricity. "
        f"{even}. Over {rb.months:.0f} months the two cost the same at {rb.break_even_hours_month:.0f} hours a "
        "month.\n\n"
        "Renting also costs time: moving data, starting machines, keeping an eye on the bill. Owning costs care: "
        "space, heat, repairs."
    )
    if service is not None:
        text += f"\n\n{advice.by_token(service, need, turn.catalog)} {advice.NOT_MEASURED}"
    return Reply(
        "comparison",
        text,
        TOPICS,
        (
            Table(
                f"Cost over {rb.months:.0f} months",
                ("Hours a month", "Rent a month", "Rent in all", "Buy and run", "Cheaper"),
                tuple(rows),
            ),
        ),
        provenance=(
            Provenance(
                f"hour of {rented.machine.name}",
                say.money(rb.rent_hour_gbp),
                "published",
                say.source(rented.machine.price),
            ),
            Provenance(
                f"price of {bought.machine.name}",
                say.price(bought.machine.price, turn.catalog),
                "published",
                say.source(bought.machine.price),
            ),
            Provenance("electricity", "25.73 p/kWh", "published", KWH_SOURCE),
            *(options.provenance(service, turn.catalog) if service is not None else ()),
        ),
    )
