"""Runs the actions in the process of the dialogue engine: no connection, no copies over the wire."""
from __future__ import annotations

import os
from typing import Any

from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from actions.base import every_action


class InProcess(EndpointConfig):
    """An action endpoint whose `request` is a function call."""

    def __init__(self) -> None:
        super().__init__("in-process://actions", enable_selective_domain=True)
        self._executor = ActionExecutor()
        for action in every_action():
            self._executor.register_action(action)

    async def request(self, method: str = "post", subpath: str | None = None, content_type: str | None = None,
                      compress: bool = False, **kwargs: Any) -> Any:
        return await self._executor.run(kwargs["json"])


def action_endpoint() -> EndpointConfig:
    """In this process, or an action server of its own when PLAINSPEC_ACTION_ENDPOINT names its URL."""
    url = os.environ.get("PLAINSPEC_ACTION_ENDPOINT")
    return EndpointConfig(url, enable_selective_domain=True) if url else InProcess()
