"""A stand-in for a network of which only the size is known. Pure.

Rule: layers and width are interpolated on a log scale of parameters between open models whose configuration is
published; heads' width and the key-value heads are those of the next smaller of these models (8 from 3 billion
parameters on, as in Llama 3 and Qwen 2.5). A mixture of experts gets the shape of a dense model of its total size,
which errs towards more memory. Everything made here says "assumed" in its source.
"""

from __future__ import annotations

from bisect import bisect_left
from math import exp, log

from catalog.things import Network

# (parameters in billions, layers, hidden, heads, kv_heads, head_dim), from each model's config.json
OPEN_DECODERS = (
    (0.124, 12, 768, 12, 12, 64),  # GPT-2
    (1.100, 22, 2048, 32, 4, 64),  # TinyLlama-1.1B
    (3.213, 28, 3072, 24, 8, 128),  # Llama-3.2-3B
    (8.030, 32, 4096, 32, 8, 128),  # Llama-3.1-8B
    (14.77, 48, 5120, 40, 8, 128),  # Qwen2.5-14B
    (32.76, 64, 5120, 40, 8, 128),  # Qwen2.5-32B
    (70.55, 80, 8192, 64, 8, 128),  # Llama-3.1-70B
    (122.6, 88, 12288, 96, 8, 128),  # Mistral-Large-2407
    (405.9, 126, 16384, 128, 8, 128),  # Llama-3.1-405B
)
# (parameters in billions, layers, hidden, heads), encoders read at 512 tokens
OPEN_ENCODERS = (
    (0.022, 6, 384, 12),  # MiniLM-L6
    (0.110, 12, 768, 12),  # BERT-Base
    (0.335, 24, 1024, 16),  # BERT-Large
    (1.5, 48, 1600, 25),  # DeBERTa-v2-XXLarge
)
ENCODER_TOKENS = 512


def _between(size: float, sizes: list[float], values: list[float]) -> float:
    """Value at `size`, linear in logarithms, held (width) beyond the ends by the slope of the last pair."""
    i = min(max(bisect_left(sizes, size), 1), len(sizes) - 1)
    x0, x1, y0, y1 = log(sizes[i - 1]), log(sizes[i]), log(values[i - 1]), log(values[i])
    return exp(y0 + (y1 - y0) * (log(size) - x0) / (x1 - x0))


def from_params(params_b: float, kind: str = "transformer_decoder", active_b: float | None = None) -> Network:
    """A typical open network of `params_b` billion parameters (`active_b` of them at work on one token).

    Raises ValueError when a size is not positive or more is active than there is.
    """
    if not params_b > 0:
        raise ValueError(f"a network has more than 0 parameters; {params_b} billion was given")
    active = params_b if active_b is None else active_b
    if not 0 < active <= params_b:
        raise ValueError(
            f"active parameters must lie between 0 and the total of {params_b} billion; {active} was given"
        )
    name = f"{params_b:g}B model" if active_b is None else f"{params_b:g}B-A{active:g}B model"
    if kind == "transformer_decoder":
        sizes = [row[0] for row in OPEN_DECODERS]
        layers = max(1, round(_between(params_b, sizes, [float(r[1]) for r in OPEN_DECODERS])))
        below = max((r for r in OPEN_DECODERS if r[0] <= params_b * 1.15), default=OPEN_DECODERS[0])
        head_dim, kv_heads = below[5], below[4]
        hidden = max(
            head_dim, round(_between(params_b, sizes, [float(r[2]) for r in OPEN_DECODERS]) / head_dim) * head_dim
        )
        heads = max(kv_heads, hidden // head_dim)
        return Network(
            id=f"unknown_{params_b:g}b",
            name=name,
            kind=kind,
            task="llm_inference",
            params_m=params_b * 1e3,
            active_params_m=active * 1e3,
            gmacs=None,
            activations_m=None,
            item="token",
            input="",
            layers=layers,
            hidden=hidden,
            heads=heads,
            kv_heads=kv_heads,
            head_dim=head_dim,
            source="assumed: shape of an open model of this size, interpolated",
        )
    if kind == "transformer_encoder":
        sizes = [row[0] for row in OPEN_ENCODERS]
        layers = max(1, round(_between(params_b, sizes, [float(r[1]) for r in OPEN_ENCODERS])))
        hidden = max(64, round(_between(params_b, sizes, [float(r[2]) for r in OPEN_ENCODERS]) / 64) * 64)
        heads = max(1, hidden // 64)
        # each weight once a token, and two products of tokens x tokens x width a layer
        gmacs = params_b * ENCODER_TOKENS + layers * 2 * ENCODER_TOKENS**2 * hidden / 1e9
        return Network(
            id=f"unknown_{params_b:g}b_encoder",
            name=name,
            kind=kind,
            task="text_classification",
            params_m=params_b * 1e3,
            active_params_m=active * 1e3,
            gmacs=gmacs,
            activations_m=None,
            item="sequence",
            input=f"{ENCODER_TOKENS} tokens",
            layers=layers,
            hidden=hidden,
            heads=heads,
            kv_heads=heads,
            head_dim=64,
            source="assumed: shape of an open encoder of this size, interpolated",
        )
    return Network(
        id=f"unknown_{params_b:g}b_{kind}",
        name=name,
        kind=kind,
        task="representation_learning",
        params_m=params_b * 1e3,
        active_params_m=active * 1e3,
        gmacs=None,
        activations_m=None,
        item="item",
        input="",
        source="assumed: only its parameters are known, not the work it does on one item",
    )
