"""What all counted exercises share, shown on the simplest one: the whole body is lifted and put down."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest

from formcheck.events import PhaseChanged, RepClosed, SetClosed
from formcheck.exercises.declare import About, Check, Dose, limit
from formcheck.exercises.lift import Context, Kind, Lift, Measured, Number, Snapshot, median_of
from formcheck.exercises.rep_checker import RepChecker
from formcheck.exercises.verdicts import Reading, judge
from formcheck.motion.segmentation import Counting, Motion
from formcheck.motion.view import View
from formcheck.pose.landmarks import Landmark, Side
from formcheck.pose.pose import Pose
from formcheck.results import Verdict
from tests.motion.bodies import PX_PER_M, SIZE_PX, seen
from tests.motion.rep_signals import Rep, Signal
from tests.streams import closed, run

TORSO_PX = 0.5 * PX_PER_M


@dataclass(frozen=True, slots=True)
class RaiseParams:
    """Limits of the raise."""

    height_limit: float = limit(0.4, unit="trunk lengths", low=0.1, high=1.0, help="least height", source="ours")


class Raise(RepChecker):
    """Counts by the hips' height over the place where they began."""

    id = "raise"
    version = "1"
    title = "Raise"
    Params = RaiseParams
    counting: ClassVar[Counting] = Counting(enter=0.1)
    kind: ClassVar[Kind] = Kind("rep", side="left")
    about = About(
        "Rise.", Dose("some"), "In front.", "height", (Check("low", "High", "Low", "Rise.", "ours", "In front."),)
    )

    def camera_advice(self, view: View) -> str:
        return ""

    def look(self, pose: Pose, scale_px: float) -> Snapshot:
        height = (SIZE_PX[1] / 2 - float(pose.image_px[Landmark.LEFT_HIP, 1])) / scale_px
        return Snapshot(pose.t_s, height, armed=pose.brightness > 50, values={"height": height})

    def classify(self, lift: Lift) -> Kind:
        return self.kind

    def measure(self, lift: Lift, side: Side | None) -> Mapping[str, Number]:
        rise = lift.at_top("height") - lift.at_rest("height")
        return {"height": Number(rise, "trunk lengths", 0.05, lift.span.turn_s)}

    def judge(self, rep: Measured, context: Context) -> Sequence[Verdict]:
        reading = Reading(rep.value("height"), "trunk lengths", self.params.height_limit, 0.05, above=False)
        verdict = judge(self.about.checks[0], replace(reading, side=rep.side), rep.index)
        return (verdict.model_copy(update={"reason": f"{len(context.references)} references"}),)


class Squat(Raise):
    """The same upside down: what comes first is lowering."""

    lowers_first = True
    phases: ClassVar[Mapping[Motion, str]] = {
        Motion.REST: "rest",
        Motion.RISING: "lower",
        Motion.TOP: "bottom",
        Motion.FALLING: "rise",
    }


class TimedByFeet(Raise):
    """What counts lags and wavers; the feet show the movement's true course."""

    def look(self, pose: Pose, scale_px: float) -> Snapshot:
        snapshot = super().look(pose, scale_px)
        return replace(snapshot, values={**snapshot.values, "feet": -float(pose.image_px[Landmark.LEFT_HEEL, 1])})

    def timed_by(self, side: Side | None) -> str:
        return "feet"


class Reference(Raise):
    """Every lift is one to compare with."""

    kind = Kind("reference", remark="Taken as reference.")


class LowReference(Raise):
    """Low lifts are to compare with."""

    def classify(self, lift: Lift) -> Kind:
        return Kind("reference" if lift.span.amplitude < 0.4 else "rep", side="left")


class Other(Raise):
    """No lift is one of the exercise."""

    kind = Kind("other", remark="Not this exercise.")


def poses(signal: Signal) -> list[Pose]:
    """A person lifted as the signal says, in trunk lengths; where it is NaN nobody is seen."""
    return [_lifted(float(t), float(v)) for t, v in zip(*signal.samples(), strict=True)]


