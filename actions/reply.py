"""A reply is data until a channel renders it: the terminal, the page and Slack render the same `Reply`."""

from __future__ import annotations

from dataclasses import dataclass, field
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
        lists = {"tables": self.tables, "buttons": self.buttons, "provenance": self.provenance}
        parts = {name: tuple(dict(vars(part)) for part in these) for name, these in lists.items()}
        card = {"kind": self.kind, "text": self.text, "topics": self.topics, **parts}
        return {**{name: value for name, value in card.items() if value != ()}, **self.extra}
