"""From what was told to a need that can be sized: every gap is filled by an assumption that is named and can be
changed."""

from __future__ import annotations

import re
from dataclasses import replace

from catalog.things import Catalog, Network
from models.unknown import from_params
from sizing import defaults as d
from sizing import items, language
from sizing.filling import NOT_SURE, Filling
from sizing.need import Completed, Need, Workload
from sizing.networks import TREES, find_network, of_size, speaks, stand_in, suits, written_size
from sizing.place import owned, place
from sizing.told import Told, nonsense
from sizing.units import as_list, plain

ACTIVE_SHARE = 0.1
SPEAKING = 0.5  # billions of parameters from which an unknown network is taken for a language model
TUNING = ("llm_finetuning", "llm_training")


def complete(told: Told, catalog: Catalog) -> Completed:
    """The need behind what was told, with every assumption it took; or the problem that stands in the way."""
    problem = nonsense(told)
    if problem is not None:
        return Completed(None, (), problem[1], problem[0])
    filling = Filling(told, catalog)
    tasks = [t for t in as_list(told.get("task")) if isinstance(t, str) and (t in d.TASKS or t in d.LANGUAGE)]
    if told.get("volumes"):
        tasks = ["medical_imaging" if t == "segmentation" else t for t in tasks]
    found = _jobs(filling, tasks)
    if not found:
        return Completed(None, (), "I do not know yet what it should do.", "task")
    workloads = [
        _workload(filling, network, task, phase) for network, task in found for phase in _phases(filling, network, task)
    ]
    service = _service(told, catalog)
    if service:
        workloads = [replace(w, service=service) if w.work.decoder and not w.work.trains else w for w in workloads]
    where = place(told)
    where = replace(
        where,
        cloud=items.with_pictures_here(filling, workloads, where.cloud),
        service=where.service or bool(service),
    )
    months = filling.number("months") or Need.months
    need = Need(tuple(workloads), where, owned(told, catalog), filling.budget(), months)
    if where.cloud and not filling.said("months"):
        filling.assume(
            "months", f"the choice is meant to last {need.months:g} months", "renting is compared with buying over them"
        )
    people = all(w.work.decoder and not w.work.trains and w.demand.items is None for w in workloads)
    if where.cloud and people:
        language.assume_requests(filling)
    return Completed(need, tuple(filling.assumptions))


def _service(told: Told, catalog: Catalog) -> str:
    """The id of the first language model they named that is sold as a service only; "" when they named none."""
    named = (find_network(str(name), catalog) for name in as_list(told.get("model")) if name)
    return next(
        (n.id for n in named if n and n.kind == "transformer_decoder" and not n.open_weights and n.params_m is None), ""
    )


def _workload(f: Filling, network: Network, task: str, phase: str) -> Workload:
    if network.kind == "transformer_decoder":
        return language.serve(f, network, task) if phase == "inference" else language.tune(f, network, task, phase)
    return items.run(f, network, task) if phase == "inference" else items.train(f, network, task, phase)


# --- which networks ---


def _jobs(f: Filling, tasks: list[str]) -> list[tuple[Network, str]]:
    """(network, task) for each job; empty when neither a task nor a network is known."""
    jobs: list[tuple[Network, str]] = []
    for name in as_list(f.told.get("model")):
        network = _in_depth(f, _named(f, str(name), tasks), str(name)) if name else None
        if network is not None:
            task = next((t for t in tasks if suits(network, t)), network.task)
            jobs.append((network, task))
        elif not tasks and name:
            closed = find_network(str(name), f.catalog)
            tasks = [closed.task] if closed is not None else tasks
    tuning = [t for t in tasks if t in TUNING]
    talking = [t for t in tasks if t in d.LANGUAGE and t not in TUNING]
    models = [network for network, _ in jobs if network.kind == "transformer_decoder"]
    if not models and (tuning or talking or (f.number("params_b") is not None and not tasks)):
        models = [_sized(f, [*tuning, *talking])]
        jobs += [(models[0], group[0]) for group in (tuning, talking) if group] or [(models[0], "llm_inference")]
    elif models and tuning and talking:  # "fine-tune it and then serve it" is two jobs
        jobs += [(network, talking[0] if task in TUNING else tuning[0]) for network, task in jobs if network in models]
    if not any(network.kind != "transformer_decoder" for network, _ in jobs):
        jobs += [
            (network, task)
            for task in tasks
            if task not in d.LANGUAGE and not any(suits(m, task) for m in models)
            for network in _usual(f, task)
        ]
    return jobs


def _in_depth(f: Filling, network: Network | None, name: str) -> Network | None:
    """Who says U-Net of volumes, and not that it works on slices, means the one that sees in three dimensions."""
    flat = network is None or network.id != "unet_2d" or not f.told.get("volumes")
    if flat or re.search(r"\b2-?\s?d\b", name, re.I):
        return network
    deep = f.catalog.networks["unet_3d"]
    f.assume("model", deep.name, f"{name} on scans, which are volumes")
    return deep


def _named(f: Filling, name: str, tasks: list[str]) -> Network | None:
    """The network that is sized for this name; None where a usual one for the task must stand in."""
    network = find_network(name, f.catalog)
    if network is None:
        return _stranger(f, name, tasks)
    if not network.open_weights and network.params_m is None:
        f.assume(
            "model",
            f"an open model in place of {network.name}",
            f"{network.name} is sold as a service only: nobody else can run it",
        )
        return None
    sized = stand_in(network, f.catalog)
    if sized is None:
        f.assume(
            "model",
            f"a usual network for the task in place of {network.name}",
            f"how much work {network.name} does is not published",
        )
    elif sized.kind == "boosted_trees":
        f.assume("model", f"{network.name} with {TREES}", "a usual size; boosted trees have no fixed one")
    elif sized is not network:
        f.assume(
            "model",
            f"{network.name} sized as {sized.name}",
            f"how much work {network.name} does is not published, and this is its nearest relative",
        )
    return sized


