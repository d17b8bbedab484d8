"""What came out of one message. No I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Span(NamedTuple):
    """A stretch of the message, `text[start:end]`, and what it was read as."""

    start: int
    end: int
    kind: str
    value: Any


class Mention(NamedTuple):
    """Something of the catalog that the message speaks of. `kind` is gpu, system, network or article."""

    kind: str
    id: str
    start: int
    end: int


@dataclass(frozen=True)
class Heard:
    """`told` follows the slots of `sizing.told` and holds only what the text says; `negations` are the things ruled
    out, as written; `problems` are sentences about numbers that cannot be meant; `strangers` and `strange_cards` are
    names of networks and cards that are in no list, as written: each is told as a model, or among the gpus, too."""

    told: dict[str, Any] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    mentions: tuple[Mention, ...] = ()
    negations: tuple[str, ...] = ()
    correction: bool = False
    problems: tuple[str, ...] = ()
    inferred: tuple[str, ...] = ()  # slots that only a model's size speaks for: they yield to what was told before
    strangers: tuple[str, ...] = ()
    strange_cards: tuple[str, ...] = ()
