"""Anything the need could run on: what is kept, bought or rented; and which software runs there."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.things import ApiOffer, Catalog, CloudOffer, Gpu, Price, System
from models.work import Work
from sizing.need import Owned

# Networks that are usually exported to an inference engine (TensorRT, ONNX Runtime) before they go to work
EXPORTED = ("cnn", "detector", "vit", "unet", "transformer_encoder")
# What stands in any office: a plain computer of the last five years or so, taken to be a small one (two channels of
# DDR4-2666 carry 42.7 GB/s). Only tables are entrusted to it: for cameras or people waiting, a machine of its own.
OFFICE_CORES, OFFICE_RAM_GB, OFFICE_RAM_GBS = 4, 16.0, 40.0
OFFICE_TASKS = ("tabular",)
FORECASTS = 1.0  # a second: below that they are made between other things
OLDEST_CUDA = 5.0  # compute capability that today's frameworks still run on


@dataclass(frozen=True)
class Machine:
    """Anything the need could run on. None: not known, so not held against it."""

    id: str
    name: str
    kind: str  # "system", "owned", "rent" or "api"
    gpu: Gpu | None
    count: int
    cores: int | None = None
    ram_gb: float | None = None
    ram_bandwidth_gbs: float | None = None
    nvme_tb: float | None = None
    max_power_w: int | None = None
    idle_power_w: int | None = None
    circuit: str | None = None
    noise: str | None = None
    form_factor: str | None = None
    nvlink: bool = False
    price: Price | None = None  # to buy; an hour's, for "rent"; none for "api", see `offer`
    system: System | None = None
    offer: ApiOffer | None = None  # for "api": somebody else's machine, paid by the token


def from_system(system: System, catalog: Catalog) -> Machine:
    gpu = catalog.gpus.get(system.gpus[0].gpu) if system.gpus else None
    return Machine(
        system.id,
        system.name,
        "system",
        gpu,
        sum(g.count for g in system.gpus) if system.gpus else 0,
        system.cpu_cores,
        system.ram_gb,
        system.ram_bandwidth_gbs,
        system.nvme_tb,
        system.max_power_w,
        system.idle_power_w,
        system.circuit,
        system.noise,
        system.form_factor,
        system.nvlink,
        system.price,
        system,
    )


def from_owned(owned: Owned) -> Machine:
    name = f"your {owned.gpu.name}" if owned.count == 1 else f"your {owned.count}x {owned.gpu.name}"
    bridged = owned.count > 1 and owned.gpu.form_factor.startswith("SXM")  # on cards a bridge is rarely fitted
    return Machine("owned", name, "owned", owned.gpu, owned.count, ram_gb=owned.ram_gb, nvlink=bridged)


def office_computer() -> Machine:
    """Any office computer: nobody has to buy one. Its id comes after a card of their own where both would do."""
    name = f"any office computer you have ({OFFICE_CORES} cores, {OFFICE_RAM_GB:g} GB of memory; no GPU needed)"
    size = OFFICE_CORES, OFFICE_RAM_GB, OFFICE_RAM_GBS
    return Machine("owned_office", name, "owned", None, 0, *size)


def from_offer(offer: CloudOffer, catalog: Catalog) -> Machine:
    gpu = catalog.gpus.get(offer.gpu)
    name = f"rent {offer.count}x {gpu.name if gpu else offer.gpu} from {offer.provider}"
    bridged = offer.count > 1 and gpu is not None and gpu.form_factor.startswith("SXM")
    return Machine(offer.id, name, "rent", gpu, offer.count, nvlink=bridged, price=offer.hourly)


def exported(work: Work) -> bool:
    """Whether such a network is usually exported to an inference engine (TensorRT, ONNX Runtime) before it goes to
    work."""
    return not work.trains and work.network.kind in EXPORTED


def software(work: Work, gpu: Gpu) -> str | None:
    """Why the usual software would not run this work on this card, or None."""
    if gpu.compute_capability and float(gpu.compute_capability) < OLDEST_CUDA:
        return f"today's frameworks no longer run on the {gpu.name}"
    if "embedded" in gpu.form_factor.lower() and work.trains:
        return f"the {gpu.name} is an edge module: it runs networks, it is not meant to train them"
    datacentre = gpu.vendor == "AMD" and gpu.name.upper().startswith(("MI", "INSTINCT"))
    if gpu.vendor != "NVIDIA" and not datacentre and not (work.decoder and not work.trains):
        return (
            f"frameworks for this work are made for NVIDIA's CUDA first; the {gpu.name} would need porting and patience"
        )
    return None
