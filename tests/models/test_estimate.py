"""What must hold of every estimate, whatever the coefficients."""

from __future__ import annotations

import csv
import math
import statistics
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import models
from catalog.things import Gpu, Network
from models import effects, step
from models.cost import unit
from models.decoder import kv_bytes, shape
from models.design import seed_catalog
from models.effects import Software
from models.estimate import LLAMA_CPP, cpu_throughput, prefill_throughput, serving, throughput
from models.learnt import learnt, shipped
from models.peaks import Runs
from models.ranges import Spread
from models.unknown import from_params
from models.work import BITS, Cannot, Estimate, Serving, Work
from tests.models.cards import (
    A100,
    BERT,
    CLOSED,
    DENSE_47B,
    L4,
    L40,
    L40S,
    LLAMA,
    LLAMA_70B,
    M2,
    MIXTRAL,
    P40,
    RESNET50,
    SDXL,
    THOR,
    V100,
)

NOBODY = Software()
RUN = Runs(312.0, "half", 2.0, 2.0, True)

networks = st.sampled_from((RESNET50, BERT, SDXL, LLAMA, MIXTRAL, from_params(30, active_b=3)))
gpus = st.sampled_from((A100, L4, L40, L40S, V100, P40, M2))
works = st.builds(
    Work,
    network=networks,
    phase=st.sampled_from(("training", "fine_tuning", "inference")),
    precision=st.sampled_from(tuple(BITS)),
    batch=st.integers(1, 512),
    size=st.floats(0.1, 20),
    prompt_tokens=st.integers(1, 30_000),
    output_tokens=st.integers(1, 4_000),
    method=st.sampled_from(("full", "lora", "qlora")),
)


def rate(found: Estimate | Cannot) -> float:
    assert isinstance(found, Estimate), found
    return found.value


@given(works, gpus, st.sampled_from((1, 2, 8)), st.booleans())
def test_an_estimate_is_a_range_with_a_source(work: Work, gpu: Gpu, count: int, nvlink: bool) -> None:
    found = throughput(work, gpu, count, nvlink)
    if isinstance(found, Cannot):
        assert found.reason
        return
    assert 0 < found.low <= found.value <= found.high < math.inf
    assert found.basis in ("scaled", "spec")
    assert found.source
    assert gpu.name in found.source
    assert found.unit.endswith("/s")


@given(works, gpus, st.sampled_from((1, 2, 8)), st.booleans())
def test_nothing_is_above_the_roofline(work: Work, gpu: Gpu, count: int, nvlink: bool) -> None:
    found = throughput(work, gpu, count, nvlink)
    if isinstance(found, Cannot):
        return
    best = (
        max(p for p in (gpu.fp32_tflops, gpu.tf32_tflops, gpu.fp16_tflops, gpu.fp8_tflops, gpu.int8_tops) if p)
        * 1e12
        * count
    )
    network, passes = (
        work.network,
        1 if work.phase == "inference" else 2,
    )  # LoRA passes twice, full training three times
    if network.kind == "transformer_decoder":
        assert network.active_params_m
        slack = (
            1.0 if gpu.fp16_tflops or gpu is P40 else 3.0
        )  # where no FP16 peak is published the top of the range may lie above
        assert found.high * 2 * network.active_params_m * 1e6 * passes <= best * slack * 1.0001
        if work.phase == "inference":
            least = min(BITS[work.precision], 16) / 8 if work.precision != "fp32" and work.precision != "tf32" else 4
            read = network.active_params_m * 1e6 * least
            assert found.high * read / work.batch <= gpu.bandwidth_gbs * 1e9 * count * 1.0001
    else:
        assert network.gmacs
        assert (
            found.high * 2e9 * network.gmacs * work.size * passes
            <= best * (1.0 if gpu.fp16_tflops or gpu is P40 else 3.0) * 1.0001
        )


