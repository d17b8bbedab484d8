"""The cheapest machine that is enough, shown between the one below and the one above."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import log
from typing import Any

from catalog.things import FORM_FACTORS, Catalog, Gpu
from sizing import api
from sizing.assess import Assessor, rent_hours_at_least
from sizing.complete import complete
from sizing.figures import MONTH_HOURS, Assessment
from sizing.machines import Machine, from_offer, from_owned, from_system, office_computer
from sizing.money import price_gbp
from sizing.need import Assumption, Completed, Need
from sizing.reasons import place_reasons
from sizing.shelf import rentable, shelf
from sizing.told import Told

MORE = 1.25  # the next one up is at least this much faster or bigger, or it is no step up
MATTERS = log(1.3)  # a question is worth asking when an answer moves the cost by 30 % or more
MOST_QUESTIONS = 3
LONGER = ((72.0, "3 days"), (168.0, "a week"), (336.0, "2 weeks"), (730.0, "a month"), (2190.0, "3 months"),
          (4380.0, "half a year"), (8760.0, "a year"))  # fmt: skip
SMALL_GBP = 500.0  # sums below this are alike: nobody wants a question about them


@dataclass(frozen=True)
class Recommendation:
    """`best` is the cheapest that is enough, None when nothing in the catalog is. `below` and `above` are the catalog's
    neighbours of `bought`, the cheapest system to buy that is enough (which is `best` unless keeping or renting
    wins)."""

    need: Need
    assumptions: tuple[Assumption, ...]
    best: Assessment | None
    bought: Assessment | None
    below: Assessment | None
    above: Assessment | None
    rented: Assessment | None  # the cheapest rent that is enough
    by_token: Assessment | None  # the cheapest API that would do if what is sent may leave; None where it may not
    kept: tuple[Assessment, ...]  # what they own, enough or not; any office computer where it is the best
    named: tuple[Assessment, ...]  # what they asked about or were offered
    over_budget_gbp: float | None  # by how much the best exceeds the budget
    # where nothing is enough: (a limit lifted, as in "it may be louder"; the cheapest that then would be)
    if_lifted: tuple[tuple[str, Assessment], ...] = ()


@dataclass(frozen=True)
class Question:
    """An unknown whose answer would change the recommendation, with the range of costs its answers span (GBP)."""

    assumption: Assumption
    impact: float
    low_gbp: float
    high_gbp: float


def machines(need: Need, catalog: Catalog) -> Iterator[Machine]:
    """Every option there is: kept, bought, rented on demand, paid by the token."""
    yield from at_hand(need)
    yield from (from_system(s, catalog) for s in catalog.systems.values())
    yield from (from_offer(o, catalog) for o in catalog.offers.values() if rentable(o, catalog))
    yield from api.machines(catalog)


def at_hand(need: Need) -> Iterator[Machine]:
    """What costs nothing: the cards they own, and any office computer."""
    yield from (from_owned(o) for o in need.owned)
    yield office_computer()


def rank(assessment: Assessment) -> tuple[float, str]:
    """Cheapest first; ids break ties so that the same need always gets the same answer."""
    assert assessment.cost_gbp is not None
    return assessment.cost_gbp, assessment.machine.id


def cheapest(
    need: Need, catalog: Catalog, kind: str | None = None, assessor: Assessor | None = None
) -> Assessment | None:
    """The cheapest adequate option (of one kind, if given). Machines to buy are tried in order of price and the search
    stops at the first that is enough; rents in order of the hour's price, until not even the hours that are certain
    come cheaper."""
    assessor = assessor or Assessor(need, catalog)
    best: Assessment | None = None
    if kind in (None, "owned"):
        enough = [got for m in at_hand(need) if not place_reasons(m, need) and (got := assessor.assess(m)).enough]
        best = min(enough, key=rank, default=None)
    if kind in (None, "system") and need.place.own and best is None:
        best = next(
            (
                got
                for _, _, machine in shelf(catalog).systems
                if not place_reasons(machine, need)
                and not assessor.fails(machine)
                and (got := assessor.assess(machine)).enough
            ),
            None,
        )
    if kind in (None, "rent") and need.place.cloud and (best is None or best.cost_gbp):
        least = rent_hours_at_least(need) * need.months
        for hourly, _, machine in shelf(catalog).rents:
            if best is not None and best.cost_gbp is not None and hourly * least > best.cost_gbp:
                break
            if not place_reasons(machine, need) and not assessor.fails(machine):
                got = assessor.assess(machine)
                if got.enough and (best is None or rank(got) < rank(best)):
                    best = got
    if kind in (None, "api") and (best is None or best.cost_gbp):
        service = api.cheapest(need, catalog)
        if service is not None and (best is None or rank(service) < rank(best)):
            best = service
    return best


def capacity(assessment: Assessment) -> float:
    """How much it can do beside others on the same need: the speed of its first job, else its memory."""
    if assessment.figures and assessment.figures[0].speed is not None:
        return assessment.figures[0].speed.value
    gpu = assessment.machine.gpu
    return gpu.memory_gb * assessment.machine.count if gpu else 0.0


def neighbours(
    best: Assessment, need: Need, catalog: Catalog, assessor: Assessor
) -> tuple[Assessment | None, Assessment | None]:
    """The dearest cheaper system that is not enough (for what it can do, not for where it may stand or which software
    it lacks), and the cheapest dearer one that does clearly more."""
    order = shelf(catalog).systems
    at = shelf(catalog).place[best.machine.id]
    below = above = None
    for _, _, machine in reversed(order[:at]):
        if (
            not place_reasons(machine, need)
            and assessor.can_run(machine)
            and not (got := assessor.assess(machine)).enough
        ):
            below = got
            break
    for _, _, machine in order[at + 1 :]:
        if (
            not place_reasons(machine, need)
            and (got := assessor.assess(machine)).enough
            and capacity(got) >= MORE * capacity(best)
        ):
            above = got
            break
    return below, above


def editions(gpu: Gpu, catalog: Catalog) -> set[str]:
    """Ids of the cards sold under the same name, with as much memory and in the same form: a Max-Q stands in for the
    workstation card where no machine has that one; a laptop's GPU, an SXM board or half the memory never does."""
    return {
        g.id for g in catalog.gpus.values()
        if (g.topic, g.memory_gb, g.form_factor) == (gpu.topic, gpu.memory_gb, gpu.form_factor)
    }  # fmt: skip


