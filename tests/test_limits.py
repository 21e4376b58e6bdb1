"""A clinic's own limits: one TOML file, checked against what the exercise declares."""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from formcheck.batch.limits import read_all_limits
from formcheck.errors import UsageError
from formcheck.exercises.declare import declared
from formcheck.exercises.registry import exercise_ids, get_exercise
from formcheck.limits import params_of, read_limits, tables_of, tag_in
from formcheck.tag.design import TagDesign

SQUAT = get_exercise("single_leg_box_squat")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A limits file for two exercises."""
    path = tmp_path / "limits.toml"
    path.write_text("[single_leg_box_squat]\nlean_limit_deg = 12\nsit_limit_s = 1.5\n\n[clamshell]\n", encoding="utf-8")
    return path


def test_none_are_the_declared_ones() -> None:
    for exercise in exercise_ids():
        checker = get_exercise(exercise)
        expected = {limit.name: limit.default for limit in declared(checker.Params)}
        assert asdict(params_of(checker, None)) == expected


def test_a_file_replaces_what_it_names(file: Path) -> None:
    params, usual = asdict(params_of(SQUAT, file)), asdict(params_of(SQUAT, None))
    changed = {name: value for name, value in params.items() if value != usual[name]}
    assert changed == {"lean_limit_deg": 12.0, "sit_limit_s": 1.5}
    assert isinstance(params["lean_limit_deg"], float)


def test_other_exercises_tables_do_not_matter(file: Path) -> None:
    assert read_limits(file, "clamshell") == {}
    assert read_limits(file, "running_rear") == {}


def test_a_mapping_does_as_well() -> None:
    assert params_of(SQUAT, {"lean_limit_deg": 12}).lean_limit_deg == 12.0


def test_the_ends_of_the_range_are_in_it() -> None:
    for limit in declared(SQUAT.Params):
        assert getattr(params_of(SQUAT, {limit.name: limit.low}), limit.name) == limit.low
        assert getattr(params_of(SQUAT, {limit.name: limit.high}), limit.name) == limit.high


@pytest.mark.parametrize("value", [4000, -1, 2.99])
def test_out_of_range_is_refused_with_the_range(value: float) -> None:
    with pytest.raises(UsageError, match=r"lean_limit_deg = .* is out of range; it lies between 3 and 40 deg"):
        params_of(SQUAT, {"lean_limit_deg": value})


@pytest.mark.parametrize("value", [True, "12", math.nan, math.inf, None, [12.0], {"deg": 12}])
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(UsageError, match="lean_limit_deg must be a number in deg"):
        params_of(SQUAT, {"lean_limit_deg": value})


def test_an_unknown_limit_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"has no limit 'lean'; it has .*lean_limit_deg"):
        params_of(SQUAT, {"lean": 12.0})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[single_leg_box_squat\n", "not valid TOML"),
        ("lean_limit_deg = 12\n", "'lean_limit_deg' stands outside"),
        ("[single_leg_box_squat]\nlean_limit_deg = nan\n", "must be a number"),
        ("[single_leg_box_squat]\nlean_limit_deg = true\n", "must be a number"),
        ("[single_leg_box_squat]\nlean_limit_deg = '12'\n", "must be a number"),
        ("[clamshell]\nlean_limit_deg = 12\n", "clamshell has no limit 'lean_limit_deg'"),
        ("[running_rear]\nlean_limit_deg = 900\n", "running_rear: lean_limit_deg = 900 is out of range"),
        ("[single_leg_box_sqat]\nlean_limit_deg = 12\n", "unknown exercise 'single_leg_box_sqat'"),
    ],
)
def test_a_wrong_file_is_one_plain_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "limits.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        params_of(SQUAT, path)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        params_of(SQUAT, tmp_path / "none.toml")
    with pytest.raises(UsageError, match="cannot be read"):
        params_of(SQUAT, tmp_path)
    path = tmp_path / "binary.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="not valid TOML"):
        params_of(SQUAT, path)


def test_the_table_of_the_tags_stands_beside_the_exercises(tmp_path: Path) -> None:
    file = tmp_path / "clinic.toml"
    file.write_text('[clamshell]\nhold_limit_s = 2.0\n[tag]\ndictionary = "APRILTAG_36h11"\ncodes = [3, 4]\n')

    assert tag_in(file) == TagDesign("APRILTAG_36h11", 3, 4)
    assert read_limits(file, "clamshell") == {"hold_limit_s": 2.0}
    assert read_all_limits(file)["tag"] == {"dictionary": "APRILTAG_36h11", "codes": [3, 4]}
    assert tag_in(read_all_limits(file)) == tag_in(file)
    assert tables_of(file) == {"clamshell": {"hold_limit_s": 2.0}}


def test_without_such_a_table_the_usual_tags_are_meant(tmp_path: Path) -> None:
    file = tmp_path / "clinic.toml"
    file.write_text("[clamshell]\nhold_limit_s = 2.0\n")

    assert tag_in(file) == tag_in(None) == TagDesign()
    assert "tag" not in read_all_limits(file)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('dictionary = "9X9"\ncodes = [1, 2]', "unknown dictionary of tags '9X9'"),
        ('dictionary = "4X4_50"\ncodes = [1, 99]', "4X4_50 has no code 99"),
        ('dictionary = "4X4_50"\ncodes = [3, 3]', "the same code 3"),
        ('dictionary = "4X4_50"\ncodes = [3]', "stand dictionary"),
        ('dictionary = "4X4_50"', "name dictionary and codes, and nothing else; it names 'dictionary'"),
        ("", "it names nothing"),
    ],
)
def test_a_table_of_tags_that_cannot_be_right_is_refused(tmp_path: Path, table: str, told: str) -> None:
    file = tmp_path / "clinic.toml"
    file.write_text(f"[tag]\n{table}\n")

    for read in (tag_in, tables_of, read_all_limits):
        with pytest.raises(UsageError, match=told):
            read(file)  # type: ignore[operator]
