"""Will it run there, what can run there, and what would make it fit."""

from __future__ import annotations

import re
from dataclasses import replace
from math import ceil

from actions import explain, say, site, strangers
from actions.base import Turn
from actions.fitting import LADDER, RULE, how_fast, pooled, remember, topics_for, which_batch, will_it
from actions.hardware import JOB, at, jobs, named_cards, of_its_own, power_supply
from actions.heard import echo
from actions.need import advise
from actions.normal import is_it_normal
from actions.reply import Provenance, Reply, Table
from actions.speeds import CPU_BANDWIDTH, CPU_CORES, said_rate
from catalog.things import Gpu, Network
from models.estimate import cpu_throughput
from models.unknown import from_params
from models.work import BITS, Cannot, Work
from sizing import memory
from sizing.need import Workload
from sizing.networks import find_network
from sizing.units import as_list
from sizing.units import precision as precision_of

BUYING = re.compile(
    r"\b(what|which)\b[^.?!]{0,40}\b(should|shall|would|do|could|to) (i|we|you)?\s?(buy|get|add|upgrade|go for|"
    r"choose|purchase|pick)\b|\bupgrade (path|options?)\b"
    r"|\b(recommend|suggest)\w* (me )?(a|an|some|which|what)\b|\blooking (for|to (buy|get|upgrade))\b",
    re.I,
)
_BATCH = re.compile(
    r"\b(what|which|largest|max\w*|biggest|how (big|large)|highest)\b[^.?!]{0,20}\bbatch(es| ?sizes?)?\b", re.I
)
_NOT_MEMORY = re.compile(
    r"\bbottle-?neck\w*|\b(case|chassis|slots?|riser|bracket|cooler|cooling|fans?|airflow|motherboard|mainboard|mobo|"
    r"desktop case|tower)\b",
    re.I,
)
_HOW_MANY = re.compile(
    r"\bhow many\b(?!.{0,20}\b(users|people|instances|copies|sessions|requests|streams|cameras|tokens|images|frames|"
    r"per|a second|an hour|a day))",
    re.I,
)
_SUPPLY = re.compile(r"\b(psus?|power suppl\w+|wattage)\b", re.I)
CONTEXT = 4096


def reply(turn: Turn) -> Reply:
    return of_its_own(turn, answer)


def answer(turn: Turn) -> Reply:
    told = turn.state["told"]
    heard = turn.heard.get("told") or {}
    if not any(m["kind"] == "gpu" for m in turn.heard.get("mentions") or ()) and not any(heard.get(k) for k in JOB):
        narrow = [h for h in explain.found(turn) if h[1] >= 0 and h[2] >= explain.NARROW]
        if narrow:  # "can two small cards act as one?" is a question about how things work
            return explain.reply(turn)
    cards, workloads = named_cards(turn, told), jobs(turn, told)
    names_a_model = bool(told.get("model") or told.get("params_b")) and not strangers.networks(told, turn)
    if BUYING.search(turn.text) and not _SUPPLY.search(turn.text):
        return advise(turn, topics=tuple(dict.fromkeys(["hardware_recommendation", *topics_for(turn, cards)]))[:6])
    if not cards and strangers.cards(turn) and "vram_gb" not in (told.get("not_sure") or ()):
        return strangers.memory_question(turn, ("vram", *(h[0] for h in explain.found(turn)[:2])))
    if (question := strangers.size_question(turn)) is not None:
        return question
    if not cards and not workloads:
        if turn.heard.get("passages") and explain.found(turn):
            return explain.reply(turn)
        turn.state["asked"], turn.state["asked_why"] = (
            "model",
            "What fits is decided by the model's size and the card's memory.",
        )
        return Reply(
            "question", "Which model do you want to run, and on which card (or how much GPU memory)?", ("vram",)
        )
    closed = as_a_service(turn)
    if closed is not None and cards:
        return sold_as_a_service(closed, turn, cards)
    if cards and workloads and (told.get("claim") or said_rate(turn) is not None):
        return is_it_normal(turn, workloads, cards)
    if not cards and (in_ram := without_a_card(turn, workloads)) is not None:
        return in_ram
    if not cards:
        return advise(turn, topics=("vram", "hardware_recommendation"))
    if not names_a_model and (told.get("psu_w") or _SUPPLY.search(turn.text)):
        return (
            site.supply(turn, [(g, n) for g, n in cards if g.tdp_w]) if any(g.tdp_w for g, _ in cards) else advise(turn)
        )
    if len({w.work.network.id for w in workloads}) > 1:
        return advise(turn, topics=topics_for(turn, cards))
    if not names_a_model and _NOT_MEMORY.search(turn.text) and explain.found(turn):
        return replace(explain.reply(turn), kind="fit")  # whether it goes in and is kept busy, not which model it holds
    if workloads and _BATCH.search(turn.text):
        return which_batch(turn, workloads[0], *cards[0])
    if not names_a_model and (not workloads or all(w.work.decoder for w in workloads)):
        return what_runs(turn, cards)
    if not workloads:
        return advise(turn)
    if asks_how_many(turn):
        return how_many(turn, workloads[0], cards[0][0])
    return will_it(turn, workloads, cards)


