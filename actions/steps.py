"""What is asked about the steps of a recommendation: would it go faster for more money, would a second card help, why
is the next one too much and the one below too little."""

from __future__ import annotations

import re
from collections.abc import Callable

from actions import advice, say
from actions.base import Turn
from actions.reply import Reply
from sizing.figures import Assessment
from sizing.need import Completed
from sizing.recommend import Recommendation, capacity
from sizing.steps import doubled, faster
from sizing.weighed import weighed

TOPICS = ("hardware_recommendation", "cost")
Answer = Callable[[Recommendation, Assessment, Turn], str]


def reply(turn: Turn) -> Reply | None:
    """The answer, where the message asks about a step of the recommendation for what is told by now; else None."""
    answer = asked(turn.text)
    got = weighed(turn.state["told"], turn.catalog).recommendation if answer is not None else None
    if answer is None or got is None or isinstance(got, Completed):
        return None
    start = got.best or next(iter(got.kept), None) or got.below
    said = answer(got, start, turn) if start is not None else ""
    return advice.reply(got, turn.catalog, None, said, TOPICS, brief=True, told=turn.state["told"]) if said else None


def asked(text: str) -> Answer | None:
    """What answers it, where the words alone say that a step is asked about."""
    return next((answer for pattern, answer in ASKED if pattern.search(text)), None)


def speeds(a: Assessment) -> str:
    return "; ".join(say.speed(f) for f in a.figures if f.speed is not None)


def at(a: Assessment, r: Recommendation, turn: Turn) -> str:
    return f"**{a.machine.name}**, {say.cost(a, turn.catalog, r.need.months)}"


def needed(a: Assessment) -> str:
    """What is asked of it, as a clause; empty where nothing is counted."""
    parts = []
    for f in a.figures:
        if f.run_hours is not None and f.workload.demand.hours:
            what = "a run" if f.workload.work.trains else "all of it"
            parts.append(f"{what} may take {say.hours(f.workload.demand.hours)}")
        elif f.run_hours is None and f.serving is None and f.wanted and f.speed is not None:
            unit = f.speed.unit if f.wanted >= say.SELDOM else f.speed.unit.removesuffix("/s")
            parts.append(f"{say.wanted(f.wanted, unit)} are needed")
    return say.and_list(parts)


def not_needed(a: Assessment) -> str:
    return f"You need none of that by what you told me: {needed(a)}." if a.enough and needed(a) else ""


def more_speed(r: Recommendation, start: Assessment, turn: Turn) -> str:
    up = faster(start, r.need, turn.catalog)
    if not up:
        return f"{at(start, r, turn)}, is the fastest in the catalogue that may stand there: {speeds(start)}."
    lines = []
    for a in up:
        times = capacity(a) / capacity(start) if capacity(start) else 0.0
        lines.append(f"- {at(a, r, turn)}: {speeds(a)}" + (f"; about {times:.1f} times as fast." if times else "."))
    steps = "\n".join(lines)
    return f"Faster than {at(start, r, turn)} ({speeds(start)}):\n\n{steps}\n\n{not_needed(start)}".strip()


def twice_as_many(r: Recommendation, start: Assessment, turn: Turn) -> str:
    held = next((k for k in r.kept if k.machine.gpu is not None), start)  # the card they have, before the one to buy
    if held.machine.gpu is None or held.machine.kind == "api":
        return ""
    got, sold = doubled(held, r.need, turn.catalog)
    n, name = 2 * held.machine.count, held.machine.gpu.name
    what = at(got, r, turn) if sold else f"**{n}x {name}**"
    one = say.price(held.machine.gpu.price, turn.catalog)
    price = (
        "" if sold
        else f" (one more {name} alone: {one}; make sure that slots, power supply and cooling take it)"
        if held.machine.kind == "owned" and held.machine.gpu.price is not None
        else " (I have no price for a machine with so many)"
    )  # fmt: skip
    if not got.enough:
        return f"It would not be enough: {what}{price}: {got.reasons[0]}."
    if not held.enough:
        return f"Yes: {what}{price} would do it. {advice.does(got)}"
    times = capacity(got) / capacity(held) if capacity(held) else 0.0
    gain = f", about {times:.1f} times as fast" if times else ""
    return f"{what}{price}: {speeds(got)}{gain}. {not_needed(held)}".strip()


def too_much(r: Recommendation, start: Assessment, turn: Turn) -> str:
    if r.above is None or r.best is None:
        return ""
    idle = (
        f" It would stand idle {say.percent(r.above.idle_share)} of the month, the other "
        f"{say.percent(r.best.idle_share)}."
        if r.above.idle_share is not None and r.best.idle_share is not None
        else ""
    )
    return (
        f"Because {at(r.best, r, turn)}, already does it: {speeds(r.best)}"
        f"{'; ' + needed(r.best) if needed(r.best) else ''}. "
        f"{at(r.above, r, turn)}, does the same work sooner ({speeds(r.above)}), and nobody waits for that.{idle} "
        "It pays once there is more to do, or it must be done in less time: tell me and I will work it out."
    )


def too_little(r: Recommendation, start: Assessment, turn: Turn) -> str:
    if r.below is None:
        return ""
    reasons = say.and_list(r.below.reasons)
    return f"{at(r.below, r, turn)}, is not enough: {reasons}. With less to do, or more time for it, it might be."


ASKED: tuple[tuple[re.Pattern[str], Answer], ...] = (
    (re.compile(
        r"\bwhy\b.{0,40}\b(?:overkill|too (?:big|much|large|powerful)|not (?:the )?(?:next|bigger|larger|one up))\b",
        re.I,
    ), too_much),
    (re.compile(
        r"\bwhy\b.{0,40}\b(?:not (?:the )?(?:smaller|cheaper|one (?:down|below))|too (?:small|little|weak)|"
        r"(?:isn't|is not|not|n't) (?:it )?enough)\b", re.I
    ), too_little),
    (re.compile(
        r"\b(?:would|will|does|do|could|should|if|what about|how about|and|need|worth|buy|add|get)\b.{0,40}"
        r"\b(?:a second|a 2nd|another (?:one|card|gpu|of)|two of (?:them|these|those)|twice as many|one more|"
        r"doubling (?:up|the cards|the gpus?))\b", re.I
    ), twice_as_many),
    (re.compile(
        r"\b(?:faster|quicker|sooner)\b(?! (?:storage|disks?|drives?|ssds?|nvme|ram|memory|network\w*|cpu|processor|"
        r"internet|connection|cards?|gpus?))|\bspeed(?:ed)? (?:\w+ )?up\b|\bin less time\b|\bmore speed\b", re.I
    ), more_speed),
)  # fmt: skip
