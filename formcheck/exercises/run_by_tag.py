"""The pelvis's drop while running, from the tag on the waistband: at each mid-stance, degrees.

Landmarks say which foot is on the ground, the tag itself when its stance is in the middle: the pelvis is lowest then,
which a tag shows to a hundredth of a second and landmarks to a tenth.

What is level is read from standing still before the run, if that was filmed for a second or more. Else from halfway
between stances, where the pelvis goes over from one side to the other: that it is level there is an assumption.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np

from formcheck.exercises.by_tag import SQUARE_ON, UP
from formcheck.pose.landmarks import Side
from formcheck.pose.pose import Array
from formcheck.tag.angles import mean_turn
from formcheck.tag.heading import level_left_of
from formcheck.tag.pelvis import Pelvis
from formcheck.tag.resolve import SURE_MARGIN
from formcheck.tag.trust import trust_in

__all__ = ["LEAST_STEPS", "Drop", "TaggedRun"]

LEAST_STEPS: Final = 7
"""Dingenen 2018 averages over at least as many."""

_AROUND_S: Final = 0.085
"""Frames around mid-stance through which a parabola is laid: their plain mean would flatten the drop's peak."""

_MOST_OFF_S: Final = 0.17
"""Between the stance that landmarks tell and the pelvis's lowest place: half of the shortest step."""

_MOST_GAP_FRAMES: Final = 2.5
_BOB_SHARE: Final = 0.3
"""A low of less than this share of the run's usual bob is no stance: somebody stands, or shifts the weight."""

_STOOD_S: Final = 1.0
_SETTLING_S: Final = 0.4
_STOOD_SD_DEG: Final = 1.5
_MOST_DOUBT_DEG: Final = 1.5
_HIDDEN_ASYMMETRY_DEG: Final = 1.5
_NINE_IN_TEN: Final = 1.645
_LONGEST_STEP_S: Final = 0.6
_FLUTTER_DEG: Final = 10.0
_TOO_LOOSE_DEG: Final = 15.0
"""A pelvis nods by 3 to 7 degrees in running: more is the card's own, and beyond this nothing is read from it."""

_FEW: Final = "The tag was read in {count} steps of the {side} foot, {least} are needed: film at least 10 seconds."
_NOT_STOOD: Final = (
    "The pelvis was taken to be level halfway between two steps, which may hide a tilt to one side: stand still for 2 "
    "seconds before you run to show it."
)
_FLUTTERS: Final = "The tag nods by {degrees:.0f} degrees while you run: pin all four corners to a snug belt."


@dataclass(frozen=True, slots=True)
class Stance:
    """A mid-stance: which foot is on the ground, and when."""

    side: Side
    t_s: float


@dataclass(frozen=True, slots=True)
class Drop:
    """How far the free side sinks at mid-stance, mean over ``count`` steps with its band, and the step most like it."""

    value: float
    error: float
    time_s: float
    count: int
    reason: str = ""


