"""Times the reference models on the machine in front of you. `python -m models.timing` runs it by itself.

    asked = request(models=("resnet50",), provider="cuda")   # checks all of it; raises CannotTime
    for results in asked.run():                              # Timing and Missed, a model and a precision at a time
        ...

Needs Python 3.10 or later, numpy, onnx and onnxruntime. Method:

- The inputs are random, on the device before the clock starts, and outputs stay there (I/O binding); each run is timed
  by itself, from the call until its outputs are synchronised. A second figure has the copies in it.
- Runs before the first that counts let clocks rise and kernels be chosen. Repeats go on until there are enough of them
  and they took long enough (`measure.Effort`). Said are the median and the 10th and 90th percentile.
- Nothing is called a run of a GPU that onnxruntime gave to the processor, in whole or for any node that does work
  (`providers`); nothing INT8 whose products were in floating point; nothing FP32 that used TF32.
- Memory: on a GPU all that is in use there less what was before; on the processor this process's resident memory less
  what it was before. Power: from NVML's energy counter over the repeats. Clock: of the multiprocessors.
"""
from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from models.reference import REFERENCES, Reference
from models.timing import machine, providers
from models.timing.machine import Machine, Meter, Nvml, Unmetered
from models.timing.measure import Effort
from models.timing.providers import CannotTime
from models.timing.sweep import Missed, Progress, Result, Settings, jobs, time_all

__all__ = ["CannotTime", "Effort", "Missed", "Progress", "Request", "Result", "chosen", "request"]


@dataclass(frozen=True)
class Request:
    """What will be timed, with what, where: everything checked."""

    references: tuple[Reference, ...]
    settings: Settings
    machine: Machine
    meter: Meter

    @property
    def jobs(self) -> int:
        return len(jobs(self.references, self.settings.precisions))

    @property
    def left_out(self) -> list[Missed]:
        """Models that come in no precision asked for."""
        timed = {reference.id for reference, _ in jobs(self.references, self.settings.precisions)}
        return [Missed(reference.id, " and ".join(reference.precisions), 1,
                       f"{self.settings.provider} was to compute in {', '.join(self.settings.precisions)}")
                for reference in self.references if reference.id not in timed]

    def run(self, tell: Callable[[Progress], None] = lambda progress: None) -> Iterator[list[Result]]:
        """The results of each model in each precision as they come."""
        return time_all(self.references, self.settings, self.machine, self.meter, tell)


def request(
    models: Sequence[str] = (), provider: str = "", precision: str = "", batches: Sequence[int] = (),
    effort: Effort | None = None, gpu: str = "",
) -> Request:
    """Checks what is asked for. Nothing named: all models, the GPU where there is one, every precision, every batch.

    `gpu` is the catalog's id of the GPU, where its driver's name does not tell. Raises `CannotTime` with one sentence.
    """
    references = tuple(chosen(models))
    if any(batch < 1 for batch in batches):
        raise CannotTime("A batch is a whole number of at least 1.")
    provider = provider.lower() or providers.usual()
    meter = _meter(provider)
    providers.check(provider)
    here = _look(provider, gpu, meter)
    offered = providers.precisions(provider, here.compute_capability)
    if precision and precision not in offered:
        why = (" (the processor would convert to FP32 and back)" if (provider, precision) == ("cpu", "fp16") else "")
        raise CannotTime(f"'{precision}' cannot be timed with {provider} here{why}: it has {', '.join(offered)}.")
    settings = Settings(provider, (precision,) if precision else offered, tuple(sorted(set(batches))),
                        effort or Effort())
    if not jobs(references, settings.precisions):
        raise CannotTime(f"None of these models comes in {precision}.")
    return Request(references, settings, here, meter)


def chosen(models: Sequence[str]) -> list[Reference]:
    """The reference models that are named, by id or name; all where none is. Raises `CannotTime`."""
    ways = {_plain(way): reference for reference in REFERENCES.values() for way in (reference.name, reference.id)}
    found: dict[str, Reference] = {}
    for model in models:
        if _plain(model) not in ways:
            near = difflib.get_close_matches(_plain(model), ways, n=3, cutoff=0.4)
            ids = list(dict.fromkeys(ways[way].id for way in near)) or list(REFERENCES)
            raise CannotTime(f"There is no reference model '{model}': "
                             f"{'the nearest are' if near else 'there are'} {', '.join(ids)}.")
        found[ways[_plain(model)].id] = ways[_plain(model)]
    return list(found.values()) or list(REFERENCES.values())


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", name.lower())


def _meter(provider: str) -> Meter:
    card = machine.cuda_gpu()
    if provider == "cpu":
        return Meter()
    try:
        return Nvml(card.bus) if card and provider in providers.ON_CUDA else Unmetered()
    except OSError:
        return Unmetered()


def _look(provider: str, gpu: str, meter: Meter) -> Machine:
    """The machine that the provider uses."""
    here = Machine(machine.processor(), gpu, notes=machine.busy())
    card = machine.cuda_gpu() if provider in providers.ON_CUDA else None
    if provider == "cpu" and gpu:
        raise CannotTime(f"The provider cpu uses the processor, so there is no GPU '{gpu}' to name.")
    if provider != "cpu" and not gpu and card is None:
        raise CannotTime(f"What {provider} uses cannot be told here: give the catalog's id of it with --gpu.")
    if card is None:
        return here
    named = gpu or machine.catalog_id(card.name, card.memory_bytes)
    if not named:
        size = f"{card.memory_bytes / 2**30:.0f} GB"
        raise CannotTime(f"The driver calls the GPU '{card.name}' ({size}), which names no single one of the catalog: "
                         "give its id with --gpu (a part of a shared GPU is not that GPU).")
    cuda, cudnn = machine.runtime_versions()
    nvml = meter if isinstance(meter, Nvml) else None
    return replace(
        here, gpu=named, gpu_name=card.name, compute_capability=card.compute_capability, cuda=cuda, cudnn=cudnn,
        driver=nvml.driver() if nvml else "",
        notes="; ".join(filter(None, (here.notes, nvml.notes() if nvml else ""))))
