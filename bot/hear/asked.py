"""The answer to a question just asked: a bare '20', 'about 3', '15k', 'overnight' or 'not sure' is that slot's."""

from __future__ import annotations

import re
from typing import Any

from .durations import seconds_of
from .numbers import Number, tidy

_NOT_SURE = re.compile(
    r"^\W*(?:(?:i'?m |we'?re |i am |we are )?(?:not|un)[ -]?(?:really |quite |at all |"
    r"so )?(?:sure|certain)\b|(?:i |we )?(?:really )?(?:don'?t|do not|dont|"
    r"couldn'?t) (?:really )?(?:know|say|tell|mind|care)|no (?:idea|clue|preference|opinion)|"
    r"dunno|idk\b|unknown|"
    r"(?:i |we )?haven'?t (?:a clue|decided|thought)|(?:that'?s )?(?:hard|difficult) to say|"
    r"can'?t say|"
    r"you (?:tell me|decide|choose|pick)|whatever\b|any(?:thing)?\W*$|not decided|pass\b|skip\b|"
    r"n/?a\b|\?+\W*$|maybe\W*$|depends\b|it depends|undecided|not yet)"
)
# a bare number is one of these; one with a unit of its own ("100 people") speaks of something else
COUNTS = frozenset(
    {
        "params_b",
        "active_params_b",
        "context_tokens",
        "prompt_tokens",
        "output_tokens",
        "num_gpus",
        "vram_gb",
        "vram_gb_per_gpu",
        "system_ram_gb",
        "nodes",
        "psu_w",
        "storage_gb",
        "classes",
        "batch_size",
        "epochs",
        "iterations",
        "users",
        "hours_per_month",
    }
)
_OTHER_UNIT = re.compile(r"\s?(?:[kmgt]i?b|[kmg]?hz|db|k?w|watts?|volts?|%|£|\$|€|pounds|quid|dollars|euros)(?![a-z])")
_DURATION = re.compile(
    r"\s?-?(?P<unit>ms|milliseconds?|seconds?|secs?|s|minutes?|mins?|hours?|hrs?|h|days?|nights?|"
    r"weeks?|months?)\b"
)
_SPELT_DURATION = re.compile(
    r"\b(?:(?P<some>a few|few|several|some|a couple of|couple of)|an?|one|per|the|in an?)\s"
    r"(?P<unit>second|minute|hour|day|night|week|month)s?\b|"
    r"\b(?P<overnight>overnight)\b"
)
_SOME = {"couple": 2, "few": 3, "some": 3, "several": 5}
_RATE = re.compile(
    r"\s?(?:of them\s|or so\s)?(?P<what>[a-z]+\s)??(?:/|per|an?|each|every)\s?(?P<per>s|sec|second|"
    r"min|minute|hour|h|day|week|month)\b"
)
_PER = {"sec": "s", "second": "s", "minute": "min", "hour": "h"}
_PHASES = (
    ("training", r"\btrain"),
    ("fine_tuning", r"fine|adapt"),
    ("inference", r"\brun|\buse|infer|serv|predict|live|production"),
)
_EVERY = re.compile(r"\b(?:every|each) (?:\w{1,12} ){0,2}?(?:seconds?|secs?|s|minutes?|mins?|hours?)\b")
_FACTOR = re.compile(r"\s?(?:x|times|fold)\b|-fold\b")
PAGE_TOKENS = 700  # about 500 words of English
_TEXTS = re.compile(
    r"\b(?:(?P<book>(?:books?|novels?)\b)|(?P<pages>(?:few|several|some|couple of|many) pages|chapters?\b|"
    r"reports?\b)|"
    r"(?P<page>pages?\b)|(?P<line>(?:short |one |single )?(?:questions?|sentences?|messages?|lines?|paragraphs?)\b))"
)
_WORDS_MOST = 9
_TEXT = frozenset(
    {
        "model",
        "framework",
        "cpu",
        "dataset",
        "sector",
        "storage",
        "noise",
        "circuit",
        "deployment",
        "form_factor",
        "precision",
    }
)


_KNOWN = frozenset({"deployment", "form_factor", "noise", "circuit"})
_QUESTION = re.compile(r"^\W*(?:how|what|which|why|who|when|where)\b.*\?\W*$|^\W*(?:why|how come)\b", re.S)
_ONE_OF_THEM = re.compile(  # "the next one": no number
    r"\b(?:the|this|that|which|next|other|another|same|only|second|last|each|every|no|an? \w+|\w+er) $"
)


