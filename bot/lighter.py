"""Work that Rasa repeats on every turn although its result never changes, done once. Imported for its effect."""
from __future__ import annotations

import functools
from graphlib import TopologicalSorter
from types import SimpleNamespace
from typing import Any

import rasa.core.policies.rule_policy
import rasa.core.processor
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.storage import ModelMetadata
from rasa.engine.training.hooks import TrainingHook
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

from bot.inprocess import InProcess

# All event classes are walked for every event read back: a tenth of a short conversation's turn, two fifths of turn
# 100.
Event.resolve_by_type = staticmethod(functools.lru_cache(maxsize=None)(Event.resolve_by_type))

# The schema of an action's answer is itself checked against the schema of schemas each time, and takes longer than most
# actions do.
_SCHEMA = RemoteAction.action_response_format_spec()
_VALIDATOR = validator_for(_SCHEMA)(_SCHEMA)


def _validate(self: RemoteAction, result: dict[str, Any]) -> bool:
    if not isinstance(self.action_endpoint, InProcess):  # what our own actions give needs no checking
        _VALIDATOR.validate(result)
    return True


RemoteAction._validate_action_result = _validate


class InOrder(DaskGraphRunner):
    """Runs the nodes one after the other, in an order that is found once for each set of targets."""

    @functools.lru_cache(maxsize=8)  # noqa: B019  (one runner lives as long as the process)
    def _order(self, targets: tuple[str, ...]) -> list[tuple[str, list[str]]]:
        nodes = self._graph_schema.minimal_graph_schema(list(targets)).nodes
        needs = {name: list(node.needs.values()) for name, node in nodes.items()}
        return [(name, needs[name]) for name in TopologicalSorter(needs).static_order() if name in needs]

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        wanted = tuple(targets or self._graph_schema.target_names)
        done = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in self._order(wanted):
            done[name] = self._instantiated_nodes[name](*(done[need] for need in needs))
        return dict(done[name] for name in wanted)


rasa.core.processor.DaskGraphRunner = InOrder

# Training is always whole (bot.engine knows when it is due), so no node's result needs to be hashed and kept.
TrainingHook.on_before_node = lambda *_, **__: {}
TrainingHook.on_after_node = lambda *_, **__: None

# It warns of intents that the domain lacks, which training has checked, and makes an empty domain in every turn for it.
rasa.core.processor.MessageProcessor._check_for_unseen_features = lambda *_: None

# These two copy only what they write to their debug logs, and do so whether or not anybody reads them.
for module in (rasa.core.processor, rasa.core.policies.rule_policy):
    module.copy = SimpleNamespace(deepcopy=lambda value: value)

# No rule here is on the very text of a message, but each is looked for by the text before it is by the intent.
_by_intent = RulePolicy._find_action_from_rules


def _find_action_from_rules(
    self: RulePolicy, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
) -> tuple[str | None, str | None, bool]:
    if use_text_for_last_user_input:
        return None, None, False
    return _by_intent(self, tracker, domain, use_text_for_last_user_input)


RulePolicy._find_action_from_rules = _find_action_from_rules

# What a model was trained with is described in it, and to read that Rasa imports all the components it has.
_described = ModelMetadata.from_dict.__func__


def _from_dict(cls: type[ModelMetadata], serialized: dict[str, Any]) -> ModelMetadata:
    described: ModelMetadata = _described(cls, {**serialized, "train_schema": {"nodes": {}}})
    return described


ModelMetadata.from_dict = classmethod(_from_dict)
