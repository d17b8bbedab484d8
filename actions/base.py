"""What every action shares: the turn it answers, the state it may change, and what happens when it fails.

A module `actions/NAME.py` with a function `reply(turn: Turn) -> Reply` is the action `action_NAME`; nothing else is
needed to register it. `state` is one JSON dict, kept in Rasa's slot of that name:

- told: what the client has told us (slots of `sizing.told`)
- asked: the slot of the question that waits for its answer, or None; asked_why: the sentence that says why it matters
- questions: how many questions were asked for this need
- last: {"kind", "intent", ...}: what the last answer of substance was, in whatever detail its action wants to keep
- topics: ids of the topics spoken of last, the newest first
- shown: ids of the machines they named that have been weighed for them
- quoted: while an offer waits for its job: "heard", or "judged" where its price was
- waiting: {"intent", "text", "heard"} of a question that waits for what was asked about it (actions/strangers.py)
- quiz: the quiz that is on (see `actions.quiz`), or None; its open question waits beneath `asked`
- said: the text of the last answer
- depth: sentence, plain, technical or sales: how deep explanations go
- undo: earlier states (without their own undo and the quiz), the newest last
"""

from __future__ import annotations

import copy
import importlib
import logging
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import say
from actions.reply import Button, Reply
from catalog import store
from catalog.things import Catalog

log = logging.getLogger(__name__)

UNDO_LIMIT = 10
ECHO = re.compile(r"^I understood: .*?\. (?=\*|[A-Z])")
AGAIN = {
    "smalltalk": "Any time. I am here when there is a machine to size or a word to explain.",
    "decline": "I am sorry, still not my field: machines for deep learning are.",
    "question": "I would still need that to go on; \"not sure\" is a good answer too.",
}
State = dict[str, Any]


def fresh() -> State:
    return {
        "told": {},
        "asked": None,
        "asked_why": "",
        "questions": 0,
        "last": None,
        "topics": [],
        "shown": [],
        "quiz": None,
        "depth": "plain",
        "undo": [],
    }


@dataclass(frozen=True)
class Turn:
    """One message of one client, understood. `state` is the action's own copy: it changes it in place, and it is kept
    only when the action succeeds."""

    text: str
    heard: dict[str, Any]  # `bot.hear.Heard` as a dict
    intent: str
    confidence: float
    state: State
    catalog: Catalog
    person: str = ""  # whose progress a quiz keeps: the channel's name for them, else that of the conversation


Answer = Callable[[Turn], Reply]

BACK = Button("Back to the quiz", "back to the quiz")  # to its question, which waits while other things are said

SORRY = Reply(
    "smalltalk",
    "Sorry, something went wrong at my end and I could not work that out. Nothing you have "
    "told me "
    "is lost: please try again, or put it another way.",
)


def answer(module: Answer, turn: Turn) -> tuple[Reply, State]:
    """The reply, and the state after it. A failure is logged, apologised for, and leaves the state as it was."""
    before = copy.deepcopy(turn.state)
    problems = () if turn.heard.get("quiz") else turn.heard.get("problems") or ()
    if problems and not turn.heard.get("told"):  # numbers that cannot be meant, and nothing else to go on
        said = " ".join(p[:1].upper() + p[1:] + ("" if p.endswith(".") else ".") for p in problems)
        return Reply("question", f"{said} Could you give me that again?", ("hardware_recommendation",)), before
    try:
        reply = otherwise(owned_up(module(turn), turn), turn)
        reply.to_json()
    except Exception:
        log.exception("The answer to %r failed", turn.intent)
        return SORRY, before
    after = turn.state
    if turn.intent != "undo" and after["told"] != before["told"]:
        earlier = {key: value for key, value in before.items() if key not in ("undo", "quiz")}  # an answer stands
        after["undo"] = [*before["undo"], earlier][-UNDO_LIMIT:]
    waited = before.get("waiting")
    if waited and after.get("waiting") == waited and reply.kind != "explanation":
        after["waiting"] = None  # it was passed over
    if reply.topics:
        after["topics"] = list(reply.topics)
    quiz = after.get("quiz") or {}
    if (quiz and reply.kind == "explanation") or (quiz.get("open") and reply.kind not in ("quiz", "question")):
        reply = replace(reply, buttons=(*reply.buttons, BACK))
    return reply, after


def owned_up(reply: Reply, turn: Turn) -> Reply:
    """The reply after a word on every network and card that the catalogue does not hold and it does not speak of:
    nobody may take it for an answer about them."""
    if reply.kind in ("smalltalk", "decline", "handoff", "quiz"):
        return reply
    said = reply.text.lower()
    named = (*(turn.heard.get("strangers") or ()), *(turn.heard.get("strange_cards") or ()))
    silent = [str(name) for name in named if str(name).lower() not in said]
    if not silent:
        return reply
    it = "it" if len(silent) == 1 else "them"
    return replace(reply, text=f"I do not know {say.and_list(silent)}, so nothing here is about {it}.\n\n{reply.text}")


def otherwise(reply: Reply, turn: Turn) -> Reply:
    """The reply, put another way where it is word for word the one before: in short, as what it is."""
    said = turn.state.get("said")
    turn.state["said"] = reply.text
    if reply.text != said:
        return reply
    first = reply.text.split("\n\n")[0]
    again = AGAIN.get(reply.kind, f"As before: {ECHO.sub('', first)}")
    turn.state["said"] = again  # a third time the first words come again, which are by then two answers old
    return replace(reply, text=again)


class Answering(Action):
    """The Rasa side of one action module."""

    def __init__(self, name: str, module: Answer) -> None:
        self._name = f"action_{name}"
        self._module = module

    def name(self) -> str:
        return self._name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        message = tracker.latest_message
        heard: dict[str, Any] = next((e["value"] for e in message.get("entities", []) if e["entity"] == "heard"), {})
        intent = message.get("intent") or {}
        turn = Turn(
            text=message.get("text") or "",
            heard=heard,
            intent=intent.get("name") or "",
            confidence=float(intent.get("confidence") or 0.0),
            state=copy.deepcopy(tracker.get_slot("state")) or fresh(),
            catalog=store.snapshot(),
            person=str((message.get("metadata") or {}).get("person") or tracker.sender_id),
        )
        reply, state = answer(self._module, turn)
        dispatcher.utter_message(text=reply.text, json_message=reply.to_json())
        # One message, one answer: to say so here spares the engine a prediction.
        return [
            {"event": "slot", "name": "state", "value": state, "timestamp": None},
            {"event": "followup", "name": "action_listen", "timestamp": None},
        ]


def modules() -> Iterator[tuple[str, Answer]]:
    """(name, reply) of every module of this package that answers."""
    import actions

    for found in pkgutil.iter_modules(actions.__path__):
        reply = getattr(importlib.import_module(f"actions.{found.name}"), "reply", None)
        if callable(reply):
            yield found.name, reply


def every_action() -> list[Answering]:
    return [Answering(name, reply) for name, reply in modules()]
