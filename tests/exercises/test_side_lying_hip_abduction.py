"""The lift of a straight leg: told from the clamshell, judged from one place, toes only where the foot is seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from formcheck.exercises.side_lying_hip_abduction import SideLyingHipAbduction
from formcheck.motion.view import View
from formcheck.pose.landmarks import Landmark
from tests.golden.tracks import smoothed
from tests.streams import closed, hidden, run

FAULTY = "abduction_faulty_left"
FEET = [mark for mark in Landmark if "HEEL" in mark.name or "FOOT" in mark.name]


@pytest.mark.parametrize("name", ["clamshell_clean_right", "clamshell_faulty_left", "clamshell_low_camera_right"])
def test_a_clamshell_is_no_lift_of_a_straight_leg(name: str) -> None:
    assert closed(run(SideLyingHipAbduction(), smoothed(name))).reps == ()


def test_toes_are_judged_only_where_the_foot_is_seen() -> None:
    whole = closed(run(SideLyingHipAbduction(), hidden(smoothed(FAULTY), FEET)))
    toes = [verdict for rep in whole.reps for verdict in rep.verdicts if verdict.check == "toes_up"]
    assert {verdict.state for verdict in toes} == {"not_assessed"}
    assert all("foot" in verdict.reason for verdict in toes)


def test_only_from_in_front_and_toward_the_feet() -> None:
    checker = SideLyingHipAbduction()
    good = View(posture="side_lying", facing="front", toward_chest=0.7, toward_head=-0.45, elevation_deg=32.0)
    assert checker.camera_advice(good) == ""
    assert "low" in checker.camera_advice(replace(good, elevation_deg=8.0))
    assert "toward your feet" in checker.camera_advice(replace(good, toward_head=0.5))
    assert "toward your feet" in checker.camera_advice(replace(good, toward_chest=-0.6))
    assert "side" in checker.camera_advice(replace(good, posture="supine"))
