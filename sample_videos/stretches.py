"""The committed clips of stretches: a few seconds held, far short of the guide's dose, with and without a break."""

from __future__ import annotations

from . import people, rooms
from .renderer.camera import Camera
from .renderer.plan import FIGURE_FOUR_STRETCH, HIP_FLEXOR_STRETCH, PIGEON_POSE, ClipPlan
from .renderer.schedule import Rep

_SIZE_PX = (480, 360)


def beside_mat(from_left: bool, height_m: float, look_up_m: float, vfov_deg: float) -> Camera:
    """Square to the mat, on the person's left or right."""
    return Camera((2.6 if from_left else -2.6, 0.05, height_m), (0.0, 0.05, look_up_m), vfov_deg, _SIZE_PX)


def from_the_feet(right_crossed: bool) -> Camera:
    """Diagonally from the feet, on the side of the crossed leg; the person lies along X."""
    sign = -1.0 if right_crossed else 1.0
    return Camera((sign * 1.85, 1.55, 1.3), (sign * 0.5, 0.0, 0.25), 38.0, _SIZE_PX)


CLIPS = (
    ClipPlan(
        "pigeon_clean_right",
        PIGEON_POSE,
        "right",
        61,
        12,
        people.EVA,
        people.TEAL_TIGHTS,
        rooms.STUDIO,
        beside_mat(True, 0.70, 0.42, 37.0),
        reps=(Rep(1.6, 9.0, 1.4, 0.6),),
        note="one hold; right leg in front, away from the camera",
    ),
    ClipPlan(
        "pigeon_faulty_left",
        PIGEON_POSE,
        "left",
        62,
        12,
        people.DEV,
        people.WHITE_TEE,
        rooms.CLINIC,
        beside_mat(False, 0.80, 0.40, 37.0),
        reps=(
            Rep(1.5, 4.5, 1.3, 1.8, faults={"hips_square": 18.0}),
            Rep(1.4, 3.5, 1.2, 0.5, faults={"hips_square": 18.0}),
        ),
        note="left leg in front, away from the camera; a break after the first hold; the pelvis tips in both",
    ),
    ClipPlan(
        "flexor_clean_left",
        HIP_FLEXOR_STRETCH,
        "left",
        71,
        12,
        people.ADA,
        people.BLUE_TEE,
        rooms.LIVING_ROOM,
        beside_mat(True, 0.80, 0.52, 34.0),
        reps=(Rep(1.5, 9.0, 1.3, 0.6),),
        note="one hold; the kneeling leg near the camera",
    ),
    ClipPlan(
        "flexor_faulty_right",
        HIP_FLEXOR_STRETCH,
        "right",
        72,
        12,
        people.BEN,
        people.ORANGE_TEE,
        rooms.GARAGE,
        beside_mat(True, 0.85, 0.56, 36.0),
        reps=(
            Rep(1.4, 4.5, 1.2, 2.0, faults={"hold_time": 4.5}),
            Rep(1.4, 3.5, 1.2, 0.5, faults={"hold_time": 3.5}),
        ),
        note="the kneeling leg away from the camera; a break after the first hold",
    ),
    ClipPlan(
        "figure_clean_right",
        FIGURE_FOUR_STRETCH,
        "right",
        81,
        12,
        people.CLEO,
        people.PLUM_TIGHTS,
        rooms.STUDIO,
        from_the_feet(True),
        reps=(Rep(1.8, 9.0, 1.5, 0.6),),
        note="one hold; the camera on the side of the crossed leg",
    ),
    ClipPlan(
        "figure_faulty_left",
        FIGURE_FOUR_STRETCH,
        "left",
        82,
        12,
        people.DEV,
        people.WHITE_TEE,
        rooms.LIVING_ROOM,
        from_the_feet(False),
        reps=(
            Rep(1.7, 4.5, 1.4, 1.8, faults={"hold_time": 4.5}),
            Rep(1.7, 3.5, 1.4, 0.5, faults={"hold_time": 3.5}),
        ),
        note="a break after the first hold",
    ),
)
