"""The main job: hears a need, or more of one, and recommends; asks first only when an answer could change nearly
everything."""

from __future__ import annotations

import re
from dataclasses import replace
from math import log
from typing import Any

from actions import advice, explain, offer, say, strangers
from actions.base import Turn
from actions.heard import echo, hear
from actions.reply import Button, Reply
from sizing.need import Completed
from sizing.recommend import MOST_QUESTIONS, Question, Recommendation
from sizing.units import as_list
from sizing.weighed import Weighed, weighed

ASK_FIRST = log(3)  # ask before recommending when the answer could move the cost threefold

WHAT_FOR = (
    "Tell me what it should do, in your own words: what goes in (pictures, text, sound, tables), what should come out, "
    "roughly how much of it and how fast. I will work out the smallest machine that does it."
)


def reply(turn: Turn) -> Reply:
    if in_words(turn):
        return explain.reply(turn)
    turn.state["told"] = hear(turn)
    if (turn.heard.get("told") or {}).get("quote", {}).get("amount"):
        turn.state["quoted"] = "heard"
    return advise(turn, lead=" ".join(say.sentence(p) for p in turn.heard.get("problems") or ()))


_WANTS = re.compile(
    r"\b(need|buy\w*|bought|purchas\w*|budget|recommend\w*|suggest\w*|looking|hardware|gpus?|cards?|machine|server|"
    r"pc|laptop|workstation|rig|box|build\w*)\b",
    re.I,
)
_AILS = re.compile(
    r"\b(doing wrong|what's wrong|bottleneck\w*|why (is|does|are)|hold(s|ing)? (everything|it|us|me) (up|back)|"
    r"starv\w*|utili[sz]ation|stays? idle|overheat\w*|throttl\w*|junction|temps?|temperatures?|"
    r"\d+ ?(?:degrees|°)|too hot)\b",
    re.I,
)
CERTAIN = 0.8  # cosine: the library holds this very question


def in_words(turn: Turn) -> bool:
    """Whether a first message that looks like a need is a question of the library's: nothing is to be bought, nothing
    is counted."""
    heard = turn.heard.get("told") or {}
    near: list[Any] = turn.heard.get("passages") or []
    if (
        _AILS.search(turn.text)
        and not any(heard.get(k) for k in ("task", "model", "params_b", "budget"))
        and not turn.state["told"]
    ):
        return bool(explain.found(turn))
    counted = set(heard) - {"task", "phase", "precision", "method", "framework", "model", "sector"}
    return (
        bool(near) and near[0][2] >= CERTAIN and not counted and not turn.state["told"] and not _WANTS.search(turn.text)
    )


def advise(turn: Turn, lead: str = "", topics: tuple[str, ...] = ()) -> Reply:
    """A question or a recommendation for what is told by now; keeps in the state what it asked and what it
    recommended."""
    told, state = turn.state["told"], turn.state
    topics = topics or ("hardware_recommendation", *[str(t) for t in as_list(told.get("task"))][:1])
    need = weighed(told, turn.catalog)
    completed = need.completed
    if completed.need is None:
        if unknown := strangers.networks(told, turn):
            lead = f"{lead} I do not know {unknown[0]}.".strip()
        state["asked"], state["asked_why"] = (
            completed.missing,
            "Without knowing the job, any machine I named would be a guess.",
        )
        state["questions"] += 1
        state["last"] = {**(state["last"] or {}), "question": WHAT_FOR}
        return Reply("question", f"{lead} {echo(told, turn)}{WHAT_FOR}".strip(), topics)
    service = next(
        (
            f"{say.first_up(a.why)}, so I size {a.value}."
            for a in completed.assumptions
            if a.slot == "model" and "sold as a service" in a.why and "model" in (turn.heard.get("told") or {})
        ),
        "",
    )
    if "model" in (turn.heard.get("told") or {}) and (unknown := strangers.networks(told, turn)):
        usual = completed.need.workloads[0].work.network.name
        service = (
            f"I do not know {unknown[0]} and cannot estimate it: what follows is for a usual network of such work "
            f"({usual}). If it is a network, tell me its parameters and I will use them."
        )
    lead = f"{lead} {service}".strip()
    worth = need.questions if state["questions"] < MOST_QUESTIONS else []
    first = worth[0] if worth else None
    if first is not None:
        state["asked"], state["asked_why"] = first.assumption.slot, why(first)
        state["questions"] += 1
    else:
        state["asked"], state["asked_why"] = None, ""
    open_question = first.assumption.question if first is not None else ""
    state["last"] = {**(state["last"] or {}), "question": open_question}
    # They look at a recommendation and want to see what becomes of it, or at an offer and want to know its worth.
    at_once = turn.heard.get("edited") or state.get("quoted")
    if first is not None and state["questions"] == 1 and first.impact >= ASK_FIRST and not at_once:
        return ask(first, turn, lead, topics)
    return recommended(turn, need, first, lead, topics)


