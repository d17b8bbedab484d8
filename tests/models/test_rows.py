"""`plainspec estimate`: which job a row is, and what is written."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.things import Catalog
from models import effects
from models.cost import activations, gathered
from models.rows import COLUMNS, BadRows, Job, Names, asked, estimate_rows, job, one
from models.work import Cannot, Estimate
from tests.models.cards import A100, BERT, L4, L40S, LLAMA, MIXTRAL, RESNET50, SDXL, V100

CATALOG = Catalog(
    1,
    gpus={g.id: g for g in (A100, L4, L40S, V100)},
    networks={n.id: n for n in (RESNET50, BERT, LLAMA, MIXTRAL, SDXL)},
)
NAMES = Names(CATALOG)


def row(**told: str) -> dict[str, str]:
    usual = {
        "model": "resnet50",
        "phase": "inference",
        "framework": "PyTorch",
        "precision": "amp",
        "gpu": "A100-SXM4-80GB",
        "n_gpus": "1",
        "batch_size": "32",
        "seq_len_or_resolution": "224",
        "unit": "images/s",
    }
    return {**dict.fromkeys(COLUMNS, ""), **usual, **told}


def told(**cells: str) -> Job:
    at = job(row(**cells), NAMES)
    assert isinstance(at, Job), at
    return at


def test_a_row_becomes_a_job() -> None:
    at = told()
    assert (at.work.network.id, at.gpu.id, at.work.precision, at.work.batch, at.gpu_count, at.tier) == (
        "resnet50",
        "a100_sxm4_80gb",
        "fp16",
        32,
        1,
        "framework",
    )
    assert at.nvlink
    assert at.work.size == 1


def test_resolution_scales_the_work() -> None:
    assert told(seq_len_or_resolution="448").work.size == 4
    assert told(model="BERT-Large", unit="sequences/s", seq_len_or_resolution="128").work.size == 0.25


def test_networks_by_the_names_of_timm() -> None:
    at = told(model="vit_base_patch16_224")
    assert at.work.network.kind == "vit"
    assert at.work.network.gmacs == pytest.approx(17.58)


def test_a_patient_is_not_a_patch() -> None:
    assert isinstance(job(row(model="3D-UNet (KiTS19, 99)"), NAMES), Cannot)


def test_language_model_rows() -> None:
    writing = told(
        model="Llama 3.1 8B",
        framework="llama.cpp Q4_K_M",
        precision="",
        unit="tokens/s",
        task="LLM text generation",
        seq_len_or_resolution="1024",
        n_gpus="4",
        batch_size="1",
    )
    assert (writing.work.precision, writing.work.prompt_tokens, writing.work.output_tokens, writing.gpu_count) == (
        "int4",
        0,
        1024,
        1,
    )
    reading = told(
        model="Llama 3.1 8B",
        framework="llama.cpp F16",
        precision="fp16",
        unit="tokens/s",
        task="LLM prompt processing",
        seq_len_or_resolution="1024",
        batch_size="1",
    )
    assert reading.prefill
    served = told(
        model="Llama 3.1 8B",
        framework="TensorRT-LLM 1.0",
        precision="fp8",
        gpu="L40S",
        unit="output tokens/s",
        seq_len_or_resolution="128/2048",
        batch_size="",
    )
    assert served.tier == "optimised"
    assert (served.work.prompt_tokens, served.work.output_tokens) == (128, 2048)
    weights, cache = 8.03e9, served.work.users * 2176 * 65_536
    assert (
        weights + cache <= 0.9 * L40S.memory_bytes < weights + cache + 2176 * 65_536
    )  # as many as fit, KV cache in FP8


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"gpu": "Voodoo 3"}, "Voodoo 3"),
        ({"model": "nosuchnet"}, "nosuchnet"),
        ({"precision": "fp4"}, "fp4"),
        ({"n_gpus": "0"}, "n_gpus"),
        ({"phase": "dreaming"}, "dreaming"),
        ({"batch_size": "many"}, "batch_size"),
        ({"unit": "molecules/ms"}, "molecules/ms"),
    ],
)
def test_what_cannot_be_told_is_said(cells: dict[str, str], says: str) -> None:
    at = job(row(**cells), NAMES)
    assert isinstance(at, Cannot)
    assert says in at.reason


def write(path: Path, rows: list[dict[str, str]], columns: tuple[str, ...] = COLUMNS) -> Path:
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_rows_keep_their_columns_and_gain_the_estimate(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", [row(throughput="1000", notes="a, b"), row(gpu="Voodoo 3", throughput="1")])
    assert estimate_rows(source, tmp_path / "out.csv", CATALOG) == (2, 1)
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as lines:
        done, failed = csv.DictReader(lines)
    assert done["throughput"] == "1000"
    assert done["notes"] == "a, b"
    assert done["reason"] == ""
    assert float(done["low"]) < float(done["predicted"]) < float(done["high"])
    assert done["basis"] in ("scaled", "spec")
    assert failed["predicted"] == ""
    assert "Voodoo 3" in failed["reason"]


def test_all_missing_columns_are_named_and_nothing_is_written(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", [row()], tuple(c for c in COLUMNS if c not in ("gpu", "unit", "notes")))
    with pytest.raises(BadRows, match="gpu, unit"):
        estimate_rows(source, tmp_path / "out.csv", CATALOG)
    assert not (tmp_path / "out.csv").exists()


def test_a_file_that_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(BadRows):
        estimate_rows(tmp_path / "in.csv", tmp_path / "out.csv", CATALOG)


def test_one() -> None:
    found = asked("ResNet-50", "L4", "inference", "fp16", CATALOG)
    assert not isinstance(found, Cannot)
    speed = one(replace(found[0], batch=8), found[1], 1, "", CATALOG)
    assert isinstance(speed, Estimate)
    assert speed.unit == "images/s"
    for wrong in (
        ("ResNet-50", "L5", "inference", "fp16"),
        ("nosuchnet", "L4", "inference", "fp16"),
        ("ResNet-50", "L4", "thinking", "fp16"),
        ("ResNet-50", "L4", "inference", "fp3"),
    ):
        assert isinstance(asked(*wrong, CATALOG), Cannot)
    near = asked("ResNet-51", "L4", "inference", "fp16", CATALOG)
    assert isinstance(near, Cannot)
    assert near.nearest == "ResNet-50"


def test_round_4_of_mlperf_counted_queries_of_language_models() -> None:
    """Its Server rows hold queries a second where later rounds hold tokens a second."""
    cells = {
        "model": "Llama 3.1 8B", "framework": "MLPerf v4.0 Server", "precision": "", "unit": "tokens/s",
        "gpu": "L40S", "seq_len_or_resolution": "", "batch_size": "",
    }  # fmt: skip
    old = told(**cells, source="mlcommons/inference_results_v4.0")
    new = told(**cells, source="mlcommons/inference_results_v4.1")
    assert old.factor == pytest.approx(new.factor / old.work.output_tokens)


def test_reference_code_runs_in_fp32_and_item_by_item_but_for_images() -> None:
    cells = {"framework": "MLPerf Offline reference PyTorch", "precision": "", "batch_size": "", "source": "mlcommons"}
    slow, quick = told(**cells), told(**{**cells, "framework": "MLPerf Offline TensorRT"})
    assert (slow.tier, slow.work.batch, slow.work.precision) == ("framework", 32, "fp32")
    assert told(**{**cells, "framework": "MLPerf SingleStream reference PyTorch"}).work.batch == 1
    assert told(**cells, model="bert_large", unit="samples/s", seq_len_or_resolution="384").work.batch == 1
    assert (quick.tier, quick.work.precision) == ("optimised", "int8")
    assert slow.by.mode == "MLPerf: reference pytorch"
    assert quick.by.mode == "MLPerf: offline"


def test_one_sample_at_a_time_keeps_one_card_busy() -> None:
    cells = {"precision": "", "n_gpus": "4", "unit": "samples/s", "batch_size": ""}
    assert told(framework="TensorRT 8.6.0 / MLPerf SingleStream", **cells).gpu_count == 1
    assert told(framework="TensorRT 8.6.0 / MLPerf Offline", **cells).gpu_count == 4


def test_triton_is_timed_one_at_a_time_unless_it_says_otherwise() -> None:
    assert told(framework="Triton: TensorRT backend", batch_size="").work.batch == 1
    assert told(framework="Triton: TensorRT backend", batch_size="8").work.batch == 8
    assert told(batch_size="").work.batch > 1


def test_the_strict_task_of_bert_runs_in_fp8_where_there_is_fp8() -> None:
    """NVIDIA's MLPerf entries since round 2.1; before Ada and Hopper they keep FP16."""
    cells = {"framework": "TensorRT 9.0.0 / MLPerf Offline", "precision": "", "unit": "samples/s", "source": "mlperf"}
    named = Catalog(1, gpus=CATALOG.gpus, networks={"b": replace(BERT, aliases=("bert-large (bert-99.9)",))})
    for gpu, precision in (("L4", "fp8"), ("A100-SXM4-80GB", "fp16")):
        at = job(row(**{**cells, "model": "BERT-Large (bert-99.9)", "gpu": gpu}), Names(named))
        assert isinstance(at, Job)
        assert at.work.precision == precision


