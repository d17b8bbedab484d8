"""Renting by the token: the sum by hand, whose words may be sent away, and which offers stand for a model."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from catalog.things import ApiOffer, Catalog, ExchangeRate
from models.unknown import from_params
from models.work import Work
from sizing import api
from sizing.complete import complete
from sizing.need import Demand, Need, Place, Workload
from sizing.recommend import Recommendation, machines, recommend

DAY = date(2026, 11, 1)
CHAT: dict[str, Any] = {"task": "llm_inference", "model": "Llama 3.3 70B", "users": 5}
CLOUD = {**CHAT, "deployment": "cloud"}


def offer(network: str, currency: str = "USD") -> ApiOffer:
    """0.50 a million tokens in, 2 out."""
    return ApiOffer(f"Somebody_{network}", "Somebody", network, Decimal("0.5"), Decimal(2), currency, DAY, "a test")


def only(catalog: Catalog, *offers: ApiOffer) -> Catalog:
    """The catalog with these offers alone, and a dollar of 80 pence."""
    dollar = ExchangeRate("USD", Decimal("0.8"), DAY, "a test")
    return replace(catalog, api_offers={o.id: o for o in offers}, rates={**catalog.rates, "USD": dollar})


def need_of(told: dict[str, Any], catalog: Catalog) -> Need:
    need = complete(told, catalog).need
    assert need is not None
    return need


def decided(told: dict[str, Any], catalog: Catalog) -> Recommendation:
    got = recommend(told, catalog)
    assert isinstance(got, Recommendation)
    return got


def test_the_sum_by_hand(catalog: Catalog) -> None:
    """5 people x 40 requests x 21 days = 4,200 requests a month of 1,000 tokens in and 400 out: 4.2 and 1.68 million.
    4.2 x $0.50 + 1.68 x $2 = $5.46 a month = GBP 4.368 at 0.8; over 36 months GBP 157.248."""
    known = only(catalog, offer("llama_3.3_70b"))
    need = need_of(CLOUD, known)
    assert api.tokens_a_month(need) == pytest.approx((4.2, 1.68))
    assert api.cost_gbp(known.api_offers["Somebody_llama_3.3_70b"], need, known) == pytest.approx(157.248)
    best = decided(CLOUD, known).best
    assert best is not None
    assert (best.machine.kind, best.cost_gbp) == ("api", pytest.approx(157.248))
    assert best.machine.name == "use an API: Llama 3.3 70B at Somebody"
    assert (best.figures, best.idle_share) == ((), None), "nobody measured how fast it answers"


@pytest.mark.parametrize(
    ("more", "times"),
    [
        ({"users": 50}, 10.0),
        ({"requests": 200}, 5.0),
        ({"requests": 10}, 0.25),
        ({"throughput": {"amount": 1000, "unit": "requests/day"}}, 5.0),  # 1,000 x 21 in place of 200 x 21
        ({"throughput": {"amount": 0.01, "unit": "requests/s"}}, 0.01 * 3600 * 160 / 4200),  # one shift: 160 hours
        ({"concurrent": True}, 1.0),  # as many people as before, only all at once
    ],
)
def test_the_volume_follows_what_was_told(more: dict[str, Any], times: float, catalog: Catalog) -> None:
    known = only(catalog, offer("llama_3.3_70b"))
    found = api.cost_gbp(known.api_offers["Somebody_llama_3.3_70b"], need_of({**CLOUD, **more}, known), known)
    assert found == pytest.approx(157.248 * times)


def test_what_was_not_said_is_an_assumption_that_can_be_changed(catalog: Catalog) -> None:
    found = {a.slot: a for a in complete(CLOUD, catalog).assumptions}
    assert found["requests"].value.startswith("40 requests a working day")
    assert "steady use" in found["requests"].why
    assert "requests" not in {a.slot for a in complete({**CLOUD, "requests": 25}, catalog).assumptions}
    assert "requests" not in {a.slot for a in complete({**CHAT, "deployment": "on_prem"}, catalog).assumptions}


HERE: list[dict[str, Any]] = [
    {"deployment": "on_prem"},
    {"deployment": "local pc"},
    {"deployment": "edge"},
    {"excluded": ["cloud"]},
    {"excluded": ["cloud"], "deployment": ["on_prem", "cloud"]},
    {"form_factor": "tower"},
]


@pytest.mark.parametrize("here", HERE, ids=str)
def test_whose_data_stay_are_never_sent_to_an_api(here: dict[str, Any], catalog: Catalog) -> None:
    """Not as the answer, not as a remark beside it, not for a service they named."""
    for told in (CHAT, {**CHAT, "model": None, "params_b": 8}, {**CHAT, "model": "GPT-4o"}):
        got = decided({**told, **here}, catalog)
        assert got.by_token is None
        assert got.best is None or got.best.machine.kind != "api"


def test_nothing_said_of_the_data_makes_it_a_remark(catalog: Catalog) -> None:
    got = decided(CHAT, catalog)
    assert got.best is not None
    assert got.best.machine.kind != "api"
    assert got.by_token is not None
    assert got.by_token.cost_gbp is not None
    assert got.best.cost_gbp is not None
    assert got.by_token.cost_gbp < got.best.cost_gbp / 2


def test_a_service_that_was_named_is_priced(catalog: Catalog) -> None:
    """Nobody else can run GPT-4o: its own price stands beside the open model that stands in for it."""
    got = decided({"task": "llm_inference", "model": "GPT-4o", "users": 5}, catalog)
    assert got.by_token is not None
    assert got.by_token.machine.offer is not None
    assert got.by_token.machine.offer.network == "gpt_4o"
    assert got.by_token.cost_gbp == pytest.approx((4.2 * 2.5 + 1.68 * 10) * 36 * float(catalog.rates["USD"].gbp))


def workload(network: Any, task: str = "llm_inference", prompt: int = 1000, wait: float = 5.0) -> Workload:
    work = Work(network, "inference", "int4", users=1, prompt_tokens=prompt, output_tokens=400)
    return Workload("talking", work, Demand(tokens_per_user=8, first_token_s=wait), task=task)


@pytest.mark.parametrize(
    ("wanted", "offered", "serves"),
    [
        ("llama_3.3_70b", "llama_3.3_70b", True),
        ("llama_3_70b", "llama_3.3_70b", True),  # another version, the same size
        ("qwen2.5_32b", "qwen3_32b", True),
        ("llama_3.3_70b", "llama_3.1_8b", False),
        ("qwen2.5_72b", "llama_3.3_70b", False),  # about as big, but another model
        ("qwen2.5_coder_32b", "qwen3_32b", False),
        ("qwen3_32b", "qwen3_30b_a3b", False),
        (8.0, "llama_3.1_8b", True),
        (8.0, "qwen3_8b", True),
        (8.0, "gemma_3_12b", False),  # 12.2 / 8 is more than 20 % away
        (32.0, "qwen2.5_coder_32b", False),  # made for programming
        (72.0, "qwen2.5_vl_72b", False),  # made for pictures
        (8.0, "gpt_4o", False),
    ],
)
def test_which_offers_stand_for_a_model(wanted: str | float, offered: str, serves: bool, catalog: Catalog) -> None:
    network = catalog.networks[wanted] if isinstance(wanted, str) else from_params(wanted)
    assert api.serves(offer(offered), workload(network), catalog) is serves


def test_who_reads_pictures_is_offered_models_that_do(catalog: Catalog) -> None:
    wanted = workload(from_params(72.0), task="vision_language")
    assert api.serves(offer("qwen2.5_vl_72b"), wanted, catalog)
    assert not api.serves(offer("qwen2.5_72b"), wanted, catalog)


def test_a_model_of_their_own_is_on_offer_nowhere(catalog: Catalog) -> None:
    own = replace(catalog.networks["llama_3.1_8b"], id="ours_8b")
    assert not api.serves(offer("llama_3.1_8b"), workload(own), catalog)


def reasons(
    jobs: tuple[Workload, ...], catalog: Catalog, place: Place | None = None, currency: str = "USD"
) -> tuple[str, ...]:
    known = only(catalog, offer("llama_3.1_8b", currency=currency))
    machine = next(api.machines(known))
    return api.assess(machine, Need(jobs, place or Place()), known).reasons


def test_why_an_api_would_not_do(catalog: Catalog) -> None:
    llama = catalog.networks["llama_3.1_8b"]
    talking = workload(llama)
    assert reasons((talking,), catalog) == ()
    assert "ruled out" in reasons((talking,), catalog, Place(cloud=False))[0]
    assert "may leave" in reasons((talking,), catalog, Place(service=False))[0]
    assert "cannot be promised" in reasons((workload(llama, wait=0.5),), catalog)[0]
    assert reasons((workload(llama, wait=1.0),), catalog) == ()
    assert "131,072 tokens" in reasons((workload(llama, prompt=131_000),), catalog)[0]
    assert "not Qwen3 32B" in reasons((workload(catalog.networks["qwen3_32b"]),), catalog)[0]
    tuning = replace(talking, name="tuning", work=replace(talking.work, phase="fine_tuning"))
    assert "does not do tuning" in reasons((talking, tuning), catalog)[0]
    seeing = replace(talking, name="seeing", work=Work(catalog.networks["resnet50"], "inference", "fp16"))
    assert "does not do seeing" in reasons((talking, seeing), catalog)[0]
    assert "exchange rate" in reasons((talking,), catalog, currency="NOK")[0]


def test_two_conversations_cost_twice_as_much(catalog: Catalog) -> None:
    known = only(catalog, offer("llama_3.1_8b"))
    one = workload(catalog.networks["llama_3.1_8b"])
    once, twice = (api.cost_gbp(known.api_offers["Somebody_llama_3.1_8b"], Need((one,) * n), known) for n in (1, 2))
    assert once is not None
    assert twice == pytest.approx(2 * once)


def test_every_offer_is_one_of_the_options(catalog: Catalog) -> None:
    found = {m.id for m in machines(need_of(CHAT, catalog), catalog) if m.kind == "api"}
    assert found == set(catalog.api_offers)
