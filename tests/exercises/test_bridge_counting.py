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


@pytest.mark.parametrize("name", ["bridge_tune_14", "bridge_tune_f08", "bridge_tune_f10"])
def test_a_lift_that_stops_lower_than_the_others_is_not_accused_of_a_sag(name: str) -> None:
    short = [unit for unit in scored(name).units if unit.state("hips_short") == "fault"]
    assert short
    assert {unit.state("pelvic_drop") for unit in short} == {"not_assessed"}


def test_a_sag_among_lifts_of_like_height_is_told() -> None:
    states = {unit.label: unit.state("pelvic_drop") for unit in scored("bridge_tune_f07").units}
    assert states["rep 1"] == states["rep 2"] == "fault"


def test_a_free_leg_that_is_drawn_onto_the_other_is_not_measured() -> None:
    hidden = scored("bridge_tune_14").units[0]
    assert hidden.rep is not None
    assert hidden.rep.measures["free_leg"].value is None
    assert hidden.state("free_leg_height") == "not_assessed"