def test_fp32_behind_triton_is_tf32_from_ampere_on() -> None:
    cells = {"framework": "Triton: TensorFlow with FP32", "precision": "fp32"}
    assert told(**cells).work.precision == "tf32"
    assert told(**cells, gpu="V100 SXM2 32GB").work.precision == "fp32"
    assert told(precision="fp32").work.precision == "fp32"


def test_wide_and_deep_behind_triton_ran_in_fp16() -> None:
    """Its table says FP32, and "Backend accelerator: Automatic FP16"; in FP32 a T4 would be at twice its peak."""
    cells = {"framework": "Triton: TensorFlow with FP32", "precision": "fp32"}
    source = "NVIDIA/DeepLearningExamples/TensorFlow2/Recommendation/WideAndDeep/triton/README.md"
    assert told(**cells, source=source).work.precision == "fp16"
    assert told(**{**cells, "framework": "Triton: NVIDIA TensorRT with FP32"}, source=source).work.precision == "tf32"


def test_nvidias_dcnv2_looks_up_one_row_a_table_and_mlperfs_many() -> None:
    network = replace(RESNET50, id="dlrm_dcnv2", kind="recommender", item="row", activations_m=0.055,
                      aliases=("dcnv2", "dlrm-dcnv2 (99)"))  # fmt: skip
    names = Names(Catalog(1, gpus=CATALOG.gpus, networks={network.id: network}))
    one_row, many = (job(row(model=name, unit="samples/s"), names) for name in ("DCNv2", "DLRM-DCNv2 (99)"))
    assert isinstance(one_row, Job)
    assert isinstance(many, Job)
    assert [gathered(at.work.network) for at in (one_row, many)] == [26 * 128, 214 * 128]
    assert activations(one_row.work.network, 1.0) == pytest.approx(activations(many.work.network, 1.0))
    assert {effects.SAME.get(at.work.network.id, at.work.network.id) for at in (one_row, many)} == {network.id}


