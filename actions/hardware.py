"""Which cards and which jobs a message speaks of, for the actions that answer "will it fit" and "how fast"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from actions import say, strangers
from actions.base import Turn
from actions.reply import Reply
from catalog.things import Gpu
from models.work import Work
from sizing.need import Workload
from sizing.told import Told, merge
from sizing.weighed import weighed

JOB = ("task", "model", "params_b")
ASIDES = ("fit", "estimate")
FRAGMENT = 6  # words; a longer message says what it is about


def of_its_own(turn: Turn, answer: Callable[[Turn], Reply]) -> Reply:
    """`answer` to a question about fit or speed, asked of the need so far; unless the question names a job of its
    own, then of
    that job on the cards they own, and the need is left as it was."""
    turn, said = strangers.resumed(turn), turn
    heard, told = turn.heard.get("told") or {}, turn.state["told"]
    if (aside := spoken_of_last(turn)) is not None:
        turn.state["told"] = merge(aside, heard)
        reply = stood_in(with_problems(answer(turn), turn), turn)
        turn.state["told"] = told
        return reply
    same = turn is not said and heard.get("model") == told.get("model")  # the stranger they began with
    if (
        same
        or not any(told.get(slot) for slot in JOB)
        or all(heard.get(slot) in (None, told.get(slot)) for slot in JOB)
    ):
        turn.state["told"] = merge(told, heard)
        return stood_in(with_problems(answer(turn), turn), turn)
    turn.state["told"] = merge(
        {slot: told[slot] for slot in ("gpu_roles", "gpu_counts", "system_ram_gb") if slot in told}, heard
    )
    reply = stood_in(with_problems(answer(turn), turn), turn)
    turn.state["told"] = told
    return reply


def spoken_of_last(turn: Turn) -> dict[str, Any] | None:
    """What was told of the job that the last answer was about, where that was not the need and these few words ("and in
    8 bit?") name no job of their own."""
    heard, last = turn.heard.get("told") or {}, turn.state.get("last") or {}
    if len(turn.text.split()) > FRAGMENT or any(heard.get(slot) for slot in JOB) or last.get("kind") not in ASIDES:
        return None
    told: dict[str, Any] = last.get("told") or {}
    return told if any(told.get(slot) != turn.state["told"].get(slot) for slot in JOB) else None


def stood_in(reply: Reply, turn: Turn) -> Reply:
    """The reply after a word on the network that stands in it for one that is not known, if one does."""
    told = turn.state["told"]
    return strangers.stood_in(turn, reply, jobs(turn, told) if strangers.unlisted(told, turn) else ())


def with_problems(reply: Reply, turn: Turn) -> Reply:
    """The reply after a word on the numbers that cannot be meant, so that nobody thinks they were used."""
    problems = " ".join(say.sentence(p) for p in turn.heard.get("problems") or ())
    return replace(reply, text=f"{problems} I left that out.\n\n{reply.text}") if problems else reply


def named_cards(turn: Turn, told: Told) -> list[tuple[Gpu, int]]:
    """(card, count) named in the message, else those they own, else a nameless card of the memory they gave. Counts
    said of
    other cards, earlier, are not carried over."""
    heard, catalog = turn.heard.get("told") or {}, turn.catalog
    mentions = turn.heard.get("mentions") or ()
    ids = [m["id"] for m in mentions if m["kind"] == "gpu" and m["id"] in catalog.gpus]
    held = [
        g
        for m in mentions
        if m["kind"] == "system" and m["id"] in catalog.systems
        for g in catalog.systems[m["id"]].gpus
        if g.gpu in catalog.gpus
    ]
    if held and not ids:
        return [(catalog.gpus[g.gpu], g.count) for g in held]
    counts = (heard if ids else told).get("gpu_counts") or {}
    roles = told.get("gpu_roles") or {}
    last = (turn.state.get("last") or {}).get("cards") or []
    if not ids and strangers.cards(turn):  # what they asked about is none of the cards spoken of before
        return [of] if (of := nameless(heard)) is not None else []
    if not ids and not nameless(heard):
        if last and len(turn.text.split()) <= FRAGMENT:  # "and in 8 bit?" is asked of the cards spoken of last
            return [(catalog.gpus[i], int(n)) for i, n in last if i in catalog.gpus]
        ids = [g for g in roles if g in catalog.gpus and roles[g] == "owned"]
    found = [(catalog.gpus[i], max(1, int(counts.get(i, 1)))) for i in dict.fromkeys(ids)]
    if len(found) == 1 and found[0][1] == 1 and isinstance(heard.get("num_gpus"), int):
        found = [(found[0][0], heard["num_gpus"])]
    if not found and (of := nameless(heard) or nameless(told)) is not None:
        found = [of]
    return found


def nameless(told: Told) -> tuple[Gpu, int] | None:
    """A card of which only the memory is known: enough for what fits, not for how fast."""
    each, total, count = told.get("vram_gb_per_gpu"), told.get("vram_gb"), told.get("num_gpus")
    cards = count if isinstance(count, int) and count > 0 else 1
    memory = each if isinstance(each, int | float) else total / cards if isinstance(total, int | float) else None
    if memory is None:
        return None
    name = f"a card with {memory:g} GB"
    return Gpu(
        "nameless",
        "vram",
        name,
        "",
        "",
        None,
        "PCIe",
        float(memory),
        "dedicated",
        0.0,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
    ), cards


def jobs(turn: Turn, told: Told) -> list[Workload]:
    """The workloads told of, or none when neither a model nor a task is known."""
    if not any(told.get(k) for k in ("model", "params_b", "task")):
        return []
    need = weighed(told, turn.catalog).completed.need
    return list(need.workloads) if need else []


def at(work: Work, precision: str) -> Work:
    return replace(work, precision=precision)


def power_supply(cards: list[tuple[Gpu, int]], psu_w: float | None) -> str:
    """Whether the power supply they told of carries the cards, in a sentence; "" when it cannot be said."""
    known = [(g.tdp_w, n) for g, n in cards if g.tdp_w]
    if len(known) != len(cards) or not cards:
        return ""
    draw = sum(w * n for w, n in known)
    rest = 200.0  # processor, board, drives and fans of a desktop, busy
    wanted = (draw + rest) / 0.8
    sums = " + ".join(f"{n}x {g.name} {g.tdp_w:g} W" if n > 1 else f"{g.name} {g.tdp_w:g} W" for g, n in cards)
    text = (
        f"Power: {sums} and about {rest:.0f} W for the rest come to {draw + rest:.0f} W; with a fifth in hand for "
        f"peaks that asks for about {wanted:.0f} W."
    )
    if psu_w:
        judged = "enough" if psu_w >= wanted else "cutting it fine" if psu_w >= draw + rest else "not enough"
        text += f" Your {psu_w:g} W supply is {judged}, if it has the connectors."
    return text
