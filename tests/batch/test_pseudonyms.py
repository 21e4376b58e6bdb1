"""Pseudonyms: the same every month, in everything that is written, and nowhere a name."""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path

import pytest
from pyarrow import parquet

from formcheck.batch.plan import Entry
from formcheck.batch.pseudonyms import keep_names, load_pseudonyms
from formcheck.batch.runner import Options
from formcheck.errors import UsageError
from tests.batch.conftest import Clinic


def test_nothing_that_is_written_holds_a_name(clinic: Clinic) -> None:
    clinic.add_row("gone-Anna.npz", "clamshell", "", "Anna", "2026-11-20", "Anna limps")
    names = load_pseudonyms(clinic.folder / "key", str(clinic.out))
    clinic.run(Options(names=names, skip_wrong=True))
    for path in clinic.out.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for word in (b"Anna", b"person 0", b"person 1", b"_test_0"):
                assert word not in content, path
    people = parquet.read_table(clinic.out / "recordings.parquet")["person"].to_pylist()
    assert set(people[:5]) == {names.person("person 0"), names.person("person 1")}


def test_the_same_key_gives_the_same_names_and_another_key_others(tmp_path: Path) -> None:
    first = load_pseudonyms(tmp_path / "key", "out")
    keep_names(first, ())
    one = first.person("7")
    assert load_pseudonyms(tmp_path / "key", "out").person("7") == one
    assert load_pseudonyms(tmp_path / "other", "out").person("7") != one


def test_the_key_and_its_list_are_for_their_owner_alone(tmp_path: Path) -> None:
    key = tmp_path / "key"
    names = load_pseudonyms(key, "out")
    keep_names(names, [Entry("ann.mp4", "/ann.mp4", "clamshell", person="7")])
    keep_names(names, [Entry("bob.mp4", "/bob.mp4", "clamshell", person="8")])
    listed = tmp_path / "key.names.csv"
    with listed.open(encoding="utf-8", newline="") as file:
        known = {row["pseudonym"]: row["name"] for row in csv.DictReader(file)}
    assert known[names.person("7")] == "7"
    assert known[names.file("bob.mp4")] == "bob.mp4"
    if os.name == "posix":
        assert {path.stat().st_mode & 0o777 for path in (key, listed)} == {0o600}


@pytest.mark.skipif(sys.platform == "win32", reason="file modes")
def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    keep_names(load_pseudonyms(tmp_path / "key", "out"), ())
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(UsageError, match="can be read by others"):
        load_pseudonyms(tmp_path / "key", "out")


def test_a_key_among_the_results_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="keep it outside"):
        load_pseudonyms(tmp_path / "out/key", str(tmp_path / "out"))
    (tmp_path / "short").write_text("abc0", encoding="ascii")
    (tmp_path / "short").chmod(0o600)
    with pytest.raises(UsageError, match="is no key"):
        load_pseudonyms(tmp_path / "short", "out")


def test_a_folder_made_with_pseudonyms_is_not_gone_on_in_without(clinic: Clinic) -> None:
    clinic.run(Options(names=load_pseudonyms(clinic.folder / "key", str(clinic.out))))
    with pytest.raises(UsageError, match="made with pseudonyms"):
        clinic.run()
    with pytest.raises(UsageError, match="made with pseudonyms"):
        clinic.run(Options(names=load_pseudonyms(clinic.folder / "other", str(clinic.out))))
