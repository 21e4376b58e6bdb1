"""What all counted exercises share: from a frame's numbers to repetitions with measures and verdicts.

An exercise says what it looks at in one frame (:meth:`RepChecker.look`), what kind of movement a
found repetition was (:meth:`RepChecker.classify`), what it measures in it (:meth:`RepChecker.measure`)
and how it judges that among the other repetitions of the set (:meth:`RepChecker.judge`).
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np

from formcheck.events import Event, PhaseChanged, RepClosed, SetClosed
from formcheck.exercises.base import Checker, time_after
from formcheck.exercises.by_tag import TagAngle, TaggedSet, tag_remarks
from formcheck.exercises.lift import Context, Kind, Lift, Measured, Number, Snapshot, median_of
from formcheck.exercises.verdicts import summarise
from formcheck.motion.leaps import FARTHEST_TRUNKS, LeapWatch
from formcheck.motion.scale import BodyScale
from formcheck.motion.segmentation import Counting, Motion, RepSegmenter, Span, measure_span, usual_amplitude
from formcheck.motion.view import View, ViewMonitor
from formcheck.pose.landmarks import SIDES, Landmark, Side
from formcheck.pose.pose import Pose
from formcheck.results import Rep, Verdict
from formcheck.tag.pelvis import Pelvis, TagRecord
from formcheck.trace import Signal

_TRUNK = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
_REST_BEFORE_S = 0.6
_OTHER_SIDE = "It was not counted: leave the side to be found, or say that the recording is mirrored."
_LEAST_TRUNK_VISIBILITY = 0.5


class RepChecker(Checker):
    """A checker that counts repetitions.

    Class attributes: ``counting`` says how the signal is cut; ``complete_share`` is the share of the
    person's usual amplitude that a complete repetition reaches; ``phases`` names the motions;
    ``lowers_first`` tells whether lowering comes before the turn (squats) or after it (lifts);
    ``shown_from_rest`` names signals shown as their change since the repetition began; ``tag_measure`` names the
    pelvis's angle where a tag on the waistband can measure it.
    """

    counting: ClassVar[Counting]
    complete_share: ClassVar[float] = 0.6
    phases: ClassVar[Mapping[Motion, str]] = {motion: motion.value for motion in Motion}
    lowers_first: ClassVar[bool] = False
    shown_from_rest: ClassVar[frozenset[str]] = frozenset()
    tag_measure: ClassVar[str] = ""

    def reset(self) -> None:
        self._segmenter = RepSegmenter(self.counting)
        self._scale = BodyScale()
        self._monitor = ViewMonitor()
        self._window: deque[Snapshot] = deque()
        self._reps: list[Measured] = []
        self._references: list[Measured] = []
        self._remarks: dict[str, None] = {}
        self._phase = self.phases[Motion.REST]
        self._at_rest: dict[str, float] = {}
        self._last_s = -math.inf
        self._leaps = LeapWatch()
        self._templates = tuple(self.signals())
        self._tags = TagRecord()

    @abstractmethod
    def look(self, pose: Pose, scale_px: float) -> Snapshot:
        """The frame's numbers; ``scale_px`` is the person's trunk length in pixels."""

    @abstractmethod
    def classify(self, lift: Lift) -> Kind:
        """Whether this movement is a repetition of the exercise, and with which side."""

    @abstractmethod
    def measure(self, lift: Lift, side: Side | None) -> Mapping[str, Number]:
        """Everything measured in one repetition."""

    def features(self, lift: Lift, side: Side | None) -> Mapping[str, float]:
        """What learned estimates of the repetition rest on, by name; see :mod:`formcheck.exercises.estimates`."""
        return {}

    def features_in_set(self, rep: Measured, context: Context) -> Mapping[str, float]:
        """The repetition's features and those that only the set gives it, as its reference lifts."""
        return rep.features

    def timed_by(self, side: Side | None) -> str:
        """The value among a snapshot's that shows start, hold and end best; none of that name: the count."""
        return ""

    @abstractmethod
    def judge(self, rep: Measured, context: Context) -> Sequence[Verdict]:
        """One verdict for each check, in the order of ``about.checks``."""

    def tag_angle(self, rep: Measured, context: Context) -> TagAngle | None:
        """The pelvis's angle that a tag on the waistband shows, ``tag_measure`` in results; None without a tag."""
        return None

    def update(self, pose: Pose) -> Sequence[Event]:
        self._last_s = time_after(self._last_s, pose)
        self._monitor.update(pose)
        self._tags.add(pose)
        events = self._after_jump(pose)
        snapshot = self._snapshot(pose)
        self._remember(snapshot)
        span = self._segmenter.update(snapshot.t_s, snapshot.count, snapshot.armed)
        events += self._closed(span)
        return events + self._phase_event()

    def finish(self) -> Sequence[Event]:
        events = self._closed(self._segmenter.finish())
        context = self._context()
        reps = tuple(self._report(rep, context) for rep in context.reps)
        return [*events, self._set_closed(reps, context.tagged)]

    def measured(self) -> Context:
        """The set so far: every repetition with what was measured in it."""
        return self._context()

    def view(self) -> View:
        return self._monitor.view()

    def phase(self) -> str:
        return self._phase

    def live_signals(self) -> Sequence[tuple[Signal, float]]:
        return [(signal, self._shown(signal.name)) for signal in self._templates]

    def _shown(self, name: str) -> float:
        if not self._window:
            return math.nan
        newest = self._window[-1]
        value = newest.values.get(name, newest.count)
        return value - self._at_rest.get(name, math.nan) if name in self.shown_from_rest else value

    def signals(self) -> Sequence[Signal]:
        """Templates of the signals worth showing; a name not among a snapshot's values is the count."""
        return [Signal(name="count", title=self.about.counts, unit="trunk lengths", values=np.empty(0))]

    def _snapshot(self, pose: Pose) -> Snapshot:
        if not _trunk_seen(pose):
            return Snapshot(pose.t_s, math.nan, armed=False, values={})
        return self.look(pose, self._scale.update(pose, resting=self._segmenter.motion is Motion.REST))

    def _remember(self, snapshot: Snapshot) -> None:
        self._window.append(snapshot)
        oldest_s = snapshot.t_s - self.counting.max_s - self.counting.rest_window_s
        while self._window[0].t_s < oldest_s:
            self._window.popleft()

    def _after_jump(self, pose: Pose) -> list[Event]:
        """A body that leaps farther than a body can was cut or is another person: end what is open."""
        moved_px = self._leaps.moved_px(pose)
        if math.isnan(moved_px) or not moved_px > FARTHEST_TRUNKS * self._scale.update(pose, resting=False):
            return []
        self._scale = BodyScale()
        return self._closed(self._segmenter.cut())

    def _phase_event(self) -> list[Event]:
        phase = self.phases[self._segmenter.motion]
        if phase == self._phase:
            return []
        if self._phase == self.phases[Motion.REST]:
            self._learn_rest()
        self._phase = phase
        return [PhaseChanged(t_s=self._last_s, phase=phase)]

    def _learn_rest(self) -> None:
        """Where each signal stood just before the movement that now begins."""
        recent = [s for s in self._window if s.t_s >= self._last_s - _REST_BEFORE_S]
        for name in self.shown_from_rest:
            self._at_rest[name] = median_of([s.values.get(name, math.nan) for s in recent])

    def _closed(self, span: Span | None) -> list[Event]:
        if span is None:
            return []
        lift = self._lift(span)
        kind = self.classify(lift)
        if kind.remark:
            self._remarks[kind.remark] = None
        if kind.what == "other":
            return []
        if kind.what == "rep" and self.side and kind.side not in (None, self.side):
            self._remarks[f"You asked for the {self.side} side; this was done with the {kind.side}. {_OTHER_SIDE}"] = (
                None
            )
            return []
        side = (self.side or kind.side) if kind.what == "rep" and self.about.dose.per_side else None
        lift = self._lift(self._timed(span, kind.side))
        index = len(self._reps) + 1
        measured = Measured(index, lift.span, side, self.measure(lift, side), self.features(lift, side))
        return self._kept(kind, measured)

    def _kept(self, kind: Kind, measured: Measured) -> list[Event]:
        """Put a repetition or a reference lift among the others."""
        if kind.what == "reference":
            self._references.append(replace(measured, index=0))
            return []
        if self._unfinished(measured, self._usual_amplitude()):
            return []
        self._reps.append(measured)
        context = self._context()
        return [RepClosed(t_s=self._last_s, rep=self._report(context.reps[-1], context))]

    def _timed(self, span: Span, side: Side | None) -> Span:
        """The same repetition with its times read from the signal that shows them best."""
        name = self.timed_by(side)
        before_s = max((r.span.end_s for r in (*self._reps, *self._references)), default=-math.inf)
        from_s = max(before_s, span.start_s - self.counting.rest_window_s)
        values = [(s.t_s, s.values.get(name, math.nan)) for s in self._window if s.t_s >= from_s]
        seen = [(t_s, value) for t_s, value in values if math.isfinite(value)]
        inside = [sample for sample in seen if span.start_s <= sample[0] <= span.end_s]
        if not inside:
            return span
        highest_s = max(inside, key=lambda sample: sample[1])[0]
        timed = measure_span(seen, highest_s, self.counting, closed=span.closed)
        return replace(timed, rest=span.rest, peak=span.peak) if timed else span

    def _lift(self, span: Span) -> Lift:
        start_s, end_s = span.start_s - 1e-9, span.end_s + 1e-9
        frames = tuple(s for s in self._window if start_s <= s.t_s <= end_s)
        before = tuple(s for s in self._window if start_s - _REST_BEFORE_S <= s.t_s <= start_s)
        return Lift(span=span, before=before or frames[:1], frames=frames)

    def _usual_amplitude(self) -> float:
        return usual_amplitude(r.span.amplitude for r in self._reps if r.span.closed)

    def _completed(self, rep: Measured, usual: float) -> Measured:
        if not rep.span.closed:
            return replace(rep, complete=False, note="cut short: the person was lost, or the recording ended")
        if rep.span.amplitude < self.complete_share * usual:
            share = round(100 * rep.span.amplitude / usual)
            return replace(rep, complete=False, note=f"partial: {share}% of your usual range")
        return rep

    def _context(self) -> Context:
        usual = self._usual_amplitude()
        finished = [rep for rep in self._reps if not self._unfinished(rep, usual)]
        reps = tuple(self._completed(replace(rep, index=i), usual) for i, rep in enumerate(finished, start=1))
        references = tuple(self._references)
        pelvis = Pelvis.of(self._tags) if self.tag_measure else None
        tagged = None if pelvis is None else self.tagged(pelvis, reps, references)
        return Context(self.view(), reps, references, tagged)

    def tagged(self, pelvis: Pelvis, reps: Sequence[Measured], references: Sequence[Measured]) -> TaggedSet:
        """The set as the tag on the waistband shows it."""
        return TaggedSet(pelvis, reps, references, self.params.tag_error_deg)

    def _unfinished(self, rep: Measured, usual: float) -> bool:
        """Neither came back nor reached a whole repetition's height: getting out of place, not a repetition."""
        return not rep.span.closed and rep.span.amplitude < self.complete_share * usual

    def _report(self, rep: Measured, context: Context) -> Rep:
        hold_s, lowering_s = self.hold_and_lowering_s(rep.span)
        return Rep(
            index=rep.index,
            side=rep.side,
            start_s=round(rep.span.start_s, 3),
            turn_s=round(rep.span.turn_s, 3),
            end_s=round(rep.span.end_s, 3),
            complete=rep.complete,
            hold_s=round(hold_s, 3),
            lowering_s=round(lowering_s, 3) if rep.span.closed or self.lowers_first else None,
            note=rep.note,
            measures={name: number.measure() for name, number in self._numbers(rep, context).items()},
            verdicts=tuple(self.judge(rep, context)) if rep.complete else (),
        )

    def _numbers(self, rep: Measured, context: Context) -> Mapping[str, Number]:
        """What was measured in a repetition, from the tag where that tells."""
        angle = self.tag_angle(rep, context)
        return {**rep.numbers, self.tag_measure: angle.number()} if angle and angle.told else rep.numbers

    def hold_and_lowering_s(self, span: Span) -> tuple[float, float]:
        """Time held at the turn, and time of the lowering phase, seconds."""
        lowering_s = span.top_start_s - span.start_s if self.lowers_first else span.lowering_s
        return span.hold_s, lowering_s

    def _side_given(self) -> Side | None:
        return self.side if self.about.dose.per_side else None

    def _set_closed(self, reps: tuple[Rep, ...], tagged: TaggedSet | None) -> SetClosed:
        sides = [side for side in SIDES if any(rep.side == side for rep in reps)]
        judged: list[Side | None] = [*sides] or [None]
        verdicts = [
            summarise(check, [v for r in reps if r.side == side for v in r.verdicts if v.check == check.id], side)
            for side in judged
            for check in self.about.checks
        ]
        return SetClosed(
            t_s=max(self._last_s, 0.0),
            side="both" if len(sides) == 2 else (sides[0] if sides else self._side_given()),
            reps=reps,
            verdicts=tuple(verdicts),
            remarks=(*self._remarks, *tag_remarks(self._tags, tagged, reps)),
        )


def _trunk_seen(pose: Pose) -> bool:
    """Whether shoulders and hips were seen; everything is measured by them."""
    return pose.found and min(pose.visibility[_TRUNK].tolist()) >= _LEAST_TRUNK_VISIBILITY
