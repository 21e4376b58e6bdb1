"""Movements with known kinematics: each turns a person and a clip plan into a pose at any time."""

from __future__ import annotations

from collections.abc import Callable

from ..person import Person
from ..plan import (
    CLAMSHELL,
    RUNNING_REAR,
    RUNNING_SIDE,
    SINGLE_LEG_BOX_SQUAT,
    SINGLE_LEG_GLUTE_BRIDGE,
    ClipPlan,
)
from .base import Motion
from .bridge import BridgeMotion
from .clamshell import ClamshellMotion
from .running import RunningMotion
from .squat import SquatMotion

MOTIONS: dict[str, Callable[[Person, ClipPlan], Motion]] = {
    SINGLE_LEG_BOX_SQUAT: SquatMotion,
    CLAMSHELL: ClamshellMotion,
    SINGLE_LEG_GLUTE_BRIDGE: BridgeMotion,
    RUNNING_REAR: RunningMotion,
    RUNNING_SIDE: RunningMotion,
}


def motion_for(person: Person, plan: ClipPlan) -> Motion:
    """The movement of a clip."""
    return MOTIONS[plan.exercise](person, plan)
