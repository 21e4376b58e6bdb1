"""Hold and lowering time: limits and verdicts shared by the counted exercises."""

from __future__ import annotations

from formcheck.exercises.declare import Check
from formcheck.exercises.lift import Measured
from formcheck.exercises.verdicts import Reading, judge
from formcheck.results import Verdict

HOLD_SOURCE = "guide: pause 2 s; ours: three quarters of it, held within 10% of the highest point"
LOWERING_SOURCE = "guide: lower in 3-4 s, slowly; ours: 60% of it, since the last and first tenth of a movement hide"

_LOWERING_ERROR_SHARE = 0.14
"""A slow movement's end is harder to tell: the band grows with the time (rendered people)."""


def hold_verdict(check: Check, rep: Measured, hold_s: float, limit_s: float, error_s: float) -> Verdict:
    """Held too short is the fault."""
    return judge(check, _tempo(rep, hold_s, limit_s, error_s, rep.span.turn_s), rep.index)


def lowering_verdict(check: Check, rep: Measured, lowering_s: float, limit_s: float, error_s: float) -> Verdict:
    """Lowered too fast is the fault."""
    band_s = max(error_s, _LOWERING_ERROR_SHARE * lowering_s)
    return judge(check, _tempo(rep, lowering_s, limit_s, band_s, rep.span.end_s), rep.index)


def _tempo(rep: Measured, value_s: float, limit_s: float, error_s: float, time_s: float) -> Reading:
    return Reading(value_s, "s", limit_s, error_s, above=False, time_s=time_s, side=rep.side)
