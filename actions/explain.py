"""Explains a concept or a piece of hardware, from the library: the narrower answer when the question is narrow."""

from __future__ import annotations

import re
from typing import Any

from actions import provenance as working
from actions import say, strangers
from actions.base import Turn
from actions.reply import Button, Provenance, Reply, Table
from catalog import pictures
from catalog.things import Article, Catalog, Gpu, System
from sizing.told import merge

NARROW = 0.62  # cosine from which a narrower answer is taken to be the one that was asked for
A_STORY = 12  # words
NEAR = 0.45  # ... and an article to be about the question at all
CLOSE = 0.06  # articles this near to the best are about the question too
NAMED, CARD_NAMED = (
    0.15,
    0.05,
)  # what being named counts for; a card that is named is more often the setting than the question
BESIDE = 0.15  # ... and this near are close enough to be named beside it
DEPTHS = ("sentence", "plain", "technical")
_ASKED_DEPTH = (
    (
        "sales",
        re.compile(
            r"\b(in|from|to|for) sales\b|\bsales ?(people|person|man|woman|rep|team)\b|\b(to|for) (a|an|my|our|the) "
            r"(client|customer|buyer|ceo|boss|board|director|finance director|manager)\b",
            re.I,
        ),
    ),
    ("sentence", re.compile(r"\b(one|a single|a) (sentence|line)\b|\bin short\b|\btl;?dr\b", re.I)),
    (
        "technical",
        re.compile(
            r"\b(technical\w*|in detail|more detail\w*|deeper|in depth|maths?|formulas?|expert|advanced)\b", re.I
        ),
    ),
    ("plain", re.compile(r"\b(simpl\w*|plain\w*|layman\w*|easier|eli5|like i'?m|a child)\b", re.I)),
)


_ALWAYS = re.compile(r"\b(always|from now on|every time|only ever|keep (it|them|that|your answers)|be brief)\b", re.I)


def asked_depth(text: str) -> str | None:
    """The depth a message asks for, if it does."""
    return next((depth for depth, pattern in _ASKED_DEPTH if pattern.search(text)), None)


def remember_depth(turn: Turn) -> str:
    """The depth to speak at now: as asked, else as they like it. One sentence is asked for once, unless it is to be
    so from now on; the others are kept."""
    asked = asked_depth(turn.text)
    if asked and (asked != "sentence" or _ALWAYS.search(turn.text)):
        turn.state["depth"] = asked
    return asked or str(turn.state["depth"])


def found(turn: Turn) -> list[tuple[str, int, float]]:
    """(article, answer or -1, how sure) for what the message is about, the surest first: what it names, then what it
    means."""
    named = [
        m["id"] for m in turn.heard.get("mentions") or () if m["kind"] == "article" and m["id"] in turn.catalog.articles
    ]
    near = nearest(turn)
    by_id = {a: (n, s) for a, n, s in near}
    out = []
    top = near[0][2] if near else 0.0
    for article in dict.fromkeys(named):
        answer, score = by_id.get(article, (-1, 0.0))
        out.append(
            (
                article,
                answer,
                max(score, NEAR) + (CARD_NAMED if turn.catalog.articles[article].group == "part" else NAMED),
            )
        )
    out += [(a, n, s) for a, n, s in near if a not in named and s >= NEAR and s >= top - CLOSE]
    return sorted(out, key=lambda hit: -hit[2])


def nearest(turn: Turn) -> list[tuple[str, int, float]]:
    """The passages nearest to the message. An article on one card that the message does not name is kept only where
    nothing is
    nearer: a question about numbers that overflow is not about the GTX 1080 Ti."""
    named = {m["id"] for m in turn.heard.get("mentions") or ()}
    near = [(str(a), int(n), float(s)) for a, n, s in turn.heard.get("passages") or () if a in turn.catalog.articles]
    foreign = strangers.cards(turn)
    return [
        hit
        for i, hit in enumerate(near)
        if hit[0] in named or turn.catalog.articles[hit[0]].group != "part" or (i == 0 and not foreign)
    ]


def named_gpus(turn: Turn) -> list[Gpu]:
    ids = dict.fromkeys(m["id"] for m in turn.heard.get("mentions") or () if m["kind"] == "gpu")
    return [turn.catalog.gpus[i] for i in ids if i in turn.catalog.gpus]


