"""A document as a page to read and print."""

from __future__ import annotations

import base64
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from bot.proposal import in_words
from bot.proposal.drawing import draw
from bot.proposal.svg import svg


@lru_cache(maxsize=1)
def _template() -> Template:
    folder = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True).get_template(
        "proposal.html"
    )


def page(document: dict[str, Any], expires: str, path: str) -> str:
    """HTML; `path` is that of its link, for the other two forms. Everything in it is escaped."""
    charts = {}
    for block in document["blocks"]:
        if block["kind"] == "chart":
            sheet = draw(block["name"], block["data"])
            image = base64.b64encode(svg(sheet).encode()).decode()
            charts[block["name"]] = {"title": sheet.title, "alt": sheet.alt,
                                     "src": f"data:image/svg+xml;base64,{image}"}
    return _template().render(document=document, expires=in_words(expires), date=in_words(document["date"]),
                              path=path, charts=charts)
