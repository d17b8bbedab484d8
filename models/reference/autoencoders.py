"""Autoencoders of 28 x 28 pictures: denoising (DAE), sparse (SAE), variational (VAE)."""

from __future__ import annotations

import onnx
from onnx import TensorProto

from models.reference.feedforward import VALUES, dense
from models.reference.graph import Graph
from models.reference.layers import linear
from models.reference.spec import Input, Reference

NOISE = Input("noise", "float", ("batch", 784), -0.3, 0.3)


def denoising(precision: str) -> onnx.ModelProto:
    """Vincent et al. 2008: what was spoilt by noise comes back clean."""
    g = Graph("dae", (VALUES, NOISE), precision)
    spoilt = g.op("Add", "values", "noise")
    return g.model(restored=dense(g, spoilt, (784, 1000, 500, 1000, 784), last="sigmoid"))


def sparse(precision: str) -> onnx.ModelProto:
    """More code than input, little of it active; the mean activity is what training keeps low."""
    g = Graph("sae", (VALUES,), precision)
    code = dense(g, "values", (784, 2000), "encoder", last="sigmoid")
    restored = dense(g, code, (2000, 784), "decoder", last="sigmoid")
    return g.model(restored=restored, activity=g.op("ReduceMean", code, axes=[1], keepdims=0))


def latent(g: Graph, mean: str, log_variance: str) -> str:
    """A draw from the normal distribution that the encoder found (Kingma and Welling 2013)."""
    noise = g.op("RandomNormalLike", g.op("Cast", mean, to=TensorProto.FLOAT), seed=1.0)
    deviation = g.op("Exp", g.op("Mul", log_variance, g.constant(0.5)))
    return g.op("Add", mean, g.op("Mul", deviation, g.op("Cast", noise, to=g.dtype)))


def variational(precision: str) -> onnx.ModelProto:
    g = Graph("vae", (VALUES,), precision)
    hidden = dense(g, "values", (784, 400), "encoder", last="relu")
    mean = linear(g, hidden, "mean", 400, 20)
    log_variance = linear(g, hidden, "log_variance", 400, 20)
    code = latent(g, mean, log_variance)
    restored = dense(g, code, (20, 400, 784), "decoder", last="sigmoid")
    return g.model(restored=restored, mean=mean, log_variance=log_variance)


REFERENCES = (
    Reference("dae", "Denoising autoencoder (DAE)", "autoencoder", "dae", "row", (VALUES, NOISE), denoising),
    Reference("sae", "Sparse autoencoder (SAE)", "autoencoder", "sae", "row", (VALUES,), sparse),
    Reference("vae", "Variational autoencoder (VAE)", "vae", "vae", "row", (VALUES,), variational),
)
