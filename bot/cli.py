"""The `plainspec` program. Each command imports only what it needs: the catalog and the estimator do without Rasa."""
from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Optional

import typer

app = typer.Typer(
    help="Plain English in, a right-sized deep-learning specification out.",
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False,
)
catalog = typer.Typer(help="Price lists and specifications: import, export, check.", no_args_is_help=True)
app.add_typer(catalog, name="catalog")


@contextmanager
def _plainly(*errors: type[Exception]) -> Iterator[None]:
    """Turns errors whose message is for the person who ran the command into that sentence and exit code 1."""
    try:
        yield
    except errors as error:
        typer.echo(f"plainspec: {error}", err=True)
        raise typer.Exit(1) from error


def _ready() -> None:
    """Prepares what is missing, quietly: warnings go to the log, and LOG_LEVEL (Rasa's own variable) opens that."""
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    logging.basicConfig(level=os.environ["LOG_LEVEL"].upper())
    logging.captureWarnings(True)
    from bot import prepare
    from bot.encoder_build import CannotBuild
    from catalog.store import CatalogError

    with _plainly(CannotBuild, CatalogError):
        prepare.ensure()


@app.command()
def chat() -> None:
    """Talk in the terminal; lines on standard input are answered one by one."""
    _ready()
    from bot.channels import terminal

    terminal.run()


@app.command()
def serve(
    host: str = typer.Option("127.0.0.1", help="Address to listen on."),
    port: int = typer.Option(5005, help="Port to listen on."),
) -> None:
    """The website at http://localhost:5005."""
    _ready()
    from bot.channels.web import app as website

    website.run(host, port)


@app.command()
def ask(
    file: Optional[Path] = typer.Argument(None, metavar="[FILE]", help="JSON lines; standard input where left out."),
    json: bool = typer.Option(False, "--json", help="JSON lines out; without it, the answers' text."),
) -> None:
    """Answer questions in bulk, each line a fresh conversation: {"id", "text"} or {"id", "turns": [...]}."""
    _ready()
    from bot import ask as asking

    asking.run(file, as_json=json)


@app.command()
def estimate(
    rows: Optional[Path] = typer.Option(None, exists=True, dir_okay=False, help="A CSV table of jobs; needs --out."),
    out: Optional[Path] = typer.Option(None, help="Where the table goes with predicted, low, high, basis and reason."),
    model: Optional[str] = typer.Option(None, help="One network, by name; needs --gpu."),
    gpu: Optional[str] = typer.Option(None, help="The GPU, by name."),
    phase: str = typer.Option("inference", help="training, fine_tuning or inference."),
    precision: str = typer.Option("fp16", help="fp32, tf32, fp16, bf16, fp8, int8 or int4."),
    batch: int = typer.Option(1, help="Items in one step; for a language model, requests at once."),
    count: int = typer.Option(1, help="GPUs in one machine."),
    size: float = typer.Option(1.0, help="Times the network's published input: 4 is twice each way."),
    prompt: int = typer.Option(1024, help="Tokens of a prompt, or of a training sequence."),
    output: int = typer.Option(256, help="Tokens of an answer."),
    method: str = typer.Option("full", help="full, lora or qlora, for training."),
    software: str = typer.Option("", help="framework or optimised; empty: what is usual."),
) -> None:
    """How fast networks run: a whole table, or one network on one GPU."""
    from dataclasses import replace

    from catalog import store
    from models import rows as table
    from models.work import METHODS, Cannot, Estimate

    with _plainly(table.BadRows, store.CatalogError, OSError, typer.BadParameter):
        if rows and out and not (model or gpu):
            done, estimated = table.estimate_rows(rows, out, store.snapshot())
            typer.echo(f"{out}: {estimated} of {done} rows estimated; the others say why not.", err=True)
        elif model and gpu and not (rows or out):
            if min(batch, count) < 1 or size <= 0 or prompt < 0 or output < 0:
                raise typer.BadParameter("--batch and --count must be at least 1, --size above 0, the others 0 or more")
            if method not in METHODS or software not in ("", "framework", "optimised"):
                raise typer.BadParameter("--method is full, lora or qlora; --software is framework or optimised")
            job = table.asked(model, gpu, phase, precision, store.snapshot())
            if isinstance(job, Cannot):
                found: Estimate | Cannot = job
            else:
                work = replace(
                    job[0], batch=batch, users=batch, size=size, prompt_tokens=prompt, output_tokens=output,
                    method=method,
                )  # fmt: skip
                found = table.one(work, job[1], count, software, store.snapshot())
            if isinstance(found, Cannot):
                nearest = f" The nearest that is known: {found.nearest}." if found.nearest else ""
                raise typer.BadParameter(f"Cannot estimate this: {found.reason}.{nearest}")
            typer.echo(f"{found.value:,.4g} {found.unit}, 80 % range {found.low:,.4g} to {found.high:,.4g}")
            typer.echo(f"{found.basis}: {found.source}")
        else:
            raise typer.BadParameter("give either --rows and --out, or --model and --gpu")


