"""A catalog database of its own for every test that asks for one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog import store


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A freshly built database, to copy from: building one takes half a second."""
    path = tmp_path_factory.mktemp("built") / "catalog.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAINSPEC_DATABASE_URL", f"sqlite:///{path}")
        store.ensure_database()
        store._ready.cache_clear()
    return path


@pytest.fixture
def database(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The packaged catalog in a database that the test may change."""
    path = tmp_path / "catalog.db"
    shutil.copy(built, path)
    monkeypatch.setenv("PLAINSPEC_DATABASE_URL", f"sqlite:///{path}")
    yield path
    store._ready.cache_clear()
