"""How long, how fast, how much memory: with range, basis and source; and whether what they see is normal."""

from __future__ import annotations

import re
from dataclasses import replace

from actions import ask_fit, explain, say, site
from actions.base import Turn
from actions.hardware import at, jobs, named_cards, of_its_own
from actions.heard import echo
from actions.need import advise
from actions.reply import Provenance, Reply, Table
from catalog.things import Gpu
from models.estimate import cpu_throughput, serving
from models.work import Cannot, Estimate
from sizing import memory, units
from sizing.assess import Assessor
from sizing.complete import complete
from sizing.need import Assumption, Need, Workload

_MEMORY = re.compile(
    r"\b(v?ram|memory|gb)\b|\b(how (big|large|much)|size of)\b.{0,20}\b(kv[- ]?cache|gguf|weights)\b", re.I
)
_HOW_MANY_PEOPLE = re.compile(
    r"\bhow many\b.{0,24}\b(users?|people|persons?|requests|sessions|instances|copies|chats|customers|clients|"
    r"connections|seats)\b",
    re.I,
)
_GOOD = re.compile(
    r"\b(normal|reasonable|slow|seems?|expected|good|ok|okay|right|confirm|realistic|low|sounds?)\b", re.I
)
_WHICH = re.compile(
    r"\b(what|which) (kind of |sort of )?(hardware|gpus?|cards?|machine|system|setup|computer|pc|server|rig)\b", re.I
)
WRITES_WELL = 8.0  # tokens a second: a little faster than people read
_STARVED = re.compile(r"\b\d{1,3} ?%|\butili[sz]ation\b|\b(gpu|card)\b.{0,20}\bidle\b", re.I)
_USE = re.compile(
    r"\b(need\w*|us(e[sd]?|ing)|takes?|requires?|runs?|train\w*|fine-?tun\w*|(for|by|with) (a|an|my|our))\b", re.I
)  # by a job
_TIME = re.compile(r"\b(how long|how quick\w*|time|hours?|days?|weeks?|months?|epochs?|too slow|normal|faster)\b", re.I)
_CPU = re.compile(r"\b(cpu|processor|xeon|epyc|ryzen|threadripper|core i\d|without a gpu|no gpu)\b", re.I)
TYPICAL = (
    "rtx_5060_ti_16gb",
    "rtx_5090",
    "rtx_pro_6000_blackwell_workstation",
    "h100_sxm5_80gb",
)  # small, large, largest in a PC, data centre
CPU_CORES, CPU_BANDWIDTH = 16, 80.0  # a good desktop processor with two channels of DDR5


def reply(turn: Turn) -> Reply:
    return of_its_own(turn, answer)


def answer(turn: Turn) -> Reply:
    told = turn.state["told"]
    if of_the_card(turn):
        return explain.reply(turn)
    if _STARVED.search(turn.text) and not told.get("claim") and explain.found(turn):
        return explain.reply(turn)
    if site.asks_cost(turn) and (cost := site.cost_to_run(turn)) is not None:
        return cost
    workloads = jobs(turn, told)
    names_a_card = any(m["kind"] == "gpu" for m in turn.heard.get("mentions") or ())
    if ask_fit.BUYING.search(turn.text) or (_WHICH.search(turn.text) and not names_a_card):
        return advise(turn, topics=tuple(dict.fromkeys(["hardware_recommendation", *topics(turn, [])]))[:6])
    if in_words(turn):
        return explain.reply(turn)
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
        return ask_fit.how_many(turn, workloads[0], cards[0][0])
    again = (turn.state.get("last") or {}).get("about") == "memory" and len(turn.text.split()) <= 5  # "and with LoRA?"
    wants_memory = (bool(_MEMORY.search(turn.text)) or again) and not _TIME.search(turn.text)
    if wants_memory:
        return how_much_memory(turn, workloads[0])
    if ask_fit._BATCH.search(turn.text) and cards:
        return ask_fit.which_batch(turn, workloads[0], *cards[0])
    if cards and _HOW_MANY_PEOPLE.search(turn.text) and workloads[0].work.decoder and not workloads[0].work.trains:
        return how_many_people(turn, workloads[0], *cards[0])
    if not cards and (machine := turn.heard.get("told", {}).get("hardware")) and not _CPU.search(turn.text):
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
    return how_fast(turn, workloads, cards)


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
    if not hits or named or _TIME.search(turn.text):
        return False
    if not jobs(turn, turn.state["told"]):
        return not heard.get("users") and hits[0][2] >= 0.62
    return not run and hits[0][1] >= 0 and hits[0][2] >= 0.72


