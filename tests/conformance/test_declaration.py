"""What a checker declares is whole: people, docs, options and the JSON schema are made from it."""

from __future__ import annotations

import math
import re
from dataclasses import FrozenInstanceError, fields

import pytest

from formcheck.exercises.base import Checker
from formcheck.exercises.declare import declared, params_hash
from formcheck.exercises.registry import get_exercise
from tests.golden.tracks import names_of

AGREED = {
    "clamshell": ("pelvic_roll", "feet_apart", "hold_time", "lowering_time"),
    "single_leg_glute_bridge": (
        "pelvic_drop",
        "hips_short",
        "free_leg_height",
        "hold_time",
        "lowering_time",
    ),
    "single_leg_box_squat": ("knee_valgus", "trunk_lean", "pelvic_drop", "box_touch", "lowering_time"),
    "side_lying_hip_abduction": (
        "pelvic_roll",
        "lift_height",
        "leg_drift",
        "knee_bent",
        "toes_up",
        "hold_time",
        "lowering_time",
    ),
    "glute_bridge": ("hips_short", "over_extension", "hold_time", "lowering_time"),
    "lateral_band_walk": ("feet_together", "knees_cave", "trunk_sway", "stance_height"),
    "pigeon_pose": ("hold_time", "hips_square"),
    "hip_flexor_stretch": ("hold_time",),
    "figure_four_stretch": ("hold_time",),
    "running_rear": ("crossover", "pelvic_drop", "trunk_lean"),
    "running_side": ("over_stride", "cadence", "knee_flexion_at_contact", "trunk_forward_lean"),
}


def test_every_exercise_has_golden_tracks(exercise: str) -> None:
    assert len(names_of(exercise)) >= 2


def test_names_itself(checker: type[Checker], exercise: str) -> None:
    assert checker.id == exercise
    assert checker.version
    assert checker.title


def test_every_limit_is_documented(checker: type[Checker]) -> None:
    limits = declared(checker.Params)
    assert limits
    for limit in limits:
        assert limit.unit, limit.name
        assert limit.help, limit.name
        assert limit.source, limit.name
        assert math.isfinite(limit.high - limit.low), limit.name
        assert limit.low <= limit.default <= limit.high, limit.name
        assert limit.low < limit.high, limit.name


@pytest.mark.parametrize(
    ("unit", "suffix"), [("deg", "_deg"), ("s", "_s"), ("spm", "_spm"), ("Hz", "_hz"), ("m", "_m")]
)
def test_units_stand_in_the_limits_names(checker: type[Checker], unit: str, suffix: str) -> None:
    wrong = [limit.name for limit in declared(checker.Params) if (limit.unit == unit) != limit.name.endswith(suffix)]
    assert wrong == []


def test_limits_in_force_cannot_change(checker: type[Checker]) -> None:
    params = checker().params
    with pytest.raises(FrozenInstanceError):
        setattr(params, fields(params)[0].name, 0.0)


def test_hash_tells_limits_apart(checker: type[Checker]) -> None:
    limit = declared(checker.Params)[0]
    changed = checker.Params(**{limit.name: limit.low if limit.default > limit.low else limit.high})
    assert params_hash(checker.Params()) == params_hash(checker().params)
    assert params_hash(changed) != params_hash(checker.Params())


def test_about_is_whole(checker: type[Checker]) -> None:
    about = checker.about
    assert about.movement
    assert about.camera
    assert about.counts
    assert about.dose.text
    for check in about.checks:
        assert "" not in (check.title, check.fault, check.cue, check.source, check.camera), check.id


def test_checks_have_ids_of_their_own(checker: type[Checker]) -> None:
    ids = [check.id for check in checker.about.checks]
    assert ids
    assert len(set(ids)) == len(ids)
    assert [name for name in ids if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name)] == []


@pytest.mark.parametrize("known", AGREED)
def test_results_rely_on_these_ids(known: str) -> None:
    assert tuple(check.id for check in get_exercise(known).about.checks) == AGREED[known]
