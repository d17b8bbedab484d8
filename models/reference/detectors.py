"""Detectors: where things are in a picture, and what they are.

What comes after the network (non-maximum suppression) is not part of the graphs: its work depends on the picture.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import onnx

from models.reference.convolutional import resnet50_stages
from models.reference.graph import Graph
from models.reference.layers import activation, conv, conv_bn, conv_transpose, doubled, linear, max_pool
from models.reference.spec import Input, Reference

SQUARE = Input("image", "float", ("batch", 3, "side", "side"))
PICTURE = Input("image", "float", ("batch", 3, "height", "width"), -1.0, 1.0)
COCO = {"height": 800, "width": 1280}
CLASSES = 80
PYRAMID = 256  # channels of a feature pyramid
PROPOSALS, MASKED = 1000, 100  # boxes a picture that the second stage looks at; those that get a mask


# -- YOLOv8 (Ultralytics 2023), size s: half the width and a third of the depth of the largest


def yolov8s(precision: str) -> onnx.ModelProto:
    g = Graph("yolov8s", (SQUARE,), precision)
    x = _silu(g, "image", "b0", 3, 32, 3, 2)
    kept = {}
    for stage, (filters, blocks) in enumerate(((64, 1), (128, 2), (256, 2), (512, 1))):
        x = _silu(g, x, f"down{stage}", filters // 2, filters, 3, 2)
        x = kept[filters] = _c2f(g, x, f"c2f{stage}", filters, filters, blocks, shortcut=True)
    y = pools = _silu(g, x, "sppf.in", 512, 256, 1)
    names = [y]
    for _ in range(3):
        pools = max_pool(g, pools, 5, 1, pad=2)
        names.append(pools)
    deep = _silu(g, g.op("Concat", *names, axis=1), "sppf.out", 1024, 512, 1)
    middle = _c2f(g, g.op("Concat", doubled(g, deep), kept[256], axis=1), "up0", 768, 256, 1)
    fine = _c2f(g, g.op("Concat", doubled(g, middle), kept[128], axis=1), "up1", 384, 128, 1)
    middle = g.op("Concat", _silu(g, fine, "again0", 128, 128, 3, 2), middle, axis=1)
    middle = _c2f(g, middle, "out1", 384, 256, 1)
    deep = g.op("Concat", _silu(g, middle, "again1", 256, 256, 3, 2), deep, axis=1)
    deep = _c2f(g, deep, "out2", 768, 512, 1)
    edges: list[str] = []
    scores: list[str] = []
    for i, (level, channels) in enumerate(((fine, 128), (middle, 256), (deep, 512))):
        for to, name, width, outputs in ((edges, "edges", 64, 64), (scores, "scores", 128, CLASSES)):
            y = _silu(g, level, f"{name}{i}.0", channels, width, 3)
            y = conv(g, _silu(g, y, f"{name}{i}.1", width, width, 3), f"{name}{i}.2", width, outputs, 1)
            to.append(g.op("Reshape", y, g.constant([0, outputs, -1])))
    # each edge is the mean of 16 distances weighed by how likely they are
    likely = g.op("Reshape", g.op("Concat", *edges, axis=2), g.constant([0, 4, 16, -1]))
    distances = g.op("Mul", g.op("Softmax", likely, axis=2), g.constant(np.arange(16.0).reshape(1, 1, 16, 1)))
    return g.model(
        edges=g.op("ReduceSum", distances, g.constant([2]), keepdims=0),
        scores=g.op("Sigmoid", g.op("Concat", *scores, axis=2)),
    )


def _silu(g: Graph, x: str, name: str, channels: int, filters: int, kernel: int, stride: int = 1) -> str:
    return conv_bn(g, x, name, channels, filters, kernel, stride, act="silu")


def _c2f(g: Graph, x: str, name: str, channels: int, filters: int, blocks: int, shortcut: bool = False) -> str:
    """Half of the channels go through blocks in turn; what each block gives is kept and joined."""
    half = filters // 2
    both = g.op("Split", _silu(g, x, f"{name}.in", channels, filters, 1), outputs=2, axis=1)
    y = f"{both}:1"
    kept = [both, y]
    for i in range(blocks):
        z = _silu(g, _silu(g, y, f"{name}.{i}.0", half, half, 3), f"{name}.{i}.1", half, half, 3)
        y = g.op("Add", y, z) if shortcut else z
        kept.append(y)
    return _silu(g, g.op("Concat", *kept, axis=1), f"{name}.out", half * (2 + blocks), filters, 1)


# -- ResNet-50 with a feature pyramid (Lin et al. 2017), under one stage (RetinaNet) or two (Mask R-CNN)


def _pyramid(g: Graph, stages: list[str], channels: tuple[int, ...]) -> list[str]:
    """Each stage in 256 channels, with what the coarser ones know added. Finest first."""
    above, levels = "", []
    for stage, width in reversed(list(zip(stages, channels, strict=True))):
        x = conv(g, stage, f"fpn.side{width}", width, PYRAMID, 1)
        above = g.op("Add", x, doubled(g, above)) if above else x
        levels.append(conv(g, above, f"fpn.out{width}", PYRAMID, PYRAMID))
    return levels[::-1]


def retinanet_r50(precision: str) -> onnx.ModelProto:
    """Lin et al. 2017, Focal loss for dense object detection: nine anchors at each place of five levels."""
    g = Graph("retinanet_r50", (PICTURE,), precision)
    stages = resnet50_stages(g, "image")[1:]
    levels = _pyramid(g, stages, (512, 1024, 2048))
    levels.append(conv(g, stages[-1], "fpn.p6", 2048, PYRAMID, stride=2))
    levels.append(conv(g, levels[-1], "fpn.p7", PYRAMID, PYRAMID, stride=2))
    scores: list[str] = []
    boxes: list[str] = []
    for level in levels:
        for to, name, outputs in ((scores, "scores", 9 * CLASSES), (boxes, "boxes", 9 * 4)):
            y = level
            for i in range(4):  # the same weights at all levels
                y = activation(g, conv(g, y, f"{name}.{i}", PYRAMID, PYRAMID, gain=sqrt(2.0)), "relu")
            y = g.op("Transpose", conv(g, y, name, PYRAMID, outputs), perm=[0, 2, 3, 1])
            to.append(g.op("Reshape", y, g.constant([0, -1, outputs // 9])))
    return g.model(scores=g.op("Sigmoid", g.op("Concat", *scores, axis=1)), boxes=g.op("Concat", *boxes, axis=1))


def mask_rcnn_r50(precision: str) -> onnx.ModelProto:
    """He et al. 2017. The boxes that the second stage looks at are fixed ones, spread over four levels by size, since
    choosing them is not part of the graph."""
    g = Graph("mask_rcnn_r50", (PICTURE,), precision)
    levels = _pyramid(g, resnet50_stages(g, "image"), (256, 512, 1024, 2048))
    scores: list[str] = []
    boxes: list[str] = []
    for level in (*levels, max_pool(g, levels[-1], 1, 2)):
        y = activation(g, conv(g, level, "rpn", PYRAMID, PYRAMID, gain=sqrt(2.0)), "relu")
        for to, name, outputs in ((scores, "rpn.scores", 3), (boxes, "rpn.boxes", 12)):
            to.append(g.op("Flatten", conv(g, y, name, PYRAMID, outputs, 1), axis=1))
    x = g.op("Flatten", _regions(g, levels, PROPOSALS, 7), axis=1)
    x = g.op("Relu", linear(g, x, "box.0", PYRAMID * 49, 1024, gain=sqrt(2.0)))
    x = g.op("Relu", linear(g, x, "box.1", 1024, 1024, gain=sqrt(2.0)))
    m = _regions(g, levels, MASKED, 14)
    for i in range(4):
        m = activation(g, conv(g, m, f"mask.{i}", PYRAMID, PYRAMID, gain=sqrt(2.0)), "relu")
    m = g.op("Relu", conv_transpose(g, m, "mask.up", PYRAMID, PYRAMID, 2, stride=2, gain=sqrt(2.0)))
    return g.model(
        proposal_scores=g.op("Sigmoid", g.op("Concat", *scores, axis=1)),
        proposal_boxes=g.op("Concat", *boxes, axis=1),
        scores=g.op("Softmax", linear(g, x, "box.scores", 1024, CLASSES + 1), axis=-1),
        boxes=linear(g, x, "box.boxes", 1024, CLASSES * 4),
        masks=g.op("Sigmoid", conv(g, m, "masks", PYRAMID, CLASSES, 1)),
    )


def _regions(g: Graph, levels: list[str], boxes: int, size: int) -> str:
    """[batch * boxes, 256, size, size]: features under fixed boxes, a quarter of them at each level."""
    image = np.random.default_rng(boxes)
    pictures = g.op("Shape", levels[0], end=1)
    numbers = g.op("Range", g.constant(0), g.op("Squeeze", pictures), g.constant(1))
    share = boxes // len(levels)
    owner = g.op("Expand", g.op("Unsqueeze", numbers, g.constant([1])), g.constant([1, share]))
    owner = g.op("Reshape", owner, g.constant([-1]))
    found = []
    for i, level in enumerate(levels):
        corner, length = image.random((share, 2)) * 160, image.random((share, 2)) * 60 * 2**i / 8 + 8
        fixed = g.constant(np.hstack([corner, corner + length]), np.float32)
        repeats = g.op("Concat", pictures, g.constant([1]), axis=0)
        found.append(
            g.op(
                "RoiAlign", g.op("Cast", level, to=1), g.op("Tile", fixed, repeats), owner,
                output_height=size, output_width=size, sampling_ratio=2, spatial_scale=1 / 2 ** (i + 2),
            )
        )  # fmt: skip
    joined = g.op("Cast", g.op("Concat", *found, axis=0), to=g.dtype)
    return g.declare(joined, (f"batch*{boxes}", PYRAMID, size, size))


REFERENCES = (
    Reference(
        "yolov8s", "YOLOv8s", "detector", "yolov8s", "image", (SQUARE,), yolov8s, {"side": 640},
        note="without non-maximum suppression",
    ),
    Reference(
        "retinanet_r50", "RetinaNet ResNet-50-FPN", "detector", "retinanet_r50", "image", (PICTURE,),
        retinanet_r50, COCO,
        note="without non-maximum suppression",
    ),
    Reference(
        "mask_rcnn_r50", "Mask R-CNN ResNet-50-FPN", "detector", "mask_rcnn_r50", "image", (PICTURE,),
        mask_rcnn_r50, COCO,
        note="1,000 fixed boxes a picture and 100 masks; without choosing boxes and non-maximum suppression",
    ),
)  # fmt: skip
