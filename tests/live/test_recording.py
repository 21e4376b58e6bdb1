"""A recorded live set is on disk as it comes; whatever happens to the process, what was done is kept."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from formcheck import score_track
from formcheck.errors import OutputError
from formcheck.exercises.registry import get_exercise
from formcheck.limits import params_of
from formcheck.live.live_set import LiveSet
from formcheck.live.recording import LIVE, REPORT, SET, TRACK, VIDEO, Recording, recover
from formcheck.live.records import LiveSummary
from formcheck.live.summary import LiveResult
from formcheck.pose.store import load_track
from formcheck.results import SetReport
from formcheck.video.open_source import open_source
from tests.golden.tracks import golden

EXERCISE = "single_leg_box_squat"
COMMAND = (sys.executable, "-m", "formcheck", "live", "--exercise", EXERCISE, "--no-window", "--no-sound")


def recorded(root: Path, until_s: float = 1e9, **limits: float) -> tuple[Recording, LiveSet]:
    """A sample recorded live up to a moment, not closed."""
    kind = get_exercise(EXERCISE)
    track = golden("squat_valgus")
    live = LiveSet(kind(params_of(kind, limits)), track.info)
    recording: Recording | None = None
    for pose in track:
        if pose.t_s > until_s:
            break
        live.update(pose)
        if live.stretch is not None:
            recording = recording or Recording(root, live.stretch.checker)
            recording.keep(live.stretch)
    assert recording is not None
    return recording, live


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LiveResult]:
    """A whole set's folder, and its result."""
    recording, live = recorded(tmp_path_factory.mktemp("closed"))
    result = live.finish()
    recording.close(result)
    return recording.folder, result


def test_a_closed_set_leaves_track_result_and_report(closed: tuple[Path, LiveResult]) -> None:
    folder, result = closed
    assert sorted(path.name for path in folder.iterdir()) == sorted([TRACK, SET, REPORT, LIVE])
    report = SetReport.model_validate_json((folder / SET).read_text(encoding="utf-8"))
    assert report == result.summary.report
    assert LiveSummary.model_validate_json((folder / LIVE).read_text(encoding="utf-8")) == result.summary
    assert "<html" in (folder / REPORT).read_text(encoding="utf-8")


def test_the_recorded_track_scores_the_same(closed: tuple[Path, LiveResult]) -> None:
    folder, result = closed
    again = score_track(load_track(folder / TRACK), get_exercise(EXERCISE)()).report
    assert again == result.summary.report
    assert again.reps_complete == 5


def test_only_its_owner_reads_it(closed: tuple[Path, LiveResult]) -> None:
    folder, _ = closed
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_two_sets_never_share_a_folder(tmp_path: Path) -> None:
    assert len({Recording(tmp_path, get_exercise(EXERCISE)()).folder for _ in range(5)}) == 5


def test_what_was_cut_off_is_made_whole(tmp_path: Path) -> None:
    recording, _ = recorded(tmp_path, until_s=30.0, lean_limit_deg=20.0)
    assert not (recording.folder / TRACK).exists()
    [found] = recover(tmp_path)
    assert (found.problem, found.reps) == ("", 3)
    report = SetReport.model_validate_json((recording.folder / SET).read_text(encoding="utf-8"))
    assert report.provenance.params["lean_limit_deg"] == 20.0
    assert load_track(recording.folder / TRACK).t_s[-1] > 22.0
    assert recover(tmp_path) == []


def test_nothing_written_yet_is_said(tmp_path: Path) -> None:
    Recording(tmp_path, get_exercise(EXERCISE)())
    [found] = recover(tmp_path)
    assert found.problem
    assert recover(tmp_path) == []


def test_a_damaged_part_is_reported_and_kept(tmp_path: Path) -> None:
    recording, _ = recorded(tmp_path, until_s=15.0)
    part = sorted(recording.folder.glob("parts/*.npz"))[0]
    part.write_bytes(part.read_bytes()[:100])
    [found] = recover(tmp_path)
    assert "damaged" in found.problem
    assert part.exists()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="another folder"):
        Recording(tmp_path / "file", get_exercise(EXERCISE)())


def started(root: Path, clip: Path, until: str) -> subprocess.Popen[str]:
    """The command on a clip, with the film, up to a line that it prints."""
    process = subprocess.Popen(
        [*COMMAND, "--camera", str(clip), "--fast", "--record", str(root), "--record-video"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if until in line:
            return process
    pytest.fail(f"it ended before {until}: {process.communicate()[1]}")


@pytest.mark.slow
def test_a_killed_process_loses_seconds_not_the_set(samples: Path, tmp_path: Path) -> None:
    process = started(tmp_path, samples / "squat_valgus.mp4", "repetition 2")
    process.kill()
    process.communicate()
    [folder] = tmp_path.iterdir()
    assert not (folder / SET).exists()
    again = subprocess.run(
        [*COMMAND, "--camera", "no.mp4", "--record", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert f"a set that was cut off, {folder.name}" in again.stderr
    report = SetReport.model_validate_json((folder / SET).read_text(encoding="utf-8"))
    assert report.reps_complete >= 1
    with open_source(folder / VIDEO) as film:
        assert sum(1 for _ in film) > 50


@pytest.mark.slow
def test_a_process_that_is_told_to_stop_saves_the_whole_set(two_squats: Path, tmp_path: Path) -> None:
    process = started(tmp_path, two_squats, "repetition 1")
    os.kill(process.pid, signal.SIGTERM)
    process.communicate(timeout=120)
    [folder] = tmp_path.iterdir()
    report = SetReport.model_validate_json((folder / SET).read_text(encoding="utf-8"))
    assert report.reps_complete >= 1
    assert (folder / VIDEO).exists()
    assert recover(tmp_path) == []
