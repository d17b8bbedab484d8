"""The columns of every catalog file: one place says their order, type, unit, bounds and meaning.

CSV and XLSX files, database tables (`catalog.tables`) and the dataclasses of `catalog.things` all follow `KINDS`.
A row holds a value for each column; `to_thing` and `to_row` go between it and the dataclass. `catalog.cells` reads and
writes the single values. Nothing here does I/O.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from catalog import things
from catalog.things import FORM_FACTORS, KINDS_OF_MEMORY, NOISE, PRECISIONS_TIMED, Price

CURRENCIES = (
    "GBP", "USD", "EUR", "AED", "AUD", "BRL", "CAD", "CHF", "CNY", "DKK", "HKD", "INR", "JPY", "NOK", "NZD", "PLN",
    "SEK", "SGD",
)
NETWORK_KINDS = (
    "feedforward", "cnn", "deconvolutional", "dcign", "boltzmann", "autoencoder", "vae", "rnn", "lstm", "gru",
    "transformer_encoder", "transformer_decoder", "vit", "unet", "detector", "speech", "tts", "recommender",
    "diffusion", "video_diffusion", "gan", "time_series", "boosted_trees",
)


@dataclass(frozen=True)
class Column:
    """`least` and `most` bound a number (inclusive; money must be above `least`); `unit` is what the number counts."""

    name: str
    type: str  # slug, text, number, integer, money, day, yes_no, choice, list, gpu_counts
    meaning: str
    unit: str = ""
    required: bool = False
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """One file of things. `key` is the column that names a row, `thing` the dataclass it becomes."""

    name: str
    key: str
    thing: type[Any] | None  # None: a list of prices for things of other kinds
    columns: tuple[Column, ...]
    attribute: str = ""  # where `things.Catalog` keeps them

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def priced(self) -> bool:
        return any(column.name == "price_amount" for column in self.columns)


def _slug(name: str, meaning: str) -> Column:
    return Column(name, "slug", meaning, required=True)


def _text(name: str, meaning: str, required: bool = False) -> Column:
    return Column(name, "text", meaning, required=required)


def _number(name: str, unit: str, meaning: str, least: float, most: float, required: bool = False) -> Column:
    return Column(name, "number", meaning, unit, required, least, most)


def _integer(name: str, unit: str, meaning: str, least: float, most: float, required: bool = False) -> Column:
    return Column(name, "integer", meaning, unit, required, least, most)


def _choice(name: str, meaning: str, choices: tuple[str, ...]) -> Column:
    return Column(name, "choice", meaning, required=True, choices=choices)


def _price(what: str, required: bool = False) -> tuple[Column, ...]:
    return (
        Column("price_amount", "money", f"{what}, without VAT; empty when not priced, never 0", "price_currency",
               required, 0, 1e8),
        Column("price_currency", "choice", "ISO 4217 code", required=required, choices=CURRENCIES),
        Column("price_day", "day", "the day the price was seen, YYYY-MM-DD", required=required),
        _text("price_source", "who says so: a page, a price list, a quote", required=required),
    )


_SOURCE = _text("source", "where the figures come from, with the page and date where there is one", required=True)
_NOTES = _text("notes", "anything a buyer should know; how a figure was derived")
_ALIASES = Column("aliases", "list", "other ways people write it, lower case, `;` between them")

GPUS = Kind("gpus", "id", things.Gpu, (
    _slug("id", "such as `a100_sxm4_80gb`: one for each variant that differs in memory, speed or power"),
    _slug("topic", "the topic it is filed under, without variant, such as `a100`"),
    _text("name", "as people write it: `RTX 4090`", required=True),
    _text("vendor", "NVIDIA, AMD, Intel, Apple, ...", required=True),
    _text("architecture", "as its maker calls it: Ampere, RDNA 3, ...", required=True),
    _integer("launch_year", "year", "when it was first sold", 2005, 2100),
    _text("form_factor", "as its maker says: `PCIe dual-slot`, `SXM`, `laptop`, `embedded module`", required=True),
    _number("memory_gb", "GB", "as sold (binary GB stand behind it)", 0.25, 2048, required=True),
    _choice("memory_kind", "unified: the processor's RAM is the GPU's memory too", KINDS_OF_MEMORY),
    _number("bandwidth_gbs", "GB/s", "memory bandwidth, 10^9 bytes a second", 5, 50_000, required=True),
    _number("fp32_tflops", "TFLOPS", "FP32 on the ordinary cores", 0.01, 1_000),
    _number("tf32_tflops", "TFLOPS", "TF32 on tensor cores, dense, FP32 accumulate", 0.1, 10_000),
    _number("fp16_tflops", "TFLOPS", "FP16 on tensor cores, dense, FP32 accumulate; empty: has none", 0.1, 20_000),
    _number("bf16_tflops", "TFLOPS", "BF16 on tensor cores, dense, FP32 accumulate", 0.1, 20_000),
    _number("fp8_tflops", "TFLOPS", "FP8 on tensor cores, dense, FP32 accumulate", 0.1, 50_000),
    _number("int8_tops", "TOPS", "INT8 on tensor cores, dense", 0.1, 50_000),
    _number("tdp_w", "W", "board power", 3, 3_000),
    _number("nvlink_gbs", "GB/s", "NVLink or its like, both directions together; 0: has none", 0, 10_000),
    _integer("pcie_gen", "generation", "PCI Express generation", 1, 8),
    _text("compute_capability", "CUDA compute capability, NVIDIA only: `8.9`"),
    Column("ecc", "yes_no", "whether its memory corrects errors"),
    _ALIASES,
    *_price("the card alone"),
    _SOURCE,
    _NOTES,
), "gpus")

SYSTEMS = Kind("systems", "id", things.System, (
    _slug("id", "such as `quiet_tower_4090`"),
    _text("name", "as a quote would call it", required=True),
    _choice("form_factor", "where it goes", FORM_FACTORS),
    Column("gpus", "gpu_counts", "ids of gpus.csv with counts: `2x rtx_4090;1x l40s`; empty for a CPU-only machine"),
    _text("cpu", "the processors: `2x AMD EPYC 9354`", required=True),
    _integer("cpu_cores", "cores", "all processors together", 1, 2_048, required=True),
    _number("ram_gb", "GB", "main memory", 1, 100_000, required=True),
    _number("ram_bandwidth_gbs", "GB/s", "what the processors see, together", 1, 20_000, required=True),
    _number("nvme_tb", "TB", "local flash, 10^12 bytes", 0, 10_000, required=True),
    _integer("psu_w", "W", "power supplies: what they can deliver with redundancy kept", 5, 200_000, required=True),
    _integer("max_power_w", "W", "at the wall, everything busy", 3, 200_000, required=True),
    _integer("idle_power_w", "W", "at the wall, nothing running", 1, 100_000, required=True),
    _integer("rack_units", "U", "empty for what does not go in a rack", 1, 48),
    _number("weight_kg", "kg", "as it stands", 0.05, 3_000, required=True),
    _choice("noise", "class; `office` may stand beside a desk", NOISE),
    _text("circuit", "what it plugs into: `13 A socket`, `16 A C19`, `32 A`, `2x 32 A`, `3-phase 32 A`", required=True),
    _number("network_gbps", "Gbit/s", "fastest port", 0.1, 10_000, required=True),
    Column("nvlink", "yes_no", "whether its GPUs are joined by NVLink or its like", required=True),
    *_price("the whole machine"),
    _text("made_of", "how the price was composed", required=True),
    _SOURCE,
    _NOTES,
), "systems")

STORAGE = Kind("storage", "id", things.Storage, (
    _slug("id", "such as `nvme_u2_7.68tb`"),
    _text("name", "as a quote would call it", required=True),
    _choice("kind", "what it is", ("nvme", "sata_ssd", "hdd", "nas", "flash_array")),
    _number("capacity_tb", "TB", "usable, 10^12 bytes", 0.01, 100_000, required=True),
    _number("read_gbs", "GB/s", "sequential read", 0.01, 10_000, required=True),
    _number("write_gbs", "GB/s", "sequential write", 0.01, 10_000),
    _number("read_iops", "reads/s", "random 4 KiB reads", 10, 1e9),
    _number("power_w", "W", "busy", 0.1, 50_000),
    _integer("rack_units", "U", "empty for what goes inside a machine or on a shelf", 1, 48),
    *_price("one"),
    _SOURCE,
    _NOTES,
), "storage")

NETWORK_GEAR = Kind("network_gear", "id", things.NetworkGear, (
    _slug("id", "such as `connectx7_400g`"),
    _text("name", "as a quote would call it", required=True),
    _choice("kind", "what it is", ("nic", "switch", "cable")),
    _choice("protocol", "what it speaks", ("ethernet", "infiniband")),
    _number("gbps", "Gbit/s", "a port", 0.1, 2_000, required=True),
    _integer("ports", "ports", "how many of that speed", 1, 2_048, required=True),
    _number("power_w", "W", "typical", 0.1, 20_000),
    *_price("one"),
    _SOURCE,
    _NOTES,
), "gear")

CLOUD_OFFERS = Kind("cloud_offers", "id", things.CloudOffer, (
    _slug("id", "such as `lambda_h100_sxm_1_on_demand`"),
    _text("provider", "who rents it out", required=True),
    _slug("gpu", "an id of gpus.csv"),
    _integer("count", "GPUs", "how many in the machine", 1, 1_024, required=True),
    _choice("terms", "how it is rented", ("on_demand", "spot", "reserved")),
    *_price("an hour of the whole machine, all GPUs together", required=True),
    _text("region", "where it stands"),
    _NOTES,
), "offers")

API_OFFERS = Kind("api_offers", "id", things.ApiOffer, (
    _slug("id", "such as `deepinfra_llama_3.3_70b`"),
    _text("provider", "who runs it", required=True),
    _slug("network", "an id of networks.csv"),
    Column("input_price", "money", "a million tokens sent, uncached, without VAT", "`currency`", True, 0, 1_000),
    Column("output_price", "money", "a million tokens answered, without VAT", "`currency`", True, 0, 1_000),
    Column("currency", "choice", "ISO 4217 code", required=True, choices=CURRENCIES),
    Column("day", "day", "the day the prices were seen, YYYY-MM-DD", required=True),
    _SOURCE,
    _NOTES,
), "api_offers")

EXCHANGE_RATES = Kind("exchange_rates", "currency", things.ExchangeRate, (
    Column("currency", "choice", "ISO 4217 code", required=True, choices=CURRENCIES),
    Column("gbp", "money", "what one unit of it costs", "GBP", True, 0, 100),
    Column("day", "day", "the day of the rate, YYYY-MM-DD", required=True),
    _text("source", "who published it", required=True),
), "rates")

NETWORKS = Kind("networks", "id", things.Network, (
    _slug("id", "such as `llama_3.1_8b`"),
    _text("name", "as people write it", required=True),
    _choice("kind", "the class whose cost model applies", NETWORK_KINDS),
    _slug("task", "the task it is usually used for"),
    _number("params_m", "10^6", "parameters in total; empty where it depends on the data", 1e-6, 1e8),
    _number("active_params_m", "10^6", "those that work on one token: as params_m unless experts mix", 1e-6, 1e8),
    _number("gmacs", "10^9 multiply-adds", "forward, for one item at `input`", 1e-9, 1e9),
    _number("activations_m", "10^6 values", "written by the layers, forward, for one item at `input`", 1e-6, 1e9),
    _text("item", "what is counted: image, sequence, token, second of audio, step, row", required=True),
    _text("input", "the size the two figures above hold for: `224x224`, `512 tokens`"),
    _integer("layers", "layers", "transformer layers or their like", 1, 10_000),
    _integer("hidden", "values", "width", 1, 1_000_000),
    _integer("heads", "heads", "attention heads", 1, 10_000),
    _integer("kv_heads", "heads", "heads whose keys and values are kept", 1, 10_000),
    _integer("head_dim", "values", "width of a head", 1, 10_000),
    _number("kv_bytes_fp16", "bytes a token", "only where the usual formula does not hold", 1, 1e8),
    _integer("kv_window", "tokens", "what windowed layers keep; `kv_bytes_fp16` is then that of the others", 1, 1e8),
    _integer("context", "tokens", "as published", 1, 100_000_000),
    _number("native_bits", "bits a weight", "as released, when not 16", 1, 64),
    Column("open_weights", "yes_no", "whether anyone may download it", required=True),
    _ALIASES,
    _SOURCE,
), "networks")

TIMINGS = Kind("timings", "id", things.Timing, (
    _slug("id", "machine, provider, model, precision, batch and sizes; the same again replaces it"),
    _slug("reference", "id of the reference model that was timed"),
    _slug("network", "the id in networks.csv of the same network"),
    _text("item", "what one of the batch is: image, sequence, token, row", required=True),
    Column("gpu", "slug", "an id of gpus.csv; empty when the processor did it"),
    _text("processor", "as the machine names it, with the threads it offers", required=True),
    _slug("provider", "of onnxruntime: cuda, tensorrt, cpu, ..."),
    _choice("precision", "tf32: the graph of fp32 with its products in TF32; fp32: without", PRECISIONS_TIMED),
    _integer("batch", "items", "in one run", 1, 1e9, required=True),
    _text("sizes", "of the other dynamic dimensions: `tokens=128`, `;` between several"),
    _number("items_per_s", "items/s", "median, inputs and outputs on the device", 1e-9, 1e12, required=True),
    _number("items_per_s_low", "items/s", "at the 90th percentile of the run's duration", 1e-9, 1e12, required=True),
    _number("items_per_s_high", "items/s", "at the 10th percentile of the run's duration", 1e-9, 1e12, required=True),
    _number("items_per_s_with_copies", "items/s", "median, with copies to the device and back", 1e-9, 1e12),
    _number("memory_gb", "10^9 bytes", "taken at most; on a GPU with what the runtime itself takes", 1e-6, 1e5),
    _number("power_w", "W", "the GPU's board, mean over the repeats", 0.1, 5_000),
    _number("clock_mhz", "MHz", "of the GPU's multiprocessors, median over the repeats", 1, 10_000),
    _integer("layers", "layers", "more than 1: the graph is one layer of so many", 1, 10_000, required=True),
    _number("params_m", "10^6", "parameters, counted from the graph", 0, 1e8, required=True),
    _number("gmacs", "10^9 multiply-adds", "for one item at `sizes`, counted from the graph", 0, 1e9, required=True),
    _number("activations_m", "10^6 values", "written for one item, counted from the graph", 0, 1e9, required=True),
    _text("driver", "the GPU's, by version"),
    _text("cuda", "by version"),
    _text("cudnn", "by version"),
    _text("onnxruntime", "by version", required=True),
    _integer("warm_up", "runs", "before the first that counts", 0, 1e9, required=True),
    _integer("repeats", "runs", "that count", 1, 1e9, required=True),
    Column("day", "day", "the day it was timed, YYYY-MM-DD", required=True),
    _SOURCE,
    _NOTES,
), "timings")

PRICES = Kind("prices", "item", None, (
    _text("item", "id, name or alias of a GPU, system, storage or network part", required=True),
    Column("kind", "choice", "which kind the item is; needed only where things of two kinds have the name",
           choices=("gpus", "systems", "storage", "network_gear")),
    *_price("one", required=True),
))

KINDS: dict[str, Kind] = {kind.name: kind for kind in (
    GPUS, SYSTEMS, STORAGE, NETWORK_GEAR, CLOUD_OFFERS, EXCHANGE_RATES, NETWORKS, API_OFFERS, TIMINGS, PRICES)}
STORED = tuple(kind for kind in KINDS.values() if kind.thing)  # in the order in which they refer to one another

def to_thing(kind: Kind, row: Mapping[str, Any]) -> Any:
    """The dataclass for a row of values (by column name); columns that are absent take the dataclass's default."""
    assert kind.thing is not None
    price = None
    if row.get("price_amount") is not None:
        price = Price(row["price_amount"], row["price_currency"], row["price_day"], row["price_source"])
    values = {}
    for field in fields(kind.thing):
        if field.name in ("price", "hourly"):
            values[field.name] = price
        elif row.get(field.name) is not None or field.default is MISSING:
            values[field.name] = row.get(field.name)
    return kind.thing(**values)


