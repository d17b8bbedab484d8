"""How much is in the public data sets that people name: "ResNet-50 on ImageNet" says how many pictures that is."""

from __future__ import annotations

import re
from typing import Any

# name as `bot.hear` writes it, without blanks and hyphens -> (items of the training part, unit, source)
_SIZES: dict[str, tuple[float, str, str]] = {
    "imagenet": (1_281_167, "images", "Russakovsky and others 2015, ImageNet Large Scale Visual Recognition"),
    "imagenet1k": (1_281_167, "images", "Russakovsky and others 2015, ImageNet Large Scale Visual Recognition"),
    "imagenet21k": (14_197_122, "images", "Ridnik and others 2021, ImageNet-21K Pretraining for the Masses"),
    "coco": (118_287, "images", "COCO train2017, https://cocodataset.org"),
    "cifar10": (50_000, "images", "Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images"),
    "cifar100": (50_000, "images", "Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images"),
    "mnist": (60_000, "images", "LeCun and others 1998, the MNIST database"),
    "ade20k": (20_210, "images", "Zhou and others 2017, Scene Parsing through ADE20K Dataset"),
    "cityscapes": (2_975, "images", "Cordts and others 2016, the Cityscapes Dataset (fine annotations)"),
    "kitti": (7_481, "images", "Geiger and others 2012, KITTI object detection benchmark"),
    "librispeech": (960, "hours of audio", "Panayotov and others 2015, LibriSpeech"),
    "ljspeech": (24, "hours of audio", "Ito and Johnson 2017, the LJ Speech Dataset"),
    "squad": (87_599, "examples", "Rajpurkar and others 2016, SQuAD 1.1 training set"),
    "wikitext103": (103_000_000, "tokens", "Merity and others 2016, Pointer Sentinel Mixture Models"),
}


def size(name: object) -> dict[str, Any] | None:
    """{"amount", "unit", "source"} of a data set known by this name; None of any other."""
    found = _SIZES.get(re.sub(r"[\s_-]+", "", str(name).lower()))
    return None if found is None else {"amount": found[0], "unit": found[1], "source": found[2]}
