"""What the tag on the waistband tells of a counted set: the pelvis as change from the set's own start, degrees.

The answer for a repetition is a value with its band, or why the tag tells nothing there; landmarks may then say
what they can.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, product
from typing import Any, Final

import numpy as np

from formcheck.exercises.declare import Check, limit, source_of
from formcheck.exercises.lift import Measured, Number
from formcheck.exercises.verdicts import Reading, judge, not_assessed
from formcheck.pose.landmarks import Side
from formcheck.pose.pose import Array
from formcheck.results import Rep, Verdict
from formcheck.tag.angles import Start, mean_turn, roll_deg, start_of, twist_deg
from formcheck.tag.heading import Placed, level_lift_deg, up_of_lying, weighed
from formcheck.tag.pelvis import Pelvis, TagRecord
from formcheck.tag.resolve import SURE_MARGIN, turns_of
from formcheck.tag.trust import astray, trust_in

__all__ = ["CONTRADICTS", "SQUARE_ON", "TAG_SOURCE", "TagAngle", "TaggedSet", "settled", "tag_remarks"]

TAG_SOURCE: Final = "ours, from rendered people: nine in ten repetitions lie within"

UP: Final = np.array([0.0, -1.0, 0.0])
"""For somebody upright: cameras stand level to a few degrees, more nearly than landmarks tell how far they do not."""

OFF_SD_DEG: Final = {"upright": 4.5, "lying": 8.0}
"""How far the card's left is off the pelvis's in the floor's plane, as a standard deviation: round the waist of
somebody upright, in the card's own plane of somebody on the back."""

_REST_S: Final = 0.8
_SHORTEST_REST_S: Final = 0.2
_AROUND_TURN_S: Final = 0.15
_LEAST_SHARE: Final = 0.3
_MOST_DOUBT_DEG: Final = 3.0
_MOST_NOISE_DEG: Final = 7.0
_FURTHEST_DEG: Final = 45.0
"""No pelvis turns further in these movements: the wrong one of a tag's two poses was taken."""
_SLID_DEG: Final = 5.0
_SHARED_SD_DEG: Final = 2.0
_NINE_IN_TEN: Final = 1.645

SQUARE_ON: Final = (
    "The tag faces the camera so squarely that its tilt cannot be told: turn the tag or the camera a little, or come "
    "nearer."
)
SEE_TO_IT: Final = "See that the card is pinned on tightly and lies flat."
_SILENT: Final = "Judged by landmarks. "
"""Before the reason why the tag told nothing."""
CONTRADICTS: Final = f"Body landmarks say otherwise. {SEE_TO_IT}"
_HIDDEN: Final = "The tag was hidden, or not seen well enough, in this repetition: keep hands and clothes off it."
_TOO_FAR: Final = "The tag reads a turn that no pelvis makes: turn the tag or the camera a little, keep the card flat."
_NO_START: Final = "The tag was not seen while you were at rest: show it before you begin."
_SLIDING: Final = "The tag slid during this repetition: pin the card on tighter."
_SLID: Final = (
    "From repetition {rep} on the tag lay askew at rest: it slid. What follows is read from its own rest; pin the card "
    "on tighter."
)
_ALL_ALIKE: Final = (
    "All repetitions alike show a drop, as a card worn off the middle would make them: pin it in the middle, or begin "
    "with one on both legs."
)


@dataclass(frozen=True, slots=True)
class TagAngle:
    """An angle that the tag shows and the half-width of its band; NaN where it shows none, and ``reason`` says why."""

    value: float
    error: float
    time_s: float
    reason: str = ""

    @property
    def told(self) -> bool:
        """Whether the tag tells anything."""
        return math.isfinite(self.value)

    def number(self) -> Number:
        """As a measure of the repetition."""
        return Number(self.value, "deg", self.error, self.time_s, by="tag")


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """The tag (3, 3) over some frames; ``other`` is its other pose where that has to be reckoned with.

    ``tilt_sd_deg`` is how far its tilt is off, whatever the number of frames: compression and a bend last.
    """

    turn: Array
    other: Array
    tilt_sd_deg: float

    @property
    def both(self) -> tuple[Array, Array]:
        return self.turn, self.other


class _UntoldError(Exception):
    """The tag tells nothing of a repetition; the message says why."""