@given(works, gpus, st.floats(1.0, 4.0), st.floats(1.0, 4.0), st.sampled_from((1, 4)))
def test_more_bandwidth_or_compute_is_never_slower(
    work: Work, gpu: Gpu, bandwidth: float, compute: float, count: int
) -> None:
    better = replace(
        gpu,
        bandwidth_gbs=gpu.bandwidth_gbs * bandwidth,
        **{
            name: getattr(gpu, name) * compute
            for name in ("fp32_tflops", "tf32_tflops", "fp16_tflops", "bf16_tflops", "fp8_tflops", "int8_tops")
            if getattr(gpu, name) is not None
        },
    )
    before, after = throughput(work, gpu, count), throughput(work, better, count)
    assert isinstance(before, Cannot) == isinstance(after, Cannot)
    if isinstance(before, Estimate) and isinstance(after, Estimate):
        assert after.value >= before.value * 0.9999
    if work.decoder:
        first, second = serving(work, gpu, count), serving(work, better, count)
        if isinstance(first, Serving) and isinstance(second, Serving):
            assert second.ttft.value <= first.ttft.value * 1.0001
            assert second.tpot.value <= first.tpot.value * 1.0001


@given(works, gpus, st.integers(2, 8))
def test_a_larger_batch_never_gives_fewer_items_a_second(work: Work, gpu: Gpu, factor: int) -> None:
    small, large = throughput(work, gpu), throughput(replace(work, batch=work.batch * factor), gpu)
    if isinstance(small, Estimate) and isinstance(large, Estimate):
        assert large.value >= small.value * 0.9999


@given(
    st.sampled_from((LLAMA, MIXTRAL, LLAMA_70B)), gpus, st.integers(1, 60_000), st.integers(1, 8), st.integers(1, 64)
)
def test_first_token_time_grows_with_the_prompt(
    network: Network, gpu: Gpu, prompt: int, factor: int, users: int
) -> None:
    work = Work(network, prompt_tokens=prompt, users=users)
    short, long = serving(work, gpu), serving(replace(work, prompt_tokens=prompt * factor + 64), gpu)
    assert isinstance(short, Serving)
    assert isinstance(long, Serving)
    assert long.ttft.value > short.ttft.value
    assert short.ttft.low <= short.ttft.value <= short.ttft.high


@given(st.sampled_from((LLAMA, MIXTRAL)), gpus, st.integers(1, 128))
def test_more_users_raise_the_total_and_slow_each_one(network: Network, gpu: Gpu, users: int) -> None:
    few, many = serving(Work(network, users=users), gpu), serving(Work(network, users=users * 2), gpu)
    assert isinstance(few, Serving)
    assert isinstance(many, Serving)
    assert many.aggregate.value >= few.aggregate.value * 0.9999
    assert many.tpot.value >= few.tpot.value
    assert many.ttft.value >= few.ttft.value


@pytest.mark.parametrize("network", [RESNET50, BERT, SDXL])
@pytest.mark.parametrize("phase", ["training", "inference"])
def test_l4_is_not_l40_is_not_l40s(network: Network, phase: str) -> None:
    work = Work(network, phase, batch=32)
    slow, middle, fast = (rate(throughput(work, gpu)) for gpu in (L4, L40, L40S))
    assert slow * 1.5 < middle < fast


def test_peak_alone_does_not_decide() -> None:
    work = Work(LLAMA)  # one user: bound by bandwidth, which L40 and L40S share
    assert rate(throughput(work, L40S)) / rate(throughput(work, L40)) < 1.1


@pytest.mark.parametrize(
    ("work", "gpu"),
    [
        (Work(RESNET50, precision="fp8"), V100),
        (Work(LLAMA, precision="fp8"), V100),
        (Work(RESNET50, precision="int8"), V100),
        (Work(RESNET50, "training", "int8"), A100),
        (Work(RESNET50, precision="int4"), A100),
        (Work(RESNET50, "training", "fp8"), L4),
        (Work(RESNET50), THOR),
        (Work(CLOSED), A100),
    ],
)
def test_what_a_gpu_cannot_do_is_said(work: Work, gpu: Gpu) -> None:
    found = throughput(work, gpu)
    assert isinstance(found, Cannot)
    assert len(found.reason) > 20


def test_fp8_weights_run_on_ampere_without_fp8_arithmetic() -> None:
    eight, sixteen = throughput(Work(LLAMA, precision="fp8"), A100), throughput(Work(LLAMA), A100)
    assert 1.3 < rate(eight) / rate(sixteen) < 2.1
    prompt = Work(LLAMA, precision="fp8", prompt_tokens=8000)
    assert rate(prefill_throughput(prompt, A100)) == pytest.approx(
        rate(prefill_throughput(replace(prompt, precision="bf16"), A100)), rel=0.1
    )


