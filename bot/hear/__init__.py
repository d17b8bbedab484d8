"""Hearing: from one message to what was said. `read` is all that others need; nothing here knows of Rasa."""

from .heard import Heard, Mention, Span
from .read import read

__all__ = ["Heard", "Mention", "Span", "read"]
