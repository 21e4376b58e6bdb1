"""The moments of a recording worth looking at, as a list beside the player."""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.report import outline, quantities, wording
from formcheck.results import Rep, SetReport, State, Verdict

__all__ = ["Moment", "moments_of"]


@dataclass(frozen=True, slots=True)
class Moment:
    """One fault or near fault: when, what, and by how much.

    Attributes:
        t_s: time in the recording.
        title: what is wrong, with its side.
        detail: the repetition, the value and its limit, in words.
    """

    t_s: float
    state: State
    title: str
    detail: str

    @property
    def at(self) -> str:
        return quantities.moment(self.t_s)


def moments_of(report: SetReport) -> tuple[Moment, ...]:
    """Every fault and watch that has a moment, in the order of time; of each repetition where those were judged."""
    of_reps = [(verdict, rep) for rep in report.reps for verdict in rep.verdicts]
    judged_in_reps = {verdict.check for verdict, _ in of_reps}
    of_set: list[tuple[Verdict, Rep | None]] = [(v, None) for v in report.verdicts if v.check not in judged_in_reps]
    found = [_moment(report, verdict, rep) for verdict, rep in [*of_reps, *of_set] if outline.done(report)]
    return tuple(sorted((moment for moment in found if moment is not None), key=lambda moment: moment.t_s))


def _moment(report: SetReport, verdict: Verdict, rep: Rep | None) -> Moment | None:
    if verdict.state not in ("fault", "watch") or verdict.time_s is None:
        return None
    side = verdict.side or (rep.side if rep else None)
    bound = wording.bound(verdict, outline.limit_is_upper(report, verdict.check))
    value = quantities.with_error(verdict.value, verdict.unit, verdict.error) if verdict.value is not None else ""
    words = [f"rep {rep.index}" if rep else "", value, bound]
    return Moment(
        t_s=verdict.time_s,
        state=verdict.state,
        title=wording.sided(wording.fault_title(verdict), None if outline.one_side(report.side) else side),
        detail=", ".join(filter(None, words)),
    )
