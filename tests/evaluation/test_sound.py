"""The held-out questions are well formed, stand once, and none of them is taught."""

import re
from pathlib import Path

import yaml

HERE = Path(__file__).parent
TAUGHT = HERE.parents[1] / "bot" / "nlu"
KINDS = {"workload", "estimate", "fit", "concept", "hardware", "compare", "out_of_scope", "smalltalk"}
EXPLAINED = {"concept", "hardware", "compare"}  # what is scored by its topics
LISTS = {"task", "phase", "gpus", "model", "precision", "framework", "dataset", "image_resolution", "params_b"}
SLOTS = LISTS | {
    "params_b", "context_tokens", "num_gpus", "vram_gb", "vram_gb_per_gpu", "system_ram_gb", "batch_size", "epochs",
    "users", "image_resolution", "budget", "dataset_size", "framework", "cpu", "hardware", "nodes", "psu_w", "storage",
    "storage_gb", "dataset", "iterations", "throughput", "latency", "deadline", "deployment", "form_factor", "noise",
    "excluded",
}  # fmt: skip


def held_out() -> list[dict]:
    return [q for path in sorted(HERE.glob("*.yaml")) for q in yaml.safe_load(path.read_text(encoding="utf-8"))]


def plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def test_each_question_is_well_formed():
    for q in held_out():
        assert q["kind"] in KINDS, q
        assert q["text"].strip(), q
        assert q["topics"] or q["kind"] not in EXPLAINED, q
        slots = q.get("slots") or {}
        assert set(slots) <= SLOTS, (q["id"], set(slots) - SLOTS)
        for name in ("budget", "dataset_size"):
            assert name not in slots or "amount" in slots[name], q
        assert all(not isinstance(value, list) or name in LISTS for name, value in slots.items()), q


def test_no_question_stands_twice_and_no_id_either():
    questions = held_out()
    for texts in ([q["id"] for q in questions], [plain(q["text"]) for q in questions]):
        twice = {text for text in texts if texts.count(text) > 1}
        assert not twice


def test_no_question_is_taught():
    lines = (line for path in TAUGHT.glob("*.yml") for line in path.read_text(encoding="utf-8").splitlines())
    taught = {plain(line) for line in lines if line.strip().startswith("- ")}
    short = 3  # words: "what is MIG" is the same whoever asks, and so are greetings
    leaked = [q for q in held_out() if plain(q["text"]) in taught and q["kind"] != "smalltalk"]
    assert not [q["id"] for q in leaked if len(q["text"].split()) > short]
