"""From what was told to a need that can be sized: every gap is filled by an assumption that is named and can be changed."""
from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

from catalog.things import Catalog, Network
from models.unknown import from_params
from models.work import Work
from sizing import defaults as d
from sizing import units
from sizing.money import to_gbp
from sizing.need import Assumption, Completed, Demand, Need, Owned, Place, Workload
from sizing.told import Told

PRECISION_WORDS = {"fp32": "fp32", "float32": "fp32", "tf32": "tf32", "fp16": "fp16", "half": "fp16", "bf16": "bf16",
                   "mixed": "fp16", "amp": "fp16", "unquantized": "fp16", "unquantised": "fp16", "full precision": "fp16",
                   "16bit": "fp16", "16-bit": "fp16", "fp8": "fp8", "int8": "int8", "8bit": "int8", "8-bit": "int8",
                   "q8_0": "int8", "1 byte per parameter": "int8", "int4": "int4", "4bit": "int4", "4-bit": "int4",
                   "mxfp4": "int4", "nf4": "int4", "awq": "int4", "gptq": "int4", "fp4": "int4", "nvfp4": "int4"}
FINE_TUNABLE = ("llm_finetuning", "llm_training")


def as_list(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [value]


def precision_of(said: Any) -> str | None:
    """"Q4_K_M" -> "int4"; None where nothing is said or it is not a precision we size."""
    text = str((as_list(said) or [""])[0]).lower().strip()
    if not text:
        return None
    if text in PRECISION_WORDS:
        return PRECISION_WORDS[text]
    if text.startswith(("q8", "8")):
        return "int8"
    return "int4" if text.startswith(("q2", "q3", "q4", "q5", "q6", "iq", "4")) else None


def find_network(name: str, catalog: Catalog) -> Network | None:
    """The catalogued network of this name, id or alias; None when there is none."""
    wanted = "".join(c for c in name.lower() if c.isalnum() or c == ".")
    for network in catalog.networks.values():
        for known in (network.id, network.name, *network.aliases):
            if "".join(c for c in known.lower() if c.isalnum() or c == ".") == wanted:
                return network
    return None


class _Filling:
    """One completion in progress: reads slots, remembers what it had to assume."""

    def __init__(self, told: Told, catalog: Catalog) -> None:
        self.told, self.catalog = told, catalog
        self.assumptions: list[Assumption] = []

    def assume(self, slot: str, value: str, why: str, alternatives: Sequence[Any] = (), question: str = "", matters: str = "",
               buttons: Sequence[tuple[str, str]] = ()) -> None:
        if not any(a.slot == slot for a in self.assumptions):
            self.assumptions.append(Assumption(slot, value, why, tuple(alternatives), question, matters, tuple(buttons)))

    def number(self, slot: str) -> float | None:
        value = self.told.get(slot)
        if isinstance(value, list | tuple):  # a range: the greater is the safe side
            value = max((v for v in value if isinstance(v, int | float)), default=None)
        return float(value) if isinstance(value, int | float) else None

    # --- which networks -------------------------------------------------------------------------------------------

    def networks(self, tasks: list[str]) -> list[tuple[Network, str]] | str:
        """(network, task) for each job, or the slot that must be known first."""
        named = [m for m in as_list(self.told.get("model")) if isinstance(m, str)]
        jobs: list[tuple[Network, str]] = []
        for name in named:
            network = find_network(name, self.catalog)
            if network is not None and not network.params_m and not network.open_weights:
                continue  # a closed service: nobody can run it, so an open one stands in below
            if network is None:
                network = self.unknown(name, tasks)
            if network is not None:
                task = next((t for t in tasks if self.suits(network, t)), network.task)
                jobs.append((network, task))
        if jobs:
            return jobs
        language = [t for t in tasks if t in d.LANGUAGE]
        size = self.number("params_b")
        if size is not None and (language or not tasks):
            active = self.number("active_params_b")
            network = from_params(size, "transformer_decoder", active)
            self.assume("model", f"an open language model of {size:g} billion parameters of the usual shape",
                        "no model was named; models of one size differ little in memory and speed")
            return [(network, (language or ["llm_inference"])[0])]
        if language:
            return [(self.assumed_language_model(language), language[0])]
        if not tasks:
            return "task"
        for task in tasks:
            default = d.TASKS.get(task)
            network = default and self.catalog.networks.get(default.network)
            if network is None:
                return "task"
            self.assume("model", network.name, f"a usual choice for {default.what}")
            jobs.append((network, task))
        return jobs

    def suits(self, network: Network, task: str) -> bool:
        if network.kind == "transformer_decoder":
            return task in d.LANGUAGE or task in ("text_classification", "translation", "embeddings")
        return task not in d.LANGUAGE

    def unknown(self, name: str, tasks: list[str]) -> Network | None:
        size = self.number("params_b")
        if size is not None:
            self.assume("model", f"{name} taken as a language model of {size:g} billion parameters",
                        "it is not in the catalogue, so only its size is used")
            return from_params(size, "transformer_decoder", self.number("active_params_b"))
        self.assume("model", f"{name} is not in the catalogue; a usual network for the task stands in",
                    "its size is not known here: tell me its parameters and I will use them")
        return None

    def assumed_language_model(self, tasks: list[str]) -> Network:
        budget = self.budget()
        size, why = 8.0, "the smallest size that holds a good conversation; bigger ones answer harder questions better"
        if budget is not None and budget > 2_500:  # the client has more to spend: the size that this money usually serves
            size = 32.0 if budget < 9_000 else 70.0 if budget < 30_000 else 120.0
            why = f"the largest usual size that a budget of about £{budget:,.0f} serves well"
        if any(t in FINE_TUNABLE for t in tasks):
            size, why = min(size, 8.0), "the size most firms fine-tune; no model was named"
        self.assume("params_b", f"an open language model of {size:g} billion parameters, such as those people run at that size",
                    why, [v for v in (8, 32, 70, 120) if v != size],
                    "Which model do you want to run, or roughly how big (8, 32 or 70 billion parameters)?",
                    "Memory grows in step with the model's size, and memory decides the card.",
                    (("About 8 billion", "8 billion parameters"), ("About 32 billion", "32 billion parameters"),
                     ("About 70 billion", "70 billion parameters"), ("Not sure", "not sure")))
        return from_params(size, "transformer_decoder", None)

    # --- how it runs ----------------------------------------------------------------------------------------------

    def phases(self, network: Network, task: str) -> list[str]:
        said = [p for p in as_list(self.told.get("phase")) if p in ("training", "fine_tuning", "inference")]
        excluded = as_list(self.told.get("excluded"))
        if task == "llm_finetuning":
            return ["fine_tuning"]
        if task == "llm_training":
            return ["training"]
        if said:
            return said
        if network.kind == "transformer_decoder":
            return ["inference"]
        running = any(self.told.get(k) is not None for k in ("throughput", "users", "latency"))
        data = any(self.told.get(k) is not None for k in ("dataset_size", "dataset", "epochs", "classes"))
        usual = d.TASKS[task].trained if task in d.TASKS else True
        phases = [p for p, wanted in (("training", (data or usual) and "training" not in excluded),
                                      ("inference", running or data or not usual or usual)) if wanted]
        if not data and not running:
            self.assume("phase", " and ".join(phases), "training on your own data and then running it is usual for this task")
        return phases

    def precision(self, network: Network, phase: str, users: int) -> str:
        said = precision_of(self.told.get("precision"))
        if said:
            return said if phase == "inference" or said in ("fp32", "tf32", "fp16", "bf16") else "bf16"
        if phase != "inference":
            return "bf16" if network.kind == "transformer_decoder" else "fp16"
        if network.kind != "transformer_decoder":
            return "fp16"
        precision = "int4" if users <= 4 else "int8"
        text = {"int4": "weights kept in 4 bits", "int8": "weights kept in 8 bits"}[precision]
        self.assume("precision", text, "answers change little and memory falls to a quarter or a half of 16-bit",
                    ["fp16"], "May the model be compressed to 4 or 8 bits, or must it run at full 16-bit precision?",
                    "16-bit weights need two to four times the memory.",
                    (("Compressed is fine", "4-bit is fine"), ("Full precision", "unquantized"), ("Not sure", "not sure")))
        return precision

    def size(self, network: Network, task: str) -> tuple[float, float]:
        """(cost of one item against the network's published input, pixels of one item)."""
        said = self.told.get("image_resolution")
        got = units.pixels(str((as_list(said) or [""])[0])) if said else None
        own = units.pixels(network.input)
        if network.item not in ("image", "scan", "frame") or own is None:
            return 1.0, (got or own or (0.0, 1.0))[0]
        if got is None:
            if task in d.TASKS and d.TASKS[task].item == "image":
                self.assume("image_resolution", f"pictures shrunk to {network.input}", "the network's own input size",
                            ["1024x1024"], "How large are the pictures, and are the details that matter small?",
                            "Work grows with the number of pixels.",
                            (("Small is fine", "224x224"), ("1024x1024", "1024x1024"), ("Not sure", "not sure")))
            return 1.0, own[0]
        if network.kind == "unet" and got[1] > 1:
            return 1.0, got[0] * got[1]  # volumes are worked through in patches of the network's own size
        return max(got[0] / own[0], 0.05), got[0]

    def budget(self) -> float | None:
        said = self.told.get("budget")
        if not isinstance(said, dict) or not said.get("amount") or said.get("period"):
            return None
        currency = said.get("currency") or "GBP"
        if not said.get("currency"):
            self.assume("budget", f"budget of {said['amount']:,.0f} read as pounds", "no currency was said", [],
                        "")
        return to_gbp(float(said["amount"]), currency, self.catalog.rates)

    # --- the jobs -------------------------------------------------------------------------------------------------

    def workload(self, network: Network, task: str, phase: str) -> Workload:
        if network.kind == "transformer_decoder":
            return self.serve(network, task) if phase == "inference" else self.tune(network, task, phase)
        return self.run(network, task) if phase == "inference" else self.train(network, task, phase)

    def users_in_flight(self) -> int:
        users = self.number("users")
        if users is None:
            self.assume("users", "one person at a time", "no number of users was given", [5, 20, 100],
                        "How many people will use it at the same time?",
                        "Each conversation in progress needs memory of its own and a share of the speed.",
                        (("Just me", "1 user"), ("About 10", "10 users"), ("About 50", "50 users"), ("Not sure", "not sure")))
            return 1
        if users > 4 and not self.told.get("concurrent"):
            self.assume("in_flight", f"{ceil(users * d.IN_FLIGHT)} of {users:g} users waiting for an answer at the busiest moment",
                        "people read and type most of the time")
            return max(2, ceil(users * d.IN_FLIGHT))
        return max(1, ceil(users))

    def serve(self, network: Network, task: str) -> Workload:
        users = self.users_in_flight()
        context = self.number("context_tokens")
        output = int(self.number("output_tokens") or d.OUTPUT_TOKENS.get(task, 400))
        prompt = self.number("prompt_tokens")
        if prompt is None and context is not None:
            prompt = max(context - output, 16)
        if prompt is None:
            prompt = d.PROMPT_TOKENS.get(task, 1_000)
            self.assume("context_tokens", f"{prompt:,} tokens in and {output:,} out for each request",
                        "usual for " + {"rag": "answering from documents", "summarization": "summarising"}.get(task, "chat"),
                        [32_768], "How long are the texts it must read at once: a question, a few pages, or a whole book?",
                        "Long texts need memory beside the model itself.",
                        (("A question", "2k context"), ("A few pages", "8k context"), ("A book", "128k context"),
                         ("Not sure", "not sure")))
        rate = units.per_second(self.told.get("throughput"))
        per_user = rate[0] / (users if users > 1 and rate[0] > 40 else 1) if rate and rate[1] in ("", "token") else None
        if per_user is None:
            per_user = d.READING_SPEED
            self.assume("throughput", f"{per_user:g} tokens a second for each person", "about the speed people read")
        latency = self.told.get("latency")
        first = float(latency["amount"]) if isinstance(latency, dict) and isinstance(latency.get("amount"), int | float) else \
            max(d.FIRST_TOKEN_S, d.FIRST_TOKEN_S * prompt / 4000)
        work = Work(network, "inference", self.precision(network, "inference", users), batch=1, prompt_tokens=int(prompt),
                    output_tokens=output, users=users)
        hours = self.hours(d.LABOUR_HOURS if users <= 50 else 730.0)
        return Workload(f"running {network.name}", work, Demand(tokens_per_user=per_user, first_token_s=first), hours)

    def tune(self, network: Network, task: str, phase: str) -> Workload:
        scratch = phase == "training" and task == "llm_training"
        method = str(self.told.get("method") or ("full" if scratch else "lora"))
        if not self.told.get("method") and not scratch:
            self.assume("method", "LoRA: small adapters are trained, the model itself is left as it is",
                        "nearly as good as training every weight for most uses, at a fraction of the memory", ["full", "qlora"],
                        "Is a light fine-tune (LoRA) enough, or must every weight be trained?",
                        "Training every weight needs about eight times the memory.",
                        (("LoRA is enough", "LoRA"), ("Every weight", "full fine-tuning"), ("Not sure", "not sure")))
        length = int(self.number("context_tokens") or 2048)
        data = self.told.get("dataset_size")
        said_gb = units.gigabytes(data) if isinstance(data, dict) else None
        epochs = self.number("epochs")
        if isinstance(data, dict) and str(data.get("unit", "")).startswith("token"):
            tokens = float(data["amount"]) * (epochs or 1)
        elif said_gb is not None:
            tokens = said_gb * 1e9 / 4 * (epochs or 1)  # about 4 bytes of text a token
        elif isinstance(data, dict) and isinstance(data.get("amount"), int | float):
            tokens = float(data["amount"]) * d.FINE_TUNE_TOKENS * (epochs or 3)
        elif scratch:
            tokens = d.CHINCHILLA * (network.params_m or 1000) * 1e6
            self.assume("dataset_size", f"{tokens / 1e9:,.0f} billion tokens", "20 tokens a parameter, the usual rule", [])
        else:
            tokens = 10_000 * d.FINE_TUNE_TOKENS * (epochs or 3)
            self.assume("dataset_size", "10,000 examples, three passes", "a usual fine-tuning set",
                        [{"amount": 1_000, "unit": "examples"}, {"amount": 200_000, "unit": "examples"}],
                        "How many examples do you have to train on?", "More examples take longer.",
                        (("About 1,000", "1,000 examples"), ("About 100,000", "100,000 examples"), ("Not sure", "not sure")))
        precision = self.precision(network, phase, 1)
        work = Work(network, phase, precision, batch=int(self.number("batch_size") or 1), prompt_tokens=length, output_tokens=0,
                    method=method)
        name = f"training {network.name} from scratch" if scratch else f"fine-tuning {network.name} ({method.upper() if method != 'full' else 'every weight'})"
        return Workload(name, work, Demand(items=tokens, hours=self.deadline(d.PRETRAIN_H if scratch else d.DEADLINE_H)),
                        self.hours(730.0), runs_per_month=0.1 if scratch else 2.0, dataset_gb=said_gb or tokens * 4e-9)

    def task_default(self, task: str, network: Network) -> d.Task:
        by_kind = next((t for t in d.TASKS.values() if t.network == network.id), None)
        return d.TASKS.get(task) or by_kind or d.TASKS["image_classification"]

    def run(self, network: Network, task: str) -> Workload:
        usual = self.task_default(task, network)
        size, pixel_count = self.size(network, task)
        said = units.per_second(self.told.get("throughput"))
        latency = self.told.get("latency")
        per_item = usual.per_item if network.item in ("step", "second of audio") and usual.item not in ("second of audio",) else 1.0
        if said is not None:
            rate = said[0] * (15.0 if said[1] in ("camera", "stream") else 1.0)
            if said[1] in ("camera", "stream"):
                self.assume("frames_per_second", "15 pictures a second from each camera", "enough for most watching tasks")
        elif task == "speech_recognition" and latency == "real time":
            rate = max(1.0, self.number("users") or 1.0)
        elif self.number("users") and usual.item in ("second of audio", "image") and not usual.trained:
            rate = usual.rate * max(1.0, (self.number("users") or 1) * d.IN_FLIGHT)
        else:
            rate = usual.rate
            self.assume("throughput", f"{_rate_words(rate, usual.item)}", "no rate was given",
                        [{"amount": r, "unit": f"{usual.item}s/s"} for r in usual.other_rates], usual.rate_question,
                        "The rate decides how fast the card must be.",
                        (("Slower", f"{usual.other_rates[0]:g} {usual.item}s per second"),
                         ("Faster", f"{usual.other_rates[-1]:g} {usual.item}s per second"), ("Not sure", "not sure"))
                        if usual.other_rates else ())
        live = said is not None or latency is not None
        work = Work(network, "inference", self.precision(network, "inference", 1), batch=int(self.number("batch_size") or 0) or
                    (8 if live else 32), size=size)
        item_bytes = pixel_count * 0.4 if pixel_count and usual.item in ("image", "frame") else usual.item_bytes
        return Workload(f"{usual.what} ({network.name})", work, Demand(rate=rate * per_item), self.hours(730.0),
                        item_bytes=item_bytes)

    def train(self, network: Network, task: str, phase: str) -> Workload:
        usual = self.task_default(task, network)
        size, pixel_count = self.size(network, task)
        data = self.told.get("dataset_size")
        item_bytes = pixel_count * 0.4 if pixel_count and usual.item == "image" else usual.item_bytes
        said_gb = units.gigabytes(data) if isinstance(data, dict) else None
        if said_gb is not None:
            items = said_gb * 1e9 / item_bytes
            self.assume("item_bytes", f"{items:,.0f} items of {item_bytes / 1e6:.2g} MB", "worked out from the size of the data")
        elif isinstance(data, dict) and isinstance(data.get("amount"), int | float):
            items = float(data["amount"]) * (3600 if "hour" in str(data.get("unit")) else 1)
        else:
            items = float(usual.data)
            self.assume("dataset_size", f"{items:,.0f} {usual.item}s to learn from", "no size was given",
                        [{"amount": usual.data // 10, "unit": usual.item}, {"amount": usual.data * 20, "unit": usual.item}],
                        f"Roughly how many {usual.item}s do you have to train on?", "Training time grows with them.",
                        (("About a tenth", f"{usual.data // 10:,} {usual.item}s"),
                         ("Far more", f"{usual.data * 20:,} {usual.item}s"), ("Not sure", "not sure")))
        epochs = self.number("epochs")
        if epochs is None:
            epochs = float(usual.epochs)
            self.assume("epochs", f"{epochs:g} passes over the data", "usual for this kind of network")
        precision = self.precision(network, phase, 1)
        work = Work(network, phase, precision, batch=int(self.number("batch_size") or 0) or (2 if network.item == "scan" else 32),
                    size=size)
        steps_each = usual.per_item / 60 if network.item == "step" else 1.0  # training sees one noise level an image, not all
        return Workload(f"training for {usual.what} ({network.name})", work,
                        Demand(items=items * epochs * max(steps_each, 1.0), hours=self.deadline(d.DEADLINE_H)), self.hours(730.0),
                        dataset_gb=said_gb or items * item_bytes / 1e9, item_bytes=item_bytes)

    def deadline(self, usual: float) -> float:
        said = units.hours(self.told.get("deadline"))
        if said is not None and said > 0:
            return said
        words = f"{usual:g} hours" if usual < 72 else f"{usual / 24:g} days"
        self.assume("deadline", f"one training run may take {words}", "no deadline was given",
                    [{"amount": usual / 4, "unit": "hours"}, {"amount": usual * 3, "unit": "hours"}],
                    "How long may one training run take: an hour, overnight, a few days?",
                    "Half the time needs about twice the card.",
                    (("An hour or two", "2 hours"), ("Overnight", "12 hours"), ("A few days", "3 days"), ("Not sure", "not sure")))
        return usual

    def hours(self, usual: float) -> float:
        return min(self.number("hours_per_month") or usual, 744.0)

    # --- around it ------------------------------------------------------------------------------------------------

    def place(self) -> Place:
        told = self.told
        excluded = {str(x).lower() for x in as_list(told.get("excluded"))}
        deployment = {str(x).lower().split(" ")[0] for x in as_list(told.get("deployment"))}
        circuit = told.get("circuit")
        power = None
        if circuit:
            text = str(circuit).lower().replace("socket", "").replace("amp", "a").strip()
            text = text.replace("13a", "13 a").replace("16a", "16 a").replace("32a", "32 a")
            power = d.CIRCUITS.get(text) or next((w for name, w in d.CIRCUITS.items() if name in text), None)
        form = str((as_list(told.get("form_factor")) or [""])[0]).lower()
        forms: tuple[str, ...] | None = {"laptop": ("laptop",), "tower": ("tower", "mini"), "desktop": ("tower", "mini"),
                                         "workstation": ("tower",), "rack": ("rack",), "mini": ("mini", "edge"), "edge": ("edge", "mini"),
                                         "server": ("rack",)}.get(form)
        if "edge" in deployment and forms is None:
            forms = ("edge", "mini", "tower", "rack")
        noise = str((as_list(told.get("noise")) or [""])[0]).lower()
        quietest = noise if noise in ("silent", "quiet", "office", "loud") else ("quiet" if noise else None)
        stays = bool(deployment & {"on_prem", "edge", "laptop", "local", "home", "office"}) or "cloud" in excluded or form != ""
        only_cloud = "cloud" in deployment and not deployment & {"on_prem", "edge", "local"}
        return Place(power, str(circuit) if circuit else None, quietest, forms, cloud=not stays or only_cloud, own=not only_cloud)

    def owned(self) -> tuple[Owned, ...]:
        roles = self.told.get("gpu_roles") or {}
        counts = self.told.get("gpu_counts") or {}
        out = []
        for gpu_id, role in roles.items():
            gpu = self.catalog.gpus.get(gpu_id)
            if role == "owned" and gpu is not None:
                out.append(Owned(gpu, max(1, int(counts.get(gpu_id, 1))), self.number("system_ram_gb")))
        return tuple(out)


def _rate_words(rate: float, item: str) -> str:
    if rate >= 1:
        return f"{rate:g} {item}s a second"
    return f"{rate * 3600:.3g} {item}s an hour" if rate * 3600 >= 1 else f"{rate * 86_400:.3g} {item}s a day"


def complete(told: Told, catalog: Catalog) -> Completed:
    """The need behind what was told, with every assumption it took; or the problem that stands in the way."""
    filling = _Filling(told, catalog)
    tasks = [t for t in as_list(told.get("task")) if isinstance(t, str) and (t in d.TASKS or t in d.LANGUAGE)]
    if len(tasks) > 1 and "rag" in tasks and "llm_inference" in tasks:
        tasks.remove("llm_inference")
    jobs = filling.networks(tasks)
    if isinstance(jobs, str):
        return Completed(None, (), "I do not know yet what it should do.", jobs)
    workloads: list[Workload] = []
    for network, task in jobs:
        for phase in filling.phases(network, task):
            workloads.append(filling.workload(network, task, phase))
    need = Need(tuple(workloads), filling.place(), filling.owned(), filling.budget())
    return Completed(need, tuple(filling.assumptions))
