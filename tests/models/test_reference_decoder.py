"""Language models: against plain numpy, and writing a token against reading it."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from models.reference import REFERENCES, count, draw, feeds, session
from models.reference.decoder import Llama, ends, gpt2, layer, layer_inputs

Array = NDArray[np.float32]
DENSE = Llama("small", "Small", 2, 64, 96, 8, 2, 100)
MIXED = Llama("mixed", "Mixed", 2, 64, 96, 8, 2, 100, experts=8)
TOKENS, BATCH = 5, 2


def outputs(model: onnx.ModelProto, values: dict[str, Array]) -> dict[str, Array]:
    opened = session(model)
    return dict(zip([o.name for o in opened.get_outputs()], opened.run(None, values), strict=True))


def prompt(m: Llama) -> dict[str, Array]:
    values = feeds(layer_inputs(m, False), {"tokens": TOKENS}, BATCH)
    angles = np.outer(np.arange(TOKENS), 10_000.0 ** -np.linspace(0, 1, m.head // 2)).astype(np.float32)
    return {**values, "cos": np.cos(angles)[None, None], "sin": np.sin(angles)[None, None]}


def softmax(x: Array) -> Array:
    y = np.exp(x - x.max(-1, keepdims=True))
    return y / y.sum(-1, keepdims=True)


def by_hand(m: Llama, w: dict[str, Array], x: Array, cos: Array, sin: Array) -> Array:
    """One layer, item by item and head by head; x [tokens, width]."""

    def norm(x: Array, weight: Array) -> Array:
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-5) * weight

    def turned(x: Array) -> Array:
        a, b = x[:, : m.head // 2], x[:, m.head // 2 :]
        return np.hstack([a * cos - b * sin, b * cos + a * sin])

    def gated(x: Array, name: str) -> Array:
        gate, up = np.split(x @ w[f"{name}.in.weight"], 2, -1)
        return (gate / (1 + np.exp(-gate)) * up) @ w[f"{name}.out.weight"]

    qkv, kv_width = norm(x, w["norm1.weight"]) @ w["qkv.weight"], m.kv_heads * m.head
    q, k, v = qkv[:, : m.width], qkv[:, m.width : m.width + kv_width], qkv[:, m.width + kv_width :]
    seen = []
    for h in range(m.heads):
        mine = slice(h * m.head, (h + 1) * m.head)
        shared = h // (m.heads // m.kv_heads)
        theirs = slice(shared * m.head, (shared + 1) * m.head)
        scores = turned(q[:, mine]) @ turned(k[:, theirs]).T / np.sqrt(m.head)
        scores[np.triu_indices(len(x), 1)] = -np.inf
        seen.append(softmax(scores) @ v[:, theirs])
    x = x + np.hstack(seen) @ w["out.weight"]
    y = norm(x, w["norm2.weight"])
    if m.experts == 1:
        return x + gated(y, "mlp")
    scores = y @ w["router.weight"]
    for i, row in enumerate(y):
        best = np.argsort(-scores[i])[:2]
        for share, expert in zip(softmax(scores[i][best]), best, strict=True):
            x[i] += share * gated(row, f"expert{expert}")
    return x


@pytest.mark.parametrize("m", [DENSE, MIXED], ids=["dense", "experts"])
def test_a_layer_is_what_its_papers_say(m: Llama) -> None:
    model, values = layer(m, False, "fp32"), prompt(m)
    found = outputs(model, values)["hidden_next"]
    weights = dict(draw(model))
    for item in range(BATCH):
        expected = by_hand(m, weights, values["hidden"][item].copy(), values["cos"][0, 0], values["sin"][0, 0])
        assert found[item] == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("m", [DENSE, MIXED], ids=["dense", "experts"])
def test_writing_a_token_gives_what_reading_it_gives(m: Llama) -> None:
    values = prompt(m)
    read = outputs(layer(m, False, "fp32"), values)
    written = outputs(layer(m, True, "fp32"), {
        "hidden": values["hidden"][:, -1:],
        "cos": np.repeat(values["cos"][:, :, -1:], BATCH, 0), "sin": np.repeat(values["sin"][:, :, -1:], BATCH, 0),
        "past_key": read["key"][..., :-1], "past_value": read["value"][:, :, :-1],
    })  # fmt: skip
    assert written["hidden_next"] == pytest.approx(read["hidden_next"][:, -1:], abs=1e-4)
    assert written["key"] == pytest.approx(read["key"][..., -1:], abs=1e-5)
    assert written["value"] == pytest.approx(read["value"][:, :, -1:], abs=1e-5)


@pytest.mark.parametrize("cached", [False, True], ids=["prefill", "decode"])
def test_half_precision_runs(cached: bool) -> None:
    for m in (DENSE, MIXED):
        values = feeds(layer_inputs(m, cached), {"past": 3} if cached else {"tokens": TOKENS}, BATCH, "fp16")
        for value in outputs(layer(m, cached, "fp16"), values).values():
            assert value.dtype == np.float16
            assert np.isfinite(value).all()


def test_the_ends_look_up_and_score_words() -> None:
    model = ends(DENSE, "fp32")
    hidden = feeds(layer_inputs(DENSE, False), {"tokens": 1}, 3)["hidden"][:, 0]
    found = outputs(model, {"ids": np.array([7, 0, 99]), "hidden": hidden})
    assert (found["embedded"] == dict(draw(model))["words.weight"][[7, 0, 99]]).all()
    assert found["logits"].shape == (3, 100)


def test_gpt2_writes_what_it_reads() -> None:
    ids = np.array([[11, 22, 33, 44], [5, 6, 7, 8]])
    read = outputs(gpt2(False, "fp32"), {"ids": ids})
    past = {f"past_key{i}": read[f"key{i}"][..., :-1] for i in range(12)}
    past |= {f"past_value{i}": read[f"value{i}"][:, :, :-1] for i in range(12)}
    written = outputs(gpt2(True, "fp32"), {"ids": ids[:, -1:], "position": np.full((2, 1), 3), **past})
    assert written["logits"] == pytest.approx(read["logits"], abs=0.01)


def test_a_mixture_is_as_large_as_all_and_works_like_two() -> None:
    one, mixed = count(layer(DENSE, True, "fp32"), {"past": 3}), count(layer(MIXED, True, "fp32"), {"past": 3})
    expert, router = 3 * 64 * 96, 64 * 8
    assert mixed.params == one.params + 7 * expert + router
    assert mixed.active_params == one.params + expert + router
    assert mixed.macs == one.macs + expert + router


def test_work_of_a_step_grows_with_what_is_kept_and_of_a_prompt_with_its_square() -> None:
    step, read = REFERENCES["llama_3_8b_decode"].build("fp16"), REFERENCES["llama_3_8b_prefill"].build("fp16")
    kept = count(step, {"past": 2000}).macs - count(step, {"past": 1000}).macs
    assert kept == 2 * 1000 * 4096  # scores and sums, for every head
    assert count(read, {"tokens": 1000}).attention_macs == 2 * 1000**2 * 4096
