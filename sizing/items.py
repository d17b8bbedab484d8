"""Jobs counted in items: pictures, scans, texts, seconds of speech, rows. Running a network, and training it."""

from __future__ import annotations

from dataclasses import replace

from catalog.things import Network
from models.work import Work
from sizing import datasets, units
from sizing import defaults as d
from sizing.filling import NOT_SURE, Filling
from sizing.machines import exported
from sizing.need import Demand, Need, Workload
from sizing.units import plain

BYTES_A_PIXEL = 0.4  # of a JPEG photograph
WORDS_A_SENTENCE = 20
MONTH_HOURS = 730.0
SEEN_LARGE = 1600.0 * 1600  # pixels: larger pictures than this are what a camera gives, not what a network is given
SLICES = 100  # of a CT or MRI scan, roughly: 1 to 5 mm apart
SENTENCES = 25  # a document: 500 words, 20 a sentence
WATCHED = ("image", "frame", "volume")  # what a camera or scanner delivers


def usual_for(task: str, network: Network) -> d.Task:
    """The defaults of the task; where it has none, of the task this network is usually for, else of any such item."""
    own, kin = d.TASKS.get(task), d.TASKS.get(network.task)
    if own is not None and kin is not None and own.item == "image" and network.item == kin.item == "sequence":
        return replace(kin, what=own.what)  # faults heard in vibrations, not seen in pictures
    if own is not None and kin is not None and own.item == "scan" and network.item == kin.item == "image":
        return replace(kin, what=own.what, deadline=own.deadline)  # slice by slice
    return (
        own
        or d.TASKS.get(network.task)
        or next((t for t in d.TASKS.values() if t.item == network.item), d.TASKS["image_classification"])
    )


def size(f: Filling, network: Network, usual: d.Task) -> tuple[float, float]:
    """(cost of one item against the network's published input, pixels of one item; 0 where it has none)."""
    own = units.pixels(network.input)
    pictures = network.item in WATCHED or network.kind == "diffusion"
    if not pictures or own is None:
        return 1.0, 0.0
    got = units.pixels(units.first(f.told.get("image_resolution"))) if f.said("image_resolution") else None
    if got is None:
        if datasets.size(units.first(f.told.get("dataset"))) is not None:
            f.assume("image_resolution", f"pictures shrunk to {network.input}", "how networks are trained on that data")
        elif usual.item == "image":
            made = network.kind == "diffusion"
            larger = "2048x2048" if made else "1024x1024"
            f.assume(
                "image_resolution",
                f"pictures {'made at' if made else 'shrunk to'} {network.input}",
                "the network's own size",
                [larger],
                "How large must the pictures be?"
                if made
                else "How large are the pictures, and are the details that matter small?",
                "Work grows with the number of pixels.",
                (("Small is fine", network.input), (larger, larger), NOT_SURE),
            )
        return 1.0, own[0] * own[1]
    if network.item == "volume":
        return 1.0, got[0] * got[1]  # volumes are worked through in patches of the network's own size
    filmed = units.filmed(units.first(f.told.get("image_resolution"))) and got[0] > own[0]
    whole = network.kind in ("diffusion", "unet") or f.said("tiled")
    if (filmed or got[0] > SEEN_LARGE) and not whole:
        f.assume(
            "tiled",
            f"each picture shrunk to {network.input} before the network sees it",
            "the network's own size, and how such networks are used; what is only a few pixels large in the original "
            f"is lost, and cutting the picture into tiles instead is about {got[0] / own[0]:,.0f} times the work",
        )
        return 1.0, got[0]
    return max(got[0] / own[0], 0.05), got[0]


def at_work(f: Filling, usual: d.Task) -> float:
    """Share of the time in which what comes in a day, a week or a month is worked through."""
    if not units.of_days(f.told.get("throughput")):
        return 1.0
    return hours(f, usual) / MONTH_HOURS


def hours(f: Filling, usual: d.Task) -> float:
    """Hours a month it is in use: every night, where the day's work must be done overnight; day and night, where it
    may be done at any time."""
    night = units.hours(f.told.get("deadline"))
    rate = f.told.get("throughput")
    daily = isinstance(rate, dict) and str(rate.get("unit")).endswith("/day")
    if daily and night is not None and 0 < night < 24 and not f.said("hours_per_month"):
        return MONTH_HOURS * night / 24.0
    if units.of_days(rate) and not f.said("hours_per_month"):
        f.assume("hours_per_month", "in use day and night", "what comes in a day can be worked through at any hour")
        return MONTH_HOURS
    return f.hours(usual.hours)