def around_turn(rep: Measured) -> tuple[float, float]:
    """From when to when a repetition is held at its turn."""
    span = rep.span
    return min(span.top_start_s, span.turn_s - _AROUND_TURN_S), max(span.top_end_s, span.turn_s + _AROUND_TURN_S)


@dataclass(frozen=True, eq=False)
class TaggedSet:
    """The tag over a counted set.

    Attributes:
        pelvis: the tag, resolved.
        reps: the set's repetitions; ``references``: its lifts on both legs.
        error_deg: half-width of the band that holds nine in ten of the tag's readings.
        window: from when to when a repetition is read; around its turn by default.
        leads: a repetition's side is that of the foot that leads, not of the one stood on.
    """

    pelvis: Pelvis
    reps: Sequence[Measured]
    references: Sequence[Measured]
    error_deg: float
    window: Callable[[Measured], tuple[float, float]] = around_turn
    leads: bool = False

    def roll(self, rep: Measured) -> TagAngle:
        """How far the upper side of somebody lying on the other one has rolled back."""
        backward = 1.0 if rep.side == "left" else -1.0

        def rolled(start: Start, now: Array, then: Array) -> float:
            return backward * roll_deg(now @ then.T, start)

        return self._told(rep, rolled, lambda start, seen: (rolled(start, seen.turn, start.turn), 0.0))

    def drop(self, rep: Measured, *, lying: bool) -> TagAngle:
        """How far the free side of the pelvis has sunk, standing on one leg or, ``lying``, bridging on it."""
        sinks = -float(self._free(rep.side))

        def dropped(start: Start, now: Array, then: Array) -> float:
            other = replace(start, turn=then, left=then @ start.turn.T @ start.left)
            return sinks * level_lift_deg(other, up_of_lying(other) if lying else UP, now)

        def among_all(start: Start, seen: _Seen) -> tuple[float, float]:
            placed = [Placed(seen.turn, self._free(rep.side)), *self._others(rep, start)]
            up, off_sd_deg = (up_of_lying(start), "lying") if lying else (UP, "upright")
            own = weighed(start, up, placed, OFF_SD_DEG[off_sd_deg])[0]
            return sinks * own.value, own.sd

        return self._told(rep, dropped, among_all)

    def _free(self, side: Side | None) -> int:
        """Which hip is free to sink in a repetition of this side: 1 left, -1 right."""
        return (-1 if side == "left" else 1) * (-1 if self.leads else 1)

    @cached_property
    def remarks(self) -> tuple[str, ...]:
        """What there is to say about how the tag is worn."""
        slid = next((rep.index for rep in self.reps if self._has_slid(rep)), None)
        return (*trust_in(self.pelvis).remarks, *([_SLID.format(rep=slid)] if slid else []))

    @cached_property
    def _not_worn(self) -> str:
        return trust_in(self.pelvis).reason

    def _told(
        self,
        rep: Measured,
        angle: Callable[[Start, Array, Array], float],
        best: Callable[[Start, _Seen], tuple[float, float]],
    ) -> TagAngle:
        """``angle`` between two poses, to see what the other poses would make of it; ``best``: value and deviation."""
        time_s = rep.span.turn_s
        try:
            start, rest, seen = self._read(rep)
        except _UntoldError as untold:
            return TagAngle(math.nan, math.nan, time_s, str(untold))
        usual = angle(start, seen.turn, rest.turn)
        doubt = max(abs(angle(start, now, then) - usual) for now, then in product(seen.both, rest.both))
        if doubt > _MOST_DOUBT_DEG:
            return TagAngle(math.nan, math.nan, time_s, SQUARE_ON)
        noise = _NINE_IN_TEN * _noise_deg(seen, rest, lambda now, then: angle(start, now, then) - usual)
        if noise > _MOST_NOISE_DEG:
            return TagAngle(math.nan, math.nan, time_s, SQUARE_ON)
        value, sd = best(start, seen)
        if not abs(value) <= _FURTHEST_DEG:
            return TagAngle(math.nan, math.nan, time_s, _TOO_FAR)
        error = math.hypot(self.error_deg, _NINE_IN_TEN * sd, noise) + doubt
        return TagAngle(value, error, time_s, _ALL_ALIKE if sd > _SHARED_SD_DEG else "")

    def _read(self, rep: Measured) -> tuple[Start, _Seen, _Seen]:
        """The start, the tag then, and at the repetition's turn as if it had not slid since."""
        which = (rep.index, rep.span.turn_s)
        if which not in self._known:
            try:
                self._known[which] = self._read_anew(rep)
            except _UntoldError as untold:
                self._known[which] = untold
        known = self._known[which]
        if isinstance(known, _UntoldError):
            raise known
        return known

    @cached_property
    def _known(self) -> dict[tuple[int, float], tuple[Start, _Seen, _Seen] | _UntoldError]:
        """Each repetition is read once; the others ask for it again and again."""
        return {}

    def _read_anew(self, rep: Measured) -> tuple[Start, _Seen, _Seen]:
        if self._not_worn:
            raise _UntoldError(self._not_worn)
        start, rest = self._start(rep)
        seen = self._seen(*self.window(rep))
        if seen is None:
            raise _UntoldError(_HIDDEN)
        before, after = self._rest_before(rep), self._rest_after(rep)
        if before is not None and after is not None and _in_plane_deg(before.turn, after.turn) > _SLID_DEG:
            raise _UntoldError(_SLIDING)
        if before is not None and _in_plane_deg(rest.turn, before.turn) > _SLID_DEG:
            back = before.turn.T @ rest.turn
            seen = replace(seen, turn=seen.turn @ back, other=seen.other @ back)
        return start, rest, seen

    def _start(self, rep: Measured) -> tuple[Start, _Seen]:
        """The first rest at which the tag was seen, among the repetitions of the same side that follow each other."""
        for each in self._same_run(rep):
            from_s, to_s = self._rest_s(each)
            rest, start = self._seen(from_s, to_s), start_of(self.pelvis, from_s, to_s)
            if rest is not None and start is not None:
                return start, rest
        raise _UntoldError(_NO_START)

    def _same_run(self, rep: Measured) -> list[Measured]:
        """The repetitions of the same side that follow each other, this one among them."""
        runs = [list(run) for _, run in groupby(self.reps, key=lambda each: each.side)]
        return next((run for run in runs if any(each.index == rep.index for each in run)), [rep])

    def _others(self, rep: Measured, start: Start) -> list[Placed]:
        """Lifts on both legs, and the other repetitions of the run."""
        placed = [
            Placed(seen.turn, 0) for each in self.references if (seen := self._seen(*self.window(each))) is not None
        ]
        for each in self._same_run(rep):
            if each.index != rep.index and each.complete and (told := self._told_turn(each)) is not None:
                placed.append(Placed(told, self._free(each.side)))
        return placed

    def _told_turn(self, rep: Measured) -> Array | None:
        try:
            return self._read(rep)[2].turn
        except _UntoldError:
            return None

    def _has_slid(self, rep: Measured) -> bool:
        """Whether the tag lies otherwise in its own plane, at rest before this repetition, than at the start."""
        before = self._rest_before(rep)
        first = next((r for each in self._same_run(rep) if (r := self._rest_before(each)) is not None), None)
        return before is not None and first is not None and _in_plane_deg(first.turn, before.turn) > _SLID_DEG

    def _rest_before(self, rep: Measured) -> _Seen | None:
        return self._seen(*self._rest_s(rep))

    def _rest_after(self, rep: Measured) -> _Seen | None:
        run = self._same_run(rep)
        later = [each for each in run if each.index > rep.index]
        return self._rest_before(later[0]) if later else None

    def _rest_s(self, rep: Measured) -> tuple[float, float]:
        """From the end of the movement before, but not long before, to the repetition's start."""
        start_s = rep.span.start_s
        ends_s = [each.span.end_s for each in (*self.reps, *self.references) if each.span.end_s <= start_s]
        return min(max([start_s - _REST_S, *ends_s]), start_s - _SHORTEST_REST_S), start_s

    def _seen(self, from_s: float, to_s: float) -> _Seen | None:
        """The tag between two times; None where it was seen in too few of the frames."""
        inside = self.pelvis.within(from_s, to_s)
        if inside.sum() < max(2, _LEAST_SHARE * (to_s - from_s) / self.pelvis.frame_s):
            return None
        resolved = self.pelvis.resolved
        turn = mean_turn(resolved.turns[inside])
        sure = float(np.median(resolved.margin[inside])) >= SURE_MARGIN
        other = turn if sure else mean_turn(resolved.others[inside])
        return _Seen(turn, other, float(np.median(self.pelvis.tilt_sd_deg[inside])))


