"""A language model by the token: who offers it, what it costs at this need's volume, and when it may be used at all.

How fast such a service answers is its provider's affair and is not measured here: no speed is given.
Cost (GBP) = months x (million tokens in x input price + million tokens out x output price), tokens a month = requests a
month x tokens of one request, requests a month = people x requests a working day x 21 days.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from catalog.things import ApiOffer, Catalog, Network
from sizing.defaults import REQUESTS_A_DAY, WORKING_DAYS
from sizing.figures import Assessment
from sizing.machines import Machine
from sizing.money import to_gbp
from sizing.need import Need, Workload

ALIKE = 0.2  # a model of which only the size was said is priced as named ones that differ in size by no more than this
STRICTEST_S = 1.0  # a first word sooner than this cannot be promised over the internet


def from_api(offer: ApiOffer, catalog: Catalog) -> Machine:
    network = catalog.networks[offer.network]
    name = f"use an API: {network.name} at {offer.provider}"
    return Machine(offer.id, name, "api", None, 0, offer=offer)


def machines(catalog: Catalog) -> Iterator[Machine]:
    yield from (from_api(o, catalog) for o in catalog.api_offers.values() if o.network in catalog.networks)


def requests_a_month(workload: Workload) -> float:
    """As told; else one person for every answer that is in the making at the busiest moment."""
    if workload.requests_month is not None:
        return workload.requests_month
    return workload.work.users * REQUESTS_A_DAY * WORKING_DAYS


def tokens_a_month(need: Need) -> tuple[float, float]:
    """(millions in, millions out)."""
    into = sum(requests_a_month(w) * w.work.prompt_tokens for w in need.workloads)
    out = sum(requests_a_month(w) * w.work.output_tokens for w in need.workloads)
    return into / 1e6, out / 1e6


def cost_gbp(offer: ApiOffer, need: Need, catalog: Catalog) -> float | None:
    """Over the need's months; None when no exchange rate is known."""
    into, out = tokens_a_month(need)
    amount = into * float(offer.input_price) + out * float(offer.output_price)
    return to_gbp(amount * need.months, offer.currency, catalog.rates)


def serves(offer: ApiOffer, workload: Workload, catalog: Catalog) -> bool:
    """Whether what is offered can stand for the workload's model: the service that was named, else the model itself,
    else another version of it in the same size, else, where only a size is known, an open model of about that size that
    is made for the same kind of work."""
    network, other = workload.work.network, catalog.networks[offer.network]
    if workload.service:
        return offer.network == workload.service
    if network.id in catalog.networks:
        return offer.network == network.id or (other.open_weights and _line(other.id) == _line(network.id))
    size, near = network.params_m, other.params_m
    if size is None or near is None or network.id != f"unknown_{size / 1e3:g}b" or not other.open_weights:
        return False
    task = "vision_language" if workload.task == "vision_language" else "llm_inference"
    return other.task == task and "coder" not in other.id and abs(near / size - 1) <= ALIKE


def assess(machine: Machine, need: Need, catalog: Catalog) -> Assessment:
    """Enough when the model is on offer, the data may leave, and nobody waits for the first word less than a second."""
    offer = machine.offer
    assert offer is not None
    cost = cost_gbp(offer, need, catalog)
    reasons = list(_reasons(offer, catalog.networks[offer.network], need, catalog))
    if cost is None:
        reasons.append(f"no exchange rate is known for {offer.currency}")
    return Assessment(machine, not reasons, tuple(reasons), (), cost, None)


def cheapest(need: Need, catalog: Catalog) -> Assessment | None:
    """The cheapest API that is enough; None when there is none."""
    if not (need.place.cloud and need.place.service and all(_answers(w) for w in need.workloads)):
        return None
    offers = (o for o in catalog.api_offers.values() if o.network in catalog.networks)
    serving = (o for o in offers if all(serves(o, w, catalog) for w in need.workloads))
    found = [got for o in serving if (got := assess(from_api(o, catalog), need, catalog)).enough]
    return min(found, key=lambda a: (a.cost_gbp or 0.0, a.machine.id), default=None)


def _answers(workload: Workload) -> bool:
    return workload.work.decoder and not workload.work.trains


def _reasons(offer: ApiOffer, network: Network, need: Need, catalog: Catalog) -> Iterator[str]:
    if not need.place.cloud:
        yield "sending data to a provider was ruled out"
    elif not need.place.service:
        yield "you did not say that what is sent may leave your premises"
    for workload in need.workloads:
        work, wait = workload.work, workload.demand.first_token_s
        if not _answers(workload):
            yield f"an API answers questions; it does not do {workload.name}"
        elif not serves(offer, workload, catalog):
            yield f"it offers {network.name}, not {work.network.name}"
        elif network.context and work.prompt_tokens + work.output_tokens > network.context:
            yield f"{network.name} reads at most {network.context:,} tokens"
        elif wait is not None and wait < STRICTEST_S:
            yield f"a first word within {wait:g} s cannot be promised over the internet"


@lru_cache(maxsize=1000)
def _line(network: str) -> str:
    """The line of models an id belongs to, without its version: llama_3.3_70b and llama_3_70b are one, as are
    qwen2.5_32b and qwen3_32b."""
    return re.sub(r"_?\d+(?:\.\d+)?(?=_)", "", network)