def test_weight_only_quantising_saves_bytes_not_arithmetic() -> None:
    one = rate(throughput(Work(LLAMA, precision="int4", prompt_tokens=1), A100)) / rate(
        throughput(Work(LLAMA, prompt_tokens=1), A100)
    )
    many = rate(prefill_throughput(Work(LLAMA, precision="int4", prompt_tokens=16_000), A100)) / rate(
        prefill_throughput(Work(LLAMA, prompt_tokens=16_000), A100)
    )
    assert one > 1.5
    assert many < 1.1


def test_a_pascal_card_gains_no_speed_from_fp16_arithmetic() -> None:
    half, full = throughput(Work(BERT, batch=64), P40), throughput(Work(BERT, precision="fp32", batch=64), P40)
    assert rate(half) < 1.5 * rate(full)


def test_a_missing_peak_widens_the_range() -> None:
    mac = throughput(Work(BERT, batch=32), M2)
    card = throughput(Work(BERT, batch=32), A100)
    assert isinstance(mac, Estimate)
    assert isinstance(card, Estimate)
    assert mac.basis == "spec"
    assert mac.high / mac.low > 1.5 * card.high / card.low
    assert isinstance(throughput(Work(LLAMA, precision="int4"), THOR), Estimate)  # one user: bandwidth decides
    assert isinstance(throughput(Work(LLAMA, precision="int4", users=64), THOR), Cannot)


def test_a_mixture_is_as_fast_as_what_is_active_until_many_ask() -> None:
    alone = rate(throughput(Work(MIXTRAL, prompt_tokens=1), A100)) / rate(
        throughput(Work(DENSE_47B, prompt_tokens=1), A100)
    )
    crowd = serving(Work(MIXTRAL, users=64, prompt_tokens=1), A100)
    dense = serving(Work(DENSE_47B, users=64, prompt_tokens=1), A100)
    assert isinstance(crowd, Serving)
    assert isinstance(dense, Serving)
    assert 2.5 < alone < 4.0  # 46.7 / 12.9 = 3.6, and what was measured of the one network
    assert dense.tpot.value / crowd.tpot.value < 2


def test_kv_cache_counts_kv_heads() -> None:
    assert kv_bytes(LLAMA) == 131_072
    assert kv_bytes(LLAMA_70B) == 327_680


def test_several_gpus_are_faster_but_not_in_proportion() -> None:
    for work in (
        Work(RESNET50, "training", batch=64),
        Work(LLAMA_70B, users=16),
        Work(LLAMA, "training", "bf16", batch=1),
    ):
        one, four = rate(throughput(work, A100)), rate(throughput(work, A100, 4, nvlink=True))
        assert 2 < four / one <= 4
        slow = throughput(work, A100, 4, nvlink=False)
        assert rate(slow) <= four
        assert isinstance(slow, Estimate)


def test_qlora_is_slower_than_lora_is_faster_than_full() -> None:
    full, lora, qlora = (
        rate(throughput(Work(LLAMA, "fine_tuning", "bf16", batch=4, method=m), A100)) for m in ("full", "lora", "qlora")
    )
    assert full < lora
    assert qlora < lora


def test_the_processor_alone() -> None:
    slow, fast = (
        cpu_throughput(Work(LLAMA, precision="int4"), 8, 50),
        cpu_throughput(Work(LLAMA, precision="int4"), 8, 100),
    )
    assert isinstance(slow, Estimate)
    assert slow.basis == "assumed"
    assert slow.high / slow.low >= 4
    assert 1 < rate(slow) < rate(fast) < 30
    assert rate(cpu_throughput(Work(RESNET50), 32, 200)) > rate(cpu_throughput(Work(RESNET50), 8, 200))
    assert isinstance(cpu_throughput(Work(CLOSED), 8, 50), Cannot)


