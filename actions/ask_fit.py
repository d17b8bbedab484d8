"""Will it run there, what can run there, and what would make it fit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from actions import explain, say, site
from actions.base import Turn
from actions.hardware import JOB, at, jobs, named_cards, of_its_own, power_supply
from actions.heard import echo
from actions.need import advise
from actions.reply import Provenance, Reply, Table
from catalog.things import Gpu, Network
from models.estimate import serving, throughput
from models.unknown import from_params
from models.work import BITS, Cannot, Work
from sizing import memory
from sizing.assess import Assessor
from sizing.complete import complete
from sizing.machines import from_system
from sizing.money import price_gbp
from sizing.need import Need, Workload
from sizing.networks import find_network
from sizing.recommend import cheapest
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
    r"\bhow many\b(?!.{0,20}\b(users|people|instances|copies|sessions|requests|streams|cameras|tokens|images|frames))",
    re.I,
)
_SUPPLY = re.compile(r"\b(psus?|power suppl\w+|wattage)\b", re.I)
DEMANDS = {"users", "throughput", "latency", "deadline", "dataset_size"}  # told slots that say how much is enough
LADDER = ("fp16", "int8", "int4")
RULE = "weights, activations, KV cache and framework reserve by the memory rule; 10 % of a card is kept free"
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
    names_a_model = bool(told.get("model") or told.get("params_b"))
    if BUYING.search(turn.text) and not _SUPPLY.search(turn.text):
        return advise(turn, topics=tuple(dict.fromkeys(["hardware_recommendation", *topics_for(turn, cards)]))[:6])
    if not cards and (unknown := explain.unknown_cards(turn)):
        turn.state["asked"], turn.state["asked_why"] = "vram_gb", "What fits is decided by the card's memory."
        return Reply(
            "question",
            f"I have no data sheet of the {say.and_list(unknown)}. How many GB of memory has it? (`nvidia-smi` or "
            "the task manager shows it.) "
            "Then I can say what fits.",
            ("vram", *(h[0] for h in explain.found(turn)[:2])),
        )
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


def topics_for(turn: Turn, cards: list[tuple[Gpu, int]]) -> tuple[str, ...]:
    extra = ("multi_gpu",) if sum(n for _, n in cards) > 1 else ()
    return tuple(
        dict.fromkeys(["vram", *(g.topic for g, _ in cards), *extra, *(h[0] for h in explain.found(turn)[:2])])
    )[:6]


def pooled(cards: list[tuple[Gpu, int]]) -> str:
    return " + ".join(f"{n}x {g.name}" if n > 1 else g.name for g, n in cards)


# --- will it fit ------------------------------------------------------------------------------------------------------


def will_it(turn: Turn, workloads: list[Workload], cards: list[tuple[Gpu, int]]) -> Reply:
    told = turn.state["told"]
    said = precision_of(told.get("precision"))
    workload = workloads[0]
    work = workload.work
    if memory.need(work) is None:
        return Reply(
            "fit",
            f"I cannot say: the size of {work.network.name} is not published. Tell me its parameters (in billions) "
            "and I will work it out.",
            topics_for(turn, cards),
            extra={"fits": None, "needed_gb": None, "available_gb": None},
        )
    gpu, count = cards[0]
    if len(cards) > 1 and work.decoder:
        return mixed(turn, work, cards, said)
    single = replace(work, batch=1) if (work.trains or not work.decoder) and not told.get("batch_size") else work
    ladder = [work.precision] if said or work.trains or not work.decoder else list(LADDER)
    results = [(p, memory.fit(at(single, p), gpu, count)) for p in ladder]
    best = next(((p, f) for p, f in results if f is not None and f.fits), None)
    precision, fit = best or (results[-1][0], results[-1][1])
    assert fit is not None
    where = f"{count}x {gpu.name}" if count > 1 else gpu.name
    bits = {
        "fp16": "16 bits",
        "bf16": "16 bits",
        "int8": "8 bits",
        "int4": "4 bits",
        "fp32": "32 bits",
        "tf32": "32 bits",
        "fp8": "8 bits",
    }
    lead = echo(told, turn)
    doing = workload.name
    if fit.fits:
        lines = [
            f"{lead}**Yes, {doing} fits on {where}** at {bits[precision]} a weight: it needs about "
            f"{say.number(fit.needed_gb)} GB "
            f"and {say.number(fit.available_gb)} GB can be planned for."
        ]
        failing = [p for p, f in results if f is not None and not f.fits]
        if failing:
            lines.append(f"At {say.and_list(bits[p] for p in failing)} it does not fit.")
        lines.append(how_fast(turn, at(work, precision), gpu, count))
    else:
        lines = [
            f"{lead}**No, {doing} does not fit on {where}**: it needs about {say.number(fit.needed_gb)} GB"
            f"{f' even at {bits[precision]} a weight' if len(ladder) > 1 else ''} and {say.number(fit.available_gb)} "
            "GB can be planned for."
        ]
        lines += remedies(turn, workload, single, gpu, count)
    if count > 1 and not memory.splits(work):
        lines.append(
            "Two cards do not make one big one here: each needs room for the whole network. They share the work, not "
            "the memory."
        )
    elif count > 1:
        lines.append(
            f"The memories do not become one: that counts on software that spreads the network over the {count} cards"
            f"{' (FSDP or ZeRO)' if work.trains else ''}; a program made for one card sees {gpu.memory_gb:g} GB."
        )
    if fit.fits and set(told) & DEMANDS:
        lines.append(for_the_need(turn, gpu, count))
    power = power_supply(cards, told.get("psu_w")) if told.get("psu_w") else ""
    lines.append(power)
    need = memory.need(at(single, precision))
    assert need is not None
    parts = Table(
        "Memory",
        ("Part", "GB"),
        (*tuple((n, say.number(v)) for n, v in need.parts()), ("in all", say.number(fit.needed_gb))),
    )
    remember(turn, "fit", cards=cards)
    return Reply(
        "fit",
        "\n\n".join(x for x in lines if x),
        topics_for(turn, cards),
        (parts,),
        provenance=(
            Provenance(
                f"memory of {doing}",
                f"{say.number(fit.needed_gb)} GB",
                "computed",
                f"{RULE}; size of {work.network.name}: {work.network.source}",
            ),
            Provenance(f"memory of {gpu.name}", f"{gpu.memory_gb:g} GB", "spec", gpu.source or "as you told me"),
        ),
        extra={"fits": fit.fits, "needed_gb": round(fit.needed_gb, 2), "available_gb": round(fit.available_gb, 2)},
    )


def for_the_need(turn: Turn, gpu: Gpu, count: int) -> str:
    """Whether the card is also fast enough for what was told of users, rates and deadlines."""
    need = complete(turn.state["told"], turn.catalog).need
    if need is None or not gpu.bandwidth_gbs:
        return ""
    _, reasons = Assessor(need, turn.catalog).gpu_part(gpu, count, count > 1 and bool(gpu.nvlink_gbs))
    where = f"{count}x {gpu.name}" if count > 1 else gpu.name
    return f"**For the whole of your need {where} is {'enough' if not reasons else 'not enough'}**" + (
        f": {reasons[0]}." if reasons else "."
    )


def remember(turn: Turn, kind: str, about: str = "", cards: Sequence[tuple[Gpu, int]] = ()) -> None:
    """Keeps what this answer was about, for the fragments that follow it."""
    turn.state["last"] = {
        **(turn.state.get("last") or {}),
        "kind": kind,
        "intent": turn.intent,
        "told": dict(turn.state["told"]),
        "about": about,
        "cards": [[g.id, n] for g, n in cards if g.id in turn.catalog.gpus],
    }


def how_fast(turn: Turn, work: Work, gpu: Gpu, count: int) -> str:
    if not gpu.bandwidth_gbs:
        return "How fast depends on the card: name it and I will say."
    if work.decoder and not work.trains:
        served = serving(work, gpu, count, count > 1 and bool(gpu.nvlink_gbs))
        if isinstance(served, Cannot):
            return f"How fast I cannot say: {served.reason}."
        each = served.tpot.inverse(1.0, "tokens/s")
        return (
            f"Expect {say.ranged(each)}{' for each person' if work.users > 1 else ''}, the first word after about "
            f"{say.rough(served.ttft.value)} s "
            f"for a prompt of {work.prompt_tokens:,} tokens. {say.sentence(say.BASIS.get(each.basis, each.basis))}"
        )
    speed = throughput(work, gpu, count, count > 1 and bool(gpu.nvlink_gbs))
    return (
        f"How fast I cannot say: {speed.reason}."
        if isinstance(speed, Cannot)
        else f"Expect {say.ranged(speed)} at batch {work.batch}. "
        f"{say.sentence(say.BASIS.get(speed.basis, speed.basis))}"
    )


def remedies(turn: Turn, workload: Workload, work: Work, gpu: Gpu, count: int) -> list[str]:
    """What would make it fit, each tried rather than guessed."""
    ways: list[str] = []

    def tried(change: Work, words: str) -> None:
        fit = memory.fit(change, gpu, count)
        if fit is not None and fit.fits:
            ways.append(f"{words} ({say.number(fit.needed_gb)} GB)")

    if work.trains:
        if work.batch > 1:
            batch = largest_batch(work, gpu, count)
            if batch:
                ways.append(f"a batch of {batch} with gradient accumulation")
        if work.method == "full" and work.decoder:
            tried(replace(work, method="lora"), "LoRA instead of training every weight")
        if work.decoder and work.method != "qlora":
            tried(replace(work, method="qlora"), "QLoRA, on a 4-bit copy")
        if work.size > 1:
            tried(replace(work, size=work.size / 4), "pictures of half the width and height")
        if work.context_tokens > 2048:
            tried(replace(work, prompt_tokens=1024, output_tokens=0), "sequences of 1,024 tokens")
        tried(
            replace(work, method="lora"), "training only adapters or the last layers"
        ) if not work.decoder and work.method == "full" else None
    else:
        for precision, words in (("int8", "8-bit weights"), ("int4", "4-bit weights")):
            if BITS[precision] < BITS[work.precision]:
                tried(at(work, precision), words)
        if work.decoder and work.context_tokens > 2048:
            tried(replace(work, prompt_tokens=1500, output_tokens=500), "a context of 2,000 tokens")
        if work.users > 1:
            tried(replace(work, users=1), "one user at a time")
    lines = [f"What would make it fit: {'; '.join(ways)}."] if ways else []
    ram = turn.state["told"].get("system_ram_gb")
    need = memory.need(work)
    if need is not None and work.decoder and not work.trains:
        available = memory.usable_gb(gpu) * count
        if isinstance(ram, int | float) and available + ram * 0.75 >= need.total:
            lines.append(
                f"With llama.cpp the layers that do not fit can stay in your {ram:g} GB of main memory: it would "
                "run, but several times slower, "
                "because every token then waits for main memory. RAM does not stand in for GPU memory, it is only a "
                "slow overflow."
            )
        elif isinstance(ram, int | float):
            lines.append(
                f"Card and main memory together ({gpu.memory_gb * count:g} GB and {ram:g} GB) do not hold it either."
            )
    larger = next_card(turn, replace(workload, work=work))
    if larger:
        lines.append(larger)
    return lines


def largest_batch(work: Work, gpu: Gpu, count: int) -> int:
    """The largest power of two below the work's batch that fits; 0 if not even one item does."""
    fitting = [
        2**p
        for p in range(work.batch.bit_length())
        if (f := memory.fit(replace(work, batch=2**p), gpu, count)) and f.fits
    ]
    return max(fitting, default=0)


