"""Sets with a tag on the waistband: the pelvis is measured from it, and what is no worn tag is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formcheck.exercises.registry import get_exercise
from formcheck.pose.landmarks import Landmark
from formcheck.pose.pose import Array, Pose
from formcheck.pose.store import load_track
from formcheck.pose.track import PoseTrack
from formcheck.results import SetReport, Verdict
from formcheck.scoring import score_track
from tests.golden.make import CLIPS
from tests.golden.tracks import golden
from tests.tag.worn import Card, squarely, wearing

ASKEW = (0.0, 20.0, 0.0)
"""Turned far enough from the camera that both poses are told apart."""

Motion = Callable[[float], tuple[float, float, float]]


def bump(t_s: float, from_s: float, to_s: float, rise_s: float = 0.6) -> float:
    """0 outside, 1 within, smooth at both ends."""
    up, down = np.clip([(t_s - from_s) / rise_s, (to_s - t_s) / rise_s], 0, 1)
    return float(0.5 - 0.5 * np.cos(np.pi * min(up, down)))


def truth(clip: str) -> list[dict[str, float]]:
    reps: list[dict[str, float]] = json.loads((CLIPS / f"{clip}.truth.json").read_text())["reps"]
    return reps


def over_reps(clip: str, amounts_deg: list[float], axis: int, pitch_deg: float = 0.0) -> Motion:
    """A turn about one of the body's axes in each repetition, on top of a tilt about the left one in all of them."""
    reps = truth(clip)

    def motion(t_s: float) -> tuple[float, float, float]:
        turn = [0.0, 0.0, 0.0]
        for rep, amount in zip(reps, amounts_deg, strict=False):
            share = bump(t_s, rep["start_s"], rep["end_s"])
            turn[axis] += share * amount
            turn[0] += share * pitch_deg
        return turn[0], turn[1], turn[2]

    return motion


def scored(track: PoseTrack, exercise: str) -> SetReport:
    return score_track(track, get_exercise(exercise)(), traced=False).report


def of_reps(report: SetReport, check: str) -> list[Verdict]:
    return [verdict for rep in report.reps for verdict in rep.verdicts if verdict.check == check]


LOW = "clamshell_low_camera_right"
ROLL = over_reps(LOW, [2.0, -18.0, -2.0], axis=1)
"""The pelvis of somebody on the left side rolls back in the second repetition."""


def clamshell(card: Card) -> SetReport:
    return scored(wearing(golden(LOW), card), "clamshell")


def test_a_roll_is_measured_where_landmarks_abstain() -> None:
    bare, report = scored(golden(LOW), "clamshell"), clamshell(Card(turn_deg=ASKEW, motion_deg=ROLL))

    assert [v.state for v in of_reps(bare, "pelvic_roll")] == ["not_assessed"] * 3
    assert [v.state for v in of_reps(report, "pelvic_roll")] == ["ok", "fault", "ok"]
    assert [v.measured_by for v in of_reps(report, "pelvic_roll")] == ["tag"] * 3
    assert of_reps(report, "pelvic_roll")[1].value == pytest.approx(18.0, abs=1.5)
    assert [rep.measures["pelvic_roll"].measured_by for rep in report.reps] == ["tag"] * 3


def test_everything_else_stays_as_it_is_without_a_tag() -> None:
    bare, report = scored(golden(LOW), "clamshell"), clamshell(Card(turn_deg=ASKEW, motion_deg=ROLL))

    for check in ("feet_apart", "hold_time", "lowering_time"):
        assert of_reps(report, check) == of_reps(bare, check)
    assert [(rep.start_s, rep.turn_s, rep.end_s) for rep in report.reps] == [
        (rep.start_s, rep.turn_s, rep.end_s) for rep in bare.reps
    ]


def test_a_card_pinned_askew_reads_the_same() -> None:
    report = clamshell(Card(turn_deg=(8.0, 25.0, 15.0), motion_deg=ROLL))

    values = [v.value for v in of_reps(report, "pelvic_roll")]
    assert values == pytest.approx([-2.0, 18.0, 2.0], abs=1.5)


def test_upside_down_it_is_read_and_that_is_said() -> None:
    report = clamshell(Card(turn_deg=(0.0, 20.0, 180.0), motion_deg=ROLL))

    assert of_reps(report, "pelvic_roll")[1].value == pytest.approx(18.0, abs=1.5)
    assert any("upside down" in remark for remark in report.remarks)


def test_a_card_whose_corners_fit_no_flat_square_is_told_what_to_do() -> None:
    flat, bent = (clamshell(Card(turn_deg=ASKEW, motion_deg=ROLL, noise_px=noise)) for noise in (0.1, 0.6))

    told = "The tag is bent, creased or covered at an edge"
    assert [any(remark.startswith(told) for remark in each.remarks) for each in (flat, bent)] == [False, True]


