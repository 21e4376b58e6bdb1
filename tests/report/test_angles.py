"""The geometry drawn for each check lies where the landmarks are."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from formcheck.pose.landmarks import Landmark
from formcheck.report.angles import GENERIC, SPECS, Drawing, drawing, point, spec_of
from formcheck.report.figures import crop_to, draw_frame


@pytest.fixture
def bottom(squat):
    """The pose at the bottom of the first squat."""
    return squat.track[int(3.5 * 25)]


@pytest.mark.parametrize("check", SPECS)
def test_every_spec_names_real_joints(check: str, bottom) -> None:
    spec = SPECS[check]
    drawn = drawing(spec, bottom, bottom, "right", "deg")
    assert len(drawn.lines) == len(spec.lines)
    assert (drawn.arc is not None) == (spec.arc is not None)
    distances = drawing(spec, bottom, bottom, "right", "cm")
    assert (distances.gap is not None) == bool(spec.gap)


def test_knee_gap_reaches_from_the_knee_to_above_the_toe(bottom) -> None:
    drawn = drawing(SPECS["knee_valgus"], bottom, None, "right", "%")
    assert drawn.gap is not None
    knee, toe = (bottom.image_px[i, :2] for i in (Landmark.RIGHT_KNEE, Landmark.RIGHT_FOOT_INDEX))
    np.testing.assert_allclose(drawn.gap, [knee, (toe[0], knee[1])])


def test_an_angle_in_degrees_gets_an_arc_and_no_gap(bottom) -> None:
    drawn = drawing(SPECS["knee_valgus"], bottom, None, "right", "deg")
    assert drawn.arc is not None
    assert drawn.gap is None
    thigh = bottom.image_px[Landmark.RIGHT_KNEE, :2] - bottom.image_px[Landmark.RIGHT_HIP, :2]
    np.testing.assert_allclose(drawn.arc.end, thigh / np.linalg.norm(thigh))


def test_the_line_at_the_start_is_moved_onto_the_present_one(squat, bottom) -> None:
    start = squat.track[0]
    drawn = drawing(SPECS["pelvic_roll"], bottom, start, "left", "1")
    (now,), (before,) = drawn.lines, drawn.references
    np.testing.assert_allclose(before.mean(axis=0), now.mean(axis=0))
    np.testing.assert_allclose(
        before[1] - before[0], point(start, "right.hip", "left") - point(start, "left.hip", "left")
    )


def test_the_horizontal_points_to_the_measured_side(bottom) -> None:
    for side in ("left", "right"):
        arc = drawing(SPECS["pelvic_drop"], bottom, None, side, "deg").arc
        assert arc is not None
        assert arc.start @ arc.end > 0.9


def test_unseen_landmarks_are_left_out_never_guessed(bottom) -> None:
    image_px = bottom.image_px.copy()
    image_px[Landmark.RIGHT_KNEE] = np.nan
    drawn = drawing(SPECS["knee_valgus"], replace(bottom, image_px=image_px), None, "right", "%")
    assert drawn.lines == ()
    assert drawn.gap is None


def test_unknown_checks_get_the_skeleton() -> None:
    assert spec_of("tai_chi", "balance") is GENERIC
    assert spec_of("single_leg_glute_bridge", "pelvic_drop") is not spec_of("running_rear", "pelvic_drop")


def test_the_crop_holds_the_person_and_stays_in_the_frame(bottom) -> None:
    picture = np.zeros((720, 540, 3), dtype=np.uint8)
    crop = crop_to(bottom, picture)
    low, high = np.nanmin(bottom.image_px[:, :2], axis=0), np.nanmax(bottom.image_px[:, :2], axis=0)
    assert 0 <= crop.x <= low[0]
    assert 0 <= crop.y <= low[1]
    assert high[0] <= crop.x + crop.width <= 540
    assert high[1] <= crop.y + crop.height <= 720


def test_a_shrunk_frame_shows_the_same_part(bottom) -> None:
    full, half = (np.zeros((720 // k, 540 // k, 3), dtype=np.uint8) for k in (1, 2))
    boxes = [re.search(r'viewBox="[^"]*"', draw_frame(bottom, Drawing(), "", "fault", "x", p)) for p in (full, half)]
    assert len({box.group() for box in boxes if box is not None}) == 1


def test_labels_are_escaped(bottom) -> None:
    svg = draw_frame(bottom, Drawing(), "<b>1</b>", "fault", '"><script>', None)
    assert "<b>" not in svg
    assert "<script>" not in svg
