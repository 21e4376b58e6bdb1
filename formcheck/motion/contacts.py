"""Foot contacts while running, from how the two feet move against each other.

The *wave* is left foot minus right foot along one direction of the image: fore-aft seen from the
side, vertical seen from behind. It turns once a step, the two sides in alternation, whatever the
camera's distance. Standing, squatting and jumping move both feet alike and leave it flat.
"""

from __future__ import annotations

import cmath
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np

from formcheck.pose.pose import Array


@dataclass(frozen=True, slots=True)
class Turn:
    """A highest (``sign`` +1) or lowest (-1) point of a signal, between samples if need be."""

    t_s: float
    value: float
    sign: int


class TurningPoints:
    """Alternating highest and lowest points of an evenly sampled signal.

    A point is confirmed once the signal has come back from it by ``floor`` or by ``share`` of the
    usual swing, whichever is more. Unseen (NaN) samples make it start over.
    """

    def __init__(self, floor: float, share: float = 0.35) -> None:
        self._floor, self._share = floor, share
        self._swings: deque[float] = deque(maxlen=6)
        self.start_over()

    def start_over(self) -> None:
        """Forget the signal so far, but not its usual swing."""
        self._recent: deque[tuple[float, float]] = deque(maxlen=2)
        self._candidate: dict[int, Turn | None] = {1: None, -1: None}
        self._best = {1: -math.inf, -1: -math.inf}
        self._seeking = 0
        self._last: Turn | None = None

    def push(self, t_s: float, value: float) -> Turn | None:
        """Take the next sample; returns the turning point that it confirms, if any."""
        if not math.isfinite(value):
            self.start_over()
            return None
        self._recent.append((t_s, value)) if not self._recent else self._follow(t_s, value)
        return self._confirmed(value)

    def _follow(self, t_s: float, value: float) -> None:
        """Keep the furthest point on each side; the sample after it places it between samples."""
        for sign in (1, -1):
            v1 = self._recent[-1][1]
            if len(self._recent) == 2 and sign * v1 >= self._best[sign] and sign * value < sign * v1:
                self._candidate[sign] = _vertex(self._recent[0], self._recent[1], (t_s, value), sign)
            self._best[sign] = max(self._best[sign], sign * v1, sign * value)
        self._recent.append((t_s, value))

    def _confirmed(self, value: float) -> Turn | None:
        back = max(self._floor, self._share * median(self._swings) if self._swings else 0.0)
        for sign in (1, -1):
            if self._seeking in (0, sign) and self._best[sign] - sign * value > back:
                turn = self._candidate[sign]
                self._seek(-sign, value, turn)
                return turn
        return None

    def _seek(self, sign: int, value: float, turn: Turn | None) -> None:
        self._seeking = sign
        self._candidate[sign], self._best[sign] = None, sign * value
        if turn is not None and self._last is not None:
            self._swings.append(abs(turn.value - self._last.value))
        self._last = turn


def _vertex(before: tuple[float, float], top: tuple[float, float], after: tuple[float, float], sign: int) -> Turn:
    """The turning point of the parabola through three even samples."""
    (t0, v0), (t1, v1), (_, v2) = before, top, after
    bend = v0 - 2 * v1 + v2
    shift = 0.5 * (v0 - v2) / bend if bend else 0.0
    return Turn(t_s=t1 + shift * (t1 - t0), value=v1 - 0.25 * (v0 - v2) * shift, sign=sign)


@dataclass(frozen=True, slots=True)
class StepRule:
    """What counts as running.

    Attributes:
        floor: smallest swing of the wave, in trunk lengths, that can be a step.
        share: of the usual swing, how far the wave has to come back before a turn counts.
        slowest_spm, fastest_spm: cadences that can be running, steps a minute.
        low_after: from a turn of the wave to the hips' lowest point, as a share of the step, the range while
            running. Seen from the side, a runner's hips are lowest at mid-stance and a walker's when the feet
            are furthest apart. None where this does not tell them apart.
        surely_spm: cadence from which nobody walks, however the hips move: an over-strider vaults over
            the foot much like a walker.
        confirm: regular steps before anything is called running.
    """

    floor: float
    slowest_spm: float
    fastest_spm: float = 240.0
    low_after: tuple[float, float] | None = None
    confirm: int = 6
    share: float = 0.35
    surely_spm: float = 140.0


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a run: the wave's turn. ``bout`` numbers the unbroken runs of a recording."""

    t_s: float
    sign: int
    bout: int


