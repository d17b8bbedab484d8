"""One message in, what it says out: the readers of this room in their order, and their spans gathered into slots.

Order matters: machines and cards are read and blotted out first, then networks and processors, so that the numbers in
their names are not taken for quantities; then money, then everything else that counts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from catalog.things import Catalog
from sizing.told import SLOTS

from . import asked as answering
from . import gazetteer, unfamiliar
from .cards import Card, cards, generic_count, node_count, versus
from .dates import dates
from .heard import Heard, Mention, Span
from .inputs import pile, signals, volumes
from .limits import limits, makers
from .machines import Machine, capacities, drives, machines, processors, supplies
from .mend import mend
from .money import amounts, broke, budget
from .networks import Model, methods, models, parameters, precisions
from .numbers import Number, numbers, tidy
from .own import SEEN, taught
from .places import places
from .quantities import quantities
from .spoken import spoken
from .tasks import denied_phases, language_tasks, phases, resized, tasks
from .text import CPU, DATE, GPU, LONGEST, MODEL, MONEY, SYSTEM, Taken, blot, plain, tokens

_CORRECTION = re.compile(
    r"(?:^|[.!?\n]\s{0,3})(?:oh |ah |ok |well |hmm |um )?(?:no+(?=[,.:;!-]|\s(?:i|we|it|the|"
    r"that|they|wait|sorry|actually|make|not|rather)\b)|nope|actually|sorry|wait|correction|"
    r"oops|my mistake|i meant|scrap that|make (?:that|it))\b|"
    r"\b(?:i|we) (?:meant|misspoke|should have said|got that wrong)\b|\bmake that\b|"
    r"\bcorrection:|\bnot \w+(?: \w+)?, (?:but )?\d|,? actually,|\bi was wrong\b|"
    r"\brather than what i said\b"
)
_NEGATION = re.compile(
    r"\b(?:not(?! sure)|no(?! idea)|never|without|anything but|don't (?:want|need)|do not (?:want|"
    r"need)|rule[sd]? out|avoid)\s(?P<what>[a-z][\w-]*(?:\s[a-z][\w-]*)?)"
)
A_CORPUS = 1e9  # so many tokens are learnt from, not answered
_OF_TRAINING = re.compile(r"epoch|run$|fold|training")  # what a time is of, where "run" is no word for inference
_RUNS = re.compile(r"\binfer|\bpredict|\btranscri|\bgenerat|\bserv(?:e|ing)\b|\banswer|\bllm|\bchat")
NOTHING = {"amount": 0, "currency": None, "bound": "max"}
_LISTS = frozenset({"task", "phase", "model", "excluded", "systems"})
_AMOUNTS = {
    "budget": (0.01, 1e12),
    "throughput": (1e-9, 1e12),
    "dataset_size": (1e-9, 1e15),
    "latency": (1e-6, 1e7),
    "deadline": (1e-4, 1e6),
    "claim": (1e-6, 1e9),
}
_NAMES = {
    "params_b": "billion parameters",
    "vram_gb": "GB of GPU memory",
    "vram_gb_per_gpu": "GB of GPU memory a card",
    "system_ram_gb": "GB of RAM",
    "num_gpus": "GPUs",
    "psu_w": "W of power supply",
    "power_w": "W at most",
    "months": "months",
    "context_tokens": "tokens of context",
    "prompt_tokens": "tokens in",
    "output_tokens": "tokens out",
    "storage_gb": "GB of storage",
    "batch_size": "items a batch",
    "hours_per_month": "hours a month",
    "users": "users",
    "epochs": "epochs",
    "iterations": "steps",
    "classes": "classes",
    "nodes": "machines",
}


def read(text: str, catalog: Catalog, asked: str | None = None) -> Heard:
    """What one message says. `asked` is the slot of the question that it may answer. Never raises on any text.

    Spans and mentions hold places in `text`. Numbers outside the bounds of `sizing.told` are no part of what is told:
    each is a sentence in `problems`.
    """
    names = gazetteer.of(catalog)
    whole = text[:LONGEST]
    text, low, origin = mend(whole, plain(whole), names.vocabulary)
    words = tokens(low)

    boxes = machines(low, words, names)
    masked = blot(low, [(b.start, b.end) for b in boxes], SYSTEM)
    gpus = cards(masked, tokens(masked), names, catalog)
    gpus = [replace(c, name=text[c.start : c.end]) if c.name == low[c.start : c.end] else c for c in gpus]
    masked = blot(masked, [(c.start, c.end) for c in gpus], GPU)
    nets = models(text, masked, tokens(masked), names, catalog)
    masked = blot(masked, [(n.start, n.end) for n in nets], MODEL)
    cpus = processors(masked)
    masked = blot(masked, [(c.start, c.end) for c in cpus], CPU)
    strangers = list(unfamiliar.networks(text, masked, names.field))
    masked = blot(masked, strangers, MODEL)
    days = dates(masked)
    masked = blot(masked, [(d.start, d.end) for d in days], DATE)
    figures = numbers(masked)
    spent = amounts(masked, figures)
    masked = blot(masked, [(m.start, m.end) for m in spent], MONEY)
    figures = _without(figures, [(m.start, m.end) for m in spent])
    formats = precisions(masked)
    sizes = parameters(masked, figures)
    figures = _without(figures, [(s.start, s.end) for s in formats + sizes])
    memory = capacities(masked, figures, [c.memory_at for c in gpus if c.memory_at])
    watts = supplies(masked, figures)
    kept_to = limits(masked, _without(figures, [(s.start, s.end) for s in memory + watts]))
    counted = quantities(masked, _without(figures, [(s.start, s.end) for s in memory + watts + kept_to]))

    spans: list[Span] = [
        *cpus,
        *days,
        *formats,
        *sizes,
        *memory,
        *watts,
        *kept_to,
        *counted,
        *methods(low),
        *drives(masked),
        *places(low),
        *makers(low),
        *denied_phases(low),
    ]
    sized = any(s.kind == "params_b" for s in sizes) and not resized(low)
    work = tasks(low, nets, sized)
    stages = phases(low, [s.value for s in work])
    if not stages and SEEN.intersection(s.value for s in work) and any(s.kind == "throughput" for s in counted):
        stages = ["inference"]  # so many come in
    if stages == ["inference"] and taught(low, [s.value for s in work]):
        stages = ["training", "inference"]
    once = pile(low)
    if once and stages == ["training"] and not _TRAINS.search(low):
        stages = ["inference"]  # a batch of photos to be sorted once is not learnt from
    inferred = _from_size_alone(low, nets) if sized else ()
    if any(s.value == "anomaly_detection" for s in work) and (readings := signals(low)):
        spans.append(readings)
    if any(s.value in ("segmentation", "medical_imaging") for s in work) and (in_depth := volumes(low)):
        spans.append(in_depth)
    if any(s.kind == "dataset_size" for s in counted) and "training" not in stages and once:
        spans.append(once)
    spans += [s._replace(value=task) for s in work for task in language_tasks(s.value, stages, low)]
    spans += [Span(n.start, n.end, "model", n.name) for n in nets]
    spans += [Span(start, end, "model", text[start:end]) for start, end in strangers]
    spans += [Span(c.start, c.end, "hardware" if c.chip else "gpus", c.name) for c in gpus]
    spans += [Span(b.start, b.end, "systems" if b.id else "hardware", b.id or b.name) for b in boxes]

    if any(s.kind == "claim" and _OF_TRAINING.match(str(s.value.get("per"))) for s in counted):
        stages = stages if set(stages) != {"inference"} or _RUNS.search(low) else ["training"]

    if work and all(s.value == "llm_inference" for s in work) and "training" not in stages:
        read_in = [s.value for s in counted if s.kind == "dataset_size" and s.value.get("unit") == "tokens"]
        if any(size["amount"] >= A_CORPUS for size in read_in) and not _RUNS.search(low):
            spans = [s._replace(value="llm_training") if s.kind == "task" else s for s in spans]
            stages = ["training"]

    correction = bool(_CORRECTION.search(low))
    money = budget(spent, correction)
    told: dict[str, Any] = {}
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        _tell(told, span)
    if stages:
        told["phase"] = stages if len(stages) > 1 else stages[0]
    if set(_listed(told.get("task"))) <= COUNTED_IN_ROWS and "task" in told and _of_images(told.get("throughput")):
        told["throughput"]["unit"] = told["throughput"]["unit"].replace("images", "samples")
    told["excluded"] = [x for x in told.get("excluded", []) if x not in stages]
    told.update(_cards(gpus, masked))
    told.update(_memory(gpus, memory, told.get("num_gpus")))
    if money:
        told["budget"] = money.told
        spans.append(Span(money.start, money.end, "budget", money.told))
    elif nothing := broke(low):
        told["budget"] = dict(NOTHING)
        spans.append(Span(*nothing, "budget", told["budget"]))
    quote = _quote(gpus, boxes, [m for m in spent if m.kind == "quote"])
    if quote:
        told["quote"] = quote
    free = _without(figures, [(s.start, s.end) for s in (*memory, *watts, *counted)])
    _answer(told, low, (numbers(masked) or figures) if asked not in answering.COUNTS else free, bool(figures), asked)
    if told.get("signals"):
        told.pop("nodes", None)  # "40 machines": what is listened to
    told = {slot: value for slot, value in told.items() if value not in (None, [], {}, "")}
    told, problems = _sensible(told)

    return Heard(
        told=told,
        spans=tuple(sorted(s._replace(start=origin(s.start), end=origin(s.end)) for s in spans)),
        mentions=_mentions(gpus, boxes, nets, low, names, origin),
        negations=tuple(dict.fromkeys(m["what"] for m in _NEGATION.finditer(low))),
        correction=correction,
        problems=tuple(problems),
        inferred=inferred,
        strangers=tuple(text[start:end] for start, end in strangers),
        strange_cards=tuple(dict.fromkeys(c.name for c in gpus if not c.known and not c.chip)),
    )


def _from_size_alone(low: str, nets: list[Model]) -> tuple[str, ...]:
    """Task and phase, where nothing but a number of parameters speaks for them."""
    return () if tasks(low, nets, False) or phases(low, []) else ("task", "phase")


def _without(figures: list[Number], taken: list[tuple[int, int]]) -> list[Number]:
    spoken = Taken(taken)
    return [n for n in figures if not spoken.touches(n.start, n.end)]


_TRAINS = re.compile(r"\b(?:re-?)?train|\blearn|\bteach")
COUNTED_IN_ROWS = {"time_series", "tabular", "recommender"}  # "4,000 products a night" are no pictures there


def _of_images(rate: Any) -> bool:
    return isinstance(rate, dict) and str(rate.get("unit")).startswith("images")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _tell(told: dict[str, Any], span: Span) -> None:
    """Put one span into its slot: lists grow, a data size in bytes becomes dataset_size, of numbers the first stays."""
    slot, value = span.kind, span.value
    if slot in {"data_gb", "data_tb"}:
        slot, value = "dataset_size", {"amount": value, "unit": slot[-2:].upper()}
    if slot in {"date", "vram_gb", "vram_gb_per_gpu"}:
        return
    if slot == "cameras":  # where no frame rate is said, sizing assumes one
        told.setdefault("throughput", {"amount": value, "unit": "cameras"})
        return
    if slot == "throughput" and str((told.get(slot) or {}).get("unit")) == "cameras":
        del told[slot]
    if slot == "concurrent_users":
        told.update(users=value, concurrent=True)  # "200 staff, 15 at once": the 15 are what it must carry
    elif slot in {"gpus", "excluded", "systems"}:
        told.setdefault(slot, [])
        if value not in told[slot]:
            told[slot].append(value)
    elif slot in _LISTS or slot == "precision" or slot == "hardware":
        held = told.get(slot)
        if held is None:
            told[slot] = value
        elif value not in _listed(held):
            told[slot] = [*_listed(held), value]
    elif slot == "params_b" and slot in told:
        ends = [*_listed(told[slot]), *_listed(value)]
        told[slot] = [min(ends), max(ends)] if min(ends) != max(ends) else min(ends)
    elif slot == "batch_size":
        told[slot] = value  # "batch 1 needs 14 GB, what about batch 50": the last is what they ask about
    elif slot == "image_resolution" and slot in told:
        if value not in _listed(told[slot]):
            told[slot] = [*_listed(told[slot]), value]
    else:
        told.setdefault(slot, value)


def _cards(gpus: list[Card], low: str) -> dict[str, Any]:
    """Roles, counts and the number of cards together; several kinds that are compared have no number together."""
    told: dict[str, Any] = {}
    against = versus(low) and len({c.id for c in gpus}) > 1
    counts: dict[str, int] = {}
    roles: dict[str, str] = {}
    for card in gpus:
        if card.count is not None:
            counts.setdefault(card.id, card.count * (card.nodes or 1))
        owner = card.role if card.role in {"owned", "quoted"} else "compared" if against else card.role
        if owner and roles.get(card.id) not in {"owned", "quoted"}:
            roles[card.id] = owner
    nodes = next((c.nodes for c in gpus if c.nodes), None) or node_count(low)
    if nodes:
        told["nodes"] = nodes
    ids = list(dict.fromkeys(c.id for c in gpus))
    said = generic_count(low)
    if len(ids) == 1 and ids[0] in counts:
        told["num_gpus"] = counts[ids[0]]
    elif len(ids) > 1 and not against and all(i in counts for i in ids):
        told["num_gpus"] = sum(counts.values())
    elif len(ids) > 1 and not against and not counts and _together(low):
        told["num_gpus"] = len(ids)
    elif said is not None and not counts and not (against and len(ids) > 1):
        told["num_gpus"] = said
    if len(ids) > 1 and len(set(counts.values())) == 1 and len(counts) == len(ids) and against:
        told["num_gpus"] = next(iter(counts.values()))  # "8x H100 against 8x A100"
    if told.get("num_gpus") is not None and len(ids) == 1 and ids[0] not in counts:
        counts[ids[0]] = told["num_gpus"]
    told["gpu_roles"], told["gpu_counts"] = roles, counts
    return told


def _together(low: str) -> bool:
    return bool(re.search(r"\b(?:pair|pairing|combine|combining|together with|alongside|in addition to)\b", low))


def _memory(gpus: list[Card], memory: list[Span], count: int | None) -> dict[str, Any]:
    """vram_gb_per_gpu where one size is said of cards; vram_gb is the total of what they have, or say they want."""
    sizes = {c.memory_gb for c in gpus if c.memory_gb and not c.chip}
    loose = [s.value for s in memory if s.kind == "vram_gb"]
    told: dict[str, Any] = {}
    if len(sizes) == 1:
        each = sizes.pop()
        told["vram_gb_per_gpu"] = tidy(each)
        told["vram_gb"] = tidy(each * max(count or 1, 1))
    elif not sizes and (each_said := [s.value for s in memory if s.kind == "vram_gb_per_gpu"]):
        told["vram_gb_per_gpu"], told["vram_gb"] = each_said[0], tidy(each_said[0] * max(count or 1, 1))
    elif not sizes and loose:
        told["vram_gb"] = loose[0]
    return told


def _quote(gpus: list[Card], boxes: list[Machine], prices: list[Any]) -> dict[str, Any] | None:
    """What somebody else offered, or said that they need."""
    items = [{"system": b.id or b.name, "count": b.count} for b in boxes if b.role == "quoted"]
    items += [{"gpu": c.id, "count": c.count or 1} for c in gpus if c.role == "quoted"]
    if not items:
        return None
    return {"items": items, **({"amount": tidy(prices[0].amount), "currency": prices[0].currency} if prices else {})}


def _answer(told: dict[str, Any], low: str, figures: list[Number], counts: bool, asked: str | None) -> None:
    """A short answer to the question just asked, where nothing in it was read as that slot. `figures`: the numbers it
    may
    be; `counts`: whether there are any numbers at all."""
    if not asked or asked not in SLOTS:
        return
    if answering.not_sure(low) and asked not in told and not counts:
        told["not_sure"] = [asked]
    elif asked not in told:
        value = answering.answer(low, figures, asked)
        if value is not None:
            told[asked] = value


def _sensible(told: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What is within the bounds of `sizing.told`, and a sentence about each number that is not."""
    kept: dict[str, Any] = {}
    problems: list[str] = []
    for slot, value in told.items():
        amount = value["amount"] if slot in _AMOUNTS and isinstance(value, dict) else value
        least, most = _AMOUNTS.get(slot) or SLOTS[slot][1:]
        ends = [a for a in _listed(amount) if isinstance(a, int | float) and not isinstance(a, bool)]
        nothing = value == NOTHING  # to have no money is no nonsense
        if least is None or most is None or nothing or all(math.isfinite(a) and least <= a <= most for a in ends):
            kept[slot] = value
            continue
        problems.append(_problem(slot, ends[-1], value, least, most))
    if isinstance(kept.get("gpu_counts"), dict):
        kept["gpu_counts"] = {gpu: n for gpu, n in kept["gpu_counts"].items() if 1 <= n <= 100_000}
    return {slot: value for slot, value in kept.items() if value not in ({}, [])}, problems


