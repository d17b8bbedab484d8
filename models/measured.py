"""Our own timings of reference models (models/timing), where one answers the very question. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from catalog.things import Gpu, Timing
from models.cost import unit
from models.work import Estimate, Work

ANOTHER_MACHINE = 1.05  # widening: the same card in another case, with another driver (assumed)

Index = dict[tuple[str, str, str], list[Timing]]
_indices: dict[int, tuple[Mapping[str, Timing], Index]] = {}  # the last catalog's, by identity


def _index(timings: Mapping[str, Timing]) -> Index:
    """(network, GPU, precision) -> timings by batch."""
    found = _indices.get(id(timings))
    if found is not None and found[0] is timings:
        return found[1]
    index: Index = defaultdict(list)
    for timing in timings.values():
        if timing.gpu is not None and timing.layers == 1:
            index[timing.network, timing.gpu, timing.precision].append(timing)
    for same in index.values():
        same.sort(key=lambda t: t.batch)
    _indices.clear()
    _indices[id(timings)] = timings, dict(index)
    return _indices[id(timings)][1]


def measured(work: Work, gpu: Gpu, count: int, timings: Mapping[str, Timing]) -> Estimate | None:
    """Items a second of `work` on one `gpu` as it was timed there; between two timed batches, a step's time is taken
    to grow in proportion. None where that network, in that precision and size, was not timed on that GPU."""
    network = work.network
    if work.trains or work.decoder or count != 1 or work.size != 1.0 or not timings:
        return None
    same = [t for t in _index(timings).get((network.id, gpu.id, work.precision), ()) if t.item == network.item]
    if not same or not same[0].batch <= work.batch <= same[-1].batch:
        return None
    below = max((t for t in same if t.batch <= work.batch), key=lambda t: t.batch)
    above = min((t for t in same if t.batch >= work.batch), key=lambda t: t.batch)
    value, low, high = (
        _between(work.batch, (below, above), [getattr(t, name) for t in (below, above)])
        for name in ("items_per_s", "items_per_s_low", "items_per_s_high")
    )
    how = "measured" if below.batch == above.batch else f"between batches {below.batch} and {above.batch}, measured"
    return Estimate(
        value,
        low / ANOTHER_MACHINE,
        high * ANOTHER_MACHINE,
        unit(network.item),
        "measured",
        f"{how} on the {gpu.name} on {above.day:%-d %B %Y}: reference model {above.reference}, {above.precision}, ONNX "
        f"Runtime {above.onnxruntime} ({above.provider}), driver {above.driver or 'not told'}; {above.source}",
    )


def _between(batch: int, ends: Sequence[Timing], rates: Sequence[float]) -> float:
    """Items a second at `batch`, a step's seconds being linear between the two."""
    (small, large), (first, last) = (t.batch for t in ends), (t.batch / r for t, r in zip(ends, rates, strict=True))
    if small == large:
        return rates[0]
    return batch / (first + (last - first) * (batch - small) / (large - small))
