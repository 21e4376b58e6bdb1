"""A repetition among the others of its set: what it lies beyond, and what body and camera account for."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from formcheck.exercises.among_own import Yardstick, among_own
from formcheck.exercises.lift import Context, Measured
from formcheck.exercises.verdicts import state_of
from formcheck.motion.segmentation import Span
from formcheck.motion.view import View
from formcheck.pose.landmarks import Side

SPAN = Span(0.0, 1.0, 1.5, 2.0, 3.0, 0.0, 0.5, closed=True)
CLEAN, MOST = 2.0, 6.0
LIMIT, ERROR = 6.6, 3.0
YARD = Yardstick(
    change=lambda rep: rep.features["change"],
    alone=lambda rep: rep.features.get("alone", math.nan),
    clean=CLEAN,
    most=MOST,
    alike=4.0,
    told=14.0,
)


def rep(index: int, change: float, alone: float = CLEAN, side: Side = "left", complete: bool = True) -> Measured:
    """A repetition with the two readings that the yardstick takes."""
    return Measured(index, SPAN, side, {}, {"change": change, "alone": alone}, complete)


def beyond(reps: Sequence[Measured]) -> list[float]:
    """What each of them lies beyond a clean one."""
    context = Context(View(), tuple(reps))
    return [round(among_own(one, context, YARD, LIMIT, ERROR).value, 3) for one in reps]


def of(*changes: float, alone: float = CLEAN) -> list[float]:
    """The same, of repetitions with these changes that all read alike alone."""
    return beyond([rep(i, change, alone) for i, change in enumerate(changes, start=1)])


def test_where_the_zero_of_the_change_lies_does_not_matter() -> None:
    assert of(40.0, 41.0, 55.0) == of(-10.0, -9.0, 5.0) == [-0.5, 0.5, 14.5]


def test_one_good_repetition_among_faulty_ones_is_enough() -> None:
    assert of(0.0, 15.0, 15.0, 16.0) == [0.0, 15.0, 15.0, 16.0]


def test_one_in_eight_is_not_so_that_a_glitch_accuses_nobody() -> None:
    assert max(of(-15.0, 0.0, 0.5, 1.0, 0.0, 0.5, 1.0, 0.0)) < 4.0


def test_what_all_show_alike_counts_beyond_what_body_and_camera_account_for() -> None:
    assert of(0.0, 20.0, alone=CLEAN + MOST - 1) == [0.0, 20.0]
    assert of(0.0, 0.0, alone=CLEAN + MOST + 9) == [9.0, 9.0]


def test_a_lone_outlier_below_is_not_believed_to_be_the_only_clean_one() -> None:
    glitch, *others = beyond([rep(1, -15.0, alone=-15.0), rep(2, 0.0), rep(3, 0.0)])
    assert others == [15.0 - (15.0 + CLEAN - MOST)] * 2
    assert glitch < 0


@pytest.mark.parametrize(
    ("shared", "state"), [(0.0, "ok"), (7.9, "ok"), (8.1, "watch"), (12.0, "watch"), (16.0, "fault")]
)
def test_what_all_may_share_is_not_called_fine(shared: float, state: str) -> None:
    context = Context(View(), tuple(rep(i, 0.0, alone=CLEAN + shared) for i in (1, 2, 3)))
    assert state_of(among_own(context.reps[0], context, YARD, LIMIT, ERROR)) == state


def test_a_single_repetition_is_read_alone() -> None:
    assert of(123.0, alone=9.0) == [9.0 - CLEAN]


def test_the_other_side_and_partial_repetitions_are_no_yardstick() -> None:
    reps = [rep(1, 10.0), rep(2, 11.0), rep(3, 0.0, side="right"), rep(4, 0.0, complete=False)]
    assert beyond(reps[:2]) == beyond(reps)[:2]


def test_a_repetition_that_was_not_seen_has_no_value() -> None:
    unseen, *others = beyond([rep(1, math.nan, alone=math.nan), rep(2, 0.0), rep(3, 10.0)])
    assert math.isnan(unseen)
    assert others == [0.0, 10.0]


def test_without_a_reading_alone_the_change_decides() -> None:
    assert of(0.0, 10.0, alone=math.nan) == [0.0, pytest.approx(10.0)]
