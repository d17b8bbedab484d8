"""A reply is data until a channel renders it: the terminal, the page and Slack render the same `Reply`."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

KINDS = (
    "recommendation",
    "question",
    "estimate",
    "fit",
    "explanation",
    "comparison",
    "decline",
    "smalltalk",
    "handoff",
    "quiz",
)


@dataclass(frozen=True)
class Table:
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Button:
    title: str  # what the person sees
    text: str  # what is sent, as if typed


@dataclass(frozen=True)
class Provenance:
    """Where one figure comes from."""

    figure: str  # "throughput on 1x RTX PRO 4000"
    value: str  # "310 images/s (range 190-480)"
    basis: str  # measured, scaled, spec, published, assumed, computed
    source: str


@dataclass(frozen=True)
class Reply:
    """`text` alone must read well; the rest is the card. `extra` holds the contract's fields for programs
    (recommended, options, assumptions, fits, needed_gb, available_gb, estimate)."""

    kind: str
    text: str
    topics: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    buttons: tuple[Button, ...] = ()
    provenance: tuple[Provenance, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is not a kind of reply; the kinds are {', '.join(KINDS)}")

    def to_json(self) -> dict[str, Any]:
        card = asdict(replace(self, extra={}))  # not copied: it is the largest part
        return {**{k: v for k, v in card.items() if k != "extra" and v not in ((), None)}, **self.extra}
