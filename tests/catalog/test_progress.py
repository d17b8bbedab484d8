"""What trainees have shown to know outlives the process, imports and new data."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog import progress, store
from catalog.library import path
from catalog.progress import Record
from tests.catalog.test_store import PRICE, forget, write

CARD = {"card_id": 0, "state": 2, "stability": 2.3, "due": "2026-03-04T09:00:00+00:00"}
VRAM = Record("vram", CARD, 3, 2, True)


def test_progress_survives_a_restart(database: Path) -> None:
    progress.keep("ann", VRAM)
    progress.keep("ann", Record("cost", CARD, 1, 0, False))
    progress.keep("bob", Record("vram", CARD, 1, 1, True))
    forget()
    assert progress.of("ann") == {"vram": VRAM, "cost": Record("cost", CARD, 1, 0, False)}
    assert set(progress.of("bob")) == {"vram"}
    assert progress.of("nobody") == {}


def test_the_newest_replaces_and_one_person_can_be_forgotten(database: Path) -> None:
    progress.keep("ann", VRAM)
    progress.keep("ann", Record("vram", CARD, 4, 2, False))
    progress.keep("bob", VRAM)
    assert progress.of("ann")["vram"].asked == 4
    progress.forget("ann")
    assert progress.of("ann") == {}
    assert progress.of("bob") == {"vram": VRAM}


def test_neither_an_import_nor_a_new_version_s_data_touches_it(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    progress.keep("ann", VRAM)
    before = store.snapshot().revision
    write(store.Change("gpus", "rtx_4090", PRICE))
    monkeypatch.setattr(store, "_seed_hash", lambda: "another")
    forget()
    assert store.snapshot().revision == before + 2
    assert progress.of("ann") == {"vram": VRAM}


def test_the_path_leads_through_articles_that_are_there_and_through_none_twice() -> None:
    listed = [article for stage in path() for article in stage.articles]
    assert len(listed) == len(set(listed)) >= 60
    assert set(listed) <= set(store.articles())
    assert all(stage.title and stage.why and len(stage.articles) >= 5 for stage in path())
