"""Who is filmed, in what, where. Nobody, and no outfit, is in both parts."""

from __future__ import annotations

from sample_videos import people, rooms
from sample_videos.renderer.plan import BodyPlan, Light, Outfit, Room

TUNE, TEST = "tune", "test"

GIA = BodyPlan("gia", "female", 1.50, age=0.60, muscle=0.45, weight=0.30, skin=(206, 158, 126))
HUGO = BodyPlan("hugo", "male", 1.95, age=0.63, muscle=0.45, weight=0.30, skin=(232, 190, 168))
INES = BodyPlan("ines", "female", 1.63, age=0.74, muscle=0.50, weight=0.95, skin=(172, 120, 90))
JON = BodyPlan("jon", "male", 1.70, age=0.76, muscle=0.52, weight=0.98, skin=(226, 180, 156))
KAYA = BodyPlan("kaya", "female", 1.79, age=0.62, muscle=0.66, weight=0.46, proportions=0.7, skin=(92, 60, 46))
LOU = BodyPlan("lou", "male", 1.85, age=0.66, muscle=0.80, weight=0.58, proportions=0.45, skin=(140, 96, 70))

BODIES: dict[str, tuple[BodyPlan, ...]] = {
    TUNE: (people.ADA, people.BEN, people.CLEO, people.FINN),
    TEST: (GIA, HUGO, INES, JON, KAYA, LOU),
}

_NAVY, _BLACK, _GREY, _WHITE = (30, 40, 72), (24, 24, 28), (110, 112, 116), (232, 232, 230)

OUTFITS: dict[str, tuple[Outfit, ...]] = {
    TUNE: (
        people.BLUE_TEE,
        people.ORANGE_TEE,
        people.PLUM_TIGHTS,
        people.WHITE_TEE,
        people.GREY_LONG,
    ),
    TEST: (
        Outfit("green_tee", (44, 120, 70), _NAVY, _WHITE, (90, 60, 36), 0.6, 0.65),
        Outfit("black_tights", (40, 40, 46), _BLACK, (210, 60, 90), (22, 18, 16), 0.25, 1.9, bun=True),
        Outfit("yellow_vest", (222, 190, 60), (60, 64, 78), (40, 40, 44), (120, 84, 48), 0.15, 0.55),
        Outfit("grey_sweats", (150, 150, 154), _GREY, _WHITE, (70, 66, 62), 1.9, 1.9),
        Outfit("lilac_tights", (170, 150, 204), (70, 60, 110), _WHITE, (48, 30, 22), 0.6, 1.85, bun=True),
        Outfit("red_shorts", (236, 230, 220), (170, 40, 44), (30, 60, 150), (16, 14, 12), 0.7, 0.5),
        Outfit("olive_tee", (140, 146, 96), (104, 96, 66), (220, 200, 180), (150, 110, 70), 0.6, 0.7),
    ),
}

_EVENING = Room(
    "evening",
    wall=(150, 128, 104),
    floor=(110, 80, 58),
    floor_kind="boards",
    lights=(
        Light((-1.8, -0.6, 2.6), 0.70, (1.0, 0.86, 0.68)),
        Light((1.6, 2.2, 2.2), 0.30, (1.0, 0.9, 0.76)),
    ),
    ambient=0.20,
    picture=(60, 76, 70),
)
_GYM = Room(
    "gym",
    wall=(120, 126, 136),
    floor=(62, 64, 68),
    floor_kind="tiles",
    lights=(
        Light((0.0, -1.5, 4.5), 0.95, (0.96, 0.98, 1.0)),
        Light((0.0, 2.5, 4.5), 0.60, (0.96, 0.98, 1.0)),
    ),
    ambient=0.30,
    picture=(220, 90, 40),
)
ROOMS: tuple[Room, ...] = (
    rooms.LIVING_ROOM,
    rooms.CLINIC,
    rooms.STUDIO,
    rooms.GARAGE,
    _EVENING,
    _GYM,
)
