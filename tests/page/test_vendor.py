"""The page's libraries are the locked ones, and the page is light."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from bot import vendor
from tests.page.client import Visit

FIRST_PAINT = 200_000  # bytes, gzipped


def test_the_kept_files_are_the_locked_ones() -> None:
    assert vendor.check() == []


def test_a_changed_a_missing_and_an_unknown_file_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in vendor.KEPT.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "chart.js").write_bytes((tmp_path / "chart.js").read_bytes() + b" ")
    (tmp_path / "deep-chat.LICENSE").unlink()
    (tmp_path / "extra.js").touch()
    monkeypatch.setattr(vendor, "KEPT", tmp_path)
    assert len(vendor.check()) == 3


def test_every_package_has_its_licence_beside_it() -> None:
    packages = json.loads(vendor.LOCK.read_text())["packages"]
    assert packages
    for package in packages:
        assert package["integrity"].startswith("sha512-")
        (licence,) = (name for name in package["files"] if name.endswith(".LICENSE"))
        assert package["licence"] in (vendor.KEPT / licence).read_text()


def test_the_page_can_be_used_after_200_kb(visit: Visit) -> None:
    client = visit()
    client.box.fill("It can be typed in.")
    got = client.page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    loaded = [client.page.url, *got]
    assert any("deep-chat" in url for url in loaded)
    assert not any("chart.js" in url for url in loaded)  # only when a chart is seen
    sizes = {url: len(gzip.compress(client.page.request.get(url).body())) for url in set(loaded)}
    assert sum(sizes.values()) < FIRST_PAINT, sizes
