"""Every score again, on messages as people type them: what a typo, lower case, missing punctuation and the other
spelling cost. And how soon a need gets its recommendation."""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

from bot.ask import answers
from bot.engine import load
from tests.bench.bots import ROOT
from tests.bench.slips import CHANGES

SHARED = ROOT.parent / "shared" / "evals"  # the scorer and the real questions, where they are to hand
OWN = ROOT / "tests" / "evaluation"
MOST_LOST = 3.0  # points
MOST_ANSWERS = 3
ANSWERED = {"recommendation", "fit", "estimate"}  # a figure for their need, whichever way they asked for it
_SCORES = re.compile(r"(kind|topic|slots F1|out_of_scope recall|false declines) ([\d.]+) %")
Scores = dict[str, float]


def show(console: Console, scratch: Path) -> None:
    """Prints what each change costs on each set of questions, and how many answers a need takes."""
    scorer = SHARED / "score_questions.py"
    if not scorer.exists():
        return
    sets = [SHARED / "real_questions.yaml", *sorted(OWN.glob("*.yaml"))]
    engine = load()
    table = Table("", "kind", "topic", "slots F1", "out of scope", "false declines", "", title="As people type")
    for path in sets:
        asked = yaml.safe_load(path.read_text(encoding="utf-8"))
        plain: Scores = {}
        for name, change in {"as written": str, **CHANGES}.items():
            lines = [json.dumps({"id": q["id"], "text": change(q["text"])}) for q in asked]
            answered = scratch / "answered.jsonl"
            answered.write_text("\n".join(json.dumps(a, default=str) for a in answers(engine, lines)))
            got = scores(scorer, path, answered)
            plain = plain or got
            lost = max((plain[k] - got[k]) * (-1 if k == "false declines" else 1) for k in got)
            verdict = "" if got is plain else "met" if lost <= MOST_LOST else f"{lost:.1f} lost"
            table.add_row(f"{path.stem}, {name}", *(f"{value:.1f}" for value in got.values()), verdict)
    console.print(table)
    for path in sets:
        asked = yaml.safe_load(path.read_text(encoding="utf-8"))
        needs = [q["text"] for q in asked if q["kind"] == "workload"]
        console.print(f"{path.stem}: {until_recommended(needs)}")


def scores(scorer: Path, questions: Path, answered: Path) -> Scores:
    """The scorer's last line."""
    command = [sys.executable, str(scorer), str(questions), str(answered)]
    told = subprocess.run(command, text=True, check=True, stdout=subprocess.PIPE).stdout.splitlines()[-1]
    return {name: float(value) for name, value in _SCORES.findall(told)}


def until_recommended(needs: list[str]) -> str:
    """How many questions come before the recommendation when each is answered "not sure"."""
    engine = load()
    lines = [json.dumps({"id": i, "turns": [text, *["not sure"] * MOST_ANSWERS]}) for i, text in enumerate(needs)]
    taken, never = [], 0
    for answer in answers(engine, lines):
        turns = [*answer["history"], answer]
        kinds = [{reply["kind"] for reply in turn["replies"]} for turn in turns]
        first = next((i for i, got in enumerate(kinds) if got & ANSWERED), None)
        if first is None:
            never += 1
        else:
            taken.append(first)
    median = statistics.median(taken) if taken else float("nan")
    share = 100 * len(taken) / max(len(taken) + never, 1)
    return (
        f"{len(needs)} needs, each question answered 'not sure': median {median:g} questions before the answer (bar "
        f"2), {share:.1f} % answered within {MOST_ANSWERS} (bar 100 %)"
    )
