"""A tag on the back while the pigeon is held: by how much one hip is higher than the other."""

from __future__ import annotations

import pytest

from formcheck.exercises.pigeon_pose import PigeonPose, PigeonPoseParams
from formcheck.results import SetReport
from formcheck.scoring import score_track
from tests.golden.tracks import golden
from tests.tag.test_worn_sets import bump
from tests.tag.worn import Card, wearing

CLIP = "pigeon_clean_right"
INTO_S, OUT_S = 1.5, 14.0


def held(tilt_deg: float, forward_deg: float = 15.0, **worn: object) -> SetReport:
    def motion(t_s: float) -> tuple[float, float, float]:
        share = bump(t_s, INTO_S, OUT_S)
        return forward_deg * share, 0.0, -tilt_deg * share

    track = wearing(golden(CLIP), Card(face="back", motion_deg=motion, **worn))  # type: ignore[arg-type]
    checker = PigeonPose(PigeonPoseParams(least_hold_s=5.0))
    return score_track(track, checker, traced=False).report


def of_hips(report: SetReport) -> tuple[str, str, float | None]:
    (verdict,) = [v for v in report.verdicts if v.check == "hips_square"]
    return verdict.state, verdict.measured_by, verdict.value


def test_hips_that_stay_square_are_not_accused() -> None:
    state, _, _ = of_hips(held(0.0))

    assert state in ("ok", "watch")


def test_one_hip_far_up_is_told() -> None:
    state, by, value = of_hips(held(22.0))

    assert (state, by) == ("fault", "tag")
    assert value == pytest.approx(22.0, abs=6.0)  # landmarks' left, along which it was turned, is not quite level


def test_a_card_far_round_the_waist_is_not_read() -> None:
    assert of_hips(held(0.0, turn_deg=(0.0, 40.0, 0.0))) == ("not_assessed", "landmarks", None)


def test_without_having_seen_level_hips_nothing_is_said() -> None:
    report = held(22.0, seen=lambda t_s: t_s > 4.0)

    assert of_hips(report)[0] == "not_assessed"
    assert any("not seen before the hold" in v.reason for v in report.verdicts)


def test_without_a_tag_it_stays_as_it_was() -> None:
    report = score_track(golden(CLIP), PigeonPose(PigeonPoseParams(least_hold_s=5.0)), traced=False).report

    assert of_hips(report) == ("not_assessed", "landmarks", None)
