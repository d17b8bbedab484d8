"""How a machine does on a need, in figures; and how far an estimate is trusted.

The headroom rule for speed: a machine is enough when the low end of its estimate's 80 % range meets the demand, so that
it is enough nine times out of ten. Where so little is measured that the low end lies further below the middle than a
factor of `DOUBT`, a third of the middle counts: otherwise ignorance would be sold as hardware. How busy it would be is
told from the middle of the range.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.work import Estimate, Serving, Work
from sizing.machines import Machine
from sizing.need import Workload

DOUBT = 3.0
MONTH_HOURS = 730.0


@dataclass(frozen=True)
class Figure:
    """How one workload does on one machine. `met` is the demand in the estimate's unit."""

    workload: Workload
    speed: Estimate | None
    wanted: float | None
    serving: Serving | None
    run_hours: Estimate | None  # of one training run
    needed_gb: float
    available_gb: float
    item_s: float | None  # seconds one item may take at the slow end, where that was limited
    share: float  # of the machine's time this keeps busy while it is wanted
    month_share: float  # of all hours of the month
    safe_share: float  # month share at the low end of the range
    work: Work | None = None  # the job as it would run there: its precision and batch


@dataclass(frozen=True)
class Assessment:
    machine: Machine
    enough: bool
    reasons: tuple[str, ...]  # why it is not enough; empty when it is
    figures: tuple[Figure, ...]
    cost_gbp: float | None  # what choosing it costs over the need's months, electricity aside; None when not priced
    idle_share: float | None  # of a month's hours


def sure(speed: Estimate) -> float:
    """The speed that is counted on."""
    return max(speed.low, speed.value / DOUBT)


def at_most(span: Estimate) -> float:
    """The time that is counted on, the same rule turned round."""
    return min(span.high, span.value * DOUBT)
