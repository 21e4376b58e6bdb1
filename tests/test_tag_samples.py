"""The samples with a tag: the tag reads the pelvis from places where landmarks alone must abstain."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean

import pytest

from formcheck import score_track
from formcheck.exercises.registry import get_exercise
from formcheck.pose.landmarks import SIDES
from formcheck.pose.tag_seen import no_tags
from formcheck.results import SetReport, Verdict
from tests.golden.tracks import golden, truth

WITHIN_DEG = {"clamshell": 2.0, "single_leg_glute_bridge": 1.5, "running_rear": 1.5}
TRUE = {"clamshell": "pelvic_roll_change_deg", "single_leg_glute_bridge": "pelvic_drop_change_deg"}
NAMES = ("clamshell_tag_low_right", "bridge_tag_head_end_right", "running_rear_tag")
FAULTY_FROM_DEG = 8.5


def _report(name: str, *, tags: bool) -> SetReport:
    track = golden(name) if tags else replace(golden(name), tags=no_tags())
    return score_track(track, get_exercise(truth(name)["exercise"])()).report


def _pelvis(report: SetReport) -> list[Verdict]:
    """One verdict for each repetition, or each foot."""
    of_reps = [verdict for rep in report.reps for verdict in rep.verdicts if verdict.check.startswith("pelvic")]
    return of_reps or [verdict for verdict in report.verdicts if verdict.check.startswith("pelvic")]


def _true_deg(name: str) -> list[float]:
    told = truth(name)
    if told["reps"]:
        return [rep["measures"][TRUE[told["exercise"]]] for rep in told["reps"]]
    drops = {side: [c["mid_stance_pelvic_drop_deg"] for c in told["contacts"] if c["side"] == side] for side in SIDES}
    return [fmean(drops[side]) for side in SIDES]


@pytest.mark.parametrize("name", NAMES)
def test_the_tag_reads_every_repetition_and_finds_the_faults(name: str) -> None:
    verdicts, true = _pelvis(_report(name, tags=True)), _true_deg(name)
    assert len(verdicts) == len(true)
    for verdict, true_deg in zip(verdicts, true, strict=True):
        assert verdict.measured_by == "tag"
        assert verdict.value == pytest.approx(true_deg, abs=WITHIN_DEG[truth(name)["exercise"]])
        assert verdict.state == ("fault" if true_deg > FAULTY_FROM_DEG else "ok")


@pytest.mark.parametrize("name", NAMES)
def test_landmarks_alone_abstain(name: str) -> None:
    verdicts = _pelvis(_report(name, tags=False))
    assert verdicts
    assert {verdict.state for verdict in verdicts} == {"not_assessed"}