def rate(f: Filling, network: Network, usual: d.Task) -> float:
    """Things a second, as the client counts them."""
    said, users = units.per_second(f.told.get("throughput")), f.number("users")
    if said is not None:
        amount, item = said
        if item in ("camera", "stream"):
            f.assume(
                "frames_per_second", f"{d.CAMERA_RATE:g} pictures a second from each camera", "enough for most watching"
            )
            return amount * d.CAMERA_RATE
        if item == "word" and usual.item == "sequence":
            f.assume("words", f"{WORDS_A_SENTENCE} words a sentence", "words are worked through by the sentence")
            amount /= WORDS_A_SENTENCE
        return amount * (3600.0 if item == "hour of audio" else 1.0) / at_work(f, usual)
    if users and not usual.trained and usual.item in ("second of audio", "image", "clip"):
        if usual.item == "second of audio":
            live = f.told.get("concurrent") or f.told.get("latency") is not None
            if not live:
                f.assume("throughput", f"a fifth of {users:g} people speaking at any moment", "no rate was given")
            return max(1.0, users * (1.0 if live else d.IN_FLIGHT))
        f.assume(
            "throughput",
            f"{_words(usual.rate, usual.item)} for each of the busy ones among {users:g} people",
            "no rate was given",
        )
        return usual.rate * max(1.0, users * d.IN_FLIGHT)
    buttons = (
        (
            ("Slower", _spoken(usual.other_rates[0], usual.item)),
            ("Faster", _spoken(usual.other_rates[-1], usual.item)),
            NOT_SURE,
        )
        if usual.other_rates
        else ()
    )
    f.assume(
        "throughput",
        _words(usual.rate, usual.item),
        "no rate was given",
        [{"amount": r, "unit": f"{_plural(usual.item)}/s"} for r in usual.other_rates],
        usual.rate_question,
        "The rate decides how fast the machine must be.",
        buttons,
    )
    return usual.rate


def run(f: Filling, network: Network, task: str) -> Workload:
    """Running it on what comes in."""
    usual = usual_for(task, network)
    scale, pixel_count = size(f, network, usual)
    each = d.items_each(network, f.number("iterations"))
    if backlog(f, usual):
        return _pile(f, network, usual, scale, pixel_count, each)
    wanted, wait = rate(f, network, usual), f.seconds("latency")
    live = f.said("throughput", "latency")
    batch = 1 if wait is not None else int(f.number("batch_size") or (8 if live else 32))
    if network.kind == "boosted_trees":
        batch = max(batch, 4096)  # rows are scored by the block
    work = Work(network, "inference", f.precision(network, "inference", 1), batch=batch, size=scale)
    if exported(work):
        f.assume("framework", "exported to TensorRT where the card is NVIDIA's", "how networks are usually put to work")
    item_bytes = pixel_count * BYTES_A_PIXEL if usual.item == "image" and pixel_count else usual.item_bytes
    return Workload(
        f"{usual.what} ({network.name})",
        work,
        Demand(rate=wanted * each, item_s=None if wait is None else wait / each),
        hours(f, usual),
        item_bytes=item_bytes,
    )


def backlog(f: Filling, usual: d.Task) -> bool:
    """Whether what was told of data is not learnt from but worked through, once."""
    only_run = set(units.as_list(f.told.get("phase"))) == {"inference"}
    return f.pile() is not None and (f.said("pile") or (only_run and not usual.trained))


def _pile(
    f: Filling, network: Network, usual: d.Task, scale: float, pixel_count: float, each: float
) -> Workload:
    item_bytes = pixel_count * BYTES_A_PIXEL if usual.item == "image" and pixel_count else usual.item_bytes
    items, gigabytes = _counted(f, f.told["dataset_size"], item_bytes) or (0.0, 0.0)
    unit = str(f.told["dataset_size"].get("unit"))
    if unit.startswith(("document", "page")) and network.task == "translation":
        f.assume("sentences", f"{SENTENCES} sentences a document", "about a page and a half of text")
        items *= SENTENCES
    f.assume("runs_per_month", "worked through once", "no more of it was spoken of")
    work = Work(
        network, "inference", f.precision(network, "inference", 1), batch=int(f.number("batch_size") or 32), size=scale
    )
    if exported(work):
        f.assume("framework", "exported to TensorRT where the card is NVIDIA's", "how networks are usually put to work")
    return Workload(
        f"{usual.what} ({network.name})",
        work,
        Demand(items=items * each, hours=f.deadline(d.PILE_HOURS, "all of it")),
        runs_per_month=1 / (f.number("months") or Need.months),
        dataset_gb=gigabytes,
        item_bytes=item_bytes,
    )


