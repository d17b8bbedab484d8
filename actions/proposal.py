"""A recommendation as a document for those who sign for it: need, options, reasons, assumptions, figures with their
sources, next steps, and every word of the trade explained. It is data, kept as it was on the day; `bot.proposal` makes
Markdown, a page and a PDF of it.

A document is {"title", "lead", "date", "blocks"}; a block is {"kind": "heading" | "text", "text"}, {"kind": "list" |
"steps", "items"}, {"kind": "table", "title", "columns", "rows", "widths"} or {"kind": "chart", "name", "data"} (the
data of `actions.charts`). All texts are plain: no markup is read in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from actions import advice, options, say
from actions.charts import charts
from actions.recap import told_rows
from catalog.things import Catalog
from sizing.complete import complete
from sizing.defaults import TASKS
from sizing.figures import Assessment
from sizing.need import Completed
from sizing.recommend import Recommendation, questions, recommend
from sizing.running import running
from sizing.told import Told

Json = dict[str, Any]

# What stands in the text -> (the word as it is listed, the article of the library that explains it).
TERMS = (
    (r"\bGPUs?\b", "GPU", "gpu"),
    (r"\bGPU memory|VRAM", "GPU memory (VRAM)", "vram"),
    (r"\d (images|tokens|rows|sequences|frames|samples)/s|[Tt]hroughput", "Throughput", "throughput"),
    (r"\btrain(ed|ing)?\b", "Training and running (inference)", "training_vs_inference"),
    (r"\bpass(es)? over the data", "Pass over the data (epoch)", "epoch"),
    (r"\btokens?\b", "Token", "tokens"),
    (r"\bcontext\b", "Context", "context_length"),
    (r"KV cache", "KV cache", "kv_cache"),
    (r"\bLoRA\b", "LoRA", "lora"),
    (r"fine-?tun", "Fine-tuning", "fine_tuning"),
    (r"16-bit|8 bits|4 bits|FP16|INT8", "Number formats (16-bit, 8-bit, 4-bit)", "precision_formats"),
    (r"in (4|8) bits|quanti", "Quantisation", "quantization"),
    (r"mixed 16-bit", "Mixed precision", "mixed_precision"),
    (r"\bbatch", "Batch", "batch_size"),
    (r"[Ff]irst word|[Ll]atency", "Latency", "latency"),
    (r"NVLink", "NVLink", "nvlink"),
    (r"TensorRT", "TensorRT", "tensorrt"),
    (r"NVMe|flash", "Flash storage (NVMe)", "nvme"),
    (r"mixture of experts", "Mixture of experts", "mixture_of_experts"),
    (r"rent", "Renting a GPU", "cloud_gpu"),
)  # fmt: skip
TALKING = {
    "llm_inference": "answering people with a language model",
    "rag": "answering questions from your own documents",
    "llm_training": "training a language model from nothing",
    "llm_finetuning": "fine-tuning a language model",
    "summarization": "summarising",
    "vision_language": "answering questions about pictures",
}
BASES = (
    ("measured", "timed on such a machine, under the conditions named"),
    ("scaled", "worked out from published measurements on other cards"),
    ("published", "as its maker or seller states it"),
    ("spec", "worked out from the data sheet"),
    ("computed", "follows from the figures above by a formula"),
    ("assumed", "a rule of thumb; take it with care"),
)


def document(told: Told, catalog: Catalog, day: date, contact: str = "") -> Json | None:
    """The proposal for what is told by now; None while that is not enough for a recommendation."""
    completed = complete(told, catalog)
    got = recommend(told, catalog, completed)
    if isinstance(got, Completed):
        return None
    open_questions = [q.assumption.question for q in questions(told, catalog, completed)]
    blocks = list(_blocks(got, told, catalog, open_questions, contact))
    return {
        "title": _title(got),
        "lead": _lead(got, catalog),
        "date": day.isoformat(),
        "blocks": [*blocks, *_glossary([_lead(got, catalog), *_words(blocks)], catalog)],
    }


def in_short(told: Told, catalog: Catalog) -> str:
    """The recommendation for what is told by now in a few sentences; "" while that is not enough for one."""
    got = recommend(told, catalog)
    return "" if isinstance(got, Completed) else f"{_title(got)}. {_lead(got, catalog)}"


def _title(r: Recommendation) -> str:
    if r.best is None:
        return "Deep-learning hardware: nothing we know is enough yet"
    if r.best.machine.kind == "owned":
        return f"Deep-learning hardware: keep {r.best.machine.name}"
    return f"Deep-learning hardware: {r.best.machine.name}"


def _lead(r: Recommendation, catalog: Catalog) -> str:
    if r.best is None:
        return " ".join(["Nothing in the catalogue is enough for this as it stands.",
                         *(say.sentence(reason) for reason in advice.why_nothing(r, catalog))])
    return _plain(" ".join(advice.why_enough(r, catalog)))


def _plain(text: str) -> str:
    return text.replace("**", "").strip()


def _heading(text: str) -> Json:
    return {"kind": "heading", "text": text}


def _text(text: str) -> Json:
    return {"kind": "text", "text": _plain(text)}


def _table(
    title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], widths: tuple[float, ...] = ()
) -> Json:
    """`widths`: shares of the page."""
    return {"kind": "table", "title": title, "columns": list(columns), "rows": [list(row) for row in rows],
            "widths": list(widths or [1 / len(columns)] * len(columns))}


def _blocks(r: Recommendation, told: Told, catalog: Catalog, asked: list[str], contact: str) -> Iterator[Json]:
    shown = options.verdicts(r)
    drawn = charts(r, shown, catalog)
    yield _heading("What you need")
    yield _table("As you told us", ("What", "As told"), _told(told), (0.3, 0.7))
    yield _heading("The options")
    if "price_throughput" in drawn:
        yield {"kind": "chart", "name": "price_throughput", "data": drawn["price_throughput"]}
    if shown:
        table = options.options_table(shown, catalog, r.need)
        yield _table(table.title, table.columns, list(table.rows), (0.18, 0.15, 0.15, 0.22, 0.11, 0.1, 0.09))
    if lines := [_plain(line.removeprefix("- ")) for line in advice.neighbours(r, catalog)]:
        yield {"kind": "list", "items": lines}
    if money := advice.money_lines(r, catalog):
        yield _text(" ".join(money))
    yield _text(
        "Idle is the share of a month's hours in which the machine would have nothing to do. Ranges are 80 % ranges: "
        "one time in ten it is slower than the lower figure, one time in ten faster than the upper. A machine counts "
        "as enough when even the lower figure meets the need (a third of the middle one, where so little is measured "
        "that the range reaches below that)."
    )
    if r.best is not None:
        yield from _machine(r, r.best, catalog)
        if "memory" in drawn:
            yield _heading("Whether it fits")
            yield {"kind": "chart", "name": "memory", "data": drawn["memory"]}
            yield _text("Memory is what rules a machine out first: what does not fit does not run. A tenth of a card's "
                        "memory is left free in this reckoning (a quarter where the processor shares it).")
    if "rent_or_buy" in drawn:
        yield _heading("Rent or buy")
        yield {"kind": "chart", "name": "rent_or_buy", "data": drawn["rent_or_buy"]}
        yield _text("Bought: the price and the electricity. Rented: the hours that this need takes, at today's price. "
                    "Setting up, moving data and looking after the machine come on top of both.")
    yield from _assumed(r, asked)
    yield _heading("Next steps")
    yield {"kind": "steps", "items": _steps(r, contact)}
    yield _heading("Where the figures come from")
    sources = list(options.sources(shown, catalog))
    rows = [(say.first_up(p.figure), p.value, p.basis, p.source) for p in sources]
    yield _table("Figures and sources", ("Figure", "Value", "Basis", "Source and date"), list(dict.fromkeys(rows)),
                 (0.23, 0.2, 0.12, 0.45))
    bases = {basis for _, _, basis, _ in rows}
    yield {"kind": "list", "items": [f"{name}: {what}" for name, what in BASES if name in bases]}


def _machine(r: Recommendation, best: Assessment, catalog: Catalog) -> Iterator[Json]:
    machine, system = best.machine, best.machine.system
    rows = [("Graphics card", say.cards(machine))] if machine.gpu else []
    if system is not None:
        power = running(best)
        rows += [
            ("Processor", f"{system.cpu}, {system.cpu_cores} cores"),
            ("Main memory", f"{system.ram_gb:g} GB"),
            ("Flash storage", f"{system.nvme_tb:g} TB"),
            ("Network", f"{system.network_gbps:g} Gbit/s"),
            ("Power", f"{system.max_power_w:,} W at most, {system.idle_power_w:,} W idle; socket: {system.circuit}"),
            ("Noise", {"server_room": "for a server room only", "office": "fit for an office"}.get(system.noise,
                                                                                                     system.noise)),
            ("Size", f"{system.form_factor}, {system.weight_kg:g} kg"
             + (f", {system.rack_units} rack units" if system.rack_units else "")),
        ]  # fmt: skip
        if power is not None:
            rows.append(("Heat", f"{system.max_power_w:,} W at full load ({power.heat_btu_h:,.0f} BTU an hour)"))
        rows.append(("Price", f"{say.price(system.price, catalog)}, without VAT"))
    elif best.cost_gbp:
        rows.append(("Price", f"{say.cost(best, catalog, r.need.months)}, without VAT"))
    if rows:
        yield _heading("What is recommended")
        yield _table(machine.name, ("Part", "What"), rows, (0.25, 0.75))
    if line := advice.whole_line(r, catalog):
        yield _text(line)


def _told(told: Told) -> list[tuple[str, str]]:
    """What was told, with tasks and phases in words that need no explaining."""
    words = {t.replace("_", " "): w for t, w in {**{t: d.what for t, d in TASKS.items()}, **TALKING}.items()}
    words |= {"inference": "running", "fine tuning": "fine-tuning"}

    def said(what: str, value: str) -> str:
        return ", ".join(words.get(v, v) for v in value.split(", ")) if what in ("task", "phase") else value

    names = {"phase": "to be done", "throughput": "rate"}
    return [(say.first_up(names.get(what, what)), said(what, value)) for what, value in told_rows(told)]


def _assumed(r: Recommendation, asked: list[str]) -> Iterator[Json]:
    yield _heading("What was assumed")
    if r.assumptions:
        yield _text("You did not tell us the following. If any of it is different, the recommendation may be too.")
        rows = [(say.first_up(a.value), say.first_up(a.why)) for a in r.assumptions]
        yield _table("Assumptions", ("Assumed", "Why"), rows, (0.5, 0.5))
    else:
        yield _text("Nothing: all that counts was told.")
    if asked:
        yield _text("An answer to these questions would change the recommendation:")
        yield {"kind": "list", "items": asked}


def _steps(r: Recommendation, contact: str) -> list[str]:
    who = contact or "your account manager"
    check = "Read the list of assumptions with whoever knows the work, and tell us what is different."
    if r.best is None:
        return [check, f"Talk to {who} about what could give: the model's size, the deadline, or the place."]
    best, steps = r.best, [check]
    if best.machine.kind == "owned":
        steps += ["Buy nothing. Put the work on what you have, and note for two weeks how busy it is.",
                  f"If it falls short, come back to {who} with those notes."]
    elif best.machine.kind in ("rent", "api"):
        steps += ["Try it for a month at the price named above: nothing is tied up if the need turns out different.",
                  "Check that your data may be worked on outside your premises.",
                  f"After that month, compare the bill with buying; {who} will work it out again."]
    else:
        steps += ["Rent the same card for a day, where your data allow it, and time your own work on it: that is "
                  "better than any estimate.",
                  "Have somebody check the socket, the space and the noise at the place where it will stand.",
                  f"Ask {who} for a binding quotation. The prices here are indicative, without VAT, and as old as the "
                  "dates beside them."]
    return steps


def _words(blocks: list[Json]) -> Iterator[str]:
    for block in blocks:
        yield from (str(block[key]) for key in ("text", "title") if key in block)
        yield from block.get("items", ())
        for row in block.get("rows", ()):
            yield from row


def _glossary(texts: list[str], catalog: Catalog) -> Iterator[Json]:
    text = "\n".join(texts)
    rows = [(word, catalog.articles[article].sentence) for pattern, word, article in TERMS
            if article in catalog.articles and re.search(pattern, text)]  # fmt: skip
    if rows:
        yield _heading("Words used here")
        yield _table("", ("Word", "What it means"), rows, (0.3, 0.7))
