"""The committed clips, as data. Rep times are commanded; what results is in the truth files."""

from __future__ import annotations

from . import cameras, people, rooms
from .guide_clips import GUIDE_CLIPS
from .renderer.plan import (
    CLAMSHELL,
    RUNNING_REAR,
    RUNNING_SIDE,
    SINGLE_LEG_BOX_SQUAT,
    SINGLE_LEG_GLUTE_BRIDGE,
    ClipPlan,
    RunPlan,
)
from .renderer.schedule import Rep
from .stretches import CLIPS as STRETCH_CLIPS
from .tag_clips import TAG_CLIPS

_SQUATS = (
    ClipPlan(
        "squat_clean_right",
        SINGLE_LEG_BOX_SQUAT,
        "right",
        11,
        25,
        people.ADA,
        people.BLUE_TEE,
        rooms.LIVING_ROOM,
        cameras.squat_front(aside_m=-0.03),
        reps=(
            Rep(1.4, 0.1, 4.2, 0.7),
            Rep(1.5, 0.2, 4.5, 0.6),
            Rep(1.3, 0.1, 4.1, 0.9),
            Rep(1.6, 0.2, 4.3, 0.6),
        ),
        note="four clean repetitions",
    ),
    ClipPlan(
        "squat_valgus",
        SINGLE_LEG_BOX_SQUAT,
        "right",
        12,
        25,
        people.DEV,
        people.WHITE_TEE,
        rooms.CLINIC,
        cameras.squat_front(3.6, 1.05, -0.04),
        reps=(
            Rep(1.3, 0.1, 4.1, 0.6),
            Rep(1.3, 0.1, 4.0, 0.7, faults={"knee_valgus": 8.0}),
            Rep(1.4, 0.2, 4.2, 0.6),
            Rep(1.5, 0.1, 4.1, 0.6, faults={"knee_valgus": 12.0, "trunk_lean": 15.0}),
            Rep(1.3, 2.4, 4.0, 0.7, faults={"box_touch": 2.4}),
        ),
        note="knee drifts in on 2 and 4, trunk leans on 4, sits down on 5",
    ),
    ClipPlan(
        "squat_partial_left",
        SINGLE_LEG_BOX_SQUAT,
        "left",
        13,
        30,
        people.EVA,
        people.TEAL_TIGHTS,
        rooms.STUDIO,
        cameras.squat_front(3.5, 0.95, 0.08, (720, 960)),
        crf=29,
        box_height_m=0.508,
        reps=(
            Rep(1.4, 0.1, 4.2, 0.6),
            Rep(1.4, 0.1, 4.0, 0.6, pause_s=1.2, pause_at=0.55),
            Rep(0.9, 0.1, 2.0, 0.7, amplitude=0.4),
            Rep(1.5, 0.2, 4.1, 0.8, faults={"pelvic_drop": 12.0}),
        ),
        note="other side; 2 pauses on the way down, 3 is a partial repetition at 40%, pelvis drops on 4",
    ),
)

_CLAMSHELLS = (
    ClipPlan(
        "clamshell_clean_right",
        CLAMSHELL,
        "right",
        21,
        24,
        people.ADA,
        people.RED_VEST,
        rooms.STUDIO,
        cameras.clamshell_raised(),
        reps=(
            Rep(1.2, 1.4, 4.8, 0.6),
            Rep(1.4, 1.6, 5.0, 0.5),
            Rep(1.1, 1.4, 4.7, 0.8),
            Rep(1.3, 1.5, 4.9, 0.6),
        ),
        note="four clean repetitions",
    ),
    ClipPlan(
        "clamshell_faulty_left",
        CLAMSHELL,
        "left",
        22,
        25,
        people.DEV,
        people.WHITE_TEE,
        rooms.LIVING_ROOM,
        cameras.clamshell_raised(height_m=1.9),
        reps=(
            Rep(1.3, 1.4, 4.8, 0.6),
            Rep(1.2, 1.5, 4.7, 0.6, faults={"pelvic_roll": 20.0}),
            Rep(1.2, 1.4, 4.8, 0.6, faults={"feet_apart": 0.14}),
            Rep(1.0, 0.1, 1.0, 0.7, faults={"hold_time": 0.1, "lowering_time": 1.0}),
            Rep(1.3, 1.4, 4.8, 0.6, faults={"pelvic_roll": 26.0}),
        ),
        note="pelvis rolls back on 2 and 5, feet part on 3, 4 is short and dropped",
    ),
    ClipPlan(
        "clamshell_low_camera_right",
        CLAMSHELL,
        "right",
        23,
        25,
        people.CLEO,
        people.PLUM_TIGHTS,
        rooms.CLINIC,
        cameras.clamshell_low(),
        reps=(
            Rep(1.2, 1.4, 4.7, 0.6),
            Rep(1.2, 1.4, 4.7, 0.6, faults={"pelvic_roll": 20.0}),
            Rep(1.2, 1.5, 4.8, 0.6),
        ),
        note="camera at mat height: pelvic roll cannot be assessed; pelvis rolls back on 2",
    ),
)