class StepFinder:
    """Finds the steps of running in the wave; walking, standing and single jumps give none.

    Steps come in retrospect once ``confirm`` of them were regular. Memory is bounded.
    """

    def __init__(self, rule: StepRule) -> None:
        self._rule = rule
        self._turns = TurningPoints(rule.floor, rule.share)
        self._chain: deque[Turn] = deque(maxlen=8)
        self._heights: deque[tuple[float, float]] = deque()
        self._bout = 0
        self.running = False
        self.walking_steps = 0

    def push(self, t_s: float, wave: float, height: float) -> list[Step]:
        """Take the next even sample: the wave and the hips' height, in trunk lengths."""
        self._heights.append((t_s, height))
        while self._heights[0][0] < t_s - 4.0:
            self._heights.popleft()
        turn = self._turns.push(t_s, wave)
        if turn is not None:
            return self._step(turn)
        if self._chain and t_s - self._chain[-1].t_s > 1.5:
            self._break()
        return []

    def cut(self) -> None:
        """The film was cut: what comes is another run."""
        self._turns.start_over()
        self._break()

    def _break(self) -> None:
        self._chain.clear()
        self.running = False

    def _step(self, turn: Turn) -> list[Step]:
        if self._chain and not self._follows(turn):
            self._break()
        self._chain.append(turn)
        if len(self._chain) < self._rule.confirm:
            return []
        was_running, self.running = self.running, self._is_running()
        if not self.running:
            self.walking_steps += 1
            return []
        if was_running:
            return [Step(turn.t_s, turn.sign, self._bout)]
        self._bout += 1
        return [Step(t.t_s, t.sign, self._bout) for t in list(self._chain)[-self._rule.confirm :]]

    def _follows(self, turn: Turn) -> bool:
        """Whether this is the next step, or a later one of the same rhythm with the steps between unseen."""
        interval = turn.t_s - self._chain[-1].t_s
        if len(self._chain) < 3:
            return turn.sign != self._chain[-1].sign and 0.2 < interval < 1.0
        usual = step_s(self._chain)
        steps = round(interval / usual)
        alternates = (steps % 2 == 1) == (turn.sign != self._chain[-1].sign)
        return 1 <= steps <= 4 and alternates and abs(interval - steps * usual) < 0.4 * usual

    def _is_running(self) -> bool:
        recent = list(self._chain)[-self._rule.confirm :]
        cadence_spm = 60 / step_s(recent)
        if not self._rule.slowest_spm <= cadence_spm <= self._rule.fastest_spm:
            return False
        if self._rule.low_after is None or cadence_spm >= self._rule.surely_spm:
            return True
        low = self._low_after(recent)
        return math.isnan(low) or self._rule.low_after[0] <= low <= self._rule.low_after[1]

    def _low_after(self, turns: Sequence[Turn]) -> float:
        """From a turn to the hips' lowest point, as a share of the step; NaN if the hips were not seen."""
        t, height = np.array(self._heights).T
        bounce = [
            _first_harmonic(t[inside], height[inside], a.t_s, b.t_s)
            for a, b in pairwise(turns)
            if (inside := (t >= a.t_s) & (t < b.t_s) & np.isfinite(height)).sum() > 4
        ]
        return (cmath.phase(sum(bounce)) + math.pi) / (2 * math.pi) % 1 if bounce else math.nan


def _first_harmonic(t: Array, height: Array, start_s: float, end_s: float) -> complex:
    """Complex amplitude of one oscillation over the step; its phase tells when the height is greatest."""
    share = (t - start_s) / (end_s - start_s)
    level = height - np.polyval(np.polyfit(share, height, 1), share)
    return complex(np.mean(level * np.exp(2j * np.pi * share)))


def step_s(turns: Sequence[Turn] | deque[Turn]) -> float:
    """Median time of a step."""
    return float(np.median(np.diff([turn.t_s for turn in turns])))