def topics_of(turn: Turn, hits: list[tuple[str, int, float]], gpus: list[Gpu], most: int = 5) -> tuple[str, ...]:
    """What a reply built on these is about: the articles, the cards, and those articles' relations that the question
    is near to."""
    articles = [h[0] for h in hits[:3]]
    near = nearest(turn)
    top = near[0][2] if near else 0.0
    beside = [a for a, _, s in near if s >= max(NEAR, top - BESIDE)]
    related = [
        a for a, _, s in near if s >= NEAR - 0.1 and articles and a in turn.catalog.articles[articles[0]].related
    ]
    return tuple(dict.fromkeys([*articles, *(g.topic for g in gpus), *beside[:2], *related]))[:most]


_COST = re.compile(r"\b(how much (is|are|does|do|for)|costs?|prices?|priced|expensive|cheap)\b", re.I)


def reply(turn: Turn) -> Reply:
    if working.ASKS_MEMORY.search(turn.text) and (parts := working.memory(turn)) is not None:
        return parts
    systems = [
        turn.catalog.systems[m["id"]]
        for m in turn.heard.get("mentions") or ()
        if m["kind"] == "system" and m["id"] in turn.catalog.systems
    ]
    if systems and _COST.search(turn.text):
        return about_systems(systems, turn.catalog)
    if named_gpus(turn) and _COST.search(turn.text) and len(turn.text.split()) <= 12:
        gpus = named_gpus(turn)
        return about_gpus(gpus, turn.catalog, tuple(dict.fromkeys([*(g.topic for g in gpus), "cost"])))
    return from_library(turn)


def from_library(turn: Turn) -> Reply:
    depth = remember_depth(turn)
    hits, gpus = found(turn), named_gpus(turn)
    turn.state["told"] = merge(turn.state["told"], _context(turn))
    topics = topics_of(turn, hits, gpus)
    if (unknown := [*strangers.cards(turn), *(turn.heard.get("strangers") or ())]) and not gpus and not _named(turn):
        return not_known(turn, str(unknown[0]))
    if not hits and gpus:
        return about_gpus(gpus, turn.catalog, topics)
    if not hits:
        near = [
            turn.catalog.articles[a].title
            for a, _, s in turn.heard.get("passages") or ()
            if s >= 0.3 and a in turn.catalog.articles
        ][:3]
        guess = f" The nearest things I can explain: {say.and_list(near)}." if near else ""
        return Reply(
            "explanation",
            f"I am not sure which part of the field you mean.{guess} Name the thing, or tell me the job you have in "
            "mind.",
            tuple(a for a, _, _ in (turn.heard.get("passages") or ())[:2]),
        )
    article_id, answer, score = hits[0]
    if strangers.cards(turn) and turn.catalog.articles[article_id].group == "part":
        answer = -1  # a narrow answer sets this card against another than theirs
    article = turn.catalog.articles[article_id]
    turn.state["last"] = {
        **(turn.state.get("last") or {}),
        "kind": "explanation",
        "article": article_id,
        "answer": answer,
        "depth": depth,
        "pictured": None,
    }
    if answer >= 0 and score >= NARROW:
        text = f"{article.answers[answer][1]}\n\n*{article.title}*: {article.sentence}"
    else:
        text = at_depth(article, depth)
    if depth == "sentence":
        return Reply("explanation", text, topics, (), buttons(article), provenance(article, []))
    others = [turn.catalog.articles[a] for a, _, s in hits[1:3] if s >= NEAR + 0.1]
    for other in others:
        text += f"\n\n**{other.title}**: {other.sentence}"
    if gpus:
        text += "\n\n" + " ".join(gpu_line(g) for g in gpus[:3])
    beside = [
        turn.catalog.articles[t].title
        for t in topics
        if t in turn.catalog.articles and t not in {h[0] for h in hits[:3]}
    ]
    if beside:
        text += f"\n\nClose to this: {say.and_list(beside)}."
    if unknown := strangers.cards(turn):
        text = f"I have no data sheet of the {say.and_list(unknown)}, so this is general.\n\n{text}"
    extra = picture(turn, article, depth)
    return Reply("explanation", text, topics, gpu_tables(gpus), buttons(article), provenance(article, gpus), extra)


