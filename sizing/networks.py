"""Which network a job runs: the one named, a relative of it whose figures are known, or one of the size that was
told."""

from __future__ import annotations

import re
from dataclasses import replace

from catalog import names
from catalog.things import Catalog, Network
from models.unknown import from_params
from sizing.defaults import LANGUAGE

# A typical ensemble of decision trees: 500 trees of depth 6 on 30 columns. Histogram training visits each cell of the
# table at every level of a tree; XGBoost and LightGBM manage about 6 x 10^7 cells times trees a second on one thread
# (LightGBM's published experiments: Higgs, 10.5 million rows x 28 columns x 500 trees in 166 s and 130 s on 16
# threads), which these figures come to.
TREES_GMACS = 1.5e-3
TREES_PARAMS_M = 2.0
TREES = "500 trees of depth 6 on about 30 columns"

# Of a mixture called "8x7B" the experts share the rest: Mixtral 8x7B has 46.7 billion parameters, 83 % of 56, and works
# with 12.9 billion on a token, 92 % of two experts.
SHARED, AT_WORK = 0.83, 0.92
_SIZE = re.compile(r"(?<![a-z0-9.])(?:(?P<experts>\d{1,3})x)?(?P<size>\d{1,4}(?:\.\d{1,3})?) ?(?P<unit>[bt]|(?<=\d\d)m)"
                   r"(?![a-z])")
_ACTIVE = re.compile(r"(?<![a-z0-9])a(?P<size>\d{1,3}(?:\.\d{1,2})?)b(?![a-z])")
_SPEAKS = re.compile(r"llm|gpt|llama|qwen|mistral|chat|instruct|falcon|gemma", re.I)


def written_size(name: str) -> tuple[float | None, float | None]:
    """(parameters, active parameters) in billions as a name says them: "Foo-72B", "Foo-30B-A3B", "Foo 8x7B"; None where
    it does not."""
    low = name.lower()
    found, active = _SIZE.search(low), _ACTIVE.search(low)
    if found is None:
        return None, None
    size = float(found["size"]) * {"t": 1e3, "b": 1.0, "m": 1e-3}[found["unit"]]
    if found["experts"]:
        return size * int(found["experts"]) * SHARED, min(2, int(found["experts"])) * size * AT_WORK
    return size, float(active["size"]) if active else None


def speaks(name: str) -> bool:
    """Whether an unknown network's name says that it is a language model."""
    return bool(_SPEAKS.search(name)) or written_size(name)[0] is not None


def of_size(name: str, task: str | None, params_b: float | None, gmacs: float | None, active_b: float | None,
            catalog: Catalog) -> Network:  # fmt: skip
    """A network that nobody here knows, of which only the size, or the work on one item, was told. For a language task
    (or none, where no work was told) a language model of that size; else the task's network nearest to it, scaled: the
    multiply-adds and activations of one family grow about as its parameters do."""
    if params_b is not None and gmacs is None and (task is None or task in LANGUAGE):
        return replace(from_params(params_b, "transformer_decoder", active_b), name=name)
    known = [n for n in catalog.networks.values() if n.kind != "transformer_decoder" and sizable(n) and n.params_m]
    relatives = [n for n in known if n.task == task and n.gmacs] or [n for n in known if n.item == "image" and n.gmacs]
    size = params_b * 1e3 if params_b is not None else None

    def apart(other: Network) -> float:
        mine, its = (gmacs, other.gmacs) if gmacs is not None else (size, other.params_m)
        assert mine, "one of the two was told"
        assert its
        return max(mine / its, its / mine)

    near = min(relatives, key=lambda n: (apart(n), n.id))
    assert near.params_m
    assert near.gmacs
    times = gmacs / near.gmacs if gmacs is not None else (size or near.params_m) / near.params_m
    params = size if size is not None else near.params_m * times
    return replace(
        near,
        id=f"unknown_{params:g}m_{near.kind}",
        name=name,
        params_m=params,
        active_params_m=params,
        gmacs=near.gmacs * times,
        activations_m=near.activations_m * times if near.activations_m is not None else None,
        source=f"assumed: built like {near.name}, scaled to the size that was told",
    )


def find_network(name: str, catalog: Catalog) -> Network | None:
    """The catalogued network of this name, id or alias, or misspelt by a letter; None when there is none."""
    if name in catalog.networks:
        return catalog.networks[name]
    found = names.find(catalog, name, ("networks",))
    return None if found is None else catalog.networks[found.id]


def sizable(network: Network) -> bool:
    """Whether its published figures are enough for memory and speed."""
    return network.params_m is not None and (network.gmacs is not None or network.kind == "transformer_decoder")


def stand_in(network: Network, catalog: Catalog) -> Network | None:
    """The network that is sized in its place: itself where its figures are known, the typical ensemble for boosted
    trees, else the relative of its task and kind (or at least counted in the same item) nearest in size. None when
    there is
    none."""
    if network.kind == "boosted_trees":
        return replace(
            network, params_m=TREES_PARAMS_M, active_params_m=TREES_PARAMS_M, gmacs=TREES_GMACS, activations_m=1e-3
        )
    if sizable(network):
        return network
    size = network.params_m or 50.0
    near = [
        (
            other.task != network.task,
            other.kind != network.kind,
            abs((other.params_m or size) / size - 1)
            if (other.params_m or 0) < size
            else abs(size / (other.params_m or size) - 1),
            other.id,
        )
        for other in catalog.networks.values()
        if other.item == network.item and other.kind != "transformer_decoder" and sizable(other)
    ]
    return catalog.networks[min(near)[3]] if near else None


def suits(network: Network, task: str) -> bool:
    """Whether this network can be meant for this task."""
    if network.kind == "transformer_decoder":
        return task in LANGUAGE or task in ("text_classification", "translation", "embeddings", "generative_audio")
    return task not in LANGUAGE
