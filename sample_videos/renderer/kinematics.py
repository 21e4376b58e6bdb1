"""Limbs from joint angles, and legs from where hip and ankle are (two-bone inverse kinematics)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .rotations import FloatArray, about_x_deg, about_y_deg, about_z_deg, unit
from .skeleton import Skeleton, outward

_STRAIGHTEST = 0.9995  # share of the full leg length that a two-bone solution may use


@dataclass(frozen=True)
class LegAngles:
    """Joint angles of a leg hanging from the pelvis, degrees."""

    hip_flexion_deg: float = 0.0
    hip_abduction_deg: float = 0.0
    hip_external_rotation_deg: float = 0.0
    knee_flexion_deg: float = 0.0
    ankle_dorsiflexion_deg: float = 0.0


@dataclass(frozen=True)
class ArmAngles:
    """Joint angles of an arm hanging from the thorax, degrees."""

    shoulder_flexion_deg: float = 0.0
    shoulder_abduction_deg: float = 10.0
    shoulder_rotation_deg: float = 0.0
    elbow_flexion_deg: float = 15.0


def thigh_length_m(skeleton: Skeleton, side: str) -> float:
    """Hip centre to knee centre."""
    return skeleton.length_m(f"thigh_{side}", f"shank_{side}")


def shank_length_m(skeleton: Skeleton, side: str) -> float:
    """Knee centre to ankle centre."""
    return skeleton.length_m(f"shank_{side}", f"foot_{side}")


def knee_between_m(
    hip_m: FloatArray, ankle_m: FloatArray, pole: FloatArray, thigh_m: float, shank_m: float
) -> FloatArray:
    """Knee centre of a two-bone leg that points along `pole`; out of reach, it is just short of straight."""
    reach = ankle_m - hip_m
    distance = min(float(np.linalg.norm(reach)), (thigh_m + shank_m) * _STRAIGHTEST)
    along = unit(reach)
    foot_of_height = (thigh_m**2 - shank_m**2 + distance**2) / (2.0 * distance)
    height = float(np.sqrt(max(thigh_m**2 - foot_of_height**2, 1e-9)))
    sideways = unit(pole - (pole @ along) * along)
    knee: FloatArray = hip_m + along * foot_of_height + sideways * height
    return knee


def _segment_frame(top_m: FloatArray, bottom_m: FloatArray, hinge: FloatArray) -> FloatArray:
    """Anatomical frame with Z up along the bone and X as near the hinge axis as can be."""
    z = unit(top_m - bottom_m)
    x = unit(hinge - (hinge @ z) * z)
    return np.stack([x, np.cross(z, x), z], axis=1)


def leg_through(
    skeleton: Skeleton,
    side: str,
    hip_m: FloatArray,
    knee_m: FloatArray,
    ankle_m: FloatArray,
    pole: FloatArray,
) -> dict[str, FloatArray]:
    """Rotations of thigh and shank for known joint centres; `pole` settles the hinge of a straight leg."""
    hinge = np.cross(knee_m - hip_m, ankle_m - knee_m)
    if float(np.linalg.norm(hinge)) < 1e-3:
        hinge = np.cross(pole, hip_m - ankle_m)
    thigh, shank = f"thigh_{side}", f"shank_{side}"
    return {
        thigh: _segment_frame(hip_m, knee_m, hinge) @ skeleton.neutral[thigh],
        shank: _segment_frame(knee_m, ankle_m, hinge) @ skeleton.neutral[shank],
    }


def leg_reaching(
    skeleton: Skeleton, side: str, hip_m: FloatArray, ankle_m: FloatArray, pole: FloatArray
) -> dict[str, FloatArray]:
    """Rotations of thigh and shank that bring the ankle to a place, with the knee pointing along `pole`."""
    thigh_m, shank_m = thigh_length_m(skeleton, side), shank_length_m(skeleton, side)
    knee_m = knee_between_m(hip_m, ankle_m, pole, thigh_m, shank_m)
    reached_m = knee_m + unit(ankle_m - knee_m) * shank_m
    return leg_through(skeleton, side, hip_m, knee_m, reached_m, pole)


def hip_m(skeleton: Skeleton, side: str, pelvis: FloatArray, pelvis_m: FloatArray) -> FloatArray:
    """Hip centre for a turned and placed pelvis."""
    arm = skeleton.rest_m(f"thigh_{side}") - skeleton.rest_m("pelvis")
    centre: FloatArray = pelvis_m + pelvis @ arm
    return centre


def pelvis_from_hip_m(skeleton: Skeleton, side: str, pelvis: FloatArray, hip: FloatArray) -> FloatArray:
    """Where the pelvis origin must be for one hip centre to be at `hip`."""
    arm = skeleton.rest_m(f"thigh_{side}") - skeleton.rest_m("pelvis")
    origin: FloatArray = hip - pelvis @ arm
    return origin


def leg_by_angles(
    skeleton: Skeleton, side: str, pelvis: FloatArray, angles: LegAngles
) -> dict[str, FloatArray]:
    """Rotations of thigh, shank and foot from joint angles."""
    sign = outward(side)
    thigh = (
        pelvis
        @ about_x_deg(-angles.hip_flexion_deg)
        @ about_y_deg(-sign * angles.hip_abduction_deg)
        @ about_z_deg(sign * angles.hip_external_rotation_deg)
    )
    shank = thigh @ about_x_deg(angles.knee_flexion_deg)
    return {
        f"thigh_{side}": thigh @ skeleton.neutral[f"thigh_{side}"],
        f"shank_{side}": shank @ skeleton.neutral[f"shank_{side}"],
        f"foot_{side}": shank @ about_x_deg(-angles.ankle_dorsiflexion_deg),
    }


def arm_by_angles(
    skeleton: Skeleton, side: str, thorax: FloatArray, angles: ArmAngles
) -> dict[str, FloatArray]:
    """Rotations of upper arm, forearm and hand from joint angles."""
    sign = outward(side)
    upper = (
        thorax
        @ about_x_deg(-angles.shoulder_flexion_deg)
        @ about_y_deg(-sign * angles.shoulder_abduction_deg)
        @ about_z_deg(sign * angles.shoulder_rotation_deg)
    )
    forearm = upper @ about_x_deg(-angles.elbow_flexion_deg)
    return {
        f"upper_arm_{side}": upper @ skeleton.neutral[f"upper_arm_{side}"],
        f"forearm_{side}": forearm @ skeleton.neutral[f"forearm_{side}"],
        f"hand_{side}": forearm @ skeleton.neutral[f"forearm_{side}"],
    }
