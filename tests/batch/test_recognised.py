"""Recordings whose exercise nobody named: scored as what the movement shows, or told why not."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

from pyarrow import parquet

from tests.batch.conftest import Clinic


def _rows(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


def _recordings(clinic: Clinic) -> dict[str, dict[str, Any]]:
    return {row["file"]: row for row in parquet.read_table(clinic.out / "recordings.parquet").to_pylist()}


def _left_to_the_movement(clinic: Clinic, root: Path) -> None:
    for name, copy in (("clamshell_test_01", "somebody.npz"), ("squat_test_26", "sitting.npz")):
        shutil.copyfile(root / f"bench/data/{name}.npz", clinic.folder / copy)
        clinic.add_row(copy, "auto", "auto", "person 1", "2026-11-20", "")


def test_a_recognised_recording_stands_in_the_tables_under_its_exercise(clinic: Clinic, root: Path) -> None:
    _left_to_the_movement(clinic, root)
    clinic.run()
    recording = _recordings(clinic)["somebody.npz"]
    assert (recording["exercise"], recording["state"]) == ("clamshell", "scored")
    failed = _rows(clinic.out / "failures.csv")["sitting.npz"]
    assert (failed["exercise"], failed["failure"]) == ("auto", "unrecognised")
    assert "none of the exercises" in failed["reason"]


def test_again_nothing_is_recognised_anew(clinic: Clinic, root: Path) -> None:
    _left_to_the_movement(clinic, root)
    clinic.run()
    before = clinic.tables()
    assert clinic.run().scored_now == 0
    assert clinic.tables() == before
