"""The kept data: every track has its truth, belongs to a planned clip, and all are small enough to keep."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from bench.focus import focus_clips
from bench.generate import DATA, bench_record, track_path, truth_path
from bench.plans import bench_clips
from bench.reach import AIMS
from bench.series import BenchClip
from formcheck.pose.store import load_track

MOST_MEGABYTES = 50.0
PLANNED = {clip.name: clip for clip in bench_clips()}
KEPT = sorted(path.stem for path in DATA.glob("*.json"))


def _truth(name: str) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads(truth_path(name).read_text(encoding="utf-8"))
    return truth


@pytest.fixture(scope="module")
def truths() -> dict[str, dict[str, Any]]:
    """All kept truth by name."""
    return {name: _truth(name) for name in KEPT}


def test_there_are_data_and_they_are_planned() -> None:
    assert KEPT
    assert set(KEPT) <= set(PLANNED)


def test_data_stay_small() -> None:
    megabytes = sum(path.stat().st_size for path in DATA.iterdir()) / 1e6
    assert megabytes < MOST_MEGABYTES


def test_every_track_has_truth_and_the_other_way_round(truths: dict[str, dict[str, Any]]) -> None:
    seen = {name for name, truth in truths.items() if not truth.get("nobody_found")}
    assert {path.stem for path in DATA.glob("*.npz")} == seen


def test_truth_is_that_of_the_plan(truths: dict[str, dict[str, Any]]) -> None:
    for name, truth in truths.items():
        clip = PLANNED[name]
        assert truth["seed"] == clip.plan.seed, name
        assert truth["part"] == clip.part
        assert truth["fps"] == clip.plan.fps
        assert truth["body"]["name"] == clip.plan.body.name
        assert truth["camera"]["pos_m"] == list(clip.plan.camera.pos_m)
        assert truth["placing"] == clip.placing.record()
        assert truth["negative"] == clip.negative


def test_repetitions_are_those_of_the_plan(truths: dict[str, dict[str, Any]]) -> None:
    for name, truth in truths.items():
        clip = PLANNED[name]
        if clip.negative:
            assert truth["reps"] == []
            assert "contacts" not in truth
            continue
        assert [rep["faults"] for rep in truth["reps"]] == [dict(rep.faults) for rep in clip.plan.reps], name
        assert [rep["complete"] for rep in truth["reps"]] == [rep.amplitude >= 0.7 for rep in clip.plan.reps]
        if clip.plan.run:
            assert {contact["side"] for contact in truth["contacts"]} == {"left", "right"}


def test_tracks_have_the_frames_of_the_clip(truths: dict[str, dict[str, Any]]) -> None:
    for name, truth in truths.items():
        if truth.get("nobody_found"):
            continue
        track = load_track(track_path(name))
        assert len(track) == truth["frames"], name
        assert list(track.size_px) == truth["size_px"]
        assert np.median(np.diff(track.t_s)) == pytest.approx(1.0 / truth["fps"], rel=0.02)


def _within(truth: dict[str, Any], check: str, measure: str) -> list[tuple[str, float]]:
    """Grade and true measure of the repetitions with a fault, complete ones only."""
    return [
        (grades.get(check, "clean"), rep["measures"][measure])
        for rep, grades in zip(truth["reps"], truth["grades"], strict=True)
        if rep["complete"]
    ]


@pytest.mark.parametrize(
    ("exercise", "check", "measure"),
    [
        ("single_leg_box_squat", "knee_valgus", "fppa_image_over_clean_deg"),
        ("single_leg_box_squat", "trunk_lean", "trunk_lean_deg"),
        ("clamshell", "pelvic_roll", "pelvic_roll_deg"),
        ("clamshell", "feet_apart", "feet_gap_m"),
        ("single_leg_glute_bridge", "pelvic_drop", "pelvic_drop_deg"),
    ],
)
def test_graver_faults_are_larger_in_truth(
    truths: dict[str, dict[str, Any]], exercise: str, check: str, measure: str
) -> None:
    sizes: dict[str, list[float]] = {}
    for truth in truths.values():
        if truth["exercise"] == exercise and not truth["negative"] and truth["placing"]["place"] != "forbidden":
            for grade, value in _within(truth, check, measure):
                sizes.setdefault(grade, []).append(value)
    means = [np.mean(sizes[grade]) for grade in ("clean", "mild", "moderate", "severe") if grade in sizes]
    assert len(means) >= 2
    assert means == sorted(means)


FOCUS_AIMS = [
    (aim.exercise, check, aim.quantity, grade, true)
    for check, aim in AIMS.items()
    for grade, true in zip(("moderate", "severe"), aim.true, strict=True)
]


def _focused(truths: dict[str, dict[str, Any]], exercise: str) -> list[dict[str, Any]]:
    clips = {clip.name for clip in focus_clips() if not clip.negative and clip.plan.exercise == exercise}
    return [truth for name, truth in truths.items() if name in clips]


@pytest.mark.parametrize(("exercise", "check", "quantity", "grade", "true"), FOCUS_AIMS)
def test_faults_of_the_second_volume_have_the_size_aimed_at(
    truths: dict[str, dict[str, Any]], exercise: str, check: str, quantity: str, grade: str, true: float
) -> None:
    values = [
        rep["measures"][quantity]
        for truth in _focused(truths, exercise)
        for rep, grades in zip(truth["reps"], truth.get("grades", ()), strict=False)
        if grades.get(check) == grade
    ]
    values += [
        contact[quantity]
        for truth in _focused(truths, exercise)
        for contact in truth.get("contacts", ())
        if truth["grades_by_side"][contact["side"]].get(check) == grade
    ]
    if not values:
        pytest.skip("no data of such a fault yet: bench/README.md, Making the data anew")
    assert np.mean(values) == pytest.approx(true, abs=3.0)
    assert np.percentile(np.abs(np.array(values) - true), 90) < 6.0


def test_crossing_feet_of_the_second_volume_land_on_the_midline_or_past_it(truths: dict[str, dict[str, Any]]) -> None:
    for truth in _focused(truths, "running_rear"):
        for contact in truth["contacts"]:
            grade = truth["grades_by_side"][contact["side"]].get("crossover", "clean")
            low, high = {"clean": (0.03, 0.08), "moderate": (-0.005, 0.005), "severe": (-0.04, -0.02)}[grade]
            assert low < contact["foot_offset_from_midline_m"] < high, truth["name"]


def test_record_of_a_clip_leaves_out_what_the_camera_makes_of_itself() -> None:
    clip: BenchClip = next(iter(PLANNED.values()))
    record = bench_record(clip, {"name": clip.name, "camera": {"pos_m": [0, 0, 1], "K": [], "R": [], "t": []}}, 7)
    assert record["camera"] == {"pos_m": [0, 0, 1]}
    assert record["placing"]["place"] == clip.placing.place
