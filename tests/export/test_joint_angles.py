"""Joint angles: known postures give known angles, and the motion file holds them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.exercises.registry import get_exercise
from formcheck.export.joint_angles import angles_seen, joint_angles_deg, write_mot
from formcheck.motion.angles import joint_angle_deg
from formcheck.pose.landmarks import LANDMARK_COUNT, Side, of_side
from formcheck.pose.pose import Array
from formcheck.pose.smoothing import smooth_recording
from formcheck.pose.track import PoseTrack
from tests.export.readers import analysis_of, read_mot
from tests.golden.make import CLIPS
from tests.golden.tracks import golden_names, truth

NAMES = [
    *(f"{joint}_{end}" for end in "lr" for joint in ("hip_flexion", "hip_adduction", "knee_angle", "ankle_angle")),
    "trunk_lean",
]


def turn_x(degrees: float) -> Array:
    """About the camera's x axis: from down (y) toward the camera (-z)."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[1, 0, 0], [0, c, s], [0, -s, c]])


def turn_z(degrees: float) -> Array:
    """About the camera's z axis: from down (y) to the picture's right (x)."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])


def body(flexion: float, adduction: float, knee: float, ankle: float) -> PoseTrack:
    """Somebody facing the camera, both legs alike: left is at the picture's right."""
    world = np.zeros((LANDMARK_COUNT, 3))
    sides: tuple[tuple[Side, int], ...] = (("left", 1), ("right", -1))
    for side, x in sides:
        down, forward = np.array([0, 1.0, 0]), np.array([0, 0, -1.0])
        frame = turn_x(flexion) @ turn_z(-x * adduction)
        bend = frame @ turn_x(-knee)
        foot = bend @ turn_x(ankle)
        hip = np.array([0.1 * x, 0, 0])
        at = {"shoulder": np.array([0.2 * x, -0.5, 0]), "hip": hip, "knee": hip + 0.4 * frame @ down}
        at["ankle"] = at["knee"] + 0.4 * bend @ down
        at["heel"] = at["ankle"] + 0.05 * bend @ down
        at["foot_index"] = at["heel"] + 0.2 * foot @ forward
        for joint, place in at.items():
            world[of_side(joint, side)] = place
    ones = np.ones((1, LANDMARK_COUNT))
    return PoseTrack(np.zeros(1), world[None], world[None], ones, ones, np.ones(1), (640, 480))


@given(
    flexion=st.floats(-30, 120),
    adduction=st.floats(-40, 40),
    knee=st.floats(0, 150),
    ankle=st.floats(-40, 30),
)
def test_a_known_posture_gives_its_angles(flexion: float, adduction: float, knee: float, ankle: float) -> None:
    angles = joint_angles_deg(body(flexion, adduction, knee, ankle))
    assert list(angles) == NAMES
    for end in "lr":
        assert angles[f"hip_flexion_{end}"][0] == pytest.approx(flexion, abs=1e-6)
        assert angles[f"hip_adduction_{end}"][0] == pytest.approx(adduction, abs=1e-6)
        assert angles[f"knee_angle_{end}"][0] == pytest.approx(knee, abs=1e-4)
        assert angles[f"ankle_angle_{end}"][0] == pytest.approx(ankle, abs=1e-4)
    assert angles["trunk_lean"][0] == pytest.approx(0)


def test_a_missing_landmark_leaves_its_angles_unknown_and_no_other() -> None:
    track = body(20, 0, 30, 0)
    world_m = track.world_m.copy()
    world_m[:, of_side("knee", "left")] = np.nan
    angles = joint_angles_deg(replace(track, world_m=world_m))
    unknown = {name for name, values in angles.items() if np.isnan(values).any()}
    assert unknown == {"hip_flexion_l", "hip_adduction_l", "knee_angle_l", "ankle_angle_l"}


@pytest.mark.parametrize("name", golden_names())
def test_the_motion_file_holds_the_angles_of_the_smoothed_track(name: str, tmp_path: Path) -> None:
    analysis = analysis_of(name)
    write_mot(analysis.report, analysis.track, tmp_path / "set.mot")
    read = read_mot(tmp_path / "set.mot")
    assert (read.header["name"], read.header["inDegrees"]) == ("Coordinates", "yes")
    assert tuple(read.names) == angles_seen(analysis.report)
    np.testing.assert_allclose(read.t_s, analysis.track.t_s, atol=1e-3)
    smoothed = smooth_recording(analysis.track, get_exercise(analysis.report.exercise).smoothing_hz)
    angles = joint_angles_deg(smoothed)
    np.testing.assert_allclose(read.values, np.column_stack([angles[name] for name in read.names]), atol=1e-5)


def test_what_is_unknown_is_nan_in_the_motion_file(tmp_path: Path) -> None:
    analysis = analysis_of("running_side_clean")
    track = analysis.track
    world_m = track.world_m.copy()
    world_m[100:120] = np.nan
    write_mot(analysis.report, replace(track, world_m=world_m), tmp_path / "set.mot")
    read = read_mot(tmp_path / "set.mot")
    unknown = np.isnan(read.values[:, :-1]).all(axis=1)
    np.testing.assert_array_equal(np.flatnonzero(unknown), np.arange(100, 120))


@pytest.mark.parametrize("name", golden_names())
def test_angles_that_one_camera_cannot_tell_are_not_written(name: str) -> None:
    report = analysis_of(name).report
    seen = angles_seen(report)
    if report.view.facing in ("front", "back") or report.view.posture not in ("upright", "supine"):
        assert seen == ("trunk_lean",)
    else:
        end = report.view.facing[0]
        assert seen == (f"hip_flexion_{end}", f"knee_angle_{end}", "trunk_lean")


@pytest.mark.parametrize("name", ["running_side_clean", "running_side_faulty"])
def test_the_angles_written_follow_the_joints_truly_rendered(name: str, tmp_path: Path) -> None:
    analysis = analysis_of(name)
    write_mot(analysis.report, analysis.track, tmp_path / "set.mot")
    read = read_mot(tmp_path / "set.mot")
    side = analysis.report.view.facing
    joints = true_joints_m(name)
    hip, knee, ankle = (joints[f"{side}_{joint}"] for joint in ("hip", "knee", "ankle"))
    true_deg = 180 - joint_angle_deg(hip, knee, ankle)
    read_deg = read.values[:, read.names.index(f"knee_angle_{side[0]}")]
    assert np.median(np.abs(read_deg - true_deg)) < 10
    assert np.corrcoef(read_deg, true_deg)[0, 1] > 0.9


def true_joints_m(name: str) -> dict[str, Array]:
    """Where the renderer put the joints, by name, each (frames, 3)."""
    told = truth(name)["joints"]
    counts = np.load(CLIPS / told["file"])["joints_m"]
    return {joint: counts[:, i] * told["m_unit"] for i, joint in enumerate(told["names"])}
