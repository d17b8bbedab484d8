"""From what was told to a need: what is taken over, what is assumed, and that every assumption can be changed."""

from __future__ import annotations

import random
from typing import Any

import pytest

from catalog.things import Catalog
from sizing import defaults
from sizing.complete import complete
from sizing.need import Completed, Need
from sizing.networks import find_network, sizable, stand_in
from sizing.place import circuit_watts, place
from sizing.recommend import cheapest, recommend
from sizing.told import SLOTS, TASKS

FABRIC: dict[str, Any] = {
    "task": "image_classification",
    "dataset_size": {"amount": 50_000, "unit": "images"},
    "image_resolution": "1024x1024",
    "classes": 6,
}


def need_of(told: dict[str, Any], catalog: Catalog) -> Need:
    got = complete(told, catalog)
    assert got.need is not None, got.problem
    return got.need


def assumed(told: dict[str, Any], catalog: Catalog) -> dict[str, str]:
    return {a.slot: a.value for a in complete(told, catalog).assumptions}


def test_every_task_has_defaults_that_exist(catalog: Catalog) -> None:
    assert set(TASKS) == set(defaults.TASKS) | set(defaults.LANGUAGE)
    for task, usual in defaults.TASKS.items():
        network = catalog.networks[usual.network]
        sized = stand_in(network, catalog)
        assert sized is not None, task
        assert sizable(sized), task
        assert all(rate > 0 for rate in (usual.rate, *usual.other_rates))


@pytest.mark.parametrize("task", TASKS)
def test_every_task_alone_ends_in_a_recommendation(task: str, catalog: Catalog) -> None:
    got = recommend({"task": task}, catalog)
    assert not isinstance(got, Completed)
    assert got.assumptions
    assert got.best is not None
    assert got.best.cost_gbp is not None
    assert got.best.cost_gbp < 30_000, "with nothing said but the task, a modest machine is assumed"


def test_every_network_of_the_catalogue_can_be_asked_for(catalog: Catalog) -> None:
    for network in catalog.networks.values():
        got = complete({"model": network.id}, catalog)
        assert got.need is not None, network.id
        assert all(w.work.network.params_m for w in got.need.workloads)


def test_what_is_told_is_used_and_not_assumed(catalog: Catalog) -> None:
    told = {
        **FABRIC,
        "throughput": {"amount": 20, "unit": "images/s"},
        "epochs": 30,
        "deadline": {"amount": 8, "unit": "hours"},
    }
    training, running = need_of(told, catalog).workloads
    assert training.demand.items == 50_000 * 30
    assert training.demand.hours == 8
    assert running.demand.rate == 20
    assert running.work.size == pytest.approx((1024 / 224) ** 2)
    assert not {"dataset_size", "image_resolution", "throughput", "epochs", "deadline"} & set(assumed(told, catalog))


@pytest.mark.parametrize(
    ("task", "gaps"),
    [
        (
            "image_classification",
            {"model", "throughput", "dataset_size", "epochs", "deadline", "image_resolution", "phase"},
        ),
        (
            "llm_inference",
            {"params_b", "users", "context_tokens", "precision", "latency", "tokens_per_user", "hours_per_month"},
        ),
        ("llm_finetuning", {"params_b", "method", "dataset_size", "deadline", "context_tokens"}),
        ("speech_recognition", {"model", "throughput", "precision", "hours_per_month"}),
    ],
)
def test_every_gap_that_is_filled_is_listed(task: str, gaps: set[str], catalog: Catalog) -> None:
    found = complete({"task": task}, catalog).assumptions
    assert gaps <= {a.slot for a in found}
    assert all(a.value and a.why for a in found)
    assert len({a.slot for a in found}) == len(found)
    assert all(a.question and a.matters for a in found if a.alternatives)


@pytest.mark.parametrize("task", TASKS)
def test_telling_an_assumed_slot_takes_it_off_the_list_and_changes_the_need(task: str, catalog: Catalog) -> None:
    told: dict[str, Any] = {"task": task}
    before = complete(told, catalog)
    for assumption in before.assumptions:
        for value in assumption.alternatives:
            assert assumption.slot in SLOTS
            after = complete({**told, assumption.slot: value}, catalog)
            assert after.need is not None
            assert assumption.slot not in {a.slot for a in after.assumptions}
            assert after.need != before.need, (assumption.slot, value)


