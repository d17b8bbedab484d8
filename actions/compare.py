"""Two or more things side by side, on what matters for this client: cards, systems, or ideas."""

from __future__ import annotations

import re

from actions import explain, say
from actions.base import Turn
from actions.heard import hear
from actions.need import advise
from actions.reply import Provenance, Reply, Table
from catalog.things import Gpu, System
from models.estimate import serving
from models.unknown import from_params
from models.work import Cannot, Work
from sizing import memory
from sizing.assess import Assessor
from sizing.figures import Assessment
from sizing.machines import Machine, from_system
from sizing.told import merge
from sizing.weighed import weighed

SURPRISE = re.compile(
    r"\b(why|how come|what's wrong|anyone else|normal)\b[^?]*\b(slow\w*|fast\w*|longer|better|worse|same|similar\w*|"
    r"hardly|barely|difference)\b"
    r"|\b(is|are|runs?|trains?|was|were|takes?|need\w*) (\w+ ){0,3}(slower|longer) than\b|\b(no|not any|hardly|"
    r"barely|only slightly) (faster|better|quicker)\b",
    re.I,
)
CAUSES = (
    "A card with the larger figures is often no faster in practice. The usual reasons: the card waits for data (a "
    "hard disk, a network share, too few loader "
    "workers); the network or the batch is too small to fill it; the software is older than the card and has no "
    "kernels for it; full precision is used, so its "
    "tensor cores idle; or heat, a power limit or a narrow slot holds it back. Look at `nvidia-smi` while it runs: "
    "low or jumping utilisation means "
    "it is waiting, steady 100 % with low watts means small kernels."
)
_BUYS = re.compile(
    r"\b(want to|need|looking|buy\w*|get|upgrad\w+|build\w*|recommend\w*|which (gpu|card)|what (gpu|card|hardware)|"
    r"best)\b",
    re.I,
)
YARDSTICK_B = 8.0  # billions of parameters: what a card runs as a yardstick when no job is told


def reply(turn: Turn) -> Reply:
    turn.state["told"] = merge(turn.state["told"], explain._context(turn))
    gpus = explain.named_gpus(turn)
    systems = [
        turn.catalog.systems[m["id"]]
        for m in turn.heard.get("mentions") or ()
        if m["kind"] == "system" and m["id"] in turn.catalog.systems
    ]
    told = turn.heard.get("told") or {}
    has_job = any(told.get(k) for k in ("task", "model", "params_b"))
    surprised = bool(SURPRISE.search(turn.text))
    if (
        has_job
        and not surprised
        and told.get("phase") != "training"
        and (told.get("budget") or _BUYS.search(turn.text))
    ):
        turn.state["told"] = hear(turn)
        beside = [as_machine(g, counted(turn, g)) for g in gpus]
        return advise(
            turn,
            lead="\n\n".join(differences(beside)) if len(beside) > 1 else "",
            topics=tuple(
                dict.fromkeys(
                    ["hardware_recommendation", *(g.topic for g in gpus), *(h[0] for h in explain.found(turn)[:2])]
                )
            ),
        )
    if len(gpus) + len(systems) >= 2:
        return cards(turn, gpus, systems, CAUSES if surprised else "")
    return explain.reply(turn) if surprised else ideas(turn, gpus)


def counted(turn: Turn, gpu: Gpu) -> int:
    return max(1, int((turn.heard.get("told", {}).get("gpu_counts") or {}).get(gpu.id, 1)))


def as_machine(gpu: Gpu, count: int) -> Machine:
    """A card on its own, in a machine that holds nothing back."""
    name = f"{count}x {gpu.name}" if count > 1 else gpu.name
    return Machine(gpu.id, name, "owned", gpu, count, nvlink=bool(gpu.nvlink_gbs) and count > 1)