def ask(question: Question, turn: Turn, lead: str, topics: tuple[str, ...]) -> Reply:
    span = ""
    if question.high_gbp > question.low_gbp:
        span = f" The answer decides between about {say.money(question.low_gbp)} and {say.money(question.high_gbp)}."
    text = f"{lead} {echo(turn.state['told'], turn)}{question.assumption.question}{span}".strip()
    return Reply("question", text, topics, buttons=tuple(Button(t, s) for t, s in question.assumption.buttons))


def recommended(turn: Turn, need: Weighed, question: Question | None, lead: str, topics: tuple[str, ...]) -> Reply:
    told, got = turn.state["told"], need.recommendation
    about_offer, offered = offer.beside(turn)
    assert not isinstance(got, Completed), "a completed need is always decided"
    got = unseen(turn, got)
    shown = {a.machine.id for a in got.named}
    if offered := tuple(a for a in offered if a.machine.id not in shown):
        got = replace(got, named=(*got.named, *offered))
    before = turn.state.get("last") or {}
    best = got.best.machine.id if got.best else None
    if (
        before.get("kind") == "recommendation"
        and before.get("told") == bare(told)
        and before.get("machine") == best
        and not lead
        and not about_offer
    ):
        return advice.reply(
            got,
            turn.catalog,
            question,
            stands(turn, need.completed, got.best.machine.name if got.best else ""),
            topics,
            brief=True,
            told=told,
        )
    turn.state["last"] = {
        "kind": "recommendation",
        "intent": turn.intent,
        "told": bare(told),
        "machine": best,
        "name": got.best.machine.name if got.best else None,
        "cost_gbp": got.best.cost_gbp if got.best else None,
        "question": before.get("question", ""),
    }
    lead = "\n\n".join(x for x in (f"{lead} {echo(told, turn)}".strip(), about_offer) if x)
    return advice.reply(got, turn.catalog, question, lead, topics, told=told)


def unseen(turn: Turn, r: Recommendation) -> Recommendation:
    """Without the cards they once asked about and have been told of, unless this message names them again. A machine
    that
    somebody told them they need is held against every recommendation."""
    now = {m["id"] for m in turn.heard.get("mentions") or ()} | set(turn.state["told"].get("systems") or ())
    shown = set(turn.state.get("shown") or ())
    named = tuple(
        a
        for a in r.named
        if a.machine.id not in shown or a.machine.id in now or (a.machine.gpu and a.machine.gpu.id in now)
    )
    turn.state["shown"] = sorted(shown | {a.machine.id for a in named})
    return r if len(named) == len(r.named) else replace(r, named=named)


def stands(turn: Turn, completed: Completed, name: str) -> str:
    """The answer has not changed: said once without repeating it, and a second time with what it rests on."""
    unknown = (turn.state["told"].get("not_sure") or ())[-1:]
    kept = next((a.value for a in completed.assumptions if a.slot in unknown), "")
    answer = f"the answer stands: **{name}**" if name else "still nothing in the catalogue is enough"
    last = turn.state.get("last") or {}
    stood = int(last.get("stood") or 0)
    turn.state["last"] = {**last, "stood": stood + 1}
    if stood > 1:
        return f"Still the same: {answer}. Ask what it rests on, what would change it, or tell me what is different."
    if stood:
        assumed = "; ".join(a.value for a in completed.assumptions)
        return f"No matter, {answer}. It rests on what I assumed: {assumed}. Any of it can be changed, now or later."
    if turn.intent == "not_sure" and kept:
        return f"Then I keep my assumption ({kept}), and {answer}."
    return (
        f"I heard nothing in that which changes your need, so {answer}. "
        "Tell me what is different, or ask about anything in it."
    )


def bare(told: dict[str, Any]) -> dict[str, Any]:
    """What was told, without the slots they could not answer."""
    return {slot: value for slot, value in told.items() if slot != "not_sure"}


def why(question: Question) -> str:
    span = ""
    if question.high_gbp > question.low_gbp:
        low, high = say.money(question.low_gbp), say.money(question.high_gbp)
        span = f" Depending on your answer the right choice costs between {low} and {high}."
    return f"{question.assumption.matters}{span}"
