"""A lift is a repetition whichever leg hides the other at its top, and however far short of straight it stops."""

from __future__ import annotations

import pytest

from bench.accuracy_score import ScoredClip, score_clip
from bench.scoring_truth import truths


def scored(name: str) -> ScoredClip:
    """A clip of the tuning part, scored."""
    (clip,) = (truth for truth in truths(part="tune") if truth.name == name)
    return score_clip(clip)


def test_a_leg_drawn_onto_the_other_at_the_top_is_no_lift_with_both_legs_straight() -> None:
    clip = scored("bridge_tune_14")
    assert [unit.rep.side for unit in clip.units if unit.rep] == ["right"] * 4


def test_the_standing_leg_is_told_by_the_whole_lift() -> None:
    clip = scored("bridge_tune_f08")
    assert [unit.rep.side for unit in clip.units if unit.rep] == ["left"] * 4


@pytest.mark.parametrize("name", ["bridge_tune_f02", "bridge_tune_f07", "bridge_tune_f08"])
def test_a_lift_a_third_of_the_way_up_is_a_repetition_called_short(name: str) -> None:
    clip = scored(name)
    assert clip.reps_exact
    short = [unit for unit in clip.units if unit.faults.get("hips_short", 0.0) > 25]
    assert short
    assert {unit.state("hips_short") for unit in short} == {"fault"}
