"""`plainspec time`: the harness of `models.timing` with a progress bar, a table, and the way into the catalog.

Nothing of the dialogue engine is imported here.
"""
from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from catalog import exchange, store
from catalog.exchange import Report
from catalog.things import Timing
from models.timing import CannotTime, Effort, Missed, Request, request, table
from models.timing import Progress as Step


def run(
    models: Sequence[str], provider: str, precision: str, batches: str, effort: Effort, gpu: str, out: Path,
    into_catalog: bool,
) -> Report | None:
    """Times, writes `out` after every model, and prints what it found; the import's report when it was asked for.

    Raises `CannotTime` when what is asked for cannot be timed here, OSError when the file cannot be written.
    """
    if gpu and gpu not in store.snapshot().gpus:
        raise CannotTime(f"The catalog has no GPU with the id '{gpu}': `plainspec catalog export gpus gpus.csv` lists "
                         "them, and a new one can be imported.")
    asked = request(models, provider, precision, whole_numbers(batches), effort, gpu)
    table.check(out)
    done, missed = _time(asked, out)
    missed += asked.left_out
    if not done:
        raise CannotTime("Nothing could be timed. " + "; ".join(map(str, missed)) + ".")
    _show(asked, done, missed)
    if into_catalog:
        return exchange.import_file(out, "timings")
    Console(stderr=True, highlight=False).print(
        f"{out}: {len(done)} timings. `plainspec catalog import {out}` puts them into the catalog.", markup=False)
    return None


def whole_numbers(batches: str) -> list[int]:
    """The batches of `1,8,64`. Raises `CannotTime`."""
    parts = [part.strip() for part in batches.split(",") if part.strip()]
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise CannotTime(f"Batches are whole numbers with commas between them, such as 1,8,64, not '{batches}'.")
    return [int(part) for part in parts]


def _time(asked: Request, out: Path) -> tuple[list[Timing], list[Missed]]:
    done: list[Timing] = []
    missed: list[Missed] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True, highlight=False)
    console.print(f"Timing with {asked.settings.provider} on {asked.machine.gpu_name or asked.machine.processor}.",
                  markup=False)
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=asked.jobs)

        def tell(step: Step) -> None:
            bar.update(task, completed=step.done,
                       description=f"{step.reference}, {step.precision}, batch {step.batch}")

        for number, results in enumerate(asked.run(tell), 1):
            for result in results:
                if isinstance(result, Timing):
                    done.append(result)
                else:
                    missed.append(result)
            if done:
                table.write(out, done)
            bar.update(task, completed=number)
    return done, missed


def _show(asked: Request, done: Sequence[Timing], missed: Sequence[Missed]) -> None:
    where = asked.machine.gpu_name or asked.machine.processor
    shown = Table(title=f"{asked.settings.provider} on {where}, onnxruntime {done[0].onnxruntime}, {done[0].day}")
    rows = [table.line(timing) for timing in done]
    used = [any(row[i] for row in rows) for i in range(len(table.HEADINGS))]
    for i, heading in enumerate(table.HEADINGS):
        if used[i]:
            shown.add_column(heading, justify="left" if i < 2 else "right")
    for row in rows:
        shown.add_row(*(cell for i, cell in enumerate(row) if used[i]))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 110)
    console.print(shown)
    for what in missed:
        console.print(f"Not timed: {what}.", markup=False)
