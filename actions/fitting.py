"""Whether a job fits on cards, what would make it fit, and how fast it would be there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from actions import advice, explain, say
from actions.base import Turn
from actions.hardware import at, power_supply
from actions.heard import echo
from actions.reply import Provenance, Reply, Table
from catalog.things import Gpu
from models.estimate import serving, throughput
from models.work import BITS, Cannot, Work
from sizing import memory
from sizing.assess import Assessor
from sizing.machines import from_system, software
from sizing.money import price_gbp
from sizing.need import Need, Workload
from sizing.recommend import cheapest
from sizing.units import file_bits
from sizing.units import precision as precision_of
from sizing.weighed import weighed

DEMANDS = {"users", "throughput", "latency", "deadline", "dataset_size"}  # told slots that say how much is enough
LADDER = ("fp16", "int8", "int4")
WIDTHS = {
    "fp16": "16 bits", "bf16": "16 bits", "int8": "8 bits", "int4": "4 bits", "fp32": "32 bits", "tf32": "32 bits",
    "fp8": "8 bits",
}  # fmt: skip
RULE = "weights, activations, KV cache and framework reserve by the memory rule; 10 % of a card is kept free"


def topics_for(turn: Turn, cards: list[tuple[Gpu, int]]) -> tuple[str, ...]:
    extra = ("multi_gpu",) if sum(n for _, n in cards) > 1 else ()
    return tuple(
        dict.fromkeys(["vram", *(g.topic for g, _ in cards), *extra, *(h[0] for h in explain.found(turn)[:2])])
    )[:6]


def pooled(cards: list[tuple[Gpu, int]]) -> str:
    return " + ".join(f"{n}x {g.name}" if n > 1 else g.name for g, n in cards)


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
    bits = dict(WIDTHS)
    if said and (packed := file_bits(told.get("precision"))) is not None:
        bits[said] = f"{packed:g} bits"
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
    need = weighed(turn.state["told"], turn.catalog).completed.need
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
    work = replace(work, batch=max(1, largest_batch(work, gpu, count)))
    speed = throughput(work, gpu, count, count > 1 and bool(gpu.nvlink_gbs))
    return (
        f"How fast I cannot say: {speed.reason}."
        if isinstance(speed, Cannot)
        else f"Expect {say.ranged(speed)} at batch {work.batch}{advice.parts_of(work.network)}. "
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
    """The largest power of two up to the work's batch that fits; 0 if not even one item does."""
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
            if machine.gpu is not None and price is not None and software(workload.work, machine.gpu) is None
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
