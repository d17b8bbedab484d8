"""What is asked again when, over days that pass in the test."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import pairwise

from actions.quizzing import scheduler
from catalog.progress import Record

DAY0 = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)


def days(n: float) -> datetime:
    return DAY0 + timedelta(days=n)


def history(article: str, *answers: tuple[float, bool]) -> Record:
    record: Record | None = None
    for day, right in answers:
        record = scheduler.answered(article, record, right, days(day))
    assert record is not None
    return record


def test_what_is_right_comes_back_later_each_time() -> None:
    record, at, gaps = history("vram", (0, True)), DAY0, []
    for _ in range(4):
        due = scheduler.due(record)
        gaps.append(due - at)
        at = due
        record = scheduler.answered("vram", record, True, at)
    assert gaps[0] >= timedelta(days=1)
    assert all(later > 1.5 * earlier for earlier, later in pairwise(gaps))
    assert (record.asked, record.right) == (5, 5)


def test_what_is_wrong_comes_back_in_the_same_sitting() -> None:
    record = history("vram", (0, False))
    assert scheduler.due(record) - DAY0 == scheduler.AGAIN
    late = history("vram", (0, True), (3, True), (12, False))
    assert scheduler.due(late) - days(12) == scheduler.AGAIN
    assert (late.asked, late.right, late.last_right) == (3, 2, False)


def test_known_is_what_was_right_and_is_not_forgotten() -> None:
    record = history("vram", (0, True))
    assert scheduler.known(record, days(1))
    assert not scheduler.known(record, days(200))
    assert not scheduler.known(history("vram", (0, True), (1, False)), days(1))


def test_due_first_then_new_then_the_rest_and_the_latest_last() -> None:
    records = {
        "a": history("a", (0, True), (3, True)),  # due far ahead
        "b": history("b", (0, False)),  # due within minutes
        "c": history("c", (0, True)),  # due in days
    }
    scope = ["a", "new", "b", "c", "other"]
    assert scheduler.order(scope, records, days(0.5), ()) == ["b", "new", "other", "c", "a"]
    assert scheduler.order(scope, records, days(60), ())[:3] == ["b", "c", "a"]
    assert scheduler.order(scope, records, days(60), ("b", "c"))[0] == "a"
    assert set(scheduler.order(scope, records, days(60), ("b", "gone"))) == set(scope)


def test_weak_is_what_was_wrong_last_or_as_often_as_right() -> None:
    records = {
        "fine": history("fine", (0, True), (2, True)),
        "mended": history("mended", (0, False), (1, True), (2, True)),
        "shaky": history("shaky", (0, False), (1, True)),
        "wrong": history("wrong", (0, True), (2, False)),
    }
    assert scheduler.weak(records) == ["wrong", "shaky"]
