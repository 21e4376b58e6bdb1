"""Exercises are found by entry point: ours and other people's alike."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint

import pytest

from formcheck.errors import UsageError
from formcheck.exercises import registry
from formcheck.exercises.clamshell import Clamshell
from formcheck.exercises.registry import GROUP, exercise_ids, get_exercise

OURS = {"clamshell", "single_leg_glute_bridge", "single_leg_box_squat", "running_rear", "running_side"}


class StandingStill(Clamshell):
    """A third party's exercise."""

    id = "standing_still"


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[EntryPoint]]:
    """Entry points as if these were the installed ones."""
    entries: list[EntryPoint] = []
    monkeypatch.setattr(registry, "entry_points", lambda group: entries if group == GROUP else [])
    registry._entries.cache_clear()
    yield entries
    registry._entries.cache_clear()


def entry(name: str, value: str) -> EntryPoint:
    """One entry of our group."""
    return EntryPoint(name, value, GROUP)


def test_ours_are_there_and_load() -> None:
    assert set(exercise_ids()) >= OURS
    for exercise in exercise_ids():
        assert get_exercise(exercise).id == exercise


def test_ids_are_sorted() -> None:
    assert list(exercise_ids()) == sorted(exercise_ids())


def test_a_slip_is_answered_with_the_nearest_id() -> None:
    with pytest.raises(UsageError, match=r"unknown exercise 'clamshel'\. Did you mean 'clamshell'\?"):
        get_exercise("clamshel")


def test_what_resembles_nothing_is_answered_with_all_ids() -> None:
    with pytest.raises(UsageError) as caught:
        get_exercise("zzz")
    assert "Did you mean" not in str(caught.value)
    assert all(exercise in str(caught.value) for exercise in OURS)


def test_a_third_partys_exercise_loads_the_same_way(installed: list[EntryPoint]) -> None:
    installed += [entry("standing_still", f"{StandingStill.__module__}:StandingStill")]
    assert exercise_ids() == ("standing_still",)


def test_two_packages_with_the_same_id_are_an_error(installed: list[EntryPoint]) -> None:
    installed += [
        entry("clamshell", "formcheck.exercises.clamshell:Clamshell"),
        entry("clamshell", "other:Clamshell"),
    ]
    with pytest.raises(UsageError, match="both provide the exercise 'clamshell'"):
        exercise_ids()


def test_the_same_entry_twice_is_none(installed: list[EntryPoint]) -> None:
    installed += [entry("clamshell", "formcheck.exercises.clamshell:Clamshell")] * 2
    assert get_exercise("clamshell") is Clamshell


@pytest.mark.parametrize(
    "value",
    ["formcheck.exercises.registry:GROUP", "formcheck.exercises.single_leg_box_squat:SingleLegBoxSquat"],
)
def test_what_is_no_checker_of_that_id_is_refused(installed: list[EntryPoint], value: str) -> None:
    installed += [entry("clamshell", value)]
    with pytest.raises(UsageError, match="not a formcheck Checker of that id"):
        get_exercise("clamshell")


@pytest.mark.parametrize("value", ["no_such_package:Clamshell", "formcheck.exercises.clamshell:NoSuchClass"])
def test_an_exercise_that_cannot_be_loaded_is_a_plain_error(installed: list[EntryPoint], value: str) -> None:
    installed += [entry("clamshell", value)]
    with pytest.raises(UsageError, match="'clamshell' cannot be loaded"):
        get_exercise("clamshell")
