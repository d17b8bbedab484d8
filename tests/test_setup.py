"""Set-up: the lock is complete and hashed, and bootstrap.py takes from it what it says."""
from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import bootstrap

ROOT = Path(__file__).resolve().parent.parent


def entries() -> list[str]:
    return re.split(r"^(?=[A-Za-z0-9])", (ROOT / "requirements.lock").read_text(), flags=re.MULTILINE)[1:]


def test_every_locked_package_has_one_version_and_hashes() -> None:
    for entry in entries():
        assert re.match(r"[a-z0-9.-]+==\S+ ", entry), entry.splitlines()[0]
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_lock_and_metadata_name_no_index() -> None:
    for name in ("requirements.lock", "pyproject.toml"):
        assert not re.search(r"index-url|find-links|file:", (ROOT / name).read_text())


def test_everything_that_pyproject_asks_for_is_locked() -> None:
    locked = {entry.split("==")[0] for entry in entries()}
    metadata = (ROOT / "pyproject.toml").read_text()
    sections = re.findall(r"^(?:dependencies|bot|dev) = \[\n(.*?)^\]", metadata, re.S | re.M)
    asked = re.findall(r'^    "([A-Za-z0-9-]+)', "".join(sections), re.M)
    assert len(sections) == 3
    assert {name.lower() for name in asked} <= locked


def test_onnxruntime_is_the_gpu_build_where_there_are_wheels_and_never_both() -> None:
    packaging = pytest.importorskip("packaging.markers")
    markers = {
        entry.split("==")[0]: packaging.Marker(entry.splitlines()[0].partition(" ; ")[2].rstrip(" \\"))
        for entry in entries() if entry.startswith("onnxruntime")
    }
    for system, machine, gpu in (
        ("linux", "x86_64", True), ("win32", "AMD64", True),
        ("linux", "aarch64", False), ("darwin", "arm64", False), ("darwin", "x86_64", False),
    ):
        here = {"sys_platform": system, "platform_machine": machine, "python_full_version": "3.10.13"}
        assert markers["onnxruntime-gpu"].evaluate(here) is gpu
        assert markers["onnxruntime"].evaluate(here) is not gpu


def test_build_tools_come_from_the_lock() -> None:
    tools = bootstrap.locked("setuptools", "wheel")
    assert re.findall(r"^([a-z]+)==", tools, re.M) == ["setuptools", "wheel"]
    assert tools.count("--hash=") >= 2


def test_the_stamp_follows_the_lock_and_the_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = bootstrap.fingerprint()
    assert bootstrap.fingerprint() == before
    lock = tmp_path / "requirements.lock"
    lock.write_text("six==1.17.0\n")
    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "LOCK", lock)
        assert bootstrap.fingerprint() != before
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    assert bootstrap.fingerprint() != before


def test_only_a_working_python_310_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert bootstrap.is_wanted(sys.executable) is (sys.version_info[:2] == (3, 10))
    broken = tmp_path / "python3.10"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    assert not bootstrap.is_wanted(str(broken))
    monkeypatch.setattr(bootstrap, "installed_pythons", lambda: iter([str(broken), str(tmp_path / "absent")]))
    monkeypatch.setattr(bootstrap, "fetched_python", lambda: iter(()))
    with pytest.raises(bootstrap.CannotSetUp, match="install it"):
        bootstrap.find_python()
