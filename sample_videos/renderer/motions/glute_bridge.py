"""Glute bridge on both feet: hips up to the line, held, lowered; short of the line or past it."""

from __future__ import annotations

from ..rotations import FloatArray, about_x_deg
from .bridge import BridgeMotion
from .setup import InAndOut

NEVER = InAndOut(1e6, 1.0, 2e6, 1.0)
_LIFT_SHARE = 0.75  # of an over-extension, done by lifting the hips past the line
_ARCH_SHARE = 0.35  # of it, done by tilting the pelvis forward so that the lower back arches


class GluteBridgeMotion(BridgeMotion):
    """Lift the hips with both feet down, hold, lower slowly."""

    shows_reference = False

    def _extending(self, end_s: float) -> InAndOut:
        return NEVER

    def missing_deg(self, t_s: float) -> float:
        """Hip angle missing now; negative where the hips go past the line."""
        return self.schedule.fault("hips_short", t_s) - _LIFT_SHARE * self.schedule.fault("over_extension", t_s)

    def _pelvis(self, t_s: float, trunk: FloatArray, drop_deg: float) -> FloatArray:
        arched: FloatArray = trunk @ about_x_deg(_ARCH_SHARE * self.schedule.fault("over_extension", t_s))
        return arched
