"""Intervals and matching, against values worked out by hand or published."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.accuracy_match import match_spans, match_times, overlap_s
from bench.intervals import described, f1, mean, share, slope, wilson


def test_wilson_interval_of_a_published_example() -> None:
    # Newcombe 1998, table I: 81 of 263 and 15 of 148.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)


def test_nothing_out_of_twenty_still_leaves_room_for_something() -> None:
    # Newcombe 1998: 0 of 20 gives 0 to 0.1611.
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(20, 20) == pytest.approx((0.8389, 1.0), abs=5e-5)


def test_no_observations_say_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert share(0, 0) is None
    assert mean([], []) is None
    assert f1(0, 0, 3) is None


@given(hits=st.integers(0, 300), more=st.integers(0, 300))
def test_wilson_interval_holds_the_share_and_stays_within_0_and_1(hits: int, more: int) -> None:
    n = hits + more
    low, high = wilson(hits, n)
    assert 0.0 <= low <= (hits / n if n else 0.5) + 1e-12
    assert (hits / n if n else 0.5) - 1e-12 <= high <= 1.0


def test_f1_is_the_harmonic_mean_of_precision_and_recall() -> None:
    figure = f1(found=8, missed=2, false=4)
    precision, recall = 8 / 12, 8 / 10
    assert figure is not None
    assert figure.value == pytest.approx(2 * precision * recall / (precision + recall))
    assert figure.low < figure.value < figure.high


def test_f1_without_any_error_keeps_an_interval() -> None:
    figure = f1(found=5, missed=0, false=0)
    assert figure is not None
    assert (figure.value, figure.high) == (1.0, 1.0)
    assert 0.5 < figure.low < 0.8


def test_mean_of_independent_values_has_the_usual_interval() -> None:
    figure = mean([1.0, 2.0, 3.0, 4.0], "abcd")
    standard_error = math.sqrt(5 / 3 / 4)
    assert figure is not None
    assert figure.value == 2.5
    assert figure.high - figure.value == pytest.approx(1.959964 * standard_error)


def test_values_repeated_within_a_clip_do_not_narrow_the_interval() -> None:
    once = mean([1.0, 2.0, 3.0, 4.0], "abcd")
    often = mean([1.0, 2.0, 3.0, 4.0] * 10, "abcd" * 10)
    assert once is not None
    assert often is not None
    assert often.high - often.low == pytest.approx(once.high - once.low)


def test_one_clip_gives_a_mean_but_no_interval() -> None:
    figure = mean([1.0, 3.0], "aa")
    assert figure == described(2.0, 2)
    assert not figure.has_interval


def test_slope_of_a_reading_that_sees_three_quarters() -> None:
    true = [0.0, 4.0, 8.0, 16.0]
    figure = slope(true, [3.0 + 0.75 * x for x in true], "abcd")
    assert figure is not None
    assert (figure.value, figure.low, figure.high) == pytest.approx((0.75, 0.75, 0.75))


def test_no_slope_without_spread_in_the_truth() -> None:
    assert slope([2.0, 2.0, 2.0], [1.0, 2.0, 3.0], "abc") is None


def test_spans_that_only_touch_share_no_time() -> None:
    assert overlap_s((0.0, 1.0), (1.0, 2.0)) == 0.0
    assert overlap_s((0.0, 2.0), (1.5, 4.0)) == 0.5


def test_a_repetition_is_matched_once_by_its_longest_overlap() -> None:
    true = [(0.0, 4.0), (5.0, 9.0)]
    read = [(0.5, 5.5), (5.6, 8.8)]
    assert match_spans(true, read) == {0: 0, 1: 1}


def test_two_repetitions_read_as_one_leave_one_unmatched() -> None:
    assert match_spans([(0.0, 4.0), (5.0, 8.0)], [(0.0, 8.0)]) == {0: 0}


def test_one_repetition_read_as_two_leaves_a_false_one() -> None:
    assert match_spans([(0.0, 8.0)], [(0.0, 3.0), (3.5, 8.0)]) == {0: 1}


def test_contacts_are_matched_to_the_nearest_within_reach() -> None:
    assert match_times([1.0, 1.3, 1.6], [1.02, 1.58, 2.4], within_s=0.15) == {0: 0, 2: 1}
