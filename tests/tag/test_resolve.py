"""Of a square's two poses the true one is taken, and how sure that is, is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from formcheck.pose.tag_seen import Array
from formcheck.tag.detect import square_poses
from formcheck.tag.resolve import Resolved, between_deg, resolve, turns_of
from tests.tag.scenes import FOCAL_PX, SIZE_PX, Worn, turned

CENTRE = (SIZE_PX[0] / 2, SIZE_PX[1] / 2)
UNKNOWN = np.full(3, np.nan)


def seen(
    truths: list[Array], side_px: float = 40.0, noise_px: float = 0.1, faces: Array = UNKNOWN, rate_hz: float = 30.0
) -> Resolved:
    random = np.random.default_rng(0)
    solved = [
        square_poses(Worn(turn, side_px=side_px).corners_px + random.normal(0, noise_px, (4, 2)), FOCAL_PX, CENTRE)
        for turn in truths
    ]
    rotations, errors_px = (np.array(column) for column in zip(*solved, strict=True))
    t_s, turns, toward = np.arange(len(truths)) / rate_hz, turns_of(rotations), np.tile(faces, (len(truths), 1))
    off = 0.3 / side_px
    tilt_sd_deg = np.degrees(off / np.maximum(np.hypot(*turns[:, 0, :2, 2].T), np.sqrt(off)))
    return resolve(t_s, turns, errors_px, toward, tilt_sd_deg, np.ones(len(t_s), dtype=bool))


def wrong(resolved: Resolved, truths: list[Array]) -> int:
    true = np.array(truths)
    return int(np.sum(between_deg(resolved.turns, true) > between_deg(resolved.others, true) + 3.0))


def test_rotation_vectors_become_their_matrices() -> None:
    vectors = np.random.default_rng(1).uniform(-3, 3, (50, 3))

    assert np.allclose(turns_of(vectors), Rotation.from_rotvec(vectors).as_matrix())
    assert np.allclose(turns_of(np.zeros((1, 3))), np.eye(3))


def test_a_turn_through_facing_the_camera_is_followed_to_the_other_side() -> None:
    truths = [turned(0, angle) for angle in np.linspace(-35, 35, 140)]

    assert wrong(seen(truths), truths) <= 3  # where it goes through, and both are within the noise


@pytest.mark.parametrize("side_px", [35.0, 45.0])
def test_a_pelvis_that_rolls_and_comes_back_is_never_mirrored(side_px: float) -> None:
    there_and_back = 12 + 20 * np.sin(np.linspace(0, 6 * np.pi, 1000)) ** 2
    truths = [turned(-5, angle, 8) for angle in there_and_back]

    assert wrong(seen(truths, side_px), truths) <= 1


def test_single_frames_that_fit_the_other_pose_better_are_outvoted() -> None:
    truths = [turned(0, 18)] * 60

    resolved = seen(truths, side_px=30, noise_px=0.25)

    assert wrong(resolved, truths) == 0


def test_where_both_fit_landmarks_tip_the_balance() -> None:
    truths = [turned(0, 35)] * 60
    true, mirrored = truths[0][:, 2], truths[0][:, 2] * (-1, -1, 1)

    one, other = (seen(truths, side_px=10, noise_px=0.7, faces=faces) for faces in (true, mirrored))

    assert wrong(one, truths) < wrong(other, truths)


def test_the_margin_tells_sure_from_unsure() -> None:
    sure, unsure = seen([turned(0, 40)] * 30), seen([turned(0, 3)] * 30, side_px=20, noise_px=0.3)

    assert sure.margin.min() > 10
    assert np.median(unsure.margin) < 10
    assert unsure.margin.min() >= 0