def next_card(turn: Turn, workload: Workload) -> str:
    """The cheapest system that holds it; where more was told than that, users or a deadline, the cheapest that is
    enough."""
    if set(turn.state["told"]) & DEMANDS:
        best = cheapest(Need((workload,)), turn.catalog, "system")
        return (
            ""
            if best is None
            else f"The cheapest machine in the catalogue that is enough for it: {best.machine.name}, "
            f"{say.price(best.machine.price, turn.catalog)}."
        )
    holders = []
    for system in turn.catalog.systems.values():
        price = price_gbp(system.price, turn.catalog.rates)
        machine = from_system(system, turn.catalog)
        fit = (
            memory.fit(workload.work, machine.gpu, machine.count)
            if machine.gpu is not None and price is not None
            else None
        )
        if fit is not None and fit.fits:
            holders.append((price, system.id, system))
    if not holders:
        return ""
    system = min(holders, key=lambda h: h[:2])[2]
    return (
        f"The cheapest machine in the catalogue that holds it: {system.name}, {say.price(system.price, turn.catalog)}."
    )


def which_batch(turn: Turn, workload: Workload, gpu: Gpu, count: int) -> Reply:
    """The largest batch that memory allows."""
    work = workload.work
    need = memory.need(replace(work, batch=1))
    batch = largest_batch(replace(work, batch=4096), gpu, count)
    where = f"{count}x {gpu.name}" if count > 1 else gpu.name
    if need is None or not batch:
        return will_it(turn, [workload], [(gpu, count)])
    fit = memory.fit(replace(work, batch=batch), gpu, count)
    text = (
        f"{echo(turn.state['told'], turn)}On {where} a **batch of about {batch}** fits for {workload.name}"
        + (f" ({say.number(fit.needed_gb)} of {say.number(fit.available_gb)} GB)." if fit is not None else ".")
        + " Begin there and step down by halves if memory runs out: frameworks differ. Beyond what keeps the card "
        "busy a larger batch brings no speed; "
        "gradient accumulation gives the same training with a small one."
    )
    remember(turn, "fit")
    return Reply(
        "fit",
        text,
        tuple(dict.fromkeys(["batch_size", *topics_for(turn, [(gpu, count)])]))[:6],
        extra={
            "fits": True,
            "needed_gb": round(fit.needed_gb, 2) if fit else None,
            "available_gb": round(fit.available_gb, 2) if fit else None,
        },
    )


