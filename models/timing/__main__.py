"""`python -m models.timing`: the harness by itself, where there is numpy, onnx and onnxruntime and nothing else."""
from __future__ import annotations

import argparse
import sys
from pathlib import Path

from catalog.things import Timing
from models.timing import CannotTime, Effort, Progress, request, table

CLEAR = "\r\x1b[K" if sys.stderr.isatty() else ""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m models.timing", description="Times the reference models here.")
    parser.add_argument("--models", default="", help="ids or names, a comma between them; all where left out")
    parser.add_argument("--provider", default="", help="cuda, tensorrt, cpu, ...; cuda where there is a GPU")
    parser.add_argument("--precision", default="", help="fp32, tf32, fp16 or int8; all where left out")
    parser.add_argument("--batches", default="", help="such as 1,8,64; rising until memory or time run out")
    parser.add_argument("--gpu", default="", help="the catalog's id of the GPU, where its driver's name does not tell")
    parser.add_argument("--quick", action="store_true", help="fewer repeats and at most 10 s a model")
    parser.add_argument("--budget", type=float, default=0.0, help="seconds for a model in one precision; 60, or 10")
    parser.add_argument("--out", type=Path, default=Path("timings.csv"), help="the file to write; timings.csv")
    asked = parser.parse_args()
    done: list[Timing] = []
    try:
        if any(not batch.strip().isdigit() for batch in filter(None, asked.batches.split(","))):
            raise CannotTime("--batches takes whole numbers with commas between them, such as 1,8,64.")
        batches = [int(batch) for batch in filter(None, asked.batches.split(","))]
        models = [model.strip() for model in asked.models.split(",") if model.strip()]
        effort = Effort.of(asked.quick, asked.budget)
        wanted = request(models, asked.provider, asked.precision, batches, effort, asked.gpu)
        table.check(asked.out)
        where = wanted.machine.gpu_name or wanted.machine.processor
        print(f"Timing with {wanted.settings.provider} on {where}", file=sys.stderr)
        for missed in wanted.left_out:
            print(missed, file=sys.stderr)
        for results in wanted.run(_tell):
            for result in results:
                if isinstance(result, Timing):
                    done.append(result)
                    print(CLEAR + "  ".join(table.line(result)), file=sys.stderr)
                else:
                    print(f"{CLEAR}{result}", file=sys.stderr)
            if done:
                table.write(asked.out, done)
    except (CannotTime, OSError) as error:
        print(f"{CLEAR}models.timing: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"{CLEAR}Stopped." + (f" {asked.out} has what was finished." if done else ""), file=sys.stderr)
        return 130
    if not done:
        print("models.timing: nothing could be timed; nothing was written.", file=sys.stderr)
        return 1
    print(f"{asked.out}: {len(done)} timings. `plainspec catalog import {asked.out}` puts them into the catalog.",
          file=sys.stderr)
    return 0


def _tell(progress: Progress) -> None:
    """The line under way; on a terminal it is written over by what follows."""
    print(f"{CLEAR}[{progress.done + 1}/{progress.jobs}] {progress.reference}, {progress.precision}, "
          f"batch {progress.batch} ...", end="" if CLEAR else "\n", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
