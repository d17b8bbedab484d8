"""How long, how fast, how much memory: with range, basis and source."""

from __future__ import annotations

import re
from dataclasses import replace

from actions import ask_fit, explain, fitting, say, site, strangers
from actions.base import Turn
from actions.hardware import at, jobs, named_cards, of_its_own
from actions.heard import echo
from actions.need import advise
from actions.normal import is_it_normal
from actions.reply import Provenance, Reply, Table
from actions.speeds import (
    ASKS_TIME,
    ON_CPU,
    TYPICAL,
    how_fast,
    json,
    said_rate,
    speed_on,
    topics,
)
from catalog.things import Gpu
from models.estimate import serving
from models.work import Cannot, Estimate
from sizing import memory, units
from sizing.need import Workload
from sizing.weighed import weighed

_MEMORY = re.compile(
    r"\b(v?ram|memory|gb)\b|\b(how (big|large|much)|size of)\b.{0,20}\b(kv[- ]?cache|gguf|weights)\b", re.I
)
_HOW_MANY_PEOPLE = re.compile(
    r"\bhow many\b.{0,24}\b(users?|people|persons?|requests|sessions|instances|copies|chats|customers|clients|"
    r"connections|seats)\b",
    re.I,
)
_WHICH = re.compile(
    r"\b(what|which) (kind of |sort of )?(hardware|gpus?|cards?|machine|system|setup|computer|pc|server|rig)\b", re.I
)
WRITES_WELL = 8.0  # tokens a second: a little faster than people read
_STARVED = re.compile(r"\b\d{1,3} ?%|\butili[sz]ation\b|\b(gpu|card)\b.{0,20}\bidle\b", re.I)
_EFFICIENT = re.compile(r"\b(energy|power)[- ]efficien\w+|\b(per|a|for (a|each|every)) (watt|kwh|joule)|/ ?watt", re.I)
_USE = re.compile(
    r"\b(need\w*|us(e[sd]?|ing)|takes?|requires?|runs?|train\w*|fine-?tun\w*|(for|by|with) (a|an|my|our))\b", re.I
)  # by a job


def reply(turn: Turn) -> Reply:
    return of_its_own(turn, answer)


def answer(turn: Turn) -> Reply:
    told = turn.state["told"]
    if of_the_card(turn):
        return explain.reply(turn)
    if _STARVED.search(turn.text) and not told.get("claim") and explain.found(turn):
        return explain.reply(turn)
    if _EFFICIENT.search(turn.text) and not named_cards(turn, told) and explain.found(turn):
        return explain.reply(turn)
    if site.asks_cost(turn) and (cost := site.cost_to_run(turn)) is not None:
        return cost
    workloads = jobs(turn, told)
    names_a_card = any(m["kind"] == "gpu" for m in turn.heard.get("mentions") or ())
    if ask_fit.BUYING.search(turn.text) or (_WHICH.search(turn.text) and not names_a_card):
        return advise(turn, topics=tuple(dict.fromkeys(["hardware_recommendation", *topics(turn, [])]))[:6])
    if (question := strangers.size_question(turn)) is not None:
        return question
    if in_words(turn):
        return explain.reply(turn)
    if not workloads and strangers.networks(told, turn):
        return by_example(turn)
    if not workloads:
        if explain.found(turn) and not turn.heard.get("told"):
            return explain.reply(turn)
        turn.state["asked"], turn.state["asked_why"] = "model", "Speed, time and memory are all decided by the network."
        return Reply(
            "question",
            f"{echo(told, turn)}Which network or model is it, and on what data? Then I can say how long, how fast "
            "and how much memory.",
            topics(turn, []),
        )
    cards = named_cards(turn, told)
    if cards and ask_fit.asks_how_many(turn):
        if (closed := ask_fit.as_a_service(turn)) is not None:
            return ask_fit.sold_as_a_service(closed, turn, cards)
        return ask_fit.how_many(turn, workloads[0], cards[0][0])
    again = (turn.state.get("last") or {}).get("about") == "memory" and len(turn.text.split()) <= 5  # "and with LoRA?"
    wants_memory = (bool(_MEMORY.search(turn.text)) or again) and not ASKS_TIME.search(turn.text)
    if wants_memory:
        return how_much_memory(turn, workloads[0])
    if ask_fit._BATCH.search(turn.text) and cards:
        return fitting.which_batch(turn, workloads[0], *cards[0])
    if cards and _HOW_MANY_PEOPLE.search(turn.text) and workloads[0].work.decoder and not workloads[0].work.trains:
        return how_many_people(turn, workloads[0], *cards[0])
    if not cards and (machine := turn.heard.get("told", {}).get("hardware")) and not ON_CPU.search(turn.text):
        return Reply(
            "estimate",
            f"{echo(told, turn)}I cannot estimate {workloads[0].name} on "
            f"{say.and_list(str(m) for m in units.as_list(machine))}: it is not in the "
            "catalogue. A language model writes at most as many tokens a second as its memory is read in full: the "
            "bandwidth of the memory divided by "
            "the size of the model. Tell me a card or its bandwidth and I will say.",
            topics(turn, []),
            extra={"estimate": None},
        )
    if told.get("claim") or (cards and said_rate(turn) is not None):
        return is_it_normal(turn, workloads, cards)
    if not cards and (unknown := strangers.cards(turn)):
        return strangers.on_others(how_fast(turn, workloads, cards), unknown[0], turn)
    return how_fast(turn, workloads, cards)


