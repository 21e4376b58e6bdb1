"""What can be asked for besides tables: exports, reports, a time limit."""

from __future__ import annotations

from pathlib import Path

from pyarrow import parquet

from formcheck import score
from formcheck.batch.runner import Options
from formcheck.video.open_source import open_source
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


def test_a_film_with_everything_gives_what_a_single_check_gives(clinic: Clinic, film: Path) -> None:
    clinic.manifest.write_text(f"file,exercise\n{film},clamshell\n", encoding="utf-8")
    asked = Options(pictures=("report", "overlay"), exports=("trc", "c3d"))
    assert not clinic.run(asked).unexported
    (result,) = clinic.out.glob("results/*/*.json")
    (track,) = clinic.out.glob("tracks/*/*.npz")
    expected = score(film, "clamshell").to_json() + "\n"
    assert result.read_text(encoding="utf-8") == expected
    assert score(track, "clamshell").to_json() + "\n" == expected
    made = {
        path.suffix: path for folder in ("reports", "overlays", "exports") for path in clinic.out.glob(f"{folder}/*/*")
    }
    assert sorted(made) == [".c3d", ".html", ".trc", ".webm"]
    with open_source(made[".webm"]) as drawn:
        assert sum(1 for _ in drawn) == 48


def test_pictures_that_show_faces_do_not_outlast_the_wish_to_hide_them(clinic: Clinic, film: Path) -> None:
    clinic.manifest.write_text(f"file,exercise\n{film},clamshell\n", encoding="utf-8")
    clinic.run(Options(pictures=("overlay",)))
    (overlay,) = clinic.out.glob("overlays/*/*.webm")
    shown = overlay.read_bytes()
    blurred = Options(pictures=("overlay",), face_blur=True)
    assert clinic.run(blurred).failed == 0
    hidden = overlay.read_bytes()
    assert hidden != shown
    seen = Seen()
    clinic.run(blurred, seen=seen)
    assert seen.to_do == 0
    clinic.run(Options(face_blur=True, limits={"clamshell": {"hold_limit_s": 1.0}}))
    assert overlay.read_bytes() == hidden


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
