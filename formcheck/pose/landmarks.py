"""The 33 landmarks of MediaPipe Pose, and the person's two sides."""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from typing import Final, Literal

import numpy as np

Side = Literal["left", "right"]
"""A side of the person's own body, never of the image."""

SIDES: Final[tuple[Side, Side]] = ("left", "right")

LANDMARK_COUNT: Final = 33


class Landmark(IntEnum):
    """Index of each landmark in a pose (MediaPipe Pose, BlazePose topology)."""

    NOSE = 0
    LEFT_EYE_INNER = 1
    LEFT_EYE = 2
    LEFT_EYE_OUTER = 3
    RIGHT_EYE_INNER = 4
    RIGHT_EYE = 5
    RIGHT_EYE_OUTER = 6
    LEFT_EAR = 7
    RIGHT_EAR = 8
    MOUTH_LEFT = 9
    MOUTH_RIGHT = 10
    LEFT_SHOULDER = 11
    RIGHT_SHOULDER = 12
    LEFT_ELBOW = 13
    RIGHT_ELBOW = 14
    LEFT_WRIST = 15
    RIGHT_WRIST = 16
    LEFT_PINKY = 17
    RIGHT_PINKY = 18
    LEFT_INDEX = 19
    RIGHT_INDEX = 20
    LEFT_THUMB = 21
    RIGHT_THUMB = 22
    LEFT_HIP = 23
    RIGHT_HIP = 24
    LEFT_KNEE = 25
    RIGHT_KNEE = 26
    LEFT_ANKLE = 27
    RIGHT_ANKLE = 28
    LEFT_HEEL = 29
    RIGHT_HEEL = 30
    LEFT_FOOT_INDEX = 31
    RIGHT_FOOT_INDEX = 32


@cache
def of_side(joint: str, side: Side) -> Landmark:
    """The landmark of ``joint`` ("hip", "foot_index", ...) on the person's ``side``."""
    return Landmark[f"{side.upper()}_{joint.upper()}"]


def other(side: Side) -> Side:
    """The opposite side."""
    return "right" if side == "left" else "left"


def _mirror_order() -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    order = np.arange(LANDMARK_COUNT)
    for landmark in Landmark:
        swapped = landmark.name.replace("LEFT", "R_").replace("RIGHT", "LEFT").replace("R_", "RIGHT")
        order[landmark] = Landmark[swapped]
    return order


MIRROR_ORDER: Final = _mirror_order()
"""For each landmark the index of its counterpart on the other side; shape (33,)."""