EXAMPLES: tuple[dict[str, object], ...] = (
    {"model": "ResNet-50", "phase": "inference"},
    {"task": "llm_inference", "params_b": 8, "phase": "inference"},
)


def by_example(turn: Turn) -> Reply:
    """For a network of which not even the size is known: what networks of two usual kinds would do there."""
    name = strangers.networks(turn.state["told"], turn)[0]
    cards = named_cards(turn, turn.state["told"]) or [(turn.catalog.gpus[TYPICAL[0]], 1)]
    gpu, count = cards[0]
    lines, said = [], None
    for told in EXAMPLES:
        need = weighed(told, turn.catalog).completed.need
        e = speed_on(turn, need.workloads[0], gpu, count) if need is not None else Cannot("")
        if need is not None and isinstance(e, Estimate):
            lines.append(f"{need.workloads[0].work.network.name} does {say.ranged(e)}")
            said = said or e
    text = f"Without its size I cannot say anything of {name} itself. On {gpu.name}, {' and '.join(lines)}."
    fitting.remember(turn, "estimate", cards=cards)
    extra = {"estimate": None if said is None else json(said)}
    return Reply("estimate", f"{text} If yours is like one of them, name it.", topics(turn, cards), extra=extra)


def of_the_card(turn: Turn) -> bool:
    """Whether it is the card's own memory that is asked for: "how much memory has the 4090?"."""
    kinds = {m["kind"] for m in turn.heard.get("mentions") or ()}
    return "gpu" in kinds and "network" not in kinds and bool(_MEMORY.search(turn.text)) and not _USE.search(turn.text)


def in_words(turn: Turn) -> bool:
    """Whether a narrow answer of the library is what was asked for: no card, model or run is named, and no speed,
    time or memory asked."""
    heard = turn.heard.get("told") or {}
    named = any(m["kind"] in ("gpu", "system", "network") for m in turn.heard.get("mentions") or ())
    run = any(
        heard.get(k)
        for k in (
            "model",
            "params_b",
            "batch_size",
            "dataset_size",
            "epochs",
            "iterations",
            "claim",
            "users",
            "throughput",
            "gpus",
        )
    )
    hits = explain.found(turn)
    if not hits or named or ASKS_TIME.search(turn.text):
        return False
    if not jobs(turn, turn.state["told"]):
        return not heard.get("users") and hits[0][2] >= 0.62
    return not run and hits[0][1] >= 0 and hits[0][2] >= 0.72


def how_many_people(turn: Turn, workload: Workload, gpu: Gpu, count: int) -> Reply:
    """The most people at once whom the card still answers faster than they read."""
    best: tuple[int, Estimate] | None = None
    people, refused = 1, "it does not fit"
    while people <= 1024:
        work = replace(workload.work, users=people)
        fit = memory.fit(work, gpu, count)
        served = serving(work, gpu, count, count > 1 and bool(gpu.nvlink_gbs)) if fit is not None and fit.fits else None
        if served is None or isinstance(served, Cannot):
            refused = "memory for their conversations runs out" if best else refused
            break
        each = served.tpot.inverse(1.0, "tokens/s")
        if each.value < WRITES_WELL:
            refused = f"each would get only {say.number(each.value)} tokens a second"
            break
        best, people = (people, each), people * 2
    where = f"{count}x {gpu.name}" if count > 1 else gpu.name
    if best is None:
        return how_fast(turn, [workload], [(gpu, count)])
    number, each = best
    text = (
        f"{echo(turn.state['told'], turn)}**About {number} people at the same moment** for {workload.name} on "
        f"{where}: each then gets {say.ranged(each)}, and people read "
        f"about {WRITES_WELL:g}. With twice as many, {refused}.\n\nPeople who have it open are not people who wait "
        "for an answer: usually one in five to one in ten does, so that "
        f"serves some {number * 5:,} users of a chat. It holds for {workload.work.prompt_tokens:,} tokens in and "
        f"{workload.work.output_tokens:,} out, at {workload.work.precision}; "
        "longer texts cost memory for each of them. Use a server that batches (vLLM), not one made for a single user."
    )
    fitting.remember(turn, "estimate")
    return Reply(
        "estimate",
        text,
        tuple(dict.fromkeys(["throughput", gpu.topic, "inference_serving", *topics(turn, [(gpu, count)])]))[:6],
        provenance=(Provenance(f"{workload.name} on {where}", say.ranged(each), each.basis, each.source),),
        extra={"estimate": {**json(each), "users": number}},
    )


