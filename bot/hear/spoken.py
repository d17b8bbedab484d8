"""Articles that are spoken of in other words than their names: how hot a card runs, where a beginner begins."""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORDS = {
    "temperature": r"^(?=.*\b(?:gpus?|cards?|vram|junction|[1-5]0[5-9]0|rtx|gtx|[ahlpv]\d{1,4}|train\w*|"
    r"infer\w*)\b).*?\b(?:[5-9]\d|1[01]\d)\s?(?:\u00b0\s?c?|degrees|deg|c)\b(?! ?north| ?south| ?of )|"
    r"\bjunction temp\w*|\bhow hot\b",
    "learning_path": r"\b(?:where|how) (?:do|would|should|could|can|to|must) (?:\w{1,12} ){0,2}?(?:begin|start|"
    r"get started)\b"
    r".{0,60}\b(?:learn\w*|understand|study|machine learning|deep learning|llms?|ai|neural|ml)\b|"
    r"\b(?:learn|understand|study) (?:\w{1,12} ){0,4}?(?:machine learning|deep learning|llms?|ai|neural networks?|ml)\b"
    r".{0,80}\b(?:begin|start|first|order|from (?:zero|scratch|nothing))\b",
    "cloud_vs_onprem": r"\b(?:cloud|colab\w*|aws|azure|runpod|renting|rented)(?: \w{1,12})?,? (?:or|vs\.?|versus)"
    r" (?:an? |my |our |buy\w* |get\w* |the )*(?:own|used|second[- ]hand|local|card|gpu|box|machine|pc|server|"
    r"workstation|"
    r"on[- ]?prem\w*)\b",
}
_SPOKEN = {id: re.compile(pattern) for id, pattern in _WORDS.items()}


def spoken(low: str) -> Iterator[tuple[str, int, int]]:
    """(article id, start, end) of each."""
    for id, pattern in _SPOKEN.items():
        if match := pattern.search(low):
            yield id, match.start(), match.end()
