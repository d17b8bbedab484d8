"""Networks, sizes, precision, task, phase, place: what the words around the numbers say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.hear import Heard

Tell = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("run Llama-3-70B-Instruct", "Llama 3 70B"),
        ("llama 3 70b", "Llama 3 70B"),
        ("resnet 50", "ResNet-50"),
        ("yolo v8m", "YOLOv8m"),
        ("whisper large v3", "Whisper large-v3"),
        ("Foo-72B on a server", "Foo-72B"),
        ("qwen3 coder 30b a3b", "qwen3 coder 30b a3b"),
        ("gpt-oss 20b", "gpt-oss 20b"),
        ("mixtral 8x7b", "mixtral 8x7b"),
        ("phi-4 mini", "phi-4 mini"),
        ("stable diffusion 3.5 large", "stable diffusion 3.5 large"),
        ("faster-whisper", "faster-whisper"),
        ("mask r-cnn", "mask r-cnn"),
        ("bert-large", "bert-large"),
        ("llama", "llama"),
    ],
)
def test_networks_by_name(told: Tell, text: str, name: str) -> None:
    heard = told(text)
    assert heard["model"] == name
    assert "params_b" not in heard  # the name says it


def test_a_bare_family_is_told_as_written_and_linked_to_what_the_catalog_takes_it_for(
    hear: Callable[..., Heard],
) -> None:
    heard = hear("can it run whisper")
    assert heard.told["model"] == "whisper"
    assert [m.id for m in heard.mentions if m.kind == "network"] == ["whisper_large_v3"]


def test_a_rounded_size_is_the_same_network(hear: Callable[..., Heard]) -> None:
    assert [m.id for m in hear("deepseek v3 670b").mentions] == ["deepseek_v3"]
    assert [m.id for m in hear("deepseek v3 16b").mentions] == []


@pytest.mark.parametrize(
    "text", ["an llm", "an ssd", "imagenet photos", "llama.cpp and ollama", "a neural network", "bert's lorry"]
)
def test_what_is_no_model(told: Tell, text: str) -> None:
    assert told(text).get("model") in (None, "bert")


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("a 70b model", 70),
        ("600B params", 600),
        ("13-30b models", [13, 30]),
        ("a 350M parameter network", 0.35),
        ("7 billion parameters", 7),
        ("some 8b and perhaps a 70b", [8, 70]),
    ],
)
def test_sizes_without_a_name(told: Tell, text: str, size: Any) -> None:
    assert told(text)["params_b"] == size


def test_active_parameters(told: Tell) -> None:
    heard = told("a 400B MoE, 17B active")
    assert (heard["params_b"], heard["active_params_b"]) == (400, 17)


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("in fp16", "fp16"),
        ("bfloat16", "bf16"),
        ("at Q4_K_M", "q4_k_m"),
        ("4-bit", "4bit"),
        ("8 bit", "8bit"),
        ("mxfp4", "mxfp4"),
        ("mixed precision", "mixed"),
        ("without quantisation", "unquantized"),
        ("two bytes per parameter", "2 bytes per parameter"),
        ("every weight is one byte", "1 byte per parameter"),
        ("int-8", "int8"),
    ],
)
def test_precision(told: Tell, text: str, precision: str) -> None:
    assert told(text)["precision"] == precision


def test_a_number_format_is_not_an_optimizer_or_a_camera(told: Tell) -> None:
    assert "precision" not in told("8-bit adam")
    assert "precision" not in told("16 bit images")


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("lora tuning", "lora"),
        ("with QLoRA", "qlora"),
        ("full fine-tuning", "full"),
        ("dreambooth, not lora", "full"),
    ],
)
def test_method(told: Tell, text: str, method: str) -> None:
    assert told(text)["method"] == method


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("spot scratches on painted doors with a camera", "image_classification"),
        ("tell ripe from unripe fruit, photos sorted into three classes", "image_classification"),
        ("find people and vans in drone footage", "object_detection"),
        ("outline lesions in the scans", "segmentation"),
        ("transcribe board meetings", "speech_recognition"),
        ("a voice that reads our newsletter aloud", "text_to_speech"),
        ("a chatbot for our customers", "llm_inference"),
        ("answer questions from our manuals", "rag"),
        ("forecast electricity demand", "time_series"),
        ("which customers will churn", "tabular"),
        ("catch card fraud", "tabular"),
        ("a recommender for our web shop", "recommender"),
        ("make product images with diffusion", "generative_image"),
        ("generate short videos", "generative_video"),
        ("sort support e-mails by topic", "text_classification"),
        ("translate contracts", "translation"),
        ("teach a robot arm with reinforcement learning", "reinforcement_learning"),
        ("simulate airflow over a wing", "simulation"),
        ("warn us before a pump fails from vibrations", "anomaly_detection"),
        ("dock small molecules", "molecular"),
        ("run a 30b model locally", "llm_inference"),
        ("fine-tune a 7b model", "llm_finetuning"),
        ("pretrain an LLM from scratch", "llm_training"),
        ("count sheep from a drone", "object_detection"),
        ("summarise case notes", "summarization"),
    ],
)
def test_tasks(told: Tell, text: str, task: str) -> None:
    assert told(text)["task"] == task


def test_two_needs(told: Tell) -> None:
    assert set(told("RAG over our files and a coding assistant")["task"]) == {"rag", "llm_inference"}


@pytest.mark.parametrize(
    ("text", "phase"),
    [
        ("train a resnet 50", "training"),
        ("finetune llama", "fine_tuning"),
        ("serve llama to the office", "inference"),
        ("not training, only inference", "inference"),
        ("train a detector on our photos, then run it live on cameras", ["training", "inference"]),
        ("serve a fine-tuned 8b model", "inference"),
        ("run the trained model on a line camera to spot cracks", "inference"),
    ],
)
def test_phase(told: Tell, text: str, phase: Any) -> None:
    assert told(text)["phase"] == phase


def test_a_correction_without_a_task_implies_no_phase(told: Tell) -> None:
    assert "phase" not in told("no, the belt runs at 2 metres a second, say 15 pictures a second")


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("on our own premises, self-hosted", "deployment", "on_prem"),
        ("rented on AWS", "deployment", "cloud"),
        ("runs on a drone", "deployment", "edge"),
        ("on a laptop", "form_factor", "laptop"),
        ("rack mounted", "form_factor", "rack"),
        ("it must be quiet", "noise", "quiet"),
        ("fanless and silent", "noise", "silent"),
        ("an ordinary wall socket", "circuit", "13 A socket"),
        ("three phase is there", "circuit", "3-phase 32 A"),
        ("for a hospital", "sector", "healthcare"),
        ("a weaving mill, woven cloth", "sector", "manufacturing"),
        ("with vLLM", "framework", "vllm"),
        ("data on a spinning disk, an HDD", "storage", "hdd"),
        ("trained on coco", "dataset", "coco"),
    ],
)
def test_place(told: Tell, text: str, slot: str, value: str) -> None:
    assert told(text)[slot] == value


@pytest.mark.parametrize("text", [
    "cloud is fine", "the data may leave the site", "cloud or on premises", "it doesn't have to be in the cloud",
    "it must stay quiet", "our papers are not confidential", "label photos of the sky, cloud cover or no cloud cover",
])
def test_the_cloud_stays_open(told: Tell, text: str) -> None:
    heard = told(text)
    assert "cloud" not in heard.get("excluded", [])
    assert heard.get("deployment") in (None, ["cloud", "on_prem"])


@pytest.mark.parametrize("text", [
    "on a machine of our own", "a server we buy", "on our premises", "photos must not leave the surgery",
])
def test_it_stands_with_them(told: Tell, text: str) -> None:
    assert told(text)["deployment"] == "on_prem"
    assert "on_prem" not in told(text).get("excluded", [])


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("no cloud", ["cloud"]),
        ("anything but the cloud", ["cloud"]),
        ("we can't use the cloud", ["cloud"]),
        ("the data must not leave the building", ["cloud"]),
        ("Footage can't leave the depot", ["cloud"]),
        ("no record ever leaves the school", ["cloud"]),
        ("Nothing may leave the ward.", ["cloud"]),
        ("our insurer forbids any cloud", ["cloud"]),
        ("at the quarry without any cloud", ["cloud"]),
        ("the minutes are confidential", ["cloud"]),
        ("the letters must be private", ["cloud"]),
        ("not training, only inference", ["training"]),
        ("nothing from amd", ["amd"]),
        ("we don't want a laptop", ["laptop"]),
    ],
)
def test_what_is_ruled_out(told: Tell, text: str, excluded: list[str]) -> None:
    heard = told(text)
    assert heard["excluded"] == excluded
    assert heard.get("deployment") != "cloud"
    assert heard.get("form_factor") != "laptop"


@pytest.mark.parametrize("slip", ["transcirbe", "trnascribe", "transcibe"])
def test_slips_of_the_pen(hear: Callable[..., Heard], slip: str) -> None:
    text = f"please {slip} calls for 25 users"
    heard = hear(text)
    assert heard.told["task"] == "speech_recognition"
    users = next(s for s in heard.spans if s.kind == "users")
    assert text[users.start : users.end] == "25 users"


def test_a_batch_is_training_unless_the_network_makes_things(told: Tell) -> None:
    assert told("mask r-cnn at batch 4")["phase"] == "training"
    assert told("stable diffusion 1.5 at batch 4").get("phase") != "training"