def _plainly(amount: float) -> str:
    """A number as people write it, without exponents."""
    if not math.isfinite(amount):
        return "That many"
    if abs(amount) >= 1e15:
        return f"About 10^{math.floor(math.log10(abs(amount)))}"
    return f"{amount:,.6f}".rstrip("0").rstrip(".") if abs(amount) >= 1e-6 or not amount else "So little"


def _problem(slot: str, amount: float, value: Any, least: float, most: float) -> str:
    said = _plainly(amount)
    if slot == "budget":
        currency = f" {value['currency']}" if value.get("currency") else ""
        return f"A budget of {said}{currency} cannot be meant; please say what could be spent, or that it is open."
    if slot in {"throughput", "dataset_size"}:
        return f"{said} {value['unit']} cannot be meant; please give that number again."
    if slot in {"latency", "deadline", "claim"}:
        return f"A time of {said} {value.get('unit', '')} cannot be meant; please give it again."
    ends = f"between {tidy(least):,} and {tidy(most):,}"
    return f"{said} {_NAMES.get(slot, slot)} cannot be meant: it would have to lie {ends}."


def _mentions(
    gpus: list[Card],
    boxes: list[Machine],
    nets: list[Model],
    low: str,
    names: gazetteer.Gazetteer,
    origin: Callable[[int], int],
) -> tuple[Mention, ...]:
    found = [Mention("gpu", c.id, c.start, c.end) for c in gpus if c.known]
    found += [Mention("system", b.id, b.start, b.end) for b in boxes if b.id]
    found += [Mention("network", n.id, n.start, n.end) for n in nets if n.id]
    words = tokens(low)
    for hit in gazetteer.find(names.articles, low, words):
        found.append(Mention("article", hit.id, words[hit.first].start, words[hit.last - 1].end))
    for id, start, end in spoken(low):
        if ("article", id) in names.articles.owners.values() and all(m.id != id for m in found):
            found.append(Mention("article", id, start, end))
    placed = (m._replace(start=origin(m.start), end=origin(m.end)) for m in found)
    return tuple(sorted(placed, key=lambda m: (m.start, m.end, m.kind)))
