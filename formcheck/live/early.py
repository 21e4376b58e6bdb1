"""Faults while the movement is still under way, by the checkers' own measuring and judging.

A counted exercise's open repetition is measured and judged at every frame as if it ended there. What is too much
(a knee too far in) can be said as soon as it is clear; what is too little (a hold too short, hips not up) only when
the part of the movement in which it could still come has passed. Running is judged over the last steps.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from formcheck.events import SetClosed
from formcheck.exercises.lift import Context, Lift, Measured, Snapshot
from formcheck.exercises.rep_checker import RepChecker
from formcheck.exercises.running import RunningChecker
from formcheck.motion.scale import BodyScale
from formcheck.motion.segmentation import Motion, Sample, Span, measure_span, usual_amplitude
from formcheck.motion.view import View
from formcheck.pose.landmarks import Side
from formcheck.pose.pose import Pose
from formcheck.results import Rep, Verdict

Verdicts = Sequence[Verdict]

CLEAR_FOR_S: Final = 0.1
"""A fault is clear once it has been one for this long, in frame after frame."""

_SHORTFALLS: Final = frozenset({"hips_short", "lift_height"})
"""Checks whose value is what is missing: high while the movement rises, and no fault before it has turned."""

_RISEN_SHARE: Final = 0.6
"""Share of the usual rise from which too much is too much."""
_FIRST_RISE: Final = 2.5
"""The same before any repetition is known, as a multiple of the rise that begins one."""
_REST_BEFORE_S: Final = 0.6
_CONTEXT_EVERY_S: Final = 0.5
_KEPT_S: Final = 40.0


class EarlyJudge:
    """Judges the open repetition of one counted exercise, frame by frame; look at `faults`."""

    def __init__(self, checker: RepChecker) -> None:
        self._checker = checker
        self._moving = {word: motion for motion, word in checker.phases.items()}
        self._scale = BodyScale()
        self._window: deque[Snapshot] = deque()
        self._so_far = Context(View(), ())
        self._read_s = math.nan
        self._began_s = math.nan
        self._faulty_since: dict[str, float] = {}
        self._side: Side | None = checker.side

    def update(self, pose: Pose) -> Verdicts:
        """The faults that are clear after this pose, which the checker has seen already; most serious first."""
        motion = self._moving.get(self._checker.phase(), Motion.REST)
        self._remember(pose, resting=motion is Motion.REST)
        if motion is Motion.REST:
            self._began_s = math.nan
            self._faulty_since.clear()
            return ()
        if math.isnan(self._began_s):
            self._began_s, self._read_s = pose.t_s, math.nan
        return self._clear(pose.t_s, self._open(motion), motion)

    def since_s(self, check: str) -> float:
        """Since when a fault of the open repetition has stood; NaN where it does not."""
        return self._faulty_since.get(check, math.nan)

    def closed(self, rep: Rep) -> None:
        """A repetition ended: what was wrong in it is its own."""
        self._side = self._checker.side or rep.side
        self._began_s = math.nan
        self._faulty_since.clear()

    def _remember(self, pose: Pose, *, resting: bool) -> None:
        seen = pose.found and pose.visibility[[11, 12, 23, 24]].min() >= 0.5
        scale_px = self._scale.update(pose, resting=resting)
        blank = Snapshot(pose.t_s, math.nan, armed=False, values={})
        self._window.append(self._checker.look(pose, scale_px) if seen else blank)
        while self._window[0].t_s < pose.t_s - _KEPT_S:
            self._window.popleft()

    def _open(self, motion: Motion) -> Verdicts:
        """The verdicts on the repetition under way, once it has risen far enough to be one."""
        counts = [(s.t_s, s.count) for s in self._window if s.t_s >= self._from_s() and math.isfinite(s.count)]
        span = self._span(counts)
        context = self._context()
        if span is None or span.amplitude < self._least_rise(context):
            return ()
        kind = self._checker.classify(self._lift(span))
        side = self._side or kind.side
        if kind.what != "rep" or (motion is Motion.RISING and self._side is None):
            return ()
        lift = self._lift(self._timed(span, side))
        numbers, features = self._checker.measure(lift, side), self._checker.features(lift, side)
        measured = Measured(len(context.reps) + 1, lift.span, side, numbers, features)
        return self._checker.judge(measured, replace(context, reps=(*context.reps, measured)))

    def _from_s(self) -> float:
        return self._began_s - self._checker.counting.rest_beside_s

    def _span(self, samples: Sequence[Sample]) -> Span | None:
        if len(samples) < 3:
            return None
        peak_s = max(samples, key=lambda sample: sample[1])[0]
        return measure_span(samples, peak_s, self._checker.counting, closed=False)

    def _timed(self, span: Span, side: Side | None) -> Span:
        """Its times read from the signal that shows them best, as the checker will read them."""
        name = self._checker.timed_by(side)
        values = [(s.t_s, s.values.get(name, math.nan)) for s in self._window if s.t_s >= self._from_s()]
        timed = self._span([(t_s, value) for t_s, value in values if math.isfinite(value)])
        return replace(timed, rest=span.rest, peak=span.peak) if timed else span

    def _lift(self, span: Span) -> Lift:
        frames = tuple(s for s in self._window if span.start_s - 1e-9 <= s.t_s <= span.end_s + 1e-9)
        before = tuple(s for s in self._window if span.start_s - _REST_BEFORE_S <= s.t_s <= span.start_s)
        return Lift(span=span, before=before or frames[:1], frames=frames)

    def _context(self) -> Context:
        """The set so far; read once a repetition and every half second, since the view takes its time."""
        if math.isnan(self._read_s) or self._window[-1].t_s - self._read_s >= _CONTEXT_EVERY_S:
            self._read_s = self._window[-1].t_s
            self._so_far = self._checker.measured()
        return self._so_far

    def _least_rise(self, context: Context) -> float:
        usual = usual_amplitude(rep.span.amplitude for rep in context.reps if rep.complete)
        return _RISEN_SHARE * usual if math.isfinite(usual) else _FIRST_RISE * self._checker.counting.enter

    def _clear(self, t_s: float, verdicts: Verdicts, motion: Motion) -> Verdicts:
        faults = [v for v in verdicts if v.state == "fault" and self._ripe(v, motion)]
        now = {v.check for v in faults}
        self._faulty_since = {check: since for check, since in self._faulty_since.items() if check in now}
        for check in now:
            self._faulty_since.setdefault(check, t_s)
        return [v for v in faults if t_s - self._faulty_since[v.check] >= CLEAR_FOR_S - 1e-9]

    def _ripe(self, verdict: Verdict, motion: Motion) -> bool:
        """Whether the verdict can no longer be mended by the rest of the repetition."""
        if verdict.above is not False and verdict.check not in _SHORTFALLS:
            return True
        if verdict.check == "lowering_time":
            return self._checker.lowers_first and motion in (Motion.TOP, Motion.FALLING)
        return motion is Motion.FALLING


class RunningJudge:
    """Judges a run by its last 6 to 12 seconds, every 6 seconds, with two checkers that take turns."""

    EVERY_S: Final = 6.0

    def __init__(self, checker: RunningChecker) -> None:
        kind = type(checker)
        self._older, self._newer = (kind(checker.params, checker.side) for _ in range(2))
        self._turned_s = math.nan

    def update(self, pose: Pose) -> Verdicts:
        """All verdicts on the last steps, now and then; otherwise nothing."""
        self._turned_s = pose.t_s if math.isnan(self._turned_s) else self._turned_s
        for checker in (self._older, self._newer):
            checker.update(pose)
        if pose.t_s - self._turned_s < self.EVERY_S:
            return ()
        self._turned_s = pose.t_s
        closed = self._older.finish()[-1]
        assert isinstance(closed, SetClosed), "a checker's last event is SetClosed"
        self._older.reset()
        self._older, self._newer = self._newer, self._older
        return closed.verdicts