def named_machines(told: Told, catalog: Catalog) -> list[Machine]:
    """Systems the client named, and for cards they want or were offered the cheapest system that holds as many."""
    out = [from_system(catalog.systems[s], catalog) for s in told.get("systems") or () if s in catalog.systems]
    counts = told.get("gpu_counts") or {}
    for gpu_id, role in (told.get("gpu_roles") or {}).items():
        if role in ("owned", "gone") or gpu_id not in catalog.gpus or any(m.gpu and m.gpu.id == gpu_id for m in out):
            continue
        wanted = int(counts.get(gpu_id, 1))
        for ids in ({gpu_id}, editions(catalog.gpus[gpu_id], catalog)):
            holders = [s for s in catalog.systems.values() if any(g.gpu in ids and g.count >= wanted for g in s.gpus)]
            priced = [(p, s) for s in holders if (p := price_gbp(s.price, catalog.rates)) is not None]
            if priced:
                break
        if priced:
            out.append(from_system(min(priced, key=lambda pair: (pair[0], pair[1].id))[1], catalog))
    return out


def recommend(
    told: Told, catalog: Catalog, completed: Completed | None = None, assessor: Assessor | None = None
) -> Recommendation | Completed:
    """The recommendation for what was told, or the completion whose `problem` says why there is none. Who has the
    completion, and has assessed machines for it, gives them along."""
    completed = completed or complete(told, catalog)
    if completed.need is None:
        return completed
    need = completed.need
    assessor = assessor or Assessor(need, catalog)
    best = cheapest(need, catalog, assessor=assessor)
    bought = best if best is not None and best.machine.kind == "system" else cheapest(need, catalog, "system", assessor)
    rented = best if best is not None and best.machine.kind == "rent" else cheapest(need, catalog, "rent", assessor)
    by_token = api.cheapest(replace(need, place=replace(need.place, service=True)), catalog)
    below, above = neighbours(bought, need, catalog, assessor) if bought is not None else (None, None)
    shown = {a.machine.id for a in (best, below, above) if a is not None}
    named = tuple(assessor.assess(m) for m in named_machines(told, catalog) if m.id not in shown)
    kept = tuple(assessor.assess(from_owned(o)) for o in need.owned)
    if best is not None and best.machine.kind == "owned" and best.machine.gpu is None:
        kept += (best,)
    over = None
    if (
        best is not None
        and best.cost_gbp is not None
        and need.budget_gbp is not None
        and best.cost_gbp > need.budget_gbp
    ):
        over = best.cost_gbp - need.budget_gbp
    lifted = (if_lifted(need, catalog) or with_more_time(need, catalog)) if best is None else ()
    return Recommendation(
        need, completed.assumptions, best, bought, below, above, rented, by_token, kept, named, over, lifted
    )


