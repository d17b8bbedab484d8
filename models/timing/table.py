"""Timings as a CSV file of the catalog's kind `timings`, and as lines for people."""
from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from catalog import cells, schema
from catalog.things import Timing

HEADINGS = ("model", "precision", "batch", "items/s", "p10 to p90", "with copies", "GB", "W", "MHz")


def check(path: Path) -> None:
    """Raises OSError where the file cannot be written, which is better known before the work."""
    if not path.parent.is_dir():
        raise OSError(f"{path} cannot be written: there is no folder {path.parent}.")
    if path.is_dir() or not os.access(path.parent, os.W_OK):
        raise OSError(f"{path} cannot be written: choose another place with --out.")


def write(path: Path, timings: Iterable[Timing]) -> None:
    """Writes the file whole or not at all. Raises OSError."""
    names = [column.name for column in schema.TIMINGS.columns]
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(names)
            for timing in timings:
                row = schema.to_row(schema.TIMINGS, timing)
                writer.writerow([cells.encode(row[name]) for name in names])
        os.chmod(scratch, 0o644)
        os.replace(scratch, path)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise


def line(timing: Timing) -> tuple[str, ...]:
    """The cells of `HEADINGS` for one timing; those that nothing measured are empty."""
    name = timing.reference + (f" (one of {timing.layers} layers)" if timing.layers > 1 else "")
    return (
        name, timing.precision, str(timing.batch), f"{short(timing.items_per_s)} {timing.item}",
        f"{short(timing.items_per_s_low)} to {short(timing.items_per_s_high)}",
        *("" if value is None else short(value) for value in (
            timing.items_per_s_with_copies, timing.memory_gb, timing.power_w, timing.clock_mhz)),
    )


def short(value: float) -> str:
    """Three digits, or all of those before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
