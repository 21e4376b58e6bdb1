"""One leg or both is told from several small signs; doubt is a finding of its own."""

from __future__ import annotations

import pytest

from bench.accuracy_score import score_clip
from bench.scoring_truth import truths
from formcheck.exercises.lift import Lift, Snapshot
from formcheck.exercises.squat_stance import told_stance
from formcheck.motion.segmentation import Span

SPAN = Span(1.0, 1.8, 2.0, 2.2, 3.0, rest=0.0, peak=0.5, closed=True)
PLANTED = {
    "weight_right": 0.5,
    "from_front": 1.0,
    **{f"{name}_{side}": 0.0 for side in ("left", "right") for name in ("ankle_up", "ankle_right", "ankle_back")},
    **{f"{name}_{side}": -0.15 for side in ("left", "right") for name in ("toe_up", "tip_up")},
}


def squat(rest: dict[str, float], bottom: dict[str, float]) -> Lift:
    """A squat on the right leg, if on one, from what the feet show at rest and at the bottom."""
    before = tuple(Snapshot(0.5 + i / 10, 0.0, True, PLANTED | rest) for i in range(5))
    frames = tuple(Snapshot(1.0 + i / 10, 0.5, True, PLANTED | bottom) for i in range(21))
    return Lift(SPAN, before, frames)


def test_two_planted_feet() -> None:
    assert told_stance(squat({}, {}), "right") == "both legs"


def test_a_trunk_that_leans_over_two_planted_feet_leaves_doubt_and_no_more() -> None:
    leaning = {"weight_right": 0.7, "ankle_back_left": -0.18}
    assert told_stance(squat({}, leaning), "right") == "unsure"


def test_hips_that_stand_over_one_foot_from_rest_to_bottom() -> None:
    balanced = {"weight_right": 0.66}
    assert told_stance(squat(balanced, balanced), "right") == "one leg"


@pytest.mark.parametrize(
    "lifted",
    [{"toe_up_left": 0.1}, {"tip_up_left": 0.0, "ankle_back_left": -0.3}, {"ankle_up_left": 0.5}],
    ids=["its sole is seen", "its toes are higher and it is nearer", "it hangs high"],
)
def test_a_foot_in_the_air(lifted: dict[str, float]) -> None:
    assert told_stance(squat({}, lifted), "right") == "one leg"


def test_from_elsewhere_than_in_front_the_small_signs_say_nothing() -> None:
    balanced = {"weight_right": 0.66, "from_front": 0.0}
    assert told_stance(squat(balanced, balanced), "right") == "both legs"


@pytest.mark.parametrize("name", ["squat_tune_f13", "squat_tune_f14", "squat_tune_f15", "squat_tune_17"])
def test_squats_on_two_legs_are_not_counted_and_the_set_says_so(name: str) -> None:
    (clip,) = (truth for truth in truths(part="tune") if truth.name == name)
    report = score_clip(clip).report
    assert report is not None
    assert report.reps == ()
    assert any("not counted" in remark for remark in report.remarks)
