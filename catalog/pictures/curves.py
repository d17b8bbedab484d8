"""Curves that are worked out: activations and their softened step, losses over training, errors over size.

Curves of training are of the usual shape, not of one experiment, and say so by having no numbers on their axes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from catalog.pictures.canvas import Canvas
from catalog.pictures.plots import Axis, Bar, Line, Point, bars, lines

SIGNALS = Axis("what comes in", -4, 4, tuple((v, f"{v:g}".replace("-", "−")) for v in (-4, -2, 0, 2, 4)))


def _curve(f: Callable[[float], float], low: float, high: float, points: int = 60) -> list[Point]:
    step = (high - low) / points
    return [(low + i * step, f(low + i * step)) for i in range(points + 1)]


def _done(canvas: Canvas, caption: str) -> Canvas:
    canvas.caption(caption)
    return canvas


def activation_function() -> Canvas:
    canvas = Canvas(
        "Three activation functions",
        "Three curves over what comes in from minus 4 to 4: the sigmoid rises from 0 to 1, tanh from minus 1 to 1, and "
        "ReLU is 0 below zero and the input itself above.",
    )
    up = Axis("what goes out", -1.2, 3, ((-1, "−1"), (0, "0"), (1, "1"), (2, "2"), (3, "3")))
    series = [
        Line("sigmoid", "in", _curve(lambda x: 1 / (1 + math.exp(-x)), -4, 4)),
        Line("tanh", "out", _curve(math.tanh, -4, 4)),
        Line("ReLU", "work", [(-4, 0), (0, 0), (3, 3)]),
    ]
    lines(canvas, SIGNALS, up, series)
    return _done(canvas, "Without such a bend between layers, many layers would do no more than one.")


def _rectifier(title: str, alt: str, slopes: Sequence[tuple[str, str, float]], caption: str) -> Canvas:
    canvas = Canvas(title, alt)
    up = Axis("what goes out", -2, 4, ((-2, "−2"), (0, "0"), (2, "2"), (4, "4")))
    series = [
        Line(name, kind, [(-4, -4 * slope), (0, 0), (4, 4)], dashed=n > 0)
        for n, (name, kind, slope) in enumerate(slopes)
    ]
    lines(canvas, SIGNALS, up, series, 150)
    return _done(canvas, caption)


def relu() -> Canvas:
    return _rectifier(
        "ReLU, a rectifier",
        "A flat line at zero for everything below zero, and a straight line upwards above it.",
        [("max(0, x)", "work", 0.0)],
        "The cheapest bend there is: what is negative becomes 0. Its slope above zero is 1, so errors pass back whole.",
    )


def leaky_relu() -> Canvas:
    return _rectifier(
        "Leaky ReLU",
        "Like ReLU, but below zero the line goes on with a slight slope, here a tenth, drawn against ReLU's flat line.",
        [("leaky, slope 0.1", "work", 0.1), ("ReLU", "plain", 0.0)],
        "A unit that is below zero still passes a little back, so it cannot die. The usual slope is 0.01; 0.1 is drawn "
        "so that it can be seen.",
    )


def prelu() -> Canvas:
    return _rectifier(
        "PReLU",
        "Three lines that are the same above zero and have slopes of 0.05, 0.25 and 0.5 below it: which is learnt.",
        [("slope 0.25, where it starts", "work", 0.25), ("0.05", "in", 0.05), ("0.5", "out", 0.5)],
        "The slope below zero is a weight like any other: each channel learns its own.",
    )


def softmax() -> Canvas:
    scores = (("crack", 3.0), ("stain", 2.0), ("fold", 0.5), ("good", -1.0))
    total = sum(math.exp(score) for _, score in scores)
    shares = [(name, score, math.exp(score) / total) for name, score in scores]
    canvas = Canvas(
        "Softmax",
        "Four scores become shares that add up to 100 %: "
        + ", ".join(f"{name} {score:g} becomes {share:.0%}" for name, score, share in shares).replace("%", " %")
        + ".",
    )
    rows = [
        Bar(f"{name}: score {score:g}".replace("-", "−"), share, f"{share * 100:.0f} %", "work")
        for name, score, share in shares
    ]
    bars(canvas, rows)
    return _done(canvas, "One more in the score is e, 2.7 times, the share. A large share is not proof of being right.")


def sampling() -> Canvas:
    words = (("pump", 2.0), ("valve", 1.2), ("seal", 0.6), ("cat", -1.5))

    def share(score: float, temperature: float) -> float:
        return math.exp(score / temperature) / sum(math.exp(s / temperature) for _, s in words)

    canvas = Canvas(
        "Temperature in sampling",
        "The chance of four next words at a temperature of 0.5 and of 1.5: when cold the first word takes nearly all, "
        "when hot the unlikely ones get a share.",
    )
    cold, hot = (tuple((n, share(s, t)) for n, s in words) for t in (0.5, 1.5))
    for name, shares, kind in (("0.5", cold, "in"), ("1.5", hot, "out")):
        bars(canvas, [Bar(f"{word}, at {name}", p, f"{p * 100:.0f} %", kind) for word, p in shares], longest=1)
    return _done(canvas, "Cold repeats itself and stays on the subject; hot surprises, and strays. Scores are made up.")


TRAINING = Axis("passes over the data", 0, 1)


def _down(x: float) -> float:
    return 0.12 + 0.8 * math.exp(-5 * x)


def _held_out(x: float) -> float:
    return 0.2 + 0.75 * math.exp(-6 * x) + 0.55 * math.pow(max(0.0, x - 0.35), 1.6)


def overfitting() -> Canvas:
    canvas = Canvas(
        "Overfitting",
        "The error on the training data falls all the way; the error on data held back falls, then rises again.",
    )
    series = [
        Line("on the training data", "work", _curve(_down, 0, 1)),
        Line("on data held back", "bad", _curve(_held_out, 0, 1)),
    ]
    lines(canvas, TRAINING, Axis("error", 0, 1), series)
    return _done(
        canvas,
        "Where the two part, the network has begun to learn its examples by heart. More data helps "
        "more than a bigger GPU.",
    )


def early_stopping() -> Canvas:
    best = min((_held_out(x / 100), x / 100) for x in range(100))[1]
    canvas = Canvas(
        "Early stopping",
        "The error on held-back data falls and rises again; a dashed line marks its lowest point, where the weights "
        "are kept, and training ends a little later.",
    )
    end = best + 0.22
    series = [
        Line("error on data held back", "work", _curve(_held_out, 0, end)),
        Line("what would have come", "plain", _curve(_held_out, end, 1), dashed=True),
        Line("best: these weights are kept", "out", [(best, 0), (best, 0.9)], dashed=True),
        Line("patience is over", "bad", [(end, 0), (end, 0.9)], dashed=True),
    ]
    lines(canvas, TRAINING, Axis("error", 0, 1), series)
    return _done(canvas, "It saves the passes that would have made things worse, and their cost.")


def double_descent() -> Canvas:
    canvas = Canvas(
        "Double descent",
        "The error on new data falls, rises to a peak where the network is just big enough to learn every example by "
        "heart, and falls again beyond.",
    )

    def error(x: float) -> float:
        return 0.25 + 0.5 * math.exp(-9 * x) + 0.55 * math.exp(-(((x - 0.45) / 0.075) ** 2)) - 0.1 * max(0.0, x - 0.5)

    series = [
        Line("error on new data", "work", _curve(error, 0, 1, 90)),
        Line("just enough weights to learn all by heart", "bad", [(0.45, 0), (0.45, 1)], dashed=True),
    ]
    lines(canvas, Axis("weights in the network", 0, 1), Axis("error", 0, 1), series)
    return _done(canvas, "A bigger network is not always worse on little data: it can be better again beyond the peak.")


def learning_rate() -> Canvas:
    canvas = Canvas(
        "Learning rate",
        "Three curves of error over training: too small falls slowly, about right falls fast and settles, too large "
        "jumps about and rises.",
    )
    series = [
        Line("too small", "in", _curve(lambda x: 0.85 - 0.3 * x, 0, 1)),
        Line("about right", "work", _curve(lambda x: 0.1 + 0.75 * math.exp(-6 * x), 0, 1)),
        Line("too large", "bad", _curve(lambda x: 0.7 + 0.18 * x + (0.06 + 0.05 * x) * math.sin(45 * x), 0, 1, 120)),
    ]
    lines(canvas, TRAINING, Axis("error", 0, 1), series)
    return _done(canvas, "The most telling setting of all. Try a few short runs before you rent a long one.")


def gradient_descent() -> Canvas:
    def loss(x: float) -> float:
        return 0.1 + 0.8 * (x - 0.6) ** 2 / 0.36

    path = [0.02]
    for _ in range(9):
        path.append(path[-1] - 0.06 * 2 * 0.8 * (path[-1] - 0.6) / 0.36)
    canvas = Canvas(
        "Gradient descent",
        "A valley-shaped curve of error over one weight, and a path of steps down its side that grow shorter towards "
        "the bottom.",
    )
    series = [
        Line("error", "plain", _curve(loss, 0, 1)),
        Line("steps", "work", [(x, loss(x)) for x in path]),
        Line("", "work", [(path[1], 0), (path[1], loss(path[1]))], dashed=True),
        Line("", "work", [(path[2], 0), (path[2], loss(path[2]))], dashed=True),
        Line("", "work", [(path[3], 0), (path[3], loss(path[3]))], dashed=True),
    ]
    lines(canvas, Axis("one weight", 0, 1), Axis("error", 0, 1), series)
    return _done(
        canvas,
        "Each step goes downhill, further where it is steep. A real network does this with millions "
        "of weights at once.",
    )


def vanishing_gradient() -> Canvas:
    layers = (1, 2, 4, 6, 8, 10)
    rows = [
        Bar(f"{n} layer{'s' if n > 1 else ''} back", 0.25**n, f"{0.25**n:.2g} of it", "bad" if n > 4 else "work")
        for n in layers
    ]
    canvas = Canvas(
        "How a gradient vanishes",
        "What is left, at most, of an error signal after 1, 2, 4, 6, 8 and 10 layers with sigmoids: a quarter for "
        "each, so a millionth after ten.",
    )
    bars(canvas, rows)
    return _done(
        canvas,
        "A sigmoid's slope is at most 1/4, and slopes multiply (weights of 1 assumed). ReLU, skip "
        "connections and normalisation keep the signal alive.",
    )


CURVES: dict[str, Callable[[], Canvas]] = {
    f.__name__: f
    for f in (
        activation_function,
        relu,
        leaky_relu,
        prelu,
        softmax,
        sampling,
        overfitting,
        early_stopping,
        double_descent,
        learning_rate,
        gradient_descent,
        vanishing_gradient,
    )
}