@dataclass(frozen=True, eq=False)
class TaggedRun:
    """The tag over a run.

    Attributes:
        pelvis: the tag, resolved.
        steps: the run's mid-stances in order of time.
        error_deg: half-width of the band that more steps cannot take away.
    """

    pelvis: Pelvis
    steps: Sequence[Stance]
    error_deg: float

    def drop(self, side: Side) -> Drop:
        """The mean over the steps of one foot."""
        if self._not_worn:
            return Drop(math.nan, math.nan, math.nan, 0, self._not_worn)
        if self._nod_deg > _TOO_LOOSE_DEG:
            return Drop(math.nan, math.nan, math.nan, 0, _FLUTTERS.format(degrees=self._nod_deg))
        if self._doubt_deg > _MOST_DOUBT_DEG:
            return Drop(math.nan, math.nan, math.nan, 0, SQUARE_ON)
        own = [(middle_s, self.at(step)) for step, middle_s in self._middles_s.items() if step.side == side]
        steps = [(t_s, value) for t_s, value in own if math.isfinite(value)]
        if len(steps) < LEAST_STEPS:
            reason = _FEW.format(count=len(steps), side=side, least=LEAST_STEPS)
            return Drop(math.nan, math.nan, math.nan, len(steps), reason)
        values = np.array([value for _, value in steps])
        mean = float(values.mean())
        scatter = _NINE_IN_TEN * float(values.std(ddof=1)) / math.sqrt(len(values))
        level = 0.0 if self._stood.any() else _HIDDEN_ASYMMETRY_DEG
        best_s = min(steps, key=lambda step: round(abs(step[1] - mean), 6))[0]
        return Drop(mean, math.hypot(self.error_deg, scatter, level), best_s, len(values))

    def at(self, step: Stance) -> float:
        """The drop of the free side at one step; NaN where the tag was not seen, or shows no stance."""
        middle_s = self._middles_s.get(step, math.nan)
        inside = self.pelvis.within(middle_s - _AROUND_S, middle_s + _AROUND_S)
        if not inside.any():
            return math.nan
        sinks = 1.0 if step.side == "left" else -1.0
        return sinks * (_smoothed_at(middle_s, self.pelvis.t_s[inside], self._rise_deg[inside]) - self._level_deg)

    @cached_property
    def _middles_s(self) -> dict[Stance, float]:
        """When the pelvis is lowest in each stance; steps in which it does not sink are left out."""
        height_px = self.pelvis.corners_px.mean(axis=1)[:, 1]
        lows_s = _lows_s(self.pelvis.t_s, height_px, _MOST_GAP_FRAMES * self.pelvis.frame_s)
        middles_s: dict[Stance, float] = {}
        for step in self.steps:
            nearest_s = min(lows_s, key=lambda low_s: abs(low_s - step.t_s), default=math.inf)
            if abs(nearest_s - step.t_s) <= _MOST_OFF_S and nearest_s not in middles_s.values():
                middles_s[step] = nearest_s
        return middles_s

    @cached_property
    def remarks(self) -> tuple[str, ...]:
        """What there is to say about how the tag is worn and filmed."""
        trust = trust_in(self.pelvis)
        if trust.reason:
            return trust.remarks
        said = (
            (_NOT_STOOD, not self._stood.any()),
            (_FLUTTERS.format(degrees=self._nod_deg), self._nod_deg > _FLUTTER_DEG),
        )
        return (*trust.remarks, *(text for text, holds in said if holds))

    @cached_property
    def _not_worn(self) -> str:
        return trust_in(self.pelvis).reason

    @cached_property
    def _rise_deg(self) -> Array:
        """(n,) slope of the hip line, rising to the left."""
        return self._rises_deg(self.pelvis.resolved.turns)

    @cached_property
    def _doubt_deg(self) -> float:
        """How much another choice between both poses would change it."""
        resolved = self.pelvis.resolved
        others = self._rises_deg(resolved.others) - self._rise_deg
        unsure = resolved.margin < SURE_MARGIN
        return float(np.median(np.abs(others[unsure]))) * float(unsure.mean()) if unsure.any() else 0.0

    def _rises_deg(self, turns: Array) -> Array:
        left = turns @ self._left_in_tag
        slopes: Array = np.degrees(np.arcsin(np.clip(left @ UP, -1, 1)))
        return slopes

    @cached_property
    def _left_in_tag(self) -> Array:
        """(3,) the pelvis's left in the tag's axes: level while standing, or on the mean of the run."""
        inside = self._stood if self._stood.any() else self._ran
        turn = mean_turn(self.pelvis.resolved.turns[inside])
        direction: Array = turn.T @ level_left_of(turn, self.pelvis.left_of_tag(turn), UP)
        return direction

    @cached_property
    def _level_deg(self) -> float:
        if self._stood.any():
            return float(np.mean(self._rise_deg[self._stood]))
        halfway_s = [
            (one_s + two_s) / 2
            for (one, one_s), (two, two_s) in pairwise(self._middles_s.items())
            if one.side != two.side and two_s - one_s < _LONGEST_STEP_S
        ]
        at = np.interp(halfway_s, self.pelvis.t_s, self._rise_deg)
        return float(np.mean(at)) if len(at) else float(np.mean(self._rise_deg))

    @cached_property
    def _ran(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """(n,) frames from the first to the last step of the same foot: whole strides."""
        if len(self._middles_s) < 3:
            return np.ones(len(self.pelvis.t_s), dtype=bool)
        first, *later = self._middles_s
        last = [first, *(step for step in later if step.side == first.side)][-1]
        return self.pelvis.within(self._middles_s[first], self._middles_s[last])

    @cached_property
    def _stood(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """(n,) frames of standing still before the first step; none where that was shorter than a second."""
        nothing = np.zeros(len(self.pelvis.t_s), dtype=bool)
        if not self._middles_s:
            return nothing
        until_s = min(self._middles_s.values()) - _SETTLING_S
        before = self.pelvis.within(-math.inf, until_s)
        if before.sum() < 2 or np.ptp(self.pelvis.t_s[before]) < _STOOD_S:
            return nothing
        left = self.pelvis.resolved.turns[before] @ np.array([1.0, 0.0, 0.0]) @ UP
        still = float(np.degrees(np.std(left))) < _STOOD_SD_DEG
        return before if still else nothing

    @cached_property
    def _nod_deg(self) -> float:
        """How far the tag tips forward and back while running, the middle nine tenths."""
        turns = self.pelvis.resolved.turns[self._ran]
        if not len(turns):
            return 0.0
        tips = np.degrees(np.arcsin(np.clip(turns[:, :, 2] @ UP, -1, 1)))
        low, high = np.quantile(tips, [0.05, 0.95])
        return float(high - low)


def _lows_s(t_s: Array, down_px: Array, most_gap_s: float) -> list[float]:
    """When the tag is lower in the picture than before and after, by a fair share of how far it bobs."""
    lows_s = []
    bob_px = float(np.subtract(*np.quantile(down_px, [0.95, 0.05])))
    for i in np.flatnonzero((down_px[1:-1] >= down_px[:-2]) & (down_px[1:-1] > down_px[2:])) + 1:
        around = (np.abs(t_s - t_s[i]) <= _LONGEST_STEP_S / 2) & (t_s != t_s[i])
        before, after = down_px[around & (t_s < t_s[i])], down_px[around & (t_s > t_s[i])]
        sinks_px = down_px[i] - max(before.min(initial=np.inf), after.min(initial=np.inf))
        if sinks_px >= _BOB_SHARE * bob_px and t_s[i + 1] - t_s[i - 1] <= 2 * most_gap_s:
            lows_s.append(_vertex_s(t_s[i - 1 : i + 2], down_px[i - 1 : i + 2]))
    return lows_s


def _vertex_s(t_s: Array, values: Array) -> float:
    """Where the parabola through three points turns."""
    bend, slope, _ = np.polyfit(t_s - t_s[1], values, 2)
    return float(t_s[1] - slope / (2 * bend)) if bend < 0 else float(t_s[1])


def _smoothed_at(at_s: float, t_s: Array, values: Array) -> float:
    """A parabola through the frames around a time, there; of few frames their mean."""
    return float(np.polyfit(t_s - at_s, values, 2)[2]) if len(t_s) > 3 else float(np.mean(values))