def tag_error(half_width_deg: float, of: str) -> Any:
    """The limit that is the band of the tag's roll or drop."""
    help_text = f"error band of the tag's {of}, beside what its tilt and its place add"
    return limit(half_width_deg, unit="deg", low=0.0, high=10.0, help=help_text, source=TAG_SOURCE)


def tag_roll_limit() -> Any:
    """The limit of the pelvis's roll, of somebody who lies on one side."""
    return limit(
        8.3,
        unit="deg",
        low=2.0,
        high=30.0,
        help="how far the pelvis may have rolled back since the set's start, by a tag on the waistband",
        source="ours: with the band, noise below 6.6 degrees (MDC95: Andrade 2012) is fine and more than 10 a fault",
    )


def settled(
    check: Check, rep: Measured, angle: TagAngle | None, params: Any, limit_name: str, by_landmarks: Verdict
) -> Verdict:
    """The tag's verdict where it tells, else the landmarks'; where both abstain, what to do about the tag.

    ``limit_name`` is that of the tag's limit among ``params``.
    """
    if angle is None:
        return by_landmarks
    if not angle.told:
        if by_landmarks.state == "not_assessed":
            return not_assessed(check, angle.reason, rep.side, rep.index)
        return by_landmarks.model_copy(update={"reason": f"{by_landmarks.reason} {_SILENT}{angle.reason}".strip()})
    reading = Reading(
        angle.value,
        "deg",
        getattr(params, limit_name),
        angle.error,
        time_s=angle.time_s,
        reason=angle.reason,
        side=rep.side,
        source=source_of(params, limit_name),
    )
    verdict = judge(check, replace(reading, by="tag"), rep.index)
    if {verdict.state, by_landmarks.state} == {"ok", "fault"}:
        return verdict.model_copy(update={"reason": CONTRADICTS})
    return verdict


