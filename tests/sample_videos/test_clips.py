"""Every committed clip can be read, and its truth is whole and agrees with it."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from sample_videos.catalogue import CLIPS
from sample_videos.renderer.plan import RUNNING_REAR, RUNNING_SIDE

CLIP_FOLDER = Path(__file__).parents[2] / "sample_videos" / "clips"
SIZE_LIMIT_BYTES = 12_000_000
RUNS = {RUNNING_REAR, RUNNING_SIDE}
CHECKS = {
    "single_leg_box_squat": {"knee_valgus", "trunk_lean", "pelvic_drop", "box_touch", "lowering_time"},
    "clamshell": {"pelvic_roll", "feet_apart", "hold_time", "lowering_time"},
    "single_leg_glute_bridge": {"pelvic_drop", "hips_short", "free_leg_height", "hold_time", "lowering_time"},
    "side_lying_hip_abduction": {
        "pelvic_roll",
        "lift_height",
        "leg_drift",
        "knee_bent",
        "toes_up",
        "hold_time",
        "lowering_time",
    },
    "glute_bridge": {"hips_short", "over_extension", "hold_time", "lowering_time"},
    "lateral_band_walk": {"feet_together", "knees_cave", "trunk_sway", "stance_height"},
    "pigeon_pose": {"hold_time", "hips_square"},
    "hip_flexor_stretch": {"hold_time"},
    "figure_four_stretch": {"hold_time"},
    "running_rear": {"crossover", "pelvic_drop", "trunk_lean"},
    "running_side": {"over_stride", "cadence", "knee_flexion_at_contact", "trunk_forward_lean"},
}
Clip = tuple[Path, dict[str, Any]]


def test_the_catalogue_is_what_is_committed() -> None:
    assert {path.stem for path in CLIP_FOLDER.glob("*.mp4")} == set(CLIPS)


def test_clips_are_small_together() -> None:
    assert sum(path.stat().st_size for path in CLIP_FOLDER.iterdir()) < SIZE_LIMIT_BYTES


def test_every_exercise_has_a_clean_and_a_faulty_clip() -> None:
    for exercise in CHECKS:
        plans = [plan for plan in CLIPS.values() if plan.exercise == exercise]
        faulty = [
            any(rep.faults for rep in plan.reps) or bool(plan.run and plan.run.faults) for plan in plans
        ]
        assert True in faulty
        assert False in faulty


def test_truth_names_its_clip(clip: Clip) -> None:
    path, truth = clip
    plan = CLIPS[path.stem]
    assert truth["schema"] == "formcheck.truth/1"
    assert (truth["name"], truth["exercise"], truth["side"]) == (path.stem, plan.exercise, plan.side)
    assert (truth["seed"], truth["fps"]) == (plan.seed, plan.fps)


def test_video_has_the_frames_the_truth_tells_of(clip: Clip) -> None:
    path, truth = clip
    video = cv2.VideoCapture(str(path))
    size = [int(video.get(cv2.CAP_PROP_FRAME_WIDTH)), int(video.get(cv2.CAP_PROP_FRAME_HEIGHT))]
    fps = video.get(cv2.CAP_PROP_FPS)
    frames = 0
    while video.grab():
        frames += 1
    video.release()
    assert frames == truth["frames"]
    assert size == truth["size_px"]
    assert math.isclose(fps, truth["fps"], rel_tol=1e-3)


def test_joints_are_there_for_every_frame_and_project_to_their_pixels(clip: Clip) -> None:
    path, truth = clip
    arrays = np.load(path.with_suffix(".truth.npz"))
    names = truth["joints"]["names"]
    pixels = arrays["joints_px"] * truth["joints"]["px_unit"]
    metres = arrays["joints_m"] * truth["joints"]["m_unit"]
    assert pixels.shape == (truth["frames"], len(names), 2)
    assert metres.shape == (truth["frames"], len(names), 3)
    camera = truth["camera"]
    seen = metres @ np.array(camera["R"]).T + np.array(camera["t"])
    flat = seen @ np.array(camera["K"]).T
    assert np.abs(flat[..., :2] / flat[..., 2:] - pixels).max() < 1.0
    assert np.allclose(arrays["t_s"], np.arange(truth["frames"]) / truth["fps"], atol=1e-4)


def test_body_stays_in_the_picture(clip: Clip) -> None:
    path, truth = clip
    pixels = np.load(path.with_suffix(".truth.npz"))["joints_px"] * truth["joints"]["px_unit"]
    assert pixels.min() > 0
    assert (pixels.max(axis=(0, 1)) < np.array(truth["size_px"])).all()


def test_bones_keep_their_length(clip: Clip) -> None:
    path, truth = clip
    names = truth["joints"]["names"]
    metres = np.load(path.with_suffix(".truth.npz"))["joints_m"] * truth["joints"]["m_unit"]
    for side in ("left", "right"):
        chain = [metres[:, names.index(f"{side}_{joint}")] for joint in ("hip", "knee", "ankle")]
        for upper, lower in pairwise(chain):
            lengths = np.linalg.norm(upper - lower, axis=1)
            assert np.ptp(lengths) < 0.004  # coordinates are rounded to millimetres


def test_repetitions_are_counted_and_in_order(clip: Clip) -> None:
    path, truth = clip
    plan = CLIPS[path.stem]
    assert len(truth["reps"]) == len(plan.reps)
    assert [rep["index"] for rep in truth["reps"]] == list(range(1, len(plan.reps) + 1))
    previous_end_s = truth["events"]["set_up_end_s"] if truth["reps"] else 0.0
    for rep in truth["reps"]:
        assert previous_end_s <= rep["start_s"] < rep["turn_s"] < rep["end_s"] <= truth["duration_s"]
        assert 0.0 < rep["hold_s"] < rep["end_s"] - rep["start_s"]
        assert 0.0 < rep["lowering_s"] < rep["end_s"] - rep["start_s"]
        assert rep["complete"] == (rep["amplitude"] >= 0.7)
        assert set(rep["faults"]) <= CHECKS[truth["exercise"]]
        assert all(math.isfinite(value) for value in rep["measures"].values())
        previous_end_s = rep["end_s"]


def test_contacts_take_turns_at_the_cadence(clip: Clip) -> None:
    _, truth = clip
    if truth["exercise"] not in RUNS:
        assert "contacts" not in truth
        return
    contacts = truth["contacts"]
    times_s = [contact["time_s"] for contact in contacts]
    assert all(a["side"] != b["side"] for a, b in pairwise(contacts))
    step_s = np.diff(times_s)
    assert math.isclose(60.0 / step_s.mean(), truth["cadence_spm"], rel_tol=0.01)
    for faults in truth["faults_by_side"].values():
        assert set(faults) <= CHECKS[truth["exercise"]]
