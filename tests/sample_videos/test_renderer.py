"""The pure parts of the renderer: rotations, schedules, cameras, skeletons, motions; no torch, no VTK."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sample_videos.catalogue import CLIPS
from sample_videos.renderer import geometry, rotations
from sample_videos.renderer.camera import Camera
from sample_videos.renderer.kinematics import knee_between_m
from sample_videos.renderer.motions import motion_for
from sample_videos.renderer.motions.base import SetMotion
from sample_videos.renderer.motions.running import BELT_M, RunningMotion, periodic
from sample_videos.renderer.person import Person
from sample_videos.renderer.rep_truth import rep_record
from sample_videos.renderer.schedule import Rep, Schedule, Sway, ease
from sample_videos.renderer.skeleton import Pose, Skeleton
from sample_videos.renderer.truth import joint_arrays

ROOT = Path(__file__).parents[2]
SETS = [name for name, plan in CLIPS.items() if plan.reps]
PLANTED = [
    name
    for name in SETS
    if CLIPS[name].exercise in ("single_leg_box_squat", "clamshell", "single_leg_glute_bridge", "hip_flexor_stretch")
]
RUNS = [name for name, plan in CLIPS.items() if plan.run]


def test_pure_parts_need_no_rendering_package() -> None:
    code = (
        "import sys, sample_videos.catalogue, sample_videos.renderer.truth\n"
        "heavy = {'torch', 'anny', 'vtk', 'pyvista', 'trimesh', 'av', 'scipy'} & set(sys.modules)\n"
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_rotations_turn_the_way_they_say() -> None:
    assert np.allclose(rotations.about_x_deg(90) @ [0, 0, 1], [0, -1, 0])  # leans forward, to -Y
    assert np.allclose(rotations.about_y_deg(90) @ [0, 0, 1], [1, 0, 0])
    turned = rotations.carrying([0.3, -0.2, -0.9], [0, 0, -1])
    assert np.allclose(turned @ rotations.unit([0.3, -0.2, -0.9]), [0, 0, -1])
    assert np.allclose(turned @ turned.T, np.eye(3))


def test_blend_goes_half_way_and_mirror_twice_is_nothing() -> None:
    start, goal = rotations.about_z_deg(10), rotations.about_z_deg(50)
    assert np.allclose(rotations.blend(start, goal, 0.5), rotations.about_z_deg(30))
    assert np.allclose(rotations.mirrored(rotations.mirrored(goal)), goal)


def test_ease_is_smooth_and_symmetric() -> None:
    shares = np.array([ease(u) for u in np.linspace(0, 1, 201)])
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    assert (np.diff(shares) >= 0).all()
    assert np.allclose(shares + shares[::-1], 1.0)
    assert np.abs(np.diff(shares, 2)).max() < 4e-4


def _schedule() -> Schedule:
    reps = (
        Rep(1.0, 1.5, 3.0, 0.5, faults={"pelvic_roll": 20.0}),
        Rep(1.0, 0.5, 2.0, 0.5, amplitude=0.4, pause_s=1.0, pause_at=0.5),
    )
    return Schedule.of(reps, set_up_s=2.0, wind_down_s=1.0, lowers_first=False)


def test_schedule_keeps_its_times() -> None:
    schedule = _schedule()
    first, second = schedule.reps
    assert (first.start_s, first.turn_s, first.end_s) == pytest.approx((2.0, 3.75, 7.5))
    assert second.start_s == pytest.approx(8.0)
    assert schedule.duration_s == pytest.approx(8.0 + 1.0 + 1.0 + 0.5 + 2.0 + 0.5 + 1.0)
    assert schedule.drive(1.9) == schedule.drive(7.7) == 0.0
    assert schedule.drive(first.turn_s) == pytest.approx(1.0)
    assert schedule.drive(second.turn_s) == pytest.approx(0.4)
    assert schedule.drive(9.0) == pytest.approx(0.2)  # the pause, half way up


def test_faults_belong_to_their_repetition_and_grow_with_it() -> None:
    schedule = _schedule()
    assert schedule.fault("pelvic_roll", schedule.reps[0].turn_s) == pytest.approx(20.0)
    assert 0.0 < schedule.fault("pelvic_roll", 2.5) < 20.0
    assert schedule.fault("pelvic_roll", schedule.reps[1].turn_s) == 0.0


def test_squats_lower_first() -> None:
    schedule = Schedule.of((Rep(1.0, 0.0, 3.0),), 0.0, 0.0, lowers_first=True)
    assert schedule.reps[0].hold_start_s == pytest.approx(3.0)


def test_sway_depends_on_the_seed_alone() -> None:
    assert Sway(3).at(1.2, 0) == Sway(3).at(1.2, 0)
    assert Sway(3).at(1.2, 0) != Sway(4).at(1.2, 0)
    assert Sway(3).at(1.2, 0) != Sway(3).at(1.2, 1)


def test_camera_sees_what_it_looks_at_in_the_middle() -> None:
    camera = Camera((0.3, -3.0, 1.2), (0.0, 0.0, 0.9), 40.0, (480, 640))
    assert camera.project_px(np.array([0.0, 0.0, 0.9])) == pytest.approx([240, 320])
    right, above = camera.project_px(np.array([[0.2, 0.0, 0.9], [0.0, 0.0, 1.1]]))
    assert right[0] > 240  # the person's left is on the right of the picture
    assert above[1] < 320
    assert np.allclose(camera.rotation @ camera.rotation.T, np.eye(3))
    assert np.linalg.det(camera.rotation) == pytest.approx(1.0)


def test_camera_field_of_view_is_vertical() -> None:
    camera = Camera((0.0, -2.0, 1.0), (0.0, 0.0, 1.0), 40.0, (480, 640))
    top = np.array([0.0, 0.0, 1.0 + 2.0 * np.tan(np.radians(20.0))])
    assert camera.project_px(top)[1] == pytest.approx(0.0, abs=1e-6)


def test_knee_lies_at_both_bone_lengths() -> None:
    hip, ankle = np.array([0.0, 0.0, 0.8]), np.array([0.05, -0.1, 0.1])
    knee = knee_between_m(hip, ankle, np.array([0.0, -1.0, 0.0]), 0.43, 0.41)
    assert np.linalg.norm(knee - hip) == pytest.approx(0.43)
    assert np.linalg.norm(knee - ankle) == pytest.approx(0.41)
    assert knee[1] < ankle[1]


def test_rest_pose_is_rest(skeleton: Skeleton) -> None:
    placed = skeleton.place(Pose({"pelvis": np.eye(3)}, skeleton.rest_m("pelvis")))
    assert np.allclose(placed.origin_m("foot_left"), skeleton.rest_m("foot_left"))
    assert np.allclose(placed.shifts_m()[skeleton.index["thorax"]], 0.0)


def test_projection_angle_is_positive_for_a_knee_inward() -> None:
    hip, ankle = np.array([0.0, 1.0]), np.array([0.0, 0.0])
    inward = geometry.projection_angle_deg(hip, np.array([0.05, 0.5]), ankle, medial=1.0)
    assert inward == pytest.approx(2.0 * np.degrees(np.arctan(0.1)))
    assert geometry.projection_angle_deg(hip, np.array([-0.05, 0.5]), ankle, medial=1.0) < 0.0


@pytest.mark.parametrize("name", list(CLIPS))
def test_motions_keep_bones_and_never_jump(name: str, person: Person) -> None:
    motion = motion_for(person, CLIPS[name])
    times_s = np.arange(0.0, min(motion.duration_s, 16.0), 0.04)
    joints = [motion.joints_m(float(t)) for t in times_s]
    for side in ("left", "right"):
        for upper, lower in (("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow")):
            lengths = [np.linalg.norm(j[f"{side}_{upper}"] - j[f"{side}_{lower}"]) for j in joints]
            assert np.ptp(lengths) < 1e-6
    speed_limit_m_s = 12.0 if CLIPS[name].run else 3.0
    for joint in joints[0]:
        track = np.stack([j[joint] for j in joints])
        assert np.linalg.norm(np.diff(track, axis=0), axis=1).max() / 0.04 < speed_limit_m_s


@pytest.mark.parametrize("name", SETS)
def test_left_is_the_mirror_image_of_right(name: str, person: Person) -> None:
    right = motion_for(person, replace(CLIPS[name], side="right")).joints_m(8.0)
    left = motion_for(person, replace(CLIPS[name], side="left")).joints_m(8.0)
    assert np.allclose(left["left_knee"], right["right_knee"] * [-1, 1, 1])
    assert np.allclose(left["right_ankle"], right["left_ankle"] * [-1, 1, 1])


@pytest.mark.parametrize("name", PLANTED)
def test_planted_feet_stay_planted(name: str, person: Person) -> None:
    plan = CLIPS[name]
    motion = motion_for(person, plan)
    assert isinstance(motion, SetMotion)
    planted = "left" if (plan.exercise == "clamshell") == (plan.side == "right") else "right"
    times_s = np.arange(motion.schedule.set_up_s, motion.schedule.reps_end_s, 0.1)
    ankle = np.stack([motion.joints_m(float(t))[f"{planted}_ankle"] for t in times_s])
    assert np.ptp(ankle, axis=0).max() < 0.003


@pytest.mark.parametrize("name", SETS)
def test_no_set_up_moves_like_a_repetition_of_one_leg(name: str, person: Person) -> None:
    motion = motion_for(person, CLIPS[name])
    assert isinstance(motion, SetMotion)
    assert motion.schedule.drive(motion.schedule.set_up_s - 0.01) == 0.0
    assert motion.schedule.drive(motion.schedule.reps_end_s + 0.01) == 0.0


@pytest.mark.parametrize("name", RUNS)
def test_stance_feet_are_on_the_belt_and_none_is_in_it(name: str, person: Person) -> None:
    motion = motion_for(person, CLIPS[name])
    assert isinstance(motion, RunningMotion)
    for t_s in np.arange(0.0, 2.0 * motion.stride_s, 0.01):
        placed = motion.placement(float(t_s))
        for side in ("left", "right"):
            height_m = motion.person.lowest_sole_m(placed, side) - BELT_M
            assert height_m > -0.006
            if 0.05 < motion.phase(side, float(t_s)) < 0.33:
                assert height_m < 0.006


def test_periodic_curve_passes_through_its_keys_and_closes() -> None:
    keys = [(0.0, 10.0), (0.3, 40.0), (0.7, -5.0)]
    assert [periodic(keys, phase) for phase, _ in keys] == pytest.approx([10.0, 40.0, -5.0])
    assert periodic(keys, 0.999) == pytest.approx(periodic(keys, 0.001), abs=0.5)


def test_repetition_truth_finds_hold_and_lowering(person: Person) -> None:
    plan = replace(CLIPS["clamshell_clean_right"], reps=(Rep(1.2, 2.0, 4.0),))
    motion = motion_for(person, plan)
    assert isinstance(motion, SetMotion)
    record = rep_record(motion, 1, motion.schedule.reps[0])
    assert 2.0 < record["hold_s"] < 3.6
    assert 2.0 < record["lowering_s"] < 3.5
    assert record["start_s"] < record["turn_s"] < record["end_s"]


def test_same_plan_same_truth(person: Person) -> None:
    plan = CLIPS["running_rear_clean"]
    first, again = (joint_arrays(motion_for(person, plan), plan) for _ in range(2))
    assert all((first[key] == again[key]).all() for key in first)


def test_missing_rendering_packages_are_named_in_one_line() -> None:
    code = (
        "import sys\n"
        "sys.modules['anny'] = None\n"
        "sys.argv = ['render', 'squat_clean_right']\n"
        "from sample_videos.render import main\n"
        "sys.exit(main())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "make render-samples" in done.stderr
