"""Ways of saying things that people use without thinking, and what must be heard in each."""
import pytest

from bot import hear
from catalog import store

CATALOG = store.snapshot()


def told(text):
    return hear.read(text, CATALOG).told


@pytest.mark.parametrize(("text", "slots"), [
    ("three 16gb cards for sdxl", {"num_gpus": 3, "vram_gb_per_gpu": 16, "vram_gb": 48}),
    ("how does a 14b model run on 20GB", {"vram_gb": 20}),
    ("segment 6TB of drone tiles", {"dataset_size": {"amount": 6, "unit": "TB"}}),
    ("retrain a classifier on 400,000 comments every night", {"dataset_size": {"amount": 400000, "unit": "samples"}}),
    ("a couple thousand images a day to classify", {"throughput": {"amount": 2000, "unit": "images/day"}}),
    ("training runs at 4s/it with batch size 6", {"claim": {"amount": 4, "unit": "seconds", "per": "iteration"}}),
    ("fine-tune whisper on 30 hours of Polish", {"dataset_size": {"amount": 30, "unit": "hours of audio"}}),
    ("pretrain a 250M model on our archive", {"params_b": 0.25}),
    ("finetune a 7b on a 4090, no lora please", {"method": "full"}),
    ("a chatbot for a practice of 9, it all stays in the building", {"users": 9, "deployment": "on_prem"}),
    ("a tool for 14 solicitors", {"users": 14}),
    ("text to speech with xtts for audiobooks", {"phase": "inference"}),
    ("400 moulds so far, maybe 20 new ones a day", {"throughput": {"amount": 20, "unit": "items/day"}}),
    ("about 30 of them an hour", {"throughput": {"amount": 30, "unit": "items/h"}}),
    ("it must read out 500 hours of audiobooks a month", {"task": "text_to_speech"}),
    ("turn leaflets into spoken audio", {"task": "text_to_speech"}),
    ("train a segmentation net on 800 scans and then run it on new ones", {"phase": ["training", "inference"]}),
])
def test_is_heard(text, slots):
    heard = told(text)
    assert {slot: heard.get(slot) for slot in slots} == slots


@pytest.mark.parametrize(("text", "slot"), [
    ("we only have 16 amp sockets", "precision"),
    ("what is a good f1 score", "sector"),
    ("training on 512 crops of photos", "sector"),
    ("a two-tower recommender", "form_factor"),
    ("three cards in one case", "dataset_size"),
    ("a few hundred sequences a week", "context_tokens"),
    ("adding another 16gb stick of memory modules", "vram_gb"),
])
def test_is_not_misheard(text, slot):
    assert slot not in told(text)
