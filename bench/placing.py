"""Where the camera of a bench clip stands: near the prescribed place, at its edges, or where judging is refused.

An azimuth is the way from the person to the camera: 0 stands on the side they face (for somebody lying: the
side their front or, supine, their free leg is on), 90 on their left, 180 behind.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from sample_videos.renderer.camera import Camera
from sample_videos.renderer.motions.running import BELT_M
from sample_videos.renderer.plan import (
    CLAMSHELL,
    RUNNING_REAR,
    RUNNING_SIDE,
    SINGLE_LEG_BOX_SQUAT,
    SINGLE_LEG_GLUTE_BRIDGE,
)

PRESCRIBED, EDGE, FORBIDDEN = "prescribed", "edge", "forbidden"
PLACE_SHARES = {PRESCRIBED: 0.65, EDGE: 0.20, FORBIDDEN: 0.15}

NEAR = {"height_m": 0.15, "distance": 0.15, "yaw_deg": 4.0, "roll_deg": 1.5}
"""Largest deviation from the prescribed place: metres, share, degrees, degrees."""
FAR = {"height_m": 0.35, "distance": 0.30, "yaw_deg": 9.0, "roll_deg": 4.0}
"""Largest deviation at the edges of the prescribed place."""

PORTRAIT = ((400, 532), (360, 640), (480, 640))
LANDSCAPE = ((532, 400), (640, 360), (640, 480))


@dataclass(frozen=True)
class Subject:
    """What the camera has to know of the person: stature in metres and the working side."""

    stature_m: float
    side: str

    @property
    def head_sign(self) -> float:
        """+1 where a lying person's head is toward +X (right side working), else -1."""
        return -1.0 if self.side == "left" else 1.0


@dataclass(frozen=True)
class Stand:
    """A place for the camera: azimuth, horizontal distance from the aim, height; half the picture's content."""

    azimuth_deg: float
    distance_m: float
    height_m: float
    aim_m: tuple[float, float, float]
    half_width_m: float
    half_height_m: float


@dataclass(frozen=True)
class Placing:
    """How a camera stands relative to the prescribed place; `view` says what kind of place it is."""

    place: str
    view: str
    height_off_m: float = 0.0
    distance_ratio: float = 1.0
    yaw_off_deg: float = 0.0
    roll_deg: float = 0.0

    def record(self) -> dict[str, Any]:
        """For the truth file."""
        return {key: round(v, 3) if isinstance(v, float) else v for key, v in asdict(self).items()}


@dataclass(frozen=True)
class Refused:
    """A view from which an exercise cannot be judged: turn from the prescribed azimuth, height, distance."""

    view: str
    turn_deg: tuple[float, float]
    height_m: tuple[float, float] | None = None
    distance_m: float | None = None
    either_side: bool = field(default=True)


REFUSED: dict[str, tuple[Refused, ...]] = {
    SINGLE_LEG_BOX_SQUAT: (
        Refused("turned", (30.0, 50.0)),
        Refused("side", (80.0, 100.0)),
        Refused("turned", (32.0, 45.0)),
        Refused("behind", (170.0, 190.0)),
    ),
    CLAMSHELL: (
        Refused("mat height", (-10.0, 10.0), (0.30, 0.55), 2.5),
        Refused("behind", (165.0, 195.0), (1.2, 1.9)),
        Refused("foot end", (-100.0, -80.0), (1.2, 1.9), 2.2, either_side=False),
        Refused("head end", (80.0, 100.0), (1.2, 1.9), 2.2, either_side=False),
    ),
    SINGLE_LEG_GLUTE_BRIDGE: (
        Refused("low side", (-12.0, 12.0), (0.30, 0.60), 2.6),
        Refused("foot end", (-100.0, -80.0), (1.3, 1.9), 2.2, either_side=False),
        Refused("low side", (-12.0, 12.0), (0.40, 0.70), 2.8),
        Refused("head end", (80.0, 100.0), (1.3, 1.9), 2.2, either_side=False),
    ),
    RUNNING_REAR: (
        Refused("side", (80.0, 100.0)),
        Refused("diagonal", (35.0, 55.0)),
        Refused("front", (172.0, 188.0)),
    ),
    RUNNING_SIDE: (
        Refused("along the belt", (80.0, 100.0), either_side=False),
        Refused("diagonal", (35.0, 55.0)),
    ),
}


def prescribed(exercise: str, who: Subject, rng: np.random.Generator) -> Stand:
    """The place the guide asks for."""
    half = who.stature_m / 2.0
    if exercise == SINGLE_LEG_BOX_SQUAT:
        return Stand(0.0, 3.5, 0.56 * who.stature_m, (0.0, 0.0, half), 0.5, half + 0.06)
    if exercise == CLAMSHELL:
        aim = (who.head_sign * 0.08, -0.10, 0.15)
        return Stand(0.0, 1.65, 1.85, aim, half + 0.12, 0.5)
    if exercise == SINGLE_LEG_GLUTE_BRIDGE:
        aim = (-who.head_sign * 0.27 * who.stature_m, 0.0, 0.25)
        near_free_leg = rng.random() < 0.65
        return Stand(0.0 if near_free_leg else 180.0, 1.85, 1.95, aim, half + 0.18, 0.5)
    middle = (0.0, 0.0, BELT_M + half - 0.02)
    hips_m = BELT_M + 0.54 * who.stature_m
    if exercise == RUNNING_REAR:
        return Stand(180.0, 3.4, hips_m, middle, 0.5, half + 0.08)
    return Stand(90.0 if who.side == "left" else -90.0, 3.4, hips_m, middle, 0.6, half + 0.08)


