"""Pictures of the articles: an id and a catalog in, an SVG text out. Pure; drawn anew each time, in milliseconds.

A picture is described by a few lines of data (networks.yaml, diagrams.yaml; their forms are in forms.py), worked out
(curves.py), or a chart of the catalog's figures at that moment (cards.py, machines.py). Every article that
the catalog files a card under has such a chart.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from catalog.pictures import cards, machines
from catalog.pictures.canvas import STYLE, Canvas
from catalog.pictures.curves import CURVES
from catalog.pictures.forms import FORMS
from catalog.things import Catalog

__all__ = ["STYLE", "alt", "drawable", "ids", "of"]

CHARTS = cards.CHARTS | machines.CHARTS
HOME = Path(__file__).parent


@lru_cache(maxsize=1)
def _described() -> dict[str, dict[str, Any]]:
    """Every picture that is described by data, by the article's id."""
    found: dict[str, dict[str, Any]] = {}
    for name in ("networks.yaml", "diagrams.yaml"):
        found |= yaml.safe_load((HOME / name).read_text(encoding="utf-8"))
    return found


def drawable() -> list[str]:
    """Ids of all that is drawn for itself, without the parts; an id that stands here twice is drawn twice."""
    return [*_described(), *CURVES, *CHARTS]


def ids(catalog: Catalog) -> list[str]:
    """The articles of this catalog that have a picture, in order."""
    return sorted(article for article in catalog.articles if _drawn(article, catalog))


def _drawn(article_id: str, catalog: Catalog) -> Canvas | None:
    if data := _described().get(article_id):
        canvas = Canvas(data["title"], data["alt"])
        FORMS[data["form"]](canvas, data)
        canvas.caption(data["caption"])
        return canvas
    if article_id in CURVES:
        return CURVES[article_id]()
    if article_id in CHARTS:
        return CHARTS[article_id](catalog)
    return cards.part(article_id, catalog) if article_id in catalog.articles else None


def of(article_id: str, catalog: Catalog) -> str | None:
    """The picture of an article as an SVG text; None where it has none."""
    canvas = _drawn(article_id, catalog)
    return canvas.svg() if canvas else None


def alt(article_id: str, catalog: Catalog) -> str | None:
    """The same in words, for who cannot see it; None where there is no picture."""
    canvas = _drawn(article_id, catalog)
    return canvas.alt if canvas else None
