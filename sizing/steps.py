"""The steps up from what is recommended: what more speed would cost, and what twice as many cards would do."""

from __future__ import annotations

from dataclasses import replace

from catalog.things import Catalog
from sizing.assess import Assessor
from sizing.figures import Assessment
from sizing.machines import Machine, from_owned
from sizing.need import Need, Owned
from sizing.reasons import place_reasons
from sizing.recommend import MORE, capacity, editions
from sizing.shelf import shelf


def faster(best: Assessment, need: Need, catalog: Catalog, most: int = 3) -> list[Assessment]:
    """Systems, or rents where renting is best, that cost more and do it at least MORE times as fast as the one before;
    rising in price, `best` not among them."""
    assessor = Assessor(need, catalog)
    on_offer = shelf(catalog).rents if best.machine.kind == "rent" else shelf(catalog).systems
    found: list[Assessment] = []
    for _, _, machine in on_offer:
        if place_reasons(machine, need) or assessor.fails(machine):
            continue
        got = assessor.assess(machine)
        dearer = (got.cost_gbp or 0.0) > (best.cost_gbp or 0.0) or best.machine.kind == "rent"
        if got.enough and dearer and capacity(got) >= MORE * capacity(([best, *found])[-1]):
            found.append(got)
            if len(found) == most:
                break
    return found


def doubled(held: Assessment, need: Need, catalog: Catalog) -> tuple[Assessment, bool]:
    """Twice as many of the cards in a machine that has a GPU: in the cheapest machine of its kind that holds so many
    (True), or else by themselves (False: the machine around them is taken to feed them, and has no price)."""
    machine: Machine = held.machine
    assert machine.gpu is not None, "only cards can be doubled"
    count, assessor = 2 * machine.count, Assessor(replace(need, owned=()), catalog)
    on_offer = {"system": shelf(catalog).systems, "rent": shelf(catalog).rents}.get(machine.kind, ())
    ids = editions(machine.gpu, catalog)
    for _, _, other in on_offer:
        if other.gpu is not None and other.gpu.id in ids and other.count == count:
            return assessor.assess(other), True
    return assessor.assess(from_owned(Owned(machine.gpu, count))), False
