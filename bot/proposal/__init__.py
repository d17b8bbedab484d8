"""A document of `actions.proposal` as Markdown, as a page and as a PDF. Its texts may hold anything a client typed, so
each of the three writes them as text and nothing else."""

from __future__ import annotations

from datetime import date


def in_words(iso: str) -> str:
    """ "2026-11-28" -> "28 November 2026"."""
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"
