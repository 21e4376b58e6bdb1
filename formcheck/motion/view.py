"""Where the camera stands, read from the body itself.

World landmarks give the trunk's directions along the camera's axes well (shoulder line, hip line,
spine), though not its lengths. From them follow posture, the side of the body that the camera sees,
and how steeply it looks down.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from formcheck.motion.points import (
    Point,
    Vector,
    cross,
    dot,
    finite,
    image_points,
    minus,
    plain,
    plus,
    times,
    unit,
    vector,
)
from formcheck.pose.landmarks import Landmark
from formcheck.pose.pose import Array, Pose

Posture = Literal["upright", "side_lying", "supine", "prone", "unknown"]
Facing = Literal["front", "back", "left", "right", "unknown"]

_SAMPLE_EVERY_S: Final = 0.1
_KEPT_SAMPLES: Final = 600
_LOWEST_DEG: Final = -25.0
_STEEPEST_DEG: Final = 85.0
"""Between these a camera can look at somebody lying on the floor, landmark error included."""
_BODY: Final = (
    Landmark.NOSE,
    Landmark.LEFT_SHOULDER,
    Landmark.RIGHT_SHOULDER,
    Landmark.LEFT_HIP,
    Landmark.RIGHT_HIP,
    Landmark.LEFT_KNEE,
    Landmark.RIGHT_KNEE,
    Landmark.LEFT_ANKLE,
    Landmark.RIGHT_ANKLE,
)


@dataclass(frozen=True, slots=True)
class BodyAxes:
    """Unit vectors of the trunk along the camera's axes (x right, y down, z away), each (3,).

    ``head`` points from hips to shoulders, ``left`` to the person's left, ``chest`` out of the chest.
    """

    head: Array
    left: Array
    chest: Array


def body_axes(pose: Pose) -> BodyAxes | None:
    """The trunk's directions in one pose; None when it was not seen."""
    left_shoulder, right_shoulder = plain(pose.world_m[Landmark.LEFT_SHOULDER : Landmark.RIGHT_SHOULDER + 1])
    left_hip, right_hip = plain(pose.world_m[Landmark.LEFT_HIP : Landmark.RIGHT_HIP + 1])
    shoulders, hips = minus(left_shoulder, right_shoulder), minus(left_hip, right_hip)
    spine = minus(minus(plus(left_shoulder, right_shoulder), left_hip), right_hip)
    if not finite(spine):
        return None
    return _orthonormal(spine, plus(unit(shoulders), unit(hips)))


def _orthonormal(spine: Vector, across: Vector) -> BodyAxes | None:
    head = unit(spine)
    left = unit(minus(across, times(dot(across, head), head)))
    if not finite(head) or not finite(left):
        return None
    return BodyAxes(head=np.array(head), left=np.array(left), chest=np.array(cross(left, head)))


@dataclass(frozen=True, slots=True)
class View:
    """What the poses so far tell about camera and picture.

    Attributes:
        posture: of the person.
        facing: the side of the body that the camera sees.
        toward_chest, toward_left, toward_head: the direction from the person to the camera in the
            body's own axes, -1 to 1 each; NaN where unknown.
        yaw_deg: turned away from facing the camera with the side named by ``facing``; an upright
            person's turn about the vertical, positive toward the person's left.
        elevation_deg: how far the camera looks down on the person; negative looks up.
        height_share: larger extent of the body as a share of the frame, along width or height.
        in_frame_share: share of frames with the whole body inside the picture.
        found_share: share of frames in which a person was found.
        brightness: median grey level 0-255.
        frame_rate_hz: from the median distance of frames.
        duration_s: from the first frame to the last.
    """

    posture: Posture = "unknown"
    facing: Facing = "unknown"
    toward_chest: float = math.nan
    toward_left: float = math.nan
    toward_head: float = math.nan
    yaw_deg: float = math.nan
    elevation_deg: float = math.nan
    height_share: float = math.nan
    in_frame_share: float = math.nan
    found_share: float = 0.0
    brightness: float = math.nan
    frame_rate_hz: float = math.nan
    duration_s: float = 0.0


