"""What one message adds to what was told, and how that is echoed so that a mistake is seen at once."""

from __future__ import annotations

import re
from typing import Any

from actions import say
from actions.base import Turn
from actions.recap import slot_name, value_text
from sizing.told import merge
from sizing.units import as_list

_ADDING = re.compile(r"\b(also|as well|too|plus|and then|in addition|besides|both)\b", re.I)
_ECHOED = (
    "task",
    "phase",
    "model",
    "params_b",
    "precision",
    "method",
    "dataset_size",
    "image_resolution",
    "classes",
    "throughput",
    "users",
    "latency",
    "deadline",
    "budget",
    "deployment",
    "form_factor",
    "noise",
    "circuit",
    "power_w",
    "maker",
    "months",
    "excluded",
)
_IN_WORDS = {  # they say their phase, too
    "llm_inference": "running a language model",
    "llm_finetuning": "fine-tuning a language model",
    "llm_training": "training a language model",
    "rag": "answering from your own documents (RAG)",
}
_SPEAKS_FOR_ITSELF = (
    "task",
    "phase",
    "model",
    "precision",
    "method",
    "dataset_size",
    "image_resolution",
    "throughput",
    "deployment",
    "form_factor",
    "noise",
)


def hear(turn: Turn) -> dict[str, Any]:
    """What is told after this message."""
    return after(turn.state["told"], turn.heard, turn.text)


def after(told: dict[str, Any], heard: dict[str, Any], text: str) -> dict[str, Any]:
    """What is told once `text`, in which `heard` was read, is added to what was told."""
    adding = bool(_ADDING.search(text)) and not heard.get("correction")
    return merge(told, heard.get("told") or {}, adding)


def echo(told: dict[str, Any], turn: Turn) -> str:
    """ "I understood: ..." with what this message said that is new; empty when it said nothing new."""
    new = turn.heard.get("told") or {}
    parts = []
    for slot in _ECHOED:
        tasks = [str(task) for task in as_list(told.get("task"))]
        if slot == "phase" and tasks and all(task in _IN_WORDS for task in tasks):
            continue
        if slot in new and slot in told:
            value = value_text(slot, told[slot], told)
            if slot == "task":
                value = ", ".join(_IN_WORDS.get(task) or task.replace("_", " ") for task in tasks)
            parts.append(
                value
                if slot in _SPEAKS_FOR_ITSELF
                else f"not {value}"
                if slot == "excluded"
                else f"{slot_name(slot)} {value}"
            )
    if new.get("gpu_roles"):
        owned = [
            turn.catalog.gpus[g].name
            for g, role in told.get("gpu_roles", {}).items()
            if role == "owned" and g in turn.catalog.gpus
        ]
        if owned:
            parts.append(f"you have {say.and_list(owned)}")
    return f"I understood: {'; '.join(dict.fromkeys(parts))}. " if parts else ""
