"""Reads the articles: one YAML file each, `catalog/articles/<group>/<id>.yaml`; and `path.yaml`, a way through them."""
from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from catalog.things import Article, Figure

ARTICLES = Path(__file__).parent / "articles"
PATH = Path(__file__).parent / "path.yaml"
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one reads the library in a fraction of a second


class BadArticles(ValueError):
    """Articles that cannot be read; the message has one line for each problem."""


@lru_cache(maxsize=4)
def articles(folder: Path = ARTICLES) -> dict[str, Article]:
    """Every article by id. Raises `BadArticles` with all that is wrong."""
    found: dict[str, Article] = {}
    problems: list[str] = []
    for path in sorted(folder.glob("*/*.yaml")):
        name = f"{path.parent.name}/{path.name}"
        try:
            article = _article(path)
        except (OSError, yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError) as error:
            problems.append(f"{name}: {error}")
            continue
        if article.id != path.stem or article.group != path.parent.name:
            problems.append(f"{name}: is '{article.id}' of group '{article.group}': file and folder must say the same")
        if article.id in found:
            problems.append(f"{name}: another article has the id '{article.id}'")
        found[article.id] = article
    if problems:
        raise BadArticles("Articles that cannot be read:\n" + "\n".join(problems))
    return found


@dataclass(frozen=True)
class Stage:
    """One step of the way into the field: what it is about, and its articles in the order to read them."""

    title: str
    why: str
    articles: tuple[str, ...]


@lru_cache(maxsize=1)
def path() -> tuple[Stage, ...]:
    """The way of a new starter through the library."""
    stages = yaml.load(PATH.read_text(encoding="utf-8"), Loader=_Loader)
    return tuple(Stage(stage["title"], stage["why"], tuple(stage["articles"])) for stage in stages)


def _article(path: Path) -> Article:
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    if not isinstance(data, dict):
        raise ValueError("is not a list of keys and values")
    known = {field.name: field for field in fields(Article)}
    if unknown := sorted(set(data) - set(known)):
        raise ValueError(f"has keys no article has: {', '.join(unknown)}")
    if missing := [name for name, field in known.items() if field.default is MISSING and not data.get(name)]:
        raise ValueError(f"lacks {', '.join(missing)}")
    values: dict[str, Any] = {}
    for name, value in data.items():
        if name == "answers":
            values[name] = tuple((_text(pair["question"]), _text(pair["answer"])) for pair in value or ())
        elif name == "figures":
            values[name] = tuple(Figure(**{key: _text(text) for key, text in figure.items()}) for figure in value or ())
        elif isinstance(known[name].default, tuple):
            if not isinstance(value or [], list):
                raise ValueError(f"{name} is not a list")
            values[name] = tuple(_text(part) for part in value or ())
        else:
            values[name] = _text(value)
    return Article(**values)


def _text(value: Any) -> str:
    if isinstance(value, (dict, list)) or value is None:
        raise ValueError(f"has {value!r} where text belongs")
    return str(value).strip()
