"""The page's libraries: which ones, which bytes. `bot/page/vendor.lock.json` pins each package's version, the hash of
its npm tarball and that of every file taken from it; the files themselves are kept in `bot/page/vendor/`, so that
neither set-up nor the page fetches anything.

    python -m bot.vendor --check     that the kept files are the locked ones
    python -m bot.vendor             fetch the tarballs anew (needs npm) and put their files there
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parent / "page"
LOCK, KEPT = PAGE / "vendor.lock.json", PAGE / "vendor"


def integrity(data: bytes) -> str:
    """As npm writes it: "sha512-" and the digest in base64."""
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


def locked() -> list[dict[str, Any]]:
    """The packages of the lock file: name, version, licence, integrity of the tarball, and for each file that is kept
    the path `from` inside the tarball and its own integrity."""
    return list(json.loads(LOCK.read_text(encoding="utf-8"))["packages"])


def check() -> list[str]:
    """What is wrong with the kept files, a sentence each; empty when they are the locked ones and nothing else."""
    wrong, named = [], set()
    for package in locked():
        for name, file in package["files"].items():
            named.add(name)
            path = KEPT / name
            if not path.is_file():
                wrong.append(f"{name} of {package['name']} is missing: run python -m bot.vendor.")
            elif integrity(path.read_bytes()) != file["integrity"]:
                wrong.append(f"{name} is not the file of {package['name']} {package['version']} that the lock names.")
    wrong += [f"{path.name} is in no package of the lock." for path in sorted(KEPT.iterdir()) if path.name not in named]
    return wrong


def fetch() -> None:
    """Packs every locked package with npm, verifies tarball and files, then writes them. Raises ValueError where a
    hash differs; nothing is written then."""
    found: dict[str, bytes] = {}
    for package in locked():
        with tempfile.TemporaryDirectory() as folder:
            wanted = f"{package['name']}@{package['version']}"
            pack = ["npm", "pack", "--silent", "--pack-destination", folder, wanted]
            subprocess.run(pack, check=True, stdout=subprocess.DEVNULL)
            (tarball,) = Path(folder).iterdir()
            if integrity(tarball.read_bytes()) != package["integrity"]:
                raise ValueError(f"The tarball of {wanted} is not the locked one.")
            with tarfile.open(tarball) as packed:
                for name, file in package["files"].items():
                    member = packed.extractfile(file["from"])
                    found[name] = member.read() if member else b""
                    if integrity(found[name]) != file["integrity"]:
                        raise ValueError(f"{file['from']} of {wanted} is not the locked one.")
    KEPT.mkdir(exist_ok=True)
    for name, data in found.items():
        (KEPT / name).write_bytes(data)


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print("Usage: python -m bot.vendor [--check]", file=sys.stderr)
        return 2
    if not arguments:
        try:
            fetch()
        except (OSError, subprocess.CalledProcessError) as why:
            print(f"npm could not bring the packages ({why}): install it, or look at the connection.", file=sys.stderr)
            return 1
        except ValueError as why:
            print(f"{why} Nothing was written.", file=sys.stderr)
            return 1
    wrong = check()
    print("\n".join(wrong) or f"The {len(locked())} packages are as locked.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
