"""Makes .venv: Python 3.10, every locked dependency checked against its hash, and Plainspec itself.

Standard library only, any Python from 3.8, because it runs before anything is installed. A second run, with nothing
changed, only compares one hash. Exits with 1 and one sentence when it cannot go on. `--find` only says which Python
3.10 it would use, and exits with 1 where none is installed.
"""
from __future__ import annotations

import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "plainspec.stamp"
LOG = ROOT / ".build" / "install.log"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
WANTED = "3.10"  # the dialogue engine runs on no later one

NO_PYTHON = (
    "Plainspec needs Python 3.10 for its dialogue engine: install it (python3.10 with its venv module, `uv python "
    "install 3.10`, `pyenv install 3.10`, or `py install 3.10` on Windows) and run this again."
)


class CannotSetUp(Exception):
    """Set-up stops here; the message is for the person who ran it."""


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def is_wanted(python: str) -> bool:
    """A 64-bit CPython 3.10 that can make virtual environments; pyenv's shims and half-installed ones are not."""
    ask = "import sys, ensurepip, venv; print(sys.implementation.name, *sys.version_info[:2], sys.maxsize > 2**32)"
    try:
        answer = subprocess.run([python, "-c", ask], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.stdout.split() == ["cpython", *WANTED.split("."), "True"]


def output_of(*command: str) -> str | None:
    """The last line that a helper program prints, or None where it is missing or fails."""
    if not shutil.which(command[0]):
        return None
    done = subprocess.run(command, capture_output=True, text=True)
    lines = done.stdout.strip().splitlines()
    return lines[-1] if done.returncode == 0 and lines else None


def pyenv_versions() -> Iterator[str]:
    root = os.environ.get("PYENV_ROOT") or str(Path.home() / ".pyenv")
    for pattern in (f"versions/{WANTED}*/bin/python", f"pyenv-win/versions/{WANTED}*/python.exe"):
        yield from sorted(glob.glob(os.path.join(root, pattern)), reverse=True)


def installed_pythons() -> Iterator[str]:
    """Places where a Python 3.10 may already be, the likeliest first."""
    yield sys.executable
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        yield os.path.join(folder, "python" + WANTED)
    yield from pyenv_versions()
    for prefix in ("/opt/homebrew/bin", "/usr/local/bin", f"/opt/python/{WANTED}/bin"):
        yield os.path.join(prefix, "python" + WANTED)
    for finder in (("py", "-" + WANTED, "-c", "import sys; print(sys.executable)"),
                   ("uv", "python", "find", "--no-python-downloads", WANTED)):
        found = output_of(*finder)
        if found:
            yield found


def fetched_python() -> Iterator[str]:
    """Has uv or pyenv bring a Python 3.10, where either is there."""
    if shutil.which("uv"):
        say("No Python 3.10 here yet: fetching one with uv ...")
        subprocess.run(["uv", "python", "install", WANTED])
        found = output_of("uv", "python", "find", WANTED)
        if found:
            yield found
    if shutil.which("pyenv"):
        say("No Python 3.10 here yet: building one with pyenv (some minutes) ...")
        subprocess.run(["pyenv", "install", "--skip-existing", WANTED])
        yield from pyenv_versions()


def first_wanted(candidates: Iterator[str]) -> str | None:
    return next((python for python in candidates if os.path.isfile(python) and is_wanted(python)), None)


def find_python() -> str:
    python = first_wanted(installed_pythons()) or first_wanted(fetched_python())
    if not python:
        raise CannotSetUp(NO_PYTHON)
    return python


def fingerprint() -> str:
    """Changes with the lock, the project's own metadata, this file, or the place of the checkout (scripts name it)."""
    digest = hashlib.sha256(str(ROOT).encode())
    for path in (LOCK, ROOT / "pyproject.toml", Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def locked(*names: str) -> str:
    """The lock's entries, hashes included, of some packages only."""
    entries = re.split(r"^(?=[A-Za-z0-9])", LOCK.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return "".join(entry for entry in entries if entry.split("==")[0] in names)


def pip(what: str, total: int, *arguments: str) -> None:
    """Runs the environment's pip; shows one line of progress, keeps all it says in LOG."""
    command = [str(PYTHON), "-m", "pip", "install", "--progress-bar", "off", "--no-input", *arguments]
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_REQUIRE_VIRTUALENV": "1"}
    live = sys.stderr.isatty()
    seen = 0
    with open(LOG, "a", encoding="utf-8") as log, subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, cwd=str(ROOT)
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            log.write(line)
            words = line.split()
            if line.startswith("Ignoring "):  # meant for another platform
                total -= 1
            elif line.startswith(("Collecting ", "Requirement already satisfied: ")):
                seen = min(seen + 1, total)
                name = re.split(r"[=<>~!; ]", words[1] if words[0] == "Collecting" else words[3])[0]
                if live:
                    print(f"\r\033[K{what}: {seen} of {total}, {name}", end="", file=sys.stderr, flush=True)
                elif seen % 25 == 0:
                    say(f"{what}: {seen} of {total}")
            elif line.startswith("Installing collected packages"):
                note = f"{what}: all {total} are here and match their hashes; unpacking ..."
                print(("\r\033[K" if live else "") + note, file=sys.stderr, flush=True)
    if process.returncode:
        if live:
            say("")
        say("".join(LOG.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)[-15:]))
        raise CannotSetUp(f"Installing stopped on the error above (all of it is in {LOG}); run this again to go on.")


def make_environment() -> None:
    if VENV.exists() and not is_wanted(str(PYTHON)):
        say("The environment in .venv is not a working Python 3.10: making it anew.")
        shutil.rmtree(str(VENV))
    if VENV.exists():
        say("Bringing the environment up to date")
    else:
        python = find_python()
        say(f"Making .venv with {python}; installing takes a few minutes the first time, and about 4 GB of disk")
        subprocess.run([python, "-m", "venv", str(VENV)], check=True)
    LOG.parent.mkdir(exist_ok=True)
    LOG.write_text("", encoding="utf-8")
    if STAMP.exists():
        STAMP.unlink()
    # The tools that build the few source packages come from the lock too, so nothing unlocked is ever run.
    with tempfile.TemporaryDirectory() as folder:
        tools = Path(folder) / "tools.txt"
        tools.write_text(locked("setuptools", "wheel"), encoding="utf-8")
        pip("Build tools", 2, "--require-hashes", "--no-deps", "-r", str(tools))
    count = len(re.findall(r"^[A-Za-z0-9]", LOCK.read_text(encoding="utf-8"), flags=re.MULTILINE))
    pip("Packages", count, "--require-hashes", "--no-deps", "--no-build-isolation", "-r", str(LOCK))
    pip("Plainspec", 1, "--no-deps", "--no-build-isolation", "--editable", str(ROOT))


def main() -> int:
    if sys.argv[1:] == ["--find"]:
        python = first_wanted(installed_pythons())
        print(python or NO_PYTHON)
        return 0 if python else 1
    try:
        wanted = fingerprint()
        if STAMP.exists() and PYTHON.exists() and STAMP.read_text(encoding="utf-8") == wanted:
            return 0
        make_environment()
        STAMP.write_text(wanted, encoding="utf-8")
    except CannotSetUp as reason:
        say(str(reason))
        return 1
    except KeyboardInterrupt:
        say("\nStopped; run this again to go on from here.")
        return 130
    say("The environment is ready.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
