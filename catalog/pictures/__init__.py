"""Pictures of the articles: an id and a catalog in, an SVG text out. Pure; drawn anew each time, in milliseconds.

A picture is either described by a few lines of data (networks.yaml, diagrams.yaml; the forms they may take are in
forms.py), a curve (curves.py), or a chart of the catalog's figures at that moment (charts.py).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from catalog.pictures.canvas import STYLE, Canvas
from catalog.pictures.forms import FORMS
from catalog.things import Catalog

__all__ = ["STYLE", "alt", "ids", "of"]

HOME = Path(__file__).parent


@lru_cache(maxsize=1)
def _described() -> dict[str, dict[str, Any]]:
    """Every picture that is described by data, by the article's id."""
    found: dict[str, dict[str, Any]] = {}
    for name in ("networks.yaml",):
        found |= yaml.safe_load((HOME / name).read_text(encoding="utf-8"))
    return found


def drawable() -> set[str]:
    """Ids of all that can be drawn."""
    return set(_described())


def ids(catalog: Catalog) -> list[str]:
    """The articles of this catalog that have a picture, in order."""
    return sorted(drawable() & set(catalog.articles))


def _from_data(data: dict[str, Any]) -> Canvas:
    canvas = Canvas(data["title"], data["alt"])
    FORMS[data["form"]](canvas, data)
    canvas.caption(data["caption"])
    return canvas


def of(article_id: str, catalog: Catalog) -> str | None:
    """The picture of an article as an SVG text; None where it has none."""
    data = _described().get(article_id)
    return _from_data(data).svg() if data else None


def alt(article_id: str, catalog: Catalog) -> str | None:
    """The same in words, for who cannot see it; None where there is no picture."""
    data = _described().get(article_id)
    return data["alt"] if data else None