def picture(turn: Turn, article: Article, depth: str) -> dict[str, Any]:
    """The article's picture for the card of a reply: once for each explanation, and not beside a single sentence."""
    last = turn.state["last"]
    if depth == "sentence" or last.get("pictured") == article.id:
        return {}
    alt = pictures.alt(article.id, turn.catalog)
    if alt is None:
        return {}
    last["pictured"] = article.id
    return {"picture": {"id": article.id, "alt": alt}}


def _named(turn: Turn) -> bool:
    return any(m["kind"] in ("article", "network") for m in turn.heard.get("mentions") or ())


def not_known(turn: Turn, name: str) -> Reply:
    """A question about a network or card that neither the library nor the catalogue holds, and about nothing else."""
    if strangers.cards(turn):
        alike = strangers.closest(name, [g.name for g in turn.catalog.gpus.values()])
        meant = f" Did you mean the {' or the '.join(alike)}?" if alike else ""
        text = f"I have no data sheet of the {name}, so I can say nothing of it.{meant}"
        hint = "With its memory in GB I can say what fits on it."
        return Reply("explanation", f"{text}{'' if meant else ' ' + hint}", ("gpu", "vram"))
    alike = strangers.closest(name, [*(a.title for a in turn.catalog.articles.values()),
                                     *(n.name for n in turn.catalog.networks.values())])  # fmt: skip
    text = f"I do not know {name}: it is neither in my library nor in the catalogue."
    hint = f"Did you mean {' or '.join(alike)}?" if alike else (
        "Tell me how many parameters it has, or what it works on, and I can say what it needs."
    )  # fmt: skip
    return Reply("explanation", f"{text} {hint}", ("neural_network", "parameters"))


def _context(turn: Turn) -> dict[str, object]:
    """What an explanation's question tells of the client: what they own, and all of it where it is a story with a job
    in it, which they may come back to."""
    told: dict[str, Any] = turn.heard.get("told") or {}
    if len(turn.text.split()) >= A_STORY and any(told.get(slot) for slot in ("task", "model", "params_b", "budget")):
        return told
    owned = {g: r for g, r in (told.get("gpu_roles") or {}).items() if r == "owned"}
    counts = {g: c for g, c in (told.get("gpu_counts") or {}).items() if g in owned}
    return {k: v for k, v in (("gpu_roles", owned), ("gpu_counts", counts)) if v}


def at_depth(article: Article, depth: str) -> str:
    """The article for a listener, with why it matters to a buyer."""
    if depth == "sentence":
        return f"**{article.title}.** {article.sentence}"
    if depth == "sales":
        return (
            f"**{article.title}.** {article.sentence}\n\n**What to tell a client:** {article.why_it_matters}\n\n"
            f"**What clients often believe:** {article.misunderstanding}"
        )
    body = {"plain": f"{article.sentence}\n\n{article.plain}", "technical": article.technical}[depth]
    return f"**{article.title}.** {body}\n\n**Why it matters when buying:** {article.why_it_matters}"


def buttons(article: Article) -> tuple[Button, ...]:
    return (
        Button("In one sentence", "in one sentence"),
        Button("More technical", "explain it technically"),
        *(Button(r.replace("_", " "), f"what is {r.replace('_', ' ')}?") for r in article.related[:2]),
    )


def provenance(article: Article, gpus: list[Gpu]) -> tuple[Provenance, ...]:
    figures = tuple(
        Provenance(f.what, f"{f.value} {f.unit}".strip(), "published", f"{f.source} ({f.day})") for f in article.figures
    )
    sources = tuple(Provenance(article.title, "article", "published", s) for s in article.sources)
    return figures + sources + tuple(Provenance(g.name, gpu_line(g), "spec", g.source) for g in gpus)


