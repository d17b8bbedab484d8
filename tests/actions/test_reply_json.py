"""What a channel gets of a reply, and how sums are rounded."""

from __future__ import annotations

from actions.reply import Button, Provenance, Reply, Table
from actions.say import money


def test_every_part_that_is_there_travels_and_no_other() -> None:
    full = Reply(
        "fit", "It fits.", ("vram",), (Table("Memory", ("part",), (("weights",),)),), (Button("Why?", "why"),),
        (Provenance("memory", "16 GB", "computed", "the memory rule"),), {"fits": True},
    ).to_json()  # fmt: skip
    assert full == {
        "kind": "fit", "text": "It fits.", "topics": ("vram",), "fits": True,
        "tables": ({"title": "Memory", "columns": ("part",), "rows": (("weights",),)},),
        "buttons": ({"title": "Why?", "text": "why"},),
        "provenance": ({"figure": "memory", "value": "16 GB", "basis": "computed", "source": "the memory rule"},),
    }  # fmt: skip
    assert Reply("smalltalk", "Hello.").to_json() == {"kind": "smalltalk", "text": "Hello."}


def test_no_more_of_a_sum_is_said_than_is_known() -> None:
    assert [money(gbp) for gbp in (0, 7.5, 123.4, 1234.5, 12_345)] == ["£0", "£7.50", "£123", "£1,230", "£12,300"]
