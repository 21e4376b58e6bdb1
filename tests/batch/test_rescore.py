"""The same batch under other limits, from tracks alone."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest
from pyarrow import parquet

from formcheck import score
from formcheck.batch.errors import BatchInterruptedError
from formcheck.batch.rescore import Rescored, folder_for, rescore
from formcheck.batch.storage import open_storage
from formcheck.errors import UsageError
from tests.batch.conftest import Clinic

LIMITS = {"clamshell": {"hold_limit_s": 6.0}}
FOLDER = folder_for(Path("strict limits.toml"), LIMITS)


def _rescore(clinic: Clinic, stop: Event | None = None) -> Rescored:
    return rescore(open_storage(str(clinic.out)), LIMITS, FOLDER, workers=1, stop=stop or Event())


def test_results_are_those_of_the_recordings_under_these_limits(finished: Clinic) -> None:
    entries = finished.plan().entries
    expected = [score(entry.path, entry.exercise, limits=LIMITS.get(entry.exercise)).to_json() for entry in entries]
    for path in finished.folder.glob("*.npz"):
        path.unlink()
    _rescore(finished)
    rows = parquet.read_table(finished.out / FOLDER / "recordings.parquet").to_pylist()
    for row, json in zip(rows, expected, strict=True):
        (result,) = finished.out.glob(f"results/*/{row['recording']}.json")
        assert result.read_text(encoding="utf-8") == json + "\n"


def test_what_changed_is_told_per_check(finished: Clinic) -> None:
    changes = {(change.exercise, change.check): change for change in _rescore(finished).changes}
    hold = changes.pop(("clamshell", "hold_time"))
    assert hold.changed == 2
    before, after = hold.reps["fault"]
    assert after > before
    assert all(change.changed == 0 for change in changes.values())
    rows = parquet.read_table(finished.out / FOLDER / "changes.parquet").to_pylist()
    changed = [row for row in rows if row["changed"]]
    assert {row["check"] for row in changed} == {"hold_time"}
    assert {row["limit_after"] for row in changed} == {6.0}


def test_the_old_tables_and_results_stay(finished: Clinic) -> None:
    before, results = finished.tables(), set(finished.out.glob("results/*/*.json"))
    _rescore(finished)
    assert finished.tables() == before
    assert results < set(finished.out.glob("results/*/*.json"))


def test_the_table_of_changes_names_its_schema(finished: Clinic) -> None:
    _rescore(finished)
    metadata = parquet.read_schema(finished.out / FOLDER / "changes.parquet").metadata
    assert metadata[b"formcheck.schema"] == b"formcheck.changes/1"


def test_again_gives_the_same_and_scores_nothing(finished: Clinic) -> None:
    _rescore(finished)
    before = finished.tables(FOLDER)
    times = {path: path.stat().st_mtime_ns for path in finished.out.glob("results/*/*.json")}
    _rescore(finished)
    assert finished.tables(FOLDER) == before
    assert {path: path.stat().st_mtime_ns for path in finished.out.glob("results/*/*.json")} == times


def test_a_batch_under_the_new_limits_finds_them_scored(finished: Clinic) -> None:
    from formcheck.batch.runner import Options

    _rescore(finished)
    assert finished.run(Options(limits=LIMITS)).scored_now == 0


def test_a_stop_leaves_no_half_tables(finished: Clinic) -> None:
    stop = Event()
    stop.set()
    with pytest.raises(BatchInterruptedError, match="1 of 5"):
        _rescore(finished, stop)
    assert not finished.tables(FOLDER)


def test_a_damaged_track_is_a_row(finished: Clinic) -> None:
    for path in finished.out.glob("tracks/*/*.npz"):
        path.write_bytes(b"cut")
    assert _rescore(finished).failed == 2  # the clamshells: the others' results are the same under these limits
    assert "damaged" in (finished.out / FOLDER / "failures.csv").read_text(encoding="utf-8")


def test_a_folder_that_is_no_batch(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no output folder of"):
        rescore(open_storage(str(tmp_path)), LIMITS, FOLDER, workers=1, stop=Event())


def test_folders_are_told_apart_by_name_and_content() -> None:
    assert folder_for(Path("a.toml"), LIMITS) != folder_for(Path("a.toml"), {})
    assert folder_for(Path("../odd name!.toml"), {}).startswith("rescored/odd-name-")