def if_lifted(need: Need, catalog: Catalog) -> tuple[tuple[str, Assessment], ...]:
    """Which limit of the place stands in the way: each that was set is lifted alone, and where none helps, all
    together. Empty when the place is not what rules everything out."""
    place = need.place
    limits: dict[str, dict[str, Any]] = {}
    if place.form_factors is not None:
        limits["the machine may be of any form"] = {"form_factors": FORM_FACTORS}
    if place.quietest is not None:
        limits["it may be louder"] = {"quietest": None}
    if place.max_power_w is not None:
        within = f"a {place.circuit}" if place.circuit else f"{place.max_power_w:g} W"
        limits[f"it need not do with {within}"] = {"max_power_w": None}
    if place.vendors_out:
        limits["any maker's GPU will do"] = {"vendors_out": ()}
    on_the_spot = (place.form_factors or ())[:1] == ("edge",)  # a drone waits for no cloud
    if not place.cloud and not on_the_spot:
        limits["renting in the cloud is allowed"] = {"cloud": True}
    if not place.own:
        limits["a machine of your own is allowed"] = {"own": True}
    found = tuple(
        (limit, got)
        for limit, change in limits.items()
        if (got := cheapest(replace(need, place=replace(place, **change)), catalog)) is not None
    )
    if found or len(limits) < 2:
        return found
    free = replace(place, **{slot: value for change in limits.values() for slot, value in change.items()})
    got = cheapest(replace(need, place=free), catalog)
    return () if got is None else ((" and ".join(limits), got),)


def with_more_time(need: Need, catalog: Catalog) -> tuple[tuple[str, Assessment], ...]:
    """The least of LONGER that would do instead of the time that all runs together may take, and what then would."""
    for hours, words in LONGER:
        if all(w.demand.hours is None or w.demand.hours >= hours for w in need.workloads):
            continue
        jobs = tuple(
            replace(
                w, demand=replace(w.demand, hours=max(w.demand.hours, hours)),
                runs_per_month=min(w.runs_per_month, MONTH_HOURS / hours),
            )
            if w.demand.hours is not None else w
            for w in need.workloads
        )  # fmt: skip
        got = cheapest(replace(need, workloads=jobs), catalog)
        if got is not None:
            return ((f"it may take {words}", got),)
    return ()


def questions(
    told: Told, catalog: Catalog, completed: Completed | None = None, assessor: Assessor | None = None
) -> list[Question]:
    """The unknowns worth asking about, the one that would change the recommendation most first.

    For every assumption the need is completed and decided again with each plausible other value. What the client
    has said they do not know is not asked again."""
    completed = completed or complete(told, catalog)
    if completed.need is None:
        return []
    assessor = assessor or Assessor(completed.need, catalog)
    base = cheapest(completed.need, catalog, assessor=assessor)
    found = []
    not_sure = set(told.get("not_sure") or ())
    for assumption in completed.assumptions:
        if not assumption.question or not assumption.alternatives or assumption.slot in not_sure:
            continue
        costs = [base.cost_gbp or 0.0] if base is not None else []
        changed = 0.0
        for value in assumption.alternatives:
            other = complete({**told, assumption.slot: value}, catalog)
            got = None
            if other.need is not None:
                need = replace(other.need, owned=completed.need.owned)
                got = cheapest(need, catalog, assessor=Assessor(need, catalog, assessor))
            if got is None or base is None:
                changed = max(changed, log(4) if (got is None) != (base is None) else 0.0)
            elif got.machine.id != base.machine.id:
                changed = max(
                    changed, abs(log(max(got.cost_gbp or 0.0, SMALL_GBP) / max(base.cost_gbp or 0.0, SMALL_GBP)))
                )
            if got is not None:
                costs.append(got.cost_gbp or 0.0)
        if changed >= MATTERS:
            found.append(Question(assumption, changed, min(costs), max(costs)))
    return sorted(found, key=lambda q: (-q.impact, q.assumption.slot))