def how_much_memory(turn: Turn, workload: Workload) -> Reply:
    told = turn.state["told"]
    work = workload.work
    if told.get("batch_size") and work.decoder and not work.trains:
        work = replace(work, users=max(work.users, int(told["batch_size"])))
    need = memory.need(work)
    if need is None:
        return Reply(
            "estimate",
            f"I cannot estimate this: the size of {work.network.name} is not published. Tell me its parameters in "
            "billions and I will.",
            ("vram",),
            extra={"estimate": None},
        )
    ladder = (work.precision,) if work.trains or not work.decoder or told.get("precision") else fitting.LADDER
    rows, others = [], []
    for precision in ladder:
        part = memory.need(at(work, precision))
        assert part is not None
        if precision != work.precision:
            others.append(f"{say.number(part.total)} GB at {fitting.WIDTHS[precision]}")
        rows.append(
            (
                precision,
                *(
                    say.number(v)
                    for v in (
                        part.weights,
                        part.gradients + part.optimizer,
                        part.activations,
                        part.kv_cache,
                        part.reserve,
                    )
                ),
                say.number(part.total),
            )
        )
    total = need.total
    e = Estimate(total, total * 0.9, total * 1.2, "GB", "computed", fitting.RULE)
    parts = ", ".join(f"{say.number(v)} GB {n}" for n, v in need.parts())
    packed = units.file_bits(told.get("precision"))
    bits = f"{packed:g} bits" if packed is not None else fitting.WIDTHS[work.precision]
    width = "" if work.trains else f"at {bits} a weight "
    lines = [
        f"{echo(told, turn)}**{workload.name[0].upper() + workload.name[1:]} needs about {say.number(total)} GB of "
        "GPU memory** "
        f"{width}(usually {say.number(e.low)} to {say.number(e.high)}): {parts}."
        + (f" It would be {say.and_list(others)}." if others else "")
    ]
    if work.trains and work.method == "full":
        w, g, o = memory.training_state_bytes(work.precision, work.optimizer)
        lines.append(
            f"Where it comes from: each parameter costs {w:g} bytes for the weight, {g:g} for its gradient and {o:g} "
            "for the optimizer's state, "
            f"{w + g + o:g} in all, times {say.number((work.network.params_m or 0) / 1000)} billion parameters; "
            "activations come on top and grow with the batch. "
            "LoRA and QLoRA train about 1 % of the weights and avoid most of it."
        )
    elif work.decoder and not work.trains:
        per = memory.kv_bytes_per_token(work.network, tokens=max(work.context_tokens, 1))
        lines.append(
            "Where it comes from: parameters times bits a weight, and for every token of every conversation a KV cache"
            f"{f' of {per / 1e6:.3g} MB' if per else ''} ({work.users} at once, {work.context_tokens:,} tokens each)."
        )
    holder = fitting.next_card(turn, replace(workload, work=work))
    lines.append(holder)
    fitting.remember(turn, "estimate", about="memory")
    return Reply(
        "estimate",
        "\n\n".join(x for x in lines if x),
        tuple(dict.fromkeys(("vram", *topics(turn, [])))),
        (
            Table(
                "GPU memory, GB",
                ("Precision", "Weights", "Gradients, optimizer", "Activations", "KV cache", "Reserve", "In all"),
                tuple(rows),
            ),
        ),
        provenance=(
            Provenance(
                f"memory of {workload.name}",
                f"{say.number(total)} GB",
                "computed",
                f"{fitting.RULE}; {work.network.source}",
            ),
        ),
        extra={"estimate": json(e), "needed_gb": round(total, 2)},
    )
