"""Charts of machines, rent, storage and networks, from the catalog's figures at this moment.

A chart whose figures the catalog lacks is not drawn (None). Prices are turned into pounds at the catalog's rates, and
the caption says their dates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from catalog.pictures.canvas import Canvas
from catalog.pictures.plots import Axis, Bar, Line, bars, chart, lines, spread
from catalog.things import Catalog, CloudOffer, Price

SOCKET_W = 13 * 230  # a British 13 A socket


def _pounds(price: Price, catalog: Catalog) -> float | None:
    rate = catalog.rates.get(price.currency)
    return float(price.amount * rate.gbp) if rate else None


def _dates(days: Iterable[date]) -> str:
    first, last = min(both := sorted(days)), both[-1]
    return f"{first:%b %Y}" if f"{first:%b %Y}" == f"{last:%b %Y}" else f"{first:%b %Y} to {last:%b %Y}"


def _cheapest(catalog: Catalog) -> dict[str, tuple[float, CloudOffer]]:
    """The cheapest hour of one of each GPU on demand, in pounds, out of the offers of one year up to the newest."""
    best: dict[str, tuple[float, CloudOffer]] = {}
    newest = max((offer.hourly.day for offer in catalog.offers.values()), default=date.min)
    recent = (o for o in catalog.offers.values() if (newest - o.hourly.day).days < 365)
    for offer in sorted(recent, key=lambda o: o.id):
        pounds = _pounds(offer.hourly, catalog)
        if offer.count == 1 and offer.terms == "on_demand" and pounds is not None and offer.gpu in catalog.gpus:
            best[offer.gpu] = min(best.get(offer.gpu, (pounds, offer)), (pounds, offer), key=lambda pair: pair[0])
    return best


def cloud_gpu(catalog: Catalog) -> Canvas | None:
    best = _cheapest(catalog)
    if len(best) < 2:
        return None
    rows = spread([Bar(catalog.gpus[gpu].name, pounds, f"£{pounds:.2f}") for gpu, (pounds, _) in best.items()])
    days = _dates(offer.hourly.day for _, offer in best.values())
    return chart(
        "An hour of one GPU, rented",
        "the cheapest hour on demand of one GPU",
        rows,
        f"Cheapest listing on demand, {days}, net of VAT, in pounds at the catalog's rate. Listings come and go.",
    )


def cost(catalog: Catalog) -> Canvas | None:
    priced = [(s, pounds) for s in catalog.systems.values() if s.price and (pounds := _pounds(s.price, catalog))]
    if len(priced) < 2:
        return None
    rows = spread([Bar(s.name, pounds, f"£{pounds:,.0f}") for s, pounds in priced])
    days = _dates(s.price.day for s, _ in priced if s.price)
    return chart(
        "What whole machines cost",
        "prices of whole machines",
        rows,
        f"Indicative, net of VAT, prices of {days}.",
    )


def cloud_vs_onprem(catalog: Catalog) -> Canvas | None:
    """The cheapest machine with one card that can also be rented by the hour, and where the two bills cross."""
    best = _cheapest(catalog)
    pairs = [
        (s, p, best[s.gpus[0].gpu])
        for s in catalog.systems.values()
        if len(s.gpus) == 1
        and s.gpus[0].count == 1
        and s.gpus[0].gpu in best
        and catalog.gpus[s.gpus[0].gpu].memory_gb >= 32
        and s.price
        and (p := _pounds(s.price, catalog))
    ]
    if not pairs:
        return None
    system, price, (hourly, offer) = min(pairs, key=lambda pair: (pair[1], pair[0].id))
    even = price / hourly
    gpu = catalog.gpus[offer.gpu].name
    hours = 2 * even
    canvas = Canvas(
        f"Rent or buy: one {gpu}",
        f"The price of {system.name}, £{price:,.0f}, is flat over hours of use; rent of £{hourly:.2f} an hour "
        f"rises from nothing. They cross at about {round(even, -2):,.0f} hours.",
    )
    across = Axis(
        "hours of use", 0, hours, ((0, "0"), (even, f"{round(even, -2):,.0f}"), (hours, f"{round(hours, -2):,.0f}"))
    )
    up = Axis("spent", 0, 2.1 * price, ((0, "£0"), (price, f"£{price:,.0f}"), (2 * price, f"£{2 * price:,.0f}")))
    series = [
        Line(f"rent at £{hourly:.2f} an hour", "in", [(0, 0), (hours, 2 * price)]),
        Line("buy the machine", "out", [(0, price), (hours, price)]),
        Line("break-even", "plain", [(even, 0), (even, price)], dashed=True),
    ]
    lines(canvas, across, up, series)
    canvas.caption(
        f"Prices net of VAT: machine {system.price.day:%b %Y}, rent {offer.hourly.day:%b %Y}. "  # type: ignore[union-attr]
        "Electricity, space and people come on top of buying, storage on top of renting: ask with your own "
        "hours for the full sum."
    )
    return canvas


def _storage(kinds: Sequence[str], title: str, caption: str) -> Callable[[Catalog], Canvas | None]:
    def draw(catalog: Catalog) -> Canvas | None:
        best = {(s.kind, s.read_gbs): s for s in sorted(catalog.storage.values(), key=lambda s: s.id, reverse=True)}
        wanted = [s for s in best.values() if s.kind in kinds]
        others = [
            max((s for s in best.values() if s.kind == kind), key=lambda s: s.read_gbs)
            for kind in sorted({s.kind for s in best.values()} - set(kinds))
        ]
        picked = "; ".join(f"{s.name} at {s.read_gbs:g} GB/s" for s in wanted[:2])
        rows = [
            Bar(s.name, s.read_gbs, f"{s.read_gbs:g} GB/s", "work" if s in wanted else "plain")
            for s in sorted([*wanted, *others], key=lambda s: (-s.read_gbs, s.id))
        ]
        return (
            chart(title, f"the rate at which storage is read from end to end, {picked} picked out", rows, caption)
            if wanted
            else None
        )

    return draw


def ethernet(catalog: Catalog) -> Canvas | None:
    rates = sorted({(g.gbps, g.protocol) for g in catalog.gear.values() if g.kind == "nic"}, reverse=True)
    names = {"ethernet": "Ethernet", "infiniband": "InfiniBand"}
    rows = [
        Bar(
            f"{names.get(protocol, protocol)} {gbps:g} Gbit/s",
            gbps,
            _span(1000 / (gbps / 8)),
            "work" if protocol == "ethernet" else "plain",
        )
        for gbps, protocol in rates
    ]
    if len(rows) < 2:
        return None
    canvas = Canvas(
        "Network rates, and the time for 1 TB",
        f"Bars of network rates from {rows[0].name}, which moves a terabyte in {rows[0].said}, down to "
        f"{rows[-1].name}, which takes {rows[-1].said}.",
    )
    bars(canvas, rows)
    canvas.caption("Times at the full line rate; expect a little longer.")
    return canvas


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def power(catalog: Catalog) -> Canvas | None:
    rows = spread(
        [
            Bar(s.name, s.max_power_w, f"{s.max_power_w:,} W", "bad" if s.max_power_w > SOCKET_W else "work")
            for s in catalog.systems.values()
        ]
    )
    rows = sorted([*rows, Bar("one 13 A socket", SOCKET_W, f"{SOCKET_W:,} W", "out")], key=lambda row: -row.value)
    return chart(
        "What machines draw, and a socket's limit",
        "power at the wall with everything busy",
        rows,
        "Red is more than one British 13 A socket gives at 230 V. Every watt comes out again as heat.",
    )


CHARTS: dict[str, Callable[[Catalog], Canvas | None]] = {
    "cloud_gpu": cloud_gpu,
    "cost": cost,
    "cloud_vs_onprem": cloud_vs_onprem,
    "ethernet": ethernet,
    "power": power,
    "storage": _storage(
        ("nvme", "sata_ssd", "hdd"),
        "How fast storage is read",
        "One network trained on pictures rarely reads more than one NVMe drive gives; many at once may.",
    ),
    "flash_array": _storage(
        ("flash_array", "nas"),
        "Shared storage against one drive",
        "An array is for many machines at once: count the GPUs that read before paying for it.",
    ),
    "hdd": _storage(
        ("hdd",),
        "A hard disk among storage",
        "Reading from end to end; at reading here and there a disk is hundreds of times slower still.",
    ),
    "nvme": _storage(
        ("nvme",),
        "NVMe drives among storage",
        "Grey: the fastest of each other kind. One such drive feeds most single machines.",
    ),
    "ssd": _storage(
        ("sata_ssd",),
        "A SATA SSD among storage",
        "The SATA plug is the limit, not the flash behind it: flash on NVMe reads ten times as fast and more.",
    ),
}