def without_a_card(turn: Turn, workloads: list[Workload]) -> Reply | None:
    """A language model in main memory alone: whether it goes in, and how slowly it writes; None where no main memory
    was told."""
    ram = (turn.heard.get("told") or {}).get("system_ram_gb")
    work = next((w.work for w in workloads if w.work.decoder and not w.work.trains), None)
    need = memory.need(work) if work is not None else None
    if work is None or need is None or not isinstance(ram, int | float):
        return None
    fits = need.total <= ram * 0.9
    e = cpu_throughput(replace(work, users=1), CPU_CORES, CPU_BANDWIDTH)
    speed = "" if isinstance(e, Cannot) or not fits else f" On a good desktop processor it would write {say.ranged(e)}."
    text = (
        f"{echo(turn.state['told'], turn)}{'It goes into' if fits else 'It does not go into'} {ram:g} GB of main "
        f"memory (it needs about {say.number(need.total)} GB at {work.precision}), but **RAM does not stand in for "
        "GPU memory**: every token waits for all the weights, and main memory is some ten times slower than a card's."
        f"{speed} People read about 8 tokens a second; if that is too slow, a card that holds the model is the answer."
    )
    remember(turn, "fit")
    extra = {"fits": fits, "needed_gb": round(need.total, 2), "available_gb": round(ram * 0.9, 2)}
    return Reply("fit", text, ("system_ram", "vram", *topics_for(turn, [])[1:]), extra=extra)


def as_a_service(turn: Turn) -> Network | None:
    """The model named, where it is one that nobody else can run."""
    for name in as_list(turn.state["told"].get("model")):
        network = find_network(str(name), turn.catalog)
        if network is not None and not network.open_weights and network.params_m is None:
            return network
    return None


def sold_as_a_service(network: Network, turn: Turn, cards: list[tuple[Gpu, int]]) -> Reply:
    gpu, count = cards[0]
    size = memory.largest_params_b(gpu, count, BITS["int4"], CONTEXT)
    return Reply(
        "fit",
        f"**No: {network.name} is sold as a service only.** Its weights and its size are not published, so it cannot "
        "run on "
        f"hardware of your own, whatever the card. What {pooled(cards)} can run is an open model of up to about "
        f"{say.number(size)} billion parameters in 4 bits. Name one and I will say how fast it would be.",
        topics_for(turn, cards),
        extra={"fits": False, "needed_gb": None, "available_gb": round(memory.usable_gb(gpu) * count, 2)},
    )


def asks_how_many(turn: Turn) -> bool:
    return bool(_HOW_MANY.search(turn.text))


