"""Questions made from the catalog's figures: which of two is bigger, and sums that one rule decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from actions import say
from actions.quizzing.question import Kind, Question
from catalog.things import Article, Catalog, Gpu, System
from models import estimate
from models.unknown import from_params
from models.work import BITS, Estimate, Work
from sizing import defaults, memory
from sizing.money import price_gbp

APART = 1.25  # what is compared differs by this factor at least
NOT_ABSURD = 4.0  # ... and at most
TRIES = 40
TOLERANCE = 0.25
SIZES_B = (3, 7, 8, 13, 14, 32, 34, 70)
PRECISION = {"fp16": "16-bit", "int8": "8-bit", "int4": "4-bit", "fp32": "32-bit"}


@dataclass(frozen=True)
class Metric:
    article: str
    asks: str  # "Which has more memory"
    of: Callable[[Gpu], float | None]
    unit: str
    lesson: str


METRICS = (
    Metric("vram", "Which has more memory", lambda g: g.memory_gb, "GB", "Memory decides what fits at all."),
    Metric(
        "memory_bandwidth",
        "Which reads its memory faster",
        lambda g: g.bandwidth_gbs,
        "GB/s",
        "Bandwidth decides how fast a language model writes.",
    ),
    Metric("power", "Which draws more power at full load", lambda g: g.tdp_w, "W", "All of it becomes heat."),
    Metric(
        "tensor_cores",
        "Which does more arithmetic in 16 bits",
        lambda g: g.fp16_tflops,
        "TFLOPS",
        "Arithmetic decides how fast training goes, as long as memory keeps up.",
    ),
)


def parts(catalog: Catalog) -> list[str]:
    """Articles on a card that the catalog holds."""
    topics = {g.topic for g in catalog.gpus.values()}
    return [a.id for a in catalog.articles.values() if a.group == "part" and a.id in topics]


def sold(catalog: Catalog) -> list[Gpu]:
    """Cards in a system that is sold, laptops aside."""
    held = {g.gpu for s in catalog.systems.values() for g in s.gpus}
    return [g for g in catalog.gpus.values() if g.id in held and not g.laptop]


def of_topic(topic: str, catalog: Catalog) -> list[Gpu]:
    """The cards that an article is about: those that are sold, else the first of its variants."""
    variants = [g for g in catalog.gpus.values() if g.topic == topic and not g.laptop]
    return [g for g in sold(catalog) if g.topic == topic] or variants[:1]


def compared(catalog: Catalog) -> list[str]:
    wanted = [*(metric.article for metric in METRICS), "cost", *parts(catalog)]
    return [article for article in wanted if article in catalog.articles]


def apart(one: float | None, other: float | None) -> bool:
    """Whether two figures differ clearly, and not absurdly."""
    if not one or not other:
        return False
    return APART <= max(one, other) / min(one, other) <= NOT_ABSURD


def bigger(catalog: Catalog, article: Article, rng: Random) -> Question | None:
    """Which is bigger: two cards, or two systems by price. Never a tie, nor nearly one."""
    if article.id == "cost":
        return dearer(catalog, article, rng)
    cards = sold(catalog)
    firsts = of_topic(article.id, catalog) if article.group == "part" else cards
    metrics = [m for m in METRICS if m.article == article.id] or list(METRICS)
    for _ in range(TRIES if firsts else 0):
        metric, pair = rng.choice(metrics), [rng.choice(firsts), rng.choice(cards)]
        told = metric.unit == "GB" and any(re.search(r"\d ?GB", g.name) for g in pair)
        if told or pair[0].topic == pair[1].topic or not apart(metric.of(pair[0]), metric.of(pair[1])):
            continue
        rng.shuffle(pair)
        figures = [float(metric.of(g) or 0.0) for g in pair]
        listed = "; ".join(f"{g.name}: {f:,.4g} {metric.unit}" for g, f in zip(pair, figures, strict=True))
        return Question(
            "bigger",
            article.id,
            f"{metric.asks}: the {pair[0].name} or the {pair[1].name}?",
            f"By the makers' data sheets, {listed}. {metric.lesson}",
            tuple(g.name for g in pair),
            figures.index(max(figures)),
        )
    return None


def dearer(catalog: Catalog, article: Article, rng: Random) -> Question | None:
    priced: list[tuple[float, System]] = [
        (gbp, s) for s in catalog.systems.values() if (gbp := price_gbp(s.price, catalog.rates)) is not None
    ]
    for _ in range(TRIES if len(priced) > 1 else 0):
        pair = rng.sample(priced, 2)
        if apart(pair[0][0], pair[1][0]):
            listed = "; ".join(f"{s.name}: {say.price(s.price, catalog)}" for _, s in pair)
            return Question(
                "bigger",
                article.id,
                "Which costs more, by the catalogue?",
                f"{listed}. Indicative and net of VAT.",
                tuple(s.name for _, s in pair),
                int(pair[1][0] > pair[0][0]),
            )
    return None


# --- sums ---


def _sum(article: Article, text: str, value: float, unit: str, why: str) -> Question:
    low, high = value * (1 - TOLERANCE), value * (1 + TOLERANCE)
    text += f" ({unit}; anything within {TOLERANCE * 100:.0f} % counts as right.)"
    return Question("estimate", article.id, text, why, value=value, low=low, high=high, unit=unit)


def weights(catalog: Catalog, article: Article, rng: Random) -> Question | None:
    size = rng.choice(SIZES_B)
    precision = rng.choice(("int8", "int4") if article.id == "quantization" else tuple(PRECISION))
    held = memory.need(Work(from_params(size), "inference", precision))
    if held is None:
        return None
    word, each = PRECISION[precision], BITS[precision] / 8
    packing = " (the scales of the packing included)" if precision == "int4" else ""
    return _sum(
        article,
        f"How much GPU memory do the weights of a {size}-billion-parameter language model take in {word}?",
        held.weights,
        "GB",
        f"{size} billion parameters at {each:g} byte{'' if each == 1 else 's'} each{packing} make "
        f"{say.rough(held.weights)} GB. Beside them stand the KV cache and a reserve.",
    )


def training_state(catalog: Catalog, article: Article, rng: Random) -> Question | None:
    size = rng.choice(SIZES_B)
    held = memory.need(Work(from_params(size), "fine_tuning", "bf16", method="full"))
    if held is None:
        return None
    each = sum(memory.training_state_bytes("bf16"))
    return _sum(
        article,
        f"Every weight of a {size}-billion-parameter model is to be trained, in mixed precision with Adam. How much "
        "memory do weights, gradients and optimizer state take together, before any activations?",
        held.state,
        "GB",
        f"{each:g} bytes a parameter: {size} billion make {say.rough(held.state)} GB. LoRA needs far less.",
    )


def cache(catalog: Catalog, article: Article, rng: Random) -> Question | None:
    size, users, tokens = rng.choice((8, 14, 32, 70)), rng.choice((5, 10, 20, 50)), rng.choice((4_000, 8_000, 16_000))
    each = memory.kv_bytes_per_token(from_params(size))
    if each is None:
        return None
    total = each * users * tokens / memory.GB
    return _sum(
        article,
        f"A model of {size} billion parameters keeps {say.rough(each / 1e6)} MB in its KV cache for each token. How "
        f"much does the cache take for {users} people at once, each with {tokens:,} tokens?",
        total,
        "GB",
        f"{say.rough(each / 1e6)} MB x {tokens:,} tokens x {users} people make {say.rough(total)} GB, beside the "
        "weights.",
    )


def hours(catalog: Catalog, article: Article, rng: Random) -> Question | None:
    task = defaults.TASKS[rng.choice(("image_classification", "object_detection", "segmentation"))]
    network, gpu = catalog.networks.get(task.network), rng.choice(sold(catalog))
    if network is None:
        return None
    speed = estimate.throughput(Work(network, "training", "fp16", batch=16), gpu)
    if not isinstance(speed, Estimate):
        return None
    rate = float(say.rough(speed.value).replace(",", ""))
    items, passes = task.data * rng.choice((1, 5, 20)), task.epochs
    took = items * passes / rate / 3600
    if not 0.5 <= took <= 2_000:
        return None
    return _sum(
        article,
        f"{network.name} learns from {items:,} {task.item}s, {passes} passes over them. The {gpu.name} trains about "
        f"{say.rough(rate)} {task.item}s a second. How long does the run take?",
        took,
        "hours",
        f"{items:,} x {passes} / {say.rough(rate)} a second is {say.rough(took * 3600)} seconds: "
        f"{say.rough(took)} hours.",
    )


SUMS = {
    "vram": weights,
    "quantization": weights,
    "precision_formats": weights,
    "llm_inference": weights,
    "fine_tuning": training_state,
    "llm_training": training_state,
    "kv_cache": cache,
    "context_length": cache,
    "training_time": hours,
    "epoch": hours,
}


def summed(catalog: Catalog) -> list[str]:
    return [article for article in SUMS if article in catalog.articles]


def worked_out(catalog: Catalog, article: Article, rng: Random) -> Question | None:
    """An estimate that one rule decides, marked within the tolerance it states."""
    return SUMS[article.id](catalog, article, rng)


KINDS = (Kind("bigger", compared, bigger), Kind("estimate", summed, worked_out))