def test_most_timings_of_a_processor_lie_in_its_range() -> None:
    """Those of our own, on two cores of a server processor, of networks that are not written token by token."""
    networks, errors, inside = seed_catalog().networks, [], []
    with (Path(models.__file__).parents[1] / "catalog" / "data" / "timings.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            network = networks[row["network"]]
            by_token = network.kind in ("transformer_decoder", "speech")
            if row["gpu"] or row["layers"] != "1" or not network.gmacs or by_token:
                continue
            work = Work(network, precision=row["precision"], batch=int(row["batch"]),
                        size=float(row["gmacs"]) / network.gmacs)  # fmt: skip
            cores = 1 if " 1 of 2 " in row["processor"] else 2
            found, timed = cpu_throughput(work, cores, 40), float(row["items_per_s"])
            assert isinstance(found, Estimate)
            errors.append(math.log(timed / found.value))
            inside.append(found.low <= timed <= found.high)
    assert len(errors) > 50
    assert abs(statistics.median(errors)) < math.log(1.5)
    assert sum(inside) / len(inside) > 0.6


def test_units_read_well() -> None:
    assert [unit(i) for i in ("image", "second of audio", "patch")] == ["images/s", "seconds of audio/s", "patches/s"]


def test_an_estimate_is_quick() -> None:
    """The recommender asks a few hundred times in a turn."""
    for work in (Work(LLAMA, users=16), Work(RESNET50, "training", batch=64)):
        throughput(work, A100, 2)
        best = math.inf
        for _ in range(5):
            start = time.perf_counter()
            for _ in range(200):
                throughput(work, A100, 2)
            best = min(best, (time.perf_counter() - start) / 200)
        assert best < 40e-6


@given(st.floats(0.05, 2000))
def test_an_unknown_network_gets_a_typical_shape(params_b: float) -> None:
    network = from_params(params_b)
    of = shape(network)
    assert of is not None
    assert network.heads
    assert network.kv_heads
    assert "assumed" in network.source
    larger = from_params(params_b * 2)
    assert larger.layers
    assert network.layers
    assert larger.layers * larger.hidden > network.layers * network.hidden
    assert rate(throughput(Work(network), A100)) > rate(throughput(Work(larger), A100))


def test_the_interpolation_meets_its_own_points() -> None:
    network = from_params(8.03)
    assert (network.layers, network.hidden, network.kv_heads, network.head_dim) == (32, 4096, 8, 128)
    for wrong in (0, -1, math.nan):
        with pytest.raises(ValueError, match="more than 0"):
            from_params(wrong)
    with pytest.raises(ValueError, match="active"):
        from_params(7, active_b=8)


def test_every_kind_finds_a_range() -> None:
    for kind in effects.GROUP:
        for phase in ("decode", "prefill", "training") if kind == "transformer_decoder" else ("inference", "training"):
            for family in ("fp32", "tf32", "half", "fp8", "int8"):
                network = replace(RESNET50, id="nobodys", kind=kind)
                at = effects.situation(network, phase, family, "framework", A100, False, effects.Software())
                found = shipped().range(at)
                assert 0 < found.low < found.middle < found.high
                assert not found.scaled


def test_the_padded_u_net_is_the_network_that_was_measured_without_padding() -> None:
    """NVIDIA's UNet_Medical is Ronneberger's U-Net: what was learnt of the one serves the other."""
    got = [
        effects.situation(replace(RESNET50, id=name, kind="unet"), "training", "half", "framework", A100, False, NOBODY)
        for name in ("unet_2d", "unet_medical", "x")
    ]
    assert got[0] == got[1] != got[2]


def test_what_was_measured_of_the_network_narrows_the_range() -> None:
    known = throughput(Work(RESNET50, "training", batch=64), L40S)
    other = throughput(Work(replace(RESNET50, id="nobodys"), "training", batch=64), L40S)
    assert isinstance(known, Estimate)
    assert isinstance(other, Estimate)
    assert (known.basis, other.basis) == ("scaled", "spec")
    assert "ResNet-50" in known.source
    assert known.high / known.low < other.high / other.low


def test_a_card_held_back_by_its_power_limit_is_slower() -> None:
    """A100 at 150 W cannot keep its tensor cores busy; what reads memory all the time feels it less."""
    held = replace(A100, tdp_w=150.0)
    vit = replace(RESNET50, gmacs=100.0, activations_m=270.0, params_m=600.0)
    assert rate(throughput(Work(vit, "training", batch=64), held)) < rate(
        throughput(Work(vit, "training", batch=64), A100)
    )
    assert effects.starved(A100) == 0 < effects.starved(held)


def test_more_is_promised_of_no_network_than_was_ever_reached() -> None:
    """Whatever the effects say, the value stays under the share of the peak that measurements of the group reached, and
    the range keeps its width: an estimate that nothing reaches is not sure of itself."""
    known = learnt({(p, (), ()): -4.0 for p in ("compute", "memory", "floor", "power")},
                   {("inference", "group", ""): Spread(0.8, 1.0, 1.25)},
                   {("inference", "cnn", "half"): 0.7})  # fmt: skip
    assert RESNET50.gmacs
    peak = 312e12 / (2 * RESNET50.gmacs * 1e9)
    found = throughput(Work(RESNET50, batch=256), A100, known=known)
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(0.7 * peak, rel=1e-3)
    assert found.low < 0.81 * found.value
    assert found.high <= peak
    other = throughput(Work(BERT, batch=256), A100, known=known)  # of whose group nothing is told: the roofline holds
    assert isinstance(other, Estimate)
    assert BERT.gmacs
    assert other.value == pytest.approx(312e12 / (2 * BERT.gmacs * 1e9), rel=1e-3)


def test_a_u_net_in_tensorrt_on_a_small_card_is_not_at_the_roofline() -> None:
    catalog = seed_catalog()
    card = catalog.gpus["rtx_5060_ti_16gb"]
    assert card.fp16_tflops
    for name in ("unet_2d", "unet_medical", "unet_3d"):
        network = catalog.networks[name]
        assert network.gmacs
        found = throughput(Work(network, batch=8), card, tier="optimised")
        assert isinstance(found, Estimate)
        share = found.value * 2e9 * network.gmacs / (card.fp16_tflops * 1e12)
        assert share < 0.8
        assert found.low < 0.85 * found.value < found.value < found.high


@pytest.mark.parametrize(
    ("by", "kinds", "families"),
    [
        (NOBODY, tuple(effects.GROUP), ("fp32", "tf32", "half", "fp8", "int8")),
        (LLAMA_CPP, ("transformer_decoder",), ("half",)),  # which 4-bit models are taken to run in
    ],
)
def test_slopes_never_undo_what_a_data_sheet_gains(
    by: Software, kinds: tuple[str, ...], families: tuple[str, ...]
) -> None:
    """A part's time falls with its figure however many slopes meet there: compute^(slopes - 1)."""
    known, met = shipped().effects, 0
    for kind in kinds:
        for phase in ("decode", "prefill", "training") if kind == "transformer_decoder" else ("inference", "training"):
            for family in families:
                network = replace(RESNET50, kind=kind)
                at = effects.situation(network, phase, family, "framework", A100, False, by)
                for part in ("compute", "memory"):
                    slopes = [
                        known.get((name, fields, tuple(getattr(at, f) for f in fields)), 0.0)
                        for name, fields, _ in effects.EFFECTS
                        if name.startswith(f"{part} x ") and name.partition(" x ")[2] not in effects.OF_NETWORK
                    ]
                    met += any(slopes)
                    assert sum(slopes) < 1.0, (part, kind, phase, family)
    assert met >= 2 * len(kinds) * len(families)


def test_a_vocoder_is_trained_against_its_rivals() -> None:
    """HiFi-GAN's discriminators are nearly as large as it is and run eight passes for its three."""
    vocoder = replace(RESNET50, id="hifigan_v1")
    one, other = (step.items(Work(n, "training", batch=8), 4.0, RUN, 1e14, A100, 1, False) for n in (vocoder, RESNET50))
    assert 3 < one.compute / other.compute < 4
    assert one.memory > 3 * other.memory
    asked = [step.items(Work(n, batch=8), 4.0, RUN, 1e14, A100, 1, False) for n in (vocoder, RESNET50)]
    assert asked[0]._replace(floor=0.0) == asked[1]._replace(floor=0.0)


def test_look_ups_take_their_time() -> None:
    """DLRM gathers 26 rows of 128 values for each of its own; a network without tables gathers nothing."""
    dlrm, other = replace(RESNET50, id="dlrm", activations_m=0.008), replace(RESNET50, activations_m=0.008 - 0.003328)
    one, none = (step.items(Work(n, batch=8), 1.0, RUN, 1e14, A100, 1, False) for n in (dlrm, other))
    assert one.lookup == pytest.approx(8 * 3328 * 2.0 / 2039e9)
    assert none.lookup == 0.0
    assert one.memory == pytest.approx(none.memory)  # what is looked up is counted once
    learns = step.items(Work(dlrm, "training", batch=8), 1.0, RUN, 1e14, A100, 1, False)
    assert learns.lookup == pytest.approx(3 * one.lookup)


def test_a_deeper_network_takes_longer_to_launch() -> None:
    shallow, deep = (replace(RESNET50, id=name) for name in ("resnet18", "resnet152"))
    few, many = (step.items(Work(n), 1.0, RUN, 1e14, A100, 1, False) for n in (shallow, deep))
    assert many.floor / few.floor == pytest.approx(156 / 21)


def test_llama_cpp_reads_a_prompt_512_tokens_at_a_time() -> None:
    of = shape(LLAMA)
    assert of is not None
    once, by_parts = (
        step.reading(1, 4096, of, RUN, 1e14, A100, 1, False, True, by.reads) for by in (NOBODY, LLAMA_CPP)
    )
    assert by_parts.memory == pytest.approx(8 * once.memory)
    assert by_parts.compute == once.compute
    short = [step.reading(1, 300, of, RUN, 1e14, A100, 1, False, True, by.reads) for by in (NOBODY, LLAMA_CPP)]
    assert short[0] == short[1]


def test_an_effect_may_be_a_slope_on_a_figure_of_the_network() -> None:
    """And no further than was measured."""
    known = learnt({("memory x weights", ("group", "phase"), ("cnn", "inference")): 0.3}, {})
    heavy, heaviest, other = (
        throughput(Work(replace(n, id="x", params_m=p)), L4, known=known)
        for n, p in ((RESNET50, 60.0), (RESNET50, 1e6), (replace(RESNET50, kind="detector"), 60.0))
    )
    plain = throughput(Work(replace(RESNET50, id="x", params_m=60.0)), L4, known=learnt({}, {}))
    assert rate(heavy) < 0.98 * rate(plain)
    assert rate(other) == rate(plain)
    assert effects.shapes(replace(RESNET50, params_m=1e6))["weights"] == effects.OF_NETWORK["weights"][1]
    assert rate(heaviest) > 0


def test_an_effect_may_be_a_slope_on_the_data_sheet() -> None:
    known = learnt({("memory x bandwidth", (), ()): 0.2}, {})
    wide = replace(L4, bandwidth_gbs=L4.bandwidth_gbs * 8)
    work = Work(LLAMA, prompt_tokens=1, output_tokens=100, users=1)
    gain = rate(throughput(work, wide, known=known)) / rate(throughput(work, L4, known=known))
    plain = rate(throughput(work, wide, known=learnt({}, {}))) / rate(throughput(work, L4, known=learnt({}, {})))
    assert gain < 0.95 * plain


PLACE = ("inference", "group", "framework")
OF_GROUP = {("memory", ("group", "phase"), ("cnn", "inference")): 0.0}


def test_the_range_is_that_of_the_fit_about_its_middle() -> None:
    """Measured / estimated lay at 0.5, 0.8 and 1.2: so does the estimate; and 1.6 times as wide where nobody measured
    anything of the kind."""
    work = Work(replace(RESNET50, id="nobodys"), batch=64)
    bare = rate(throughput(work, A100, known=learnt(OF_GROUP, {PLACE: Spread(0.5, 1.0, 1.2)})))
    found = throughput(work, A100, known=learnt(OF_GROUP, {PLACE: Spread(0.5, 0.8, 1.2)}))
    wider = throughput(work, A100, known=learnt({}, {PLACE: Spread(0.5, 0.8, 1.2)}))
    assert isinstance(found, Estimate)
    assert isinstance(wider, Estimate)
    assert (found.low, found.value, found.high) == pytest.approx((0.5 * bare, 0.8 * bare, 1.2 * bare))
    assert (wider.low, wider.value, wider.high) == pytest.approx((0.5 / 1.6 * bare, 0.8 * bare, 1.2 * 1.6 * bare))


def test_weights_never_come_faster_than_a_copy_does() -> None:
    """Whatever was learnt of memory, a language model reaches no more than 92 % of its roofline."""
    work = Work(LLAMA, prompt_tokens=1, output_tokens=100)
    found = throughput(work, L4, tier="optimised", known=learnt({("memory", (), ()): -3.0}, {}))
    assert isinstance(found, Estimate)
    weights_a_second = L4.bandwidth_gbs / 16.06  # Llama 3.1 8B in FP16: 16.06 GB
    assert 0.5 * weights_a_second < found.value < weights_a_second / 1.08


def test_speech_is_written_token_by_token() -> None:
    """Whisper large-v2 on an RTX 3070 Ti transcribes at 12 times real time window by window and at 46 times in batches
    of windows (faster-whisper's README, November 2024)."""
    catalog = seed_catalog()
    work = Work(catalog.networks["whisper_large_v3"], "inference", "fp16", 1)
    found = throughput(work, catalog.gpus["rtx_3070_ti"])
    assert isinstance(found, Estimate)
    assert found.low < 12 < found.value * 2
    assert found.value < 12 * 2  # one window at a time
    assert found.high > 46
