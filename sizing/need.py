"""A need, completed: what must run, how fast, where, and what was assumed to say so. Data only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalog.things import Gpu
from models.work import Work


@dataclass(frozen=True)
class Demand:
    """What "enough" means for one workload. Rates are items (or tokens) a second; None means it does not bind."""

    rate: float | None = None  # sustained items a second, all users together
    items: float | None = None  # items (or tokens) of one training run or batch job
    hours: float | None = None  # ... to be done within this many hours
    tokens_per_user: float | None = None  # tokens a second each user should see
    first_token_s: float | None = None  # the longest wait for the first token
    item_s: float | None = None  # the longest time one item may take, where it is answered one at a time


@dataclass(frozen=True)
class Workload:
    """One job of the machine. `busy_hours` is how long a month it is wanted for; a training run counts its own
    hours."""

    name: str  # "spotting faults (ResNet-50)"
    work: Work
    demand: Demand
    busy_hours: float = 730.0
    runs_per_month: float = 4.0
    dataset_gb: float = 0.0
    item_bytes: float = 0.0  # on disk and on the wire, for one item
    task: str = ""  # one of sizing.told.TASKS, where it is a language model's
    service: str = ""  # Network.id of the service that was named, where an open model stands in for it
    requests_month: float | None = None  # of a language model, all people together


@dataclass(frozen=True)
class Place:
    """Where the machine stands and what that allows. None: not said, so nothing is ruled out but the cost is told."""

    max_power_w: float | None = None  # what the circuit carries continuously, or what they allow
    circuit: str | None = None
    quietest: str | None = None  # the loudest noise class allowed
    form_factors: tuple[str, ...] | None = None
    cloud: bool = True  # renting allowed
    service: bool = True  # sending what people type to a provider allowed (where renting is)
    own: bool = True  # buying allowed
    vendors_out: tuple[str, ...] = ()  # makers of GPUs that were ruled out, lower case
    maker: str | None = None  # the only maker of GPUs that will do, lower case


@dataclass(frozen=True)
class Owned:
    """What stands there already. The machine around an owned card is taken to keep it fed unless told otherwise."""

    gpu: Gpu
    count: int
    ram_gb: float | None = None


@dataclass(frozen=True)
class Assumption:
    """What the client did not say. `alternatives` are other plausible values of the same slot, as they would be
    told."""

    slot: str
    value: str  # in words
    why: str
    alternatives: tuple[Any, ...] = ()
    question: str = ""
    matters: str = ""  # one sentence for "why do you ask?"
    buttons: tuple[tuple[str, str], ...] = ()  # (title, text sent)


@dataclass(frozen=True)
class Need:
    workloads: tuple[Workload, ...]
    place: Place = Place()
    owned: tuple[Owned, ...] = ()
    budget_gbp: float | None = None
    months: float = 36.0  # how long the choice must last; rent is compared over it


@dataclass(frozen=True)
class Completed:
    """`problem` is a sentence when what was told is not enough, or not sense, for any need at all."""

    need: Need | None
    assumptions: tuple[Assumption, ...]
    problem: str = ""
    missing: str = ""  # the slot to ask for when there is a problem
