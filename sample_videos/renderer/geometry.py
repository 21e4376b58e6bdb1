"""Angles and distances between landmarks, as biomechanics defines them. Metres in, degrees or metres out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .rotations import FloatArray, angle_between_deg
from .skeleton import OTHER_SIDE

Joints = Mapping[str, FloatArray]
_LATERAL, _FORE_AFT, _UP = 0, 1, 2


def middle(joints: Joints, joint: str) -> FloatArray:
    """Midpoint of a left-right pair."""
    point: FloatArray = (joints[f"left_{joint}"] + joints[f"right_{joint}"]) / 2.0
    return point


def signed_angle_deg(a: FloatArray, b: FloatArray) -> float:
    """Angle from 2D vector a to 2D vector b, counter-clockwise positive in x right, y up."""
    return float(np.degrees(np.arctan2(a[0] * b[1] - a[1] * b[0], a @ b)))


def projection_angle_deg(hip: FloatArray, knee: FloatArray, ankle: FloatArray, medial: float) -> float:
    """Frontal plane projection angle from 2D points (x, y up): 0 straight, valgus (knee medial) positive.

    `medial` is the sign of x toward the midline. Definition: Willson & Davis 2008.
    """
    return medial * signed_angle_deg(knee - hip, ankle - knee) * -1.0


def knee_flexion_deg(joints: Joints, side: str) -> float:
    """0 for a straight knee."""
    hip, knee, ankle = (joints[f"{side}_{joint}"] for joint in ("hip", "knee", "ankle"))
    return angle_between_deg(knee - hip, ankle - knee)


def hip_angle_deg(joints: Joints, side: str) -> float:
    """Shoulder-hip-knee angle, 180 when trunk and thigh line up."""
    shoulder, hip, knee = (joints[f"{side}_{joint}"] for joint in ("shoulder", "hip", "knee"))
    return angle_between_deg(shoulder - hip, knee - hip)


def hip_angle_past_line_deg(joints: Joints, side: str) -> float:
    """Shoulder-hip-knee angle of somebody supine that goes on beyond 180 when the hip is above the line."""
    shoulder, hip, knee = (joints[f"{side}_{joint}"] for joint in ("shoulder", "hip", "knee"))
    share = float((hip - shoulder) @ (knee - shoulder) / ((knee - shoulder) @ (knee - shoulder)))
    above = hip[_UP] > shoulder[_UP] + share * (knee[_UP] - shoulder[_UP])
    angle = hip_angle_deg(joints, side)
    return 360.0 - angle if above else angle


def forward_deg(joints: Joints, side: str) -> float:
    """How far a leg points forward (-Y) out of the plane through X and Z, hip to ankle."""
    leg = joints[f"{side}_ankle"] - joints[f"{side}_hip"]
    return float(np.degrees(np.arcsin(-leg[_FORE_AFT] / np.linalg.norm(leg))))


def toes_up_deg(joints: Joints, side: str) -> float:
    """Turn of the foot about the shank from straight ahead (-Y), toward the ceiling positive."""
    along = joints[f"{side}_ankle"] - joints[f"{side}_knee"]
    along = along / np.linalg.norm(along)
    foot = second_toe(joints, side) - joints[f"{side}_heel"]
    ahead = np.array([0.0, -1.0, 0.0])
    ahead = ahead - (ahead @ along) * along
    up = np.cross(along, ahead)
    up = up * np.sign(up[_UP])
    return float(np.degrees(np.arctan2(foot @ up, foot @ ahead)))


def side_drop_deg(joints: Joints, high_side: str) -> float:
    """How far the hip line falls toward the side opposite `high_side`, from the horizontal."""
    line = joints[f"{high_side}_hip"] - joints[f"{OTHER_SIDE[high_side]}_hip"]
    return float(np.degrees(np.arcsin(line[_UP] / np.linalg.norm(line))))


def trunk_lean_deg(joints: Joints, toward: str) -> float:
    """Lean of the hip-to-shoulder line in the frontal plane of somebody upright, positive toward a side."""
    trunk = middle(joints, "shoulder") - middle(joints, "hip")
    to_side = joints[f"{toward}_hip"][_LATERAL] - joints[f"{OTHER_SIDE[toward]}_hip"][_LATERAL]
    return float(np.degrees(np.arctan2(trunk[_LATERAL] * np.sign(to_side), trunk[_UP])))


def trunk_forward_lean_deg(joints: Joints) -> float:
    """Forward lean of the hip-to-shoulder line of somebody facing -Y."""
    trunk = middle(joints, "shoulder") - middle(joints, "hip")
    return float(np.degrees(np.arctan2(-trunk[_FORE_AFT], trunk[_UP])))


def second_toe(joints: Joints, side: str) -> FloatArray:
    """Tip of the second toe, a quarter of the way from the big to the small toe."""
    big, small = joints[f"{side}_big_toe"], joints[f"{side}_small_toe"]
    toe: FloatArray = big + 0.25 * (small - big)
    return toe


def knee_medial_offset_m(joints: Joints, side: str) -> float:
    """How far the knee is medial of the line from ankle to second toe, measured on the floor."""
    ankle, toe, knee = joints[f"{side}_ankle"][:2], second_toe(joints, side)[:2], joints[f"{side}_knee"][:2]
    along = (toe - ankle) / np.linalg.norm(toe - ankle)
    square = np.array([-along[1], along[0]])
    medial = joints[f"{OTHER_SIDE[side]}_hip"][:2] - joints[f"{side}_hip"][:2]
    return float((knee - ankle) @ square * np.sign(medial @ square))


def elevation_deg(start: FloatArray, end: FloatArray) -> float:
    """Elevation of a line above the horizontal."""
    line = end - start
    return float(np.degrees(np.arcsin(line[_UP] / np.linalg.norm(line))))


def hip_line_roll_deg(joints: Joints, top: str) -> float:
    """Side-lying: how far the top hip is behind (+Y) a vertical line over the bottom hip."""
    line = joints[f"{top}_hip"] - joints[f"{OTHER_SIDE[top]}_hip"]
    return float(np.degrees(np.arctan2(line[_FORE_AFT], line[_UP])))


def distance_m(joints: Joints, joint: str) -> float:
    """Distance between left and right of a joint."""
    return float(np.linalg.norm(joints[f"left_{joint}"] - joints[f"right_{joint}"]))


def shank_angle_deg(joints: Joints, side: str) -> float:
    """Side view: how far the ankle is ahead of the knee, as an angle from the vertical; facing -Y."""
    shank = joints[f"{side}_ankle"] - joints[f"{side}_knee"]
    return float(np.degrees(np.arctan2(-shank[_FORE_AFT], -shank[_UP])))
