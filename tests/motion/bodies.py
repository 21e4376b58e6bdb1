"""A person of known build before a camera of known place."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from formcheck.motion.view import Posture
from formcheck.pose.landmarks import LANDMARK_COUNT, Landmark
from formcheck.pose.pose import Array, Pose

SIZE_PX: Final = (640, 480)
PX_PER_M: Final = 150.0

# left, head, chest: right-handed axes of the body, metres from the hips' middle
_LEFT_SIDE: Final = {
    "EYE_INNER": (0.02, 0.70, 0.10),
    "EYE": (0.03, 0.70, 0.10),
    "EYE_OUTER": (0.04, 0.70, 0.09),
    "EAR": (0.08, 0.68, 0.0),
    "SHOULDER": (0.19, 0.50, 0.0),
    "ELBOW": (0.22, 0.22, 0.0),
    "WRIST": (0.23, -0.02, 0.05),
    "PINKY": (0.23, -0.10, 0.05),
    "INDEX": (0.22, -0.11, 0.07),
    "THUMB": (0.21, -0.06, 0.08),
    "HIP": (0.11, 0.0, 0.0),
    "KNEE": (0.11, -0.42, 0.03),
    "ANKLE": (0.11, -0.84, 0.0),
    "HEEL": (0.11, -0.90, -0.04),
    "FOOT_INDEX": (0.11, -0.90, 0.14),
}
_UP: Final[dict[str, tuple[float, float, float]]] = {
    "upright": (0.0, 1.0, 0.0),
    "right side": (1.0, 0.0, 0.0),
    "left side": (-1.0, 0.0, 0.0),
    "supine": (0.0, 0.0, 1.0),
    "prone": (0.0, 0.0, -1.0),
}
POSTURES: Final[dict[str, Posture]] = {
    "upright": "upright",
    "right side": "side_lying",
    "left side": "side_lying",
    "supine": "supine",
    "prone": "prone",
}
# where azimuth 0 lies, and where it grows to
_FRONT: Final = {
    "upright": (2, 0),
    "right side": (2, 1),
    "left side": (2, 1),
    "supine": (0, 1),
    "prone": (0, 1),
}


def body_m() -> Array:
    """(33, 3) landmarks along left, head, chest."""
    points = np.zeros((LANDMARK_COUNT, 3))
    points[Landmark.NOSE] = (0.0, 0.66, 0.12)
    for side, sign in (("LEFT", 1.0), ("RIGHT", -1.0)):
        points[Landmark[f"MOUTH_{side}"]] = (sign * 0.03, 0.62, 0.10)
        for joint, (left, head, chest) in _LEFT_SIDE.items():
            points[Landmark[f"{side}_{joint}"]] = (sign * left, head, chest)
    return points


def camera_axes(lying: str, azimuth_deg: float, elevation_deg: float) -> Array:
    """(3, 3) rows: the camera's right, down and away, along the body's axes.

    Upright, azimuth 0 is in front and grows to the person's left; lying, it is at the chest (on the side) or
    at the left (on back or belly) and grows toward the head.
    """
    up = np.array(_UP[lying])
    front, aside = (np.eye(3)[i] for i in _FRONT[lying])
    azimuth, elevation = math.radians(azimuth_deg), math.radians(elevation_deg)
    level = math.cos(azimuth) * front + math.sin(azimuth) * aside
    away = -(math.cos(elevation) * level + math.sin(elevation) * up)
    right = np.cross(-up, away)
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(away, right), away])


def seen(
    lying: str = "upright",
    azimuth_deg: float = 0.0,
    elevation_deg: float = 0.0,
    t_s: float = 0.0,
    noise_m: Array | None = None,
    px_per_m: float = PX_PER_M,
) -> Pose:
    """The person seen by a far camera."""
    world = body_m() @ camera_axes(lying, azimuth_deg, elevation_deg).T
    world = world if noise_m is None else world + noise_m
    image = world * px_per_m
    image[:, :2] += np.array(SIZE_PX) / 2
    return Pose(
        t_s=t_s,
        image_px=image,
        world_m=world,
        visibility=np.ones(LANDMARK_COUNT),
        presence=np.ones(LANDMARK_COUNT),
        size_px=SIZE_PX,
        brightness=120.0,
    )
