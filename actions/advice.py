"""A recommendation put into words, with its options beside it. Shared by every action that ends in one."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from math import ceil
from types import MappingProxyType
from typing import Any

from actions import say
from actions.charts import charts
from actions.editing import edit
from actions.options import option_json, options_table, provenance, sources, verdicts
from actions.recap import told_rows
from actions.reply import Button, Provenance, Reply, Table
from catalog.things import Catalog, Network
from sizing.assess import Assessor
from sizing.defaults import items_each
from sizing.figures import Assessment
from sizing.machines import from_system
from sizing.money import price_gbp
from sizing.need import Assumption, Need, Place
from sizing.recommend import Question, Recommendation
from sizing.running import KWH_SOURCE, rent_or_buy, running
from sizing.told import Told
from sizing.whole import storage_for, whole


def parts_of(network: Network) -> str:
    """What the figures count, where it is not what the client counts."""
    if network.item == "volume":
        return f" (a volume is a patch; a scan has about {items_each(network):.0f} of them)"
    if network.item == "step":
        return f" ({items_each(network):.0f} steps make one)"
    return ""


def does(a: Assessment) -> str:
    """What the machine would do for this need, one clause a job."""
    parts = []
    for f in a.figures:
        if f.speed is None:
            continue
        wanted = ""
        if f.run_hours is None and f.serving is None and f.wanted:
            wanted = f"; you need {say.wanted(f.wanted)}{parts_of(f.workload.work.network)}"
        elif f.run_hours is not None and f.workload.demand.hours:
            wanted = f"; the limit is {say.hours(f.workload.demand.hours)}"
        parts.append(f"{f.workload.name}: {say.speed(f)}{wanted}")
    return say.sentence("; ".join(parts))


NOT_MEASURED = (
    "How fast it answers is its provider's affair: I have no figure for it. Ask where the data go, and whether the "
    "model is still offered."
)
FAR_CHEAPER = 0.5  # of what is recommended: below that an API is mentioned beside it


def token_line(r: Recommendation, catalog: Catalog) -> str:
    """The API beside the machine, where it would be far cheaper and nobody said that the data stay; else nothing."""
    api, best = r.by_token, r.best
    if api is None or api.cost_gbp is None or (best is not None and best.machine.kind == "api"):
        return ""
    if best is not None and (best.cost_gbp is None or api.cost_gbp > FAR_CHEAPER * best.cost_gbp):
        return ""
    return (
        f"{by_token(api, r.need, catalog)} It would be far cheaper, if what people type may go to that provider: "
        f'say "we can use the cloud" and I will weigh it. {NOT_MEASURED}'
    )


def by_token(a: Assessment, need: Need, catalog: Catalog) -> str:
    """What an API costs at this need's volume, in a sentence."""
    assert a.machine.offer is not None
    assert a.cost_gbp is not None
    return (
        f"At your volume an API would cost {say.monthly(a.cost_gbp / need.months)}: "
        f"{a.machine.name.removeprefix('use an API: ')}, "
        f"{say.by_token(a.machine.offer, catalog)}, {say.volume(need)}."
    )


def why_enough(r: Recommendation, catalog: Catalog) -> list[str]:
    """The lines of the answer, the verdict first."""
    best, lines = r.best, []
    assert best is not None
    idle = (
        f" It would be idle {say.percent(best.idle_share)} of the month."
        if best.idle_share is not None and best.idle_share > 0.2
        else ""
    )
    cost = say.cost(best, catalog, r.need.months)
    if best.machine.kind == "owned":
        lines.append(f"**Buy nothing: keep {best.machine.name}.** It is enough. {does(best)}{idle}")
    elif best.machine.kind == "api":
        lines.append(f"**Buy nothing: {best.machine.name}**, {cost} ({say.volume(r.need)}). {NOT_MEASURED}")
        if r.bought is not None:
            lines.append(
                f"To own it instead: **{r.bought.machine.name}**, {say.cost(r.bought, catalog, r.need.months)}, "
                "would do, "
                f"and stand idle {say.percent(r.bought.idle_share or 0.0)} of the month."
            )
    elif best.machine.kind == "rent":
        lines.append(f"**Buy nothing yet: {best.machine.name}**, {cost}. {does(best)}")
        if r.bought is not None:
            lines.append(
                f"To own it instead: **{r.bought.machine.name}**, {say.cost(r.bought, catalog, r.need.months)}, "
                "would do, "
                f"and stand idle {say.percent(r.bought.idle_share or 0.0)} of the month."
            )
    else:
        lines.append(f"**{best.machine.name}**, {cost}, is the smallest that does it. {does(best)}{idle}")
    return lines