def to_row(kind: Kind, thing: Any) -> dict[str, Any]:
    """The row of values for a dataclass, one for every column of the kind."""
    price = getattr(thing, "hourly", None) or getattr(thing, "price", None)
    if price:
        spread = {"price_amount": price.amount, "price_currency": price.currency, "price_day": price.day,
                  "price_source": price.source}
    else:
        spread = {"price_amount": None, "price_currency": None, "price_day": None, "price_source": ""}
    return {column.name: spread[column.name] if column.name in spread else getattr(thing, column.name)
            for column in kind.columns}


def readme() -> str:
    """catalog/data/README.md: the tables people who write these files follow."""
    parts = [_README]
    for kind in KINDS.values():
        parts += [f"\n## {kind.name}\n", f"One row for each `{kind.key}`.\n",
                  "| column | type | unit | required | bounds | meaning |", "|---|---|---|---|---|---|"]
        for column in kind.columns:
            bounds = ", ".join(column.choices) if column.choices else _bounds(column)
            cells = (column.name, column.type, column.unit, "yes" if column.required else "", bounds, column.meaning)
            parts.append(f"| {' | '.join(cells)} |")
    return "\n".join(parts) + "\n"


def _bounds(column: Column) -> str:
    if column.least is None or column.most is None:
        return ""
    low = f"> {column.least:g}" if column.type == "money" else f"{column.least:g}"
    return f"{low} to {column.most:g}"


_README = """# Seed data of the catalog

Written by `catalog.schema.readme()`: change `catalog/schema.py`, not this page.

- UTF-8 CSV with a heading row; columns in any order, optional ones may be left out. The file is `<kind>.csv`;
  `gpu_prices.csv` is of the kind `prices`.
- An empty cell means not known. Never write 0, a guess or `n/a` for what is not known.
- ids: lower-case letters, digits, `_`, `-`, `.`. `list`: `;` between the parts. `gpu_counts`: `2x rtx_4090;1x l40s`.
  `yes_no`: yes or no. `day`: YYYY-MM-DD. `money`: a plain number, the currency in its own column.
- A price has an amount, a currency, a day and a source, all four or none. It is net of VAT.
- Compute figures are dense, never sparse, and mixed precision is with FP32 accumulate.
- Every row says its source.
- Articles: `catalog/articles/<group>/<id>.yaml`, one each; the keys are the fields of `catalog.things.Article`;
  `answers` is a list of `{question, answer}`, `figures` a list of `{what, value, unit, source, day}`."""
