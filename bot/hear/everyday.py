"""Names of networks that are words of everybody's as well: solar panels, granite worktops and a colleague called Sam
are no language models and no segmentation."""

from __future__ import annotations

import re

from .text import GPU

NAMES = frozenset((
    "alpaca", "bark", "bloom", "canary", "chatterbox", "claude", "clip", "dino", "dolphin", "dreamer", "electra",
    "falcon", "gemini", "granite", "inception", "jasper", "mochi", "moonshine", "opt", "orpheus", "parakeet",
    "pegasus", "phi", "piper", "prophet", "runway", "sam", "seamless", "solar", "tortoise", "zephyr",
))  # fmt: skip
_PLURALS = re.compile(r"(?:alpaca|canarie|dino|dolphin|falcon|llama|mamba|parakeet|clip|piper)s")
# what comes right after a network, and what never stands before one
_AFTER = re.compile(
    r"['\")\]]*(?:$|[.,;:?!/)&+]|\s*-\s|\s(?:models?|llms?|weights|networks?|embeddings?|checkpoints?|gguf|awq|gptq|quant\w*|"
    r"on|in|at|with|to|and|or|vs\.?|versus|than|needs?|takes?|fits?|runs?|running|is|are|be|locally|here|inference|install\w*|"
    r"serv\w+|fine-?tun\w*|lora|like|as|any|for|using|via|through|instead|please|now|large|medium|small|tiny|base|turbo|pro|"
    r"dev|schnell|kontext|instruct|chat|q\d\w*|\d|fp\d+|int\d+|by (?:meta|google|openai|ibm|anthropic))\b)"
)
_NO_NETWORK = re.compile(
    r"(?:^|[\s(])(?:an?|each|every|this|that|these|those|our|my|your|his|her|their|video|audio|film|music|short|per|of|mr|"
    r"ms|mrs|colleague|boss|friend|brother|seconds?|minutes?|hours?|long|wild|pet|baby|tree)\s$"
)
_USED = re.compile(
    r"\b(?:with|using|use|uses|used|by|run|runs|running|serve|train|fine-?tune|try|install|host|deploy)\s$"
)
_OURS = re.compile(
    r"\b(?:models?|llms?|ai|weights|gguf|quanti[sz]\w*|q\d_\w+|tokens?|param\w*|\d+b|vram|fine-?tun\w*|loras?|inference|"
    r"transcri\w*|captions?|prompts?|embeddings?|gpus?|rtx|gtx|tesla|\d+ ?gb|cuda|vllm|ollama|comfyui|llama\.cpp|"
    r"(?:image|video|text|speech|voice) (?:generation|synthesis)|text[- ]to|tts|asr|speech|chatbot|api|self-?host\w*|"
    r"run(?:ning)?|serv(?:e|ing)|host(?:ing)?|train(?:ing)?|deploy\w*|vs\.?|versus|masks?|segment\w*)\b"
)
FEW = 4  # words: "what is bloom?"


def is_network(text: str, low: str, start: int, end: int) -> bool:
    """Whether the name at [start, end) is meant as a network's: it is no everyday word, it is written in capitals among
    others that are not, or what stands around it speaks for it. `low`: the text in lower case."""
    name = low[start:end]
    if _PLURALS.fullmatch(name):
        return False
    if name not in NAMES:
        return True
    if text[start:end].isupper() and not text.isupper():
        return True
    if not _AFTER.match(low, end) or low.startswith("opt for", start):
        return False
    named = re.match(r"\s(?:models?|llms?|weights|gguf|quant\w*)\b", low[end:])
    if _NO_NETWORK.search(low[:start]) and not named:
        return False
    rest = f"{low[:start]} {low[end:]}"
    used = _USED.search(low[:start]) is not None
    return bool(named) or used or GPU in rest or len(rest.split()) <= FEW or _OURS.search(rest) is not None
