"""Turns a sentence into a unit vector of 384 numbers, the nearer in direction the nearer in meaning."""
from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from bot.encoder_build import HOME, built

TOKENS = 256  # what the model was trained to read; the rest of a longer text is left out


@lru_cache(maxsize=1)
def load() -> Encoder:
    """The one encoder of this process."""
    return Encoder()


def fingerprint() -> str:
    """The sha256 of the graph in use: what is trained on its vectors is trained anew when this changes."""
    return built()


class Encoder:
    """Loads the graph that `bot.encoder_build` made. Thread-safe; on the CPU, one thread a text."""

    def __init__(self, graph: Path = HOME / "encoder.onnx", tokenizer: Path = HOME / "tokenizer.json") -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # a second one gains nothing on short texts
        # The CPU alone: a sentence takes 2 ms there, and asking for CUDA where there is none only prints warnings.
        self._session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(TOKENS)
        self._pool = ThreadPoolExecutor(os.cpu_count(), "encoder")
        self.begin = lru_cache(maxsize=8192)(self._begin)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """(n, 384) float32; a text's vector is the same whatever stands beside it."""
        if not texts:
            return np.zeros((0, 384), np.float32)
        return np.stack([vector.result() for vector in [self.begin(text) for text in texts]])

    def _begin(self, text: str) -> Future[np.ndarray]:
        """The vector to come. Whoever knows a text early begins it, and does other things meanwhile."""
        return self._pool.submit(self._encode, text)

    def _encode(self, text: str) -> np.ndarray:
        ids = np.array([self._tokenizer.encode(text).ids], np.int64)
        vector: np.ndarray = self._session.run(None, {"input_ids": ids})[0][0]
        vector.flags.writeable = False  # the cache hands the same array out again
        return vector