def test_sideways_it_is_not_read() -> None:
    report = clamshell(Card(turn_deg=(0.0, 20.0, 90.0), motion_deg=ROLL))

    assert {v.measured_by for v in of_reps(report, "pelvic_roll")} == {"landmarks"}
    assert any("sideways" in remark for remark in report.remarks)


def test_a_small_tag_squarely_before_the_camera_is_not_guessed_at() -> None:
    gentle = over_reps(LOW, [2.0, -6.0, -2.0], axis=1)
    report = clamshell(Card(side_px=20, motion_deg=gentle, turn_deg=squarely(golden(LOW)), noise_px=0.3))

    verdicts = of_reps(report, "pelvic_roll")
    assert {v.state for v in verdicts} == {"not_assessed"}
    assert any("squarely" in v.reason for v in verdicts)


def test_a_tag_hidden_at_the_top_of_a_repetition_leaves_that_one_out() -> None:
    hidden = truth(LOW)[1]
    card = Card(
        turn_deg=ASKEW, motion_deg=ROLL, seen=lambda t_s: not hidden["start_s"] + 0.5 < t_s < hidden["end_s"] - 0.5
    )

    verdicts = of_reps(clamshell(card), "pelvic_roll")

    assert [v.state for v in verdicts] == ["ok", "not_assessed", "ok"]
    assert "hidden" in verdicts[1].reason


def test_where_landmarks_are_taken_though_a_tag_is_worn_it_is_said_why(root: Path) -> None:
    track = load_track(root / "bench" / "data" / "tagged" / "bridge_test_t02.npz")

    report = score_track(track, get_exercise("single_leg_glute_bridge")()).report

    drops = of_reps(report, "pelvic_drop")
    assert {v.measured_by for v in drops} == {"landmarks"}
    assert "watch" in {v.state for v in drops}
    assert all("The tag was not seen while you were at rest" in v.reason for v in drops)
    (said,) = [remark for remark in report.remarks if "landmarks were taken" in remark]
    assert said.startswith("In repetitions 1, 2, 3 landmarks were taken. The tag was not seen while you were at rest")


def test_seen_in_a_third_of_the_frames_it_still_tells_and_that_is_said() -> None:
    card = Card(turn_deg=ASKEW, motion_deg=ROLL, seen=lambda t_s: round(t_s * 25) % 3 == 0)

    report = clamshell(card)

    assert of_reps(report, "pelvic_roll")[1].value == pytest.approx(18.0, abs=1.5)
    assert any("33% of the film" in remark for remark in report.remarks)


def test_a_mirrored_tag_is_not_that_tag() -> None:
    report = clamshell(Card(turn_deg=ASKEW, motion_deg=ROLL, mirrored=True))

    assert {v.measured_by for v in of_reps(report, "pelvic_roll")} == {"landmarks"}
    assert any("mirror" in remark for remark in report.remarks)


def test_a_recording_that_is_said_to_be_mirrored_reads_as_the_one_that_is_not() -> None:
    track = wearing(golden(LOW), Card(turn_deg=ASKEW, motion_deg=ROLL))
    mirrored = track.mirrored()
    mirrored = replace(mirrored, info=replace(mirrored.info, mirrored=True))

    one, two = (of_reps(scored(each, "clamshell"), "pelvic_roll") for each in (track, mirrored))

    assert [v.value for v in one] == pytest.approx([v.value for v in two], abs=0.1)


def test_another_code_is_told_and_not_read() -> None:
    report = clamshell(Card(turn_deg=ASKEW, motion_deg=ROLL, code=5))

    assert {v.measured_by for v in of_reps(report, "pelvic_roll")} == {"landmarks"}
    assert any("code 5" in remark for remark in report.remarks)


def test_a_poster_does_not_move_at_all() -> None:
    at = np.array([330.0, 250.0])

    report = clamshell(Card(turn_deg=ASKEW, place=lambda pose: at))

    assert {v.measured_by for v in of_reps(report, "pelvic_roll")} == {"landmarks"}
    assert any("does not move with your hips" in remark for remark in report.remarks)


def test_a_tag_on_the_wall_behind_a_squat_stays_where_it_is() -> None:
    def shaken(pose: Pose) -> Array:  # by whoever holds the camera
        return np.array([240.0 + 4 * np.sin(3 * pose.t_s), 330.0 + 4 * np.cos(2 * pose.t_s)])

    report = scored(wearing(golden("squat_clean_right"), Card(place=shaken)), "single_leg_box_squat")

    assert {v.measured_by for v in of_reps(report, "pelvic_drop")} == {"landmarks"}
    assert any("does not move with your hips" in remark for remark in report.remarks)


