"""Movements with known kinematics: each turns a person and a clip plan into a pose at any time."""

from __future__ import annotations

from collections.abc import Callable

from ..person import Person
from ..plan import (
    CLAMSHELL,
    FIGURE_FOUR_STRETCH,
    GLUTE_BRIDGE,
    HIP_FLEXOR_STRETCH,
    KNEE_TUCK,
    KNEELING,
    LATERAL_BAND_WALK,
    MARCHING_BRIDGE,
    PIGEON_POSE,
    RUNNING_REAR,
    RUNNING_SIDE,
    SIDE_LEG_RAISE,
    SIDE_LYING_HIP_ABDUCTION,
    SINGLE_LEG_BOX_SQUAT,
    SINGLE_LEG_GLUTE_BRIDGE,
    STANDING,
    TWO_LEG_BRIDGE,
    TWO_LEG_SQUAT,
    WALKING,
    ClipPlan,
)
from .band_walk import BandWalkMotion
from .base import Motion
from .bridge import BridgeMotion
from .clamshell import ClamshellMotion
from .glute_bridge import GluteBridgeMotion
from .hip_abduction import HipAbductionMotion
from .kneeling import KneelingMotion
from .others import (
    KneeTuckMotion,
    MarchingBridgeMotion,
    SideLegRaiseMotion,
    StandingMotion,
    TwoLegBridgeMotion,
    TwoLegSquatMotion,
    WalkingMotion,
)
from .running import RunningMotion
from .squat import SquatMotion
from .stretches import FigureFourMotion, HipFlexorMotion, PigeonMotion

MOTIONS: dict[str, Callable[[Person, ClipPlan], Motion]] = {
    SINGLE_LEG_BOX_SQUAT: SquatMotion,
    CLAMSHELL: ClamshellMotion,
    SINGLE_LEG_GLUTE_BRIDGE: BridgeMotion,
    RUNNING_REAR: RunningMotion,
    RUNNING_SIDE: RunningMotion,
    GLUTE_BRIDGE: GluteBridgeMotion,
    SIDE_LYING_HIP_ABDUCTION: HipAbductionMotion,
    LATERAL_BAND_WALK: BandWalkMotion,
    PIGEON_POSE: PigeonMotion,
    HIP_FLEXOR_STRETCH: HipFlexorMotion,
    FIGURE_FOUR_STRETCH: FigureFourMotion,
    STANDING: StandingMotion,
    TWO_LEG_SQUAT: TwoLegSquatMotion,
    SIDE_LEG_RAISE: SideLegRaiseMotion,
    TWO_LEG_BRIDGE: TwoLegBridgeMotion,
    WALKING: WalkingMotion,
    KNEE_TUCK: KneeTuckMotion,
    MARCHING_BRIDGE: MarchingBridgeMotion,
    KNEELING: KneelingMotion,
}


def motion_for(person: Person, plan: ClipPlan) -> Motion:
    """The movement of a clip."""
    return MOTIONS[plan.shows or plan.exercise](person, plan)
