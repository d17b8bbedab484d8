"""The machine around the GPU: what keeps it fed, and what would hold it back. Rules of thumb are named as such."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from catalog.things import Catalog, Storage
from sizing.figures import Assessment
from sizing.money import price_gbp
from sizing.need import Need, Workload
from sizing.reasons import cpu_cores_needed
from sizing.units import plain

RAM_FLOOR_GB = 16.0
RAM_PER_VRAM = (
    1.25  # rule of thumb: main memory a little over the GPU memory in use, so that a model can be loaded through it
)
KEPT = 2.0  # the data, and as much again for copies, checkpoints and results
SYSTEM_TB = 0.2
CACHED = 0.6  # share of main memory the operating system can use to keep data it has read once


@dataclass(frozen=True)
class Whole:
    """What the need asks of the rest of the machine. `bottleneck` is what will be busy first, in words."""

    cores: int
    ram_gb: float
    storage_tb: float
    read_gbs: float  # sustained, from storage
    network_gbps: float
    bottleneck: str
    notes: tuple[str, ...]


def read_rate_gbs(workload: Workload, ram_gb: float) -> float:
    """GB a second that storage must deliver while training: none of it once the data fits in memory."""
    demand = workload.demand
    if not (demand.items and demand.hours) or workload.dataset_gb <= ram_gb * CACHED or not workload.item_bytes:
        return 0.0
    return demand.items * workload.item_bytes / (demand.hours * 3600) / 1e9


def whole(need: Need, assessment: Assessment | None) -> Whole:
    """Processor, memory, storage and network that keep the GPU of `assessment` fed."""
    used = max((f.needed_gb for f in assessment.figures), default=0.0) if assessment else 0.0
    cores = max((cpu_cores_needed(w) for w in need.workloads), default=2)
    ram = max(RAM_FLOOR_GB, 8 + used * RAM_PER_VRAM)
    data_tb = sum(w.dataset_gb for w in need.workloads) / 1000
    has = assessment.machine.ram_gb if assessment and assessment.machine.ram_gb else ram
    reading = max((read_rate_gbs(w, has) for w in need.workloads), default=0.0)
    wire = sum((w.demand.rate or 0.0) * w.item_bytes for w in need.workloads if not w.work.trains) * 8 / 1e9
    notes = []
    storage = SYSTEM_TB + data_tb * KEPT
    if assessment and assessment.machine.nvme_tb is not None and storage > assessment.machine.nvme_tb:
        notes.append(
            f"its {assessment.machine.nvme_tb:g} TB of flash is less than the {storage:.1f} TB the data wants: "
            f"add storage"
        )
    if reading > 0.15:
        notes.append(
            f"training reads {plain(reading)} GB/s, more than a hard disk (about 0.2 GB/s) or a 1 Gbit/s network "
            f"(0.12 GB/s) gives"
        )
    return Whole(cores, ceil(ram / 8) * 8, storage, reading, wire, bottleneck(assessment), tuple(notes))


def bottleneck(assessment: Assessment | None) -> str:
    """What limits the machine on this need, in words."""
    if assessment is None or not assessment.figures:
        return "not known"
    tightest = max(assessment.figures, key=lambda f: f.needed_gb / f.available_gb if f.available_gb else 0.0)
    busiest = max(assessment.figures, key=lambda f: f.share)
    full = tightest.needed_gb / tightest.available_gb if tightest.available_gb else 0.0
    if full > 0.7 and full > busiest.share:
        return f"GPU memory ({full:.0%} of what can be planned for)"
    if busiest.serving is not None:
        return busiest.serving.bottleneck
    return "the GPU's speed" if assessment.machine.gpu is not None else "the processor's speed"


def storage_for(whole_need: Whole, catalog: Catalog) -> Storage | None:
    """The cheapest storage in the catalog that holds the data and reads it fast enough."""
    priced = [
        (p, s.id, s)
        for s in catalog.storage.values()
        if s.capacity_tb >= whole_need.storage_tb
        and s.read_gbs >= whole_need.read_gbs
        and (p := price_gbp(s.price, catalog.rates)) is not None
    ]
    return min(priced)[2] if priced else None
