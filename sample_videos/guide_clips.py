"""The committed clips of the guide's other counted exercises: leg lifts, two-legged bridges, band walks."""

from __future__ import annotations

from . import cameras, people, rooms
from .renderer.plan import GLUTE_BRIDGE, LATERAL_BAND_WALK, SIDE_LYING_HIP_ABDUCTION, ClipPlan, SetUp
from .renderer.schedule import Rep

_ABDUCTIONS = (
    ClipPlan(
        "abduction_clean_right",
        SIDE_LYING_HIP_ABDUCTION,
        "right",
        61,
        20,
        people.EVA,
        people.TEAL_TIGHTS,
        rooms.LIVING_ROOM,
        cameras.abduction_diagonal(True),
        reps=(Rep(1.1, 1.4, 4.8, 0.6), Rep(1.2, 1.5, 4.9, 0.5), Rep(1.1, 1.4, 4.8, 0.6)),
        set_up=SetUp(0.7),
        note="three clean repetitions",
    ),
    ClipPlan(
        "abduction_faulty_left",
        SIDE_LYING_HIP_ABDUCTION,
        "left",
        62,
        20,
        people.DEV,
        people.RED_VEST,
        rooms.CLINIC,
        cameras.abduction_diagonal(False),
        reps=(
            Rep(1.1, 1.4, 4.4, 0.6),
            Rep(1.1, 1.4, 4.4, 0.6, faults={"pelvic_roll": 26.0}),
            Rep(1.1, 1.4, 4.4, 0.6, faults={"leg_drift": 36.0}),
            Rep(1.1, 1.4, 4.4, 0.6, faults={"lift_height": 24.0}),
            Rep(0.9, 0.1, 1.1, 0.6, faults={"hold_time": 0.1, "lowering_time": 1.1}),
            Rep(1.1, 1.4, 4.4, 0.6, faults={"knee_bent": 42.0}),
            Rep(1.1, 1.4, 4.4, 0.6, faults={"toes_up": 65.0}),
        ),
        set_up=SetUp(0.7),
        note="pelvis rolls back on 2, leg drifts forward on 3, 4 is low, 5 hurried, knee bent on 6, toes up on 7",
    ),
)

_GLUTE_BRIDGES = (
    ClipPlan(
        "glute_bridge_clean",
        GLUTE_BRIDGE,
        "right",
        71,
        20,
        people.ADA,
        people.BLUE_TEE,
        rooms.STUDIO,
        cameras.bridge_beside(-0.42),
        reps=(Rep(1.1, 1.4, 4.8, 0.6), Rep(1.2, 1.5, 4.9, 0.5), Rep(1.1, 1.4, 4.8, 0.6)),
        set_up=SetUp(0.7, 0.0, reference_lift=False),
        note="three clean repetitions, the head to the right",
    ),
    ClipPlan(
        "glute_bridge_faulty",
        GLUTE_BRIDGE,
        "left",
        72,
        20,
        people.BEN,
        people.WHITE_TEE,
        rooms.LIVING_ROOM,
        cameras.bridge_beside(0.36),
        reps=(
            Rep(1.1, 1.4, 4.4, 0.6),
            Rep(1.1, 1.4, 4.4, 0.6, faults={"hips_short": 26.0}),
            Rep(1.0, 0.1, 1.1, 0.6, faults={"hold_time": 0.1, "lowering_time": 1.1}),
            Rep(1.1, 1.4, 4.4, 0.6, faults={"over_extension": 28.0}),
            Rep(1.1, 1.4, 4.4, 0.6),
        ),
        set_up=SetUp(0.7, 0.0, reference_lift=False),
        note="hips stop short on 2, 3 is hurried, past the line on 4; the head to the left",
    ),
)

_BAND_WALKS = (
    ClipPlan(
        "band_walk_clean",
        LATERAL_BAND_WALK,
        "right",
        81,
        20,
        people.CLEO,
        people.PLUM_TIGHTS,
        rooms.CLINIC,
        cameras.band_walk_front(0.95),
        reps=(Rep(0.6, 0.2, 0.7, 0.35), Rep(0.7, 0.3, 0.6, 0.3), Rep(0.6, 0.2, 0.6, 0.4)) * 2,
        set_up=SetUp(0.7),
        note="three steps to the right and three back",
    ),
    ClipPlan(
        "band_walk_faulty",
        LATERAL_BAND_WALK,
        "left",
        82,
        20,
        people.FINN,
        people.GREY_LONG,
        rooms.GARAGE,
        cameras.band_walk_front(1.05),
        reps=(
            Rep(0.6, 0.2, 0.7, 0.35),
            Rep(0.6, 0.2, 0.7, 0.35, faults={"feet_together": 0.4}),
            Rep(0.6, 0.2, 0.7, 0.35),
            Rep(0.6, 0.3, 0.7, 0.35, faults={"trunk_sway": 16.0}),
            Rep(0.6, 0.2, 0.7, 0.35),
            Rep(0.6, 0.3, 0.7, 0.35, faults={"knees_cave": 46.0}),
            Rep(0.6, 0.2, 0.7, 0.35, faults={"stance_height": 0.09}),
            Rep(0.6, 0.2, 0.7, 0.35),
        ),
        set_up=SetUp(0.7),
        note="four steps to the left and four back: feet come together on 2, trunk rocks on 4, knees cave on 6, "
        "7 is stood up",
    ),
)

GUIDE_CLIPS: tuple[ClipPlan, ...] = (*_ABDUCTIONS, *_GLUTE_BRIDGES, *_BAND_WALKS)