def said_rate(turn: Turn) -> tuple[float, str] | None:
    """(items a second, item) that they say they see and ask about: "it does 11 tokens a second, is that right?"."""
    said = (turn.heard.get("told") or {}).get("throughput")
    return units.per_second(said) if said and _GOOD.search(turn.text) else None


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
    ask_fit.remember(turn, "estimate")
    return Reply(
        "estimate",
        text,
        tuple(dict.fromkeys(["throughput", gpu.topic, "inference_serving", *topics(turn, [(gpu, count)])]))[:6],
        provenance=(Provenance(f"{workload.name} on {where}", say.ranged(each), each.basis, each.source),),
        extra={"estimate": {**json(each), "users": number}},
    )


def topics(turn: Turn, cards: list[tuple[Gpu, int]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(["throughput", *(g.topic for g, _ in cards), *(h[0] for h in explain.found(turn)[:2])]))[
        :5
    ]


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
    ladder = (work.precision,) if work.trains or not work.decoder or told.get("precision") else ask_fit.LADDER
    rows = []
    for precision in ladder:
        part = memory.need(at(work, precision))
        assert part is not None
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
    e = Estimate(total, total * 0.9, total * 1.2, "GB", "computed", ask_fit.RULE)
    parts = ", ".join(f"{say.number(v)} GB {n}" for n, v in need.parts())
    lines = [
        f"{echo(told, turn)}**{workload.name[0].upper() + workload.name[1:]} needs about {say.number(total)} GB of "
        "GPU memory** "
        f"(usually {say.number(e.low)} to {say.number(e.high)}): {parts}."
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
    holder = ask_fit.next_card(turn, replace(workload, work=work))
    lines.append(holder)
    ask_fit.remember(turn, "estimate", about="memory")
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
                f"{ask_fit.RULE}; {work.network.source}",
            ),
        ),
        extra={"estimate": json(e), "needed_gb": round(total, 2)},
    )


def json(e: Estimate) -> dict[str, object]:
    return {"value": e.value, "low": e.low, "high": e.high, "unit": e.unit, "basis": e.basis, "source": e.source}


def speed_on(turn: Turn, workload: Workload, gpu: Gpu, count: int) -> Estimate | Cannot:
    """Tokens a second for one person, or items a second at the largest batch that fits: what sizing itself would
    say."""
    if not gpu.bandwidth_gbs:
        return Cannot(f"only the memory of {gpu.name} is known: name the card")
    got = Assessor(Need((workload,)), turn.catalog).tried(
        workload, workload.work, gpu, count, count > 1 and bool(gpu.nvlink_gbs), None
    )
    if isinstance(got, str):
        return Cannot(f"it does not fit: {got}")
    if isinstance(got, Cannot):
        return got
    if got.serving is not None and workload.work.users == 1:
        return got.serving.tpot.inverse(1.0, "tokens/s")
    return got.speed if got.speed is not None else Cannot("no speed is known for it")


