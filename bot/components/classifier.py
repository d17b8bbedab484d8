"""The intent: a logistic regression on sentence embedding, cues and words, the votes of the examples nearest to it,
and what the conversation knows better."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import encoder, near
from bot.components.decide import decide
from bot.components.words import row, vocabulary

FILE = "weights.npz"
SEEN = "seen.onnx"
NAMES = "names.json"


# The votes: a line through the whole space cannot hold what only a few examples in one corner of it say. By
# cross-validation they gain 1.5 % over the regression alone, and as much on questions that neither has seen.
VOTERS = 20  # nearest examples
SHARPNESS = 20.0  # how fast a vote fades with the cosine
UNHEARD = 0.02  # what an intent has that none of them votes for
SAY = 0.4  # of the votes, against the regression


@dataclass(frozen=True)
class Model:
    """What training gives: weights is (labels, features), bias (labels,), both float32; seen holds the unit vectors of
    the examples, and meant (examples,) the place of each one's intent among the labels."""

    labels: tuple[str, ...]
    places: dict[str, int]  # of each word among the word features
    weights: np.ndarray
    bias: np.ndarray
    seen: near.Near
    meant: np.ndarray

    def shares(self, features: np.ndarray, vector: np.ndarray) -> dict[str, float]:
        """Label -> probability, of a message's features and its sentence embedding."""
        odds = self.weights @ features + self.bias
        odds = (1 - SAY) * (odds - odds.max()) + SAY * np.log(self.votes(vector) + UNHEARD)
        odds = np.exp(odds - odds.max())
        return dict(zip(self.labels, (odds / odds.sum()).tolist(), strict=True))

    def votes(self, vector: np.ndarray) -> np.ndarray:
        """(labels,) shares of the examples nearest to it."""
        cosines = self.seen.cosines(vector)
        nearest = np.argpartition(-cosines, min(VOTERS, len(cosines)) - 1)[:VOTERS]
        voices = np.exp(SHARPNESS * (cosines[nearest] - 1))
        counted: np.ndarray = np.bincount(self.meant[nearest], voices, len(self.labels)) / voices.sum()
        return counted


def features(message: Message, places: dict[str, int]) -> np.ndarray:
    """The sentence features of all featurizers, side by side, and the words."""
    _, sentence = message.get_dense_features(TEXT, [])
    return np.concatenate([sentence.features[0], row(message.get(TEXT), places)])


def fit(rows: np.ndarray, vectors: np.ndarray, intents: list[str], places: dict[str, int], strength: float) -> Model:
    """`strength` is the inverse of the regression's regularisation."""
    from sklearn.linear_model import LogisticRegression  # only training pays for the import

    # Sixty steps: two hundred gain 0.3 % in cross-validation and cost six times as long.
    line = LogisticRegression(C=strength, max_iter=60, tol=1e-3).fit(rows, intents)
    labels: list[str] = line.classes_.tolist()
    meant = np.array([labels.index(intent) for intent in intents])
    return Model(
        tuple(labels), places, line.coef_.astype(np.float32), line.intercept_.astype(np.float32),
        near.Near(near.graph(vectors)), meant,
    )


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent):
    """Kept as plain arrays: nothing to unpickle, ready in milliseconds, two matrix products a message."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"C": 0.1}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentClassifier:
        return cls(config, model_storage, resource, None)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentClassifier:
        with model_storage.read_from(resource) as folder:
            arrays = np.load(folder / FILE, allow_pickle=False)
            names = json.loads((folder / NAMES).read_text())
            seen = near.Near(folder / SEEN)
            model = Model(tuple(names["labels"]), names["places"], arrays["weights"], arrays["bias"], seen,
                          arrays["meant"])
            return cls(config, model_storage, resource, model)

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: Model | None) -> None:
        self._config, self._storage, self._resource, self._model = config, storage, resource, model

    def train(self, training_data: TrainingData) -> Resource:
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        places = {word: i for i, word in enumerate(vocabulary(e.get(TEXT) for e in examples))}
        rows = np.stack([features(example, places) for example in examples])
        vectors = encoder.load().encode([example.get(TEXT) for example in examples])
        model = fit(rows, vectors, [example.get(INTENT) for example in examples], places, self._config["C"])
        self._model = model
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / FILE, weights=model.weights, bias=model.bias, meant=model.meant)
            (folder / SEEN).write_bytes(near.graph(vectors))
            (folder / NAMES).write_text(json.dumps({"labels": model.labels, "places": places}))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        assert self._model is not None, "Rasa loads or trains before it processes"
        for message in messages:
            if not message.get(TEXT):
                continue
            vector = encoder.load().encode([message.get(TEXT)])[0]  # kept: it is a feature already
            shares = self._model.shares(features(message, self._model.places), vector)
            asked, begun = message.get("asked"), message.get("begun")
            last, waiting = message.get("last"), message.get("waiting")
            quoted = bool(message.get("quoted"))
            ranking = decide(shares, message.get(TEXT), message.get("heard"), asked, begun, last, waiting, quoted)
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking[:5], add_to_output=True)
        return messages
