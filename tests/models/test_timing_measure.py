"""How long to measure and what to say of it, by a clock that the tests turn."""
from __future__ import annotations

import pytest

from models.timing.measure import FEWEST, Draw, durations, spread


class Clock:
    """Stands still until something takes time."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def takes(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize(
    ("step", "repeats", "seconds", "most", "expected"),
    [
        (0.01, 20, 1.0, 60.0, 100),  # the least time is what lasts longest
        (0.5, 20, 1.0, 60.0, 20),  # the least number is
        (10.0, 20, 1.0, 15.0, FEWEST),  # slow: no more than it takes to have a spread
        (2.0, 20, 1.0, 15.0, 8),  # slow: until the time is up
    ],
)
def test_repeats_go_on_until_number_and_time_are_reached(
    step: float, repeats: int, seconds: float, most: float, expected: int
) -> None:
    clock = Clock()
    taken = durations(lambda: clock.takes(step), repeats, seconds, most, clock=clock)
    assert len(taken) == pytest.approx(expected, abs=1)
    assert taken == pytest.approx([step] * len(taken))


def test_what_happens_between_runs_is_not_timed() -> None:
    clock = Clock()
    taken = durations(lambda: clock.takes(1.0), 5, 0.0, 60.0, between=lambda: clock.takes(3.0), clock=clock)
    assert taken == [1.0] * 5


def test_the_spread_is_of_durations_and_one_outlier_does_not_move_the_median() -> None:
    found = spread([1.0] * 8 + [2.0, 50.0])
    assert found.median == 1.0
    assert found.p10 == 1.0
    assert 2.0 <= found.p90 < 50.0


def test_power_is_the_energy_over_the_time_and_the_clock_a_median() -> None:
    clock = Clock()
    clocks = iter([1000.0, 1980.0, 1980.0, 1980.0] + [1980.0] * 20)
    draw = Draw(lambda: 999.0, lambda: 300.0 * clock.now, lambda: next(clocks), clock)
    for _ in range(10):
        clock.takes(0.2)
        draw.look()
    assert draw.power_w() == pytest.approx(300.0)
    assert draw.clock_mhz() == 1980.0


def test_without_an_energy_counter_power_is_the_last_reading() -> None:
    clock = Clock()
    powers = iter([80.0, 200.0, 280.0])
    draw = Draw(lambda: next(powers), lambda: None, lambda: None, clock)
    for _ in range(3):
        clock.takes(0.4)
        draw.look()
    assert draw.power_w() == 280.0
    assert draw.clock_mhz() is None


def test_power_over_too_short_a_time_is_not_said() -> None:
    clock = Clock()
    draw = Draw(lambda: 80.0, lambda: 1e6 * clock.now, lambda: None, clock)
    clock.takes(0.3)
    draw.look()
    assert draw.power_w() is None
