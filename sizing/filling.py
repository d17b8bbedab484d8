"""What is told, read slot by slot, with a note of everything that had to be assumed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalog.things import Catalog, Network
from sizing import defaults as d
from sizing import units
from sizing.money import to_gbp
from sizing.need import Assumption
from sizing.told import Told

Buttons = Sequence[tuple[str, str]]
NOT_SURE = ("Not sure", "not sure")


class Filling:
    """One completion in progress. `assumptions` holds one entry for each gap that was filled, in the order they were
    met."""

    def __init__(self, told: Told, catalog: Catalog) -> None:
        self.told, self.catalog = told, catalog
        self.assumptions: list[Assumption] = []

    def assume(
        self,
        slot: str,
        value: str,
        why: str,
        alternatives: Sequence[Any] = (),
        question: str = "",
        matters: str = "",
        buttons: Buttons = (),
    ) -> None:
        if not any(a.slot == slot for a in self.assumptions):
            self.assumptions.append(
                Assumption(slot, value, why, tuple(alternatives), question, matters, tuple(buttons))
            )

    def number(self, slot: str) -> float | None:
        """A slot that is one number; of a range the greater end, which is the safe side."""
        found = [float(v) for v in units.as_list(self.told.get(slot)) if isinstance(v, int | float)]
        return max(found) if found else None

    def seconds(self, slot: str) -> float | None:
        """A slot that is {amount (seconds), unit}, or None where it is not a number ("real time")."""
        said = self.told.get(slot)
        span = units.hours(said) if isinstance(said, dict) else None
        return None if span is None else span * 3600

    def said(self, *slots: str) -> bool:
        return any(self.told.get(slot) is not None for slot in slots)

    def pile(self) -> dict[str, Any] | None:
        """What was told of data, where nothing says that more of it comes or that somebody waits: it may be there to be
        worked through once."""
        data = self.told.get("dataset_size")
        counted = isinstance(data, dict) and isinstance(data.get("amount"), int | float)
        return data if counted and not self.said("throughput", "users", "latency") else None

    # --- gaps that every job has ----------------------------------------------------------------------------------

    def budget(self) -> float | None:
        """Pounds to spend once; None where none, an hourly or a monthly one was told."""
        said = self.told.get("budget")
        if not isinstance(said, dict) or not said.get("amount") or said.get("period"):
            return None
        if not said.get("currency"):
            self.assume("budget", f"a budget of {said['amount']:,.0f} read as pounds", "no currency was said")
        return to_gbp(float(said["amount"]), said.get("currency") or "GBP", self.catalog.rates)

    def deadline(self, usual: float, what: str = "one training run") -> float:
        """Hours that it may take."""
        said = units.hours(self.told.get("deadline"))
        if said is not None and said > 0:
            return said
        words = f"{usual:g} hours" if usual < 72 else f"{usual / 24:g} days"
        self.assume(
            "deadline",
            f"{what} may take {words}",
            "no deadline was given",
            [{"amount": usual / 4, "unit": "hours"}, {"amount": usual * 3, "unit": "hours"}],
            f"How long may {what} take: an hour, overnight, a few days?",
            "Half the time needs about twice the card.",
            (("An hour or two", "2 hours"), ("Overnight", "12 hours"), ("A few days", "3 days"), NOT_SURE),
        )
        return usual

    def hours(self, usual: float) -> float:
        """Hours a month the job is wanted for."""
        said = self.number("hours_per_month")
        if said is not None:
            return min(said, 730.0)
        words = "day and night" if usual >= 730 else f"{usual:g} hours a month, one shift"
        other = d.LABOUR_HOURS if usual >= 730 else 730.0
        self.assume(
            "hours_per_month",
            f"in use {words}",
            "no hours were given",
            [other],
            "How many hours a month would it be in use?",
            "Few hours are cheaper rented, many are cheaper bought.",
            (("Office hours", "160 hours a month"), ("Day and night", "24/7"), NOT_SURE),
        )
        return usual

    def runs(self, usual: float) -> float:
        """Training runs a month: those of each of several people, where training is all that they are for."""
        every = {4.0: "every week", 2.0: "twice a month", 0.1: "once a year"}[usual]
        people = self.number("users") if "inference" not in units.as_list(self.told.get("phase")) else None
        if people is None or people <= 1:
            self.assume("runs_per_month", f"trained anew {every}", "how often a model is retrained was not said")
            return usual
        self.assume(
            "runs_per_month", f"each of {people:g} people trains {every}, one after the other",
            "how often they do was not said",
        )  # fmt: skip
        return usual * people

    def method(self, network: Network, phase: str) -> str:
        """How weights are trained: full, lora or qlora."""
        said = units.first(self.told.get("method"))
        if said in ("full", "lora", "qlora"):
            return said
        large = network.kind in ("diffusion", "video_diffusion") or (network.params_m or 0.0) > 1000
        if not large or (phase == "training" and network.kind not in ("diffusion", "video_diffusion")):
            return "full"
        self.assume(
            "method",
            "LoRA: small adapters are trained, the model itself is left as it is",
            "nearly as good as training every weight for most uses, at a fraction of the memory",
            ["full", "qlora"],
            "Is a light fine-tune (LoRA) enough, or must every weight be trained?",
            "Training every weight needs about eight times the memory.",
            (("LoRA is enough", "LoRA"), ("Every weight", "full fine-tuning"), NOT_SURE),
        )
        return "lora"

    def precision(self, network: Network, phase: str, users: int) -> str:
        """The number format it runs in. Language models and large image makers run compressed unless told otherwise."""
        said = units.precision(self.told.get("precision"))
        if said and (phase == "inference" or said in ("fp32", "tf32", "fp16", "bf16")):
            return said
        if phase != "inference":
            self.assume("training_precision", "mixed 16-bit precision in training", "what today's frameworks do")
            return "bf16" if network.kind == "transformer_decoder" else "fp16"
        packed = network.kind in ("diffusion", "video_diffusion") and (network.params_m or 0.0) > 8000
        if network.kind != "transformer_decoder" and not packed:
            self.assume("precision", "16-bit arithmetic", "what frameworks run such networks in")
            return "fp16"
        precision = "int4" if users <= 4 and not packed else "int8"
        self.assume(
            "precision",
            {"int4": "weights kept in 4 bits", "int8": "weights kept in 8 bits"}[precision],
            "answers change little and memory falls to a quarter or a half of 16-bit",
            ["fp16"],
            "May the model be compressed to 4 or 8 bits, or must it run at full 16-bit precision?",
            "16-bit weights need two to four times the memory.",
            (("Compressed is fine", "4-bit is fine"), ("Full precision", "unquantized"), NOT_SURE),
        )
        return precision