def test_a_tag_in_the_hand_is_not_worn() -> None:
    def waving(pose: Pose) -> Array:
        return pose.image_px[Landmark.RIGHT_WRIST, :2]

    track = golden("squat_clean_right")
    image_px = track.image_px.copy()
    swing = np.column_stack([60 * np.sin(2 * track.t_s), 50 * np.sin(1.3 * track.t_s)])
    image_px[:, Landmark.RIGHT_WRIST, :2] = track.image_px[:, Landmark.RIGHT_HIP, :2] + swing
    report = scored(wearing(replace(track, image_px=image_px), Card(place=waving)), "single_leg_box_squat")

    assert {v.measured_by for v in of_reps(report, "pelvic_drop")} == {"landmarks"}
    assert any("with a hand" in remark for remark in report.remarks)


def test_a_card_that_slid_is_read_from_its_new_rest_and_that_is_said() -> None:
    slid_s = truth(LOW)[0]["end_s"] + 0.8

    def motion(t_s: float) -> tuple[float, float, float]:
        left, head, chest = ROLL(t_s)
        return left, head, chest + (9.0 if t_s > slid_s else 0.0)

    report = clamshell(Card(turn_deg=ASKEW, motion_deg=motion))

    assert of_reps(report, "pelvic_roll")[1].value == pytest.approx(18.0, abs=2.0)
    assert any("it slid" in remark for remark in report.remarks)


def test_landmarks_that_contradict_are_told() -> None:
    clip = "clamshell_faulty_left"  # landmarks see the pelvis roll back in the second and fifth repetition

    report = scored(wearing(golden(clip), Card(turn_deg=ASKEW, side_px=60)), "clamshell")

    assert any("contradict in repetitions 2, 5" in remark for remark in report.remarks)


BRIDGE, BRIDGES = "bridge_clean_right", "single_leg_glute_bridge"


def test_a_sag_in_the_bridge_is_measured_through_the_tilt_of_the_lift() -> None:
    motion = over_reps(BRIDGE, [0.0, 15.0, 0.0, 0.0], axis=1, pitch_deg=-30.0)

    report = scored(wearing(golden(BRIDGE), Card(turn_deg=(0.0, 0.0, 6.0), motion_deg=motion)), BRIDGES)

    verdicts = of_reps(report, "pelvic_drop")
    assert [v.state for v in verdicts] == ["ok", "fault", "ok", "ok"]
    assert verdicts[1].value == pytest.approx(15.0, abs=2.0)


SQUAT = "squat_clean_right"


def test_a_drop_in_the_squat_is_told_from_the_tilt_that_a_card_off_the_middle_shows() -> None:
    motion = over_reps(SQUAT, [0.0, -12.0, 0.0, 0.0], axis=2, pitch_deg=25.0)

    report = scored(wearing(golden(SQUAT), Card(turn_deg=(0.0, 5.0, 0.0), motion_deg=motion)), "single_leg_box_squat")

    values = [v.value for v in of_reps(report, "pelvic_drop")]
    assert values == pytest.approx([0.0, 11.5, 0.0, 0.0], abs=1.5)  # of the turn by 12, in a tilt of 25 degrees


def test_what_all_squats_share_is_not_called_a_fault_for_sure() -> None:
    motion = over_reps(SQUAT, [-8.0] * 4, axis=2, pitch_deg=25.0)

    report = scored(wearing(golden(SQUAT), Card(motion_deg=motion)), "single_leg_box_squat")

    verdicts = of_reps(report, "pelvic_drop")
    assert "fault" not in {v.state for v in verdicts}
    assert all(v.error is None or v.error > 3 or v.state == "ok" for v in verdicts)


def test_a_leg_lift_that_rolls_the_pelvis_back_is_told() -> None:
    clip = "abduction_clean_right"
    motion = over_reps(clip, [0.0, -15.0, 0.0], axis=1)

    report = scored(wearing(golden(clip), Card(turn_deg=ASKEW, motion_deg=motion)), "side_lying_hip_abduction")

    verdicts = of_reps(report, "pelvic_roll")
    assert [(v.state, v.measured_by) for v in verdicts] == [("ok", "tag"), ("fault", "tag"), ("ok", "tag")]
    assert verdicts[1].value == pytest.approx(15.0, abs=1.5)


def test_a_band_walk_measures_the_drop_while_the_leading_foot_is_up() -> None:
    bare = scored(golden("band_walk_clean"), "lateral_band_walk")
    step = bare.reps[2]
    lowered = 10.0 if step.side == "right" else -10.0  # about the chest: the left rises

    def motion(t_s: float) -> tuple[float, float, float]:
        return 0.0, 0.0, lowered * bump(t_s, step.start_s, step.turn_s + 0.3, rise_s=0.2)

    report = scored(wearing(golden("band_walk_clean"), Card(motion_deg=motion)), "lateral_band_walk")

    measures = [rep.measures["pelvic_drop"] for rep in report.reps]
    assert {measure.measured_by for measure in measures} == {"tag"}
    assert [m.value for m in measures] == pytest.approx([0, 0, 10, 0, 0, 0], abs=1.5)
    assert report.verdicts == bare.verdicts
