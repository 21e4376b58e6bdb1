"""A batch from plan to tables: resumed, repeated, with bad recordings among good ones."""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from pyarrow import parquet

from formcheck import score
from formcheck.batch.engines.base import Watch
from formcheck.batch.engines.local import LocalEngine
from formcheck.batch.errors import BatchInterruptedError, PlanError, WorkersLostError
from formcheck.batch.lock import holding
from formcheck.batch.runner import Options
from formcheck.errors import UsageError
from tests.batch.conftest import Clinic, Seen


def _recordings(clinic: Clinic) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = parquet.read_table(clinic.out / "recordings.parquet").to_pylist()
    return rows


def test_results_are_those_of_a_single_check(finished: Clinic) -> None:
    for entry, row in zip(finished.plan().entries, _recordings(finished), strict=True):
        (path,) = finished.out.glob(f"results/*/{row['recording']}.json")
        assert path.read_text(encoding="utf-8") == score(entry.path, entry.exercise, side=entry.side).to_json() + "\n"


def test_the_second_run_does_nothing_and_gives_the_same_tables(finished: Clinic) -> None:
    before, seen = finished.tables(), Seen()
    times = {path: path.stat().st_mtime_ns for path in finished.out.glob("*/*/*")}
    assert finished.run(seen=seen).scored_now == 0
    assert seen.to_do == 0
    assert finished.tables() == before
    assert {path: path.stat().st_mtime_ns for path in finished.out.glob("*/*/*")} == times


def test_stopped_and_resumed_gives_the_same_tables(finished: Clinic, tmp_path: Path) -> None:
    whole = finished.tables()
    shutil.rmtree(finished.out)
    watch = Watch()

    class StopsAfterOne(Seen):
        def ended(self, *args: object) -> None:
            watch.stop.set()

    with pytest.raises(BatchInterruptedError, match="of 5 recordings done"):
        finished.run(seen=StopsAfterOne(), watch=watch)
    seen = Seen()
    finished.run(seen=seen)
    assert 0 < seen.to_do < 5
    assert finished.tables() == whole


def test_a_lost_journal_costs_reading_not_scoring(finished: Clinic) -> None:
    before = finished.tables()
    shutil.rmtree(finished.out / "journal")
    assert finished.run().scored_now == 0
    assert finished.tables() == before


def test_half_a_line_in_the_journal_is_passed_over(finished: Clinic) -> None:
    journal = finished.out / "journal/000001.jsonl"
    journal.write_bytes(journal.read_bytes()[:-20])
    seen = Seen()
    assert finished.run(seen=seen).scored_now == 0
    assert seen.to_do == 1


def test_a_result_cut_short_is_made_again(finished: Clinic) -> None:
    before = finished.tables()
    shutil.rmtree(finished.out / "journal")
    for path in finished.out.glob("results/*/*.json"):
        path.write_bytes(path.read_bytes()[:100])
    for path in list(finished.out.glob("tracks/*/*.npz"))[:2]:
        path.write_bytes(b"")
    assert finished.run().scored_now == 5
    assert finished.tables() == before


