"""Which exercise is shown: told where one accounts for clearly most of the movement, never guessed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from formcheck import score
from formcheck.errors import UnrecognisedError, UsageError
from formcheck.exercises.registry import exercise_ids
from formcheck.recognition import Found, recognised_among
from formcheck.results import SetReport
from tests.golden.tracks import golden, golden_names, richest, truth
from tests.streams import still


@cache
def recognised(name: str) -> SetReport:
    """A sample whose exercise nobody names."""
    return score(golden(name), exercise="auto")


@pytest.mark.parametrize("name", golden_names())
def test_every_sample_is_recognised(name: str) -> None:
    report = recognised(name)
    assert report.exercise == truth(name)["exercise"]
    told = report.provenance.recognised
    assert told is not None
    assert told.explained > 0.25


@pytest.mark.parametrize("name", golden_names())
def test_what_is_recognised_is_scored_as_if_it_had_been_named(name: str) -> None:
    named = score(golden(name), exercise=truth(name)["exercise"])
    report = recognised(name)
    provenance = report.provenance.model_copy(update={"recognised": None})
    assert report.model_copy(update={"provenance": provenance}) == named


@pytest.mark.parametrize("exercise", exercise_ids())
def test_stillness_is_no_exercise(exercise: str) -> None:
    name = richest(exercise)
    told = truth(name)
    start_s = told["reps"][0]["start_s"] if told.get("reps") else told["contacts"][0]["time_s"]
    with pytest.raises(UnrecognisedError, match="none of the exercises"):
        score(still(golden(name), start_s - 0.1), exercise="auto")


def test_little_movement_is_none() -> None:
    """A long film with a short set: what comes nearest is said, so that it can be named."""
    with pytest.raises(UnrecognisedError, match=r"none of the exercises.*clamshell comes nearest, with 10%"):
        recognised_among([Found("clamshell", 0.1, True), Found("glute_bridge", 0.0, True)])


def test_nothing_at_all_comes_near_to_nothing() -> None:
    with pytest.raises(UnrecognisedError, match="none of the exercises, as far as it was seen; name"):
        recognised_among([Found("clamshell", 0.0, True), Found("glute_bridge", 0.0, True)])


def test_two_that_account_for_alike_are_both_named() -> None:
    with pytest.raises(UnrecognisedError, match="may be running_side or running_rear"):
        recognised_among([Found("running_rear", 0.8, True), Found("running_side", 0.9, True)])


def test_the_camera_s_place_tells_two_views_of_a_run_apart() -> None:
    known = recognised_among([Found("running_rear", 0.9, False), Found("running_side", 0.8, True)])
    assert known.exercise == "running_side"
    assert (known.recognition.runner_up, known.recognition.runner_up_explained) == ("running_rear", 0.9)


def test_limits_go_by_exercise_where_it_is_recognised(tmp_path: Path) -> None:
    name = next(name for name in golden_names() if truth(name)["exercise"] == "clamshell")
    tables = {"clamshell": {"hold_limit_s": 3.25}, "running_rear": {"crossover_limit_cm": 1.0}}
    assert score(golden(name), exercise="auto", limits=tables).provenance.params["hold_limit_s"] == 3.25
    path = tmp_path / "clinic.toml"
    path.write_text("[clamshell]\nhold_limit_s = 3.25\n", encoding="utf-8")
    assert score(golden(name), exercise="auto", limits=path).provenance.params["hold_limit_s"] == 3.25
    with pytest.raises(UsageError, match="limits go by exercise"):
        score(golden(name), exercise="auto", limits={"hold_limit_s": 3.25})
