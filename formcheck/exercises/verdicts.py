"""One rule turns a value into a verdict, for every check of every exercise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from formcheck.exercises.declare import Check
from formcheck.pose.landmarks import Side
from formcheck.results import MeasuredBy, State, Verdict

_WORST_FIRST: tuple[State, ...] = ("fault", "watch", "ok")
_ENOUGH_SEEN = 0.67
"""Share of the repetitions that must have been judged before a set is called fine."""
_NOT_SEEN = "It was not seen well enough in this repetition. Keep the whole body in the picture."


@dataclass(frozen=True, slots=True)
class Reading:
    """A value ready to be judged: where it becomes a fault, and how sure it is.

    Attributes:
        value: NaN when it could not be measured; then ``reason`` says why and what to change.
        limit: where it becomes a fault; ``error``: half-width of the error band around the value.
        above: whether values above the limit are the fault, or those below it.
        time_s: when it shows best.
        view_fit: how well the view suits the check, 0-1.
        source: of this limit, where it is not the check's usual one.
        against_own: the value is the difference to the set's own better repetitions.
        by: what the value was read from.
    """

    value: float
    unit: str
    limit: float
    error: float
    above: bool = True
    time_s: float = math.nan
    view_fit: float = 1.0
    reason: str = ""
    side: Side | None = None
    source: str = ""
    against_own: bool = False
    by: MeasuredBy = "landmarks"


def state_of(reading: Reading) -> State:
    """``fault`` beyond the limit by more than the error, ``ok`` clear of it by more than the error, else ``watch``."""
    if not math.isfinite(reading.value) or reading.view_fit <= 0:
        return "not_assessed"
    excess = reading.value - reading.limit if reading.above else reading.limit - reading.value
    if excess > reading.error:
        return "fault"
    return "ok" if excess < -reading.error else "watch"


def judge(check: Check, reading: Reading, rep: int | None = None, state: State | None = None) -> Verdict:
    """The verdict on one reading; ``state`` overrules the rule where two signals must agree."""
    decided = state or state_of(reading)
    if decided == "not_assessed":
        return not_assessed(check, reading.reason or _NOT_SEEN, reading.side, rep)
    return Verdict(
        check=check.id,
        title=check.title,
        finding=_finding(check, reading) if decided in ("fault", "watch") else "",
        side=reading.side,
        state=decided,
        value=_rounded(reading.value),
        unit=reading.unit,
        limit=_rounded(reading.limit),
        above=reading.above if math.isfinite(reading.limit) else None,
        error=_rounded(reading.error),
        source=reading.source or check.source,
        reason=reading.reason if decided == "watch" else "",
        cue=check.cue if decided in ("fault", "watch") else "",
        time_s=_rounded(reading.time_s),
        reps=() if rep is None else (rep,),
        view_fit=min(1.0, max(0.0, reading.view_fit)),
        measured_by=reading.by,
    )


def _finding(check: Check, reading: Reading) -> str:
    return f"{check.fault}, more than in your other repetitions" if reading.against_own else check.fault


def not_assessed(check: Check, reason: str, side: Side | None = None, rep: int | None = None) -> Verdict:
    """The answer for what cannot be judged: why, and what to change."""
    return Verdict(
        check=check.id,
        title=check.title,
        side=side,
        state="not_assessed",
        source=check.source,
        reason=reason,
        reps=() if rep is None else (rep,),
    )


def summarise(check: Check, verdicts: Sequence[Verdict], side: Side | None) -> Verdict:
    """The set's verdict from its repetitions': the worst assessed one, naming all reps in that state.

    When nothing could be assessed, the most frequent reason.
    """
    assessed = [v for v in verdicts if v.state != "not_assessed"]
    if not assessed:
        reasons = [v.reason for v in verdicts] or ["no complete repetition to judge"]
        return not_assessed(check, max(reasons, key=reasons.count), side)
    state = next(s for s in _WORST_FIRST if any(v.state == s for v in assessed))
    if state == "ok" and len(assessed) < _ENOUGH_SEEN * len(verdicts):
        seen = f"It could be judged in only {len(assessed)} of {len(verdicts)} repetitions."
        return not_assessed(check, f"{seen} Keep the whole body in the picture.", side)
    same = [v for v in assessed if v.state == state]
    worst = max(same, key=_excess)
    reps = tuple(sorted({rep for v in same for rep in v.reps}))
    return worst.model_copy(update={"reps": reps, "side": side})


def _excess(verdict: Verdict) -> float:
    if verdict.value is None or verdict.limit is None:
        return -math.inf
    return abs(verdict.value - verdict.limit) if verdict.state == "fault" else -abs(verdict.value - verdict.limit)


def _rounded(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None
