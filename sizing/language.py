"""Jobs of a language model: serving people, and fine-tuning."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from catalog.things import Network
from models.work import Work
from sizing import datasets, units
from sizing import defaults as d
from sizing.filling import NOT_SURE, Filling
from sizing.need import Demand, Need, Workload

TOTAL_RATE = (
    40.0  # tokens a second: beyond what one reader could use, so a greater rate is meant for everybody together
)
STEP_TOKENS = 32_768  # in one training step of a card, memory allowing
BYTES_A_TOKEN = 4.0  # of English text
AT_ONCE = 16  # requests, where a pile is worked through: the weights are read once for all of them
PILED = ("summarization", "vision_language")  # tasks whose data are what is worked through, not what is looked up


def in_flight(f: Filling, output: int) -> int:
    """Requests being answered at the busiest moment."""
    rate = units.per_second(f.told.get("throughput"))
    waiting = 0
    if rate is not None and rate[1] not in ("", "token"):  # requests a second x seconds each (Little's law)
        waiting = ceil(rate[0] * output / d.READING_SPEED)
    users = f.number("users")
    if users is None and not waiting:
        f.assume(
            "users",
            "one person at a time",
            "no number of users was given",
            [5, 20, 100],
            "How many people will use it at the same time?",
            "Each conversation in progress needs memory of its own and a share of the speed.",
            (("Just me", "1 user"), ("About 10", "10 users"), ("About 50", "50 users"), NOT_SURE),
        )
        return 1
    if users is None:
        return waiting
    if users > 4 and not f.told.get("concurrent"):
        at_once = max(4, ceil(users * d.IN_FLIGHT))
        f.assume(
            "concurrent",
            f"{at_once} of {users:g} users waiting for an answer at the busiest moment",
            "people read and type most of the time",
            [True],
            f"Would all {users:g} of them use it at the same moment?",
            "Memory and speed are shared by those who are being answered at once.",
            (("All at once", "all at the same time"), NOT_SURE),
        )
        return max(at_once, waiting)
    return max(1, ceil(users), waiting)


def serve(f: Filling, network: Network, task: str) -> Workload:
    """Answering people, token by token."""
    output = int(f.number("output_tokens") or d.OUTPUT_TOKENS.get(task, 400))
    pile = _pile(f, task)
    users = AT_ONCE if pile else in_flight(f, output)
    context, prompt = f.number("context_tokens"), f.number("prompt_tokens")
    if prompt is None and context is not None:
        prompt = max(context - output, 16.0)
    if prompt is None:
        prompt = float(d.PROMPT_TOKENS.get(task, 1_000))
        f.assume(
            "context_tokens",
            f"{prompt:,.0f} tokens in and {output:,} out for each request",
            "usual for " + {"rag": "answering from documents", "summarization": "summarising"}.get(task, "chat"),
            [32_768],
            "How long are the texts it must read at once: a question, a few pages, or a whole book?",
            "Long texts need memory beside the model itself.",
            (("A question", "2k context"), ("A few pages", "8k context"), ("A book", "128k context"), NOT_SURE),
        )
    elif not f.said("output_tokens"):
        f.assume("output_tokens", f"answers of {output:,} tokens", "about 300 words")
    demand = _pile_demand(f, pile, output) if pile else _people_demand(f, users, prompt)
    packed = units.file_bits(f.told.get("precision"))
    if packed is not None and packed < (network.native_bits or 16.0):
        network = replace(network, native_bits=packed)
    work = Work(
        network,
        "inference",
        f.precision(network, "inference", users),
        batch=1,
        prompt_tokens=int(prompt),
        output_tokens=output,
        users=users,
    )
    if pile:
        months = f.number("months") or Need.months
        return Workload(
            f"running {network.name}", work, demand, runs_per_month=1 / months, task=task, requests_month=pile / months
        )
    hours = f.hours(d.LABOUR_HOURS if users <= 50 else 730.0)
    return Workload(
        f"running {network.name}",
        work,
        demand,
        hours,
        task=task,
        requests_month=requests_month(f, users, hours),
    )


def _pile(f: Filling, task: str) -> float | None:
    """How many documents there are to be worked through once; None where it is people or a stream that is served."""
    data = f.pile()
    piled = task in PILED or (task == "llm_inference" and f.said("pile"))
    return float(data["amount"]) if data is not None and piled and units.gigabytes(data) is None else None


def _pile_demand(f: Filling, documents: float, output: int) -> Demand:
    f.assume("runs_per_month", f"worked through once, {AT_ONCE} at a time", "no more of it was spoken of")
    return Demand(items=documents * output, hours=f.deadline(d.PILE_HOURS, "all of it"))


def _people_demand(f: Filling, users: int, prompt: float) -> Demand:
    rate = units.per_second(f.told.get("throughput"))
    if rate is not None and rate[1] in ("", "token"):
        per_user = rate[0] / users if users > 1 and rate[0] > TOTAL_RATE else rate[0]
    else:
        per_user = d.READING_SPEED
        f.assume("tokens_per_user", f"{per_user:g} tokens a second for each person", "a little faster than people read")
    wait = f.seconds("latency")
    if wait is None:
        wait = d.FIRST_TOKEN_S + max(0.0, prompt - 4_000) / 1_000
        f.assume("latency", f"the first word of an answer within {wait:.0f} seconds", "people wait about so long")
    return Demand(tokens_per_user=per_user, first_token_s=wait)


def requests_month(f: Filling, at_once: int, hours: float) -> float:
    """Requests a month, all people together: the rate that was told, or so many a day from each person."""
    rate = units.per_second(f.told.get("throughput"))
    if rate is not None and rate[1] not in ("", "token"):
        unit = str(f.told["throughput"].get("unit"))
        days = d.WORKING_DAYS * 24.0 if unit.rstrip("s").endswith("day") else 730.0 if units.of_days(
            f.told["throughput"]
        ) else hours
        return rate[0] * days * 3600.0
    return (f.number("users") or at_once) * (f.number("requests") or d.REQUESTS_A_DAY) * d.WORKING_DAYS


def assume_requests(f: Filling) -> None:
    """How much it is used decides only what it costs by the token."""
    rate = units.per_second(f.told.get("throughput"))
    if not f.said("requests") and (rate is None or rate[1] in ("", "token")):
        f.assume(
            "requests",
            f"{d.REQUESTS_A_DAY:g} requests a working day from each person",
            "steady use, one every ten minutes or so; an API is paid by them, a machine is not",
        )


def tune(f: Filling, network: Network, task: str, phase: str) -> Workload:
    """Fine-tuning, or training from scratch."""
    scratch = phase == "training" and task == "llm_training"
    method = f.method(network, "training" if scratch else "fine_tuning")
    length = f.number("context_tokens")
    if length is None:
        length = 2048.0
        f.assume("context_tokens", "sequences of 2,048 tokens", "usual for training")
    tokens, gigabytes = _tokens(f, network, scratch)
    work = Work(
        network,
        phase,
        f.precision(network, phase, 1),
        batch=int(f.number("batch_size") or max(1.0, STEP_TOKENS // length)),
        prompt_tokens=int(length),
        output_tokens=0,
        method=method,
    )
    way = {"full": "every weight", "lora": "LoRA", "qlora": "QLoRA"}[method]
    name = f"training {network.name} from scratch" if scratch else f"fine-tuning {network.name} ({way})"
    return Workload(
        name,
        work,
        Demand(items=tokens, hours=f.deadline(d.PRETRAIN_H if scratch else d.DEADLINE_H)),
        runs_per_month=f.runs(0.1 if scratch else 2.0),
        dataset_gb=gigabytes,
    )


def _tokens(f: Filling, network: Network, scratch: bool) -> tuple[float, float]:
    """(tokens of one run, GB of text)."""
    data, epochs = f.told.get("dataset_size"), f.number("epochs")
    if data is None and (known := datasets.size(units.first(f.told.get("dataset")))) is not None:
        f.assume("dataset_size", f"{known['amount']:,} {known['unit']} in {f.told['dataset']}", known["source"])
        data = known
    if isinstance(data, dict) and isinstance(data.get("amount"), int | float):
        amount, unit = float(data["amount"]), str(data.get("unit") or "").lower()
        gigabytes = units.gigabytes(data)
        if gigabytes is not None:
            once, usual = gigabytes * 1e9 / BYTES_A_TOKEN, 1.0
        elif unit.startswith("token"):
            once, usual = amount, 1.0
        else:
            once, usual = amount * d.FINE_TUNE_TOKENS, 3.0
            f.assume("tokens_per_example", f"{d.FINE_TUNE_TOKENS} tokens an example", "about 450 words")
        if epochs is None:
            f.assume("epochs", f"{usual:g} pass{'es' if usual > 1 else ''} over the data", "usual for such data")
        return once * (epochs or usual), once * BYTES_A_TOKEN / 1e9
    if scratch:
        tokens = d.CHINCHILLA * (network.params_m or 1000.0) * 1e6
        f.assume("dataset_size", f"{tokens / 1e9:,.0f} billion tokens", "20 tokens a parameter, the usual rule")
        return tokens, tokens * BYTES_A_TOKEN / 1e9
    f.assume(
        "dataset_size",
        f"10,000 examples of {d.FINE_TUNE_TOKENS} tokens, {epochs or 3:g} passes",
        "a usual fine-tuning set",
        [{"amount": 1_000, "unit": "examples"}, {"amount": 200_000, "unit": "examples"}],
        "How many examples do you have to train on?",
        "More examples take longer.",
        (("About 1,000", "1,000 examples"), ("About 100,000", "100,000 examples"), NOT_SURE),
    )
    once = 10_000.0 * d.FINE_TUNE_TOKENS
    return once * (epochs or 3.0), once * BYTES_A_TOKEN / 1e9