def how_fast(turn: Turn, workloads: list[Workload], cards: list[tuple[Gpu, int]]) -> Reply:
    told = turn.state["told"]
    wants_time = bool(_TIME.search(turn.text))
    training = [w for w in workloads if w.work.trains]
    workload = (
        (training or workloads)[0]
        if wants_time or not any(not w.work.trains for w in workloads)
        else next(w for w in workloads if not w.work.trains)
    )
    on_cpu = bool(_CPU.search(turn.text)) and not turn.heard.get("told", {}).get("gpus")
    asked = cards or [(turn.catalog.gpus[g], 1) for g in TYPICAL if g in turn.catalog.gpus]
    results: list[tuple[str, Estimate | Cannot]] = []
    if on_cpu or not cards:
        results.append(
            (f"a {CPU_CORES}-core desktop processor", cpu_throughput(workload.work, CPU_CORES, CPU_BANDWIDTH))
        )
    if not on_cpu or not cards:
        results += [(f"{n}x {g.name}" if n > 1 else g.name, speed_on(turn, workload, g, n)) for g, n in asked]
    good = [(name, e) for name, e in results if isinstance(e, Estimate)]
    rows = tuple((name, *(cells(workload, e))) for name, e in results)
    if not good:
        reasons = "; ".join(f"{name}: {e.reason}" for name, e in results if isinstance(e, Cannot))
        nearest = next((e.nearest for _, e in results if isinstance(e, Cannot) and e.nearest), "")
        text = f"{echo(told, turn)}I cannot estimate {workload.name}: {reasons}." + (
            f" The nearest I know: {nearest}." if nearest else ""
        )
        return Reply("estimate", text, topics(turn, cards), extra={"estimate": None})
    name, e = good[0] if cards or on_cpu else good[min(1, len(good) - 1)]
    lines = [
        f"{echo(told, turn)}{workload.name[0].upper() + workload.name[1:]} on {name}: **{headline(workload, e)}**. "
        f"{say.sentence(say.BASIS.get(e.basis, e.basis))}"
    ]
    if streams := cameras(turn, workload, e):
        lines.append(streams)
    if len(good) > 1:
        lines.append("Beside it: " + "; ".join(f"{n} {headline(workload, x)}" for n, x in good if n != name) + ".")
    cannot = [f"{n}: {x.reason}" for n, x in results if isinstance(x, Cannot)]
    if cannot:
        lines.append(f"Not on {'; '.join(cannot)}.")
    assumed = [a.value for a in _assumptions(turn)]
    if assumed:
        lines.append("I assumed: " + "; ".join(assumed) + ".")
    ask_fit.remember(turn, "estimate", cards=cards)
    return Reply(
        "estimate",
        "\n\n".join(lines),
        topics(turn, cards),
        (Table(workload.name, ("On", "Speed", "Range", "One run"), rows),),
        provenance=tuple(Provenance(f"{workload.name} on {n}", say.ranged(x), x.basis, x.source) for n, x in good),
        extra={"estimate": json(e)},
    )


def _assumptions(turn: Turn) -> list[Assumption]:
    return [
        a
        for a in complete(turn.state["told"], turn.catalog).assumptions
        if a.slot not in ("budget", "deadline", "throughput")
    ]


def headline(workload: Workload, e: Estimate) -> str:
    items = workload.demand.items
    if workload.work.trains and items:
        return f"about {say.time_range(e.inverse(items / 3600, 'hours'))}"
    return say.ranged(e)


def cells(workload: Workload, e: Estimate | Cannot) -> tuple[str, str, str]:
    if isinstance(e, Cannot):
        return "-", "-", e.reason
    run = say.hours(workload.demand.items / 3600 / e.value) if workload.demand.items else "-"
    return f"{say.number(e.value)} {e.unit}", f"{say.number(e.low)} to {say.number(e.high)}", run


def cameras(turn: Turn, workload: Workload, e: Estimate) -> str:
    if not re.search(r"\b(cameras?|streams?|feeds?)\b", turn.text, re.I) or workload.work.trains:
        return ""
    return (
        f"At 15 pictures a second each that is about {say.number(e.value / 15)} cameras (range "
        f"{say.number(e.low / 15)} to {say.number(e.high / 15)}), "
        "if decoding the video keeps up: check the card's video decoder as well."
    )


# --- is this normal ---------------------------------------------------------------------------------------------------


