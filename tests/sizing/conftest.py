"""The packaged catalog, without a database."""

from __future__ import annotations

import pytest

from catalog import schema, store
from catalog.things import Catalog


def packaged() -> Catalog:
    empty: store.Rows = {kind.name: {} for kind in schema.STORED}
    return store.build(store.apply(empty, store.packaged_changes()), 0)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return packaged()
