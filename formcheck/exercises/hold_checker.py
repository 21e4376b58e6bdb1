"""What the guide's stretches share: from a frame's position to holds, with their seconds, breaks and side.

A stretch says how far somebody is in its position with either leg (:meth:`HoldChecker.look`). A hold is told as a
repetition whose ``hold_s`` are the seconds seen in position; it is complete once it has lasted as long as the guide
asks.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

import numpy as np

from formcheck.events import Event, PhaseChanged, RepClosed, SetClosed
from formcheck.exercises.base import Checker, time_after
from formcheck.exercises.declare import Check
from formcheck.exercises.position import DEPTH, HeldOnce, Position, Tally, known
from formcheck.exercises.verdicts import Reading, judge, not_assessed, summarise
from formcheck.motion.holds import Hold, HoldFinder, HoldRule
from formcheck.motion.leaps import FARTHEST_TRUNKS, LeapWatch
from formcheck.motion.scale import BodyScale
from formcheck.motion.view import View, ViewMonitor
from formcheck.pose.landmarks import SIDES, Side
from formcheck.pose.pose import Pose
from formcheck.results import Held, Measure, Rep, Verdict
from formcheck.tag.pelvis import TagRecord
from formcheck.trace import Signal

_NO_HOLD: Final = "No hold of this position was seen."
_CLEARLY_OUT: Final = -2.0
_OTHER_SIDE: Final = "It was not counted: leave the side to be found, or say that the recording is mirrored."


class HoldChecker(Checker):
    """A checker of a position that is held.

    Class attributes: ``rule`` says what a hold is; ``fall`` is how far the depth may fall below the one that was held
    before that is a break, in its own unit, since bodies and cameras differ more than one body in one hold; ``shown``
    describes the first of what a position asks, as it is plotted: name, title and unit. ``Params`` has
    ``least_hold_s`` and ``hold_error_s``.
    """

    rule: ClassVar[HoldRule] = HoldRule()
    fall: ClassVar[float]
    shown: ClassVar[tuple[str, str, str]]
    smoothing_hz: ClassVar[float] = 3.0

    def reset(self) -> None:
        self._monitor = ViewMonitor()
        self._scale = BodyScale()
        self._leaps = LeapWatch()
        self._finder = HoldFinder(self.rule)
        self._tally = Tally()
        self._holds: list[HeldOnce] = []
        self._remarks: dict[str, None] = {}
        self._phase = "rest"
        self._last_s = -math.inf
        self._shown = math.nan
        self._tags = TagRecord()
        name, title, unit = self.shown
        self._template = Signal(name, title, unit, np.empty(0))

    @abstractmethod
    def look(self, pose: Pose, scale_px: float) -> Mapping[Side, Position]:
        """The position with either leg stretched; ``scale_px`` is the person's trunk length in pixels."""

    @abstractmethod
    def judge_position(self, check: Check, once: HeldOnce) -> Verdict:
        """The verdict of a check other than ``hold_time`` on one hold, without the number of the repetition."""

    def measures(self, once: HeldOnce) -> Mapping[str, Measure]:
        """What was measured in a hold beside its seconds."""
        return {}

    def update(self, pose: Pose) -> Sequence[Event]:
        self._last_s = time_after(self._last_s, pose)
        self._monitor.update(pose)
        self._tags.add(pose)
        events = self._after_leap(pose)
        scale_px = self._scale.update(pose, resting=not self._finder.holding)
        positions = self.look(pose, scale_px)
        margin = self._against_own(_better(positions), positions)
        self._shown = _shown(positions)
        before = self._finder.holding
        events += self._closed(self._finder.update(pose.t_s, margin))
        if self._finder.holding:
            self._tally = self._tally if before else Tally()
            if margin >= -1:
                self._tally.add(pose.t_s, positions)
        return events + self._phase_event()

    def _against_own(self, margin: float, positions: Mapping[Side, Position]) -> float:
        """The margin, clearly out where the body is not as deep as it held itself, in this hold or in one before."""
        if not margin >= -1:
            return margin
        fallen = self._tally.fallen(positions) if self._finder.holding else self._short_of_own(positions)
        return _CLEARLY_OUT if fallen > self.fall else margin

    def _short_of_own(self, positions: Mapping[Side, Position]) -> float:
        """How far the present depth lies below the deepest hold of the same side; NaN before the first."""
        side = _best(positions)
        own = [once.values.get(DEPTH, math.nan) for once in self._holds if once.side == side]
        return max(own, default=math.nan) - positions[side].asked[0].value

    def finish(self) -> Sequence[Event]:
        events = self._closed(self._finder.finish())
        return [*events, self._set_closed()]

    def view(self) -> View:
        return self._monitor.view()

    def phase(self) -> str:
        return self._phase

    def live_signals(self) -> Sequence[tuple[Signal, float]]:
        return [(self._template, self._shown)]

    def _after_leap(self, pose: Pose) -> list[Event]:
        scale_px = self._scale.update(pose, resting=False)
        if not self._leaps.moved_px(pose) > FARTHEST_TRUNKS * scale_px:
            return []
        self._leaps.forget()
        self._scale = BodyScale()
        return self._closed(self._finder.finish())

    def _phase_event(self) -> list[Event]:
        phase = "hold" if self._finder.holding else "rest"
        if phase == self._phase:
            return []
        self._phase = phase
        return [PhaseChanged(t_s=self._last_s, phase=phase)]

    def _closed(self, hold: Hold | None) -> list[Event]:
        if hold is None:
            return []
        once = self._tally.held(hold)
        if self.side and once.side != self.side:
            remark = f"You asked for the {self.side} side; this was done with the {once.side}. {_OTHER_SIDE}"
            self._remarks[remark] = None
            return []
        self._holds.append(once)
        return [RepClosed(t_s=self._last_s, rep=self._rep(len(self._holds), once))]

    def _rep(self, index: int, once: HeldOnce) -> Rep:
        hold, complete = once.hold, once.hold.held_s >= self.params.least_hold_s
        return Rep(
            index=index,
            side=once.side,
            start_s=round(hold.start_s, 3),
            turn_s=round(hold.middle_s, 3),
            end_s=round(hold.end_s, 3),
            complete=complete,
            hold_s=round(hold.held_s, 3),
            note="" if complete else self._short_note(hold),
            measures={
                "unseen": Measure(value=round(hold.unseen_s, 3), unit="s", error=None),
                **self.measures(once),
            },
            verdicts=tuple(self._verdict(check, once, index) for check in self.about.checks) if complete else (),
        )

    def _short_note(self, hold: Hold) -> str:
        asked = f"the guide asks for {self.params.least_hold_s:g} s"
        if hold.start_seen and hold.end_seen:
            return f"held for {hold.held_s:.1f} s; {asked}"
        return f"held for at least {hold.held_s:.1f} s, its beginning or end was not seen; {asked}"

    def _verdict(self, check: Check, once: HeldOnce, index: int | None) -> Verdict:
        verdict = self._hold_time(check, once) if check.id == "hold_time" else self.judge_position(check, once)
        return verdict if index is None else verdict.model_copy(update={"reps": (index,)})

    def _hold_time(self, check: Check, once: HeldOnce) -> Verdict:
        hold, least_s = once.hold, self.params.least_hold_s
        whole = hold.start_seen and hold.end_seen and not hold.unseen_s
        if not whole and hold.held_s < least_s + self.params.hold_error_s:
            why = f"At least {hold.held_s:.1f} s were held, but not all of the hold was seen."
            return not_assessed(check, f"{why} Film it from getting into position to coming out of it.", once.side)
        reading = Reading(
            hold.held_s,
            "s",
            least_s,
            self.params.hold_error_s,
            above=False,
            time_s=hold.middle_s,
            side=once.side,
        )
        return judge(check, reading)

    def _set_closed(self) -> SetClosed:
        sides = [side for side in SIDES if any(once.side == side for once in self._holds)]
        verdicts = [self._of_side(check, side) for side in sides for check in self.about.checks]
        if not sides:
            why = self.camera_advice(self.view()) or _NO_HOLD
            verdicts = [not_assessed(check, why) for check in self.about.checks]
        return SetClosed(
            t_s=max(self._last_s, 0.0),
            side="both" if len(sides) == 2 else (sides[0] if sides else self.side),
            reps=tuple(self._rep(i, once) for i, once in enumerate(self._holds, start=1)),
            holds=tuple(self._held(side) for side in sides),
            verdicts=tuple(verdicts),
            remarks=(*self._remarks, *self.tag_remarks()),
        )

    def tag_remarks(self) -> Sequence[str]:
        """What there is to say about a tag on the waistband, where one tells anything of this position."""
        return ()

    def _of_side(self, check: Check, side: Side) -> Verdict:
        """The set's verdict: of the longest hold for its seconds, else the worst that was seen."""
        numbered = [(i, once) for i, once in enumerate(self._holds, start=1) if once.side == side]
        if check.id == "hold_time":
            index, longest = max(numbered, key=lambda pair: pair[1].hold.held_s)
            return self._verdict(check, longest, index)
        return summarise(check, [self._verdict(check, once, index) for index, once in numbered], side)

    def _held(self, side: Side) -> Held:
        holds = [once.hold for once in self._holds if once.side == side]
        longest_s = max(hold.held_s for hold in holds)
        return Held(
            side=side,
            longest_s=round(longest_s, 3),
            error_s=self.params.hold_error_s,
            total_s=round(sum(hold.held_s for hold in holds), 3),
            breaks=len(holds) - 1,
            unseen_s=round(sum(hold.unseen_s for hold in holds), 3),
            asked_s=self.params.least_hold_s,
            met=longest_s >= self.params.least_hold_s,
        )


def _better(positions: Mapping[Side, Position]) -> float:
    """The margin of the leg that is further in position; NaN where neither was seen, or the better is not known."""
    margins = [positions[side].margin for side in SIDES]
    seen = [margin for margin in margins if math.isfinite(margin)]
    if len(seen) == 2 or any(margin >= -1 for margin in seen):
        return max(seen)
    return math.nan


def _best(positions: Mapping[Side, Position]) -> Side:
    """The leg that is further in position."""
    left, right = (known(positions[side].margin) for side in SIDES)
    return "left" if left > right else "right"


def _shown(positions: Mapping[Side, Position]) -> float:
    best = _best(positions)
    return positions[best].asked[0].value if positions[best].asked else math.nan
