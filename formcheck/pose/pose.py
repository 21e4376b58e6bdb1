"""One person in one frame."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from formcheck.pose.landmarks import LANDMARK_COUNT, MIRROR_ORDER
from formcheck.pose.tag_seen import TagSeen

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """Landmarks of one person at one moment; what was not seen is NaN.

    Attributes:
        t_s: true time of the frame in its recording, seconds.
        image_px: (33, 3); x to the right and y down in pixels of the original
            frame, z toward the camera negative, on x's scale.
        world_m: (33, 3); metres from the hips' midpoint along the camera's axes
            (x right, y down, z away). Leg lengths and left-right balance are
            biased (mediapipe issue 4917): directions may be used, lengths not.
        visibility: (33,); 0 hidden to 1 seen.
        presence: (33,); 0 out of the frame to 1 inside it.
        size_px: width and height of the original frame.
        brightness: mean grey level of the frame, 0-255; NaN where unknown.
        tag: the tag worn on the waistband, where one was seen.
    """

    t_s: float
    image_px: Array
    world_m: Array
    visibility: Array
    presence: Array
    size_px: tuple[int, int]
    brightness: float = float("nan")
    tag: TagSeen | None = None

    @classmethod
    def nobody(cls, t_s: float, size_px: tuple[int, int], brightness: float = float("nan")) -> Self:
        """A frame in which no person was found."""
        return cls(
            t_s=t_s,
            image_px=np.full((LANDMARK_COUNT, 3), np.nan),
            world_m=np.full((LANDMARK_COUNT, 3), np.nan),
            visibility=np.zeros(LANDMARK_COUNT),
            presence=np.zeros(LANDMARK_COUNT),
            size_px=size_px,
            brightness=brightness,
        )

    @property
    def found(self) -> bool:
        """Whether a person was found in this frame."""
        return any(map(math.isfinite, self.image_px[:, :2].ravel().tolist()))

    def mirrored(self) -> Pose:
        """The same person as seen in a mirror: x flipped and the sides swapped."""
        image_px, world_m = self.image_px[MIRROR_ORDER].copy(), self.world_m[MIRROR_ORDER].copy()
        image_px[:, 0] = self.size_px[0] - image_px[:, 0]
        world_m[:, 0] = -world_m[:, 0]
        return replace(
            self,
            image_px=image_px,
            world_m=world_m,
            visibility=self.visibility[MIRROR_ORDER],
            presence=self.presence[MIRROR_ORDER],
            tag=self.tag and self.tag.in_mirror(self.size_px[0]),
        )