def _stranger(f: Filling, name: str, tasks: list[str]) -> Network | None:
    """A network that the catalog does not hold: of the size that was told or that its name says; None where a usual
    one stands in."""
    size, active = f.number("params_b"), None
    if size is None:
        size, active = written_size(name)
    work = f.number("gmacs")
    if size is None and work is None:
        f.assume(
            "model",
            f"{name} is not in the catalogue; a usual network for the task stands in",
            "its size is not known here: tell me its parameters and I will use them",
        )
        return None
    task = next((t for t in tasks if t not in d.LANGUAGE), None)
    if task is None and not tasks and size is not None and size < SPEAKING and not speaks(name):
        task = "image_classification"  # so small, and nothing says that it speaks
    network = of_size(name, task, size, work, (active or _active(f, size)) if size else None, f.catalog)
    told = f"{plain(size)} billion parameters" if size is not None else f"{plain(work or 0)} billion multiply-adds"
    language = network.kind == "transformer_decoder"
    f.assume(
        "model",
        f"{name} taken as a language model of {told}"
        if language
        else f"{name} taken as a network for {network.task.replace('_', ' ')} of {told}",
        "it is not in the catalogue, so only its size is used",
    )
    return network


def _active(f: Filling, size: float) -> float | None:
    active = f.number("active_params_b")
    if active is None and f.told.get("moe"):
        active = size * ACTIVE_SHARE
        f.assume(
            "active_params_b",
            f"{plain(active)} of the {size:g} billion parameters at work on each token",
            "usual for a mixture of experts: from 3 % (Kimi K2) to 28 % (Mixtral)",
        )
    return min(active, size) if active else None


def _usual(f: Filling, task: str) -> list[Network]:
    usual = d.TASKS["time_series" if task == "anomaly_detection" and f.told.get("signals") else task]
    network = f.catalog.networks.get(usual.network)
    sized = stand_in(network, f.catalog) if network is not None else None
    if network is None or sized is None:
        return []
    named = f"{network.name} with {TREES}" if sized.kind == "boosted_trees" else network.name
    f.assume("model", named, f"a usual choice for {usual.what}")
    return [sized]


def _sized(f: Filling, tasks: list[str]) -> Network:
    """A language model of the size that was told, or of one that suits the job and the budget."""
    size = f.number("params_b")
    if size is not None:
        f.assume(
            "model",
            f"an open language model of {size:g} billion parameters of the usual shape",
            "no model was named; models of one size differ little in memory and speed",
        )
        return from_params(size, "transformer_decoder", _active(f, size))
    budget = f.budget()
    size, why = 8.0, "the smallest size that holds a good conversation; bigger ones answer harder questions better"
    if budget is not None and budget > 2_500:
        size = 32.0 if budget < 9_000 else 70.0 if budget < 30_000 else 120.0
        why = f"the largest usual size that a budget of about £{budget:,.0f} serves well"
    if "llm_training" in tasks:
        size, why = 1.0, "about the largest that one machine trains from scratch in a month"
    elif "llm_finetuning" in tasks:
        size, why = 8.0, "the size most firms fine-tune; no model was named"
    named = next((str(n) for n in as_list(f.told.get("model")) if n and find_network(str(n), f.catalog) is None), "")
    if "task" in as_list(f.told.get("not_sure")):
        named = ""  # that it speaks is only our guess
    f.assume(
        "params_b",
        f"{named + ' taken as ' if named else ''}an open language model of {size:g} billion parameters",
        f"{named} is not in the catalogue and its size was not told" if named else why,
        [v for v in (8, 32, 70, 120) if v != size],
        f"I do not know {named}: roughly how big is it (8, 32 or 70 billion parameters)?"
        if named
        else "Which model do you want to run, or roughly how big (8, 32 or 70 billion parameters)?",
        "Memory grows in step with the model's size, and memory decides the card.",
        (
            ("About 8 billion", "8 billion parameters"),
            ("About 32 billion", "32 billion parameters"),
            ("About 70 billion", "70 billion parameters"),
            NOT_SURE,
        ),
    )
    return from_params(size)


# --- what is done with them ---


def _phases(f: Filling, network: Network, task: str) -> list[str]:
    """training, fine_tuning, inference: what is said, else what is usual."""
    said = [str(p) for p in as_list(f.told.get("phase")) if p in ("training", "fine_tuning", "inference")]
    excluded = {str(x) for x in as_list(f.told.get("excluded"))}
    if task in TUNING:
        return ["fine_tuning" if task == "llm_finetuning" else "training"]
    if said and network.kind == "transformer_decoder" and task in d.LANGUAGE:
        tuned = [p for p in as_list(f.told.get("task")) if p in TUNING]  # then the tuning is a job of its own
        return ["inference"] if tuned else said
    if said:
        return said
    if network.kind == "transformer_decoder":
        return ["inference"]
    data = f.said("dataset_size", "dataset", "epochs", "classes")
    usual = items.usual_for(task, network).trained
    phases = [p for p in (["training"] if data or usual else []) + ["inference"] if p not in excluded]
    if not phases:
        return ["inference"]
    f.assume(
        "phase",
        " and ".join({"training": "trained on your own data", "inference": "run on what comes in"}[p] for p in phases),
        "usual for this task",
        ["inference"] if "training" in phases else [],
        "Must the machine also train the network, or only run it?" if len(phases) > 1 else "",
        "Training needs far more of a machine than running.",
        (("Train and run", "train it and run it"), ("Only run", "only run it, no training"), NOT_SURE),
    )
    return phases
