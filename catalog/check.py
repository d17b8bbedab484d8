"""Checks everything the catalog knows: units and bounds, references, names, peaks that cannot be, prices' age.

An error would make Plainspec say something wrong; an import that brings one is refused. A warning is for a person.
"""
from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from catalog import cells, names, schema
from catalog.things import Catalog, Gpu, Network, Price, System, Timing

OLD_PRICE_DAYS = 365
OLD_TIMING_DAYS = 730  # drivers and runtimes get faster
SOCKET_13A_W = 13 * 230  # the most a British socket gives

# FP16 with FP32 accumulate on tensor or matrix units, dense, over FP32 on the ordinary cores: what each architecture's
# operations per clock give (vendors' architecture white papers). GeForce has half of it since Turing.
PEAK_RATIO = {
    "7.0": 8, "7.2": 8, "7.5": 8, "8.0": 16, "8.6": 4, "8.7": 8, "8.9": 4, "9.0": 15, "10.0": 31, "10.3": 31,
    "12.0": 4, "CDNA": 8, "CDNA 2": 8, "CDNA 3": 8, "CDNA 4": 16, "RDNA 3": 2, "RDNA 3.5": 4, "RDNA 4": 4,
    "Xe-HPG": 8, "Xe2-HPG": 8.5,
}
_ABOVE_SHEET = 1.15  # how far a card's clock may rise above the one its data sheet computes peaks with
_FP8_TWICE_FP16 = ("8.9", "9.0", "10.0", "10.3", "12.0", "CDNA 3", "CDNA 4", "RDNA 4")
_TF32_HALF_FP16 = ("8.0", "8.6", "8.9", "9.0", "10.0", "10.3", "12.0")


@dataclass(frozen=True)
class Finding:
    level: str  # "error" or "warning"
    kind: str
    id: str
    column: str
    text: str

    def __str__(self) -> str:
        return f"{self.level}: {self.kind}, {self.id}{', ' + self.column if self.column else ''}: {self.text}"


def check(catalog: Catalog, today: date) -> list[Finding]:
    """All findings, errors first."""
    return _errors_first([*_bounds(catalog, today), *contradictions(catalog, today)])


def contradictions(catalog: Catalog, today: date) -> list[Finding]:
    """Those that `catalog.files` cannot see, as they need more than one cell."""
    found = [*_references(catalog), *_duplicates(catalog), *_old_prices(catalog, today), *_old_timings(catalog, today)]
    for gpu in catalog.gpus.values():
        found += (Finding("error", "gpus", gpu.id, column, text) for column, text in peaks(gpu))
    for system in catalog.systems.values():
        found += (Finding(level, "systems", system.id, column, text)
                  for level, column, text in _system(system, catalog))
    for network in catalog.networks.values():
        found += (Finding("error", "networks", network.id, column, text) for column, text in _network(network))
    for timing in catalog.timings.values():
        found += (Finding("error", "timings", timing.id, column, text) for column, text in _timing(timing, catalog))
    return _errors_first(found)


def _timing(timing: Timing, catalog: Catalog) -> Iterator[tuple[str, str]]:
    if not timing.items_per_s_low <= timing.items_per_s <= timing.items_per_s_high:
        yield "items_per_s", (f"the median {timing.items_per_s:g} is not between {timing.items_per_s_low:g} and "
                              f"{timing.items_per_s_high:g}")
    if timing.network not in catalog.networks:
        yield "network", f"no network has the id '{timing.network}'"
    if (timing.gpu is None) != (timing.provider == "cpu"):
        yield "gpu", ("a run of the provider cpu is one of no GPU" if timing.gpu else
                      f"a run of {timing.provider} is one of a GPU, and none is named")
    if timing.gpu is None:
        return
    gpu = catalog.gpus.get(timing.gpu)
    if gpu is None:
        yield "gpu", f"no GPU has the id '{timing.gpu}'"
        return
    if timing.memory_gb and timing.memory_gb * 1e9 > gpu.memory_bytes * 1.02:
        yield "memory_gb", f"{timing.memory_gb:g} GB is more than the {gpu.memory_gb:g} GB of {gpu.name}"
    if timing.precision == "tf32" and not gpu.tf32_tflops:
        yield "precision", f"{gpu.name} has no TF32"
    peak = {"fp32": gpu.fp32_tflops, "tf32": gpu.tf32_tflops, "fp16": gpu.fp16_tflops,
            "int8": gpu.int8_tops}.get(timing.precision)
    if peak:
        kind = catalog.networks[timing.network].kind if timing.network in catalog.networks else ""
        # Convolutions in FP32 may be done with fewer multiplications than they are counted as (Winograd: 2.25 times).
        most = peak * _ABOVE_SHEET * (2.25 if timing.precision == "fp32" and not kind.startswith("transformer") else 1)
        done = timing.items_per_s * timing.gmacs * 2 / 1000
        if done > most:
            yield "items_per_s", (f"{timing.items_per_s:g} a second are {done:g} TFLOPS, above the {peak:g} that "
                                  f"{gpu.name} does at most in {timing.precision}")


