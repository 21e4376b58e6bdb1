"""Joint angles over time, and OpenSim's motion file that holds them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from formcheck.atomic import write_text
from formcheck.exercises.registry import get_exercise
from formcheck.export.even_track import even_track
from formcheck.motion.angles import from_vertical_deg, joint_angle_deg, midpoint
from formcheck.motion.view import body_axes
from formcheck.pose.landmarks import SIDES, Side, of_side
from formcheck.pose.pose import Array
from formcheck.pose.smoothing import smooth_recording
from formcheck.pose.track import PoseTrack
from formcheck.results import SetReport

__all__ = ["angles_seen", "joint_angles_deg", "write_mot"]

_SAGITTAL: Final = ("hip_flexion", "knee_angle")
_MEASURED_POSTURES: Final = ("upright", "supine")
_TRUNK_LEAN: Final = "trunk_lean"


def joint_angles_deg(track: PoseTrack) -> dict[str, Array]:
    """Angles of hips, knees, ankles and trunk, each (n,) degrees, NaN where a landmark is missing.

    Named and signed as the coordinates of OpenSim's full-body models (Rajagopal 2016): flexion, adduction and
    dorsiflexion are positive. A hip's angles are those of the thigh in the trunk's own axes, flexion first;
    the knee's is the angle between thigh and shank; the ankle's is that between shank and foot less the right
    angle. ``trunk_lean`` is the trunk against the picture's vertical, positive to the picture's right.
    """
    axes = _trunk_axes(track)
    angles: dict[str, Array] = {}
    for side in SIDES:
        angles |= _leg(track.world_m, axes, side)
    hips, shoulders = (
        midpoint(track.image_px[:, of_side(joint, "left"), :2], track.image_px[:, of_side(joint, "right"), :2])
        for joint in ("hip", "shoulder")
    )
    return angles | {_TRUNK_LEAN: from_vertical_deg(hips, shoulders)}


def _trunk_axes(track: PoseTrack) -> Array:
    """(n, 3, 3): the trunk's directions head, left and chest in each frame."""
    axes = np.full((len(track), 3, 3), np.nan)
    for i, pose in enumerate(track):
        if (found := body_axes(pose)) is not None:
            axes[i] = found.head, found.left, found.chest
    return axes


def _leg(world_m: Array, axes: Array, side: Side) -> dict[str, Array]:
    hip, knee, ankle, heel, toes = (
        world_m[:, of_side(joint, side)] for joint in ("hip", "knee", "ankle", "heel", "foot_index")
    )
    thigh = knee - hip
    head, left, chest = (np.sum(thigh * axes[:, i], axis=1) for i in range(3))
    inward = left if side == "right" else -left
    end = side[0]
    return {
        f"hip_flexion_{end}": np.degrees(np.arctan2(chest, -head)),
        f"hip_adduction_{end}": np.degrees(np.arcsin(inward / np.linalg.norm(thigh, axis=1))),
        f"knee_angle_{end}": 180 - joint_angle_deg(hip, knee, ankle),
        f"ankle_angle_{end}": 90 - joint_angle_deg(knee, ankle, ankle + toes - heel),
    }


def angles_seen(report: SetReport) -> tuple[str, ...]:
    """The angles of this set that its one camera can tell.

    Flexion of the hip and the knee is told from beside, of the nearer leg, standing or on the back; the trunk's
    lean always. What else `joint_angles_deg` gives needs depth, in which one camera is off by 10 to 60 degrees (see
    ``docs/exports.md``).
    """
    measured = report.view.posture in _MEASURED_POSTURES
    near = [side for side in SIDES if measured and side == report.view.facing]
    return (*(f"{joint}_{side[0]}" for side in near for joint in _SAGITTAL), _TRUNK_LEAN)


def write_mot(report: SetReport, track: PoseTrack, path: Path) -> None:
    """OpenSim's motion file: even times, degrees; ``nan`` where a landmark is missing.

    It holds the angles that the camera can tell and no others. The landmarks are smoothed as for scoring.

    Raises:
        OutputError: the file cannot be written.
        SourceError: see `even_track`.
    """
    even, _ = even_track(smooth_recording(track, get_exercise(report.exercise).smoothing_hz))
    every = joint_angles_deg(even)
    angles = {name: every[name] for name in angles_seen(report)}
    table = np.column_stack([even.t_s, *angles.values()])
    head = [
        "Coordinates",
        "version=1",
        f"nRows={len(table)}",
        f"nColumns={len(angles) + 1}",
        "inDegrees=yes",
        "",
        "Units are S.I. units (second, meters, Newtons, ...)",
        "Angles are in degrees.",
        "Estimated from one camera: only angles that it can tell are in this file.",
        "",
        "endheader",
        "\t".join(["time", *angles]),
    ]
    rows = ["\t".join(f"{value:.6f}" for value in row) for row in table.tolist()]
    write_text(path, "\n".join(head + rows) + "\n")