def test_no_currency_is_read_as_pounds_and_said(catalog: Catalog) -> None:
    told = {**FABRIC, "budget": {"amount": 15_000, "currency": None}}
    assert need_of(told, catalog).budget_gbp == 15_000
    assert "pounds" in assumed(told, catalog)["budget"]
    dollars = need_of({**FABRIC, "budget": {"amount": 15_000, "currency": "USD"}}, catalog).budget_gbp
    assert dollars is not None
    assert 9_000 < dollars < 15_000
    assert need_of({**FABRIC, "budget": {"amount": 15_000, "currency": "XXX"}}, catalog).budget_gbp is None
    assert (
        need_of({**FABRIC, "budget": {"amount": 200, "currency": "GBP", "period": "month"}}, catalog).budget_gbp is None
    )


def test_cameras_are_turned_into_pictures_a_second(catalog: Catalog) -> None:
    told = {"task": "video_analytics", "throughput": {"amount": 12, "unit": "cameras"}}
    assert need_of(told, catalog).workloads[-1].demand.rate == 12 * 15
    assert "15 pictures a second" in assumed(told, catalog)["frames_per_second"]


def test_live_pictures_stay_where_they_are_taken_unless_told_otherwise(catalog: Catalog) -> None:
    live = {**FABRIC, "throughput": {"amount": 20, "unit": "images/s"}}
    assert not need_of(live, catalog).place.cloud
    assert need_of({**live, "deployment": ["on_prem", "cloud"]}, catalog).place.cloud
    assert need_of(FABRIC, catalog).place.cloud


def test_an_hour_of_speech_is_3600_seconds(catalog: Catalog) -> None:
    told = {"task": "speech_recognition", "throughput": {"amount": 24, "unit": "hours of audio/day"}}
    assert need_of({**told, "hours_per_month": 730}, catalog).workloads[0].demand.rate == pytest.approx(1.0)


def test_what_comes_in_a_day_is_worked_through_in_the_hours_of_use(catalog: Catalog) -> None:
    told = {"task": "speech_recognition", "throughput": {"amount": 24, "unit": "hours of audio/day"}}
    assert need_of({**told, "hours_per_month": 73}, catalog).workloads[0].demand.rate == pytest.approx(10.0)
    overnight = need_of({**told, "deadline": {"amount": 12, "unit": "hours"}}, catalog).workloads[0]
    assert overnight.demand.rate == pytest.approx(2.0)
    assert overnight.busy_hours == pytest.approx(365.0)
    live = {**told, "throughput": {"amount": 3, "unit": "hours of audio/hour"}, "hours_per_month": 73}
    assert need_of(live, catalog).workloads[0].demand.rate == pytest.approx(3.0)


def test_words_are_translated_by_the_sentence(catalog: Catalog) -> None:
    told = {"task": "translation", "throughput": {"amount": 1_728_000, "unit": "words/day"}, "hours_per_month": 730}
    assert need_of(told, catalog).workloads[0].demand.rate == pytest.approx(1.0)


def test_readings_are_no_pictures(catalog: Catalog) -> None:
    heard = need_of({"task": "anomaly_detection", "signals": True}, catalog).workloads[0]
    seen = need_of({"task": "anomaly_detection"}, catalog).workloads[0]
    assert (heard.work.network.item, seen.work.network.item) == ("sequence", "image")


def test_more_people_are_never_fewer_requests(catalog: Catalog) -> None:
    in_flight = [need_of({"task": "llm_inference", "users": n}, catalog).workloads[0].work.users for n in range(1, 300)]
    assert in_flight == sorted(in_flight)
    assert in_flight[0] == 1
    all_at_once = need_of({"task": "llm_inference", "users": 30, "concurrent": True}, catalog)
    assert all_at_once.workloads[0].work.users == 30
    assert "30 users" in assumed({"task": "llm_inference", "users": 30}, catalog)["concurrent"]


def test_a_service_nobody_can_run_is_replaced_and_said(catalog: Catalog) -> None:
    told = {"model": "gpt_4"}
    assert need_of(told, catalog).workloads[0].work.network.params_m
    assert "GPT-4" in assumed(told, catalog)["model"]


