"""How level the hips are while a position is held, from the tag on the waistband: against how they were before."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from formcheck.exercises.by_tag import SQUARE_ON, UP, TagAngle
from formcheck.motion.holds import Hold
from formcheck.tag.angles import Start, mean_turn, start_of, twist_deg, unit
from formcheck.tag.heading import level_left, level_lift_deg
from formcheck.tag.pelvis import Pelvis
from formcheck.tag.resolve import SURE_MARGIN
from formcheck.tag.trust import trust_in

__all__ = ["hips_tilt"]

_LEVEL_S: Final = 1.0
_GETTING_IN_S: Final = 1.0
_LEAST_SHARE: Final = 0.3
_MOST_DOUBT_DEG: Final = 3.0
_NINE_IN_TEN: Final = 1.645

_HIDDEN: Final = "The tag was hidden, or not seen well enough, during the hold: film from behind and beside you."
_NO_START: Final = "The tag was not seen before the hold: be still with level hips for 2 seconds before you get in."
_OFF_MIDDLE: Final = "The tag is not in the middle of the waistband, as far as landmarks tell: pin it over the spine."
_OFF_SD_DEG: Final = 8.0
_OFF_MOST_DEG: Final = 20.0
"""How far round the waist a card may be worn, and beyond what it is plainly not in the middle."""


def hips_tilt(pelvis: Pelvis, hold: Hold, error_deg: float) -> TagAngle:
    """By how much one hip is higher than the other in a hold, against the first second in which the tag was seen.

    A card worn off the middle shows some of the pelvis's tilt forward as a tilt to the side; the band says how much.
    """
    reason = trust_in(pelvis).reason
    first_s = float(pelvis.t_s[0])
    if not reason and first_s + _LEVEL_S > hold.start_s - _GETTING_IN_S:
        reason = _NO_START
    inside = pelvis.within(hold.start_s, hold.end_s)
    if not reason and inside.sum() < max(2, _LEAST_SHARE * (hold.end_s - hold.start_s) / pelvis.frame_s):
        reason = _HIDDEN
    start = start_of(pelvis, first_s, first_s + _LEVEL_S)
    if reason or start is None:
        return TagAngle(math.nan, math.nan, hold.middle_s, reason or _NO_START)
    if _off_middle_deg(pelvis, start, first_s) > _OFF_MOST_DEG:
        return TagAngle(math.nan, math.nan, hold.middle_s, _OFF_MIDDLE)
    resolved = pelvis.resolved
    turn = mean_turn(resolved.turns[inside])
    tilt = level_lift_deg(start, UP, turn)
    if float(np.median(resolved.margin[inside])) < SURE_MARGIN:
        other = level_lift_deg(start, UP, mean_turn(resolved.others[inside]))
        if abs(other - tilt) > _MOST_DOUBT_DEG:
            return TagAngle(math.nan, math.nan, hold.middle_s, SQUARE_ON)
    forward = float(twist_deg((turn @ start.turn.T)[None], start.left)[0])
    off = _NINE_IN_TEN * _OFF_SD_DEG * abs(math.sin(math.radians(forward)))
    return TagAngle(abs(tilt), math.hypot(error_deg, off), hold.middle_s)


def _off_middle_deg(pelvis: Pelvis, start: Start, first_s: float) -> float:
    """The angle, on the floor, between where the tag and where landmarks have the person's left."""
    inside = pelvis.within(first_s, first_s + _LEVEL_S)
    told = np.median(pelvis.left[inside], axis=0)
    cosine = level_left(start, UP) @ unit(told - (told @ UP) * UP)
    return math.degrees(math.acos(min(max(float(cosine), -1.0), 1.0)))
