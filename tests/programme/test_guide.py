"""The guide's data agree with what the checkers declare, say where they come from, and are checked when read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from formcheck.errors import UsageError
from formcheck.exercises.registry import exercise_ids, get_exercise
from formcheck.programme.guide import Guide, load_guide

TEXT = (files("formcheck.programme") / "guide.toml").read_text(encoding="utf-8")


def test_doses_are_those_that_the_checkers_declare(guide: Guide) -> None:
    shared = [e for e in guide.exercises if e.id in exercise_ids() and e.kind == "strength"]
    assert shared
    for exercise in shared:
        dose = get_exercise(exercise.id).about.dose
        if dose.reps_low is not None:
            assert (exercise.reps_low, exercise.reps_high) == (dose.reps_low, dose.reps_high), exercise.id
        assert exercise.sets == dose.sets, exercise.id
        assert exercise.hold_s == dose.hold_s, exercise.id
        lowering = None if dose.lowering_low_s is None else (dose.lowering_low_s, dose.lowering_high_s)
        assert exercise.lowering_s == lowering, exercise.id


def test_the_checks_that_decide_on_clean_are_checks_of_the_exercise(guide: Guide) -> None:
    for exercise in guide.exercises:
        if exercise.id in exercise_ids():
            known = {check.id for check in get_exercise(exercise.id).about.checks}
            assert set(exercise.must_see) <= known, exercise.id


def sources(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (value for name, value in node.items() if name.endswith("source"))
        for value in node.values():
            yield from sources(value)
    if isinstance(node, list):
        for value in node:
            yield from sources(value)


def test_every_fact_says_whether_it_is_the_guides_or_ours_or_whose() -> None:
    found = list(sources(tomllib.loads(TEXT)))
    assert len(found) > 40
    assert all(source.startswith(("guide", "ours", "Farrar 2001")) for source in found)


def test_the_guides_own_numbers(guide: Guide) -> None:
    """Those that the guide gives; all others are labelled ours."""
    assert guide.running.most_increase_pct == 10
    assert guide.running.pain_free_days == (5, 7)
    assert [guide.exercise(name).seconds for name in guide.recovery.stretches] == [(60, 90), (45, 60), (45, 60)]
    clamshell = guide.exercise("clamshell").levels[1]
    assert clamshell.after is not None
    assert (clamshell.after.sets, clamshell.after.reps, clamshell.after.easy) == (3, 20, True)
    assert len(guide.running.weeks) == 4
    assert guide.recovery.rolling_words == "Not over the lateral knee."


@pytest.mark.parametrize(
    ("line", "instead", "complaint"),
    [
        ("rest_days = 1\nsessions", "rest_days = 0\nsessions", "strength.rest_days"),
        ("most_increase_pct = 10.0", "most_increase_pct = -1.0", "running.most_increase_pct"),
        ('strength = ["clamshell", "side_', 'strength = ["clamshel", "side_', "clamshel"),
        ("after = { sets = 3, reps = 20, easy = true }", "", "clamshell"),
        ("[cadence]", "[cadance]", "cadence"),
        ("title =", "title", "not valid TOML"),
    ],
)
def test_a_programme_that_cannot_be_right_is_refused(
    tmp_path: Path, line: str, instead: str, complaint: str
) -> None:
    path = tmp_path / "clinic.toml"
    assert line in TEXT
    path.write_text(TEXT.replace(line, instead, 1), encoding="utf-8")
    with pytest.raises(UsageError, match=complaint):
        load_guide(path)


def test_a_clinics_own_programme_takes_the_guides_place(tmp_path: Path) -> None:
    path = tmp_path / "clinic.toml"
    path.write_text(TEXT.replace("first_week_minutes = 30.0", "first_week_minutes = 12.0"), encoding="utf-8")
    assert load_guide(path).running.first_week_minutes == 12
    with pytest.raises(UsageError, match="cannot be read"):
        load_guide(tmp_path / "missing.toml")
