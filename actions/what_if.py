"""Changes one thing of the need, works it out again and says what changed."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from actions import advice, need, rent_or_buy, say, steps
from actions.base import Turn
from actions.hardware import JOB
from actions.heard import echo
from actions.need import advise, bare, unseen
from actions.reply import Reply
from catalog.things import Catalog, Gpu
from sizing.assess import Assessor
from sizing.figures import Assessment
from sizing.machines import from_owned
from sizing.need import Completed, Owned
from sizing.recommend import Recommendation, editions
from sizing.shelf import shelf
from sizing.told import merge
from sizing.units import as_list
from sizing.weighed import weighed

_FACTORS = {
    "double": 2.0,
    "twice": 2.0,
    "doubled": 2.0,
    "triple": 3.0,
    "tripled": 3.0,
    "halve": 0.5,
    "half": 0.5,
    "halved": 0.5,
    "quarter": 0.25,
}
_WORDS = {
    "two": 2.0,
    "three": 3.0,
    "four": 4.0,
    "five": 5.0,
    "six": 6.0,
    "seven": 7.0,
    "eight": 8.0,
    "nine": 9.0,
    "ten": 10.0,
    "twenty": 20.0,
    "hundred": 100.0,
}
_TIMES = re.compile(rf"\b(\d+(?:\.\d+)?|{'|'.join(_WORDS)})\s*(?:x|times)\b|\b(\d+)\s*%\s*(more|fewer|less)\b", re.I)
_SCALED = (
    ("dataset_size", r"images|pictures|photos|data|dataset|examples|samples|rows|hours of"),
    ("users", r"users|people|staff|seats"),
    ("throughput", r"rate|speed|fast|faster|quick|quicker|throughput|per second|a second|cameras|streams|line"),
    ("budget", r"budget|money|spend"),
    ("image_resolution", r"resolution"),
    ("context_tokens", r"context|prompt"),
    ("deadline", r"time|deadline|as long|longer"),
)


def scaled(text: str, told: dict[str, Any]) -> dict[str, Any]:
    """{"dataset_size": {...doubled}} for "what if we double the images"; empty when no factor or no such figure is
    told."""
    lowered = text.lower()
    factor = next((f for word, f in _FACTORS.items() if re.search(rf"\b{word}\b", lowered)), None)
    found = _TIMES.search(lowered)
    if factor is None and found:
        factor = (
            (_WORDS.get(found[1]) or float(found[1]))
            if found[1]
            else 1 + float(found[2]) / 100 * (1 if found[3] == "more" else -1)
        )
    if factor is None:
        return {}
    for slot, words in _SCALED:
        if re.search(rf"\b(?:{words})\b", lowered) and slot in told:
            value = told[slot]
            if isinstance(value, dict) and isinstance(value.get("amount"), int | float):
                return {slot: {**value, "amount": value["amount"] * factor}}
            if isinstance(value, int | float):
                return {slot: value * factor}
    return {}


_RENTED = re.compile(r"\b(apis?|rent\w*|cloud|aws|azure|gcp|hosted)\b", re.I)


def reply(turn: Turn) -> Reply:
    if turn.heard.get("correction"):  # "no, it is 20": not supposed but so
        return need.reply(turn)
    if (step := steps.reply(turn)) is not None:
        return step
    if _RENTED.search(turn.text) and turn.state["told"]:
        return rent_or_buy.reply(turn)
    before, heard = turn.state["told"], turn.heard.get("told") or {}
    asked_about = {m["id"]: "compared" for m in turn.heard.get("mentions") or () if m["kind"] == "gpu"}
    roles = {**asked_about, **(before.get("gpu_roles") or {}), **(heard.get("gpu_roles") or {})}
    changed = scaled(turn.text, before)
    after = merge(before, {**heard, **changed, **({"gpu_roles": roles} if roles else {})})
    if weighed(before, turn.catalog).completed.need is None:
        turn.state["told"] = after
        if heard.get("hours_per_month") and before.get("hours_per_month") and not any(after.get(k) for k in JOB):
            return rent_or_buy.reply(turn)  # a card at so many hours, and now at others
        return advise(turn)
    was, now = (weighed(told, turn.catalog).recommendation for told in (before, after))
    if isinstance(was, Completed) or isinstance(now, Completed) or after == before:
        turn.state["told"] = after
        return advise(turn)
    turn.state["told"] = after
    turn.state["asked"] = None
    now = unseen(turn, now)
    same = was.best is not None and now.best is not None and was.best.machine.id == now.best.machine.id
    turn.state["last"] = {
        "kind": "recommendation",
        "intent": "what_if",
        "told": bare(after),
        "machine": now.best.machine.id if now.best else None,
        "name": now.best.machine.name if now.best else None,
        "cost_gbp": now.best.cost_gbp if now.best else None,
    }
    lead = f"{echo(after, turn)}{about_named(now, turn) or difference(was, now, turn)}".strip()
    return advice.reply(now, turn.catalog, None, lead, ("hardware_recommendation",), brief=same, told=after)


def about_named(now: Recommendation, turn: Turn) -> str:
    """The answer to "why not the X?": what X would do here, and at what cost beside the recommended."""
    cards = {m["id"] for m in turn.heard.get("mentions") or () if m["kind"] == "gpu" and m["id"] in turn.catalog.gpus}
    meant = cards | {m["id"] for m in turn.heard.get("mentions") or () if m["kind"] == "system"}
    others = (*now.named, *(a for a in (now.below, now.above) if a is not None))  # a neighbour may be what is meant
    about = [a for a in others if a.machine.id in meant or holds(a, cards, turn.catalog)]
    about += [a for a in makes(now, turn) if a not in about]
    lines = [beside(a, now, turn) for a in about] if now.best is not None else []
    lines += [alone(turn.catalog.gpus[card], now, turn) for card in sorted(cards)
              if not any(holds(a, {card}, turn.catalog) for a in (now.best, *about))]
    if now.best is not None and any(a.enough for a in about):
        lines.append(
            f"**{say.first_up(now.best.machine.name)}** is enough for what you need, so the difference buys only speed "
            "that nobody waits for."
        )
    elif lines and now.best is not None:
        cost = say.cost(now.best, turn.catalog, now.need.months)
        lines.append(f"The answer stays **{now.best.machine.name}**, {cost}.")
    return "\n\n".join(lines)


def holds(a: Assessment | None, cards: Collection[str], catalog: Catalog) -> bool:
    """Whether one of these cards, or another edition of one, is in the machine."""
    gpu = a.machine.gpu if a is not None else None
    return gpu is not None and any(gpu.id in editions(catalog.gpus[card], catalog) for card in cards)


def makes(now: Recommendation, turn: Turn) -> list[Assessment]:
    """Of each make of machine named in this message ("a Mac Studio"), the cheapest that is enough, else the dearest."""
    assessor = Assessor(now.need, turn.catalog)
    found = []
    for make in as_list((turn.heard.get("told") or {}).get("hardware")):
        of_it = [machine for _, _, machine in shelf(turn.catalog).systems if str(make).lower() in machine.name.lower()]
        weighed_up = [assessor.assess(machine) for machine in of_it]
        found += [next((a for a in weighed_up if a.enough), weighed_up[-1])] if weighed_up else []
    return found


def beside(a: Assessment, now: Recommendation, turn: Turn) -> str:
    """What a machine would do for the need, at what cost beside the recommended."""
    at = f"**{a.machine.name}** at {say.cost(a, turn.catalog, now.need.months)}"
    if not a.enough:
        return f"{at} would not do: {a.reasons[0]}."
    factor = (a.cost_gbp or 0.0) / now.best.cost_gbp if now.best is not None and now.best.cost_gbp else 0.0
    times = f", {factor:.0f} times the price," if factor > 1.5 else ""
    idle = f" and would stand idle {say.percent(a.idle_share)} of the month" if a.idle_share is not None else ""
    return f"{at}{times} would do it{idle}. {advice.does(a)}"


def alone(gpu: Gpu, now: Recommendation, turn: Turn) -> str:
    """Of a card that no machine of the catalogue holds in that number: what it would do by itself, without a price."""
    count = int((turn.state["told"].get("gpu_counts") or {}).get(gpu.id, 1))
    name = gpu.name if count == 1 else f"{count}x {gpu.name}"
    got = Assessor(replace(now.need, owned=()), turn.catalog).assess(from_owned(Owned(gpu, count)))
    verdict = f"by itself would do it. {advice.does(got)}" if got.enough else f"would not do: {got.reasons[0]}."
    return f"**{name}** {verdict} No machine in the catalogue holds it, so I have no price for a whole one."


def difference(was: Recommendation, now: Recommendation, turn: Turn) -> str:
    """What the change did, in a sentence or two."""
    if was.best is None or now.best is None:
        return (
            "**That changes the answer**: before, something was enough; now nothing is."
            if was.best is not None
            else "**That changes the answer**: before, nothing was enough; now something is."
            if now.best is not None
            else "**The answer stays the same**: nothing is enough."
        )
    if was.best.machine.id != now.best.machine.id:
        return (
            f"**That changes the answer**: from {was.best.machine.name} "
            f"({say.cost(was.best, turn.catalog, was.need.months)}) "
            f'to {now.best.machine.name} ({say.cost(now.best, turn.catalog, now.need.months)}). Say "undo" to go back.'
        )
    if now.over_budget_gbp and was.need.budget_gbp != now.need.budget_gbp:
        near = (
            f" Within it, {now.below.machine.name} comes nearest, but {now.below.reasons[0]}."
            if now.below is not None
            and now.below.cost_gbp is not None
            and now.below.cost_gbp <= (now.need.budget_gbp or 0.0)
            else ""
        )
        return (
            f"**{say.money(now.need.budget_gbp or 0.0)} is {say.money(now.over_budget_gbp)} short**: the smallest "
            "that does it is still "
            f"{now.best.machine.name}, {say.cost(now.best, turn.catalog, now.need.months)}.{near}"
        )
    idle = ""
    if was.best.idle_share is not None and now.best.idle_share is not None:
        a, b = say.percent(was.best.idle_share), say.percent(now.best.idle_share)
        idle = f" It would be idle {b} of the month" + (f" instead of {a}." if a != b else ", as before.")
    cost = say.cost(now.best, turn.catalog, now.need.months)
    return f"**The answer stays the same**: {now.best.machine.name}, {cost}.{idle}"
