"""The intent: a logistic regression on the sentence embedding and the cues, and what the conversation knows better."""
from __future__ import annotations

import json
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.decide import decide

FILE = "weights.npz"
LABELS = "labels.json"


def features(message: Message) -> np.ndarray:
    """The sentence features of all featurizers, side by side."""
    _, sentence = message.get_dense_features(TEXT, [])
    return sentence.features[0]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent):
    """Kept as plain arrays: nothing to unpickle, ready in a millisecond, one matrix product a message."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"C": 0.03}

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> IntentClassifier:
        return cls(config, model_storage, resource, (), np.zeros((0, 0)), np.zeros(0))

    @classmethod
    def load(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
             execution_context: ExecutionContext, **kwargs: Any) -> IntentClassifier:
        with model_storage.read_from(resource) as folder:
            arrays = np.load(folder / FILE, allow_pickle=False)
            labels = tuple(json.loads((folder / LABELS).read_text()))
            return cls(config, model_storage, resource, labels, arrays["weights"], arrays["bias"])

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource,
                 labels: tuple[str, ...], weights: np.ndarray, bias: np.ndarray) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._labels, self._weights, self._bias = labels, weights, bias

    def train(self, training_data: TrainingData) -> Resource:
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        self._labels, self._weights, self._bias = fit(
            np.stack([features(e) for e in examples]), [e.get(INTENT) for e in examples], self._config["C"])
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / FILE, weights=self._weights, bias=self._bias)
            (folder / LABELS).write_text(json.dumps(self._labels))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            if not message.get(TEXT):
                continue
            odds = self._weights @ features(message) + self._bias
            shares = np.exp(odds - odds.max())
            ranking = decide(dict(zip(self._labels, (shares / shares.sum()).tolist())),
                             message.get(TEXT), message.get("heard"), message.get("asked"))
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking[:5], add_to_output=True)
        return messages


def fit(rows: np.ndarray, intents: list[str], strength: float) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """(labels, weights, bias) of a multinomial logistic regression; `strength` is the inverse of its regularisation."""
    from sklearn.linear_model import LogisticRegression  # only training pays for the import

    model = LogisticRegression(C=strength, max_iter=300).fit(rows, intents)
    return tuple(model.classes_.tolist()), model.coef_.astype(np.float32), model.intercept_.astype(np.float32)
