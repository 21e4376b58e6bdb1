"""What must not be lost, shown or counted twice: refused runs, faces, keys, outputs, damage, broken input."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections import Counter
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from pyarrow import parquet

from formcheck.batch.errors import PlanError
from formcheck.batch.manifest import read_manifest
from formcheck.batch.plan import make_plan
from formcheck.batch.pseudonyms import load_pseudonyms
from formcheck.batch.rescore import rescore
from formcheck.batch.runner import Options
from formcheck.batch.storage import LocalStorage, open_storage
from formcheck.batch.store import name_of
from formcheck.batch.summary.facts import Check, SetFacts
from formcheck.batch.summary.frames import WIDTH_PX, worst_frames
from formcheck.errors import UsageError
from formcheck.report.html import render_report
from formcheck.scoring import analyse
from tests.batch.conftest import Clinic, Seen

LIMITS = {"clamshell": {"hold_limit_s": 6.0}}


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != ".lock"}


def _recordings(clinic: Clinic) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = parquet.read_table(clinic.out / "recordings.parquet").to_pylist()
    return rows


def test_a_refused_plan_changes_nothing(finished: Clinic) -> None:
    finished.run(Options(pictures=("report",)))
    before = _files(finished.out)
    finished.add_row("none.mp4", "clamshell", "", "", "", "")
    with pytest.raises(PlanError):
        finished.run(Options(pictures=("report",), face_blur=True))
    assert _files(finished.out) == before


def test_pages_with_faces_go_before_anything_is_scored(finished: Clinic) -> None:
    finished.run(Options(pictures=("report",)))

    class Stopped(Seen):
        def finishing(self) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finished.run(Options(face_blur=True), seen=Stopped())
    left = list(finished.out.rglob("*.html"))
    assert left == []
    finished.run(Options(face_blur=True))
    assert (finished.out / "summary.html").exists()
    assert len(list(finished.out.glob("people/*.html"))) == 2


def test_hiding_faces_that_was_stopped_is_done_by_the_next_run(
    finished: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished.run(Options(pictures=("report",)))
    remove = LocalStorage.remove

    def stops(storage: LocalStorage, name: str) -> None:
        if name.startswith("reports/"):
            raise KeyboardInterrupt
        remove(storage, name)

    monkeypatch.setattr(LocalStorage, "remove", stops)
    with pytest.raises(KeyboardInterrupt):
        finished.run(Options(face_blur=True))
    monkeypatch.undo()
    assert not (finished.out / ".faces-hidden").exists()
    finished.run(Options(face_blur=True))
    assert not list(finished.out.glob("reports/*/*"))


def test_a_refused_plan_leaves_the_folder_free(clinic: Clinic) -> None:
    clinic.add_row("none.mp4", "clamshell", "", "", "", "")
    with pytest.raises(PlanError):
        clinic.run()
    assert _files(clinic.out) == {}


def test_outputs_among_the_recordings_are_left_out(tmp_path: Path) -> None:
    films = tmp_path / "clamshell"
    for name in ("a.mp4", "scored/overlays/ab/x.webm", "earlier/overlays/ab/y.webm"):
        (films / name).parent.mkdir(parents=True, exist_ok=True)
        (films / name).write_bytes(b"film")
    (films / "earlier/batch.json").write_text(json.dumps({"format": "formcheck.batch", "version": 1}))
    for place in (str(films), f"{films}/**/*.*", f"file://{films}"):
        for out in (f"{films}/scored", f"file://{films}/scored"):
            plan = make_plan([place], exercise="clamshell", out=out)
            assert [Path(entry.path).name for entry in plan.entries] == ["a.mp4"], (place, out)
            left_out = sum(count for what, count in plan.skipped.items() if "of a batch" in what)
            assert left_out == (2 if place == str(films) else 3), "folders are counted, or each file"
    with pytest.raises(PlanError, match="1 outputs of a batch"):
        make_plan([str(films / "earlier")], exercise="clamshell")


def test_folders_that_link_each_other_are_searched_once(tmp_path: Path) -> None:
    folders = [tmp_path / f"clamshell/{n}" for n in range(7)]
    for folder in folders:
        folder.mkdir(parents=True)
    for folder in folders:
        for other in folders:
            if other != folder:
                (folder / f"to {other.name}").symlink_to(other)
    (folders[3] / "a.mp4").write_bytes(b"film")
    assert len(make_plan([str(tmp_path)]).entries) == 1


def test_a_name_too_long_for_the_system_is_a_problem(tmp_path: Path) -> None:
    (problem,) = make_plan(["x" * 300]).problems
    assert "no such file" in problem.why
    (problem,) = make_plan([""]).problems
    assert "empty name" in str(problem)
    with pytest.raises(UsageError, match="no output folder of"):
        rescore(open_storage(str(tmp_path / ("x" * 300))), LIMITS, "rescored/a/", workers=1, stop=Event())


def test_a_link_to_itself_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "me.mp4").symlink_to("me.mp4")
    (problem,) = make_plan([str(tmp_path)], exercise="clamshell").problems
    assert "cannot be read" in problem.why


def test_patterns_take_films_unless_they_name_a_kind(tmp_path: Path) -> None:
    for name in ("clam.mp4", "clam.truth.json", "clam.npz"):
        (tmp_path / name).write_bytes(b"x")
    plan = make_plan([f"{tmp_path}/clam*"], exercise="clamshell")
    assert [Path(entry.path).name for entry in plan.entries] == ["clam.mp4"]
    assert plan.skipped == {"files that are no videos": 2}
    plan = make_plan([f"{tmp_path}/*.npz"], exercise="clamshell")
    assert [Path(entry.path).name for entry in plan.entries] == ["clam.npz"]


@pytest.mark.parametrize("other", ["left", "auto", "copy"])
def test_one_set_is_counted_once_whatever_side_was_asked_for(clinic: Clinic, other: str) -> None:
    name = "clamshell_test_01.npz"
    if other == "copy":
        name = "copy.npz"
        shutil.copyfile(clinic.folder / "clamshell_test_01.npz", clinic.folder / name)
    side = parquet_side(clinic)
    rows = clinic.manifest.read_text(encoding="utf-8").splitlines()[:2]
    clinic.manifest.write_text("\n".join(rows) + "\n", encoding="utf-8")
    clinic.add_row(name, "clamshell" if other != "auto" else "auto", side, "person 0", "2026-11-01", "")
    assert clinic.run().duplicates == 1
    reps = parquet.read_table(clinic.out / "reps.parquet").to_pylist()
    assert Counter(rep["index"] for rep in reps if rep["side"] == side).most_common(1)[0][1] == 1


def parquet_side(clinic: Clinic) -> str:
    return analyse(clinic.folder / "clamshell_test_01.npz", exercise="clamshell").report.side or ""


def test_a_wrong_row_keeps_what_it_says(clinic: Clinic) -> None:
    clinic.add_row("none.mp4", "clamshell", "left", "Anna", "2026-11-20", "")
    clinic.add_row("side_test_01.npz", "clamshell", "up", "Berta", "2026-11-21", "")
    clinic.run(Options(skip_wrong=True))
    with (clinic.out / "failures.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["person"], row["session_date"], row["exercise"]) for row in csv.DictReader(file)]
    assert rows == [("Anna", "2026-11-20", "clamshell"), ("Berta", "2026-11-21", "clamshell")]
    assert "Anna" in (clinic.out / "summary.html").read_text(encoding="utf-8")


def test_every_fault_of_a_row_is_named(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("file,exercise,side,date\nnone.mp4,clamshel,up,yesterday\n", encoding="utf-8")
    (problem,) = make_plan([], manifest).problems
    for word in ("'up'", "'yesterday'", "clamshel", "no such file"):
        assert word in problem.why


@pytest.mark.parametrize("head", ["sep=;\r\n", "\n\n", ";;\n", '"sep=;"\n\n'])
def test_what_excel_puts_before_the_headings(tmp_path: Path, head: str) -> None:
    path = tmp_path / "manifest.csv"
    path.write_text(f"{head}file;side\na, b.mp4;left\n", encoding="utf-8", newline="")
    (row,) = read_manifest(path).rows
    assert (row.file, row.side, row.line) == ("a, b.mp4", "left", head.count("\n") + 2)


@pytest.mark.skipif(os.sep != "/", reason="folders are parted by / here")
def test_letters_in_two_forms_and_names_from_windows(tmp_path: Path) -> None:
    (tmp_path / "Mu\u0308ller.mp4").write_bytes(b"film")
    manifest = tmp_path / "manifest.csv"
    manifest.write_text(
        "file,exercise,person\nM\u00fcller.mp4,clamshell,Mu\u0308ller\na\\b.mp4,clamshell,m\u00fcller\n",
        encoding="utf-8",
    )
    plan = make_plan([], manifest)
    assert plan.entries[0].stamp is not None
    assert plan.namesakes == (("M\u00fcller", "m\u00fcller"),)


def test_the_key_lies_nowhere_in_the_results_however_they_are_named(clinic: Clinic) -> None:
    with pytest.raises(UsageError, match="keep it outside"):
        load_pseudonyms(clinic.out / "key", f"file://{clinic.out}")


def test_a_mistyped_key_leaves_no_key_and_no_list(clinic: Clinic) -> None:
    clinic.run(Options(names=load_pseudonyms(clinic.folder / "key", str(clinic.out))))
    assert (clinic.folder / "key.names.csv").exists()
    with pytest.raises(UsageError, match="made with pseudonyms"):
        clinic.run(Options(names=load_pseudonyms(clinic.folder / "kye", str(clinic.out))))
    assert not list(clinic.folder.glob("kye*"))


def test_a_damaged_track_is_made_again_by_the_next_run(finished: Clinic) -> None:
    tracks = {path: path.read_bytes() for path in finished.out.glob("tracks/*/*.npz")}
    for path, content in tracks.items():
        path.write_bytes(content[: len(content) // 2])
    assert rescore(open_storage(str(finished.out)), LIMITS, "rescored/a/", workers=1, stop=Event()).failed == 2
    assert finished.run().failed == 0
    again = [path for path, content in tracks.items() if path.read_bytes() == content]
    assert len(again) == 2


def test_a_result_outlives_its_recording_and_its_track(finished: Clinic) -> None:
    before = finished.tables()
    for path in (*finished.folder.glob("*.npz"), *finished.out.glob("tracks/*/*.npz")):
        path.unlink()
    assert finished.run().failed == 0
    assert finished.tables() == before


@pytest.mark.parametrize("content", [b"", b"5\n", b'{"file": 1}\n', b"\xff\n", b'{"file": "a'])
def test_a_damaged_index_is_told_in_one_line(finished: Clinic, content: bytes) -> None:
    (finished.out / "index.jsonl").write_bytes(content)
    with pytest.raises(UsageError, match="is damaged"):
        rescore(open_storage(str(finished.out)), LIMITS, "rescored/a/", workers=1, stop=Event())
    finished.run()
    assert rescore(open_storage(str(finished.out)), LIMITS, "rescored/a/", workers=1, stop=Event()).failed == 0


@pytest.mark.parametrize("line", ["5", "[1]", '"text"', "null", '{"id": [1], "stamp": null}'])
def test_a_line_of_the_journal_that_is_no_attempt_is_passed_over(finished: Clinic, line: str) -> None:
    with (finished.out / "journal/000001.jsonl").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    assert finished.run().scored_now == 0


def test_a_folder_that_is_not_ours_is_called_so(clinic: Clinic) -> None:
    clinic.out.mkdir()
    (clinic.out / "batch.json").write_text('{"name": "other", "version": 3}', encoding="utf-8")
    with pytest.raises(UsageError, match="damaged or not ours"):
        clinic.run()


def test_a_stored_track_has_no_film_and_is_not_tried_again_for_it(clinic: Clinic) -> None:
    asked, seen = Options(pictures=("overlay",)), Seen()
    assert clinic.run(asked).failed == 0
    assert not list(clinic.out.glob("overlays/*/*"))
    clinic.run(asked, seen=seen)
    assert seen.to_do == 0


def test_why_an_export_could_not_be_made(finished: Clinic) -> None:
    for path in list(finished.out.glob("tracks/*/*.npz"))[:2]:
        path.write_bytes(b"cut")
    assert finished.run(Options(exports=("trc",))).unexported == {
        "trc: the stored track is damaged; run the batch again": 2
    }


def test_rescored_pages_lead_to_the_reports_of_the_batch(finished: Clinic) -> None:
    finished.run(Options(pictures=("report",)))
    rescore(open_storage(str(finished.out)), LIMITS, "rescored/a/", workers=1, stop=Event())
    pages = list(finished.out.glob("rescored/a/people/*.html"))
    links = 0
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "--reports" not in text
        for part in text.split('href="')[1:]:
            if "/reports/" in (link := part.split('"')[0]):
                assert (page.parent / link).exists()
                links += 1
    assert links == 5


def test_pictures_are_found_in_reports_as_they_are_made(tmp_path: Path, root: Path) -> None:
    """Whoever changes the report's template changes what is read out of it."""
    analysis = analyse(root / "bench/data/clamshell_test_01.npz", exercise="clamshell", limits={"hold_limit_s": 6.0})
    width, height = analysis.track.size_px
    grey = np.full((height, width, 3), 90, dtype=np.uint8)
    page = render_report(analysis.report, analysis.trace, analysis.track, lambda times: dict.fromkeys(times, grey))
    storage = LocalStorage(tmp_path)
    storage.write(name_of("report", "k"), page.encode())
    made = page.count('card fault pictured">')
    sets = [_facts(analysis.report.verdicts)]
    frames = worst_frames(storage, sets)
    assert len(frames) == min(made, 3) > 0
    assert all('href="data:image/jpeg;base64,' in frame.figure for frame in frames)
    assert all(len(frame.figure) < len(page) / made for frame in frames), f"pictures of {WIDTH_PX} px are smaller"


def _facts(verdicts: object) -> SetFacts:
    checks = tuple(
        Check(v.check, v.title, v.side, v.state, v.value, v.limit, v.error, v.unit, v.finding, "", "", 1)
        for v in verdicts  # type: ignore[attr-defined]
    )
    return SetFacts("f", "", "", "clamshell", "k", "", False, 0, None, True, "", {}, checks, {}, {})


def test_a_person_of_duplicates_alone_is_not_called_unscored(finished: Clinic) -> None:
    shutil.copyfile(finished.folder / "clamshell_test_01.npz", finished.folder / "again.npz")
    finished.add_row("again.npz", "clamshell", "auto", "Carla", "2026-11-01", "")
    finished.run()
    page = (finished.out / "summary.html").read_text(encoding="utf-8")
    assert "counted under another name" in page
    assert "nothing scored" not in page