class ViewMonitor:
    """Gathers views over a stream; memory is bounded, medians resist single wrong poses."""

    def __init__(self) -> None:
        self._vectors: deque[Array] = deque(maxlen=_KEPT_SAMPLES)
        self._steps_s: deque[float] = deque(maxlen=_KEPT_SAMPLES)
        self._sampled_s = -math.inf
        self._first_s = self._last_s = math.nan
        self._frames = self._found = self._inside = 0

    def update(self, pose: Pose) -> None:
        """Take the next pose."""
        if self._frames:
            self._steps_s.append(pose.t_s - self._last_s)
        else:
            self._first_s = pose.t_s
        self._last_s = pose.t_s
        self._frames += 1
        if not pose.found:
            return
        self._found += 1
        points = image_points(pose)
        body = [points[landmark] for landmark in _BODY]
        self._inside += _all_inside(body, pose.size_px)
        if pose.t_s - self._sampled_s >= _SAMPLE_EVERY_S - 1e-6:
            self._sample(pose, body)

    def _sample(self, pose: Pose, body: Sequence[Point]) -> None:
        axes = body_axes(pose)
        if axes is None:
            return
        self._sampled_s = pose.t_s
        extent = _extent_share(body, pose.size_px)
        self._vectors.append(np.concatenate([axes.head, axes.left, axes.chest, [extent, pose.brightness]]))

    def view(self) -> View:
        """The view so far."""
        if not self._vectors:
            return View(found_share=self._share(self._found, self._frames))
        *median, extent, brightness = np.median(np.array(self._vectors), axis=0).tolist()
        axes = _orthonormal(vector(median[0:3]), vector(median[3:6]))
        if axes is None:
            return View(found_share=self._share(self._found, self._frames))
        return self._describe(axes, extent, brightness)

    def _describe(self, axes: BodyAxes, extent: float, brightness: float) -> View:
        posture = posture_of(axes)
        chest, left, head = -float(axes.chest[2]), -float(axes.left[2]), -float(axes.head[2])
        facing, yaw_deg = _facing(chest, left)
        return View(
            posture=posture,
            facing=facing,
            toward_chest=chest,
            toward_left=left,
            toward_head=head,
            yaw_deg=yaw_deg,
            elevation_deg=_elevation_deg(axes, posture),
            height_share=extent,
            in_frame_share=self._share(self._inside, self._found),
            found_share=self._share(self._found, self._frames),
            brightness=brightness,
            frame_rate_hz=1 / float(np.median(self._steps_s)) if self._steps_s else math.nan,
            duration_s=self._last_s - self._first_s,
        )

    @staticmethod
    def _share(part: int, whole: int) -> float:
        return part / whole if whole else 0.0


def posture_of(axes: BodyAxes) -> Posture:
    """Posture from the trunk's directions: the one in which gravity points down the image.

    A camera that looks down foreshortens the vertical, so at 45 degrees two of the trunk's axes run
    equally far down the image; only one of them leaves the camera above the floor.
    """
    if -axes.head[1] > 0.75:
        return "upright"
    if abs(axes.head[1]) > 0.65:
        return "unknown"
    lying: tuple[Posture, ...] = ("side_lying", "supine", "prone")
    possible = [posture for posture in lying if _above_floor(axes, posture)]
    return max(possible, key=lambda posture: _down(axes, posture)[0], default="unknown")


def _down(axes: BodyAxes, posture: Posture) -> tuple[float, float]:
    """Gravity down the image and away from the camera, from the body axis that is vertical in this posture.

    NaN if unknown.
    """
    vertical = {"upright": axes.head, "side_lying": axes.left, "supine": axes.chest, "prone": axes.chest}.get(posture)
    if vertical is None:
        return math.nan, math.nan
    _, y, z = vertical.tolist()
    upward = y <= 0 if posture == "side_lying" else posture != "prone"
    return (-y, -z) if upward else (y, z)


def _above_floor(axes: BodyAxes, posture: Posture) -> bool:
    return _LOWEST_DEG <= _elevation_deg(axes, posture) <= _STEEPEST_DEG


def _elevation_deg(axes: BodyAxes, posture: Posture) -> float:
    down, away = _down(axes, posture)
    return math.degrees(math.atan2(away, down))


def _facing(chest: float, left: float) -> tuple[Facing, float]:
    """The side of the trunk that the camera sees, and the turn away from seeing it squarely."""
    angle_deg = math.degrees(math.atan2(left, chest))
    centres: tuple[tuple[Facing, float], ...] = (("front", 0.0), ("left", 90.0), ("back", 180.0), ("right", -90.0))
    turns = [(name, (angle_deg - centre + 180) % 360 - 180) for name, centre in centres]
    return min(turns, key=lambda turn: abs(turn[1]))


def _all_inside(points: Sequence[Point], size_px: tuple[int, int]) -> bool:
    width, height = size_px
    return all(0 <= x <= width and 0 <= y <= height for x, y in points)


def _extent_share(points: Sequence[Point], size_px: tuple[int, int]) -> float:
    coordinates = zip(*points, strict=True)
    return max(_extent(along) / size for along, size in zip(coordinates, size_px, strict=True))


def _extent(values: Sequence[float]) -> float:
    seen = [value for value in values if math.isfinite(value)]
    return max(seen) - min(seen) if seen else math.nan
