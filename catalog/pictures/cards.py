"""Charts of cards and of what fits on them, from the catalog's figures at this moment.

A chart whose figures the catalog lacks is not drawn (None).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from catalog.pictures.canvas import Canvas
from catalog.pictures.plots import MOST, Axis, Bar, Line, bars, chart, lines, spread, strip
from catalog.things import Catalog, Gpu


def _sold(catalog: Catalog) -> list[Gpu]:
    """The desktop and server cards in the machines on offer, one for each topic: the one with the most memory."""
    held = {g.gpu for s in catalog.systems.values() for g in s.gpus}
    best: dict[str, Gpu] = {}
    for gpu in (catalog.gpus[i] for i in sorted(held) if i in catalog.gpus):
        if gpu.memory_kind == "dedicated" and not gpu.laptop:
            best[gpu.topic] = max(best.get(gpu.topic, gpu), gpu, key=lambda g: g.memory_gb)
    return list(best.values())


def vram(catalog: Catalog) -> Canvas | None:
    rows = spread([Bar(g.name, g.memory_gb, f"{g.memory_gb:g} GB") for g in _sold(catalog)])
    return chart(
        "Memory of cards on offer",
        "the memory of cards in machines on offer",
        rows,
        "Memory decides what runs at all; speed only how long it takes. Figures: makers' data sheets.",
    )


def memory_bandwidth(catalog: Catalog) -> Canvas | None:
    rows = spread([Bar(g.name, g.bandwidth_gbs, f"{g.bandwidth_gbs:,.0f} GB/s") for g in _sold(catalog)])
    plain = [s for s in catalog.systems.values() if not s.gpus and s.form_factor == "tower"]
    if plain:
        host = min(plain, key=lambda s: (s.ram_bandwidth_gbs, s.id))
        rows.append(
            Bar("RAM of a desktop computer", host.ram_bandwidth_gbs, f"{host.ram_bandwidth_gbs:,.0f} GB/s", "plain")
        )
    return chart(
        "How fast memory is read",
        "memory bandwidth",
        rows,
        "A language model reads all its weights for each token, so this sets the tokens per second.",
    )


def tensor_cores(catalog: Catalog) -> Canvas | None:
    best: dict[str, Gpu] = {}
    for gpu in catalog.gpus.values():
        if gpu.vendor == "NVIDIA" and gpu.fp16_tflops and gpu.launch_year:
            held = best.get(gpu.architecture)
            if held is None or (gpu.fp16_tflops, gpu.name) > (held.fp16_tflops or 0, held.name):
                best[gpu.architecture] = gpu
    ranked = sorted(best.values(), key=lambda g: (g.launch_year or 0, g.fp16_tflops or 0))
    rows = [Bar(f"{g.architecture}: {g.name}", g.fp16_tflops or 0, f"{g.fp16_tflops:,.0f} TFLOPS") for g in ranked]
    if len(rows) < 2:
        return None
    canvas = Canvas(
        "Tensor cores by generation",
        f"Bars of the dense FP16 peak of the fastest chip of each NVIDIA generation, the oldest first, from "
        f"{rows[0].name} with {rows[0].said} to {rows[-1].name} with {rows[-1].said}.",
    )
    bars(canvas, rows)
    canvas.caption(
        "FP16 on tensor cores, dense, of the fastest chip of each generation. Work reaches a part of the peak."
    )
    return canvas


def efficiency(catalog: Catalog) -> Canvas | None:
    rows = spread(
        [
            Bar(g.name, g.fp16_tflops / g.tdp_w, f"{g.fp16_tflops / g.tdp_w:.2f} TFLOPS/W")
            for g in _sold(catalog)
            if g.fp16_tflops and g.tdp_w
        ]
    )
    return chart(
        "Arithmetic for each watt",
        "dense FP16 peak for each watt of board power",
        rows,
        "FP16 on tensor cores, dense, over the board's rated power: peaks, not what work reaches.",
    )


def _host(catalog: Catalog) -> tuple[tuple[str, int, float], ...]:
    """(what, generation, GB/s one way) of PCI Express with 16 lanes: 8, 16 and 32 GT/s, 128 of 130 bits carry data."""
    return tuple(
        (f"PCIe {gen}.0, 16 lanes", gen, 16 * rate * 128 / 130 / 8) for gen, rate in ((3, 8), (4, 16), (5, 32))
    )


def pcie(catalog: Catalog) -> Canvas | None:
    rows = [Bar(name, rate, f"{rate:.1f} GB/s") for name, _, rate in _host(catalog)]
    own = [g for g in _sold(catalog) if g.pcie_gen]
    if not own:
        return None
    card = min(own, key=lambda g: (g.bandwidth_gbs, g.id))
    rows = [
        Bar(f"{card.name}: its own memory", card.bandwidth_gbs, f"{card.bandwidth_gbs:,.0f} GB/s", "out"),
        *rows[::-1],
    ]
    return chart(
        "PCI Express against a card's own memory",
        "what 16 lanes carry one way and a card's own memory",
        rows,
        "Even a small card reads its own memory far faster than anything reaches it over the slot: what "
        "spills into RAM crawls.",
    )


def nvlink(catalog: Catalog) -> Canvas | None:
    linked: dict[float, Gpu] = {}
    for gpu in sorted(catalog.gpus.values(), key=lambda g: (g.launch_year or 0, g.id)):
        if gpu.nvlink_gbs and gpu.vendor == "NVIDIA":
            linked.setdefault(gpu.nvlink_gbs, gpu)
    rows = [
        Bar(f"NVLink of the {g.name}", rate, f"{rate:,.0f} GB/s") for rate, g in sorted(linked.items(), reverse=True)
    ]
    rows = spread(rows)[: MOST - 2]
    rows += [Bar(name, 2 * rate, f"{2 * rate:,.0f} GB/s", "plain") for name, _, rate in reversed(_host(catalog)[1:])]
    return (
        chart(
            "NVLink against PCI Express",
            "what a link between cards carries, both ways together",
            rows,
            "Both ways together, as makers state NVLink. It matters when cards share one network, not when each "
            "works alone.",
        )
        if linked
        else None
    )


def quantization(catalog: Catalog) -> Canvas | None:
    network = catalog.networks.get("llama_3.1_8b")
    if network is None or not network.params_m:
        return None
    sizes = [
        (name, network.params_m * 1e6 * bits / 8 / 1e9)
        for name, bits in (("FP32", 32), ("FP16 or BF16", 16), ("FP8 or INT8", 8), ("4 bits", 4))
    ]
    rows = [Bar(name, gb, f"{gb:.1f} GB") for name, gb in sizes]
    return chart(
        f"{network.name}: weights by bits",
        f"the memory of the weights of {network.name}",
        rows,
        "Weights alone, every one at so many bits; real 4-bit files are 15 to 40 % larger. KV cache and "
        "working memory come on top.",
    )


def kv_cache(catalog: Catalog) -> Canvas | None:
    series, last = [], 0.0
    context = 131_072
    for name, kind in (("llama_3.1_70b", "out"), ("llama_3.1_8b", "work")):
        network = catalog.networks.get(name)
        if network is None or not (network.layers and network.kv_heads and network.head_dim):
            return None
        gb = 2 * network.layers * network.kv_heads * network.head_dim * 2 * context / 1e9
        series.append(Line(f"{network.name}, {gb:.0f} GB at the end", kind, [(0, 0), (context, gb)]))
        last = max(last, gb)
    canvas = Canvas(
        "KV cache over the length of a conversation",
        "Two straight lines of cache over tokens kept, for one user: "
        + " and ".join(s.name for s in series)
        + ", which is 131,072 tokens.",
    )
    across = Axis("tokens kept, for one user", 0, context, ((0, "0"), (32768, "32k"), (65536, "64k"), (131072, "128k")))
    up = Axis("GB", 0, last * 1.1, tuple((v, str(v)) for v in (0, 10, 20, 30, 40) if v <= last))
    lines(canvas, across, up, series)
    canvas.caption("In 16 bits, beside the weights, and once more for each user at the same time.")
    return canvas


ADAPTER_SHARE, QLORA_BITS = 0.005, 4.4  # as in the memory rule of sizing: weights that LoRA trains, bits of its base


def fine_tuning(catalog: Catalog) -> Canvas | None:
    """Memory of weights, gradients and optimizer (Adam, mixed precision): 16 bytes for each weight that is trained."""
    network = catalog.networks.get("llama_3.1_8b")
    if network is None or not network.params_m:
        return None
    weights = network.params_m / 1000  # 10^9, so that bytes for each are GB
    adapters = 16 * ADAPTER_SHARE * weights
    sizes = (
        ("all weights", 16 * weights),
        ("LoRA on a base in 16 bits", 2 * weights + adapters),
        ("QLoRA on a base in 4 bits", QLORA_BITS / 8 * weights + adapters),
    )
    return chart(
        f"Fine-tuning {network.name}",
        f"the memory of weights, gradients and optimizer in fine-tuning {network.name}",
        [Bar(name, gb, f"{gb:.1f} GB") for name, gb in sizes],
        "With Adam in mixed precision. Activations come on top and grow with batch and length.",
    )


def throughput(catalog: Catalog) -> Canvas | None:
    """The roofline of the card on offer with the most memory that fits a desktop: arithmetic against bytes read."""
    known = [g for g in _sold(catalog) if g.fp16_tflops and g.form_factor.startswith("PCIe")]
    if not known:
        return None
    card = min(known, key=lambda g: (abs(g.memory_gb - 24), g.id))
    peak, rate = card.fp16_tflops or 0.0, card.bandwidth_gbs / 1000
    ridge = peak / rate
    canvas = Canvas(
        f"The roofline of the {card.name}",
        f"Speed over operations for each byte read: a slope set by {card.bandwidth_gbs:,.0f} GB/s of memory up to "
        f"about {ridge:.0f} operations a byte, then a flat roof of {peak:,.0f} TFLOPS.",
    )
    across = Axis(
        "operations for each byte read",
        0,
        3 * ridge,
        ((0, "0"), (ridge, f"{ridge:.0f}"), (3 * ridge, f"{3 * ridge:.0f}")),
    )
    up = Axis("TFLOPS, FP16 on tensor cores, dense", 0, 1.15 * peak, ((0, "0"), (peak, f"{peak:,.0f}")))
    series = [
        Line("memory is the limit: text for one user", "in", [(0, 0), (ridge, peak)]),
        Line("arithmetic is: training, large batches", "work", [(ridge, peak), (3 * ridge, peak)]),
    ]
    lines(canvas, across, up, series)
    canvas.caption("No work gets above this line, and most stays well below it. A larger batch moves to the right.")
    return canvas


def part(article: str, catalog: Catalog) -> Canvas | None:
    """Where a card stands among all cards of the catalog, in memory, bandwidth and arithmetic."""
    gpus = catalog.gpus.values()
    filed = [g for g in gpus if g.topic == article]
    if article == "laptop":
        filed = [g for g in gpus if g.laptop and g.memory_kind == "dedicated"]
    mine = [g for g in filed if not g.laptop] or filed  # the desktop card, where there is one, goes by that name
    if not mine:
        return None
    name = catalog.articles[article].title if article in catalog.articles else mine[0].name
    rows = [
        ("Memory", "GB", [g.memory_gb for g in mine], [g.memory_gb for g in gpus]),
        ("Memory bandwidth", "GB/s", [g.bandwidth_gbs for g in mine], [g.bandwidth_gbs for g in gpus]),
        (
            "FP16 tensor, dense",
            "TFLOPS",
            [g.fp16_tflops for g in mine if g.fp16_tflops],
            [g.fp16_tflops for g in gpus if g.fp16_tflops],
        ),
        (
            "FP32",
            "TFLOPS",
            [g.fp32_tflops for g in mine if g.fp32_tflops],
            [g.fp32_tflops for g in gpus if g.fp32_tflops],
        ),
        ("Board power", "W", [g.tdp_w for g in mine if g.tdp_w], [g.tdp_w for g in gpus if g.tdp_w]),
    ]
    known = [(what, _range(own, unit), own, every) for what, unit, own, every in rows if own and len(every) > 1]
    figures = "; ".join(f"{what.lower() if what[1].islower() else what} {said}" for what, said, _, _ in known)
    canvas = Canvas(
        f"{name} among all cards",
        f"Dots for every card of the catalog on {len(known)} lines, picked out among them: {figures}.",
    )
    shared = ", for one of the board's GPUs" if any("per GPU" in g.name for g in mine) else ""
    for what, said, own, every in known:
        strip(canvas, what, said, every, own)
    canvas.caption(
        "Small dots: every other card in the catalog, from the least on the left to the most; each step to the "
        f"right multiplies. Figures: makers' data sheets{shared}."
    )
    return canvas


def _range(values: Sequence[float], unit: str) -> str:
    low, high = min(values), max(values)
    return f"{low:,.4g} {unit}" if low == high else f"{low:,.4g} to {high:,.4g} {unit}"


CHARTS: dict[str, Callable[[Catalog], Canvas | None]] = {
    f.__name__: f
    for f in (
        fine_tuning,
        throughput,
        vram,
        memory_bandwidth,
        tensor_cores,
        efficiency,
        pcie,
        nvlink,
        quantization,
        kv_cache,
    )
}
