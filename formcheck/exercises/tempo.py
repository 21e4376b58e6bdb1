"""Hold and lowering time: limits and verdicts shared by the counted exercises."""

from __future__ import annotations

from typing import Any

from formcheck.exercises.declare import About, Check, limit
from formcheck.exercises.lift import Measured
from formcheck.exercises.verdicts import Reading, judge
from formcheck.results import Verdict

HOLD_SOURCE = "guide: pause 2 s; ours: three quarters of it, held within 10% of the highest point"
LOWERING_SOURCE = "guide: lower in 3-4 s, slowly; ours: 60% of it, since the last and first tenth of a movement hide"

_LOWERING_ERROR_SHARE = 0.14
"""A slow movement's end is harder to tell: the band grows with the time (rendered people)."""


def hold_limit(most_s: float = 30.0) -> Any:
    """The limit of how short a hold may be; ``most_s`` is as far as it can be set."""
    return limit(1.5, unit="s", low=0.0, high=most_s, help="shortest pause at the top", source=HOLD_SOURCE)


def hold_error() -> Any:
    """The error band of the time held."""
    return limit(0.3, unit="s", low=0.0, high=2.0, help="error band of the pause", source="ours")


def lowering_limit(least_s: float = 1.5, source: str = LOWERING_SOURCE) -> Any:
    """The limit of how quick a lowering may be."""
    return limit(least_s, unit="s", low=0.0, high=10.0, help="shortest lowering", source=source)


def lowering_error() -> Any:
    """The error band of the time of lowering."""
    return limit(0.25, unit="s", low=0.0, high=2.0, help="error band of the lowering", source="ours")


def hold_check(camera: str, title: str = "Hold at the top", cue: str = "Hold the top for 2 seconds.") -> Check:
    """The check of the time held."""
    return Check("hold_time", title, "Hold too short", cue, HOLD_SOURCE, camera)


def lowering_check(camera: str, cue: str = "Take 3-4 seconds to lower.", source: str = LOWERING_SOURCE) -> Check:
    """The check of the time of lowering."""
    return Check("lowering_time", "Slow lowering", "Lowering too fast", cue, source, camera)


def tempo_verdicts(about: About, params: Any, rep: Measured, times_s: tuple[float, float]) -> tuple[Verdict, Verdict]:
    """Both, of the times held and of lowering; ``params`` has limits and errors by the names that go with them."""
    hold_s, lowering_s = times_s
    return (
        hold_verdict(about.check("hold_time"), rep, hold_s, params.hold_limit_s, params.hold_error_s),
        lowering_verdict(
            about.check("lowering_time"), rep, lowering_s, params.lowering_limit_s, params.lowering_error_s
        ),
    )


def hold_verdict(check: Check, rep: Measured, hold_s: float, limit_s: float, error_s: float) -> Verdict:
    """Held too short is the fault."""
    return judge(check, _tempo(rep, hold_s, limit_s, error_s, rep.span.turn_s), rep.index)


def lowering_verdict(check: Check, rep: Measured, lowering_s: float, limit_s: float, error_s: float) -> Verdict:
    """Lowered too fast is the fault."""
    band_s = max(error_s, _LOWERING_ERROR_SHARE * lowering_s)
    return judge(check, _tempo(rep, lowering_s, limit_s, band_s, rep.span.end_s), rep.index)


def _tempo(rep: Measured, value_s: float, limit_s: float, error_s: float, time_s: float) -> Reading:
    return Reading(value_s, "s", limit_s, error_s, above=False, time_s=time_s, side=rep.side)
