"""The one memory rule: what a piece of work needs on the GPU, in GB (10^9 bytes), part by part.

Sources of the formulas
- Training state, bytes a parameter: 2 weights + 2 gradients + 12 optimizer (FP32 master copy, two Adam moments) =
  16 in mixed precision (Rajbhandari et al. 2020, "ZeRO", section 3.1); in FP32: 4 + 4 + 8 = 16; SGD with momentum:
  4 + 4 + 4.
- Transformer activations, bytes a layer: s*b*h*34 with attention kept out of memory (flash attention), 2*s*b*h with
  full recomputation (Korthikanti et al. 2022, "Reducing Activation Recomputation", equations 1, 2 and table 2).
- KV cache, bytes a token: 2 * layers * kv_heads * head_dim * bytes (one key and one value; Ainslie et al. 2023 for
  grouped heads).
- LoRA: adapters of about 0.5 % of the parameters are trained (rank 16 on every linear layer: 42 M of Llama 3 8B's
  8,030 M, 207 M of the 70B's 70,554 M; Hu et al. 2021); QLoRA keeps the base in 4 bits (Dettmers et al. 2023), its
  embeddings in 16.
- Recommenders: embedding tables in FP32, trained in place (plain or row-wise SGD): 4 bytes a parameter (Naumov et
  al. 2019, "DLRM").
- Making pictures: the decoder from latent to picture is the widest part, about 3 GB a megapixel in 16 bits; clips
  are decoded a few frames at a time, about 0.15 GB a megapixel of the whole clip. Assumed: orders of magnitude seen
  in use, not measured.
- Headroom: at most 90 % of a card's memory is planned for (vLLM's default gpu_memory_utilization), 75 % where the
  processor shares it (Apple's default working-set limit on Macs; Strix Halo hands at most 96 of 128 GB to the GPU).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache

from catalog.things import Gpu, Network
from models import decoder
from models.work import BITS, Work

GB = 1e9
ADAPTER_SHARE = 0.005
QLORA_BITS = 4.4  # NF4 with double quantisation is 4.13 bits; embeddings and norms stay in 16
PICTURE_GB, CLIP_GB = 3.0, 0.15  # a megapixel
SAVED = (
    2.0  # values kept for the backward pass for each a layer writes: itself and, normalised, what the next layer reads
)
RESERVE_INFERENCE_GB = 0.8  # CUDA context, cuDNN/cuBLAS workspaces, allocator slack, on each GPU
RESERVE_TRAINING_GB = 1.5
VOCABULARY = 128_000  # logits of a language model in training; assumed, the size of Llama 3's
HEADROOM = {"dedicated": 0.90, "unified": 0.75}
SHARDED = (
    "transformer_encoder",
    "diffusion",
    "video_diffusion",
)  # trained with FSDP or ZeRO where one card is too small
OPTIMIZER_BYTES = {"adam": 8, "sgd": 4}


@dataclass(frozen=True)
class Memory:
    """GB on one machine, for all its GPUs together, before it is spread over them. `reserve` is for each GPU."""

    weights: float
    gradients: float
    optimizer: float
    activations: float
    kv_cache: float
    reserve: float

    @property
    def total(self) -> float:
        return self.state + self.activations + self.kv_cache + self.reserve

    @property
    def state(self) -> float:
        return self.weights + self.gradients + self.optimizer

    def parts(self) -> tuple[tuple[str, float], ...]:
        names = ("weights", "gradients", "optimizer state", "activations", "KV cache", "framework reserve")
        values = (self.weights, self.gradients, self.optimizer, self.activations, self.kv_cache, self.reserve)
        return tuple((n, v) for n, v in zip(names, values, strict=True) if v > 0)


@dataclass(frozen=True)
class Fit:
    """Whether it fits. `how`: "one card", "split" (the model spread over the cards) or "copies" (the whole on each
    card)."""

    fits: bool
    needed_gb: float
    available_gb: float  # after headroom, where `how` is "copies" of one card
    how: str


def params(network: Network) -> float | None:
    """Parameters, or None where the table has no figure."""
    return None if network.params_m is None else network.params_m * 1e6


def kv_bytes_per_token(network: Network, bits: float = 16, tokens: int = 1) -> float | None:
    """Bytes of KV cache for one token of one request, the mean over `tokens` of them (layers with a window keep only
    the last ones); None when not even the size is known."""
    fp16 = decoder.kv_bytes(network, tokens)
    return None if fp16 is None else fp16 * bits / 16


def weight_bits(work: Work) -> float:
    """Bits a weight in memory: as asked, but never more than the model was released in when it is merely run."""
    bits = BITS[work.precision]
    released = work.network.native_bits
    return min(bits, released) if released and not work.trains else bits


def training_state_bytes(precision: str, optimizer: str = "adam") -> tuple[float, float, float]:
    """(weights, gradients, optimizer) bytes a trained parameter."""
    extra = OPTIMIZER_BYTES[optimizer]
    return (4, 4, extra) if precision in ("fp32", "tf32") else (2, 2, 4 + extra)


def activations_gb(work: Work) -> float:
    """GB the layers leave behind: all of them when training, the widest few when running."""
    net, value_bytes = work.network, 4 if work.precision in ("fp32", "tf32") else 2
    if work.decoder:
        hidden, layers = net.hidden or 4096, net.layers or 32
        if not work.trains:  # the chunk of prompt in work: at most 2,048 tokens at a time
            return min(work.prompt_tokens, 2048) * hidden * 16 * value_bytes / GB
        tokens = work.batch * work.context_tokens
        recomputed = 2 * tokens * hidden * layers  # full recomputation: each layer's input
        one_layer = 34 * tokens * hidden
        logits = 6 * min(tokens, 8192) * VOCABULARY  # computed in chunks beyond 8,192 tokens
        return (recomputed + one_layer + logits) / GB
    if net.kind in ("diffusion", "video_diffusion"):
        pixels, frames = _picture(net.input)
        each = CLIP_GB * frames if net.kind == "video_diffusion" else PICTURE_GB
        return each * pixels / 1e6 * work.size * work.batch * value_bytes / 2
    values = net.activations_m
    if values is None:  # convolutional nets write about 2.7 M values a GMAC (ResNet-50: 11.1 M, 4.1 GMACs)
        values = 2.7 * net.gmacs if net.gmacs is not None else (net.params_m or 1.0) * 0.5
    written = values * 1e6 * work.size * work.batch * value_bytes
    return written * (SAVED if work.trains else 0.25) / GB


@cache
def _picture(size: str) -> tuple[float, int]:
    """ "1280x720, 81 frames" -> (921600.0, 81)."""
    sides = [int(n) for n in re.findall(r"\d+", size)] or [1024]
    return float(sides[0] * (sides[1] if len(sides) > 1 else sides[0])), sides[2] if len(sides) > 2 else 1


def need(work: Work) -> Memory | None:
    """Memory of the work by parts; None when the network's size is not known."""
    count = params(work.network)
    if count is None:
        return None
    if not work.trains:
        weights = count * weight_bits(work) / 8
        kv = 0.0
        if work.decoder:
            per_token = kv_bytes_per_token(work.network, tokens=max(work.context_tokens, 1))
            kv = (per_token or 0.0) * work.context_tokens * max(work.users, work.batch)
        return Memory(weights / GB, 0, 0, activations_gb(work), kv / GB, RESERVE_INFERENCE_GB)
    if work.network.kind == "recommender":
        return Memory(count * 4 / GB, 0, 0, activations_gb(work), 0, RESERVE_TRAINING_GB)
    w, g, o = training_state_bytes(work.precision, work.optimizer)
    if work.method == "full":
        return Memory(count * w / GB, count * g / GB, count * o / GB, activations_gb(work), 0, RESERVE_TRAINING_GB)
    frozen = QLORA_BITS / 8 if work.method == "qlora" else 2.0
    trained = count * ADAPTER_SHARE
    return Memory(
        (count * frozen + trained * w) / GB,
        trained * g / GB,
        trained * o / GB,
        activations_gb(work),
        0,
        RESERVE_TRAINING_GB,
    )