@app.command()
def picture(
    name: str = typer.Argument(..., metavar="ID", help="The article's id, such as kv_cache."),
    out: Optional[Path] = typer.Option(None, dir_okay=False, help="Where it goes; ID.svg where left out."),
) -> None:
    """Write the picture of an article, an SVG file."""
    from difflib import get_close_matches

    from catalog import pictures, store

    with _plainly(store.CatalogError, OSError, typer.BadParameter):
        catalog = store.snapshot()
        svg = pictures.of(name, catalog)
        if svg is None:
            near = get_close_matches(name, pictures.ids(catalog), 3, 0.4) or pictures.ids(catalog)[:3]
            raise typer.BadParameter(f"there is no picture {name!r}; there are {', '.join(near)} and others")
        path = out or Path(f"{name}.svg")
        path.write_text(svg, encoding="utf-8")
        typer.echo(str(path), err=True)


@app.command("time")
def time_models(
    models: str = typer.Option("", help="Ids or names of reference models, a comma between them; all where left out."),
    provider: str = typer.Option("", help="cuda, tensorrt, cpu, ...; where left out, cuda if there is a GPU."),
    precision: str = typer.Option("", help="fp32, tf32, fp16 or int8; where left out, all that the provider has."),
    batches: str = typer.Option("", help="Such as 1,8,64; where left out, rising until memory or time run out."),
    gpu: str = typer.Option("", help="The catalog's id of the GPU, where its driver's name does not tell."),
    quick: bool = typer.Option(False, "--quick", help="Fewer repeats, and 10 s a model where that will do."),
    budget: float = typer.Option(0.0, help="Seconds that a model in one precision may take, about; 0: 60, or 10."),
    out: Path = typer.Option(Path("timings.csv"), dir_okay=False, help="Where the table goes."),
    into_catalog: bool = typer.Option(False, "--import", help="Put the timings into the catalog at once."),
) -> None:
    """Time the reference models on this machine."""
    from catalog.store import CatalogError

    try:
        from bot import timing
        from models.timing import CannotTime, Effort
    except ModuleNotFoundError as error:
        typer.echo(f"plainspec: timing needs {error.name}: `pip install numpy onnx onnxruntime` (or onnxruntime-gpu).",
                   err=True)
        raise typer.Exit(1) from error
    with _plainly(CannotTime, CatalogError, OSError):
        report = timing.run([name.strip() for name in models.split(",") if name.strip()], provider, precision, batches,
                            Effort.of(quick, budget), gpu, out, into_catalog)
    if report is not None:
        typer.echo(str(report), err=not report.ok)
        if not report.ok:
            raise typer.Exit(1)


@app.command()
def leads(
    id: Optional[int] = typer.Argument(None, help="One lead, with its conversation; all in short where left out."),
    json: bool = typer.Option(False, "--json", help="Everything, as JSON lines."),
    forget: Optional[int] = typer.Option(None, help="Delete this lead, when it is done with or they ask for it."),
) -> None:
    """People who asked to be called back."""
    from bot import came_in
    from catalog.store import CatalogError

    with _plainly(CatalogError, came_in.NoSuchLead):
        came_in.forget(forget) if forget is not None else came_in.leads_out(id, as_json=json)


@app.command()
def feedback() -> None:
    """Conversations with an answer that somebody judged, as candidates for tests/conversations."""
    from bot import came_in
    from catalog.store import CatalogError

    with _plainly(CatalogError):
        came_in.feedback_out()


@catalog.command("import")
def catalog_import(
    file: Path = typer.Argument(..., help="CSV or XLSX, with the columns of catalog/data/README.md."),
    kind: Optional[str] = typer.Option(None, help="What it holds, where its columns do not tell."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Show what would change; write nothing."),
) -> None:
    """Import prices or specifications: all of the file, or with any bad row nothing. It is spoken of from then on."""
    from catalog import exchange, store

    with _plainly(ValueError, store.CatalogError):
        report = exchange.import_file(file, kind, dry_run)
    typer.echo(str(report), err=not report.ok)
    if not report.ok:
        raise typer.Exit(1)


@catalog.command("export")
def catalog_export(
    kind: str = typer.Argument(..., help="gpus, systems, prices, ..."),
    file: Path = typer.Argument(..., help="Ends in .csv or .xlsx."),
) -> None:
    """Write everything of one kind to a file that can be edited and imported again."""
    from catalog import exchange, store

    with _plainly(ValueError, OSError, store.CatalogError):
        typer.echo(f"{file}: {exchange.export(kind, file)} rows", err=True)


@catalog.command("check")
def catalog_check() -> None:
    """Look for what cannot be, what is missing and what has aged; exit code 1 where there is an error."""
    from catalog import exchange, store

    with _plainly(store.CatalogError):
        findings = exchange.check()
    for finding in findings:
        typer.echo(str(finding))
    errors = sum(finding.level == "error" for finding in findings)
    typer.echo(f"{errors} errors, {len(findings) - errors} warnings", err=True)
    if errors:
        raise typer.Exit(1)


@catalog.command("seed")
def catalog_seed() -> None:
    """Make the database, or bring it up to this version; imports are kept."""
    from catalog import store

    with _plainly(store.CatalogError):
        store.ensure_database()
        typer.echo(f"The catalog is at revision {store.snapshot().revision}.", err=True)


@app.command()
def prepare() -> None:
    """Build the encoder and the catalog's database and train the bot, where anything changed."""
    _ready()


def main() -> None:
    """Runs a command. What is wrong with the input is told in one sentence, with exit code 1."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader went away, as `plainspec ... | head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
