"""What a report says and in which order, for terminal and page alike. Nothing is judged anew here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from formcheck.pose.landmarks import SIDES, Side
from formcheck.report import wording
from formcheck.results import Rep, SetReport, State, Verdict
from formcheck.trace import Signal, Trace

TIMED_CHECKS: Final = ("hold_time", "lowering_time", "cadence")
"""Checks of a duration or a rate: no single frame shows them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that is at fault or close to it.

    Attributes:
        title: what is wrong, in plain words.
        verdict: of the set, or of the worst rep where the set as a whole is fine.
        shown: whose frame and value show it best: the worst rep's, else the set's.
        rep: the rep of ``shown``.
        count: reps in the verdict's state, of ``judged`` ones.
        single: the set as a whole is not at fault, single reps are.
    """

    title: str
    verdict: Verdict
    shown: Verdict
    rep: Rep | None
    count: int
    judged: int
    single: bool


@dataclass(frozen=True, slots=True)
class Blind:
    """One reason why checks were not judged, and those checks' titles."""

    reason: str
    titles: tuple[str, ...]


def findings(report: SetReport) -> tuple[Finding, ...]:
    """Faults, then watches; in each, what most reps show comes first."""
    chosen = [f for key in _check_keys(report) if (f := _finding(report, *key)) is not None]
    return tuple(sorted(chosen, key=lambda f: (wording.SEVERITY.index(f.verdict.state), f.single, -f.count)))


def _check_keys(report: SetReport) -> list[tuple[str, str | None]]:
    every = [*report.verdicts, *(v for rep in report.reps for v in rep.verdicts)]
    return list(dict.fromkeys((v.check, v.side) for v in every))


def _finding(report: SetReport, check: str, side: str | None) -> Finding | None:
    of_set = [v for v in report.verdicts if (v.check, v.side) == (check, side)]
    of_reps = [(v, rep) for rep in report.reps for v in rep.verdicts if (v.check, v.side) == (check, side)]
    # A set that is fine on the whole may still hold a faulty rep, which is worth a line.
    candidates = [v for v in of_set if v.state in ("fault", "watch")]
    candidates += [v for v, _ in of_reps if v.state == "fault"]
    if not candidates:
        return None
    verdict = candidates[0]
    same = [(v, rep) for v, rep in of_reps if v.state == verdict.state]
    shown, rep = max(same, key=lambda pair: excess(pair[0]), default=(verdict, rep_at(report, verdict.time_s)))
    count = sum(v.state == verdict.state for v, _ in of_reps)
    title = wording.sided(wording.fault_title(verdict), side if _both_sides(report) else None)
    judged = sum(v.state != "not_assessed" for v, _ in of_reps)
    return Finding(title, verdict, shown, rep, count, judged, single=bool(of_set) and verdict not in of_set)


def excess(verdict: Verdict) -> float:
    """How far a value lies beyond its limit; 0 where either is unknown."""
    if verdict.value is None or verdict.limit is None:
        return 0.0
    return abs(verdict.value - verdict.limit)


def rep_at(report: SetReport, t_s: float | None) -> Rep | None:
    """The rep that contains a moment."""
    if t_s is None:
        return None
    return next((rep for rep in report.reps if rep.start_s <= t_s <= rep.end_s), None)


def _both_sides(report: SetReport) -> bool:
    sides = {v.side for v in report.verdicts} | {rep.side for rep in report.reps}
    return {"left", "right"} <= sides


def set_title(report: SetReport, verdict: Verdict) -> str:
    """A verdict's title, with its side where the set has both."""
    return wording.sided(wording.check_title(verdict), verdict.side if _both_sides(report) else None)


def headline(report: SetReport) -> str:
    """The verdict at the top, in one plain sentence."""
    found = findings(report)
    faults = [f.title for f in found if f.verdict.state == "fault" and not f.single]
    watches = [f.title for f in found if f.verdict.state == "watch"]
    unjudged = [title for blind in not_assessed(report) for title in blind.titles]
    return wording.headline(report, faults, watches, [f.title for f in found if f.single], unjudged)


def lead(report: SetReport) -> str:
    """Under the headline: what was done, and what could not be judged."""
    return wording.lead(report, [title for blind in not_assessed(report) for title in blind.titles])


def overall(report: SetReport) -> State:
    """The state the headline stands for: the worst of the set's verdicts that were reached."""
    if not (report.reps_complete or (report.gait and report.gait.contacts)):
        return "not_assessed"
    found = findings(report)
    states: set[State] = {v.state for v in report.verdicts} | {f.verdict.state for f in found if not f.single}
    states |= {"watch"} if any(f.single for f in found) else set()
    return next((s for s in ("fault", "watch", "ok") if s in states), "not_assessed")


def rep_checks(report: SetReport) -> tuple[tuple[str, str], ...]:
    """Checks that were judged in at least one rep, as (id, title), in the order of the set's verdicts."""
    judged = [v for rep in report.reps for v in rep.verdicts if v.state != "not_assessed"]
    titles = {v.check: wording.check_title(v) for v in judged}
    order = [v.check for v in report.verdicts if v.check in titles]
    return tuple((check, titles[check]) for check in dict.fromkeys([*order, *titles]))


def rep_verdict(rep: Rep, check: str) -> Verdict | None:
    """A rep's answer to a check; the worst where it has several."""
    answers = [v for v in rep.verdicts if v.check == check]
    return min(answers, key=lambda v: wording.SEVERITY.index(v.state), default=None)


def limit_is_upper(report: SetReport, check: str) -> bool | None:
    """Whether values above the limit are the fault; None where no verdict of this check has a limit."""
    every = (*report.verdicts, *(v for rep in report.reps for v in rep.verdicts))
    return next((v.above for v in every if v.check == check and v.above is not None), None)


def not_assessed(report: SetReport) -> tuple[Blind, ...]:
    """What the set could not be judged on, grouped by reason."""
    reasons: dict[str, list[str]] = {}
    for verdict in report.verdicts:
        if verdict.state == "not_assessed":
            reasons.setdefault(verdict.reason, []).append(set_title(report, verdict))
    return tuple(Blind(reason, tuple(dict.fromkeys(titles))) for reason, titles in reasons.items())


def camera_advice(report: SetReport) -> tuple[str, ...]:
    """What to change about the picture, beyond what the checks not assessed already say."""
    said = " ".join(blind.reason for blind in not_assessed(report))
    advice = tuple(line for line in report.view.advice if line not in said)
    wanted = () if report.view.fits else (report.view.prescribed,)
    told = " ".join((said, *advice))
    return (*advice, *(line for line in wanted if line and line not in told))


def partial_reps(report: SetReport) -> tuple[str, ...]:
    """Why reps were not counted, for those that say why."""
    return tuple(f"Rep {rep.index}: {rep.note}" for rep in report.reps if not rep.complete and rep.note)


def side_of_signal(signal: Signal) -> Side | None:
    """The side a signal is about, by its name's end; None for signals of the whole body."""
    return next((side for side in SIDES if signal.name.endswith(f"_{side}")), None)


def signals_of(report: SetReport, trace: Trace) -> tuple[Signal, ...]:
    """The trace's signals without those of a side that did not work."""
    working = one_side(report.side)
    return tuple(s for s in trace.signals if working is None or side_of_signal(s) in (None, working))


def one_side(side: str | None) -> Side | None:
    """A set's side where it is a single one."""
    return next((s for s in SIDES if s == side), None)


def sources(report: SetReport) -> tuple[str, ...]:
    """Where the limits come from, each once."""
    return tuple(dict.fromkeys(v.source for v in report.verdicts if v.source))
