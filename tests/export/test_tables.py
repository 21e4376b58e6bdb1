"""Repetitions as tables: every number of the result in its own column, nothing twice, nothing lost."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from formcheck.errors import UsageError
from formcheck.exercises.registry import exercise_ids, get_exercise
from formcheck.export import tables, write_export
from formcheck.export.columns import TABLE_SCHEMA, Column, columns_of
from formcheck.export.rows import Row, rows_of
from formcheck.results import Measure, SetReport
from tests.export.readers import analysis_of, report_of
from tests.golden.tracks import golden_names, richest

cached_report = cache(report_of)
SQUAT = richest("single_leg_box_squat")


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def names(columns: Sequence[Column]) -> list[str]:
    return [column.name for column in columns]


def same(text: str, value: Any) -> bool:
    """Whether a CSV cell says what a Parquet cell holds."""
    if value is None or isinstance(value, str):
        return text == (value or "")
    return text == str(value).lower() if isinstance(value, bool) else float(text) == value


@pytest.mark.parametrize("name", golden_names())
def test_every_number_of_a_rep_stands_in_its_row(name: str) -> None:
    report = cached_report(name)
    rows = [row for row in rows_of(report) if row["row"] == "rep"]
    assert len(rows) == len(report.reps)
    for row, rep in zip(rows, report.reps, strict=True):
        assert (row["side"], row["index"], row["complete"]) == (rep.side, rep.index, rep.complete)
        assert (row["start_s"], row["turn_s"], row["end_s"]) == (rep.start_s, rep.turn_s, rep.end_s)
        assert (row["hold_s"], row["lowering_s"]) == (rep.hold_s, rep.lowering_s)
        for verdict in rep.verdicts:
            assert row[f"check_{verdict.check}_state"] == verdict.state
            for part in ("value", "limit", "error"):
                assert row[f"check_{verdict.check}_{part}"] == getattr(verdict, part)


@pytest.mark.parametrize("name", golden_names())
def test_every_measure_has_a_column_that_names_its_unit(name: str) -> None:
    report = cached_report(name)
    rows = rows_of(report)
    assert [row["other_measures"] for row in rows if row["other_measures"]] == [], "declare them in export/columns.py"
    known = set(names(columns_of([report.exercise])))
    assert [key for row in rows for key in row if key not in known] == []


def test_units_are_in_the_names() -> None:
    squat = rows_of(cached_report(SQUAT))[0]
    rep = cached_report(SQUAT).reps[0]
    assert squat["fppa_deg"] == rep.measures["fppa"].value
    assert squat["fppa_error_deg"] == rep.measures["fppa"].error
    assert squat["knee_medial_pct_trunk_length"] == rep.measures["knee_medial"].value
    assert squat["depth_trunk_lengths"] == rep.measures["depth"].value


@pytest.mark.parametrize("exercise", ["running_rear", "running_side"])
def test_a_run_gives_a_row_for_each_leg_and_one_for_the_body(exercise: str) -> None:
    report = cached_report(richest(exercise))
    assert report.gait is not None
    left, right, body = rows_of(report)
    assert [(row["row"], row["side"]) for row in (left, right, body)] == [
        ("run_leg", "left"),
        ("run_leg", "right"),
        ("run", None),
    ]
    assert body["cadence_spm"] == report.gait.cadence_spm
    assert "cadence_spm" not in left
    assert body["contacts"] == len(report.gait.contacts) == int(left["contacts"] or 0) + int(right["contacts"] or 0)
    for side, row in (("left", left), ("right", right)):
        means = {name: m.value for name, m in report.gait.measures.items() if name.endswith(f"_{side}")}
        assert means
        for name, value in means.items():
            plain = name.removesuffix(f"_{side}")
            assert value in [cell for key, cell in row.items() if key.startswith(plain)]


@pytest.mark.parametrize("name", golden_names())
def test_every_verdict_stands_in_exactly_one_row(name: str) -> None:
    report = cached_report(name)
    told = [v for rep in report.reps for v in rep.verdicts] if report.gait is None else list(report.verdicts)
    states = [cell for row in rows_of(report) for key, cell in row.items() if key.endswith("_state")]
    assert sorted(map(str, states)) == sorted(v.state for v in told)


@pytest.mark.parametrize("name", golden_names())
def test_a_verdict_s_value_says_whether_the_tag_or_landmarks_measured_it(name: str) -> None:
    report = cached_report(name)
    told = [v for rep in report.reps for v in rep.verdicts] if report.gait is None else list(report.verdicts)
    ways = [cell for row in rows_of(report) for key, cell in row.items() if key.endswith("_measured_by")]
    assert sorted(map(str, ways)) == sorted(str(None if v.value is None else v.measured_by) for v in told)
    assert ("tag" in ways) == any(v.measured_by == "tag" and v.value is not None for v in told)


def test_what_a_tag_measured_is_marked() -> None:
    rows = rows_of(cached_report("running_rear_tag"))
    assert "tag" in [cell for row in rows for key, cell in row.items() if key.endswith("_measured_by")]


def test_a_partial_repetition_is_a_row_without_verdicts() -> None:
    report = cached_report("squat_partial_left")
    partial = [row for row in rows_of(report) if row["complete"] is False]
    assert len(partial) == report.reps_partial > 0
    assert [key for row in partial for key in row if key.startswith("check_")] == []
    assert all(row["note"] for row in partial)


def test_a_set_without_repetitions_is_a_table_without_rows(tmp_path: Path) -> None:
    analysis = analysis_of(SQUAT)
    empty = analysis.report.model_copy(update={"reps": ()})
    for name in ("csv", "parquet"):
        write_export(name, empty, analysis.track, tmp_path / name)
    assert read_csv(tmp_path / "csv") == []
    assert parquet.read_table(tmp_path / "parquet").num_rows == 0
    header = (tmp_path / "csv").read_text(encoding="utf-8").splitlines()[0]
    assert header.split(",") == parquet.read_schema(tmp_path / "parquet").names == names(columns_of([empty.exercise]))


def test_a_measure_nobody_declared_is_kept_aside() -> None:
    report = cached_report(SQUAT)
    strange = {"hop_height": Measure(value=0.2, unit="m"), "fppa": Measure(value=0.1, unit="rad")}
    rep = report.reps[0].model_copy(update={"measures": strange})
    (row,) = rows_of(report.model_copy(update={"reps": (rep,)}))
    kept = json.loads(str(row["other_measures"]))
    assert {name: (m["value"], m["unit"]) for name, m in kept.items()} == {
        "hop_height": (0.2, "m"),
        "fppa": (0.1, "rad"),
    }
    assert "fppa_deg" not in row


@pytest.mark.parametrize("exercise", exercise_ids())
def test_columns_keep_their_order_from_table_to_table(exercise: str) -> None:
    everything = names(columns_of(exercise_ids()))
    own = names(columns_of([exercise]))
    assert names(columns_of(reversed(exercise_ids()))) == everything
    assert len(set(everything)) == len(everything)
    head, tail = own.index("note") + 1, len(own) - own.index("other_measures")
    assert everything[:head] == own[:head]
    assert everything[-tail:] == own[-tail:]
    assert set(own) <= set(everything)


@pytest.mark.parametrize("name", golden_names())
def test_every_measure_of_a_result_is_declared_by_its_exercise(name: str) -> None:
    report = analysis_of(name).report
    declared = set(get_exercise(report.exercise).about.measures)
    assert {(key, measure.unit) for rep in report.reps for key, measure in rep.measures.items()} <= declared
    assert declared


def test_csv_and_parquet_hold_the_same(tmp_path: Path) -> None:
    for name in golden_names():
        analysis = analysis_of(name)
        for kind in ("csv", "parquet"):
            write_export(kind, analysis.report, analysis.track, tmp_path / f"t.{kind}")
        text, typed = read_csv(tmp_path / "t.csv"), parquet.read_table(tmp_path / "t.parquet").to_pylist()
        assert len(text) == len(typed) > 0
        for one, other in zip(text, typed, strict=True):
            assert list(one) == list(other)
            assert [key for key in one if not same(one[key], other[key])] == []


def test_the_tables_name_their_schema(tmp_path: Path) -> None:
    analysis = analysis_of(SQUAT)
    for kind in ("csv", "parquet"):
        write_export(kind, analysis.report, analysis.track, tmp_path / f"t.{kind}")
    assert {row["schema"] for row in read_csv(tmp_path / "t.csv")} == {TABLE_SCHEMA}
    assert parquet.read_schema(tmp_path / "t.parquet").metadata[b"formcheck.schema"].decode() == TABLE_SCHEMA


def many(reports: Sequence[SetReport], times: int) -> list[list[Row]]:
    return [[row | {"person": f"p{i}"} for row in rows_of(r, f"rec{i}")] for i in range(times) for r in reports]


def test_many_recordings_of_all_exercises_go_into_one_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROWS_A_GROUP", 50)
    parts = many([cached_report(name) for name in golden_names()], 5)
    columns = columns_of(exercise_ids(), before=[Column("person", "text")])
    with (
        tables.parquet_table(tmp_path / "all.parquet", columns) as add,
        tables.csv_table(tmp_path / "all.csv", columns) as add_text,
    ):
        for part in parts:
            add(part)
            add_text(part)
    file = parquet.ParquetFile(tmp_path / "all.parquet")
    total = sum(map(len, parts))
    groups = [file.metadata.row_group(i).num_rows for i in range(file.metadata.num_row_groups)]
    assert groups == [50] * (total // 50) + [total % 50] * (total % 50 > 0)
    typed, text = file.read().to_pylist(), read_csv(tmp_path / "all.csv")
    assert len(typed) == len(text) == total
    assert next(iter(typed[0])) == "person"
    assert all(same(one[key], other[key]) for one, other in zip(text, typed, strict=True) for key in one)


def test_the_same_rows_make_the_same_bytes(tmp_path: Path) -> None:
    analysis = analysis_of(SQUAT)
    for kind in ("csv", "parquet"):
        for copy in "ab":
            write_export(kind, analysis.report, analysis.track, tmp_path / f"{copy}.{kind}")
        assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


@pytest.mark.parametrize("open_table", [tables.csv_table, tables.parquet_table])
def test_a_cell_without_a_column_is_refused_and_nothing_is_left(
    open_table: tables.OpenTable, tmp_path: Path
) -> None:
    with (
        pytest.raises(ValueError, match="no_such_column"),
        open_table(tmp_path / "t", columns_of(["clamshell"])) as add,
    ):
        add([{"no_such_column": 1}])
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_named() -> None:
    analysis = analysis_of(SQUAT)
    with pytest.raises(UsageError, match="unknown format 'xls'; it is one of csv, parquet, trc, mot, c3d"):
        write_export("xls", analysis.report, analysis.track, Path("set.xls"))