def what_runs(turn: Turn, cards: list[tuple[Gpu, int]]) -> Reply:
    """The largest language models that fit, by precision, with ones people know."""
    told = turn.state["told"]
    context = int(told.get("context_tokens") or CONTEXT)
    total_gb = sum(memory.usable_gb(g) * n for g, n in cards)
    rows, biggest = [], {}
    for precision in LADDER:
        size = sum(memory.largest_params_b(g, n, BITS[precision], context // max(1, len(cards))) for g, n in cards)
        biggest[precision] = size
        known = [
            x
            for x in turn.catalog.networks.values()
            if x.kind == "transformer_decoder"
            and x.open_weights
            and x.params_m
            and 0.45 * size <= x.params_m / 1000 <= size
        ]
        names = [x.name for x in sorted(known, key=lambda x: -(x.params_m or 0))[:3]]
        rows.append((precision, f"{say.number(size)} billion", ", ".join(names) or "-"))
    text = [
        f"{echo(told, turn)}On {pooled(cards)} ({say.number(total_gb)} GB can be planned for) the largest language "
        "model that fits with a context of "
        f"{context:,} tokens has about **{say.number(biggest['int4'])} billion parameters in 4 bits**, "
        f"{say.number(biggest['int8'])} billion in 8 bits "
        f"or {say.number(biggest['fp16'])} billion at 16 bits."
    ]
    gpu, count = cards[0]
    ram = told.get("system_ram_gb")
    if isinstance(ram, int | float):
        text.append(
            f"Your {ram:g} GB of main memory can hold layers that do not fit, at several times the wait: fine for a "
            "mixture of experts with few active "
            "parameters, tiresome for others."
        )
    if gpu.bandwidth_gbs and biggest["int4"] >= 1:
        work = Work(
            from_params(biggest["int4"] * 0.95, "transformer_decoder", None),
            precision="int4",
            prompt_tokens=500,
            output_tokens=300,
        )
        text.append(f"At that size: {how_fast(turn, work, gpu, count)} Half the size writes about twice as fast.")
    if len(cards) > 1 or count > 1:
        text.append("That counts on software that splits the model over the cards; the memories do not become one.")
    text.append(power_supply(cards, told.get("psu_w")) if told.get("psu_w") else "")
    text.append(
        "Pictures (SDXL, Flux) and speech (Whisper) fit in 8 to 16 GB; training needs several times what running does."
    )
    remember(turn, "fit", cards=cards)
    return Reply(
        "fit",
        "\n\n".join(t for t in text if t),
        topics_for(turn, cards),
        (Table("What fits", ("Precision", "Largest model", "Such as"), tuple(rows)),),
        provenance=(
            Provenance("largest model", f"{say.number(biggest['int4'])} billion in 4 bits", "computed", RULE),
            *(
                Provenance(f"memory of {g.name}", f"{g.memory_gb:g} GB", "spec", g.source or "as you told me")
                for g, _ in cards
            ),
        ),
        extra={
            "fits": biggest["int4"] >= 0.5,
            "needed_gb": None,
            "available_gb": round(total_gb, 2),
        },
    )


def how_many(turn: Turn, workload: Workload, gpu: Gpu) -> Reply:
    """How many of one card a job takes, by memory."""
    work = workload.work
    need = memory.need(work)
    if need is None:
        return Reply(
            "fit",
            f"I cannot say: the size of {work.network.name} is not published.",
            ("vram", gpu.topic),
            extra={"fits": None},
        )
    rows = []
    said = precision_of(turn.state["told"].get("precision"))
    for precision in [work.precision] if said or work.trains else LADDER:
        part = memory.need(at(work, precision))
        assert part is not None
        room = memory.usable_gb(gpu) - part.reserve
        count = max(1, ceil((part.total - part.reserve) / room)) if room > 0 else 0
        rows.append((precision, say.number(part.total), str(count)))
    text = (
        f"{echo(turn.state['told'], turn)}By memory, {workload.name} takes "
        + say.and_list(f"**{n}x {gpu.name}** in {p} ({gb} GB)" for p, gb, n in rows)
        + ". Servers that split a model evenly want 1, 2, 4 or 8 cards; llama.cpp takes any number."
    )
    if not memory.splits(work):
        text += " This network is not usually split: each card needs room for all of it, and more cards only add speed."
    remember(turn, "fit", cards=[(gpu, 1)])
    return Reply(
        "fit",
        text,
        ("vram", "multi_gpu", gpu.topic),
        (Table("Cards by memory", ("Precision", "GB needed", "Cards"), tuple(rows)),),
        extra={
            "fits": True,
            "needed_gb": float(rows[-1][1].replace(",", "")),
            "available_gb": round(memory.usable_gb(gpu), 2),
        },
    )