def _old_timings(catalog: Catalog, today: date) -> Iterator[Finding]:
    old = [(timing.day, key) for key, timing in catalog.timings.items()
           if (today - timing.day).days > OLD_TIMING_DAYS]
    if old:
        day, key = min(old)
        yield Finding("warning", "timings", key, "day", f"{len(old)} timing{'' if len(old) == 1 else 's'} "
                      f"{'is' if len(old) == 1 else 'are'} more than {OLD_TIMING_DAYS} days old; this one is of {day}")


def _errors_first(found: list[Finding]) -> list[Finding]:
    return sorted(found, key=lambda finding: (finding.level != "error", finding.kind, finding.id))


def _bounds(catalog: Catalog, today: date) -> Iterator[Finding]:
    for kind in schema.STORED:
        for key, thing in getattr(catalog, kind.attribute).items():
            for name, value in schema.to_row(kind, thing).items():
                try:
                    cells.decode(kind.column(name), cells.encode(value), today)
                except cells.BadCell as error:
                    yield Finding("error", kind.name, key, name, str(error))


def _references(catalog: Catalog) -> Iterator[Finding]:
    for system in catalog.systems.values():
        for part in system.gpus:
            if part.gpu not in catalog.gpus:
                yield Finding("error", "systems", system.id, "gpus", f"no GPU has the id '{part.gpu}'")
    for offer in catalog.offers.values():
        if offer.gpu not in catalog.gpus:
            yield Finding("error", "cloud_offers", offer.id, "gpu", f"no GPU has the id '{offer.gpu}'")
    for api in catalog.api_offers.values():
        if api.network not in catalog.networks:
            yield Finding("error", "api_offers", api.id, "network", f"no network has the id '{api.network}'")
    for kind, key, price in prices(catalog):
        if price.currency != "GBP" and price.currency not in catalog.rates:
            column = "currency" if kind == "api_offers" else "price_currency"
            yield Finding("error", kind, key, column, f"there is no exchange rate for {price.currency}")


def prices(catalog: Catalog) -> Iterator[tuple[str, str, Price]]:
    """Every price there is: the kind, the key, the price; of an API, that of its input."""
    for kind in schema.STORED:
        if kind.priced:
            for key, thing in getattr(catalog, kind.attribute).items():
                price = getattr(thing, "hourly", None) or getattr(thing, "price", None)
                if price:
                    yield kind.name, key, price
    for api in catalog.api_offers.values():
        yield "api_offers", api.id, Price(api.input_price, api.currency, api.day, api.source)


def _duplicates(catalog: Catalog) -> Iterator[Finding]:
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for entry in names.written(catalog):
        owners[entry.kind, entry.surface].add(entry.id)
    for (kind, surface), ids in sorted(owners.items()):
        for other in sorted(ids)[1:]:
            yield Finding("error", kind, other, "name", f"'{surface}' is also a name of {min(ids)}")


def _old_prices(catalog: Catalog, today: date) -> Iterator[Finding]:
    by_kind: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for kind, key, price in prices(catalog):
        if (today - price.day).days > OLD_PRICE_DAYS:
            by_kind[kind].append((price.day, key))
    for kind, old in sorted(by_kind.items()):
        day, key = min(old)
        few = len(old) == 1
        column = "day" if kind == "api_offers" else "price_day"
        yield Finding("warning", kind, key, column, f"{len(old)} price{'' if few else 's'} of {kind} "
                      f"{'is' if few else 'are'} more than {OLD_PRICE_DAYS} days old; this one is of {day}")


