"""Rooms of the clips."""

from __future__ import annotations

from .renderer.plan import Light, Room

_WARM, _COOL, _WHITE = (1.0, 0.97, 0.92), (0.92, 0.96, 1.0), (1.0, 1.0, 1.0)

LIVING_ROOM = Room(
    "living_room",
    wall=(214, 210, 202),
    floor=(176, 142, 104),
    floor_kind="boards",
    lights=(
        Light((-1.2, -1.5, 4.5), 0.80, _WARM),
        Light((2.5, -2.0, 2.0), 0.40, _COOL),
        Light((0.5, 3.0, 3.0), 0.32, _WHITE),
    ),
    picture=(92, 118, 134),
)
CLINIC = Room(
    "clinic",
    wall=(196, 208, 214),
    floor=(150, 156, 160),
    floor_kind="tiles",
    lights=(
        Light((0.5, -1.0, 4.5), 0.85, _WHITE),
        Light((-2.5, -2.0, 2.5), 0.40, _COOL),
        Light((-0.5, 3.0, 3.0), 0.40, _WHITE),
    ),
)
STUDIO = Room(
    "studio",
    wall=(206, 192, 176),
    floor=(128, 118, 112),
    floor_kind="carpet",
    lights=(
        Light((1.8, -1.6, 3.8), 0.85, _WARM),
        Light((-2.2, -1.8, 1.8), 0.30, _WHITE),
        Light((0.0, 3.2, 2.6), 0.35, _COOL),
    ),
    picture=(170, 96, 60),
)
GARAGE = Room(
    "garage",
    wall=(150, 156, 150),
    floor=(112, 112, 110),
    floor_kind="tiles",
    lights=(
        Light((0.0, -2.2, 3.2), 0.75, _COOL),
        Light((2.4, 1.5, 3.2), 0.55, _WARM),
        Light((-2.0, 2.6, 2.6), 0.40, _WHITE),
    ),
    ambient=0.24,
)
