"""Finds the articles, and the narrower answers in them, that are nearest in meaning to what was asked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from bot import encoder, near
from catalog.things import Catalog

HOME = Path(__file__).resolve().parent.parent / ".build" / "library"
MARGIN = 0.03
WHOLE = -1  # the passage speaks of the article as a whole, not of one narrower question


@dataclass(frozen=True)
class Passage:
    """One sentence that stands for an article (answer = WHOLE) or for the narrower answer of that number."""

    article: str
    answer: int
    text: str


def passages(catalog: Catalog) -> list[Passage]:
    """Everything an article can be found by, in a fixed order."""
    out = []
    for article in catalog.articles.values():
        names = (article.title, *article.aliases[:3])
        whole = (article.title, article.sentence, *(f"what is {name}?" for name in names), *article.questions)
        out += [Passage(article.id, WHOLE, text) for text in whole]
        for number, (question, _) in enumerate(article.answers):
            out.append(Passage(article.id, number, question))
    return out


class Library:
    """The passages of one catalog with their vectors, which are kept on disk (see `bot.near`), named by the hash of
    the texts and of the encoder, so that only a changed library is encoded again."""

    def __init__(self, catalog: Catalog) -> None:
        self._passages = passages(catalog)
        texts = [p.text for p in self._passages]
        made_of = [encoder.fingerprint(), *texts]
        path = HOME / f"{hashlib.sha256(chr(0).join(made_of).encode()).hexdigest()[:16]}.onnx"
        if not path.exists():
            HOME.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part")
            # With an encoder of its own: the shared one remembers what people say.
            part.write_bytes(near.graph(encoder.Encoder().encode(texts)))
            part.rename(path)
            for old in HOME.iterdir():
                if old != path:
                    old.unlink(missing_ok=True)
        self._near = near.Near(path)

    def nearest(self, text: str, most: int = 12) -> list[tuple[str, int, float]]:
        """(article, answer, cosine) for the best passage of each of the `most` nearest articles, the nearest first. A
        narrower answer counts only where it is nearer by MARGIN than anything that stands for the whole article."""
        if not self._passages or not text.strip():
            return []
        scores = self._near.cosines(encoder.load().encode([text])[0])
        enough = min(most * 16, len(scores))
        best_first = np.argpartition(-scores, enough - 1)[:enough]
        best_first = best_first[np.argsort(-scores[best_first], kind="stable")]
        best: dict[str, tuple[str, int, float]] = {}
        for i, score in zip(best_first.tolist(), scores[best_first].round(4).tolist(), strict=True):
            passage = self._passages[i]
            held = best.get(passage.article)
            if held is None:
                if len(best) == most:
                    continue
                best[passage.article] = (passage.article, passage.answer, score)
            elif passage.answer == WHOLE and held[1] != WHOLE and score > held[2] - MARGIN:
                best[passage.article] = (passage.article, WHOLE, held[2])
        return list(best.values())


@lru_cache(maxsize=2)
def _for_revision(revision: int, articles: int) -> Library:
    from catalog import store

    return Library(store.snapshot())


def nearest(text: str, catalog: Catalog, most: int = 12) -> list[tuple[str, int, float]]:
    """As `Library.nearest`, in the library of the present catalog."""
    return _for_revision(catalog.revision, len(catalog.articles)).nearest(text, most)
