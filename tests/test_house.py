"""The house keeps its order: arrows run one way, the lower rooms know no dialogue engine, no data is left unpacked."""
from __future__ import annotations

import ast
import fnmatch
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("catalog", "models", "sizing", "actions", "bot")  # each may import itself and those before it
ENGINE = {"rasa", "rasa_sdk", "tensorflow", "spacy", "sanic", "onnxruntime", "tokenizers", "slack_sdk"}
RUNS_GRAPHS = ("models/reference", "models/timing")  # the harness is there to run ONNX graphs, and needs nothing else
MODULES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    """Top-level names that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_run_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    above = set(ROOMS[ROOMS.index(room) + 1 :])
    assert not imported(path) & above
    if room in ("catalog", "models", "sizing"):
        timing = path.relative_to(ROOT).as_posix().startswith(RUNS_GRAPHS)
        assert not imported(path) & (ENGINE - {"onnxruntime"} if timing else ENGINE)


def test_the_catalog_and_estimate_commands_do_without_the_engine() -> None:
    code = "import sys, bot.cli; print(sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not [name for name in ENGINE if f"'{name}'" in loaded]


def test_data_files_are_packed_with_their_packages() -> None:
    packed = {"bot": ["*"], "catalog": ["*.csv", "*.yaml", "*.yml", "*.ini", "*.mako"], "models": ["*.csv", "*.yaml"]}
    tracked = subprocess.run(["git", "ls-files", *ROOMS], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    data = [Path(name) for name in tracked.splitlines() if not name.endswith((".py", ".md"))]
    assert data
    for path in data:
        assert any(fnmatch.fnmatch(path.name, pattern) for pattern in packed.get(path.parts[0], [])), path
