"""Clips scored by the product's own path and set beside their truth, on committed tracks of the sample clips."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from bench.accuracy import score_all
from bench.accuracy_checks import tally
from bench.accuracy_declare import grade_of
from bench.accuracy_dump import write_dump
from bench.accuracy_figures import Published, all_figures, publish, published
from bench.accuracy_real import TRACKS, real_rows
from bench.accuracy_score import ScoredClip
from bench.scoring_truth import clip_truth, truths
from tests.golden.make import CLIPS, GOLDEN

NAMES = ("squat_valgus", "bridge_faulty_left", "running_rear_faulty")


def record(clip: str, **changes: Any) -> dict[str, Any]:
    """A sample's truth as the bench keeps it."""
    told: dict[str, Any] = json.loads((CLIPS / f"{clip}.truth.json").read_text(encoding="utf-8"))
    placing = {"place": "prescribed", "view": "as prescribed"}
    return told | {"part": "test", "negative": False, "placing": placing} | changes


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small bench of three samples and one film in which nobody was found."""
    folder = tmp_path_factory.mktemp("bench")
    for name in NAMES:
        (folder / f"{name}.json").write_text(json.dumps(record(name)), encoding="utf-8")
        shutil.copy(GOLDEN / f"{name}.npz", folder)
    dark = record("squat_valgus", name="dark", part="tune")
    (folder / "dark.json").write_text(json.dumps(dark), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def scored(folder: Path) -> dict[str, ScoredClip]:
    """Every clip of that bench."""
    return {clip.truth.name: clip for clip in score_all(truths(folder), folder)}


def test_parts_are_told_apart(folder: Path) -> None:
    assert [clip.name for clip in truths(folder, "tune")] == ["dark"]
    assert [clip.name for clip in truths(folder, "test")] == sorted(NAMES)


def test_a_set_is_read_repetition_by_repetition(scored: dict[str, ScoredClip]) -> None:
    squat = scored["squat_valgus"]
    assert squat.reps_exact
    assert [unit.rep.index for unit in squat.units if unit.rep] == [1, 2, 3, 4, 5]
    assert abs(all_figures([squat])["single_leg_box_squat.start.bias"].value) < 0.5


def test_truth_is_in_the_units_of_the_readings() -> None:
    clip = clip_truth(record("bridge_faulty_left"))
    high_leg = clip.reps[3].measures
    assert "free_leg_height" in clip.reps[3].faults
    assert high_leg["free_leg_excess_deg"] == pytest.approx(
        high_leg["free_leg_elevation_deg"] - high_leg["stance_thigh_elevation_deg"]
    )
    sagging = clip.reps[1].measures  # the left leg stands: its free, right hip sinks, so the left is above
    assert sagging["left_drop_deg"] == pytest.approx(-sagging["pelvic_drop_deg"])


def test_sizes_are_graded_by_what_the_joints_did(scored: dict[str, ScoredClip]) -> None:
    squat = scored["squat_valgus"]
    grades = [grade_of(unit, "knee_valgus") for unit in squat.units]
    assert grades == ["clean", "severe", "clean", "severe", "clean"]


def test_a_foot_that_crosses_is_told_from_one_that_does_not(scored: dict[str, ScoredClip]) -> None:
    run = scored["running_rear_faulty"]
    assert [grade_of(unit, "crossover") for unit in run.units[:2]] == ["clean", "severe"]
    assert run.cadence_right
    assert all(pair.true.side == pair.read.side for pair in run.contacts)


def test_a_film_in_which_nobody_was_found_misses_every_repetition(scored: dict[str, ScoredClip]) -> None:
    dark = scored["dark"]
    assert dark.report is None
    assert dark.count_errors == sum(rep.complete for rep in dark.truth.reps)
    assert sum(tally([dark], "knee_valgus").found.values()) == 0


def test_the_dump_has_one_row_per_repetition_or_foot(scored: dict[str, ScoredClip], tmp_path: Path) -> None:
    write_dump(list(scored.values()), tmp_path / "dump.csv")
    with (tmp_path / "dump.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    squat = [row for row in rows if row["name"] == "squat_valgus"]
    assert [row["grade.knee_valgus"] for row in squat] == ["clean", "severe", "clean", "severe", "clean"]
    assert all(float(row["read.fppa"]) and row["view_facing"] == "front" for row in squat)
    assert [row["unit"] for row in rows if row["name"] == "running_rear_faulty"] == ["left", "right", "run"]


def test_what_is_published_is_read_back(scored: dict[str, ScoredClip], tmp_path: Path) -> None:
    clips = list(scored.values())
    figures = all_figures(clips)
    publish(clips, figures, [{"track": "a"}], tmp_path / "published.json")
    back = published(tmp_path / "published.json")
    assert back.clips == tuple(scored)
    assert back.figures["all.reps_exact"].value == pytest.approx(figures["all.reps_exact"].value, abs=1e-5)
    assert back.real == ({"track": "a"},)
    assert all(figure.has_interval for figure in back.figures.values())
    assert published(tmp_path / "missing.json") == Published()


@pytest.mark.skipif(not TRACKS.is_dir(), reason="the tracks of real people (../shared/tracks) are not here")
def test_a_real_track_is_counted_and_tried_as_every_other_exercise(tmp_path: Path) -> None:
    told = json.loads((TRACKS / "tracks.json").read_text(encoding="utf-8"))
    few = {name: told[name] for name in ("clam_A", "squat8_BE")}
    (tmp_path / "tracks.json").write_text(json.dumps(few), encoding="utf-8")
    for name in few:
        shutil.copy(TRACKS / f"{name}.npz", tmp_path)
    clam, squats = real_rows(tmp_path)
    assert (clam["expected"], len(clam["turn_errors_s"])) == (3, clam["counted"])
    assert not squats["scored"]
    assert squats["others"] == clam["others"] + 1


def test_a_truth_without_its_place_is_refused() -> None:
    incomplete = record("squat_valgus")
    del incomplete["placing"]
    with pytest.raises(KeyError):
        clip_truth(incomplete)
