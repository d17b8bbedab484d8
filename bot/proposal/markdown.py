"""A document as Markdown."""

from __future__ import annotations

import re
from typing import Any

from bot.proposal import in_words
from bot.proposal.drawing import draw

_MARKS = re.compile(r"[\\`*_{}\[\]<>#|~!&@]|:(?=//)|(?<=www)\.")
_STARTS = re.compile(r"^([-+=]|\d+[.)])(?=\s|$)")


def text(plain: str) -> str:
    """As itself in any reader: no mark in it is read as one, and no address in it becomes a link."""
    escaped = _MARKS.sub(lambda mark: f"\\{mark[0]}", " ".join(plain.split()))
    return _STARTS.sub(lambda mark: f"{mark[0][:-1]}\\{mark[0][-1]}", escaped)


def markdown(document: dict[str, Any], expires: str) -> str:
    dates = f"{in_words(document['date'])}. The link ends on {in_words(expires)}."
    parts = [f"# {text(document['title'])}", dates, text(document["lead"])]
    for block in document["blocks"]:
        kind = block["kind"]
        if kind == "heading":
            parts.append(f"## {text(block['text'])}")
        elif kind == "text":
            parts.append(text(block["text"]))
        elif kind == "list":
            parts.append("\n".join(f"- {text(item)}" for item in block["items"]))
        elif kind == "steps":
            parts.append("\n".join(f"{n}. {text(item)}" for n, item in enumerate(block["items"], 1)))
        elif kind == "table":
            rows = [block["columns"], ["---"] * len(block["columns"]), *block["rows"]]
            lines = [f"| {' | '.join(cell if n == 1 else text(cell) for cell in row)} |" for n, row in enumerate(rows)]
            parts.append("\n".join([f"**{text(block['title'])}**", "", *lines] if block["title"] else lines))
        elif kind == "chart":
            sheet = draw(block["name"], block["data"])
            parts.append(f"**{text(sheet.title)}**: {text(sheet.alt)}")
    return "\n\n".join(parts) + "\n"
