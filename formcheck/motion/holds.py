"""Holding a position: from when to when somebody was in it, what broke it, and what was not seen.

A position is told by one number, its margin: zero or more is in position, one less than zero is clearly out of it.
Between the two a hold goes on that has begun, and none begins.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_EPSILON_S = 1e-9


@dataclass(frozen=True, slots=True)
class HoldRule:
    """What is a hold; seconds.

    Attributes:
        least_s: in position for less is passing through.
        out_s: out of position for longer breaks the hold; less is a wobble and counts as held.
        unseen_s: unseen for longer ends the hold; less leaves it open, neither held nor broken.
        frame_s: two poses further apart leave the time between them unseen.
    """

    least_s: float = 2.0
    out_s: float = 1.0
    unseen_s: float = 10.0
    frame_s: float = 0.4


@dataclass(frozen=True, slots=True)
class Hold:
    """One uninterrupted time in position, seconds.

    Attributes:
        unseen_s: how much of the time from start to end nobody saw.
        start_seen, end_seen: whether the person was seen getting into position and out of it.
    """

    start_s: float
    end_s: float
    unseen_s: float
    start_seen: bool
    end_seen: bool

    @property
    def held_s(self) -> float:
        """Seconds seen in position."""
        return self.end_s - self.start_s - self.unseen_s

    @property
    def middle_s(self) -> float:
        """Halfway through."""
        return (self.start_s + self.end_s) / 2


@dataclass(slots=True)
class _Open:
    start_s: float
    start_seen: bool
    in_s: float
    unseen_s: float = 0.0

    def hold(self, end_seen: bool) -> Hold:
        return Hold(self.start_s, self.in_s, self.unseen_s, self.start_seen, end_seen)


class HoldFinder:
    """Follows the margin of a position over time; memory does not grow."""

    def __init__(self, rule: HoldRule) -> None:
        self._rule = rule
        self._open: _Open | None = None
        self._seen_s = math.nan
        self._out_before = False

    @property
    def holding(self) -> bool:
        """Whether the person is in position, or was a moment ago."""
        return self._open is not None

    def update(self, t_s: float, margin: float) -> Hold | None:
        """Take the next margin, NaN where it was not seen; returns a hold that has just ended."""
        if not math.isfinite(margin):
            return self._unseen(t_s)
        gap_s = t_s - self._seen_s
        self._seen_s = t_s
        if self._open is None:
            self._begin(t_s, margin, gap_s)
            return None
        return self._go_on(self._open, t_s, margin, gap_s)

    def finish(self) -> Hold | None:
        """The stream ended, or was cut: what is open ends where it was last seen."""
        ended = self._ended(end_seen=False)
        self._seen_s, self._out_before = math.nan, False
        return ended

    def _begin(self, t_s: float, margin: float, gap_s: float) -> None:
        if margin >= 0:
            self._open = _Open(t_s, self._out_before and gap_s <= self._rule.frame_s, t_s)
        self._out_before = margin < 0

    def _go_on(self, hold: _Open, t_s: float, margin: float, gap_s: float) -> Hold | None:
        lost_s = gap_s if gap_s > self._rule.frame_s else 0.0
        if margin >= -1:
            hold.unseen_s += lost_s
            hold.in_s = t_s
            return None
        if lost_s or t_s - hold.in_s > self._rule.out_s + _EPSILON_S:
            self._out_before = True
            return self._ended(end_seen=not lost_s)  # gone when seen again: nobody saw when
        return None

    def _unseen(self, t_s: float) -> Hold | None:
        if self._open is None or t_s - self._seen_s <= self._rule.unseen_s:
            return None
        self._out_before = False
        return self._ended(end_seen=False)

    def _ended(self, *, end_seen: bool) -> Hold | None:
        ended, self._open = self._open, None
        if ended is None:
            return None
        hold = ended.hold(end_seen)
        return hold if hold.held_s >= self._rule.least_s - _EPSILON_S else None