def geforce(gpu: Gpu) -> bool:
    """A GeForce RTX card: its tensor cores run at half rate with FP32 accumulate."""
    return bool(re.match(r"(geforce_)?rtx_\d{4}(?!.*_ada)", gpu.id)) and gpu.vendor == "NVIDIA"


def peaks(gpu: Gpu) -> Iterator[tuple[str, str]]:
    """Peaks that contradict each other: (column, why). Mostly a sparse figure, twice the dense, in a dense column."""
    family = gpu.compute_capability or gpu.architecture
    ratio = PEAK_RATIO.get(family)
    halved = geforce(gpu)
    fp16 = gpu.fp16_tflops or gpu.bf16_tflops
    if ratio and gpu.fp32_tflops:
        most = gpu.fp32_tflops * ratio * (0.5 if halved else 1)
        for column in ("fp16_tflops", "bf16_tflops"):
            value = getattr(gpu, column)
            if value and value > 1.3 * most:
                what = "sparse, or with FP16 accumulate" if halved else "sparse"
                times = f"{value / most:.1f} times"
                yield column, f"{value:g} is {times} what {family} does dense ({most:g}): is it {what}?"
    if not fp16:
        return
    if gpu.fp8_tflops and family in _FP8_TWICE_FP16 and not 1.9 < gpu.fp8_tflops / fp16 < 2.1:
        yield "fp8_tflops", f"{gpu.fp8_tflops:g} is not twice the {fp16:g} of FP16, as on {family}: is one sparse?"
    if gpu.tf32_tflops and family in _TF32_HALF_FP16 and not 0.45 < gpu.tf32_tflops / fp16 < 0.55:
        yield "tf32_tflops", f"{gpu.tf32_tflops:g} is not half the {fp16:g} of FP16, as on {family}: is one sparse?"
    if gpu.int8_tops and gpu.vendor == "NVIDIA" and gpu.int8_tops > fp16 * (4.2 if halved else 2.1):
        limit = 4 if halved else 2
        yield "int8_tops", f"{gpu.int8_tops:g} is more than {limit} times the {fp16:g} of FP16: is it sparse?"


def _system(system: System, catalog: Catalog) -> Iterator[tuple[str, str, str]]:
    gpus = [(catalog.gpus[part.gpu], part.count) for part in system.gpus if part.gpu in catalog.gpus]
    if system.max_power_w > system.psu_w:
        yield "error", "psu_w", f"its supplies give {system.psu_w} W and it draws {system.max_power_w} W"
    if system.idle_power_w >= system.max_power_w:
        yield "error", "idle_power_w", f"{system.idle_power_w} W is not less than the {system.max_power_w} W when busy"
    if system.circuit == "13 A socket" and system.max_power_w > SOCKET_13A_W:
        yield "error", "circuit", f"a 13 A socket gives {SOCKET_13A_W} W and it draws {system.max_power_w} W"
    board_w = sum((gpu.tdp_w or 0) * count for gpu, count in gpus)
    if board_w > system.max_power_w:
        yield "warning", "max_power_w", f"its GPUs alone may draw {board_w:g} W of its {system.max_power_w} W"
    if system.nvlink and all(not gpu.nvlink_gbs for gpu, _ in gpus):
        yield "error", "nvlink", "none of its GPUs has NVLink"
    if system.form_factor == "rack" and system.rack_units is None:
        yield "error", "rack_units", "a rack machine has a height"


def _network(network: Network) -> Iterator[tuple[str, str]]:
    if network.params_m and network.active_params_m and network.active_params_m > network.params_m * 1.001:
        yield "active_params_m", f"{network.active_params_m:g} is more than all its parameters, {network.params_m:g}"
    if network.heads and network.kv_heads and network.heads % network.kv_heads:
        yield "kv_heads", f"{network.heads} heads cannot share {network.kv_heads}"
    if network.kind == "transformer_decoder" and network.open_weights and not network.params_m:
        yield "params_m", "a language model with open weights has a known size"
