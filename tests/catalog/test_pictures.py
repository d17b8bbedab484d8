"""Every picture is whole, legible and its own: well-formed, titled, described, and nothing clipped or overprinted."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from catalog import pictures, store
from catalog.pictures import cards, forms
from catalog.pictures.canvas import STYLE, WIDTH, Canvas, text_width
from catalog.things import Catalog
from sizing import memory

CATALOG = store.build(store.apply({kind.name: {} for kind in store.schema.STORED}, store.packaged_changes()), 1)
IDS = pictures.ids(CATALOG)
NETWORKS = [article.id for article in CATALOG.articles.values() if article.group == "network"]
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {"title", "desc", "style", "rect", "circle", "text", "polyline", "polygon"}
Span = tuple[float, float, float, float]  # left, top, right, bottom

each = pytest.mark.parametrize("article", IDS)


@cache
def drawn(article: str) -> Element:
    svg = pictures.of(article, CATALOG)
    assert svg is not None
    return ElementTree.fromstring(svg)


def number(element: Element, name: str) -> float:
    return float(element.attrib[name])


def span(text: Element) -> Span:
    """The part of the sheet that a line of text takes."""
    size, x, y = number(text, "font-size"), number(text, "x"), number(text, "y")
    wide = text_width(text.text or "", size, "font-weight" in text.attrib)
    left = x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[text.attrib["text-anchor"]]
    return left, y - 0.75 * size, left + wide, y + 0.2 * size


def boxes(root: Element) -> list[Span]:
    """Rectangles that text may stand in: filled ones, less the paper."""
    filled = [r for r in root.iter(f"{SVG}rect") if r.attrib["class"] in ("in", "work", "out", "plain", "bad")]
    return [
        (number(r, "x"), number(r, "y"), number(r, "x") + number(r, "width"), number(r, "y") + number(r, "height"))
        for r in filled
    ]


def test_every_network_has_a_picture_and_many_other_articles() -> None:
    assert set(NETWORKS) <= set(IDS)
    assert len(NETWORKS) >= 33
    assert len(set(IDS) - set(NETWORKS)) >= 25


def test_every_picture_is_of_an_article() -> None:
    drawable = pictures.drawable()
    assert set(drawable) <= set(IDS)
    assert len(drawable) == len(set(drawable))
    assert pictures.of("no_such_article", CATALOG) is None
    assert pictures.alt("no_such_article", CATALOG) is None


@each
def test_it_is_whole(article: str) -> None:
    root = drawn(article)
    assert root.tag == f"{SVG}svg"
    title, desc, style = (root.findtext(SVG + tag) or "" for tag in ("title", "desc", "style"))
    assert 5 <= len(title) <= 70
    assert desc == pictures.alt(article, CATALOG)
    assert 40 <= len(desc) <= 420
    assert desc.endswith(".")
    assert style == STYLE  # the page's policy allows this text and no other
    assert {element.tag.removeprefix(SVG) for element in root.iter()} - {"svg"} <= SHAPES
    known = set(re.findall(r"\.([a-z-]+)\{", STYLE))
    for element in root.iter():
        assert element.attrib.get("class", "paper") in known
        assert not [name for name in element.attrib if name.startswith("on") or "href" in name or name == "style"]
        assert "nan" not in " ".join(element.attrib.values()).lower()


@each
def test_it_is_legible(article: str) -> None:
    """At 360 units wide every letter is at least 12 units, inside the sheet and its box, and none lies on another."""
    root = drawn(article)
    _, _, wide, high = map(float, root.attrib["viewBox"].split())
    assert wide == WIDTH
    assert 100 < high < 620
    texts = [(t.text or "", span(t), number(t, "font-size")) for t in root.iter(f"{SVG}text")]
    inside = boxes(root)
    for text, (left, top, right, bottom), size in texts:
        assert size >= 12, text
        assert left >= 3, text
        assert right <= wide - 3, text
        assert top >= 0, text
        assert bottom <= high, text
        x, y = (left + right) / 2, (top + bottom) / 2
        holders = [b for b in inside if b[0] < x < b[2] and b[1] < y < b[3]]
        if holders:
            box = min(holders, key=lambda b: (b[2] - b[0]) * (b[3] - b[1]))
            assert box[0] <= left + 1, text
            assert right - 1 <= box[2], text
            assert box[1] <= top + 1, text
            assert bottom - 1 <= box[3], text
    for n, (text, a, _) in enumerate(texts):
        for other, b, _ in texts[n + 1 :]:
            apart = a[2] <= b[0] + 0.5 or b[2] <= a[0] + 0.5 or a[3] <= b[1] + 0.5 or b[3] <= a[1] + 0.5
            assert apart, f"{text!r} lies on {other!r}"


@each
def test_nothing_is_drawn_off_the_sheet(article: str) -> None:
    root = drawn(article)
    _, _, wide, high = map(float, root.attrib["viewBox"].split())
    points = [
        (float(x), float(y))
        for shape in root.iter()
        for x, y in (pair.split(",") for pair in shape.attrib.get("points", "").split())
    ]
    points += [(c, d) for a, b, c, d in boxes(root)] + [(a, b) for a, b, _, _ in boxes(root)]
    for circle in root.iter(f"{SVG}circle"):
        x, y, r = (number(circle, name) for name in ("cx", "cy", "r"))
        points += [(x - r, y - r), (x + r, y + r)]
    assert [p for p in points if not (0 <= p[0] <= wide and 0 <= p[1] <= high)] == []


def test_no_two_are_the_same() -> None:
    """Not even but for their headings."""
    seen: dict[object, str] = {}
    for article in IDS:
        shapes = tuple(
            (e.tag, e.text, *sorted(e.attrib.items()))
            for e in drawn(article)
            if e.tag not in (f"{SVG}title", f"{SVG}desc", f"{SVG}style") and "font-weight" not in e.attrib
        )
        assert seen.setdefault(shapes, article) == article
    assert len({pictures.alt(article, CATALOG) for article in IDS}) == len(IDS)


def test_text_is_escaped() -> None:
    canvas = Canvas("A < B & C", "One <script>alert(1)</script>.")
    canvas.box(20, 60, 200, 40, "<b>")
    root = ElementTree.fromstring(canvas.svg())
    assert root.findtext(f"{SVG}title") == "A < B & C"
    assert not list(root.iter("script"))


def test_an_arrow_that_cannot_be_read_says_so() -> None:
    data = {"boxes": {"a": [0, 0, "A"], "b": [1, 0, "B"]}, "arrows": ["a => b"]}
    with pytest.raises(ValueError, match="'a => b' is not an arrow"):
        forms.flow(Canvas("A to B", "From A to B."), data)


def test_a_chart_shows_the_catalog_as_it_is_now() -> None:
    card = next(gpu for gpu in CATALOG.gpus.values() if gpu.id == "b300_sxm_288gb")
    more = replace(CATALOG, gpus={**CATALOG.gpus, card.id: replace(card, name="B300 reborn", memory_gb=512.0)})
    before, after = pictures.of("vram", CATALOG) or "", pictures.of("vram", more) or ""
    assert "512 GB" not in before
    assert "512 GB" in after
    assert "B300 reborn" in (pictures.alt("vram", more) or "")
    dearer = {key: replace(offer, hourly=replace(offer.hourly, amount=offer.hourly.amount * 3))
              for key, offer in CATALOG.offers.items()}  # fmt: skip
    assert pictures.of("cloud_gpu", replace(CATALOG, offers=dearer)) != pictures.of("cloud_gpu", CATALOG)
    assert pictures.of("cloud_vs_onprem", replace(CATALOG, offers=dearer)) != pictures.of("cloud_vs_onprem", CATALOG)


def test_without_figures_there_is_no_chart() -> None:
    empty = Catalog(1, articles=CATALOG.articles)
    drawn_anyway = set(pictures.ids(empty))
    assert {"vram", "cloud_gpu", "cloud_vs_onprem", "storage", "kv_cache", "rtx_4090"} & drawn_anyway == set()
    assert set(NETWORKS) <= drawn_anyway


def test_storage_has_its_figure_in_every_chart_of_it() -> None:
    for article, kind in (("hdd", "hdd"), ("ssd", "sata_ssd"), ("nvme", "nvme"), ("flash_array", "flash_array")):
        said = pictures.of(article, CATALOG) or ""
        assert any(f"{s.read_gbs:g} GB/s" in said for s in CATALOG.storage.values() if s.kind == kind), article


def test_fine_tuning_is_counted_as_sizing_counts_it() -> None:
    assert (cards.ADAPTER_SHARE, cards.QLORA_BITS) == (memory.ADAPTER_SHARE, memory.QLORA_BITS)


def test_laptops_are_laptops_cards() -> None:
    """Not the one old chip that is filed under their name, and no processor that shares its memory."""
    most = max(g.memory_gb for g in CATALOG.gpus.values() if g.laptop and g.memory_kind == "dedicated")
    assert f"to {most:g} GB;" in (pictures.alt("laptop", CATALOG) or "")