def not_sure(low: str) -> bool:
    return bool(_NOT_SURE.search(low.strip()))


def answer(low: str, numbers: list[Number], asked: str) -> Any:
    """The value of the slot `asked` in a short answer, in the shape of `sizing.told`; None where there is none."""
    words = len(low.split())
    numbers = [n for n in numbers if low[n.start : n.end] != "one" or not _ONE_OF_THEM.search(low[: n.start])]
    if _QUESTION.search(low):  # "how long would one fold take?" holds no answer of one hour
        return None
    if asked == "phase":
        if re.search(r"\bboth\b", low):
            return ["training", "inference"]
        said = [phase for phase, cue in _PHASES if re.search(cue, low)]
        return said if len(said) > 1 else said[0] if said else None
    if not words or words > _WORDS_MOST:
        return None
    if asked in {"deadline", "latency"}:
        return _time(low, numbers, asked)
    if asked == "context_tokens" and (text := _TEXTS.search(low)):
        return _text_tokens(text, numbers, low)
    if numbers and _FACTOR.match(low, numbers[0].end):
        return None
    if not numbers:
        if asked in _KNOWN:  # one of a few, which are read from any message
            return None
        return low.strip(" .!,;") if asked in _TEXT and words <= 5 else None
    number = numbers[0]
    value = tidy(number.value)
    if asked == "budget":
        parts: dict[str, Any] = {"amount": value, "currency": None}
        if number.bound in {"max", "about"}:
            parts["bound"] = number.bound
        if number.low is not None:
            parts["min"] = tidy(number.low)
        return parts
    if asked in COUNTS and not asked.endswith("_gb") and _OTHER_UNIT.match(low, number.end):
        return None
    if asked == "params_b":
        return tidy(number.value / 1e9) if number.value >= 1e6 else value
    if asked in COUNTS:
        terabytes = asked.endswith("_gb") and re.match(r"\s?tb\b", low[number.end :])
        return tidy(number.value * 1000) if terabytes else value
    if asked == "dataset_size":
        if re.match(r"\s?(?:[kmg]?hz|db|k?w|watts?|volts?|a|%|fps)\b", low[number.end :]):
            return None
        what = re.match(r"\s([a-z]{3,20})\b", low[number.end :])
        return {"amount": value, "unit": what[1] if what else "items"}
    if asked == "throughput":
        rate = _RATE.match(low, number.end)
        per = rate["per"] if rate else "s"
        return {"amount": value, "unit": f"{(rate['what'] or '').strip() if rate else ''}/{_PER.get(per, per)}"}
    if asked == "image_resolution":
        return f"{value}x{value}" if 16 <= number.value <= 100_000 else None
    return None


def _text_tokens(text: re.Match[str], numbers: list[Number], low: str) -> int:
    """Tokens in texts told as 'a question', 'a page or two', '30 pages', 'a book'."""
    if text.lastgroup == "page" and numbers and re.match(r"\s?pages?\b", low[numbers[0].end :]):
        return max(2048, int(numbers[0].value * PAGE_TOKENS))
    return {"book": 128_000, "pages": 8192, "page": 4096, "line": 2048}[text.lastgroup or "line"]


def _time(low: str, numbers: list[Number], asked: str) -> Any:
    if _EVERY.search(low):  # "a picture every two seconds": how often, not how long
        return None
    if numbers:
        unit = _DURATION.match(low, numbers[0].end)
        seconds = numbers[0].value * (seconds_of(unit["unit"]) if unit else 3600.0 if asked == "deadline" else 1.0)
    else:
        spelt = _SPELT_DURATION.search(low)
        if not spelt:
            return "real time" if asked == "latency" and re.search(r"\breal[- ]?time|instant|live\b", low) else None
        times = next((n for words, n in _SOME.items() if words in (spelt["some"] or "")), 1)
        seconds = 12 * 3600.0 if spelt["overnight"] else times * seconds_of(spelt["unit"])
    if asked == "latency":
        return {"amount": tidy(round(seconds, 6)), "unit": "s"}
    return {"amount": tidy(round(seconds / 3600, 6)), "unit": "hours"}
