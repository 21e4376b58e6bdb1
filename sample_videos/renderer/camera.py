"""A pinhole camera without distortion, in OpenCV's axes: x right, y down, z forward.

Metres, pixels, degrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .rotations import FloatArray, about_axis_deg, unit, vector

UP = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True)
class Camera:
    """Where a camera stands and what it takes in; positive `roll_deg` turns it clockwise about its view."""

    pos_m: tuple[float, float, float]
    look_at_m: tuple[float, float, float]
    vfov_deg: float
    size_px: tuple[int, int]
    roll_deg: float = 0.0

    @cached_property
    def forward(self) -> FloatArray:
        """Unit vector along the view."""
        return unit(vector(self.look_at_m) - vector(self.pos_m))

    @cached_property
    def rotation(self) -> FloatArray:
        """World to camera rotation R."""
        level_right = unit(np.cross(self.forward, UP))
        right = about_axis_deg(self.forward, self.roll_deg) @ level_right
        return np.stack([right, np.cross(self.forward, right), self.forward])

    @property
    def up(self) -> FloatArray:
        """World direction of the image's upper edge."""
        upward: FloatArray = -self.rotation[1]
        return upward

    @cached_property
    def translation_m(self) -> FloatArray:
        """t in x_camera = R x_world + t."""
        moved: FloatArray = -self.rotation @ vector(self.pos_m)
        return moved

    @property
    def focal_px(self) -> float:
        """Focal length in pixels, from the vertical field of view."""
        return self.size_px[1] / 2.0 / float(np.tan(np.radians(self.vfov_deg / 2.0)))

    @cached_property
    def matrix(self) -> FloatArray:
        """Intrinsic matrix K."""
        width, height = self.size_px
        return np.array(
            [[self.focal_px, 0.0, width / 2.0], [0.0, self.focal_px, height / 2.0], [0.0, 0.0, 1.0]]
        )

    @property
    def yaw_deg(self) -> float:
        """Heading of the view about the vertical: 0 looks along +Y (at the front of a standing person)."""
        return float(np.degrees(np.arctan2(-self.forward[0], self.forward[1])))

    @property
    def tilt_deg(self) -> float:
        """Angle of the view below the horizon."""
        return float(np.degrees(np.arcsin(-self.forward[2])))

    def project_px(self, points_m: FloatArray) -> FloatArray:
        """Pixels (x, y) of world points of shape (..., 3)."""
        seen = points_m @ self.rotation.T + self.translation_m
        flat = seen @ self.matrix.T
        pixels: FloatArray = flat[..., :2] / flat[..., 2:3]
        return pixels