_BRIDGES = (
    ClipPlan(
        "bridge_clean_right",
        SINGLE_LEG_GLUTE_BRIDGE,
        "right",
        31,
        25,
        people.CLEO,
        people.PLUM_TIGHTS,
        rooms.LIVING_ROOM,
        cameras.bridge_raised(-0.3),
        reps=(
            Rep(1.2, 1.4, 4.9, 0.6),
            Rep(1.3, 1.6, 5.1, 0.7),
            Rep(1.2, 1.4, 5.0, 0.6),
            Rep(1.2, 1.5, 5.0, 0.6),
        ),
        note="free leg near the camera; four clean repetitions after a two-leg reference lift",
    ),
    ClipPlan(
        "bridge_faulty_left",
        SINGLE_LEG_GLUTE_BRIDGE,
        "left",
        32,
        25,
        people.BEN,
        people.ORANGE_TEE,
        rooms.STUDIO,
        cameras.bridge_raised(0.36, look_up_m=0.38),
        reps=(
            Rep(1.2, 1.4, 4.9, 0.6),
            Rep(1.2, 1.5, 4.9, 0.6, faults={"pelvic_drop": 15.0}),
            Rep(1.1, 0.1, 1.1, 0.6, faults={"hold_time": 0.1, "lowering_time": 1.1}),
            Rep(1.2, 1.4, 4.9, 0.6, faults={"free_leg_height": 32.0}),
            Rep(1.2, 1.4, 4.9, 0.6, faults={"hips_short": 24.0, "pelvic_drop": 17.0}),
        ),
        note="free side sags on 2 and 5, 3 is hurried, free leg too high on 4, hips stop short on 5",
    ),
)

_REAR_RUNS = (
    ClipPlan(
        "running_rear_clean",
        RUNNING_REAR,
        "both",
        41,
        30,
        people.EVA,
        people.TEAL_TIGHTS,
        rooms.CLINIC,
        cameras.running_behind(),
        run=RunPlan(10.0, 174.0, (0.045, 0.042)),
        note="feet land beside the midline",
    ),
    ClipPlan(
        "running_rear_faulty",
        RUNNING_REAR,
        "both",
        42,
        50,
        people.ADA,
        people.BLUE_TEE,
        rooms.GARAGE,
        cameras.running_behind(1.1),
        run=RunPlan(
            8.0,
            166.0,
            (0.040, -0.030),
            (4.0, 10.0),
            (2.0, 8.0),
            faults={"right": {"crossover": -0.03, "pelvic_drop": 10.0, "trunk_lean": 8.0}},
        ),
        note="right foot crosses the midline; over it the pelvis drops to the left and the trunk leans right",
    ),
    ClipPlan(
        "running_rear_crossover_both",
        RUNNING_REAR,
        "both",
        43,
        60,
        people.FINN,
        people.GREY_LONG,
        rooms.STUDIO,
        cameras.running_behind(1.2),
        crf=28,
        run=RunPlan(
            6.5,
            160.0,
            (-0.025, -0.030),
            faults={"left": {"crossover": -0.025}, "right": {"crossover": -0.03}},
        ),
        note="both feet cross the midline",
    ),
)

_SIDE_RUNS = (
    ClipPlan(
        "running_side_clean",
        RUNNING_SIDE,
        "left",
        51,
        30,
        people.DEV,
        people.WHITE_TEE,
        rooms.GARAGE,
        cameras.running_beside(True),
        run=RunPlan(10.0, 176.0),
        note="filmed from the left",
    ),
    ClipPlan(
        "running_side_faulty",
        RUNNING_SIDE,
        "right",
        52,
        60,
        people.BEN,
        people.ORANGE_TEE,
        rooms.LIVING_ROOM,
        cameras.running_beside(False),
        run=RunPlan(
            7.0,
            152.0,
            forward_lean_deg=16.0,
            over_stride_deg=14.0,
            stiff_knee_deg=4.0,
            faults={
                side: {
                    "over_stride": 14.0,
                    "cadence": 152.0,
                    "knee_flexion_at_contact": 4.0,
                    "trunk_forward_lean": 16.0,
                }
                for side in ("left", "right")
            },
        ),
        note="filmed from the right; lands far ahead on a straight knee, slow steps, trunk bent forward",
    ),
)

_FIRST = (*_SQUATS, *_CLAMSHELLS, *_BRIDGES, *_REAR_RUNS, *_SIDE_RUNS)

CLIPS: dict[str, ClipPlan] = {plan.name: plan for plan in (*_FIRST, *GUIDE_CLIPS, *STRETCH_CLIPS, *TAG_CLIPS)}
