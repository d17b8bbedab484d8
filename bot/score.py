"""Cross-validates the intent classifier on its training data: python -m bot.score [C ...]. For developers."""

from __future__ import annotations

import sys
from collections import Counter

import numpy as np
import yaml
from sklearn.model_selection import StratifiedKFold

from bot import encoder, hear, library
from bot.components.classifier import fit
from bot.components.cues import cues, words
from bot.components.decide import FOLLOW_UPS, decide
from bot.components.hearing import as_json
from bot.components.words import row, vocabulary
from bot.engine import ROOT
from catalog import store

FOLDS = 4


def examples() -> list[tuple[str, str]]:
    """(utterance, intent) of all training data."""
    found = []
    for path in sorted((ROOT / "bot" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            found += [(line[2:].strip(), block["intent"]) for line in block["examples"].splitlines()]
    return found


def report(strengths: list[float]) -> None:
    """Prints the share of utterances understood by what was trained on the others, and what is mistaken for what."""
    catalog = store.snapshot()
    texts, intents = (list(column) for column in zip(*examples(), strict=False))
    heard = [as_json(hear.read(text, catalog), library.nearest(text, catalog)) for text in texts]
    vectors = encoder.load().encode(texts)
    fixed = np.hstack([vectors * 10, np.stack([cues(words(t), h) for t, h in zip(texts, heard, strict=True)])])
    for strength in strengths:
        guessed = [""] * len(texts)
        for learn, check in StratifiedKFold(FOLDS, shuffle=True, random_state=1).split(fixed, intents):
            places = {word: i for i, word in enumerate(vocabulary(texts[i] for i in learn))}
            rows = np.hstack([fixed, np.stack([row(t, places) for t in texts])])
            model = fit(rows[learn], vectors[learn], [intents[i] for i in learn], places, strength)
            for i in check:
                shares = model.shares(rows[i], vectors[i])
                guessed[i] = decide(shares, texts[i], heard[i], None, intents[i] in FOLLOW_UPS)[0]["name"]
        right = [a == b for a, b in zip(intents, guessed, strict=False)]
        print(f"C {strength:g}: {len(texts)} utterances, {100 * sum(right) / len(right):.1f} % right in {FOLDS} folds")
    for intent, total in Counter(intents).most_common():
        wrong = Counter(b for a, b in zip(intents, guessed, strict=False) if a == intent and b != a)
        shown = ", ".join(f"{other} {count}" for other, count in wrong.most_common(4))
        print(f"{intent:14s} {total:4d}  {100 * (1 - sum(wrong.values()) / total):5.1f} %  {shown}")


if __name__ == "__main__":
    report([float(c) for c in sys.argv[1:]] or [0.1])
