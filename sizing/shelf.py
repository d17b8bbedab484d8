"""What can be had from one catalog, in order of price; worked out once for each catalog."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.things import Catalog, CloudOffer
from sizing.machines import Machine, from_offer, from_system
from sizing.money import price_gbp

MARKETPLACES = ("Vast.ai", "Salad")  # they let private people's machines: no place for a firm's data or a service


@dataclass(frozen=True)
class Shelf:
    """Pounds, id and machine, rising in price and then by id. `rents`: for each set of cards only the cheapest by the
    hour."""

    systems: tuple[tuple[float, str, Machine], ...]
    rents: tuple[tuple[float, str, Machine], ...]
    place: dict[str, int]  # system id -> where it stands in `systems`


def rentable(offer: CloudOffer, catalog: Catalog) -> bool:
    """Whether a firm can count on it: by the hour on demand, and from a provider, not from strangers' machines."""
    return offer.terms == "on_demand" and offer.gpu in catalog.gpus and offer.provider not in MARKETPLACES


_last: tuple[Catalog, Shelf] | None = None


def shelf(catalog: Catalog) -> Shelf:
    """The shelf of this catalog; kept for the last one asked about."""
    global _last
    last = _last
    if last is None or last[0] is not catalog:
        last = _last = catalog, _stock(catalog)
    return last[1]


def _stock(catalog: Catalog) -> Shelf:
    systems = sorted(
        (
            (p, s.id, from_system(s, catalog))
            for s in catalog.systems.values()
            if (p := price_gbp(s.price, catalog.rates)) is not None
        ),
        key=lambda row: row[:2],
    )
    rents: dict[tuple[str, int, bool], tuple[float, str, Machine]] = {}
    for offer in catalog.offers.values():
        hourly = price_gbp(offer.hourly, catalog.rates)
        if hourly is None or not rentable(offer, catalog):
            continue
        machine = from_offer(offer, catalog)
        cards = offer.gpu, offer.count, machine.nvlink
        if cards not in rents or (hourly, offer.id) < rents[cards][:2]:
            rents[cards] = hourly, offer.id, machine
    return Shelf(
        tuple(systems),
        tuple(sorted(rents.values(), key=lambda row: row[:2])),
        {system_id: i for i, (_, system_id, _) in enumerate(systems)},
    )
