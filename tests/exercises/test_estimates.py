"""Learned estimates: what is kept is complete, and what was not seen gives none."""

from __future__ import annotations

import math

import pytest

from bench.train import LESSONS
from formcheck.exercises.estimates import Estimate, estimate, estimates

ROLL = Estimate({"rise": 2.0, "apart": -1.0}, intercept=3.0, error=4.0)


def test_an_estimate_is_a_weighted_sum() -> None:
    assert ROLL.of({"rise": 5.0, "apart": 1.0, "more": 9.0}) == 12.0


@pytest.mark.parametrize("features", [{"rise": 5.0}, {"rise": 5.0, "apart": math.nan}])
def test_what_was_not_seen_gives_none(features: dict[str, float]) -> None:
    assert math.isnan(ROLL.of(features))


def test_what_was_not_learnt_gives_none() -> None:
    assert math.isnan(estimate("clamshell", "no such estimate", {}))


def test_every_lesson_was_learnt_from_its_features_and_nothing_else_is_kept() -> None:
    kept = {(exercise, name): set(e.weights) for exercise, named in estimates().items() for name, e in named.items()}
    assert kept == {(lesson.exercise, lesson.name): set(lesson.features) for lesson in LESSONS}


def test_only_differences_are_learnt_within_sets() -> None:
    for lesson in LESSONS:
        assert (estimates()[lesson.exercise][lesson.name].intercept == 0.0) == lesson.within_sets, lesson.name