def neighbours(r: Recommendation, catalog: Catalog) -> list[str]:
    lines = []
    months = r.need.months
    if r.best is not None and r.best.machine.kind == "owned":
        if r.bought is not None:
            lines.append(
                f"- Even the cheapest new machine that would do ({r.bought.machine.name}, "
                f"{say.cost(r.bought, catalog, months)}) buys you nothing you need."
            )
    else:
        for kept in r.kept:
            if not kept.enough:
                lines.append(f"- **{say.first_up(kept.machine.name)}** is not enough: {kept.reasons[0]}.")
        if r.below is not None:
            lines.append(
                f"- **One down**, {r.below.machine.name} at {say.cost(r.below, catalog, months)}, is not enough: "
                f"{r.below.reasons[0]}."
            )
        if r.above is not None:
            idle = (
                f": it would be idle {say.percent(r.above.idle_share)} of the time"
                if r.above.idle_share is not None
                else ""
            )
            lines.append(
                f"- **One up**, {r.above.machine.name} at {say.cost(r.above, catalog, months)}, is overkill{idle}."
            )
    for named in r.named:
        if named.enough:
            factor = ""
            if r.best is not None and r.best.cost_gbp and named.cost_gbp:
                factor = (
                    f", {named.cost_gbp / r.best.cost_gbp:.0f} times the price"
                    if named.cost_gbp > 1.5 * r.best.cost_gbp
                    else ""
                )
            idle = (
                f" and would be idle {say.percent(named.idle_share)} of the time"
                if named.idle_share is not None
                else ""
            )
            lines.append(
                f"- **{named.machine.name}** at {say.cost(named, catalog, months)} is overkill{factor}: it does the "
                f"same job{idle}."
            )
        else:
            lines.append(
                f"- **{named.machine.name}** at {say.cost(named, catalog, months)} is not it: {named.reasons[0]}."
            )
    return lines


def money_lines(r: Recommendation, catalog: Catalog) -> list[str]:
    lines = []
    if r.best is not None and r.over_budget_gbp:
        short = f"That is {say.money(r.over_budget_gbp)} over your budget of {say.money(r.need.budget_gbp or 0)}."
        if r.below is not None and r.below.cost_gbp is not None and r.below.cost_gbp <= (r.need.budget_gbp or 0):
            short += f" Within it, {r.below.machine.name} comes nearest."
        lines.append(
            f"{short} Less memory (a smaller or more compressed model), fewer users or a longer deadline would bring "
            "the price down."
        )
    elif r.best is not None and r.need.budget_gbp and r.best.cost_gbp is not None and r.best.machine.kind == "system":
        lines.append(
            f"It leaves {say.money(r.need.budget_gbp - r.best.cost_gbp)} of your {say.money(r.need.budget_gbp)}."
        )
    if r.best is not None and r.best.machine.kind == "system":
        cost = running(r.best)
        if cost is not None:
            lines.append(f"Electricity: about {say.money(cost.gbp_month)} a month ({cost.watts:.0f} W on average).")
        if r.rented is not None:
            rb = rent_or_buy(r.best, r.rented, r.need.months, catalog)
            if rb is not None:
                lines.append(
                    f"Renting ({r.rented.machine.name}) would cost about {say.money(rb.rent_month_gbp)} a month at "
                    f"{rb.rent_hours_month:.0f} hours; "
                    + (
                        f"buying pays for itself after {rb.break_even_months:.0f} months."
                        if rb.break_even_months is not None and rb.break_even_months < 120
                        else "buying takes very long to pay for itself at so few hours."
                    )
                )
    return lines


def whole_line(r: Recommendation, catalog: Catalog) -> str:
    if r.best is not None and r.best.machine.kind == "api":
        return ""
    needs = whole(r.need, r.best)
    text = f"Busiest part: {needs.bottleneck}."
    if needs.notes:
        text += " Mind: " + "; ".join(needs.notes) + "."
        store = storage_for(needs, catalog) if any("add storage" in n for n in needs.notes) else None
        if store is not None:
            text += f" {store.name} ({say.price(store.price, catalog)}) would hold it."
    return text


def assumed(r: Recommendation) -> str:
    if not r.assumptions:
        return ""
    return (
        "I assumed: "
        + "; ".join(a.value for a in r.assumptions)
        + ". Tell me what is different and I will work it out again."
    )


@dataclass(frozen=True)
class Card:
    """What a recommendation gives to read, whatever was asked and in whichever turn. `more`: where the figures come
    from that only `lines` speak of."""

    lines: tuple[str, ...]
    options: list[dict[str, Any]]
    table: tuple[Table, ...]
    chart: dict[str, Any]
    origins: tuple[Provenance, ...]
    more: tuple[Provenance, ...]