def is_it_normal(turn: Turn, workloads: list[Workload], cards: list[tuple[Gpu, int]]) -> Reply:
    """Holds what they see against the estimate, names the likely cause and how to check it."""
    told, claim = turn.state["told"], turn.state["told"].get("claim") or {}
    workload = next((w for w in workloads if w.work.trains), workloads[0])
    if not claim and cards and (rate := said_rate(turn)) is not None:
        return rate_is_normal(turn, workload, *cards[0], rate[0])
    observed = units.hours(claim)
    step = str(claim.get("per") or "").startswith(("iter", "step", "it", "batch"))
    if not cards or observed is None or not (workload.demand.items or step):
        return how_fast(turn, workloads, cards)
    gpu, count = cards[0]
    e = speed_on(turn, workload, gpu, count)
    if isinstance(e, Cannot):
        return how_fast(turn, workloads, cards)
    per = str(claim.get("per") or "")
    passes = 1.0
    if per.startswith("epoch"):
        passes = float(
            told.get("epochs") or next((a.value.split()[0] for a in _assumptions(turn) if a.slot == "epochs"), 1)
        )
    each = float(workload.work.batch) if step else (workload.demand.items or 0.0) / passes
    expected = e.inverse(each / 3600, "hours")
    ratio = observed / expected.value
    what = "an epoch" if per.startswith("epoch") else f"a step of {workload.work.batch}" if step else "the run"
    if observed > expected.high:
        verdict = f"**That is slower than it should be**, about {say.number(ratio)} times what I expect"
        cause = (
            "The likely cause is not the card: data that is read from a hard disk or network share, or prepared by "
            "too few processor workers, keeps it waiting. "
            "Check with `nvidia-smi`: if utilisation jumps between 0 and 100 %, feed it better (an SSD, more loader "
            "workers, smaller files packed together). "
            "If it is steadily high, look at precision (mixed precision on cards with tensor cores), picture size "
            "and batch."
        )
    elif observed < expected.low:
        verdict, cause = (
            "**That is faster than I expect**",
            "Make sure that it sees all the data and that you and I mean the same size of network.",
        )
    else:
        verdict, cause = (
            "**That looks normal**",
            "A faster card, smaller pictures or fewer passes would shorten it; first make sure the card is busy all "
            "the time (`nvidia-smi`).",
        )
    text = (
        f"{echo(told, turn)}{verdict}: for {what} of {workload.name} on {count}x {gpu.name} I expect about "
        f"{say.time_range(expected)}, and you see {say.hours(observed)}.\n\n{cause}\n\n"
        f"{say.sentence(say.BASIS.get(e.basis, e.basis))} I assumed: "
        f"{'; '.join(a.value for a in _assumptions(turn)) or 'nothing more'}."
    )
    ask_fit.remember(turn, "estimate", cards=cards)
    return Reply(
        "estimate",
        text,
        tuple(dict.fromkeys(("training_time", "gpu_utilization", *topics(turn, cards)))),
        provenance=(Provenance(f"{workload.name} on {gpu.name}", say.ranged(e), e.basis, e.source),),
        extra={"estimate": json(expected)},
    )


def rate_is_normal(turn: Turn, workload: Workload, gpu: Gpu, count: int, seen: float) -> Reply:
    """The same for a rate they see."""
    e = speed_on(turn, workload, gpu, count)
    if isinstance(e, Cannot):
        return how_fast(turn, [workload], [(gpu, count)])
    where = f"{count}x {gpu.name}" if count > 1 else gpu.name
    if seen < e.low:
        verdict = f"**That is slower than it should be**, about {say.number(e.value / seen)} times"
        cause = (
            (
                "For language models: layers left in main memory, a context far longer than needed, a narrow slot "
                "between cards, or a server that uses one card at a time "
                "(vLLM with tensor parallelism uses both at once). For networks that see or hear: full precision, or "
                "data that comes too slowly."
            )
            if workload.work.decoder
            else "The usual causes: full precision where half would do, data that comes too slowly, small batches, "
            "or a power limit. Look at `nvidia-smi` while it runs."
        )
    elif seen > e.high:
        verdict, cause = (
            "**That is faster than I expect**",
            "Good, if it is the same size and precision that I took it for.",
        )
    else:
        verdict, cause = "**That looks normal**", "A faster memory or a smaller format would be the way to more."
    ask_fit.remember(turn, "estimate")
    return Reply(
        "estimate",
        f"{echo(turn.state['told'], turn)}{verdict}: for {workload.name} on {where} I expect {say.ranged(e)}, and "
        f"you see {say.number(seen)}.\n\n{cause}\n\n"
        f"{say.sentence(say.BASIS.get(e.basis, e.basis))}",
        tuple(dict.fromkeys(("throughput", *topics(turn, [(gpu, count)])))),
        provenance=(Provenance(f"{workload.name} on {where}", say.ranged(e), e.basis, e.source),),
        extra={"estimate": json(e)},
    )