def test_bad_recordings_are_rows_and_never_stop_the_rest(clinic: Clinic) -> None:
    (clinic.folder / "empty.mp4").touch()
    (clinic.folder / "text.mp4").write_text("no film", encoding="utf-8")
    for name in ("empty.mp4", "text.mp4"):
        clinic.add_row(name, "clamshell", "", "person 0", "2026-11-20", "")
    finished = clinic.run()
    assert (finished.failed, finished.scored_now) == (2, 5)
    lines = (clinic.out / "failures.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [["7", "empty.mp4"], ["8", "text.mp4"]]
    assert all("unreadable" in line for line in lines[1:])
    states = [(row["state"], row["failure"]) for row in _recordings(clinic)]
    assert states == [("scored", None)] * 5 + [("failed", "unreadable")] * 2
    seen = Seen()
    assert clinic.run(seen=seen).failed == 2
    assert seen.to_do == 0
    assert clinic.run(Options(retry_failed=True), seen=seen).failed == 2
    assert seen.to_do == 2


def test_one_file_under_two_names_is_scored_once(clinic: Clinic) -> None:
    shutil.copyfile(clinic.folder / "clamshell_test_01.npz", clinic.folder / "copy.npz")
    clinic.add_row("copy.npz", "clamshell", "auto", "person 1", "2026-11-20", "")
    finished = clinic.run()
    assert (finished.scored_now, finished.duplicates) == (5, 1)
    rows = _recordings(clinic)
    assert rows[5]["duplicate_of"] == "clamshell_test_01.npz"
    assert rows[5]["recording"] == rows[0]["recording"]
    reps = parquet.read_table(clinic.out / "reps.parquet").to_pylist()
    assert "copy.npz" not in {rep["file"] for rep in reps}


def test_a_recording_that_vanishes_is_a_row(clinic: Clinic) -> None:
    plan = clinic.plan()
    (clinic.folder / "side_test_01.npz").unlink()
    clinic.plan = lambda: plan  # type: ignore[method-assign]
    clinic.run()
    assert _recordings(clinic)[4]["failure"] == "vanished"


def test_a_recording_archived_after_it_was_scored_keeps_its_result(finished: Clinic) -> None:
    before = finished.tables()
    (finished.folder / "side_test_01.npz").unlink()
    assert finished.run().failed == 0
    assert finished.tables() == before


def test_a_recording_that_was_never_there_stops_the_batch_before_work(clinic: Clinic) -> None:
    clinic.add_row("none.mp4", "clamshell", "", "", "", "")
    seen = Seen()
    with pytest.raises(PlanError, match="1 of 6 recordings cannot be planned") as caught:
        clinic.run(seen=seen)
    assert [problem.line for problem in caught.value.problems] == [7]
    assert not seen.attempts
    assert clinic.run(Options(skip_wrong=True)).failed == 1
    assert "wrong_row" in (clinic.out / "failures.csv").read_text(encoding="utf-8")


def test_other_limits_use_the_stored_tracks(finished: Clinic) -> None:
    for path in finished.folder.glob("*.npz"):
        path.unlink()
    limits = {"clamshell": {"hold_limit_s": 2.5}}
    finished.run(Options(limits=limits))
    hashes = {row["params_hash"] for row in _recordings(finished)}
    assert len(list(finished.out.glob("results/*/*.json"))) == 7
    assert len(hashes) == 3


def test_two_runs_on_one_folder_are_refused(clinic: Clinic) -> None:
    with holding(clinic.out), pytest.raises(UsageError, match=rf"another run is at work .*process {os.getpid()} on"):
        clinic.run()


def test_a_folder_of_a_newer_version_is_refused(finished: Clinic) -> None:
    about = json.loads((finished.out / "batch.json").read_text(encoding="utf-8"))
    (finished.out / "batch.json").write_text(json.dumps({**about, "version": 99}), encoding="utf-8")
    with pytest.raises(UsageError, match="newer formcheck"):
        finished.run()


def test_a_folder_with_other_files_is_refused(clinic: Clinic) -> None:
    clinic.out.mkdir()
    (clinic.out / "thesis.doc").touch()
    with pytest.raises(UsageError, match="holds other files"):
        clinic.run()


def test_cells_that_a_spreadsheet_would_compute_are_text(finished: Clinic) -> None:
    """In the manifest they may come from anybody; numbers stay numbers."""
    finished.add_row("=HYPERLINK(1).mp4", "clamshell", "", "+cmd", "", "")
    text = finished.manifest.read_text(encoding="utf-8").replace("person 0", "@SUM(1)").replace("person 1", "-17")
    finished.manifest.write_text(text, encoding="utf-8")
    finished.run(Options(skip_wrong=True))
    assert ",'=HYPERLINK(1).mp4," in (finished.out / "failures.csv").read_text(encoding="utf-8")
    with (finished.out / "reps.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["person"] for row in rows} == {"'@SUM(1)", "-17"}
    assert any(float(row["pelvic_roll_deg"] or 0) < 0 for row in rows)
    assert {row["person"] for row in _recordings(finished)} == {"@SUM(1)", "-17", "+cmd"}


def test_every_table_names_its_own_schema(finished: Clinic) -> None:
    for name, version in (("reps", 2), ("checks", 2), ("recordings", 1)):
        metadata = parquet.read_schema(finished.out / f"{name}.parquet").metadata
        assert metadata[b"formcheck.schema"].decode() == f"formcheck.{name}/{version}"


def test_a_machine_that_starts_no_process_blames_no_recording(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    with LocalEngine(1) as engine:
        monkeypatch.setattr("formcheck.workers.worker.START_S", 0.0)
        with pytest.raises(WorkersLostError, match="the process that scores recordings was not ready"):
            clinic.run(engine=engine)
    assert not (clinic.out / "failures.csv").exists()


def test_what_a_killed_run_was_writing_is_removed(finished: Clinic) -> None:
    left = finished.out / "results/ab"
    left.mkdir(exist_ok=True)
    (left / ".formcheck-0123456789ab.partial.json").write_bytes(b"{")
    finished.run()
    assert not list(finished.out.rglob(".formcheck-*"))


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root reads everything")
def test_a_recording_that_may_not_be_read_is_a_row(clinic: Clinic) -> None:
    (clinic.folder / "side_test_01.npz").chmod(0)
    clinic.run()
    assert _recordings(clinic)[4]["failure"] == "unreadable"