def usable_gb(gpu: Gpu) -> float:
    """What may be planned for on one card: the one headroom rule."""
    return gpu.memory_bytes * HEADROOM[gpu.memory_kind] / GB


def splits(work: Work) -> bool:
    """Whether the usual software spreads this network over several cards (tensor or pipeline parallel, FSDP,
    llama.cpp, tables of a recommender shared out)."""
    return work.decoder or work.network.kind == "recommender" or (work.trains and work.network.kind in SHARDED)


def fit(work: Work, gpu: Gpu, count: int = 1) -> Fit | None:
    """Whether `work` fits on `count` cards; None when its size is not known."""
    memory = need(work)
    return None if memory is None else spread(memory, work, gpu, count)


def spread(memory: Memory, work: Work, gpu: Gpu, count: int) -> Fit:
    """`memory` laid out on `count` cards. Cards do not pool their memory unless the work is split."""
    available, needed = usable_gb(gpu), memory.total
    if count == 1:
        return Fit(needed <= available, needed, available, "one card")
    if not splits(work):
        return Fit(needed <= available, needed, available, "copies")
    each = memory.reserve + (memory.activations if work.trains else 0.0)  # every card works on a batch of its own
    needed += each * (count - 1)
    return Fit(needed <= available * count, needed, available * count, "split")


def largest_params_b(gpu: Gpu, count: int, bits: float, context_tokens: int) -> float:
    """Billions of parameters of a typical language model that fit, for "what is the largest model I can run".

    Leaves the reserve and a KV cache of 0.131 MB a token, Llama-3-8B's, scaled by the square root of the size."""
    room = usable_gb(gpu) * count - RESERVE_INFERENCE_GB * count
    low, high = 0.0, max(room, 0.0) * 8 / bits
    for _ in range(40):
        middle = (low + high) / 2
        kv = 131_072 * math.sqrt(max(middle, 0.1) / 8) * context_tokens / GB
        low, high = (middle, high) if middle * bits / 8 + kv + 0.3 <= room else (low, middle)
    return low
