"""Properties of the recommendation over 10,000 random workloads (seeded, so that a failure can be run again)."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from catalog.things import Catalog, Network
from models.estimate import throughput
from models.unknown import from_params
from models.work import Cannot, Work
from sizing import memory
from sizing.assess import Assessor
from sizing.figures import Assessment, at_most, sure
from sizing.machines import Machine, from_owned
from sizing.need import Demand, Need, Owned, Place, Workload
from sizing.recommend import cheapest, machines, rank

WORKLOADS = 10_000
SEED = 20_261_122


def spread(pick: random.Random, low: float, high: float) -> float:
    """A number between, even in logarithms."""
    return float(low * (high / low) ** pick.random())


class Maker:
    """Random needs: every class of network, running and training, on their own and together, anywhere."""

    def __init__(self, catalog: Catalog, pick: random.Random) -> None:
        self.catalog, self.pick = catalog, pick
        known = [n for n in catalog.networks.values() if n.params_m is not None]
        self.decoders = [n for n in known if n.kind == "transformer_decoder"]
        self.others = [n for n in known if n.kind != "transformer_decoder" and n.gmacs is not None]
        kinds = sorted({n.kind for n in self.others})
        self.by_kind = [[n for n in self.others if n.kind == kind] for kind in kinds]
        self.gpus = list(catalog.gpus.values())
        self.sending = random.Random(SEED + 9)

    def network(self) -> Network:
        return self.pick.choice(self.pick.choice(self.by_kind))

    def language(self) -> Workload:
        pick = self.pick
        network = pick.choice(self.decoders) if pick.random() < 0.6 else from_params(spread(pick, 0.5, 200))
        if pick.random() < 0.6:
            work = Work(
                network,
                "inference",
                pick.choice(("fp16", "fp8", "int8", "int4", "int4")),
                users=int(spread(pick, 1, 200)),
                prompt_tokens=int(spread(pick, 50, 30_000)),
                output_tokens=int(spread(pick, 20, 2_000)),
            )
            return Workload(
                "running",
                work,
                Demand(tokens_per_user=spread(pick, 1, 60), first_token_s=spread(pick, 0.3, 60)),
                spread(pick, 5, 730),
            )
        work = Work(
            network,
            "fine_tuning",
            "bf16",
            batch=int(spread(pick, 1, 16)),
            prompt_tokens=int(spread(pick, 256, 8192)),
            output_tokens=0,
            method=pick.choice(("full", "lora", "qlora")),
        )
        return Workload(
            "tuning",
            work,
            Demand(items=spread(pick, 1e5, 1e10), hours=spread(pick, 1, 700)),
            runs_per_month=spread(pick, 0.1, 8),
        )

    def items(self) -> Workload:
        pick, network = self.pick, self.network()
        work = Work(
            network,
            "inference",
            pick.choice(("fp32", "tf32", "fp16", "fp16", "int8")),
            batch=2 ** pick.randrange(7),
            size=spread(pick, 0.25, 25) if network.item == "image" else 1.0,
        )
        item_bytes = spread(pick, 1e3, 1e6)
        if pick.random() < 0.5:
            item_s = spread(pick, 0.005, 10) if pick.random() < 0.3 else None
            gmacs = (network.gmacs or 1.0) * work.size
            rate = spread(pick, 10 / (gmacs + 1), 100_000 / (gmacs + 1))
            return Workload(
                "running",
                replace(work, batch=1) if item_s else work,
                Demand(rate=rate, item_s=item_s),
                spread(pick, 5, 730),
                item_bytes=item_bytes,
            )
        work = replace(work, phase="training", precision=pick.choice(("fp32", "tf32", "fp16", "bf16")))
        return Workload(
            "training",
            work,
            Demand(items=spread(pick, 1e3, 1e9) / ((network.gmacs or 1.0) + 1), hours=spread(pick, 1, 700)),
            runs_per_month=spread(pick, 0.1, 8),
            item_bytes=item_bytes,
        )

    def place(self) -> Place:
        pick = self.pick
        forms = pick.choice(
            (None, None, None, ("tower", "mini"), ("rack",), ("edge", "mini", "tower", "rack"), ("laptop",))
        )
        return Place(
            pick.choice((None, None, 2392.0, 2944.0, 5888.0)),
            "13 A socket",
            pick.choice((None, None, "silent", "quiet", "office", "loud")),
            forms,
            cloud=pick.random() < 0.5,
            own=pick.random() < 0.95,
            vendors_out=("amd",) if pick.random() < 0.05 else (),
            service=self.sending.random() < 0.6,
        )

    def need(self) -> Need:
        pick = self.pick
        jobs = tuple(
            self.language() if pick.random() < 0.45 else self.items() for _ in range(1 if pick.random() < 0.85 else 2)
        )
        owned = (Owned(pick.choice(self.gpus), pick.choice((1, 1, 1, 2, 4))),) if pick.random() < 0.2 else ()
        return Need(jobs, self.place(), owned, None, pick.choice((12.0, 36.0)))


def brute_force(need: Need, catalog: Catalog, sold: list[Machine]) -> Assessment | None:
    """The cheapest of everything that is enough, by trying all that is owned and sold."""
    assessor = Assessor(need, catalog)
    options = [*(from_owned(o) for o in need.owned), *sold]
    return min(
        (a for m in options if (a := assessor.assess(m)).enough and a.cost_gbp is not None), key=rank, default=None
    )


# --- what makes a need easier or bigger
# -----------------------------------------------------------------------------------


def first_job(need: Need, **changes: Any) -> Need:
    return replace(need, workloads=(replace(need.workloads[0], **changes), *need.workloads[1:]))


def demanding(need: Need, **changes: Any) -> Need:
    return first_job(need, demand=replace(need.workloads[0].demand, **changes))


def working(need: Need, **changes: Any) -> Need:
    return first_job(need, work=replace(need.workloads[0].work, **changes))


def easier(need: Need, catalog: Catalog, pick: random.Random) -> dict[str, Need]:
    """The same need with one constraint loosened, by what was loosened."""
    place, work, demand = need.place, need.workloads[0].work, need.workloads[0].demand
    out = {
        "cloud allowed": replace(need, place=replace(place, cloud=True)),
        "paying by the token allowed": replace(need, place=replace(place, service=True)),
        "buying allowed": replace(need, place=replace(place, own=True)),
        "no vendor ruled out": replace(need, place=replace(place, vendors_out=())),
        "louder": replace(need, place=replace(place, quietest=None)),
        "any circuit": replace(need, place=replace(place, max_power_w=None)),
        "stronger circuit": replace(
            need, place=replace(place, max_power_w=None if place.max_power_w is None else place.max_power_w * 2)
        ),
        "any form": replace(need, place=replace(place, form_factors=("laptop", "edge", "mini", "tower", "rack"))),
        "a card owned": replace(need, owned=(*need.owned, Owned(pick.choice(list(catalog.gpus.values())), 1))),
    }
    if demand.hours:
        out["later deadline"] = demanding(need, hours=demand.hours * spread(pick, 1, 10))
    if demand.first_token_s:
        out["longer wait"] = demanding(need, first_token_s=demand.first_token_s * spread(pick, 1, 10))
    if demand.item_s:
        out["longer wait for an item"] = demanding(need, item_s=demand.item_s * spread(pick, 1, 10))
    if demand.tokens_per_user:
        out["slower writing"] = demanding(need, tokens_per_user=demand.tokens_per_user / spread(pick, 1, 10))
    if demand.rate:
        out["lower rate"] = demanding(need, rate=demand.rate / spread(pick, 1, 10))
    lower = {"fp32": "tf32", "tf32": "fp16", "fp16": "int8", "int8": "int4"}.get(work.precision)
    if lower and not (work.trains and lower == "int8"):
        out["lower precision"] = working(need, precision=lower)
    return out


def bigger(need: Need, pick: random.Random) -> dict[str, Need]:
    """The same need with one demand raised, by what was raised."""
    job = need.workloads[0]
    work, demand = job.work, job.demand
    more = spread(pick, 1, 10)
    out = {
        "in use longer": first_job(need, busy_hours=min(730.0, job.busy_hours * more)),
        "bigger model": working(need, network=grown(work.network, more)),
    }
    if demand.items:
        out["more data"] = demanding(need, items=demand.items * more)
        out["more runs"] = first_job(need, runs_per_month=job.runs_per_month * more)
    if demand.hours:
        out["shorter deadline"] = demanding(need, hours=demand.hours / more)
    if demand.rate:
        out["higher rate"] = demanding(need, rate=demand.rate * more)
    if demand.tokens_per_user:
        out["more users"] = working(need, users=int(work.users * more) + 1)
        out["longer prompts"] = working(need, prompt_tokens=int(work.prompt_tokens * more) + 1)
    if work.network.item == "image":
        out["larger pictures"] = working(need, size=work.size * more)
    if len(need.workloads) == 1:
        out["another job beside it"] = replace(need, workloads=(job, replace(job, name="another")))
    return out


def grown(network: Network, more: float) -> Network:
    """The same network, `more` times as large: wider, so that parameters, work and cache all grow. It keeps its name,
    and with it what was measured of it: another network of its kind may well be quicker for its size."""

    def times(value: float | None, by: float = more) -> float | None:
        return None if value is None else value * by

    wider = more**0.5
    return replace(
        network,
        params_m=times(network.params_m),
        active_params_m=times(network.active_params_m),
        gmacs=times(network.gmacs),
        activations_m=times(network.activations_m, wider),
        hidden=None if network.hidden is None else int(network.hidden * wider) + 1,
        kv_bytes_fp16=times(network.kv_bytes_fp16, wider),
    )


# --- the properties
# -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def needs(catalog: Catalog) -> list[Need]:
    maker = Maker(catalog, random.Random(SEED))
    return [maker.need() for _ in range(WORKLOADS)]


@pytest.fixture(scope="module")
def answers(needs: list[Need], catalog: Catalog) -> list[Assessment | None]:
    return [cheapest(need, catalog) for need in needs]


def price(answer: Assessment | None) -> float:
    return float("inf") if answer is None or answer.cost_gbp is None else answer.cost_gbp


def test_the_recommended_option_is_the_cheapest_adequate_one(
    needs: list[Need], answers: list[Assessment | None], catalog: Catalog
) -> None:
    """Brute force over all options; and what is recommended is priced, fits, is fast enough and is allowed where it
    shall stand."""
    kinds: Counter[str] = Counter()
    sold = list(machines(replace(needs[0], owned=()), catalog))
    for need, best in zip(needs, answers, strict=True):
        cheapest_of_all = brute_force(need, catalog, sold)
        kinds[best.machine.kind if best else "nothing"] += 1
        assert (best is None) == (cheapest_of_all is None), (need, best, cheapest_of_all)
        if best is None or cheapest_of_all is None:
            continue
        assert rank(best) == rank(cheapest_of_all), (need, best.machine.id, cheapest_of_all.machine.id)
        sound(need, best)
    print(f"\n{len(needs):,} random workloads: {dict(kinds)}")
    assert min(kinds[k] for k in ("owned", "system", "rent", "api", "nothing")) > WORKLOADS / 50, kinds


def sound(need: Need, best: Assessment) -> None:
    """What must hold of anything that is recommended."""
    place, machine = need.place, best.machine
    assert best.cost_gbp is not None
    if machine.kind == "api":
        assert place.cloud
        assert place.service
        assert all(w.work.decoder and not w.work.trains for w in need.workloads)
        assert (best.figures, best.idle_share) == ((), None)
        return
    assert len(best.figures) == len(need.workloads)
    if machine.kind == "system":
        assert machine.price is not None
        assert place.own
        assert machine.form_factor in (place.form_factors or ("edge", "mini", "tower", "rack"))
        assert place.max_power_w is None or (machine.max_power_w or 0) <= place.max_power_w
    if machine.kind == "rent":
        assert place.cloud
    assert sum(f.safe_share for f in best.figures) <= 1.0 + 1e-9 or len(best.figures) == 1
    for figure in best.figures:
        demand = figure.workload.demand
        assert figure.needed_gb <= figure.available_gb
        if machine.gpu is not None:
            assert figure.available_gb <= 0.9 * machine.gpu.memory_bytes * machine.count / 1e9
        assert figure.speed is not None
        assert figure.speed.low <= figure.speed.value <= figure.speed.high
        if demand.rate:
            assert sure(figure.speed) >= demand.rate
        if demand.hours and figure.run_hours:
            assert at_most(figure.run_hours) <= demand.hours
        if figure.serving is not None and demand.first_token_s and demand.tokens_per_user:
            assert at_most(figure.serving.ttft) <= demand.first_token_s
            assert at_most(figure.serving.tpot) * demand.tokens_per_user <= 1.0 + 1e-9
    assert best.idle_share is None or 0 <= best.idle_share <= 1


def test_loosening_a_constraint_never_raises_the_price(
    needs: list[Need], answers: list[Assessment | None], catalog: Catalog
) -> None:
    pick = random.Random(SEED + 1)
    tried: Counter[str] = Counter()
    for need, answer in zip(needs, answers, strict=True):
        what, other = pick.choice(sorted(easier(need, catalog, pick).items(), key=lambda pair: pair[0]))
        tried[what] += 1
        before, after = price(answer), price(cheapest(other, catalog))
        assert after <= before * (1 + 1e-9), (what, before, after, need, other)
    print(f"\n{sum(tried.values()):,} constraints loosened: {dict(tried)}")


def test_a_bigger_need_never_gets_a_cheaper_answer(
    needs: list[Need], answers: list[Assessment | None], catalog: Catalog
) -> None:
    pick = random.Random(SEED + 2)
    tried: Counter[str] = Counter()
    for need, answer in zip(needs, answers, strict=True):
        what, other = pick.choice(sorted(bigger(need, pick).items(), key=lambda pair: pair[0]))
        tried[what] += 1
        before, after = price(answer), price(cheapest(other, catalog))
        assert after >= before * (1 - 1e-9), (what, before, after, need, other)
    print(f"\n{sum(tried.values()):,} needs made bigger: {dict(tried)}")


def test_no_estimate_exceeds_the_roofline(needs: list[Need], catalog: Catalog) -> None:
    """Data-sheet peak over the arithmetic of the forward pass alone bounds the high end of every range."""
    pick = random.Random(SEED + 3)
    gpus = list(catalog.gpus.values())
    checked = 0
    for need in needs:
        work, gpu = need.workloads[0].work, pick.choice(gpus)
        count = pick.choice((1, 2, 8))
        if work.decoder or work.network.gmacs is None or (gpu.fp16_tflops is None and gpu.bf16_tflops is None):
            continue  # where no tensor peak is published there is no roof to hold it under
        got = throughput(work, gpu, count)
        if isinstance(got, Cannot):
            continue
        peak = max(
            v
            for v in (gpu.fp32_tflops, gpu.tf32_tflops, gpu.fp16_tflops, gpu.bf16_tflops, gpu.fp8_tflops, gpu.int8_tops)
            if v
        )
        assert got.high <= count * peak * 1e12 / (2e9 * work.network.gmacs * work.size) * (1 + 1e-9)
        checked += 1
    assert checked > WORKLOADS / 5


def test_what_is_not_priced_is_never_recommended(needs: list[Need], catalog: Catalog) -> None:
    """Even where nothing else would do."""
    unpriced = {s.id: replace(s, price=None) for s in catalog.systems.values()}
    without = replace(catalog, systems=unpriced)
    for need in needs[:300]:
        best = cheapest(replace(need, owned=(), place=replace(need.place, cloud=False)), without)
        assert best is None or best.machine.id == "owned_office"  # nothing to buy
    assert any(s.price is None for s in catalog.systems.values()), "the catalog itself should hold such a system"


def test_l4_l40_and_l40s_are_three_cards(catalog: Catalog) -> None:
    """L4 < L40 < L40S in speed wherever compute decides, and the L4 is smaller."""
    l4, l40, l40s = (catalog.gpus[i] for i in ("l4", "l40", "l40s"))
    assert memory.usable_gb(l4) < memory.usable_gb(l40) == memory.usable_gb(l40s)
    for work in (
        Work(catalog.networks["resnet50"], "training", "fp16", batch=128),
        Work(catalog.networks["llama_3_8b"], "fine_tuning", "bf16"),
        Work(catalog.networks["sdxl"], "inference", "fp16"),
    ):
        rates = [got.value for gpu in (l4, l40, l40s) if not isinstance(got := throughput(work, gpu), Cannot)]
        assert len(rates) == 3
        assert rates[0] < rates[1] < rates[2], (work.network.id, rates)
