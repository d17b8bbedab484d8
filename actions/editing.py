"""Changing one thing that was told or assumed, in words that mean exactly that: "change the deadline to 12 hours".

The page offers these words behind each assumption, and whoever types them, there or in any other channel, is understood
without guessing. What does not fit the pattern is read like any other sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.things import Catalog
from sizing.need import Assumption
from sizing.networks import find_network, stand_in
from sizing.told import Told, merge, nonsense

Json = dict[str, Any]
Choices = tuple[tuple[str, Any], ...]  # (title, which is also what is said; what is then told)
_NUMBER = r"(?P<number>-?(?:\d[\d,]{0,15})?\.?\d{1,15})"
_ITEM = r"(?P<item>[a-z][a-z -]{0,30}?)"
_PERIODS = {"second": "s", "minute": "min", "hour": "hour", "day": "day", "week": "week", "month": "month"}


@dataclass(frozen=True)
class Way:
    """How one slot is changed. `say` has {} where the new value stands, and {item}, {period} where those vary."""

    say: str
    unit: str = ""
    choices: Choices = ()
    amount: str = ""  # the unit in which an {amount, unit} is told
    text: str = ""  # a pattern of what may stand for {}, where that is neither a number nor a choice

    @property
    def kind(self) -> str:
        return "choice" if self.choices else "text" if self.text else "number"

    def pattern(self) -> re.Pattern[str]:
        value = f"(?P<text>{self.text or '.{1,60}?'})" if self.kind != "number" else _NUMBER
        parts = {"{}": value, "{item}": _ITEM, "{period}": f"(?P<period>{'|'.join(_PERIODS)})"}
        words = "".join(parts.get(part) or re.escape(part) for part in re.split(r"(\{\w*\})", self.say))
        return re.compile(rf"\W*(?:please )?{words}\W*", re.I)


WAYS = {
    "users": Way("change the number of users to {}", "people"),
    "throughput": Way("change the rate to {} {item} per {period}"),
    "dataset_size": Way("change the amount of data to {} {item}"),
    "deadline": Way("change the time it may take to {} hours", "hours", amount="hours"),
    "hours_per_month": Way("change the hours of use to {} a month", "hours a month"),
    "months": Way("change how long it must last to {} months", "months"),
    "tiled": Way("change the way of seeing large pictures to {}", choices=(("tiles at full size", True),)),
    "latency": Way("change the wait for an answer to {} seconds", "seconds", amount="s"),
    "epochs": Way("change the passes over the data to {}", "passes"),
    "context_tokens": Way("change the context to {} tokens", "tokens"),
    "output_tokens": Way("change the length of an answer to {} tokens", "tokens"),
    "requests": Way("change the requests of each person to {} a day", "a working day"),
    "params_b": Way("change the size of the model to {} billion parameters", "billion parameters"),
    "active_params_b": Way("change the active parameters to {} billion", "billion parameters"),
    "image_resolution": Way("change the size of the pictures to {}", "pixels", text=r"\d{2,5} ?[x×] ?\d{2,5}"),
    "precision": Way(
        "change the precision to {}",
        choices=(("32-bit", "fp32"), ("16-bit", "fp16"), ("8-bit", "int8"), ("4-bit", "int4")),
    ),
    "method": Way(
        "change the way of training to {}",
        choices=(("LoRA", "lora"), ("QLoRA", "qlora"), ("every weight", "full")),
    ),
    "phase": Way(
        "change what it must do to {}",
        choices=(
            ("training and running", ["training", "inference"]),
            ("running only", "inference"),
            ("training only", "training"),
        ),
    ),
    "deployment": Way(
        "change where it works to {}",
        choices=(("on site", "on_prem"), ("on site or in the cloud", ["on_prem", "cloud"]), ("the cloud", "cloud")),
    ),
    "concurrent": Way("change how many use it at once to {}", choices=(("all of them", True),)),
    "budget": Way(
        "change the currency of the budget to {}",
        choices=(("pounds", "GBP"), ("US dollars", "USD"), ("euros", "EUR")),
    ),
    "model": Way("change the model to {}", text=r".{2,60}?"),
}
_PATTERNS = {slot: way.pattern() for slot, way in WAYS.items()}


# --- reading --------------------------------------------------------------------------------------------------------


def heard(text: str, told: Told, catalog: Catalog) -> Json | None:
    """What `bot.hear` would say of a sentence that changes one slot; None where it is no such sentence."""
    for slot, pattern in _PATTERNS.items():
        found = pattern.fullmatch(text.strip())
        value = _value(slot, found, told, catalog) if found else None
        if value is not None:
            problem = nonsense({slot: value})
            return {
                "told": {} if problem else {slot: value},
                "problems": [problem[1]] if problem else [],
                "correction": True,
                "edited": True,
                **{key: [] for key in ("mentions", "negations", "inferred", "strangers", "strange_cards", "passages")},
            }
    return None


def _value(slot: str, found: re.Match[str], told: Told, catalog: Catalog) -> Any:
    """As it is told; None where the words do not say it."""
    way, got = WAYS[slot], found.groupdict()
    if way.choices:
        value = next((v for title, v in way.choices if title.lower() == got["text"].lower()), None)
        return {**told["budget"], "currency": value} if slot == "budget" and value and told.get("budget") else (
            None if slot == "budget" else value
        )
    if slot == "model":
        network = find_network(got["text"], catalog)
        return network.name if network is not None else None
    if way.text:
        return re.sub(r"[ ×]+", lambda m: "x" if "×" in m[0] else "", got["text"].lower())
    number = float(got["number"].replace(",", ""))
    value = int(number) if number == int(number) else number
    if slot == "throughput":
        return {"amount": value, "unit": f"{got['item']}/{_PERIODS[got['period'].lower()]}"}
    if slot == "dataset_size":
        return {"amount": value, "unit": got["item"]}
    return {"amount": value, "unit": way.amount} if way.amount else value


# --- offering -------------------------------------------------------------------------------------------------------


def edit(assumption: Assumption, told: Told, catalog: Catalog) -> Json | None:
    """How the page lets an assumption be changed; None where words could not change it alone."""
    slot, words = assumption.slot, assumption.value
    way = WAYS.get(slot)
    shape = _shape(slot, words, told, catalog) if way is not None else None
    if way is None or shape is None or not _alone(slot, told):
        return None
    return {"kind": way.kind, "unit": way.unit, "choices": [title for title, _ in way.choices], "say": way.say, **shape}


def _alone(slot: str, told: Told) -> bool:
    """Whether a new value leaves all else that was told as it is; a new model makes its size stale, for one."""
    return set(merge(told, {slot: 1})) - {slot, "not_sure"} == set(told) - {slot, "not_sure"}


def _shape(slot: str, words: str, told: Told, catalog: Catalog) -> Json | None:
    """The parts that depend on what is assumed now: at least its `value`."""
    special: dict[str, Callable[[str], Json | None]] = {
        "throughput": _rate,
        "dataset_size": _data,
        "model": lambda words: _network(words, catalog),
        "budget": lambda _: {"value": "pounds"} if isinstance(told.get("budget"), Mapping) else None,
        "precision": _precision,
        "method": lambda words: {"value": "LoRA"},
        "phase": lambda words: {"value": "training and running" if " and " in words else "running only"},
        "deployment": lambda _: {"value": "on site"},
        "concurrent": lambda _: {"value": ""},
        "tiled": lambda _: {"value": ""},
        "users": lambda words: {"value": 1} if words.startswith("one person") else _first(words),
        "hours_per_month": lambda words: {"value": 730} if "day and night" in words else _first(words),
        "deadline": lambda words: _first(words, 24 if "days" in words else 1),
        "params_b": lambda words: _first(words.partition("language model of ")[2]),
        "image_resolution": lambda words: {"value": words.split()[-1]} if re.search(r"\d+x\d+$", words) else None,
        "epochs": lambda words: {"value": 1} if words.startswith("one pass") else _passes(words),
    }
    return special[slot](words) if slot in special else _first(words)


def _first(words: str, times: float = 1) -> Json | None:
    found = re.search(r"\d[\d,]*(?:\.\d+)?", words)
    if found is None:
        return None
    number = float(found[0].replace(",", "")) * times
    return {"value": int(number) if number == int(number) else number}


def _passes(words: str) -> Json | None:
    return _first(words) if re.fullmatch(r"[\d.]+ pass(es)? over the data", words) else None


def _rate(words: str) -> Json | None:
    found = re.fullmatch(rf"[\d,.]+ (?P<item>.+) an? (?P<period>{'|'.join(_PERIODS)})", words)
    if found is None:
        return None
    unit = f"{found['item']} per {found['period']}"
    return {**(_first(words) or {}), "unit": unit, "say": f"change the rate to {{}} {unit}"}


def _data(words: str) -> Json | None:
    found = re.fullmatch(r"[\d,.]+ (?P<item>[a-z -]+?)(?: to learn from| of \d+ tokens, .*)?", words)
    if found is None:
        return None
    item = found["item"]
    if item.startswith("billion "):
        return None
    return {**(_first(words) or {}), "unit": item, "say": f"change the amount of data to {{}} {item}"}


def _precision(words: str) -> Json | None:
    bits = re.search(r"(\d+)[ -]bit", words)
    return {"value": f"{bits[1]}-bit"} if bits else None


def _network(words: str, catalog: Catalog) -> Json | None:
    """Another network for the same task."""
    alike = _alike(catalog).get(words, ())
    return {"kind": "choice", "value": words, "choices": list(alike)} if len(alike) > 1 else None


_last: tuple[Catalog, dict[str, tuple[str, ...]]] | None = None


def _alike(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """The name of each network, but of language models -> the names of those for the same task whose figures are known.
    Kept for the last catalog asked about."""
    global _last
    last = _last
    if last is None or last[0] is not catalog:
        known = [n for n in catalog.networks.values() if n.kind != "transformer_decoder"]
        groups: dict[tuple[str, str], list[str]] = {}
        for n in known:
            if stand_in(n, catalog) is n:
                groups.setdefault((n.task, n.item), []).append(n.name)
        last = _last = catalog, {n.name: tuple(sorted(groups.get((n.task, n.item), ()))) for n in known}
    return last[1]
