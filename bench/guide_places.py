"""Where the camera stands for the guide's other counted exercises, and where it must not; see `bench/placing.py`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bench.placing import FORBIDDEN, Placing, Refused, Stand, Subject, camera_at, deviation
from sample_videos.renderer.camera import Camera
from sample_videos.renderer.plan import GLUTE_BRIDGE, LATERAL_BAND_WALK, SIDE_LYING_HIP_ABDUCTION

SIZES_PX = ((480, 360), (532, 400), (640, 480))
_SIZE_SHARES = (0.5, 0.3, 0.2)
FOOT_DIAGONAL_DEG = 38.0
"""From the front toward the feet: prescribed for the leg lift."""
_WALK_HALF_WIDTH_M = 0.95

REFUSED: dict[str, tuple[Refused, ...]] = {
    SIDE_LYING_HIP_ABDUCTION: (
        Refused("behind", (200.0, 235.0), either_side=False),
        Refused("head end", (115.0, 140.0), (1.2, 1.8), 2.3, either_side=False),
        Refused("mat height", (20.0, 40.0), (0.30, 0.50), 2.6, either_side=False),
    ),
    GLUTE_BRIDGE: (
        Refused("diagonal", (40.0, 55.0)),
        Refused("foot end", (-100.0, -80.0), (0.5, 0.9), 2.6, either_side=False),
        Refused("head end", (80.0, 100.0), (0.5, 0.9), 2.6, either_side=False),
    ),
    LATERAL_BAND_WALK: (
        Refused("turned", (32.0, 50.0)),
        Refused("side", (80.0, 100.0)),
        Refused("behind", (170.0, 190.0)),
    ),
}
"""Turns of the leg lift and the bridge are toward the head where they are positive."""


def prescribed(exercise: str, who: Subject, rng: np.random.Generator) -> Stand:
    """The place the guide asks for."""
    half_m = who.stature_m / 2.0
    if exercise == SIDE_LYING_HIP_ABDUCTION:
        aim = (-who.head_sign * 0.06, -0.10, 0.33)
        return Stand(-who.head_sign * FOOT_DIAGONAL_DEG, 2.3, 1.35, aim, 0.88 * half_m + 0.10, 0.55)
    if exercise == GLUTE_BRIDGE:
        aim = (-who.head_sign * 0.27 * who.stature_m, 0.0, 0.28)
        return Stand(180.0 if rng.random() < 0.5 else 0.0, 2.7, 0.5, aim, 0.75 * half_m + 0.25, 0.42)
    return Stand(0.0, 3.7, 0.56 * who.stature_m, (0.0, 0.0, half_m), _WALK_HALF_WIDTH_M, half_m + 0.08)


def _refused_stand(stand: Stand, refused: Refused, who: Subject, rng: np.random.Generator) -> Stand:
    turn_deg = float(rng.uniform(*refused.turn_deg))
    if refused.either_side:
        turn_deg *= float(rng.choice([-1.0, 1.0]))
    else:  # toward the head, which is on the camera's other hand where it stands behind
        turn_deg *= who.head_sign * (-1.0 if stand.azimuth_deg == 180.0 else 1.0)
    height_m = float(rng.uniform(*refused.height_m)) if refused.height_m else stand.height_m
    return replace(
        stand,
        azimuth_deg=stand.azimuth_deg + turn_deg,
        distance_m=refused.distance_m or stand.distance_m,
        height_m=height_m,
    )


def guide_camera(
    exercise: str, who: Subject, place: str, turn: int, rng: np.random.Generator
) -> tuple[Camera, Placing]:
    """A camera of the wanted class; `turn` picks among an exercise's refused views."""
    usual, view = prescribed(exercise, who, rng), "as prescribed"
    size_px = SIZES_PX[int(rng.choice(len(SIZES_PX), p=_SIZE_SHARES))]
    off, stand = deviation(place, rng), usual
    if place == FORBIDDEN:
        refused = REFUSED[exercise][turn % len(REFUSED[exercise])]
        stand, view = _refused_stand(usual, refused, who, rng), refused.view
        off = {"height_m": 0.0, "distance": 0.0, "yaw_deg": 0.0, "roll_deg": off["roll_deg"]}
    placing = Placing(
        place,
        view,
        stand.height_m + off["height_m"] - usual.height_m,
        stand.distance_m * (1.0 + off["distance"]) / usual.distance_m,
        stand.azimuth_deg + off["yaw_deg"] - usual.azimuth_deg,
        off["roll_deg"],
    )
    return camera_at(stand, off, size_px, rng), placing
