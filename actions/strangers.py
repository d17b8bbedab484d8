"""Networks and cards that nobody here knows: asked about once, then sized as what they are said to be. No stranger is
answered for as if it were something known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from actions.base import Turn
from actions.reply import Button, Reply
from catalog import names
from sizing.defaults import LANGUAGE
from sizing.need import Workload
from sizing.networks import find_network, speaks, written_size
from sizing.told import Told
from sizing.units import as_list

SIZE = ("params_b", "gmacs")
ALIKE = 0.25  # share of a name's letters that may differ where another is offered in its place
NOT_SURE = Button("Not sure", "not sure")


def unlisted(told: Told, turn: Turn) -> list[str]:
    """Networks that were named and are not in the catalogue."""
    return [str(n) for n in as_list(told.get("model")) if n and find_network(str(n), turn.catalog) is None]


def networks(told: Told, turn: Turn) -> list[str]:
    """Those of them whose size is told nowhere."""
    if any(told.get(slot) for slot in SIZE):
        return []
    return [name for name in unlisted(told, turn) if written_size(name)[0] is None]


def cards(turn: Turn) -> list[str]:
    """Cards that the message names and the catalogue does not hold."""
    return [str(name) for name in turn.heard.get("strange_cards") or ()]


def class_assumed(told: Told) -> bool:
    """Whether the task says what kind of network a stranger is, so that a usual one can be sized for it."""
    tasks = as_list(told.get("task"))
    return bool(tasks) and not any(task in LANGUAGE for task in tasks)


def size_question(turn: Turn) -> Reply | None:
    """What to ask about a network of unknown size before anything is said of it; None where there is none, its class is
    known by its task, or they do not know either."""
    told = turn.state["told"]
    unknown = networks(told, turn)
    if not unknown or class_assumed(told) or "params_b" in (told.get("not_sure") or ()):
        return None
    name = unknown[0]
    wait_for(turn, "params_b", "What it needs is decided by its size.")
    alike = closest(name, [n.name for n in turn.catalog.networks.values()])
    if alike:
        text = f"I do not know {name}. Did you mean {alike[0]}? If not, tell me how many parameters it has."
    elif speaks(name) or told.get("task"):
        text = f"I do not know {name}. How many billion parameters has it? Then I can say without guessing."
    else:
        text = (
            f"I do not know {name}. How many parameters has it? If it is no language model, say also what it works on "
            "(pictures, sound, tables), or how many multiply-adds it takes for one item."
        )
    meant = (Button(alike[0], turn.text.replace(name, alike[0])),) if alike else ()
    turn.state["last"] = {**(turn.state["last"] or {}), "question": f"How many parameters has {name}?"}
    return Reply("question", text, ("parameters", "model_size", "vram"), buttons=(*meant, NOT_SURE))


def memory_question(turn: Turn, topics: tuple[str, ...]) -> Reply:
    """What to ask about a card without a data sheet."""
    name = cards(turn)[0]
    wait_for(turn, "vram_gb", "What fits is decided by the card's memory.")
    alike = closest(name, [g.name for g in turn.catalog.gpus.values()])
    asked = (
        f"Did you mean the {' or the '.join(alike)}? If not, tell me how many GB of memory it has."
        if alike
        else "How many GB of memory has it? (`nvidia-smi` or the task manager shows it.) Then I can say what fits."
    )
    meant = tuple(Button(other, turn.text.replace(name, other)) for other in alike)
    turn.state["last"] = {**(turn.state["last"] or {}), "question": f"How many GB of memory has the {name}?"}
    return Reply("question", f"I have no data sheet of the {name}. {asked}", topics, buttons=(*meant, NOT_SURE))


def wait_for(turn: Turn, slot: str, why: str) -> None:
    """The message is answered when this slot is told: it is kept as it was heard."""
    turn.state["asked"], turn.state["asked_why"] = slot, why
    turn.state["waiting"] = {"intent": turn.intent, "text": turn.text, "heard": turn.heard}


def resumed(turn: Turn) -> Turn:
    """The message that waited for this one, as if both had been said at once; this one where none waited."""
    waiting: dict[str, Any] | None = turn.state.get("waiting")
    told = turn.heard.get("told") or {}
    if waiting is None or waiting["intent"] == "more" or turn.heard.get("strangers") or turn.heard.get("strange_cards"):
        return turn
    unsure = turn.intent == "not_sure"
    if "task" in (turn.heard.get("inferred") or ()):  # a size alone does not say that it speaks
        told = {slot: value for slot, value in told.items() if slot not in turn.heard["inferred"]}
    if not unsure and not any(told.get(slot) for slot in (*SIZE, "vram_gb", "vram_gb_per_gpu", "task", "model")):
        return turn
    before = waiting["heard"]
    turn.state["waiting"], turn.state["asked"] = None, None
    if unsure:
        told = {"not_sure": ["params_b", "vram_gb"]}
    elif told.get("model"):  # "I meant ResNet-50"
        before = {**before, "told": {k: v for k, v in before["told"].items() if k != "model"}}
    heard = {**before, "told": {**before["told"], **told}, "problems": turn.heard.get("problems") or ()}
    if told.get("vram_gb") or told.get("vram_gb_per_gpu"):
        heard["strange_cards"] = ()
    return replace(turn, text=waiting["text"], intent=waiting["intent"], heard=heard)


def closest(name: str, others: Sequence[str]) -> list[str]:
    """Names that differ from `name` by little, the nearest first, two at most; one digit is what tells cards apart, so
    none is ever taken for the other."""
    mine = names.normalise(name)
    ours = {other: names.normalise(other) for other in dict.fromkeys(others)}
    near = process.extract(
        mine, ours, scorer=OSA.normalized_distance, processor=None, score_cutoff=ALIKE, limit=8
    )
    least = min((score for _, score, _ in near), default=0.0)
    return [other for _, score, other in near if score == least][:2]



def on_others(reply: Reply, name: str, turn: Turn) -> Reply:
    """An answer for cards that are known, in place of one for a card that is not."""
    alike = closest(name, [g.name for g in turn.catalog.gpus.values()])
    meant = f" Did you mean the {' or the '.join(alike)}?" if alike else ""
    lead = f"I have no data sheet of the {name}, so this is for cards that I know.{meant}"
    return replace(reply, text=f"{lead}\n\n{reply.text}")


def stood_in(turn: Turn, reply: Reply, workloads: Sequence[Workload]) -> Reply:
    """The reply after a word on the network that stands in it for one that is not known."""
    if not workloads or reply.kind not in ("estimate", "fit"):
        return reply
    network = workloads[0].work.network
    if network.id.startswith("unknown_") and network.kind != "transformer_decoder":
        lead = f"I take {network.name} for a network for {network.task.replace('_', ' ')}; say so if it is not."
        return replace(reply, text=f"{lead}\n\n{reply.text}")
    unknown = networks(turn.state["told"], turn)
    if not unknown:
        return reply
    name, stand_in = unknown[0], network.name
    lead = (
        f"I do not know {name}, so this is for {stand_in}, a usual network for such work. Tell me its parameters or "
        "multiply-adds and I will use them."
    )
    return replace(reply, text=f"{lead}\n\n{reply.text}")