KEPT = 4
_cards: deque[tuple[Recommendation, Catalog, Card]] = deque(maxlen=KEPT)


def card(r: Recommendation, catalog: Catalog) -> Card:
    """The last few are kept, so that one can be made before it is certain that it will be shown."""
    for known, of, made in _cards:
        if known is r and of is catalog:
            return made
    made = _made(r, catalog)
    _cards.append((r, catalog, made))
    return made


def _made(r: Recommendation, catalog: Catalog) -> Card:
    shown = verdicts(r)
    if r.best is None:
        lines = ["Nothing in the catalogue is enough for that as it stands."]
        closest = r.named[0] if r.named else r.kept[0] if r.kept else None
        lines += [say.sentence(reason) for reason in why_nothing(r, catalog)]
        if closest is not None and closest.reasons:
            lines.append(f"{closest.machine.name}: {closest.reasons[0]}.")
    else:
        lines = [
            *why_enough(r, catalog),
            "\n".join(neighbours(r, catalog)),
            " ".join([*money_lines(r, catalog), whole_line(r, catalog)]),
        ]
    beside = token_line(r, catalog)
    more = provenance(r.by_token, catalog) if beside and r.by_token is not None else ()
    if any("Electricity" in line for line in lines):
        more += (Provenance("electricity", "25.73 p/kWh", "published", KWH_SOURCE),)
    return Card(
        tuple(line for line in (*lines, beside, assumed(r)) if line),
        [option_json(a, v, catalog) for a, v in shown],
        (options_table(shown, catalog, r.need),) if shown else (),
        charts(r, shown, catalog),
        sources(shown, catalog),
        more,
    )


def reply(
    r: Recommendation,
    catalog: Catalog,
    question: Question | None = None,
    lead: str = "",
    topics: tuple[str, ...] = (),
    brief: bool = False,
    told: Told = MappingProxyType({}),
) -> Reply:
    """The recommendation as a Reply; with a question at its end when one answer would change it. `brief`: the person
    has just read it, so `lead` alone speaks and the card repeats the rest."""
    made = card(r, catalog)
    lines = [] if brief and r.best is not None else list(made.lines)
    buttons: tuple[Button, ...] = ()
    if question is not None:
        ask = question.assumption
        lines.append(f"One answer would change this: {ask.question}")
        buttons = tuple(Button(t, text) for t, text in ask.buttons)
    return Reply(
        "recommendation",
        "\n\n".join(line for line in (lead, *lines) if line),
        topics,
        made.table,
        buttons,
        made.origins if brief else (*made.origins, *made.more),
        {
            "recommended": None if r.best is None else r.best.machine.name,
            "options": made.options,
            "assumptions": [assumption_json(a, told, catalog) for a in r.assumptions],
            "told": [{"what": what, "value": value} for what, value in told_rows(told)],
            "chart": made.chart,
        },
    )


def assumption_json(a: Assumption, told: Told, catalog: Catalog) -> dict[str, Any]:
    """With the words that change it, where there are any."""
    way = edit(a, told, catalog)
    return {"slot": a.slot, "value": a.value, "why": a.why, **({"edit": way} if way is not None else {})}


def held_back(a: Assessment, r: Recommendation) -> str:
    """That a module can do with fewer watts than its kit may draw, where those are what stands in the way."""
    limit, gpu, watts = r.need.place.max_power_w, a.machine.gpu, a.machine.max_power_w or 0
    if limit is None or gpu is None or "embedded" not in gpu.form_factor.lower() or watts <= limit:
        return ""
    return f". It draws up to {watts} W; it can be set to less, and is slower then: I have no figures of that"


def why_nothing(r: Recommendation, catalog: Catalog) -> list[str]:
    """What would do without a limit of the place; where the place is not the reason, what the biggest system lacks."""
    if r.if_lifted:
        return [
            f"if {limit}: {a.machine.name}, {say.cost(a, catalog, r.need.months)}, would do{held_back(a, r)}"
            for limit, a in r.if_lifted
        ]
    assessor = Assessor(replace(r.need, place=Place()), catalog)
    priced = [s for s in catalog.systems.values() if s.price is not None]
    if not priced:
        return ["the catalogue holds no priced systems"]
    biggest = max(priced, key=lambda s: price_gbp(s.price, catalog.rates) or 0.0)
    got = assessor.assess(from_system(biggest, catalog))
    if not got.reasons:
        return []
    said = [f"even {biggest.name} is not: {got.reasons[0]}"]
    timed = [(f.run_hours, f.workload.demand.hours) for f in got.figures]
    times = [run.value / limit for run, limit in timed if run and limit]
    if times and max(times) > 1:
        together = f"{ceil(max(times)):,}"
        said.append(f"it is the work of at least {together} of them together, with a fast network between them")
    return said