def gpu_line(gpu: Gpu) -> str:
    """The figures that matter of a card, in one sentence."""
    parts = [
        f"{gpu.memory_gb:g} GB of {'shared ' if gpu.memory_kind == 'unified' else ''}memory at "
        f"{gpu.bandwidth_gbs:,.0f} GB/s"
    ]
    if gpu.fp16_tflops:
        parts.append(f"{gpu.fp16_tflops:,.0f} TFLOPS in FP16 on tensor cores (dense)")
    elif gpu.fp32_tflops:
        parts.append(f"{gpu.fp32_tflops:g} TFLOPS in FP32 and no figure for fast FP16")
    if gpu.tdp_w:
        parts.append(f"{gpu.tdp_w:g} W")
    launched = f" ({gpu.architecture}, {gpu.launch_year})" if gpu.launch_year else ""
    return f"{gpu.name}{launched}: {', '.join(parts)}."


def gpu_tables(gpus: list[Gpu]) -> tuple[Table, ...]:
    if not gpus:
        return ()

    def cell(value: float | None, unit: str) -> str:
        return "not known" if value is None else f"{value:,.4g} {unit}"

    rows = (
        ("Memory", *(f"{g.memory_gb:g} GB" for g in gpus)),
        ("Bandwidth", *(cell(g.bandwidth_gbs, "GB/s") for g in gpus)),
        ("FP16 tensor, dense", *(cell(g.fp16_tflops, "TFLOPS") for g in gpus)),
        ("FP32", *(cell(g.fp32_tflops, "TFLOPS") for g in gpus)),
        ("Power", *(cell(g.tdp_w, "W") for g in gpus)),
        ("NVLink", *("no" if not g.nvlink_gbs else f"{g.nvlink_gbs:g} GB/s" for g in gpus)),
        ("Launched", *(str(g.launch_year or "not known") for g in gpus)),
        ("Form", *(g.form_factor for g in gpus)),
    )
    return (Table("Cards" if len(gpus) > 1 else gpus[0].name, ("", *(g.name for g in gpus)), rows),)


def about_systems(systems: list[System], catalog: Catalog) -> Reply:
    """What whole machines hold and cost."""
    lines = []
    for s in systems[:3]:
        held = (
            " and ".join(f"{g.count}x {catalog.gpus[g.gpu].name}" for g in s.gpus if g.gpu in catalog.gpus) or "no GPU"
        )
        lines.append(
            f"**{s.name}**: {say.price(s.price, catalog)}, indicative and net of VAT. It holds {held}, {s.cpu} "
            f"({s.cpu_cores} cores), "
            f"{s.ram_gb:,.0f} GB of memory and {s.nvme_tb:g} TB of flash, draws up to {s.max_power_w:,} W and needs "
            f"{s.circuit}."
        )
    topics = tuple(
        dict.fromkeys([*(catalog.gpus[g.gpu].topic for s in systems for g in s.gpus if g.gpu in catalog.gpus), "cost"])
    )
    sources = tuple(
        Provenance(f"price of {s.name}", say.price(s.price, catalog), "published", f"{s.price.source}; {s.made_of}")
        for s in systems
        if s.price
    )
    return Reply(
        "explanation",
        "\n\n".join(lines) + "\n\nTell me the job and I will say whether something smaller would do.",
        topics,
        provenance=sources,
    )


def about_gpus(gpus: list[Gpu], catalog: Catalog, topics: tuple[str, ...]) -> Reply:
    lines = []
    for gpu in gpus[:3]:
        line = gpu_line(gpu)
        if gpu.price is not None:
            line += f" The card alone: {say.price(gpu.price, catalog)}."
        else:
            line += " The card alone is not priced in the catalogue."
        holders = [s for s in catalog.systems.values() if s.price is not None and any(g.gpu == gpu.id for g in s.gpus)]
        if holders:
            least = min(holders, key=lambda s: (s.price.amount, s.id))  # type: ignore[union-attr]
            line += f" The smallest system with it: {least.name}, {say.price(least.price, catalog)}."
        lines.append(line)
    # how a figure was come by is for who asks where it is from
    sources = tuple(Provenance(g.name, gpu_line(g), "spec", "; ".join(filter(None, (g.source, g.notes)))) for g in gpus)
    sources += tuple(
        Provenance(f"price of {g.name}", say.price(g.price, catalog), "published", g.price.source)
        for g in gpus
        if g.price
    )
    return Reply("explanation", "\n\n".join(lines), topics, gpu_tables(gpus), provenance=sources)