def train(f: Filling, network: Network, task: str, phase: str) -> Workload:
    """Training it on the client's own data."""
    usual = usual_for(task, network)
    scale, pixel_count = size(f, network, usual)
    item_bytes = pixel_count * BYTES_A_PIXEL if usual.item == "image" and pixel_count else usual.item_bytes
    items, gigabytes = _data(f, usual, item_bytes)
    if f.told.get("volumes") and usual.item == "image" and f.said("dataset_size"):
        f.assume("slices", f"{SLICES} slices a scan", "the network sees them one by one")
        items, gigabytes = items * SLICES, gigabytes * SLICES
    epochs, steps = f.number("epochs"), f.number("iterations")
    shown = network.id in d.SHOWN_FAMILY
    if epochs is None and steps is None:
        if shown:
            epochs = d.SHOWN / items
            f.assume("epochs", d.SHOWN_WORDS, "NVIDIA's own figures for StyleGAN2-ADA")
        else:
            epochs = d.PASSES.get((network.kind, network.task), float(usual.epochs))
            if network.task == "text_to_speech":
                epochs = min(epochs, max(1.0, round(d.SPEECH_SEEN_S / items)))
            passes = "one pass" if epochs == 1 else f"{epochs:g} passes"
            f.assume("epochs", f"{passes} over the data", "usual for this kind of network")
    if network.item == "volume":
        items = float(d.PATCHES_AN_EPOCH)
    batch = int(
        f.number("batch_size") or (2 if network.item in ("volume", "step") else 4096 if network.item == "row" else 32)
    )
    seen = items * epochs if epochs is not None else (steps or 0.0) * batch  # a run told in steps sees a batch at each
    work = Work(
        network, phase, f.precision(network, phase, 1), batch=batch, size=scale, method=f.method(network, phase)
    )
    return Workload(
        f"training for {usual.what} ({network.name})",
        work,
        Demand(items=seen * (d.SHOWN_WORK if shown else 1.0), hours=f.deadline(usual.deadline)),
        runs_per_month=f.runs(4.0),
        dataset_gb=gigabytes,
        item_bytes=item_bytes,
    )


def _counted(f: Filling, data: object, item_bytes: float) -> tuple[float, float] | None:
    """(items, GB) of {"amount", "unit"}; None of anything else."""
    if not isinstance(data, dict) or not isinstance(data.get("amount"), int | float):
        return None
    gigabytes = units.gigabytes(data)
    if gigabytes is None:
        items = float(data["amount"]) * (3600.0 if "hour" in str(data.get("unit")) else 1.0)
        return items, items * item_bytes / 1e9
    items = max(1.0, gigabytes * 1e9 / item_bytes)
    f.assume(
        "item_bytes", f"{items:,.0f} items of {plain(item_bytes / 1e6)} MB", "worked out from the size of the data"
    )
    return items, gigabytes


def _data(f: Filling, usual: d.Task, item_bytes: float) -> tuple[float, float]:
    """(items of one pass, GB of data) to learn from; a pile that is worked through is not."""
    told = None if f.said("pile") else f.told.get("dataset_size")
    if told is None and (known := datasets.size(units.first(f.told.get("dataset")))) is not None:
        f.assume("dataset_size", f"{known['amount']:,} {known['unit']} in {f.told['dataset']}", known["source"])
        told = known
    if (counted := _counted(f, told, item_bytes)) is not None:
        return counted
    items = float(usual.data)
    f.assume(
        "dataset_size",
        f"{items:,.0f} {_plural(usual.item)} to learn from",
        "no size was given",
        [{"amount": usual.data // 10, "unit": usual.item}, {"amount": usual.data * 20, "unit": usual.item}],
        f"Roughly how many {_plural(usual.item)} do you have to train on?",
        "Training time grows with them.",
        (
            ("About a tenth", f"{usual.data // 10:,} {_plural(usual.item)}"),
            ("Far more", f"{usual.data * 20:,} {_plural(usual.item)}"),
            NOT_SURE,
        ),
    )
    return items, items * item_bytes / 1e9


def with_pictures_here(f: Filling, workloads: list[Workload], cloud: bool) -> bool:
    """Whether renting stays an option: pictures that come in live are worked on where they are taken, unless told
    otherwise."""
    live = any(
        w.demand.rate is not None and w.work.network.item in WATCHED and f.said("throughput", "latency")
        for w in workloads
    )
    if not (cloud and live) or f.said("deployment"):
        return cloud
    f.assume(
        "deployment",
        "the machine stands where the pictures are taken",
        "a line or a door cannot wait for the internet",
        [["on_prem", "cloud"]],
        "May the pictures leave the site, to be worked on in the cloud?",
        "Renting can be cheaper where the work is small or rare.",
        (("They stay here", "on premises"), ("Cloud is fine", "cloud or on premises"), NOT_SURE),
    )
    return False


def _plural(item: str) -> str:
    head, of, tail = item.partition(" of ")
    return f"{head}s{of}{tail}"


def _words(per_second: float, item: str) -> str:
    many = _plural(item)
    if per_second >= 1:
        return f"{per_second:g} {many} a second"
    return (
        f"{plain(per_second * 3600)} {many} an hour"
        if per_second * 3600 >= 1
        else f"{plain(per_second * 86_400)} {many} a day"
    )


def _spoken(per_second: float, item: str) -> str:
    """As a client would type it."""
    many = _plural(item)
    if per_second >= 1:
        return f"{per_second:g} {many} per second"
    return f"{plain(per_second * 3600)} {many} per hour"
