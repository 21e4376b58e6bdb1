"""Capture stamps of every unfortunate kind become one set time that goes on and never repeats."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from formcheck.live.clock import LONGEST_GAP_S, PUT_BACK_S, SetClock, Tick


def ticks(stamps: Sequence[float]) -> list[Tick | None]:
    clock = SetClock()
    return [clock.tick(stamp) for stamp in stamps]


def times(stamps: Sequence[float]) -> list[float | None]:
    return [None if tick is None else round(tick.t_s, 6) for tick in ticks(stamps)]


def test_time_starts_at_the_first_frame() -> None:
    assert times([1e9, 1e9 + 0.04, 1e9 + 0.08]) == pytest.approx([0.0, 0.04, 0.08], abs=1e-6)


@pytest.mark.parametrize("late", [1.0, 0.97, 0.2, 1.0005])
def test_a_duplicate_or_late_frame_is_left_out(late: float) -> None:
    assert times([0.9, 1.0, late, 1.1]) == [0.0, 0.1, None, 0.2]


@pytest.mark.parametrize("stamp", [math.nan, math.inf, -math.inf])
def test_a_stamp_that_is_no_number_is_left_out(stamp: float) -> None:
    assert times([0.0, stamp, 0.1]) == [0.0, None, 0.1]


def test_a_gap_is_told_and_waited_for() -> None:
    told = ticks([0.0, 0.04, 5.04])[2]
    assert told is not None
    assert (told.gap_s, told.away) == (pytest.approx(5.0), False)


def test_usual_steps_are_no_gap() -> None:
    assert all(tick is not None and tick.gap_s == 0 for tick in ticks([0.0, 0.1, 0.3, 0.7]))


def test_a_longer_absence_ends_the_set_once_a_second_frame_bears_it_out() -> None:
    after = LONGEST_GAP_S + 10
    alone, second = ticks([0.0, 0.04, after, after + 0.04])[2:]
    assert alone is None
    assert second is not None
    assert second.away


def test_one_frame_with_a_wild_stamp_changes_nothing() -> None:
    assert times([0.0, 0.1, 3600.0, 0.2, -3600.0, 0.3]) == [0.0, 0.1, None, 0.2, None, 0.3]


def test_a_clock_put_back_goes_on_after_a_second() -> None:
    told = ticks([100.0, 100.1, 40.0, 40.1, 40.2])
    assert told[2] is None
    assert told[3] is not None
    assert (told[3].t_s, told[3].gap_s) == (pytest.approx(0.1 + PUT_BACK_S), PUT_BACK_S)
    assert told[4] is not None
    assert told[4].t_s == pytest.approx(0.2 + PUT_BACK_S)


@example([-9007199254740992.0, -1.0, 0.0, 1.0])
@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=60))
def test_whatever_comes_time_only_goes_on(stamps: list[float]) -> None:
    told = [tick.t_s for tick in ticks(stamps) if tick is not None]
    assert all(later > earlier for earlier, later in pairwise(told))
    assert all(math.isfinite(t_s) for t_s in told)