_REWEIGHED = 4
_FINEST_S = 0.005
"""Rounds of weighing, and the scatter that no contact is finer than."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """Steps a minute, half the width of the band they lie in with about 95%, and the time they were taken over."""

    spm: float
    error_spm: float
    seconds_s: float


def cadence(steps: Sequence[Step], least: int = 6, clock_error_spm: float = 0.5) -> Cadence | None:
    """Cadence of the longest steady part of a run; None for fewer than ``least`` steady steps.

    A line through the times of the steps, with one constant offset between left and right, gives the
    time of a step; missed steps are counted in. The foot whose times scatter less weighs more: seen from the side,
    the far one is often covered. Two standard errors plus ``clock_error_spm`` make the band.
    """
    steady = max((_steady(bout) for bout in _bouts(steps)), key=len, default=[])
    if len(steady) < least:
        return None
    t = np.array([step.t_s for step in steady])
    signs = np.array([float(step.sign) for step in steady])
    period_s, period_error_s = _period(t, _numbers(t), signs)
    spm = 60 / period_s
    return Cadence(spm, clock_error_spm + 2 * spm * period_error_s / period_s, float(t[-1] - t[0]))


def _period(t: Array, number: Array, signs: Array) -> tuple[float, float]:
    """Time of a step and its standard error, by least squares weighed by each foot's own scatter."""
    design = np.column_stack([np.ones_like(number), number, signs])
    weights = np.ones_like(t)
    for _ in range(_REWEIGHED):
        normal = design.T @ (weights[:, None] * design)
        coefficients = np.linalg.solve(normal, design.T @ (weights * t))
        squares = (t - design @ coefficients) ** 2
        scatter = {sign: float(np.mean(squares[signs == sign])) + _FINEST_S**2 for sign in (-1.0, 1.0)}
        weights = np.array([1 / scatter[sign] for sign in signs])
    unit_variance = float(np.sum(weights * squares)) / (len(t) - 3)
    return float(coefficients[1]), math.sqrt(unit_variance * float(np.linalg.inv(normal)[1, 1]))


def _bouts(steps: Sequence[Step]) -> list[list[Step]]:
    numbers = sorted({step.bout for step in steps})
    return [[step for step in steps if step.bout == number] for number in numbers]


def _numbers(t: Array) -> Array:
    """The running number of each step, missed ones counted in."""
    intervals = np.diff(t)
    numbers: Array = np.concatenate([[0.0], np.cumsum(np.round(intervals / np.median(intervals)))])
    return numbers


def _steady(bout: list[Step], tolerance: float = 0.08) -> list[Step]:
    """The longest part whose rhythm stays within ``tolerance``: not the treadmill's start and stop.

    Rhythm is that of strides, two steps each, so that a limp is steady.
    """
    if len(bout) < 4:
        return []
    t = np.array([step.t_s for step in bout])
    number = _numbers(t)
    pace = (t[2:] - t[:-2]) / np.maximum(number[2:] - number[:-2], 1)
    local = np.array([np.median(pace[max(0, i - 2) : i + 3]) for i in range(len(pace))])
    within = np.abs(local - np.median(local)) <= tolerance * np.median(local)
    start, end = _longest_true(within)
    return bout[start : end + 2] if end > start else []


def exchanged(steps: Sequence[Step], within_s: float = 2.5) -> list[bool]:
    """For each step, whether its sides are exchanged against the greater part of the run.

    Where a run is broken off and goes on in the same rhythm within ``within_s``, left and right must
    still alternate across the break; if they do not, the legs were confused there.
    """
    flips: list[bool] = []
    flipped, before = False, None
    for bout in _bouts(steps):
        if before is not None and _out_of_turn(before, bout, within_s):
            flipped = not flipped
        flips += [flipped] * len(bout)
        before = bout
    return flips if 2 * sum(flips) <= len(flips) else [not flip for flip in flips]


def _out_of_turn(before: list[Step], after: list[Step], within_s: float) -> bool:
    """Whether the rhythm carried on from one bout to the next gives the same foot twice."""
    gap_s = after[0].t_s - before[-1].t_s
    pace_s = float(np.median(np.diff([step.t_s for step in before[-7:]])))
    steps = round(gap_s / pace_s)
    if steps < 1 or gap_s > within_s or abs(gap_s - steps * pace_s) > 0.25 * pace_s:
        return False
    return (steps % 2 == 1) != (after[0].sign != before[-1].sign)


def _longest_true(mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> tuple[int, int]:
    """Half-open range of the longest stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(int)))
    stretches = [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    return max(stretches, key=lambda stretch: stretch[1] - stretch[0], default=(0, 0))