def test_a_network_without_published_work_is_sized_as_its_relative_and_said(catalog: Catalog) -> None:
    named = assumed({"model": "conformer_l", "phase": "inference"}, catalog)["model"]
    assert "Conformer" in named
    assert "sized as" in named


def test_fine_tuning_and_serving_are_two_jobs(catalog: Catalog) -> None:
    need = need_of({"task": ["llm_finetuning", "rag"], "params_b": 8}, catalog)
    assert [w.work.phase for w in need.workloads] == ["fine_tuning", "inference"]


def test_a_language_model_and_pictures_are_two_jobs(catalog: Catalog) -> None:
    need = need_of({"task": ["llm_inference", "generative_image"], "model": "llama_3_8b"}, catalog)
    assert [w.work.network.id for w in need.workloads] == ["llama_3_8b", "sdxl"]


def test_names_are_found_as_people_write_them(catalog: Catalog) -> None:
    for written, wanted in (
        ("Llama 3 70B", "llama_3_70b"),
        ("resnet-50", "resnet50"),
        ("YOLOv8m", "yolov8m"),
        ("nnU-Net", "nnunet_3d_fullres"),
    ):
        found = find_network(written, catalog)
        assert found is not None, written
        assert found.id == wanted
    assert find_network("zzz", catalog) is None


@pytest.mark.parametrize(
    ("said", "watts"),
    [
        ("13 A socket", 2392),
        ("13A", 2392),
        ("16 A C19", 2944),
        ("32 amp", 5888),
        ("2x 32 A", 11_776),
        ("3-phase 32 A", 17_664),
        ("solar", None),
    ],
)
def test_circuits(said: str, watts: float | None) -> None:
    assert circuit_watts(said) == watts


def test_places() -> None:
    assert place({}).cloud
    assert place({}).own
    assert not place({"deployment": "on_prem"}).cloud
    assert not place({"form_factor": "tower"}).cloud
    assert not place({"excluded": ["cloud"]}).cloud
    assert not place({"deployment": "cloud"}).own
    assert place({"deployment": ["cloud", "on_prem"]}).own
    assert place({"deployment": ["cloud", "on_prem"]}).cloud
    assert place({"form_factor": "rack"}).form_factors == ("rack",)
    assert "rack" not in (place({"excluded": ["rack"]}).form_factors or ())
    assert place({"excluded": ["AMD"]}).vendors_out == ("amd",)
    assert place({"noise": "whisper"}).quietest == "quiet"


# --- bigger in the client's own words ---

MORE: dict[str, Any] = {
    "users": lambda n: n,
    "params_b": lambda n: n,
    "context_tokens": lambda n: int(n * 500),
    "epochs": lambda n: n,
    "hours_per_month": lambda n: min(700, 10 * n),
    "dataset_size": lambda n: {"amount": n * 1000, "unit": "examples"},
    "throughput": lambda n: {"amount": n, "unit": "images/s"},
}
LESS: dict[str, Any] = {"deadline": lambda n: {"amount": 1000 / n, "unit": "hours"}}


def test_more_of_anything_in_the_clients_words_is_never_cheaper(catalog: Catalog) -> None:
    pick = random.Random(7)
    for _ in range(400):
        task = pick.choice(TASKS)
        slot = pick.choice([*MORE, *LESS])
        if slot in ("users", "params_b", "context_tokens") and task not in defaults.LANGUAGE:
            continue
        if slot == "throughput" and task in (*defaults.LANGUAGE, "speech_recognition", "text_to_speech"):
            continue
        make = (MORE | LESS)[slot]
        small, large = sorted((pick.randint(1, 70), pick.randint(1, 70)))
        low, high = (cheapest(need_of({"task": task, slot: make(n)}, catalog), catalog) for n in (small, large))
        if low is None:
            assert high is None
        elif high is not None:
            assert low.cost_gbp is not None
            assert high.cost_gbp is not None
            assert low.cost_gbp <= high.cost_gbp * (1 + 1e-9), (
                task,
                slot,
                small,
                large,
                low.machine.id,
                high.machine.id,
            )
