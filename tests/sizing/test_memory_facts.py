"""The memory rule and the networks of the catalog against published figures (data/memory_facts.csv, each with its
source)."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.things import Catalog
from models.unknown import from_params
from models.work import Work
from sizing import memory

FACTS = list(csv.DictReader((Path(__file__).parent / "data" / "memory_facts.csv").read_text("utf-8").splitlines()))
GIB = 2**30 / 1e9


def computed(fact: dict[str, str], catalog: Catalog) -> float:
    """What Plainspec says, in the fact's unit."""
    setting = dict(pair.split("=") for pair in fact["setting"].split())
    quantity, name = fact["quantity"], fact["network"]
    if quantity == "state_a_parameter":
        return sum(memory.training_state_bytes(setting["precision"], setting.get("optimizer", "adam")))
    if quantity == "state":
        needed = memory.need(Work(from_params(float(name)), "training", "bf16", prompt_tokens=512, output_tokens=0))
        assert needed is not None
        return needed.state
    network = catalog.networks[name]
    assert network.params_m is not None
    if quantity == "parameters":
        return network.params_m / 1e3
    if quantity == "active_parameters":
        assert network.active_params_m is not None
        return network.active_params_m / 1e3
    if quantity == "adapters":
        return network.params_m * memory.ADAPTER_SHARE
    if quantity in ("kv_bytes", "kv_gib"):
        each = memory.kv_bytes_per_token(network)
        assert each is not None
        return each if quantity == "kv_bytes" else each * float(setting["tokens"]) / 2**30
    if quantity == "weights":
        needed = memory.need(Work(network, "inference", setting["precision"]))
        assert needed is not None
        return needed.weights
    assert quantity == "fits"
    trains = "method" in setting or "train" in setting
    work = Work(
        network,
        "fine_tuning" if trains else "inference",
        setting.get("precision", "fp16"),
        batch=int(setting.get("batch", 1)),
        method=setting.get("method", "full"),
        prompt_tokens=int(setting.get("tokens", 1024)),
        output_tokens=0 if trains else 256,
    )
    fit = memory.fit(work, catalog.gpus[setting["gpu"]], int(setting.get("count", 1)))
    assert fit is not None
    return float(fit.fits)


@pytest.mark.parametrize("fact", FACTS, ids=[f"{f['quantity']} {f['network']} {f['setting']}" for f in FACTS])
def test_published_fact(fact: dict[str, str], catalog: Catalog) -> None:
    published = float(fact["published"])
    assert computed(fact, catalog) == pytest.approx(published, rel=float(fact["within"]) or 1e-9), fact["source"]


def test_every_fact_has_a_source_and_there_are_enough_of_them() -> None:
    assert len(FACTS) >= 30
    assert all(len(f["source"]) > 15 and f["unit"] for f in FACTS)


def test_activations_of_a_decoder_in_training_follow_korthikanti(catalog: Catalog) -> None:
    """GPT-3 175B, 2,048 tokens, all layers recomputed: 2sbhL = 4.83 GB are kept, and one layer (34sbh = 0.86 GB) and
    the logits are at work (Korthikanti et al. 2022, equations 1 and 2, table 2)."""
    work = Work(catalog.networks["gpt_3_175b"], "training", "bf16", prompt_tokens=2048, output_tokens=0)
    logits = 6 * 2048 * memory.VOCABULARY / 1e9
    assert memory.activations_gb(work) - logits == pytest.approx(4.83 + 0.856, rel=0.01)


@pytest.mark.parametrize(("field", "factor"), [("users", 3), ("prompt_tokens", 3), ("output_tokens", 3)])
def test_kv_cache_grows_with_users_and_context(catalog: Catalog, field: str, factor: int) -> None:
    network = catalog.networks["llama_3_8b"]
    small = Work(network, users=2, prompt_tokens=1000, output_tokens=0 if field != "output_tokens" else 1000)
    large = replace(small, **{field: getattr(small, field) * factor})
    low, high = memory.need(small), memory.need(large)
    assert low is not None
    assert high is not None
    tokens = large.users * large.context_tokens / (small.users * small.context_tokens)
    assert high.kv_cache == pytest.approx(low.kv_cache * tokens)


def test_a_mixture_of_experts_is_as_big_as_its_total(catalog: Catalog) -> None:
    needed = memory.need(Work(catalog.networks["mixtral_8x7b"]))
    assert needed is not None
    assert needed.weights == pytest.approx(2 * 46.7, rel=0.01)


def test_cards_pool_memory_only_where_the_work_is_split(catalog: Catalog) -> None:
    card = catalog.gpus["rtx_3090"]
    language = Work(catalog.networks["llama_3_70b"], precision="int4")
    picture = Work(catalog.networks["flux_dev"], precision="fp16")
    spread, copies = memory.fit(language, card, 2), memory.fit(picture, card, 2)
    assert spread is not None
    assert (spread.fits, spread.how) == (True, "split")
    assert copies is not None
    assert (copies.fits, copies.how) == (False, "copies")


def test_no_memory_is_filled_to_the_brim(catalog: Catalog) -> None:
    for gpu in catalog.gpus.values():
        assert memory.usable_gb(gpu) <= 0.9 * gpu.memory_bytes / 1e9


def test_parts_add_up_and_unknown_sizes_are_not_guessed(catalog: Catalog) -> None:
    needed = memory.need(Work(catalog.networks["llama_3_8b"], "fine_tuning", "bf16", method="lora"))
    assert needed is not None
    assert sum(gb for _, gb in needed.parts()) == pytest.approx(needed.total)
    assert memory.need(Work(catalog.networks["gpt_4"])) is None
    assert memory.fit(Work(catalog.networks["gpt_4"]), catalog.gpus["l4"]) is None


def test_the_largest_model_that_fits(catalog: Catalog) -> None:
    card = catalog.gpus["rtx_5060_ti_16gb"]
    size = memory.largest_params_b(card, 1, 4.8, 4096)
    assert 15 < size < 26  # a 16 GB card runs models of about 20 billion parameters in 4 bits
    fits = [
        memory.fit(Work(from_params(b), precision="int4", prompt_tokens=4096, output_tokens=0), card)
        for b in (0.95 * size, 1.1 * size)
    ]
    assert [fit is not None and fit.fits for fit in fits] == [True, False]
    assert memory.largest_params_b(card, 2, 4.8, 4096) > 1.9 * size