def cards(turn: Turn, gpus: list[Gpu], systems: list[System], causes: str = "") -> Reply:
    machines = [as_machine(g, counted(turn, g)) for g in gpus] + [from_system(s, turn.catalog) for s in systems]
    machines = [m for m in machines if m.gpu is not None][:6]
    hits = explain.found(turn)
    topics = tuple(
        dict.fromkeys(
            [
                *(m.gpu.topic for m in machines if m.gpu),
                *(h[0] for h in hits[:2]),
                *(("multi_gpu",) if any(m.count > 1 for m in machines) else ()),
            ]
        )
    )
    lines = [causes, *differences(machines)] if causes else list(differences(machines))
    told = merge(
        turn.state["told"],
        {
            k: v
            for k, v in (turn.heard.get("told") or {}).items()
            if k not in ("gpus", "gpu_roles", "gpu_counts", "num_gpus")
        },
    )
    need = (
        weighed(told, turn.catalog).completed.need
        if not causes and any(told.get(k) for k in ("task", "model", "params_b"))
        else None
    )
    if need is not None:
        assessor = Assessor(need, turn.catalog)
        judged = [assessor.assess(m) for m in machines]
        lines += [f"For your need: {line}" if i == 0 else line for i, line in enumerate(for_need(judged))]
    else:
        yard = yardstick(machines)
        if yard:
            lines.append(yard)
        lines.append("Tell me the job and I will say which of them is enough, and whether something smaller is.")
    narrow = next(((a, n) for a, n, s in hits if n >= 0 and s >= explain.NARROW), None)
    if narrow is not None:
        lines.append(turn.catalog.articles[narrow[0]].answers[narrow[1]][1])
    turn.state["last"] = {**(turn.state.get("last") or {}), "kind": "comparison"}
    sources = tuple(Provenance(m.name, explain.gpu_line(m.gpu), "spec", m.gpu.source) for m in machines if m.gpu)
    return Reply("comparison", "\n\n".join(lines), topics, (table(machines, turn),), provenance=sources)


def differences(machines: list[Machine]) -> list[str]:
    """What sets them apart, in sentences: memory, bandwidth, compute, power, age."""

    def most(value: dict[str, float | None]) -> tuple[str, float, str, float] | None:
        known = {k: v for k, v in value.items() if v}
        if len(known) < 2:
            return None
        top, low = max(known, key=lambda k: known[k] or 0), min(known, key=lambda k: known[k] or 0)
        return top, float(known[top] or 0), low, float(known[low] or 0)

    out = []
    memory_gb = most({m.name: m.gpu.memory_gb * m.count for m in machines if m.gpu})
    if memory_gb and memory_gb[1] > memory_gb[3] * 1.05:
        shared = (
            " (in separate pools: only a model that is split can use it all)"
            if any(m.count > 1 and m.name == memory_gb[0] for m in machines)
            else ""
        )
        out.append(
            f"**Memory, what fits:** {memory_gb[0]} has {memory_gb[1]:g} GB{shared}, {memory_gb[2]} {memory_gb[3]:g} "
            "GB."
        )
    speed = most({m.name: m.gpu.bandwidth_gbs for m in machines if m.gpu})
    if speed and speed[1] > speed[3] * 1.05:
        out.append(
            f"**Bandwidth, what decides how fast language models write:** {speed[0]} {speed[1]:,.0f} GB/s, "
            f"{speed[1] / speed[3]:.1f} times {speed[2]} (each card)."
        )
    compute = most({m.name: m.gpu.fp16_tflops for m in machines if m.gpu})
    if compute and compute[1] > compute[3] * 1.05:
        out.append(
            f"**Compute, what decides training and pictures:** {compute[0]} {compute[1]:,.0f} TFLOPS FP16 dense "
            f"against {compute[3]:,.0f} of {compute[2]} (each card)."
        )
    without = [
        m.name
        for m in machines
        if m.gpu
        and m.gpu.vendor == "NVIDIA"
        and not m.gpu.fp16_tflops
        and m.gpu.compute_capability
        and float(m.gpu.compute_capability) < 8.0
    ]
    if without:
        out.append(
            f"{say.and_list(without)} {'has' if len(without) == 1 else 'have'} no tensor cores on record: half "
            "precision will bring little."
        )
    old = [m.name for m in machines if m.gpu and m.gpu.compute_capability and float(m.gpu.compute_capability) < 7.0]
    if old:
        out.append(
            f"I would not buy {say.and_list(old)} today: current CUDA and framework releases are dropping "
            f"{'it' if len(old) == 1 else 'them'}, "
            "so expect old software, and check cooling: passive server cards need a server's airflow."
        )
    vendors = {m.gpu.vendor for m in machines if m.gpu}
    if len(vendors) > 1:
        out.append(
            "They come from different makers: most frameworks are made for NVIDIA's CUDA first, and others take more "
            "setting up."
        )
    return out


