"""What can be asked for besides tables: exports, reports, a time limit."""

from __future__ import annotations

from pathlib import Path

from pyarrow import parquet

from formcheck.batch.runner import Options
from tests.batch.conftest import Clinic, Seen


def test_exports_are_made_of_what_is_stored(finished: Clinic) -> None:
    for path in finished.folder.glob("*.npz"):
        path.unlink()
    finished.run(Options(exports=("trc", "mot")))
    results = {path.stem for path in finished.out.glob("results/*/*.json")}
    for kind in ("trc", "mot"):
        assert {path.stem for path in finished.out.glob(f"exports/*/*.{kind}")} == results


def test_reports_asked_for_later_are_made_of_the_recording(finished: Clinic) -> None:
    before = finished.tables()
    finished.run(Options(pictures=("report",)))
    assert {path.stem for path in finished.out.glob("reports/*/*.html")} == {
        path.stem for path in finished.out.glob("results/*/*.json")
    }
    assert finished.tables() == before
    seen = Seen()
    finished.run(Options(pictures=("report",)), seen=seen)
    assert seen.to_do == 0


def test_reports_of_recordings_that_are_gone_are_made_of_their_tracks(finished: Clinic) -> None:
    for path in finished.folder.glob("*.npz"):
        path.unlink()
    assert finished.run(Options(pictures=("report", "overlay"))).failed == 0
    assert len(list(finished.out.glob("reports/*/*.html"))) == 5
    assert not list(finished.out.glob("overlays/*/*"))


def test_a_recording_that_takes_too_long_is_a_row(clinic: Clinic, samples: Path) -> None:
    clinic.manifest.write_text(
        f"file,exercise\n{samples / 'squat_valgus.mp4'},single_leg_box_squat\n", encoding="utf-8"
    )
    clinic.run(Options(timeout_s=1.0))
    (row,) = parquet.read_table(clinic.out / "recordings.parquet").to_pylist()
    assert (row["state"], row["failure"]) == ("failed", "timeout")
    seen = Seen()
    clinic.run(Options(timeout_s=1.0), seen=seen)
    assert seen.to_do == 0
