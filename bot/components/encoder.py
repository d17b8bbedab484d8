"""The sentence embedding as a Rasa feature."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import encoder


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(GraphComponent):
    """One unit vector a message, times `scale`, so that a regularised classifier hears it above the binary cues."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"scale": 10.0, "weights": encoder.fingerprint()}  # Rasa does not see files outside its configuration

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        return cls(config, execution_context.node_name)

    def __init__(self, config: dict[str, Any], name: str) -> None:
        self._name = name
        self._scale = float(config["scale"])
        self._encoder = encoder.load()

    def process(self, messages: list[Message]) -> list[Message]:
        texts = [(m, m.get(TEXT)) for m in messages if m.get(TEXT)]
        if texts:
            vectors = self._encoder.encode([text for _, text in texts]) * self._scale
            for (message, _), vector in zip(texts, vectors, strict=False):
                add_features(message, vector, self._name)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data


def add_features(message: Message, vector: np.ndarray, origin: str) -> None:
    row = np.asarray(vector, dtype=np.float32)[np.newaxis, :]
    message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, origin))
