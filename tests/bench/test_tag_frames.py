"""The study of single frames: corners beside their truth, and which of two poses fits better."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from bench.tag_frames import REFINEMENTS, Seen, TagClip, frame_table, look_at
from formcheck.tag.detect import TagDetector

SIZE_PX = (400, 300)
FOCAL_PX = 600.0
CORNERS_M = np.array([[-0.05, 0.05, 0.0], [0.05, 0.05, 0.0], [0.05, -0.05, 0.0], [-0.05, -0.05, 0.0]])


@pytest.fixture(scope="module")
def shown() -> tuple[np.ndarray, TagClip]:
    """A tag seen from 40 degrees aside, drawn eight times as fine and shrunk, with what is true of it."""
    turn = np.diag([1.0, -1.0, -1.0]) @ cv2.Rodrigues(np.array([0.0, np.radians(40.0), 0.0]))[0]
    place = turn @ CORNERS_M.T + np.array([[0.03], [0.02], [1.1]])
    corners = (FOCAL_PX * place[:2] / place[2]).T + np.array(SIZE_PX) / 2
    printed = cv2.aruco.generateImageMarker(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50), 27, 480)
    marker = np.pad(printed, 60, constant_values=255)
    own = np.array([[60, 60], [540, 60], [540, 540], [60, 540]], np.float32)
    fine = cv2.getPerspectiveTransform(own, (corners * 8).astype(np.float32))
    drawn = cv2.warpPerspective(marker, fine, (SIZE_PX[0] * 8, SIZE_PX[1] * 8), borderValue=200)
    image = cv2.cvtColor(cv2.resize(drawn, SIZE_PX, interpolation=cv2.INTER_AREA), cv2.COLOR_GRAY2RGB)
    one = np.ones(1)
    return image, TagClip("a", Path("a.mp4"), 27, FOCAL_PX, SIZE_PX, corners[None], turn[None], one * 40.0, one)


@pytest.mark.parametrize("refinement", REFINEMENTS)
def test_corners_and_pose_of_a_clean_picture_are_right(shown: tuple[np.ndarray, TagClip], refinement: str) -> None:
    image, clip = shown
    (name,) = (each for each in REFINEMENTS if each == refinement)
    seen = look_at(clip, 0, image, name, TagDetector("4X4_50", name), FOCAL_PX)
    assert seen.found
    assert seen.corner_px < 0.6
    assert seen.best_deg < 2.5
    assert not seen.wrong


def test_a_picture_without_the_tag_has_none(shown: tuple[np.ndarray, TagClip]) -> None:
    image, clip = shown
    seen = look_at(clip, 0, np.full_like(image, 128), "template", TagDetector("4X4_50"), FOCAL_PX)
    assert not seen.found
    assert "0%" in frame_table([seen])


def test_a_pose_is_wrong_where_the_other_is_nearer_and_another() -> None:
    near = Seen("a", "template", 40.0, 10.0, True, 0.1, (0.0, 0.0), best_deg=1.0, chosen_deg=9.0, apart_deg=8.5)
    assert near.wrong
    assert not Seen("a", "template", 40.0, 10.0, True, 0.1, (0.0, 0.0), 1.0, 1.0, 8.5).wrong
    assert not Seen("a", "template", 40.0, 10.0, True, 0.1, (0.0, 0.0), 1.0, 2.0, 1.5).wrong
    assert "100.0%" in frame_table([near]).splitlines()[-1]
