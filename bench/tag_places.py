"""From where a worn tag is seen, and how large a picture makes it as large as wanted.

Letters: `p` near the prescribed place, `e` at its edge; the others are places from which landmarks do not show the
pelvis and a tag does, or (`s`) from which the tag is not seen either.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from bench.guide_places import prescribed as guide_prescribed
from bench.placing import EDGE, FORBIDDEN, PRESCRIBED, Placing, Stand, Subject, camera_at, deviation, prescribed
from sample_videos.renderer.camera import Camera
from sample_videos.renderer.plan import (
    CLAMSHELL,
    PIGEON_POSE,
    RUNNING_REAR,
    SIDE_LYING_HIP_ABDUCTION,
    SINGLE_LEG_BOX_SQUAT,
    SINGLE_LEG_GLUTE_BRIDGE,
)

Face = Literal["front", "back"]


@dataclass(frozen=True)
class Elsewhere:
    """A place turned from the prescribed one; of `toward_head` the turn is toward the head of who lies there."""

    view: str
    face: Face
    turn_deg: tuple[float, float]
    height_m: tuple[float, float] | None = None
    distance_m: float | None = None
    toward_head: bool = False


FACES: dict[str, Face] = {
    CLAMSHELL: "front",
    SINGLE_LEG_GLUTE_BRIDGE: "front",
    SINGLE_LEG_BOX_SQUAT: "front",
    RUNNING_REAR: "back",
    SIDE_LYING_HIP_ABDUCTION: "front",
}
"""The face that the prescribed place sees."""

ELSEWHERE: dict[str, dict[str, Elsewhere]] = {
    CLAMSHELL: {
        "l": Elsewhere("mat height", "front", (-12.0, 12.0), (0.30, 0.55), 2.4),
        "b": Elsewhere("behind", "back", (168.0, 192.0), (1.2, 1.9)),
    },
    SINGLE_LEG_GLUTE_BRIDGE: {
        "h": Elsewhere("head end", "front", (55.0, 80.0), (1.5, 1.9), 2.1, toward_head=True),
        "s": Elsewhere("low side", "front", (-10.0, 10.0), (0.35, 0.55), 2.6),
    },
    SINGLE_LEG_BOX_SQUAT: {
        "t": Elsewhere("turned", "front", (28.0, 40.0)),
        "b": Elsewhere("behind", "back", (172.0, 188.0)),
    },
    RUNNING_REAR: {
        "d": Elsewhere("diagonal", "back", (30.0, 45.0)),
    },
    SIDE_LYING_HIP_ABDUCTION: {
        "l": Elsewhere("mat height", "front", (-10.0, 25.0), (0.30, 0.55), 2.5, toward_head=True),
    },
    PIGEON_POSE: {"b": Elsewhere("behind", "back", (145.0, 215.0), (1.2, 1.6), 2.4)},
}

_LYING = (CLAMSHELL, SINGLE_LEG_GLUTE_BRIDGE, SIDE_LYING_HIP_ABDUCTION, PIGEON_POSE)
_LYING_RATIO, _UPRIGHT_RATIO = 16 / 9, 9 / 16
_MOST_PX = 1280  # of the picture's longer edge
_SMALL_M, _USUAL_M, _LARGE_M = 0.06, 0.10, 0.15
_SMALL_BELOW_PX = 26.0


def tag_place(
    exercise: str, who: Subject, letter: str, rng: np.random.Generator
) -> tuple[Stand, dict[str, float], Placing, Face]:
    """Where the camera stands, by how much it is off, its record, and the face of the tag that it sees."""
    stand = _usual(exercise, who, rng)
    if letter in ("p", "e"):
        off = deviation(PRESCRIBED if letter == "p" else EDGE, rng)
        view = "as prescribed"
        if exercise == SINGLE_LEG_GLUTE_BRIDGE:
            view = "free leg near" if stand.azimuth_deg == 0.0 else "stance leg near"
        place = PRESCRIBED if letter == "p" else EDGE
        placing = Placing(place, view, off["height_m"], 1.0 + off["distance"], off["yaw_deg"], off["roll_deg"])
        return stand, off, placing, FACES[exercise]
    there = ELSEWHERE[exercise][letter]
    moved = _moved(stand, there, who, rng)
    off = {"height_m": 0.0, "distance": 0.0, "yaw_deg": 0.0, "roll_deg": deviation(PRESCRIBED, rng)["roll_deg"]}
    placing = Placing(
        FORBIDDEN,
        there.view,
        moved.height_m - stand.height_m,
        moved.distance_m / stand.distance_m,
        moved.azimuth_deg - stand.azimuth_deg,
        off["roll_deg"],
    )
    return moved, off, placing, there.face


def _usual(exercise: str, who: Subject, rng: np.random.Generator) -> Stand:
    """The place from which others are told: the prescribed one, of the pigeon in front."""
    if exercise == PIGEON_POSE:
        return Stand(0.0, 2.6, 0.7, (0.0, 0.05, 0.25), 0.7, 0.55)
    if exercise == SIDE_LYING_HIP_ABDUCTION:
        return guide_prescribed(exercise, who, rng)
    return prescribed(exercise, who, rng)


def _moved(stand: Stand, there: Elsewhere, who: Subject, rng: np.random.Generator) -> Stand:
    turn = float(rng.uniform(*there.turn_deg))
    sign = float(rng.choice([-1.0, 1.0]))
    if there.toward_head:
        sign = who.head_sign * (-1.0 if stand.azimuth_deg == 180.0 else 1.0)
    height = float(rng.uniform(*there.height_m)) if there.height_m else stand.height_m
    azimuth = stand.azimuth_deg + (turn if turn > 90.0 else sign * turn)
    return replace(stand, azimuth_deg=azimuth, height_m=height, distance_m=there.distance_m or stand.distance_m)


def tag_camera(
    exercise: str, stand: Stand, off: dict[str, float], side_px: float, rng: np.random.Generator
) -> tuple[Camera, float]:
    """A camera whose picture shows a tag about that large, and the side of the tag in metres."""
    ratio = _LYING_RATIO if exercise in _LYING else _UPRIGHT_RATIO
    most = _MOST_PX / max(ratio, 1.0)
    trial = camera_at(stand, off, (round(1000 * ratio), 1000), rng)
    away_m = float(np.linalg.norm(np.array(trial.pos_m) - np.array(stand.aim_m)))
    height_per_m = side_px * away_m * 1000 / trial.focal_px
    side_m = _SMALL_M if side_px < _SMALL_BELOW_PX else _USUAL_M
    if height_per_m / side_m > most:
        side_m = _LARGE_M
    height = min(height_per_m / side_m, most)
    size_px = (4 * round(height * ratio / 4), 4 * round(height / 4))
    return replace(trial, size_px=size_px), side_m
