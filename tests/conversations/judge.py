"""Holds a reply against what a conversation expects of it, and against what is expected of every reply."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.things import Catalog
from tests.conversations.conversation import listed

Json = dict[str, Any]
MONTH = r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w* 20\d\d\b"
LEAKS = (  # what never belongs in an answer
    (r"\bNone\b", "None"),
    (r"\bnan\b", "nan"),
    (r"\binf\b", "inf"),
    (r"Traceback", "Traceback"),
    (r"[{}]", "a curly brace"),
    (r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b", "an identifier"),
    (r"\d[eE][+-]\d", "a number as computers write it"),
)


@dataclass
class Heard:
    """What is known after a turn: the reply (texts joined, the last one's card), what was understood and asked."""

    reply: Json
    understood: Json
    asked: str | None
    questions: int = 0
    before: Json | None = None  # the recommendation before this one
    catalog: Catalog = field(repr=False, default=None)  # type: ignore[assignment]

    @property
    def chosen(self) -> Json | None:
        return chosen(self.reply)


def chosen(reply: Json) -> Json | None:
    """The option that is recommended."""
    return next((o for o in reply.get("options") or () if o["name"] == reply.get("recommended")), None)


def choice(option: Json | None) -> str:
    return "none" if option is None else {"rent": "rent", "keep": "keep"}.get(option["verdict"], "buy")


def named(option: Mapping[str, Any], name: str) -> bool:
    return name == option.get("id") or name.lower() in option["name"].lower()


# --- of every reply ---------------------------------------------------------------------------------------------------


def faults(reply: Json, previous: Json | None) -> Iterator[str]:
    """What is wrong with a reply whatever was asked."""
    text = reply["text"]
    if not text.strip():
        yield "the text is empty"
    if previous is not None and text == previous["text"]:
        yield "it repeats the reply before word for word"
    cells = [
        str(cell)
        for table in reply.get("tables") or ()
        for row in ((table["title"],), table["columns"], *table["rows"])
        for cell in row
    ]
    for part in (text, *cells):
        plain = re.sub(r"`[^`]*`", "", part)  # commands are shown as they are typed
        for pattern, what in LEAKS:
            if (found := re.search(pattern, plain)) is not None:
                yield f"it shows {what}: ...{plain[max(0, found.start() - 30) : found.end() + 30]}..."
    options = reply.get("options") or ()
    for option in options:
        if option["price"] is not None and not (option["price"].get("date") and option["price"].get("currency")):
            yield f"the price of {option['name']} has no date or no currency"
        if option["price"] is not None and option["price"]["amount"] <= 0:
            yield f"{option['name']} is priced at {option['price']['amount']}"
        speed = option.get("throughput")
        if speed and not speed["low"] < speed["high"]:
            yield f"the speed of {option['name']} has no range"
    for line in text.splitlines():
        if "£" in line and any(f"{o['name']}" in line and o["price"] for o in options) and not re.search(MONTH, line):
            yield f"a price without its date: {line[:160]}"
    estimate = reply.get("estimate")
    if estimate is not None:
        if not estimate["low"] <= estimate["value"] <= estimate["high"] or estimate["low"] >= estimate["high"]:
            yield f"an estimate without a range: {estimate}"
        if not (estimate.get("unit") and estimate.get("basis") and estimate.get("source")):
            yield f"an estimate without unit, basis or source: {estimate}"


# --- of this reply ----------------------------------------------------------------------------------------------------


def misses(expect: Mapping[str, Any], heard: Heard) -> Iterator[str]:
    """What was expected and did not come."""
    for key, wanted in expect.items():
        problem = _CHECKS[key](wanted, heard)
        if problem:
            yield f"{key}: {wanted!r} was expected; {problem}"


def _unless(right: bool, problem: str) -> str:
    return "" if right else problem


def _chosen(heard: Heard) -> str:
    option = heard.chosen
    return f"it recommends {option['name'] if option else 'nothing'}"


def _recommended(wanted: Any, heard: Heard) -> str:
    return _unless(heard.chosen is not None and any(named(heard.chosen, w) for w in listed(wanted)), _chosen(heard))


def _not_recommended(wanted: Any, heard: Heard) -> str:
    return _unless(heard.chosen is None or not any(named(heard.chosen, w) for w in listed(wanted)), _chosen(heard))


def _gpus(option: Json) -> tuple[int, float]:
    """How many, and their memory together in GB."""
    return sum(g["count"] for g in option["gpus"]), 0.0


def _memory_gb(option: Json, catalog: Catalog) -> float:
    memory = {g.name: g.memory_gb for g in catalog.gpus.values()}
    return sum(memory[g["name"]] * g["count"] for g in option["gpus"])


def _cost(option: Json | None) -> float | None:
    return None if option is None else option["cost_gbp"]


def _of_chosen(get: Any, low: float | None, high: float | None, heard: Heard) -> str:
    if heard.chosen is None:
        return _chosen(heard)
    value = get(heard.chosen)
    return _unless(
        value is not None and (low is None or value >= low) and (high is None or value <= high),
        f"{_chosen(heard)}: {value}",
    )


def _verdict_of(wanted: Any, heard: Heard) -> str:
    problems = []
    for name, verdicts in wanted.items():
        found = [o for o in heard.reply.get("options") or () if named(o, name)]
        if not any(o["verdict"] in listed(verdicts) for o in found):
            problems.append(f"{name} is {', '.join(o['verdict'] for o in found) or 'not shown'}")
    return "; ".join(problems)


def _idle(wanted: Any, heard: Heard) -> str:
    problems = []
    for name, share in wanted.items():
        found = [o["idle_share"] for o in heard.reply.get("options") or () if named(o, name)]
        if not any(f is not None and f >= share for f in found):
            problems.append(f"{name}: {found or 'not shown'}")
    return "; ".join(problems)


def _compared(heard: Heard, right: Any, words: str) -> str:
    if heard.before is None:
        return "there was no recommendation before"
    was, now = chosen(heard.before), heard.chosen
    return _unless(right(was, now), f"{words}: {was and was['name']} before, {now and now['name']} now")


def same(value: Any, wanted: Any) -> bool:
    """A part of a mapping is enough, every wanted item of a list, a number to within 1 %, a text whatever its case."""
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(same(value.get(k), w) for k, w in wanted.items())
    if isinstance(wanted, list):
        return all(any(same(v, w) for v in listed(value)) for w in wanted)
    if isinstance(wanted, bool) or wanted is None:
        return value is wanted
    if isinstance(wanted, int | float):
        return isinstance(value, int | float) and abs(value - wanted) <= 0.01 * abs(wanted)
    return (isinstance(value, str) and value.lower() == wanted.lower()) or (
        isinstance(value, list) and len(value) == 1 and same(value[0], wanted)
    )


def _told(wanted: Any, heard: Heard) -> str:
    wrong = [
        f"{slot} is {heard.understood.get(slot)!r}"
        for slot, value in wanted.items()
        if not same(heard.understood.get(slot), value)
    ]
    return "; ".join(wrong)


def _not_told(wanted: Any, heard: Heard) -> str:
    return "; ".join(f"{s} is {heard.understood[s]!r}" for s in listed(wanted) if s in heard.understood)


def _assumes(wanted: Any, heard: Heard) -> str:
    slots = [a["slot"] for a in heard.reply.get("assumptions") or ()]
    return _unless(all(w in slots for w in listed(wanted)), f"it assumes {slots}")


def _assumes_not(wanted: Any, heard: Heard) -> str:
    slots = [a["slot"] for a in heard.reply.get("assumptions") or ()]
    return _unless(not any(w in slots for w in listed(wanted)), f"it assumes {slots}")


def _estimate(wanted: Any, heard: Heard) -> str:
    found = heard.reply.get("estimate")
    if wanted is None or found is None:
        return _unless(wanted is None and found is None, f"it is {found}")
    low, high = wanted.get("between", (float("-inf"), float("inf")))
    return _unless(
        any(w in found["unit"] for w in listed(wanted.get("unit", ""))) and low <= found["value"] <= high,
        f"it is {found['value']:g} {found['unit']} ({found['low']:g} to {found['high']:g})",
    )


def _text(heard: Heard) -> str:
    return f"it says: {heard.reply['text'][:600]}"


def _says(wanted: Any, heard: Heard) -> str:
    return _unless(all(re.search(w, heard.reply["text"], re.I) for w in listed(wanted)), _text(heard))


def _says_not(wanted: Any, heard: Heard) -> str:
    return _unless(not any(re.search(w, heard.reply["text"], re.I) for w in listed(wanted)), _text(heard))


def _topics(wanted: Any, heard: Heard) -> str:
    found = heard.reply.get("topics") or ()
    return _unless(all(any(t in found for t in w.split("|")) for w in listed(wanted)), f"they are {list(found)}")


def _kind(wanted: Any, heard: Heard) -> str:
    return _unless(heard.reply["kind"] in listed(wanted), f"it is {heard.reply['kind']}: {heard.reply['text'][:300]}")


def _needed(wanted: Any, heard: Heard) -> str:
    value = heard.reply.get("needed_gb")
    return _unless(value is not None and wanted[0] <= value <= wanted[1], f"it is {value}")


_CHECKS: dict[str, Any] = {
    "kind": _kind,
    "kind_in": _kind,
    "choice": lambda w, h: _unless(h.reply["kind"] == "recommendation" and choice(h.chosen) in listed(w), _chosen(h)),
    "recommended": _recommended,
    "not_recommended": _not_recommended,
    "gpu_memory_gb": lambda w, h: _of_chosen(lambda o: _memory_gb(o, h.catalog), *w, h),
    "gpus": lambda w, h: _of_chosen(lambda o: _gpus(o)[0], *w, h),
    "price_at_most": lambda w, h: _of_chosen(_cost, None, w, h),
    "price_at_least": lambda w, h: _of_chosen(_cost, w, None, h),
    "power_at_most": lambda w, h: _of_chosen(lambda o: o["power_w"], None, w, h),
    "verdict_of": _verdict_of,
    "idle_at_least": _idle,
    "same_recommendation": lambda w, h: _compared(h, lambda a, b: a and b and a["id"] == b["id"], "it is another"),
    "changes_recommendation": lambda w, h: _compared(
        h, lambda a, b: (a and a["id"]) != (b and b["id"]), "it is the same"
    ),
    "cheaper": lambda w, h: _compared(h, lambda a, b: a and b and _cost(b) < _cost(a), "it is not cheaper"),
    "dearer": lambda w, h: _compared(h, lambda a, b: a and b and _cost(b) > _cost(a), "it is not dearer"),
    "told": _told,
    "not_told": _not_told,
    "assumes": _assumes,
    "assumes_not": _assumes_not,
    "asks_about": lambda w, h: _unless(h.asked in listed(w), f"it asks about {h.asked}"),
    "questions_at_most": lambda w, h: _unless(h.questions <= w, f"{h.questions} were asked"),
    "fits": lambda w, h: _unless(
        "fits" in h.reply and h.reply["fits"] is w, f"it is {h.reply.get('fits', 'not said')}: {h.reply['text'][:300]}"
    ),
    "needed_gb": _needed,
    "estimate": _estimate,
    "topics_include": _topics,
    "says": _says,
    "says_not": _says_not,
    "table": lambda w, h: _unless(bool(h.reply.get("tables")), "there is none"),
    "sources": lambda w, h: _unless(
        bool(h.reply.get("provenance")) and all(p["source"] for p in h.reply["provenance"]), "there are none"
    ),
}
