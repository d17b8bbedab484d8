"""Hearing: from one message to what was said. `spelt` and `read` are all that others need; nothing here knows of
Rasa."""

from catalog.things import Catalog

from . import gazetteer, mend
from .heard import Heard, Mention, Span
from .read import read

__all__ = ["Heard", "Mention", "Span", "read", "spelt"]


def spelt(text: str, catalog: Catalog) -> str:
    """The message with plain slips of the pen put right."""
    return mend.spelt(text, gazetteer.of(catalog))
