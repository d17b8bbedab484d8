"""Work that Rasa repeats on every turn although its result never changes, done once. Imported for its effect."""
from __future__ import annotations

import functools
from typing import Any

from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event

# All event classes are walked for every event read back: a tenth of a short conversation's turn, two fifths of turn 100.
Event.resolve_by_type = staticmethod(functools.lru_cache(maxsize=None)(Event.resolve_by_type))

# The schema of an action's answer is itself checked against the schema of schemas each time: most of a turn.
_SCHEMA = RemoteAction.action_response_format_spec()
_VALIDATOR = validator_for(_SCHEMA)(_SCHEMA)


def _validate(self: RemoteAction, result: dict[str, Any]) -> bool:
    _VALIDATOR.validate(result)
    return True


RemoteAction._validate_action_result = _validate