def _lifted(t_s: float, height: float) -> Pose:
    if math.isnan(height):
        return Pose.nobody(t_s, SIZE_PX)
    pose = seen(t_s=t_s)
    return replace(pose, image_px=pose.image_px - np.array([0.0, height * TORSO_PX, 0.0]))


def said(stream: Iterable[Pose], checker: type[Raise] = Raise) -> SetClosed:
    """The last word on a stream."""
    return closed(run(checker(), stream))


THREE = Signal((Rep(), Rep(), Rep()))


def test_repetitions_are_told_with_their_measures_and_verdicts() -> None:
    reps = said(poses(THREE)).reps
    assert [(rep.index, rep.side, rep.complete, rep.note) for rep in reps] == [(i, "left", True, "") for i in (1, 2, 3)]
    for rep, (start_s, turn_s, end_s) in zip(reps, THREE.edges_s(), strict=True):
        assert (rep.start_s, rep.turn_s, rep.end_s) == pytest.approx((start_s, turn_s, end_s), abs=0.15)
        assert rep.measures["height"].value == pytest.approx(0.5, abs=0.03)
        assert [(v.check, v.state, v.reps) for v in rep.verdicts] == [("low", "ok", (rep.index,))]


def test_hold_and_lowering_are_timed() -> None:
    signal = Signal((Rep(up_s=0.8, hold_s=2.0, down_s=3.0),))
    (rep,) = said(poses(signal)).reps
    assert rep.hold_s == pytest.approx(2.0 + 0.2 * (0.8 + 3.0), abs=0.1)
    assert rep.lowering_s == pytest.approx(3.0 * (1 - 0.2 - 0.13), abs=0.2)
    (squat,) = said(poses(signal), Squat).reps
    assert squat.lowering_s == pytest.approx(0.8 * (1 - 0.2 - 0.13), abs=0.2)


def test_times_are_read_from_the_signal_that_shows_them_best() -> None:
    """The same rises, counted 0.15 s late by the hips."""
    feet, hips = poses(THREE), poses(replace(THREE, lead_s=THREE.lead_s + 0.15))
    both = [
        replace(foot, image_px=np.where(np.arange(33)[:, None] == Landmark.LEFT_HEEL, foot.image_px, hip.image_px))
        for foot, hip in zip(feet, hips, strict=False)
    ]
    for rep, (start_s, turn_s, end_s) in zip(said(both, TimedByFeet).reps, THREE.edges_s(), strict=True):
        assert (rep.start_s, rep.turn_s, rep.end_s) == pytest.approx((start_s, turn_s, end_s), abs=0.08)
    late = [rep.turn_s - turn_s for rep, (_, turn_s, _) in zip(said(both).reps, THREE.edges_s(), strict=True)]
    assert late == pytest.approx([0.15] * 3, abs=0.08)


def test_phases_are_named_by_the_exercise() -> None:
    phases = [event.phase for event in run(Squat(), poses(Signal((Rep(), Rep())))) if isinstance(event, PhaseChanged)]
    assert phases == ["lower", "bottom", "rise", "rest"] * 2


def test_a_partial_repetition_is_told_and_not_judged() -> None:
    whole = said(poses(Signal((Rep(), Rep(), Rep(height=0.2), Rep()))))
    assert [rep.complete for rep in whole.reps] == [True, True, False, True]
    assert "40% of your usual range" in whole.reps[2].note
    assert whole.reps[2].verdicts == ()
    assert whole.verdicts[0].state == "ok"


def test_what_is_usual_is_learnt_from_the_whole_set() -> None:
    """The first, told as complete when nothing else was known, is partial in the end."""
    events = run(Raise(), poses(Signal((Rep(height=0.2), Rep(), Rep()))))
    told = [event.rep.complete for event in events if isinstance(event, RepClosed)]
    assert told == [True, True, True]
    assert [rep.complete for rep in closed(events).reps] == [False, True, True]


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_lost_at_the_top_a_repetition_is_incomplete(lost: int) -> None:
    _, turn_s, end_s = THREE.edges_s()[lost]
    reps = said(poses(replace(THREE, gaps=((turn_s, end_s + 0.3),)))).reps
    assert [rep.complete for rep in reps] == [i != lost for i in range(3)]
    assert "cut short" in reps[lost].note
    assert reps[lost].verdicts == ()


