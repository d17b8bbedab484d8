"""Reads slots from the message with the catalog as it is now, and tells the intent classifier what it heard."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from actions import advice
from actions.heard import after
from bot import encoder, hear, library
from bot.components.cues import NAMES, cues, words
from bot.components.encoder import add_features
from bot.hear import quiz
from bot.hear.follow import followed
from bot.hear.text import plain
from catalog import store
from catalog.things import Catalog
from sizing.recommend import Recommendation
from sizing.weighed import weighed

LONG = 160  # characters


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class Hearing(GraphComponent):
    """Puts the entity `heard` (the whole of `bot.hear.Heard` as a dict) and the cue features on each message.

    It is a featurizer and not an extractor for Rasa, because extractors are not run on the training data."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"cues": list(NAMES)}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Hearing:
        return cls(execution_context.node_name)

    def __init__(self, name: str) -> None:
        self._name = name

    def process(self, messages: list[Message], tracker: DialogueStateTracker) -> list[Message]:
        state = (tracker.get_slot("state") if "state" in tracker.slots else None) or {}
        for message in messages:
            told = state.get("told") or {}
            heard = self._hear(message, state.get("asked"), bool(told or state.get("last")), told)
            if state.get("quiz"):
                text, going = message.get(TEXT) or "", (state.get("last") or {}).get("kind") == "quiz"
                read = quiz.answer(text, state["quiz"].get("open"), going)
                if not state.get("asked") or quiz.certain(text, read):  # else the other question is answered first
                    heard["quiz"] = read
            message.set("last", (state.get("last") or {}).get("kind"))
            message.set("quoted", bool(told.get("quote")))
            message.set("waiting", (state.get("waiting") or {}).get("intent"))
            message.set(ENTITIES, [{"entity": "heard", "value": heard}], add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        # All at once, on all cores; what is asked for one by one below is there already.
        encoder.load().encode([m.get(TEXT) for m in training_data.training_examples if m.get(TEXT)])
        with store.one_snapshot():  # asked for its revision once, not for every example
            for message in training_data.training_examples:
                if message.get(TEXT):
                    self._hear(message, None, False, {})
        return training_data

    def _hear(self, message: Message, asked: str | None, begun: bool, told: dict[str, Any]) -> dict[str, Any]:
        text = message.get(TEXT) or ""
        catalog = store.snapshot()
        read, said = hear.read(text, catalog, asked=asked), words(text)  # while the encoder, begun before, is at it
        heard = as_json(read, [])
        if begun:
            heard["told"].update(followed(plain(text), told, heard["told"]))
        if told.get("task"):  # "14B" says how big the model is that they fine-tune, not that it is only run
            heard["told"] = {slot: v for slot, v in heard["told"].items() if slot not in heard["inferred"]}
        if len(text) >= LONG and heard["told"] and not encoder.load().begin(text).done():
            foresee(after(told, heard, text), catalog)
        heard["passages"] = [list(passage) for passage in library.nearest(text, catalog)]
        message.set("heard", heard)
        message.set("asked", asked)
        message.set("begun", begun)
        add_features(message, cues(said, heard), self._name)
        return heard


def foresee(told: dict[str, Any], catalog: Catalog) -> None:
    """Weighs what is told by now. A message long enough to tell a need takes the encoder so long that most of this is
    done meanwhile; where the message proves to be no need, nothing has come of it."""
    need = weighed(told, catalog)
    if need.completed.need is not None and not need.questions:
        got = need.recommendation
        if isinstance(got, Recommendation):
            advice.card(got, catalog)


def as_json(heard: hear.Heard, passages: list[tuple[str, int, float]]) -> dict[str, Any]:
    """What travels in the tracker, lists and dicts only: `Heard` without spans, and the library's nearest passages."""
    return {
        "told": heard.told,
        "mentions": [mention._asdict() for mention in heard.mentions],
        "negations": list(heard.negations),
        "correction": heard.correction,
        "problems": list(heard.problems),
        "inferred": list(heard.inferred),
        "strangers": list(heard.strangers),
        "strange_cards": list(heard.strange_cards),
        "passages": [list(passage) for passage in passages],
    }
