"""Bridges on both feet: told from those on one leg, with no side, past the line as well as short of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from formcheck.exercises.glute_bridge import GluteBridge
from formcheck.exercises.single_leg_glute_bridge import SingleLegGluteBridge
from formcheck.motion.view import View
from tests.golden.tracks import said, smoothed, truth
from tests.streams import closed, run

FAULTY, CLEAN = "glute_bridge_faulty", "glute_bridge_clean"


@pytest.mark.parametrize("name", ["bridge_clean_right", "bridge_faulty_left"])
def test_of_a_single_leg_set_only_the_two_legged_lift_counts(name: str) -> None:
    whole = closed(run(GluteBridge(), smoothed(name)))
    reference_end_s = truth(name)["events"]["reference_end_s"]
    assert [rep.end_s < reference_end_s + 0.5 for rep in whole.reps] == [True]
    assert "leg held out" in " ".join(whole.remarks)


@pytest.mark.parametrize("name", [CLEAN, FAULTY])
def test_a_bridge_on_both_feet_is_none_on_one_leg(name: str) -> None:
    assert closed(run(SingleLegGluteBridge(), smoothed(name))).reps == ()


def test_both_legs_work_whatever_side_is_asked_for() -> None:
    whole = closed(run(GluteBridge(side="left"), smoothed(CLEAN)))
    assert [(rep.side, rep.complete) for rep in whole.reps] == [(None, True)] * 3
    assert whole.side is None
    assert "not used" in " ".join(whole.remarks)


def test_the_line_is_read_past_180() -> None:
    told = truth(FAULTY)["reps"]
    read = [rep.measures["hip_angle"].value or 0.0 for rep in said(FAULTY).reps]
    past = next(i for i, rep in enumerate(told) if "over_extension" in rep["faults"])
    short = next(i for i, rep in enumerate(told) if "hips_short" in rep["faults"])
    assert read[past] > 187.0 > read[0] > 165.0 > read[short]


def test_only_from_the_side_and_not_from_above() -> None:
    checker = GluteBridge()
    side = View(posture="supine", facing="left", toward_left=0.98, toward_chest=0.1, elevation_deg=8.0)
    assert checker.camera_advice(side) == ""
    assert "side" in checker.camera_advice(replace(side, toward_left=0.6))
    assert "above" in checker.camera_advice(replace(side, elevation_deg=50.0))
    assert "back" in checker.camera_advice(replace(side, posture="side_lying"))