# --- two kinds of card together ---------------------------------------------------------------------------------------


def mixed(turn: Turn, work: Work, cards: list[tuple[Gpu, int]], said: str | None) -> Reply:
    """A language model split over unlike cards, as llama.cpp does: memory adds, speed is near the slower card's."""
    total = sum(memory.usable_gb(g) * n for g, n in cards)
    number = sum(n for _, n in cards)
    rows, fits_at = [], None
    for precision in [said] if said else LADDER:
        need = memory.need(at(work, precision))
        assert need is not None
        needed = need.total + memory.RESERVE_INFERENCE_GB * (number - 1)
        rows.append((precision, say.number(needed), "yes" if needed <= total else "no"))
        if needed <= total and fits_at is None:
            fits_at = (precision, needed)
    last = float(rows[-1][1].replace(",", ""))
    alone = [g.name for g, n in cards if (f := memory.fit(at(work, said or "int4"), g, n)) is not None and f.fits]
    text = [
        f"{echo(turn.state['told'], turn)}{pooled(cards)}: "
        + (
            f"**yes, {work.network.name} fits over them together** in {fits_at[0]} ({say.number(fits_at[1])} of "
            f"{say.number(total)} GB that can be planned for)."
            if fits_at
            else f"**no, {work.network.name} does not fit even over all of them** ({rows[-1][1]} of "
            f"{say.number(total)} GB)."
        )
    ]
    if alone:
        text.append(
            f"In {said or '4 bits'} it also fits on {say.and_list(alone)} alone, which is faster than splitting it."
        )
    text.append(
        "The memories do not become one: llama.cpp and the like put some layers on each card, and a token passes "
        "through all of them in turn, "
        "so it writes at a speed between the two, nearer the slower one. NVLink is not needed for that."
    )
    text.append(power_supply(cards, turn.state["told"].get("psu_w")))
    remember(turn, "fit", cards=cards)
    needed_gb = fits_at[1] if fits_at else last
    return Reply(
        "fit",
        "\n\n".join(t for t in text if t),
        topics_for(turn, cards),
        (Table("Memory", ("Precision", "GB needed", "Fits"), tuple(rows)),),
        extra={"fits": fits_at is not None, "needed_gb": round(needed_gb, 2), "available_gb": round(total, 2)},
    )


# --- what can run there -----------------------------------------------------------------------------------------------


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
