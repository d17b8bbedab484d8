"""Whether the harness says what a bare loop says: `python -m tests.bench.timing` on a quiet machine."""
from __future__ import annotations

import statistics
import sys
from time import perf_counter

from models.reference import REFERENCES, feeds
from models.timing.measure import durations, spread
from models.timing.providers import Bound, opened

BLOCKS, RUNS = 20, 3
BAR = 0.03


def agreement(model: str = "resnet50", batch: int = 1, provider: str = "cpu") -> float:
    """Median of the harness over that of a bare onnxruntime loop, in turns over one session in one run; prints both."""
    reference = REFERENCES[model]
    session = opened(reference, "fp32", provider)
    inputs = feeds(reference.inputs, reference.sizes, batch)
    bound = Bound(session, inputs, provider)
    for _ in range(2 * RUNS):  # untimed
        bound.run()
        session.run(None, inputs)
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(BLOCKS):
        ours += durations(bound.run, RUNS, 0.0, 60.0)
        for _ in range(RUNS):
            start = perf_counter()
            session.run(None, inputs)
            bare.append(perf_counter() - start)
    mine, theirs = spread(ours).median, statistics.median(bare)
    print(f"{reference.name}, {provider}, batch {batch}: harness {mine * 1e3:.3f} ms, bare loop {theirs * 1e3:.3f} ms, "
          f"ratio {mine / theirs:.3f} (within {BAR:.0%} is the bar)")
    return mine / theirs


if __name__ == "__main__":
    sys.exit(abs(agreement() - 1) > BAR)
