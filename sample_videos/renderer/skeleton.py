"""Rigid segments of a body, how they hang together, and where a pose puts them.

A segment's rotation is *global* and counts from the rest pose: the identity leaves it as it was at rest.
Segment names: pelvis, spine05..spine02 (lumbar to mid-thoracic), thorax, neck01..neck03, head, and for each
side thigh, shank, foot, upper_arm, forearm, hand with `_left` or `_right`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from .rotations import IDENTITY, FloatArray, blend, carrying, mirrored

SIDES = ("left", "right")
OTHER_SIDE = {"left": "right", "right": "left"}
DOWN = np.array([0.0, 0.0, -1.0])

# Share of the turn from pelvis to thorax (or thorax to head) that each vertebral segment has taken.
SPINE_SHARE = {"spine05": 0.10, "spine04": 0.30, "spine03": 0.60, "spine02": 0.85}
NECK_SHARE = {"neck01": 0.20, "neck02": 0.50, "neck03": 0.80}


def outward(side: str) -> float:
    """Sign of the world X axis that points away from the midline at rest: +1 for left, -1 for right."""
    return 1.0 if side == "left" else -1.0


def swap_side(name: str) -> str:
    """The same name for the other side of the body; names without a side come back unchanged."""
    for side in SIDES:
        if name.endswith("_" + side):
            return name.removesuffix(side) + OTHER_SIDE[side]
        if name.startswith(side + "_"):
            return OTHER_SIDE[side] + name.removeprefix(side)
    return name


@dataclass(frozen=True)
class Pose:
    """Global rotations of the segments that matter, and the place of the pelvis origin in metres."""

    rotations: Mapping[str, FloatArray]
    pelvis_m: FloatArray

    def mirrored(self) -> Pose:
        """Left and right exchanged in the plane x = 0."""
        turned = {swap_side(name): mirrored(rotation) for name, rotation in self.rotations.items()}
        return Pose(turned, self.pelvis_m * np.array([-1.0, 1.0, 1.0]))

    def moved(self, offset_m: FloatArray) -> Pose:
        """The same pose somewhere else."""
        return Pose(self.rotations, self.pelvis_m + offset_m)


@dataclass(frozen=True)
class Placement:
    """Where every segment ended up: rotation and origin, in the order of `Skeleton.names`."""

    index: Mapping[str, int]
    rotations: FloatArray
    origins_m: FloatArray
    rest_origins_m: FloatArray

    def rotation(self, segment: str) -> FloatArray:
        """Global rotation of one segment."""
        found: FloatArray = self.rotations[self.index[segment]]
        return found

    def origin_m(self, segment: str) -> FloatArray:
        """The joint a segment starts from: the hip for a thigh, the ankle for a foot."""
        found: FloatArray = self.origins_m[self.index[segment]]
        return found

    def points_m(self, segment: str, rest_points_m: FloatArray) -> FloatArray:
        """Points fixed to a segment, given by their coordinates at rest."""
        i = self.index[segment]
        moved: FloatArray = (rest_points_m - self.rest_origins_m[i]) @ self.rotations[i].T + self.origins_m[i]
        return moved

    def shifts_m(self) -> FloatArray:
        """Translations t with x_posed = R @ x_rest + t, one row per segment."""
        turned = np.einsum("sij,sj->si", self.rotations, self.rest_origins_m)
        shifts: FloatArray = self.origins_m - turned
        return shifts


@dataclass(frozen=True)
class Landmark:
    """A named point fixed to a segment, with its coordinates at rest in metres."""

    segment: str
    rest_m: FloatArray


@dataclass(frozen=True)
class Skeleton:
    """Segments in an order in which parents come first, with joint positions at rest in metres."""

    names: tuple[str, ...]
    parents: tuple[int, ...]
    origins_m: FloatArray
    index: Mapping[str, int] = field(init=False)
    neutral: Mapping[str, FloatArray] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", {name: i for i, name in enumerate(self.names)})
        object.__setattr__(self, "neutral", self._neutral_turns())

    def rest_m(self, segment: str) -> FloatArray:
        """Joint at the start of a segment, in the rest pose."""
        found: FloatArray = self.origins_m[self.index[segment]]
        return found

    def length_m(self, segment: str, child: str) -> float:
        """Distance between the joints at the start of two segments."""
        return float(np.linalg.norm(self.rest_m(child) - self.rest_m(segment)))

    def _neutral_turns(self) -> dict[str, FloatArray]:
        """Rotations that let each limb segment hang straight down from its joint."""
        chains = (("thigh", "shank"), ("shank", "foot"), ("upper_arm", "forearm"), ("forearm", "hand"))
        turns: dict[str, FloatArray] = {}
        for side in SIDES:
            for near, far in chains:
                along = self.rest_m(f"{far}_{side}") - self.rest_m(f"{near}_{side}")
                turns[f"{near}_{side}"] = carrying(along, DOWN)
        return turns

    def complete(self, rotations: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        """Fill in the segments a pose leaves out: spine and neck bend evenly, hands and feet follow."""
        full = dict(rotations)
        pelvis = full["pelvis"]
        thorax = full.setdefault("thorax", pelvis)
        head = full.setdefault("head", thorax)
        full.update({name: blend(pelvis, thorax, share) for name, share in SPINE_SHARE.items()})
        full.update({name: blend(thorax, head, share) for name, share in NECK_SHARE.items()})
        for side in SIDES:
            self._complete_limbs(full, side)
        return full

    def _complete_limbs(self, full: dict[str, FloatArray], side: str) -> None:
        arm, forearm, shank = f"upper_arm_{side}", f"forearm_{side}", f"shank_{side}"
        full.setdefault(f"thigh_{side}", full["pelvis"])
        full.setdefault(shank, full[f"thigh_{side}"])
        full.setdefault(f"foot_{side}", full[shank] @ self.neutral[shank].T)
        full.setdefault(arm, full["thorax"] @ self.neutral[arm])
        full.setdefault(forearm, full[arm])
        full.setdefault(f"hand_{side}", full[forearm])

    def place(self, pose: Pose) -> Placement:
        """Forward kinematics: joints follow from rotations and the pelvis, so lengths cannot change."""
        full = self.complete(pose.rotations)
        rotations = np.stack([full.get(name, IDENTITY) for name in self.names])
        origins = np.empty_like(self.origins_m)
        for i, parent in enumerate(self.parents):
            if parent < 0:
                origins[i] = pose.pelvis_m
            else:
                arm = self.origins_m[i] - self.origins_m[parent]
                origins[i] = origins[parent] + rotations[parent] @ arm
        return Placement(self.index, rotations, origins, self.origins_m)
