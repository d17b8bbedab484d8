from __future__ import annotations

from typing import Any

import pytest

from sizing import units


@pytest.mark.parametrize(
    ("said", "base"),
    [
        ({"amount": 20, "unit": "images/s"}, (20.0, "image")),
        ({"amount": 600, "unit": "images per minute"}, (10.0, "image")),
        ({"amount": 500, "unit": "hours of audio/day"}, (500 / 86_400, "hour of audio")),
        ({"amount": 25, "unit": "fps"}, (25.0, "frame")),
        ({"amount": 12, "unit": "cameras"}, (12.0, "camera")),
        ({"amount": 30, "unit": "tokens/s"}, (30.0, "token")),
        (7, (7.0, "")),
        (None, None),
        ({"amount": None, "unit": "images/s"}, None),
        ({"amount": "many", "unit": "images/s"}, None),
        ({"amount": float("nan"), "unit": "images/s"}, None),
    ],
)
def test_rates(said: Any, base: tuple[float, str] | None) -> None:
    got = units.per_second(said)
    assert (got is None) == (base is None)
    if got is not None and base is not None:
        assert got[0] == pytest.approx(base[0])
        assert got[1] == base[1]


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ({"amount": 2, "unit": "days"}, 48.0),
        ({"amount": 90, "unit": "minutes"}, 1.5),
        ({"amount": 30, "unit": "s"}, 30 / 3600),
        ({"amount": 50, "unit": "ms"}, 0.05 / 3600),
        ({"amount": 1, "unit": "week"}, 168.0),
        (5, 5.0),
        ("real time", None),
        ({"amount": 3, "unit": "fortnights"}, None),
        (None, None),
    ],
)
def test_spans(said: Any, hours: float | None) -> None:
    assert units.hours(said) == (None if hours is None else pytest.approx(hours))


@pytest.mark.parametrize(
    ("said", "gb"), [("GB", 1.0), ("tb", 1000.0), ("GiB", 1.073741824), ("MB", 0.001), ("images", None), (None, None)]
)
def test_sizes_tell_decimal_from_binary(said: str | None, gb: float | None) -> None:
    assert units.gigabytes({"amount": 1, "unit": said}) == (None if gb is None else pytest.approx(gb))


@pytest.mark.parametrize(
    ("said", "pixels"),
    [
        ("1024x1024", (1024.0**2, 1.0)),
        ("640 × 480", (307_200.0, 1.0)),
        ("512x512x260", (512.0**2, 260.0)),
        ("1080p", (1920.0 * 1080, 1.0)),
        ("4K", (3840.0 * 2160, 1.0)),
        ("2.1 MP", (2.1e6, 1.0)),
        ("224", (224.0**2, 1.0)),
        ("0x10", None),
        ("large", None),
        ("1x2x3x4", None),
    ],
)
def test_pictures(said: str, pixels: tuple[float, float] | None) -> None:
    assert units.pixels(said) == pixels


@pytest.mark.parametrize(
    ("said", "format"),
    [
        ("Q4_K_M", "int4"),
        ("iq3_xs", "int4"),
        ("4-bit", "int4"),
        ("Q8_0", "int8"),
        ("8bit", "int8"),
        ("mixed", "fp16"),
        ("BF16", "bf16"),
        ("unquantized", "fp16"),
        (["fp8", "int4"], "fp8"),
        ("fp64", None),
        ("", None),
        (None, None),
    ],
)
def test_number_formats(said: Any, format: str | None) -> None:
    assert units.precision(said) == format


def test_one_or_several() -> None:
    assert units.as_list(None) == []
    assert units.as_list("rag") == ["rag"]
    assert units.as_list(("a", "b")) == ["a", "b"]
    assert units.first(["Rack", "tower"]) == "rack"
    assert units.first(None) == ""


@pytest.mark.parametrize(
    ("said", "bits", "sized"),
    [
        ("q5_k_m", 5.68, "int8"),
        ("iq4_xs", 4.25, "int4"),
        ("q2_k", 3.35, "int4"),
        ("6bpw", 6.1, "int8"),
        ("q4_k_m", None, "int4"),
    ],
)
def test_formats_of_model_files(said: str, bits: float | None, sized: str) -> None:
    assert units.file_bits(said) == (None if bits is None else pytest.approx(bits))
    assert units.precision(said) == sized


@pytest.mark.parametrize("said", ["1080p", "4K", "2160p", "1920x1080", "1280 x 720", "3840×2160", "full HD"])
def test_formats_of_film(said: str) -> None:
    assert units.filmed(said)


@pytest.mark.parametrize("said", ["1024x1024", "640x480", "512x512x260", "20MP", "224", "2048x1536"])
def test_sizes_that_are_no_format_of_film(said: str) -> None:
    assert not units.filmed(said)