def test_what_serves_a_network_is_told_apart_and_what_is_not_software_is_left_out() -> None:
    def mode(framework: str) -> str:
        at = told(framework=framework, source="NVIDIA/DeepLearningExamples/x")
        return at.by.mode.partition(": ")[2]

    assert mode("Triton: NVIDIA T4, Merlin HPS + TensorRT with FP16") == mode("Triton: Merlin HPS + TensorRT with FP32")
    many = ("Triton: Merlin HPS + TensorRT", "Triton: TensorFlow + TensorRT with FP16, 4B parameters", "TensorFlow",
            "TensorFlow2", "Triton: ONNX Runtime with FP16", "Triton: NVIDIA TensorRT with FP16")  # fmt: skip
    assert len({mode(framework) for framework in many}) == len(many)
    assert mode("Triton: TensorRT backend inference performance (1x V100 16GB)") == "triton tensorrt backend"


def test_a_vocoder_in_training_is_counted_in_mel_frames() -> None:
    """NVIDIA's HiFi-GAN table: 15,579 frames a second, 22,050 / 256 of which are a second of audio."""
    vocoder = replace(RESNET50, id="hifigan_v1", name="HiFi-GAN", kind="tts", item="second of audio")
    names = Names(Catalog(1, gpus=CATALOG.gpus, networks={vocoder.id: vocoder}))
    at = job(row(model="HiFi-GAN", phase="training", unit="samples/s", batch_size="128"), names)
    assert isinstance(at, Job)
    assert at.factor == pytest.approx(86.13, abs=0.01)
    assert at.work.batch == 48  # 128 segments of 8,192 samples
