"""What motions and truth need to know about a body: skeleton, flesh, soles, landmarks. No torch, no VTK."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .rotations import FloatArray
from .skeleton import Landmark, Placement, Skeleton


@dataclass(frozen=True)
class Flesh:
    """Distances in metres from joint centres to the skin at rest, clothes included."""

    hip_lateral_m: float
    hip_posterior_m: float
    knee_lateral_m: float
    ankle_lateral_m: float
    shoulder_lateral_m: float
    shoulder_posterior_m: float


@dataclass(frozen=True)
class Person:
    """A body ready to be posed."""

    skeleton: Skeleton
    flesh: Flesh
    landmarks: Mapping[str, Landmark]
    sole_m: Mapping[str, FloatArray]
    stature_m: float

    @property
    def ankle_height_m(self) -> float:
        """Ankle centre above the ground in a flat shoe."""
        ankle = self.skeleton.rest_m("foot_left")[2]
        return float(ankle - self.sole_m["left"][:, 2].min())

    def joints_m(self, placement: Placement) -> dict[str, FloatArray]:
        """All named landmarks of a placed body in world coordinates."""
        return {name: placement.points_m(mark.segment, mark.rest_m) for name, mark in self.landmarks.items()}

    def lowest_sole_m(self, placement: Placement, side: str) -> float:
        """Height of the lowest point of a shoe."""
        return float(placement.points_m(f"foot_{side}", self.sole_m[side])[:, 2].min())


def joint_landmarks(skeleton: Skeleton) -> dict[str, Landmark]:
    """Joint centres, named as pose estimators name them."""
    starts = {
        "hip": "thigh",
        "knee": "shank",
        "ankle": "foot",
        "shoulder": "upper_arm",
        "elbow": "forearm",
        "wrist": "hand",
    }
    marks: dict[str, Landmark] = {}
    for side in ("left", "right"):
        for joint, segment in starts.items():
            name = f"{segment}_{side}"
            marks[f"{side}_{joint}"] = Landmark(name, np.array(skeleton.rest_m(name)))
    return marks
