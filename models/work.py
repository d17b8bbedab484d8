"""The piece of work whose speed and memory are asked for, and the form of the answer. No I/O."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.things import Network

PHASES = ("training", "fine_tuning", "inference")
PRECISIONS = ("fp32", "tf32", "fp16", "bf16", "fp8", "int8", "int4")
BITS = {"fp32": 32.0, "tf32": 32.0, "fp16": 16.0, "bf16": 16.0, "fp8": 8.0, "int8": 8.0, "int4": 4.8}
# int4 counts the scales and the layers left at higher precision: GGUF Q4_K_M files come to 4.8 to 4.9 bits a weight
METHODS = ("full", "lora", "qlora")


@dataclass(frozen=True)
class Work:
    """One network doing one job.

    `size` scales the network's published input to the client's: 4.0 for 448x448 pixels on a network published at
    224x224,
    or tokens / published tokens for encoders. Language models use `prompt_tokens`, `output_tokens` and `users` instead.
    """

    network: Network
    phase: str = "inference"
    precision: str = "fp16"
    batch: int = 1  # items in one step on one GPU; for language models serving, = concurrent requests
    size: float = 1.0
    prompt_tokens: int = 1024
    output_tokens: int = 256
    users: int = 1  # requests in flight at once
    method: str = "full"  # how fine-tuning is done
    optimizer: str = "adam"

    @property
    def decoder(self) -> bool:
        """A language model that writes token by token."""
        return self.network.kind == "transformer_decoder"

    @property
    def trains(self) -> bool:
        return self.phase != "inference"

    @property
    def context_tokens(self) -> int:
        return self.prompt_tokens + self.output_tokens


@dataclass(frozen=True)
class Estimate:
    """A value with its 80 % range and where it comes from."""

    value: float
    low: float
    high: float
    unit: str  # "images/s", "tokens/s", "s"
    basis: str  # measured, scaled, published, spec, assumed: the weakest link names it
    source: str  # a sentence: from which figures, how

    def times(self, factor: float, unit: str | None = None) -> Estimate:
        low, high = self.low * factor, self.high * factor
        return Estimate(self.value * factor, low, high, unit or self.unit, self.basis, self.source)

    def inverse(self, numerator: float, unit: str) -> Estimate:
        """numerator / self, for turning a rate into a time; low and high change places."""
        low, high = numerator / self.high, numerator / self.low
        return Estimate(numerator / self.value, low, high, unit, self.basis, self.source)


@dataclass(frozen=True)
class Cannot:
    """No honest estimate: why, and the nearest case that is known."""

    reason: str
    nearest: str = ""


@dataclass(frozen=True)
class Serving:
    """How a language model feels to its users. TTFT: seconds from sending the prompt to the first token. TPOT: seconds
    between later tokens of one user. `aggregate`: tokens a second of all users together."""

    ttft: Estimate
    tpot: Estimate
    aggregate: Estimate
    bottleneck: str  # "memory bandwidth" or "compute"
