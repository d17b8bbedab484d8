"""The packaged catalog, without a database, and one that a test may write to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog import schema, store
from catalog.things import Catalog


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    empty: store.Rows = {kind.name: {} for kind in schema.STORED}
    return store.build(store.apply(empty, store.packaged_changes()), 0)


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    url = f"sqlite:///{tmp_path / 'catalog.db'}"
    monkeypatch.setenv("PLAINSPEC_DATABASE_URL", url)
    yield url
    store._ready.cache_clear()
