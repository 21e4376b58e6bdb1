"""The committed clips with a tag, each from a place that does not show the pelvis to landmarks."""

from __future__ import annotations

from . import people, rooms
from .renderer.camera import Camera
from .renderer.plan import CLAMSHELL, RUNNING_REAR, SINGLE_LEG_GLUTE_BRIDGE, ClipPlan, RunPlan, SetUp, TagPlan
from .renderer.schedule import Rep

FRONT, BACK = 27, 33
"""Codes of the card worn in front and of the one worn behind, as `formcheck.tag.design` has them."""
_LANDSCAPE, _PORTRAIT = (960, 720), (720, 960)

TAG_CLIPS = (
    ClipPlan(
        "clamshell_tag_low_right",
        CLAMSHELL,
        "right",
        81,
        20,
        people.CLEO,
        people.PLUM_TIGHTS,
        rooms.CLINIC,
        Camera((-0.85, -2.35, 0.55), (0.0, -0.05, 0.25), 36.0, _LANDSCAPE),
        reps=(
            Rep(1.2, 1.4, 3.4, 0.6),
            Rep(1.2, 1.4, 3.4, 0.6, faults={"pelvic_roll": 20.0}),
            Rep(1.2, 1.5, 3.5, 0.6),
            Rep(1.2, 1.4, 3.4, 0.6, faults={"pelvic_roll": 14.0}),
        ),
        set_up=SetUp(0.7),
        tags=(TagPlan(FRONT, spin_deg=4.0, turn_deg=3.0),),
        note="tag in front, camera at mat height; pelvis rolls back on 2 and 4",
    ),
    ClipPlan(
        "bridge_tag_head_end_right",
        SINGLE_LEG_GLUTE_BRIDGE,
        "right",
        82,
        20,
        people.ADA,
        people.BLUE_TEE,
        rooms.STUDIO,
        Camera((1.48, -1.0, 1.75), (-0.30, 0.0, 0.22), 40.0, _LANDSCAPE),
        reps=(
            Rep(1.2, 1.4, 3.6, 0.6),
            Rep(1.2, 1.5, 3.6, 0.6, faults={"pelvic_drop": 14.5}),
            Rep(1.2, 1.4, 3.6, 0.6),
            Rep(1.2, 1.4, 3.6, 0.6, faults={"pelvic_drop": 18.0}),
        ),
        set_up=SetUp(0.8, 0.0, False),
        tags=(TagPlan(FRONT, spin_deg=-5.0, slant_deg=2.0),),
        note="tag in front, camera at the head end, no reference lift; free side sags on 2 and 4",
    ),
    ClipPlan(
        "running_rear_tag",
        RUNNING_REAR,
        "both",
        83,
        25,
        people.EVA,
        people.TEAL_TIGHTS,
        rooms.GARAGE,
        Camera((0.0, 3.4, 1.12), (0.0, 0.0, 1.04), 38.0, _PORTRAIT),
        run=RunPlan(
            7.5,
            172.0,
            (0.045, 0.042),
            (3.5, 9.5),
            (2.0, 3.0),
            faults={"right": {"pelvic_drop": 9.5}},
            stand_s=2.0,
        ),
        tags=(TagPlan(BACK, where="back", spin_deg=3.0),),
        note="tag behind; stands for two seconds, then runs; over the right foot the pelvis drops to the left",
    ),
)
