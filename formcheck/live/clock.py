"""From capture stamps to the set's own time: the one place where clocks may misbehave.

The rule. A frame stamped no later than the one before, or up to a second earlier, is a duplicate or came late and
is left out. A gap of up to 30 s is waited for: the set goes on, and what was open across it is not judged. A stamp
that leaps farther, forward or back, is believed only when the next frame goes on from it. A clock put back then
counts as a gap of one second; a longer leap forward means that nobody looked: the set is closed before it, and its
time goes on by those 30 s, however far the clock leapt.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

LONGEST_GAP_S: Final = 30.0
"""A set goes on after a gap of up to this long."""

GAP_S: Final = 0.5
"""A gap worth telling; checkers end an open repetition after 0.4 s without a picture."""

LATE_S: Final = 1.0
"""How late a frame may come and still be taken for a late one rather than for another clock."""

PUT_BACK_S: Final = 1.0
"""How long a clock that was put back is taken to have stood."""

SAME_S: Final = 0.001
"""Frames closer together are one frame."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A frame's place in the set's time.

    Attributes:
        t_s: seconds since the first frame, strictly increasing.
        gap_s: time without a picture before it, where that is worth telling; else 0.
        away: the time before it was too long for the set to go on.
    """

    t_s: float
    gap_s: float = 0.0
    away: bool = False


class SetClock:
    """Puts capture stamps, in seconds of any clock, on the set's own time; see the module."""

    def __init__(self) -> None:
        self._stamp_s = math.nan
        self._t_s = 0.0
        self._leapt_s = math.nan

    def tick(self, stamp_s: float) -> Tick | None:
        """The place of the frame captured at ``stamp_s``; None for a frame to leave out."""
        if not math.isfinite(stamp_s):
            return None
        if math.isnan(self._stamp_s):
            self._stamp_s = stamp_s
            return Tick(0.0)
        step_s = stamp_s - self._stamp_s
        if -LATE_S <= step_s < SAME_S:
            return None
        if 0 < step_s <= LONGEST_GAP_S:
            return self._advance(stamp_s, step_s)
        return self._leap(stamp_s, step_s)

    def _advance(self, stamp_s: float, step_s: float, *, away: bool = False) -> Tick:
        self._stamp_s, self._leapt_s = stamp_s, math.nan
        self._t_s += step_s
        return Tick(self._t_s, step_s if step_s > GAP_S else 0.0, away)

    def _leap(self, stamp_s: float, step_s: float) -> Tick | None:
        if not 0 < stamp_s - self._leapt_s <= LATE_S:
            self._leapt_s = stamp_s
            return None
        if step_s < 0:
            return self._advance(stamp_s, PUT_BACK_S)
        return self._advance(stamp_s, LONGEST_GAP_S, away=True)
