"""The focal length of a camera that nobody calibrated, and both poses of a tag for it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from formcheck.pose.tag_seen import Array
from formcheck.tag.detect import square_poses
from formcheck.tag.focal import focal_px
from formcheck.tag.resolve import between_deg, turns_of
from formcheck.tag.solve import Solver, solved

LONG_PX = 1000.0
SIDE_PX = 50.0
SQUARE = np.array([[-0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.5, -0.5, 0.0], [-0.5, -0.5, 0.0]])
FACING = np.diag([1.0, -1.0, -1.0])


def slanted(slant_deg: float, frames: int = 60) -> Array:
    """A tag that nods about a slant."""
    nods = slant_deg + 12 * np.sin(np.linspace(0, 6 * np.pi, frames))
    turns: Array = Rotation.from_rotvec(np.outer(nods, (0.0, 1.0, 0.0)), degrees=True).as_matrix() @ FACING
    return turns


def filmed(turns: Array, ratio: float, noise_px: float = 0.05) -> Array:
    """(n, 4, 2) corners from the middle of the picture, beside which the tag moves up and down."""
    focal = ratio * LONG_PX
    down = np.linspace(-200, 200, len(turns))
    aside = np.column_stack([np.full_like(down, 150.0), down, np.full_like(down, focal)])
    shown = SQUARE @ turns.transpose(0, 2, 1) + aside[:, None] / SIDE_PX
    corners = shown[..., :2] / shown[..., 2:] * focal
    noisy: Array = corners + np.random.default_rng(0).normal(0, noise_px, corners.shape)
    return noisy


def found(corners_px: Array) -> Array:
    """Both poses of each frame, with the usual focal length."""
    return turns_of(np.array([square_poses(corners, LONG_PX, (0.0, 0.0))[0] for corners in corners_px]))


@pytest.mark.parametrize("ratio", [0.8, 1.0, 1.4, 1.8])
def test_a_slanted_tag_tells_the_focal_length(ratio: float) -> None:
    corners_px = filmed(slanted(40.0), ratio)

    assert focal_px(corners_px, found(corners_px), LONG_PX) == pytest.approx(ratio * LONG_PX, rel=0.1)


def test_a_tag_that_shows_nothing_of_it_leaves_it_near_what_is_usual() -> None:
    corners_px = filmed(np.tile(FACING, (60, 1, 1)), 1.8, noise_px=0.3)

    assert 0.65 * LONG_PX <= focal_px(corners_px, found(corners_px), LONG_PX) <= 1.5 * LONG_PX


def test_poses_for_the_true_focal_length_are_true() -> None:
    turns = slanted(40.0)
    corners_px = filmed(turns, 1.8, noise_px=0.0)

    anew, errors_px = solved(corners_px, found(corners_px), 1.8 * LONG_PX)

    off_deg = between_deg(anew, turns[:, None])
    assert off_deg.min(axis=1).max() < 0.1
    assert (errors_px.argmin(axis=1) == off_deg.argmin(axis=1)).all()
    assert between_deg(found(corners_px), turns[:, None]).min(axis=1).max() > 3.0, "the usual focal length is far off"


def test_poses_are_those_that_opencv_finds() -> None:
    corners_px = filmed(slanted(30.0), 1.0, noise_px=0.2)
    by_opencv = [square_poses(corners, LONG_PX, (0.0, 0.0)) for corners in corners_px]

    turns, errors_px = solved(corners_px, found(corners_px), LONG_PX)

    assert between_deg(turns, turns_of(np.array([rotations for rotations, _ in by_opencv]))).max() < 0.1
    assert np.allclose(errors_px, [errors for _, errors in by_opencv], atol=2e-3)


def test_a_frame_is_solved_once_and_comes_out_as_if_alone() -> None:
    corners_px, t_s = filmed(slanted(30.0), 1.2), np.arange(60) / 30
    turns, solver = found(corners_px), Solver()

    solver.poses(t_s[:40:2], corners_px[:40:2], turns[:40:2], 1.2 * LONG_PX)
    anew, errors_px = solver.poses(t_s, corners_px, turns, 1.2 * LONG_PX)

    alone, alone_px = solved(corners_px, turns, 1.2 * LONG_PX)
    assert (anew == alone).all()
    assert (errors_px == alone_px).all()
    assert (solver.poses(t_s, corners_px, turns, LONG_PX)[1] != alone_px).any(), "another focal length is solved anew"
