"""Runs with a tag on the back of the waistband: the drop of the free side at each mid-stance."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from formcheck.exercises.registry import get_exercise
from formcheck.pose.pose import Array, Pose
from formcheck.results import SetReport
from formcheck.scoring import score_track
from tests.golden.make import CLIPS
from tests.golden.tracks import golden
from tests.tag.worn import Card, at_hips, wearing

CLIP = "running_rear_clean"
TO_MIDDLE_S, STEP_S = 0.12, 0.345
CONTACTS = json.loads((CLIPS / f"{CLIP}.truth.json").read_text())["contacts"]
MIDDLES_S = np.array([contact["time_s"] + TO_MIDDLE_S for contact in CONTACTS])

Motion = Callable[[float], tuple[float, float, float]]


def drops(left_deg: float, right_deg: float, tilt_deg: float = 0.0) -> Motion:
    """The free side sinks in each stance, most in its middle; ``tilt_deg``: how much lower the left is all the time."""
    sizes = np.array([left_deg if contact["side"] == "left" else -right_deg for contact in CONTACTS])

    def motion(t_s: float) -> tuple[float, float, float]:
        share = np.maximum(np.cos(np.pi * np.clip((t_s - MIDDLES_S) / STEP_S, -0.5, 0.5)), 0.0)
        return 0.0, 0.0, float(share @ sizes) - tilt_deg

    return motion


def at_sacrum(pose: Pose) -> Array:
    """Over the hips, lowest in the middle of each stance."""
    since_s = pose.t_s - MIDDLES_S[np.argmin(np.abs(MIDDLES_S - pose.t_s))]
    return np.array([at_hips(pose)[0], 400.0 + 8 * np.cos(2 * np.pi * since_s / STEP_S)])


def run(card: Card) -> SetReport:
    worn = wearing(golden(CLIP), replace(card, place=at_sacrum))
    return score_track(worn, get_exercise("running_rear")(), traced=False).report


def values(report: SetReport) -> dict[str | None, float | None]:
    return {v.side: v.value for v in report.verdicts if v.check == "pelvic_drop"}


def test_the_drop_is_told_for_each_side_with_its_band() -> None:
    report = run(Card(face="back", motion_deg=drops(9.0, 3.0)))

    told = [v for v in report.verdicts if v.check == "pelvic_drop"]
    assert [(v.side, v.state, v.measured_by) for v in told] == [("left", "fault", "tag"), ("right", "ok", "tag")]
    assert values(report) == {"left": pytest.approx(9.0, abs=1.0), "right": pytest.approx(3.0, abs=1.0)}
    assert all(v.error is not None and 1 < v.error < 3 for v in told)
    assert "Bramah 2018" in told[0].source


def test_each_contact_and_the_run_have_the_measure() -> None:
    report = run(Card(face="back", motion_deg=drops(6.0, 4.0)))

    assert report.gait is not None
    assert report.gait.measures["pelvic_drop_left"].value == pytest.approx(6.0, abs=1.0)
    by_contact = [c.measures["pelvic_drop"] for c in report.gait.contacts if "pelvic_drop" in c.measures]
    assert len(by_contact) > 0.8 * len(report.gait.contacts)
    assert {measure.measured_by for measure in by_contact} == {"tag"}
    assert any(asymmetry.measure == "pelvic_drop" for asymmetry in report.asymmetry)


def test_without_standing_first_a_tilt_to_one_side_may_hide_and_that_is_said() -> None:
    report = run(Card(face="back", motion_deg=drops(5.0, 5.0, tilt_deg=4.0)))

    assert values(report) == {"left": pytest.approx(5.0, abs=1.0), "right": pytest.approx(5.0, abs=1.0)}
    assert any("stand still for 2 seconds" in remark for remark in report.remarks)


def test_of_fewer_than_seven_steps_nothing_is_said() -> None:
    report = run(Card(face="back", motion_deg=drops(9.0, 3.0), seen=lambda t_s: t_s < 3.0))

    told = [v for v in report.verdicts if v.check == "pelvic_drop"]
    assert {v.state for v in told} == {"not_assessed"}
    assert all("7 are needed" in v.reason for v in told)


def test_a_card_that_nods_is_told() -> None:
    steady = drops(4.0, 4.0)

    def motion(t_s: float) -> tuple[float, float, float]:
        return 5.5 * float(np.sin(2 * np.pi * 2.3 * t_s)), *steady(t_s)[1:]

    report = run(Card(face="back", motion_deg=motion))

    assert any("nods" in remark for remark in report.remarks)
    assert values(report) == {"left": pytest.approx(4.0, abs=1.0), "right": pytest.approx(4.0, abs=1.0)}


def test_without_a_tag_the_pelvis_is_left_alone() -> None:
    report = score_track(golden(CLIP), get_exercise("running_rear")(), traced=False).report

    (verdict,) = [v for v in report.verdicts if v.check == "pelvic_drop"]
    assert verdict.state == "not_assessed"
    assert "waistband" in verdict.reason


def test_a_card_that_hangs_loose_is_not_read() -> None:
    steady = drops(4.0, 4.0)

    def motion(t_s: float) -> tuple[float, float, float]:
        return 12.0 * float(np.sin(2 * np.pi * 2.3 * t_s)), *steady(t_s)[1:]

    told = [v for v in run(Card(face="back", motion_deg=motion)).verdicts if v.check == "pelvic_drop"]

    assert {v.state for v in told} == {"not_assessed"}
    assert all("nods" in v.reason for v in told)
