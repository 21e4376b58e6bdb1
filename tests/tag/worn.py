"""Golden tracks with a tag put on: the body as the pose model saw it, the tag as a pelvis of known motion shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.transform import Rotation

from formcheck.motion.view import BodyAxes, body_axes
from formcheck.pose.landmarks import Landmark
from formcheck.pose.pose import Array, Pose
from formcheck.pose.tag_seen import Face, TagSeen
from formcheck.pose.track import PoseTrack
from formcheck.tag.design import DEFAULT
from formcheck.tag.detect import square_poses
from formcheck.tag.finder import FOCAL_PER_LONG_SIDE

SQUARE = np.array([[-0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.5, -0.5, 0.0], [-0.5, -0.5, 0.0]])

Place = Callable[[Pose], Array]
"""Where the middle of the tag is in the picture."""


@dataclass(frozen=True)
class Card:
    """How a tag is worn and seen.

    Attributes:
        turn_deg: about the body's left, head and chest axes, on from lying flat on the body: how askew it is pinned.
        motion_deg: time to a rotation vector of the pelvis along the same axes, degrees, since the start.
        place: where it is; at the hips by default.
        seen: whether it is seen at a time.
    """

    face: Face = "front"
    side_px: float = 45.0
    turn_deg: tuple[float, float, float] = (0.0, 0.0, 0.0)
    motion_deg: Callable[[float], tuple[float, float, float]] = lambda t_s: (0.0, 0.0, 0.0)
    place: Place | None = None
    seen: Callable[[float], bool] = lambda t_s: True
    code: int | None = None
    mirrored: bool = False
    noise_px: float = 0.1


def at_hips(pose: Pose) -> Array:
    """The middle of the hips."""
    hips: Array = (pose.image_px[Landmark.LEFT_HIP, :2] + pose.image_px[Landmark.RIGHT_HIP, :2]) / 2
    return hips


def wearing(track: PoseTrack, card: Card, seed: int = 0) -> PoseTrack:
    """The track with the card on; the body's axes of its first second are the pelvis's at the start."""
    random = np.random.default_rng(seed)
    body = _first_axes(track)
    axes = np.column_stack([body.left, body.head, body.chest])
    flat = axes if card.face == "front" else axes @ np.diag([-1.0, 1.0, -1.0])
    worn = axes @ Rotation.from_rotvec(card.turn_deg, degrees=True).as_matrix() @ axes.T @ flat
    poses = []
    for pose in track:
        if not pose.found or not card.seen(pose.t_s):
            poses.append(pose)
            continue
        moved = axes @ Rotation.from_rotvec(card.motion_deg(pose.t_s), degrees=True).as_matrix() @ axes.T
        poses.append(replace(pose, tag=_seen(pose, moved @ worn, card, random)))
    return PoseTrack.from_poses(poses, replace(track.info, tag_dictionary=DEFAULT.dictionary))


def squarely(track: PoseTrack) -> tuple[float, float, float]:
    """How a front card has to be pinned to face the camera at the start."""
    body = _first_axes(track)
    axes = np.column_stack([body.left, body.head, body.chest])
    turn = axes.T @ np.diag([1.0, -1.0, -1.0])
    # Upright in the picture is not upright on somebody who lies: turned in its own plane toward the head.
    toward_head = np.arctan2(-body.head[0], -body.head[1])
    turn = turn @ Rotation.from_rotvec([0, 0, toward_head]).as_matrix()
    x, y, z = Rotation.from_matrix(turn).as_rotvec(degrees=True).tolist()
    return x, y, z


def _first_axes(track: PoseTrack) -> BodyAxes:
    found = [axes for pose in track if pose.t_s <= 1.0 and (axes := body_axes(pose))]
    left, head = (np.median([getattr(axes, name) for axes in found], axis=0) for name in ("left", "head"))
    left = left / np.linalg.norm(left)
    head = head - (head @ left) * left
    head = head / np.linalg.norm(head)
    return BodyAxes(head=head, left=left, chest=np.cross(left, head))


def _seen(pose: Pose, turn: Array, card: Card, random: np.random.Generator) -> TagSeen:
    width, height = pose.size_px
    focal_px = FOCAL_PER_LONG_SIDE * max(pose.size_px)
    x, y = (card.place or at_hips)(pose)
    middle = np.array([x - width / 2, y - height / 2, focal_px]) / card.side_px
    shown = SQUARE @ turn.T + middle
    corners_px = shown[:, :2] / shown[:, 2:] * focal_px + (width / 2, height / 2)
    corners_px = corners_px + random.normal(0, card.noise_px, (4, 2))
    rotations, errors_px = square_poses(corners_px, focal_px, (width / 2, height / 2))
    code = DEFAULT.id_of(card.face) if card.code is None else card.code
    tag = TagSeen(code, DEFAULT.face_of(code), False, corners_px, rotations, errors_px, 0.95)
    return (tag.in_mirror(width) if card.mirrored else tag).on_grid()
