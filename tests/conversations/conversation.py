"""Reads conversations from YAML, strictly: an unknown key, a missing one or a value of the wrong shape is an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from actions.reply import KINDS
from sizing.told import SLOTS

HERE = Path(__file__).parent
CHOICES = ("buy", "rent", "keep", "none")
VERDICTS = ("not_enough", "recommended", "overkill", "keep", "rent", "none")


class BadConversation(Exception):
    """A file that is not a conversation; the message says where and why."""


@dataclass(frozen=True)
class Turn:
    """What the client says and what must come back, or a file to import (its name and text). `if_asked` is what the
    client says to every question that comes before the answer."""

    user: str
    expect: Mapping[str, Any]
    if_asked: str | None = None
    imports: tuple[str, str] | None = None


@dataclass(frozen=True)
class Conversation:
    name: str
    why: str
    turns: tuple[Turn, ...]
    settings: Mapping[str, str]

    @property
    def imports(self) -> bool:
        return any(turn.imports for turn in self.turns)


def listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def _words(value: Any) -> bool:
    return all(isinstance(v, str) and v for v in listed(value)) and value != []


def _one_of(*allowed: str) -> Callable[[Any], bool]:
    return lambda value: value != [] and all(v in allowed for v in listed(value))


def _span(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_number, value)) and value[0] <= value[1]


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _true(value: Any) -> bool:
    return value is True


def _slots(value: Any) -> bool:
    return _words(value) and all(v in SLOTS for v in listed(value))


def _told(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(v in SLOTS for v in value)


def _verdicts(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(_one_of(*VERDICTS)(v) for v in value.values())


def _shares(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(_number(v) and 0 <= v <= 1 for v in value.values())


def _estimate(value: Any) -> bool:
    return value is None or (
        isinstance(value, dict)
        and set(value) <= {"unit", "between"}
        and bool(value)
        and _words(value.get("unit", "x"))
        and _span(value.get("between", [0, 1]))
    )


# what an expectation may say -> whether its value has the right shape; README.md says what each means
VOCABULARY: dict[str, Callable[[Any], bool]] = {
    "kind": lambda v: v in KINDS,
    "kind_in": _one_of(*KINDS),
    "choice": _one_of(*CHOICES),
    "recommended": _words,
    "not_recommended": _words,
    "gpu_memory_gb": _span,
    "gpus": _span,
    "price_at_most": _number,
    "price_at_least": _number,
    "power_at_most": _number,
    "verdict_of": _verdicts,
    "idle_at_least": _shares,
    "same_recommendation": _true,
    "changes_recommendation": _true,
    "cheaper": _true,
    "dearer": _true,
    "told": _told,
    "not_told": _slots,
    "assumes": _words,
    "assumes_not": _words,
    "asks_about": lambda v: v is None or _words(v),
    "questions_at_most": _number,
    "fits": lambda v: v in (True, False, None),
    "needed_gb": _span,
    "estimate": _estimate,
    "topics_include": _words,
    "says": _words,
    "says_not": _words,
    "table": _true,
    "sources": _true,
    "written": lambda v: isinstance(v, bool),
}


def read(path: Path) -> Conversation:
    """One conversation. Raises BadConversation."""

    def insist(right: bool, sentence: str) -> None:
        if not right:
            raise BadConversation(f"{path.relative_to(HERE)}: {sentence}")

    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    insist(
        isinstance(found, dict) and {"why", "turns"} <= set(found) <= {"why", "turns", "settings"},
        "it holds `why`, `turns` and perhaps `settings`, nothing else",
    )
    insist(isinstance(found["why"], str) and "\n" not in found["why"].strip(), "`why` is one line")
    insist(isinstance(found["turns"], list) and bool(found["turns"]), "`turns` is a list")
    settings = found.get("settings") or {}
    insist(
        all(str(key).startswith("PLAINSPEC_") and isinstance(value, str) for key, value in settings.items()),
        "`settings` are variables named PLAINSPEC_... and their texts",
    )
    turns = []
    for number, turn in enumerate(found["turns"], 1):
        insist(
            isinstance(turn, dict)
            and (
                set(turn) == {"import", "expect"}
                or {"user", "expect"} <= set(turn) <= {"user", "times", "if_asked", "expect"}
            ),
            f"turn {number} holds `expect` and either `user` (perhaps with `times` or `if_asked`) or `import`",
        )
        expect = turn["expect"]
        insist(isinstance(expect, dict) and bool(expect), f"`expect` of turn {number} says nothing")
        for key, value in expect.items():
            insist(key in VOCABULARY, f"turn {number}: `{key}` is not a word of the vocabulary")
            insist(
                "import" in turn or key != "written",
                f"turn {number}: only of an import can it be expected that it is written",
            )
            insist(VOCABULARY[key](value), f"turn {number}: `{key}` cannot be {value!r}")
        if "import" in turn:
            file = turn["import"]
            insist(
                isinstance(file, dict) and set(file) == {"file", "text"} and set(expect) <= {"written", "says"},
                f"turn {number}: `import` holds `file` and `text`, and only `written` and `says` can be expected of it",
            )
            turns.append(Turn("", expect, imports=(file["file"], file["text"])))
        else:
            insist(isinstance(turn["user"], str), f"`user` of turn {number} is a text")
            insist(isinstance(turn.get("if_asked", ""), str), f"`if_asked` of turn {number} is a text")
            turns.append(Turn(turn["user"] * int(turn.get("times", 1)), expect, turn.get("if_asked")))
    return Conversation(path.relative_to(HERE).with_suffix("").as_posix(), found["why"], tuple(turns), settings)


def every() -> list[Path]:
    return sorted(HERE.glob("*/*.yaml"))
