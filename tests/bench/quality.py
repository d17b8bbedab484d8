"""What Plainspec gets right and what it costs by itself: cheap to find out, so printed with every benchmark."""
from __future__ import annotations

import gzip
import itertools
import os
import subprocess
import sys
import time
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

from tests.bench import robustness, timing
from tests.bench.bots import ROOT

SHARED = ROOT.parent / "shared"  # real questions and published measurements, where they are to hand
ESTIMATES = 10_000


def show(console: Console, scratch: Path) -> None:
    intents()
    table = Table("", "", title="By itself")
    table.add_row("estimates a second, one core", f"{estimates_per_s():,.0f}")
    made, imported = import_s(scratch)
    table.add_row("catalog made from its packaged files", f"{made:.2f} s")
    table.add_row("list of all GPUs imported, a cell of each changed", f"{imported:.2f} s")
    table.add_row("page, all files, gzip", f"{page_bytes() / 1000:.1f} kB")
    console.print(table)
    console.print(throughput_errors(scratch), markup=False)
    ratio = timing.agreement()
    console.print(f"plainspec time and a bare loop over the same session, ResNet-50: ratio {ratio:.3f}")
    if SHARED.exists():
        console.print(real_questions(scratch), markup=False)
        robustness.show(console, scratch)


def intents() -> None:
    """Each part of the examples is understood by what was trained on the others."""
    from bot import score

    pipeline = yaml.safe_load((ROOT / "config.yml").read_text())["pipeline"]
    score.report([next(step["C"] for step in pipeline if "C" in step)])


def estimates_per_s() -> float:
    """Every network on every GPU, in training and inference, until there are enough; one thread, best of three."""
    from catalog import store
    from models.estimate import throughput
    from models.work import Work

    catalog = store.snapshot()
    jobs = list(itertools.islice((
        (Work(network, phase, precision, batch), gpu)
        for batch in (1, 8, 32) for phase in ("inference", "training") for precision in ("fp16", "fp32")
        for network in catalog.networks.values() for gpu in catalog.gpus.values()), ESTIMATES))
    best = 0.0
    for _ in range(3):
        started = time.perf_counter()
        for work, gpu in jobs:
            throughput(work, gpu)
        best = max(best, len(jobs) / (time.perf_counter() - started))
    return best


def import_s(scratch: Path) -> tuple[float, float]:
    """Seconds to make a database from the packaged files, and to import a changed list of every GPU into it."""
    code = (
        "import sys, time; from catalog import exchange, store; t = time.perf_counter;"
        "a = t(); store.ensure_database(); b = t();"
        "exchange.export('gpus', sys.argv[1]); text = open(sys.argv[1]).read();"
        "open(sys.argv[1], 'w').write(text.replace('https://', 'http://')); c = t();"
        "report = exchange.import_file(sys.argv[1]); assert report.written, report; print(b - a, t() - c)")
    url = f"sqlite:///{scratch / 'catalog.db'}"
    done = subprocess.run([sys.executable, "-c", code, str(scratch / "gpus.csv")], cwd=ROOT, text=True, check=True,
                          stdout=subprocess.PIPE, env={**os.environ, "PLAINSPEC_DATABASE_URL": url})
    made, imported = map(float, done.stdout.split())
    return made, imported


def page_bytes() -> int:
    return sum(len(gzip.compress(path.read_bytes())) for path in (ROOT / "bot" / "page").rglob("*") if path.is_file())


def run(*arguments: str) -> str:
    """What a program of this Python prints; its own errors go where ours do."""
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, text=True, check=True, stdout=subprocess.PIPE).stdout


def real_questions(scratch: Path) -> str:
    """The scorer's table of first replies to questions that people asked in public."""
    gold, scorer = str(SHARED / "evals" / "real_questions.yaml"), str(SHARED / "evals" / "score_questions.py")
    asked, answered = scratch / "questions.jsonl", scratch / "answers.jsonl"
    asked.write_text(run(scorer, "--jsonl", gold))
    answered.write_text(run("-m", "bot.cli", "ask", "--json", str(asked)))
    return "Real questions\n" + run(scorer, gold, str(answered))


def throughput_errors(scratch: Path) -> str:
    """The estimator fitted anew without each GPU, and without each network; the scorer's own summary where it is."""
    predicted = scratch / "predicted.csv"
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its workers are as many as the cores
    told = run("-m", "models.fit", "--check", str(predicted))
    if not SHARED.exists():
        return told
    lines = run(str(SHARED / "evals" / "score_estimates.py"), str(predicted)).splitlines()
    return "\n".join([told, "By the scorer", *(line for line in lines if not line.startswith("gpu "))])
