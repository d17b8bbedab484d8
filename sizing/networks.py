"""Which network a job runs: the one named, a relative of it whose figures are known, or one of the size that was
told."""

from __future__ import annotations

from dataclasses import replace

from catalog import names
from catalog.things import Catalog, Network
from sizing.defaults import LANGUAGE

# A typical ensemble of decision trees: 500 trees of depth 6 on 30 columns. Histogram training visits each cell of the
# table at every level of a tree; XGBoost and LightGBM manage about 6 x 10^7 cells times trees a second on one thread
# (LightGBM's published experiments: Higgs, 10.5 million rows x 28 columns x 500 trees in 166 s and 130 s on 16
# threads), which these figures come to.
TREES_GMACS = 1.5e-3
TREES_PARAMS_M = 2.0
TREES = "500 trees of depth 6 on about 30 columns"


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