def yardstick(machines: list[Machine]) -> str:
    """Tokens a second of an 8B model in 4 bits, one person: a figure that people know."""
    work = Work(
        from_params(YARDSTICK_B, "transformer_decoder", None), precision="int4", prompt_tokens=500, output_tokens=300
    )
    parts = []
    for m in machines:
        fits = memory.fit(work, m.gpu, m.count) if m.gpu else None
        if m.gpu is None or fits is None or not fits.fits:
            continue
        served = serving(work, m.gpu, m.count, m.nvlink)
        if not isinstance(served, Cannot):
            parts.append(f"{m.name} {say.ranged(served.tpot.inverse(1.0, 'tokens/s'))}")
    return (
        f"As a yardstick, an 8-billion-parameter model in 4 bits for one person: {'; '.join(parts)}."
        if len(parts) > 1
        else ""
    )


def for_need(judged: list[Assessment]) -> list[str]:
    out = []
    for a in judged:
        if a.enough:
            idle = f", idle {say.percent(a.idle_share)} of the month" if a.idle_share is not None else ""
            out.append(f"**{a.machine.name}** is enough{idle}: " + "; ".join(say.speed(f) for f in a.figures) + ".")
        else:
            out.append(f"**{a.machine.name}** is not: {a.reasons[0]}.")
    return out


def table(machines: list[Machine], turn: Turn) -> Table:
    names = tuple(m.name for m in machines)

    def row(label: str, cells: list[str]) -> tuple[str, ...]:
        return (label, *cells)

    g = [(m.gpu, m) for m in machines if m.gpu]

    def known(value: float | None, unit: str) -> str:
        return "not known" if value is None else f"{value:,.4g} {unit}"

    return Table(
        "Side by side",
        ("", *names),
        (
            row("Memory", [f"{x.memory_gb:g} GB" + (f" x {m.count}" if m.count > 1 else "") for x, m in g]),
            row("Bandwidth", [known(x.bandwidth_gbs, "GB/s") for x, _ in g]),
            row("FP16 tensor, dense", [known(x.fp16_tflops, "TFLOPS") for x, _ in g]),
            row("FP32", [known(x.fp32_tflops, "TFLOPS") for x, _ in g]),
            row("Power", [known(x.tdp_w and x.tdp_w * m.count, "W") for x, m in g]),
            row("NVLink", ["no" if not x.nvlink_gbs else f"{x.nvlink_gbs:g} GB/s" for x, _ in g]),
            row("Launched", [str(x.launch_year or "not known") for x, _ in g]),
            row(
                "Price",
                [
                    say.price(m.price or x.price, turn.catalog)
                    + (" each" if m.count > 1 and m.price is None and x.price else "")
                    for x, m in g
                ],
            ),
        ),
    )


def ideas(turn: Turn, gpus: list[Gpu]) -> Reply:
    """Concepts side by side; with fewer than two of them the nearest narrower answer speaks."""
    hits = explain.found(turn)
    articles = [turn.catalog.articles[a] for a, _, _ in hits[:4]]
    mentioned = {m["id"] for m in turn.heard.get("mentions") or () if m["kind"] == "article"}
    pair = [a for a in articles if a.id in mentioned][:3] or articles[:2]
    if len(pair) + len(gpus) < 2:
        return explain.reply(turn)
    lines = []
    narrow = next(((a, n) for a, n, s in hits if n >= 0 and s >= explain.NARROW), None)
    if narrow is not None:
        lines.append(turn.catalog.articles[narrow[0]].answers[narrow[1]][1])
    lines += [f"**{a.title}.** {a.sentence}" for a in pair]
    lines += [explain.gpu_line(g) for g in gpus[:2]]
    lines += [f"**{a.title}, when buying:** {a.why_it_matters}" for a in pair[:2]]
    turn.state["last"] = {
        **(turn.state.get("last") or {}),
        "kind": "explanation",
        "article": pair[0].id if pair else None,
        "depth": turn.state["depth"],
    }
    rows = tuple((a.title, a.sentence, a.misunderstanding) for a in pair)
    sources = tuple(p for a in pair for p in explain.provenance(a, [])) + tuple(
        Provenance(g.name, explain.gpu_line(g), "spec", g.source) for g in gpus
    )
    return Reply(
        "comparison",
        "\n\n".join(lines),
        tuple(
            dict.fromkeys(
                [
                    *(a.id for a in pair),
                    *(g.topic for g in gpus),
                    *(a.id for a in articles[:3]),
                    *explain.topics_of(turn, hits, gpus),
                ]
            )
        )[:6],
        (Table("Side by side", ("", "In a sentence", "Often misunderstood"), rows),) if rows else (),
        provenance=sources,
    )
