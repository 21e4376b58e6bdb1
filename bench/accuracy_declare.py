"""What is compared with what, as tables: measures with true quantities, faults with their sizes, views with checks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

from bench.accuracy_score import WHOLE_RUN, WHOLE_RUN_CHECKS, Unit

Grade = Literal["clean", "mild", "moderate", "severe"]

SQUAT: Final = "single_leg_box_squat"
CLAMSHELL: Final = "clamshell"
BRIDGE: Final = "single_leg_glute_bridge"
REAR: Final = "running_rear"
SIDE: Final = "running_side"
ABDUCTION: Final = "side_lying_hip_abduction"
GLUTE: Final = "glute_bridge"
BAND_WALK: Final = "lateral_band_walk"


@dataclass(frozen=True)
class Pair:
    """A measure that formcheck reads and the true quantity beside it.

    `same_unit`: both are in one unit, so that bias and error band can be held against the truth; otherwise only
    the slope says something. `by_contact`: read at every foot contact too.
    """

    read: str
    true: str
    unit: str
    same_unit: bool = True
    by_contact: bool = False


PAIRS: Final[dict[str, tuple[Pair, ...]]] = {
    SQUAT: (
        Pair("fppa", "fppa_image_deg", "deg"),
        Pair("knee_medial", "knee_medial_pct", "% of trunk length", same_unit=False),
        Pair("trunk_lean", "trunk_lean_deg", "deg"),
        Pair("pelvic_drop", "pelvic_drop_deg", "deg"),
        Pair("hold_s", "hold_s", "s"),
        Pair("lowering_s", "lowering_s", "s"),
    ),
    CLAMSHELL: (
        Pair("pelvic_roll", "pelvic_roll_deg", "deg"),
        Pair("feet_apart", "feet_gap_trunks", "trunk lengths"),
        Pair("knee_opening", "knee_opening_trunks", "trunk lengths", same_unit=False),
        Pair("hold_s", "hold_s", "s"),
        Pair("lowering_s", "lowering_s", "s"),
    ),
    BRIDGE: (
        Pair("free_hip_below", "pelvic_drop_deg", "trunk lengths against degrees", same_unit=False),
        Pair("hip_angle", "hip_angle_deg", "deg"),
        Pair("hip_lift", "hip_lift_trunks", "trunk lengths", same_unit=False),
        Pair("free_leg", "free_leg_excess_deg", "deg"),
        Pair("hold_s", "hold_s", "s"),
        Pair("lowering_s", "lowering_s", "s"),
    ),
    REAR: (
        Pair("foot_placement", "foot_offset_cm", "cm", by_contact=True),
        Pair("trunk_lean", "mid_stance_trunk_lean_deg", "deg", by_contact=True),
        Pair("step_width", "step_width_cm", "cm"),
        Pair("cadence", "cadence_spm", "spm"),
    ),
    SIDE: (
        Pair("shank_angle", "shank_angle_deg", "deg", by_contact=True),
        Pair("foot_ahead", "foot_ahead_of_hip_per_torso", "trunk lengths", by_contact=True),
        Pair("knee_flexion", "knee_flexion_deg", "deg", by_contact=True),
        Pair("trunk_forward_lean", "trunk_forward_lean_deg", "deg", by_contact=True),
        Pair("cadence", "cadence_spm", "spm"),
    ),
    ABDUCTION: (
        Pair("pelvic_roll", "pelvic_roll_deg", "deg"),
        Pair("leg_elevation", "leg_elevation_deg", "deg"),
        Pair("leg_drift", "leg_drift_deg", "deg"),
        Pair("knee_flexion", "knee_flexion_deg", "deg"),
        Pair("toes_up", "toes_up_deg", "deg"),
        Pair("hold_s", "hold_s", "s"),
        Pair("lowering_s", "lowering_s", "s"),
    ),
    GLUTE: (
        Pair("hip_angle", "hip_angle_deg", "deg"),
        Pair("hip_lift", "hip_lift_trunks", "trunk lengths", same_unit=False),
        Pair("hold_s", "hold_s", "s"),
        Pair("lowering_s", "lowering_s", "s"),
    ),
    BAND_WALK: (
        Pair("step_width", "step_width_trunks", "trunk lengths"),
        Pair("feet_after", "feet_after_trunks", "trunk lengths"),
        Pair("knees_per_ankles", "knees_per_ankles", "share"),
        Pair("trunk_sway", "trunk_sway_deg", "deg"),
        Pair("hips_raised", "hips_raised_trunks", "trunk lengths"),
    ),
}


@dataclass(frozen=True)
class Sizes:
    """Classes of a fault by a true quantity.

    A unit without a commanded fault of the check is clean up to `clean`; from `moderate` on a fault is moderate, from
    `severe` on severe; all between is mild, neither clean nor a fault to be found. Where `severe` lies below
    `clean` small values are the fault. `wanted` is the size that the issue's target names. `neutral` checks
    are reported without being called faults: there `watch` counts as found.
    """

    quantity: str
    unit: str
    clean: float
    moderate: float
    severe: float
    wanted: str = ""
    neutral: bool = False

    def grade(self, value: float, commanded: bool) -> Grade | None:
        """The class of a unit with this true value; None where the truth is not known."""
        if not math.isfinite(value):
            return None
        sign = 1.0 if self.severe > self.clean else -1.0
        if sign * value >= sign * self.severe:
            return "severe"
        if sign * value >= sign * self.moderate:
            return "moderate"
        return "mild" if commanded or sign * value > sign * self.clean else "clean"


SIZES: Final[dict[str, dict[str, Sizes]]] = {
    SQUAT: {
        "knee_valgus": Sizes("fppa_image_over_clean_deg", "deg", 2.0, 9.0, 14.0, "10 degrees over clean"),
        "trunk_lean": Sizes("trunk_lean_abs_deg", "deg", 4.0, 10.5, 16.0),
        "pelvic_drop": Sizes("pelvic_drop_deg", "deg", 3.0, 9.0, 14.0),
        "box_touch": Sizes("box_touch_s", "s", 1.5, 2.9, 3.6),
        "lowering_time": Sizes("lowering_s", "s", 1.15, 0.75, 0.55),
    },
    CLAMSHELL: {
        "pelvic_roll": Sizes("pelvic_roll_deg", "deg", 5.0, 13.5, 22.0, "15 degrees"),
        "feet_apart": Sizes("feet_gap_m", "m", 0.02, 0.09, 0.14),
        "hold_time": Sizes("hold_s", "s", 1.75, 1.1, 0.9),
        "lowering_time": Sizes("lowering_s", "s", 1.15, 0.75, 0.55),
    },
    BRIDGE: {
        "pelvic_drop": Sizes("pelvic_drop_deg", "deg", 3.0, 9.0, 14.0, "10 degrees"),
        "hips_short": Sizes("hip_angle_deg", "deg", 167.0, 155.0, 145.0, "20 degrees short"),
        "free_leg_height": Sizes("free_leg_excess_deg", "deg", 3.0, 10.0, 18.0),
        "hold_time": Sizes("hold_s", "s", 1.75, 1.1, 0.92),
        "lowering_time": Sizes("lowering_s", "s", 1.8, 1.05, 0.8),
    },
    REAR: {
        "crossover": Sizes("foot_offset_cm", "cm", 2.5, 0.5, -2.0, "at or over the midline"),
        "pelvic_drop": Sizes("mid_stance_pelvic_drop_deg", "deg", 5.0, 8.5, 11.5),
        "trunk_lean": Sizes("mid_stance_trunk_lean_deg", "deg", 4.5, 9.5, 13.0, neutral=True),
    },
    SIDE: {
        "over_stride": Sizes("shank_angle_deg", "deg", 11.0, 14.5, 22.0, "shank 15 degrees forward"),
        "knee_flexion_at_contact": Sizes("knee_flexion_deg", "deg", 10.0, 6.5, 4.0),
        "trunk_forward_lean": Sizes("trunk_forward_lean_deg", "deg", 9.0, 15.0, 20.0),
        "cadence": Sizes("cadence_spm", "spm", 172.0, 158.0, 152.0, neutral=True),
    },
    ABDUCTION: {
        "pelvic_roll": Sizes("pelvic_roll_deg", "deg", 5.0, 13.5, 22.0),
        "lift_height": Sizes("leg_elevation_deg", "deg", 40.0, 32.0, 22.0),
        "leg_drift": Sizes("leg_drift_deg", "deg", 3.0, 11.5, 18.5),
        "knee_bent": Sizes("knee_flexion_deg", "deg", 8.0, 27.0, 42.0),
        "toes_up": Sizes("toes_up_deg", "deg", 8.0, 35.0, 52.0),
        "hold_time": Sizes("hold_s", "s", 1.75, 1.1, 0.92),
        "lowering_time": Sizes("lowering_s", "s", 1.8, 1.05, 0.8),
    },
    GLUTE: {
        "hips_short": Sizes("hip_angle_deg", "deg", 167.0, 155.0, 145.0),
        "over_extension": Sizes("hip_angle_deg", "deg", 175.0, 184.0, 190.0),
        "hold_time": Sizes("hold_s", "s", 1.75, 1.1, 0.92),
        "lowering_time": Sizes("lowering_s", "s", 1.8, 1.05, 0.8),
    },
    BAND_WALK: {
        "feet_together": Sizes("feet_after_share", "share of the stance", 0.95, 0.62, 0.45, "60% of the stance"),
        "knees_cave": Sizes("knees_caved_share", "share of the ankles", 0.78, 0.68, 0.55, "65% of the ankles"),
        "trunk_sway": Sizes("trunk_sway_deg", "deg", 3.0, 9.0, 14.0),
        "stance_height": Sizes("hips_raised_m", "m", 0.012, 0.05, 0.08),
    },
}

VIEW_FREE: Final = frozenset({"hold_time", "lowering_time", "box_touch", "cadence"})
"""Checks of time alone: they may be judged from any view from which repetitions are counted."""

STILL_ALLOWED: Final[dict[tuple[str, str], frozenset[str]]] = {
    (CLAMSHELL, "mat height"): frozenset({"feet_apart"}),
    (CLAMSHELL, "behind"): frozenset({"feet_apart"}),
    (BRIDGE, "low side"): frozenset({"hips_short", "free_leg_height"}),
}
"""Checks that a place forbidden to the rest of the exercise does not forbid, by exercise and kind of view."""

NEVER_JUDGED: Final = frozenset({(REAR, "pelvic_drop")})
"""Checks that always abstain, since landmarks do not show them: no abstention of theirs is a wrong one."""

NEAR_LEG_ONLY: Final = frozenset({(SIDE, "knee_flexion_at_contact"), (SIDE, "over_stride")})
"""Checks of the leg on the camera's side alone; of the other leg they have nothing to say."""


def checks_of(unit: Unit) -> list[str]:
    """The checks that are about such a unit: of a run some are about each foot, some about the whole."""
    exercise = unit.clip.exercise
    checks = SIZES.get(exercise, {})
    if not unit.clip.is_run:
        return list(checks)
    own = [check for check in checks if (check in WHOLE_RUN_CHECKS) == (unit.label == WHOLE_RUN)]
    far = unit.label != unit.clip.side
    return [check for check in own if not (far and (exercise, check) in NEAR_LEG_ONLY)]


def grade_of(unit: Unit, check: str) -> Grade | None:
    """The size of a unit's fault of a check; None where it is not declared or not known."""
    sizes = SIZES.get(unit.clip.exercise, {}).get(check)
    if sizes is None:
        return None
    return sizes.grade(unit.true.get(sizes.quantity, math.nan), check in unit.faults)


def is_forbidden(unit: Unit, check: str) -> bool:
    """Whether the clip's view forbids judging the check."""
    clip = unit.clip
    allowed = VIEW_FREE | STILL_ALLOWED.get((clip.exercise, clip.view), frozenset())
    return clip.place == "forbidden" and check not in allowed
