"""A hold is time seen in position: wobbles stay in it, breaks end it, what nobody saw is neither."""

from __future__ import annotations

import math

import pytest

from formcheck.motion.holds import Hold, HoldFinder, HoldRule

RULE = HoldRule(least_s=2.0, out_s=1.0, unseen_s=10.0)
IN, EDGE, OUT, UNSEEN = 0.5, -0.5, -3.0, math.nan


def holds(*parts: tuple[float, float], rate_hz: float = 20.0) -> list[Hold]:
    """The holds of margins that each last so many seconds."""
    finder, found, t_s = HoldFinder(RULE), [], 0.0
    for margin, seconds in parts:
        for _ in range(round(seconds * rate_hz)):
            found.append(finder.update(t_s, margin))
            t_s += 1 / rate_hz
    return [hold for hold in [*found, finder.finish()] if hold is not None]


@pytest.mark.parametrize("rate_hz", [10.0, 15.0, 30.0, 60.0])
def test_seconds_in_position_are_the_same_at_any_rate(rate_hz: float) -> None:
    (hold,) = holds((OUT, 2.0), (IN, 12.0), (OUT, 2.0), rate_hz=rate_hz)
    assert hold.held_s == pytest.approx(12.0, abs=1.5 / rate_hz)
    assert hold.start_s == pytest.approx(2.0, abs=1.5 / rate_hz)
    assert (hold.start_seen, hold.end_seen, hold.unseen_s) == (True, True, 0.0)


def test_a_wobble_stays_in_the_hold() -> None:
    (hold,) = holds((OUT, 1.0), (IN, 5.0), (OUT, 0.6), (IN, 4.0), (OUT, 2.0))
    assert hold.held_s == pytest.approx(9.6, abs=0.1)


def test_a_break_splits_it_and_is_no_part_of_either() -> None:
    first, second = holds((OUT, 1.0), (IN, 5.0), (OUT, 2.0), (IN, 4.0), (OUT, 2.0))
    assert first.held_s == pytest.approx(5.0, abs=0.1)
    assert second.held_s == pytest.approx(4.0, abs=0.1)
    assert second.start_s - first.end_s == pytest.approx(2.0, abs=0.1)


def test_passing_through_is_no_hold() -> None:
    assert holds((OUT, 1.0), (IN, 1.8), (OUT, 2.0)) == []


def test_near_the_edge_a_hold_goes_on_but_none_begins() -> None:
    (hold,) = holds((OUT, 1.0), (EDGE, 5.0), (IN, 3.0), (EDGE, 4.0), (OUT, 2.0))
    assert hold.start_s == pytest.approx(6.0, abs=0.1)
    assert hold.held_s == pytest.approx(7.0, abs=0.1)


def test_what_nobody_saw_is_neither_held_nor_a_break() -> None:
    (hold,) = holds((OUT, 1.0), (IN, 5.0), (UNSEEN, 3.0), (IN, 4.0), (OUT, 2.0))
    assert hold.held_s == pytest.approx(9.0, abs=0.1)
    assert hold.unseen_s == pytest.approx(3.0, abs=0.1)


def test_who_is_gone_when_seen_again_left_nobody_knows_when() -> None:
    (hold,) = holds((OUT, 1.0), (IN, 5.0), (UNSEEN, 3.0), (OUT, 2.0))
    assert hold.held_s == pytest.approx(5.0, abs=0.1)
    assert not hold.end_seen


def test_unseen_for_long_ends_a_hold() -> None:
    first, second = holds((OUT, 1.0), (IN, 5.0), (UNSEEN, 12.0), (IN, 4.0), (OUT, 2.0))
    assert (first.end_seen, second.start_seen) == (False, False)
    assert first.unseen_s == second.unseen_s == 0.0


def test_a_film_that_begins_or_ends_in_position_says_so() -> None:
    (hold,) = holds((IN, 6.0))
    assert (hold.start_seen, hold.end_seen) == (False, False)
    assert hold.held_s == pytest.approx(6.0, abs=0.1)


def test_short_dropouts_change_nothing() -> None:
    parts = [part for _ in range(20) for part in ((IN, 0.4), (UNSEEN, 0.2))]
    (hold,) = holds((OUT, 1.0), *parts, (IN, 0.2), (OUT, 2.0))
    assert hold.held_s == pytest.approx(12.2, abs=0.15)
    assert hold.unseen_s == 0.0


def test_memory_does_not_grow_with_a_long_hold() -> None:
    finder = HoldFinder(RULE)
    for i in range(200_000):
        finder.update(i / 20, IN)
    hold = finder.finish()
    assert hold is not None
    assert hold.held_s == pytest.approx(10_000, abs=1)
