"""Timings as a CSV file of the catalog's kind `timings`, and as lines for people."""
from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from catalog import cells, schema
from catalog.things import Timing

HEADINGS = ("model", "precision", "batch", "items/s", "p10 to p90", "with copies", "memory", "power", "clock")


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
    """The cells of `HEADINGS` for one timing."""
    name = timing.reference + (f" (one of {timing.layers} layers)" if timing.layers > 1 else "")
    unit = timing.item if timing.item.endswith("s") else f"{timing.item}s"
    return (
        name, timing.precision, str(timing.batch), f"{timing.items_per_s:,.4g} {unit}/s",
        f"{timing.items_per_s_low:,.4g} to {timing.items_per_s_high:,.4g}",
        *("" if value is None else f"{value:,.4g}{unit}" for value, unit in (
            (timing.items_per_s_with_copies, ""), (timing.memory_gb, " GB"), (timing.power_w, " W"),
            (timing.clock_mhz, " MHz"))),
    )
