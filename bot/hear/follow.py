"""What a few words add once a job is known: short questions to a language model are short texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

SHORT_TEXTS = 2048  # tokens: a question and its answer
_SHORT = re.compile(
    r"\b(?:(?:only |just |quite |very )?(?:short|brief|small) (?:questions?|texts?|prompts?|messages?|chats?|answers?|"
    r"things?|sentences)|(?:questions?|texts?|prompts?|messages?) (?:are|is|will be) (?:\w{1,10} )?(?:short|brief)|"
    r"nothing (?:very |too |really )?long|no long (?:texts?|documents?|prompts?))\b"
)
_TALK = frozenset({"llm_inference", "summarization", "translation"})


def followed(low: str, told: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Slots that `low` says only to who knows what was told; `new` is what was read of it without."""
    task = told.get("task") or new.get("task")
    if str(task) in _TALK and _SHORT.search(low) and not any("tokens" in slot for slot in new):
        return {"context_tokens": SHORT_TEXTS}
    return {}