def tag_remarks(record: TagRecord, tagged: TaggedSet | None, reps: Sequence[Rep]) -> tuple[str, ...]:
    """What there is to say about the set's tag: how it is worn, that it is another one, where it tells nothing though
    landmarks do, and that they contradict it.
    """
    against = [rep.index for rep in reps if any(v.reason == CONTRADICTS for v in rep.verdicts)]
    contradicted = f"The tag and the body's landmarks contradict in {_listed(against)}; the tag was taken. {SEE_TO_IT}"
    worn = tagged.remarks if tagged else ()
    return (*astray(record), *worn, *_silences(reps), *([contradicted] if against else []))


def _silences(reps: Sequence[Rep]) -> list[str]:
    """Where landmarks were taken though a tag is worn, and why."""
    silent: dict[str, list[int]] = {}
    for rep in reps:
        for why in {v.reason.partition(_SILENT)[2] for v in rep.verdicts} - {""}:
            silent.setdefault(why, []).append(rep.index)
    return [f"In {_listed(indices)} landmarks were taken. {why}" for why, indices in silent.items()]


def _noise_deg(seen: _Seen, rest: _Seen, change: Callable[[Array, Array], float]) -> float:
    """How far a reading is off for the tag's tilt alone, as a standard deviation."""
    now, then = (_tilted(each) for each in (seen, rest))
    moved = [change(turn, rest.turn) for turn in now] + [change(seen.turn, turn) for turn in then]
    return math.hypot(*moved)


def _tilted(seen: _Seen) -> list[Array]:
    """The tag tilted by a standard deviation, about the camera's right and about its down."""
    sd = math.radians(seen.tilt_sd_deg)
    return [turns_of(np.array(axis) * sd) @ seen.turn for axis in ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))]


def _listed(reps: Sequence[int]) -> str:
    return f"repetition{'s' * (len(reps) > 1)} {', '.join(map(str, reps))}"


def _in_plane_deg(one: Array, two: Array) -> float:
    """How far the tag turned within its own plane."""
    return abs(float(twist_deg((two @ one.T)[None], one[:, 2])[0]))