def _off(rng: np.random.Generator, limit: float, beyond: float = 0.0) -> float:
    """A deviation of either sign, between `beyond` and `limit` in size."""
    return float(rng.choice([-1.0, 1.0]) * rng.uniform(beyond, limit))


def deviation(place: str, rng: np.random.Generator) -> dict[str, float]:
    """Deviations within `NEAR`; at the edge one or two of them lie between `NEAR` and `FAR`."""
    off = {key: _off(rng, limit) for key, limit in NEAR.items()}
    if place == EDGE:
        for key in rng.choice(list(NEAR), size=int(rng.integers(1, 3)), replace=False):
            off[str(key)] = _off(rng, FAR[str(key)], NEAR[str(key)])
    return off


def _refused_stand(stand: Stand, refused: Refused, who: Subject, rng: np.random.Generator) -> Stand:
    turn = float(rng.uniform(*refused.turn_deg))
    if refused.either_side:
        turn *= float(rng.choice([-1.0, 1.0]))
    elif stand.azimuth_deg in (0.0, 180.0):  # lying: ends of the body; the head is on +X or -X
        turn *= who.head_sign * (1.0 if stand.azimuth_deg == 0.0 else -1.0)
    height = float(rng.uniform(*refused.height_m)) if refused.height_m else stand.height_m
    distance = refused.distance_m or stand.distance_m
    return Stand(stand.azimuth_deg + turn, distance, height, stand.aim_m, stand.half_width_m, stand.half_height_m)


def _picture_size(exercise: str, rng: np.random.Generator) -> tuple[int, int]:
    lies = exercise in (CLAMSHELL, SINGLE_LEG_GLUTE_BRIDGE)
    landscape = rng.random() < (0.9 if lies else 0.2)
    sizes = LANDSCAPE if landscape else PORTRAIT
    if rng.random() < 0.03:
        return (1280, 720) if landscape else (720, 1280)
    return sizes[int(rng.choice(len(sizes), p=[0.6, 0.2, 0.2]))]


def camera_at(stand: Stand, off: dict[str, float], size_px: tuple[int, int], rng: np.random.Generator) -> Camera:
    """The camera of a stand that is off by so much, aimed about right, with the person filling the picture."""
    azimuth = np.radians(stand.azimuth_deg + off["yaw_deg"])
    distance = stand.distance_m * (1.0 + off["distance"])
    x, y, _ = stand.aim_m
    pos = np.array([x + distance * np.sin(azimuth), y - distance * np.cos(azimuth), stand.height_m + off["height_m"]])
    look_at = np.array(stand.aim_m) + rng.uniform(-1.0, 1.0, 3) * (0.05, 0.05, 0.03)
    slant = float(np.linalg.norm(pos - np.array(stand.aim_m)))
    content = max(stand.half_height_m, stand.half_width_m * size_px[1] / size_px[0])
    vfov = 2.0 * np.degrees(np.arctan(content * rng.uniform(1.08, 1.28) / slant))
    position, aim = (tuple(float(round(v, 3)) for v in point) for point in (pos, look_at))
    return Camera(position, aim, round(float(vfov), 2), size_px, round(off["roll_deg"], 2))  # type: ignore[arg-type]


def place_camera(
    exercise: str, who: Subject, place: str, turn: int, rng: np.random.Generator
) -> tuple[Camera, Placing]:
    """A camera of the wanted class; `turn` picks among an exercise's refused views."""
    stand, view = prescribed(exercise, who, rng), "as prescribed"
    if exercise == SINGLE_LEG_GLUTE_BRIDGE:
        view = "free leg near" if stand.azimuth_deg == 0.0 else "stance leg near"
    off = deviation(place, rng)
    if place == FORBIDDEN:
        refused = REFUSED[exercise][turn % len(REFUSED[exercise])]
        usual, stand, view = stand, _refused_stand(stand, refused, who, rng), refused.view
        off = {"height_m": 0.0, "distance": 0.0, "yaw_deg": 0.0, "roll_deg": off["roll_deg"]}
        placing = Placing(
            place,
            view,
            stand.height_m - usual.height_m,
            stand.distance_m / usual.distance_m,
            stand.azimuth_deg - usual.azimuth_deg,
            off["roll_deg"],
        )
    else:
        placing = Placing(place, view, off["height_m"], 1.0 + off["distance"], off["yaw_deg"], off["roll_deg"])
    return camera_at(stand, off, _picture_size(exercise, rng), rng), placing