@pytest.mark.parametrize("moved", [0, 1, 2])
def test_getting_out_of_place_is_no_repetition(moved: int) -> None:
    """Less than a whole one's height and lost: left out, and the others are numbered without a gap."""
    signal = Signal(tuple(Rep(height=0.2 if i == moved else 0.5) for i in range(3)))
    _, turn_s, end_s = signal.edges_s()[moved]
    reps = said(poses(replace(signal, gaps=((turn_s, end_s + 0.3),)))).reps
    assert [(rep.index, rep.complete) for rep in reps] == [(1, True), (2, True)]
    assert [v.reps for rep in reps for v in rep.verdicts] == [(1,), (2,)]


def test_a_leap_of_the_body_ends_the_repetition() -> None:
    stream = poses(THREE)
    _, turn_s, _ = THREE.edges_s()[1]
    leapt = [p if p.t_s < turn_s else replace(p, image_px=p.image_px + np.array([TORSO_PX, 0.0, 0.0])) for p in stream]
    assert [rep.complete for rep in said(leapt).reps] == [True, False, True]


def test_a_leap_that_smoothing_has_spread_is_one_all_the_same() -> None:
    stream = poses(THREE)
    _, turn_s, _ = THREE.edges_s()[1]
    share = [float(np.clip((pose.t_s - turn_s) / 0.15, 0.0, 1.0)) for pose in stream]
    leapt = [
        replace(p, image_px=p.image_px + np.array([1.2 * TORSO_PX * s, 0.0, 0.0]))
        for p, s in zip(stream, share, strict=True)
    ]
    assert [rep.complete for rep in said(leapt).reps] == [True, False, True]


def test_walking_through_the_picture_is_no_leap() -> None:
    """One and a half trunk lengths a second."""
    drifting = [
        replace(pose, image_px=pose.image_px + np.array([1.5 * TORSO_PX * pose.t_s, 0.0, 0.0])) for pose in poses(THREE)
    ]
    assert [rep.complete for rep in said(drifting).reps] == [True, True, True]


@pytest.mark.parametrize("hidden", [Landmark.LEFT_HIP, Landmark.RIGHT_SHOULDER])
def test_without_a_trunk_nothing_is_counted(hidden: Landmark) -> None:
    def unsure(pose: Pose) -> Pose:
        visibility = pose.visibility.copy()
        visibility[hidden] = 0.2
        return replace(pose, visibility=visibility)

    assert said(unsure(pose) for pose in poses(THREE)).reps == ()


def test_out_of_posture_nothing_begins() -> None:
    assert said(replace(pose, brightness=10.0) for pose in poses(THREE)).reps == ()


def test_a_reference_is_no_repetition_and_is_told() -> None:
    whole = said(poses(THREE), Reference)
    assert (whole.reps, whole.remarks) == ((), ("Taken as reference.",))


def test_repetitions_are_judged_with_the_references_before_them() -> None:
    reps = said(poses(Signal((Rep(height=0.3), Rep(), Rep()))), LowReference).reps
    assert [(rep.index, v.reason) for rep in reps for v in rep.verdicts] == [(1, "1 references"), (2, "1 references")]


def test_another_movement_is_told_once() -> None:
    whole = said(poses(THREE), Other)
    assert (whole.reps, whole.remarks) == ((), ("Not this exercise.",))


def test_the_other_side_than_the_one_given_is_not_counted_but_told() -> None:
    whole = closed(run(Raise(side="right"), poses(THREE)))
    assert whole.reps == ()
    assert "You asked for the right side; this was done with the left." in whole.remarks[0]


def test_median_of_what_was_seen() -> None:
    assert median_of([1.0, math.nan, 3.0, 5.0]) == 3.0
    assert math.isnan(median_of([1.0, math.nan, math.nan]))
    assert math.isnan(median_of([]))


def test_a_measure_that_could_not_be_taken_has_no_value() -> None:
    measure = Number(math.nan, "deg", 2.0, 1.0).measure()
    assert (measure.value, measure.error, measure.unit) == (None, None, "deg")
