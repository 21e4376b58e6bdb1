"""A position that is held: what makes it, and what is gathered while somebody is in it."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Final

from formcheck.motion.holds import Hold
from formcheck.pose.landmarks import SIDES, Side

_SAMPLE_EVERY_S: Final = 0.1
_KEPT_SAMPLES: Final = 1800
_KNOWN_SAMPLES: Final = 15
_EDGE_S: Final = 5.0
"""Getting from the edge of a position into its depth takes no longer."""
_NEAR: Final = 0.5
"""Share of the slack that still counts as the depth that is held."""
DEPTH: Final = "depth"
"""Name of the depth among the numbers of a position."""

_Depth = tuple[float, float, float]
"""Time, depth in the position, and how much of it is a matter of measuring."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that makes a position: ``value`` at or above ``limit``; ``slack`` below it is clearly out of it."""

    name: str
    value: float
    limit: float
    slack: float

    @property
    def margin(self) -> float:
        """0 at the limit, -1 at its slack; NaN where it was not seen."""
        return (self.value - self.limit) / self.slack


@dataclass(frozen=True, slots=True)
class Position:
    """How far somebody is in a stretch's position with one leg.

    Attributes:
        asked: all that makes the position; first its depth, which is shown over time and tells where a hold begins.
        values: further numbers that are measured while it is held, by name.
    """

    asked: tuple[Asked, ...]
    values: Mapping[str, float] = field(default_factory=dict)

    def numbers(self) -> dict[str, float]:
        """What is seen of the depth and of the further numbers."""
        depth = {DEPTH: self.asked[0].value} if self.asked else {}
        return {name: value for name, value in (depth | dict(self.values)).items() if math.isfinite(value)}

    @property
    def margin(self) -> float:
        """The least of what is asked; NaN when that cannot be told, since something was not seen."""
        margins = [each.margin for each in self.asked]
        seen = [margin for margin in margins if math.isfinite(margin)]
        if seen and len(seen) == len(margins):
            return min(margins)
        # What is seen to be clearly wrong settles it, whatever is hidden.
        return min(seen, default=math.nan) if min(seen, default=0.0) < -1 else math.nan


@dataclass(frozen=True, slots=True)
class HeldOnce:
    """One hold with its side and what was measured in it, medians by name."""

    hold: Hold
    side: Side
    values: Mapping[str, float]


class Tally:
    """What is gathered while a hold is open; memory is bounded, of a long hold the last minutes count."""

    def __init__(self) -> None:
        self._for_left: deque[float] = deque(maxlen=_KEPT_SAMPLES)
        self._numbers: dict[Side, dict[str, deque[float]]] = {side: {} for side in SIDES}
        self._first: dict[Side, list[_Depth]] = {side: [] for side in SIDES}
        self._last: dict[Side, deque[_Depth]] = {side: deque() for side in SIDES}
        self._began_s = math.nan
        self._sampled_s = -math.inf

    def add(self, t_s: float, positions: Mapping[Side, Position]) -> None:
        """Take a frame in position."""
        self._began_s = t_s if math.isnan(self._began_s) else self._began_s
        for side in SIDES:
            self._follow(side, t_s, positions[side])
        if t_s - self._sampled_s < _SAMPLE_EVERY_S - 1e-6:
            return
        self._sampled_s = t_s
        left, right = (known(positions[side].margin) for side in SIDES)
        self._for_left.append(left - right)
        for side in SIDES:
            for name, value in positions[side].numbers().items():
                self._numbers[side].setdefault(name, deque(maxlen=_KEPT_SAMPLES)).append(value)

    def _follow(self, side: Side, t_s: float, position: Position) -> None:
        """Depth at the two ends of the hold, frame by frame."""
        if not position.asked or not math.isfinite(position.asked[0].value):
            return
        depth = (t_s, position.asked[0].value, position.asked[0].slack)
        if t_s - self._began_s <= _EDGE_S:
            self._first[side].append(depth)
        last = self._last[side]
        last.append(depth)
        while last[0][0] < t_s - _EDGE_S:
            last.popleft()

    def fallen(self, positions: Mapping[Side, Position]) -> float:
        """How far the present depth lies below the one held so far; NaN while that is not known."""
        side = self._side()
        held, position = self._numbers[side].get(DEPTH, ()), positions[side]
        if len(held) < _KNOWN_SAMPLES or not position.asked:
            return math.nan
        return median(held) - position.asked[0].value

    def _side(self) -> Side:
        return "left" if self._for_left and median(self._for_left) > 0 else "right"

    def held(self, hold: Hold) -> HeldOnce:
        """The hold between its side's depths, without getting there and leaving."""
        side = self._side()
        values = {name: median(samples) for name, samples in self._numbers[side].items()}
        return HeldOnce(self._between_edges(hold, side, values.get(DEPTH, math.nan)), side, values)

    def _between_edges(self, hold: Hold, side: Side, level: float) -> Hold:
        """From the first frame near the depth that was held to the last one."""
        deep = [t_s for t_s, depth, slack in self._first[side] if depth >= level - _NEAR * slack]
        still = [t_s for t_s, depth, slack in self._last[side] if depth >= level - _NEAR * slack]
        start_s = deep[0] if deep else hold.start_s
        end_s = still[-1] if still else hold.end_s
        return replace(hold, start_s=start_s, end_s=end_s) if start_s <= end_s else hold


def known(margin: float) -> float:
    """A margin for comparing sides: what was not seen speaks for neither."""
    return min(margin, 1.0) if math.isfinite(margin) else -3.0
