"""Text to speech: the vocoder HiFi-GAN, which makes the sound after a FastSpeech or Tacotron; most of the work."""

from __future__ import annotations

import onnx

from models.reference.graph import Graph
from models.reference.layers import RESIDUAL, conv, conv_transpose
from models.reference.spec import Input, Reference

MEL = Input("mel", "float", ("batch", 80, "frames"), -1.0, 1.0)
RATES = ((8, 16), (8, 16), (2, 4), (2, 4))  # times longer, kernel: 256 samples for each frame
KERNELS, DILATIONS = (3, 7, 11), (1, 3, 5)


def hifigan_v1(precision: str) -> onnx.ModelProto:
    """Kong et al. 2020: mel frames -> samples, 256 for each frame, 22,050 a second."""
    g = Graph("hifigan_v1", (MEL,), precision)

    def leaky(x: str) -> str:
        return g.op("LeakyRelu", x, alpha=0.1)

    x, channels = conv(g, "mel", "in", 80, 512, 7, dims=1), 512
    for i, (rate, kernel) in enumerate(RATES):
        half = channels // 2
        x = conv_transpose(g, leaky(x), f"up{i}", channels, half, kernel, rate, (kernel - rate) // 2, dims=1)
        branches, channels = [], half
        for k in KERNELS:
            y = x
            for d in DILATIONS:
                name = f"{i}.{k}.{d}"
                z = conv(g, leaky(y), f"{name}.0", channels, channels, k, dilation=d, dims=1)
                z = conv(g, leaky(z), f"{name}.1", channels, channels, k, gain=RESIDUAL, dims=1)
                y = g.op("Add", y, z)
            branches.append(y)
        x = g.op("Div", g.op("Add", g.op("Add", branches[0], branches[1]), branches[2]), g.constant(3.0))
    return g.model(sound=g.op("Tanh", conv(g, leaky(x), "out", channels, 1, 7, dims=1)))


REFERENCES = (
    Reference(
        "hifigan_v1",
        "HiFi-GAN V1 vocoder",
        "tts",
        "hifigan_v1",
        "second of audio",
        (MEL,),
        hifigan_v1,
        {"frames": 86},
        note="86 frames of 256 samples are a second at 22,050 samples a second, but for 0.2 %",
    ),
)
