"""What a report says and in which order, for terminal and page alike. Nothing is judged anew here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from formcheck.exercises.registry import exercise_ids, get_exercise
from formcheck.pose.landmarks import SIDES, Side
from formcheck.report import wording
from formcheck.results import Rep, SetReport, State, Verdict
from formcheck.trace import Signal, Trace

TIMED_CHECKS: Final = ("hold_time", "lowering_time", "cadence")
"""Checks of a duration or a rate: no single frame shows them."""

_FILMING: Final = re.compile(r"\b(camera|film|picture|record)\b", re.IGNORECASE)
"""Reasons are sentences; those that tell how to film name one of these."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that is at fault or close to it.

    Attributes:
        title: what is wrong, in plain words, with its side where the set has both.
        verdict: of the set.
        shown: whose frame and value show it best: the worst rep's, else the set's.
        rep: the rep of ``shown``.
        count: reps in the verdict's state, of ``judged`` ones.
    """

    title: str
    verdict: Verdict
    shown: Verdict
    rep: Rep | None
    count: int
    judged: int


@dataclass(frozen=True, slots=True)
class Blind:
    """One reason why checks were not judged, and those checks' titles.

    ``tag``: the card on the waistband that would have measured one of them, where none was worn.
    """

    reason: str
    titles: tuple[str, ...]
    tag: str = ""

    @property
    def filmable(self) -> bool:
        """Whether filming otherwise helps."""
        return bool(_FILMING.search(self.reason))


def findings(report: SetReport) -> tuple[Finding, ...]:
    """Faults, then watches; in each, what most reps show comes first. None of a set without a movement."""
    chosen = [_finding(report, v) for v in report.verdicts if v.state in ("fault", "watch")] if done(report) else []
    return tuple(sorted(chosen, key=lambda f: (wording.SEVERITY.index(f.verdict.state), -f.count)))


def _finding(report: SetReport, verdict: Verdict) -> Finding:
    of_reps = [
        (v, rep)
        for rep in report.reps
        for v in rep.verdicts
        if v.check == verdict.check and verdict.side in (None, v.side or rep.side)
    ]
    same = [(v, rep) for v, rep in of_reps if v.state == verdict.state]
    shown, rep = max(same, key=lambda pair: excess(pair[0]), default=(verdict, rep_at(report, verdict.time_s)))
    title = wording.sided(wording.fault_title(verdict), verdict.side if _both_sides(report) else None)
    judged = sum(v.state != "not_assessed" for v, _ in of_reps)
    return Finding(title, verdict, shown, rep, len(same), judged)


def by_check(found: Sequence[Finding]) -> tuple[tuple[Finding, ...], ...]:
    """Findings that say the same of the left and of the right side, together; in the order of the first."""
    groups: dict[tuple[str, State, str], list[Finding]] = {}
    for finding in found:
        v = finding.verdict
        groups.setdefault((v.check, v.state, v.finding), []).append(finding)
    return tuple(map(tuple, groups.values()))


def group_title(group: Sequence[Finding]) -> str:
    """What is wrong, with "on both sides" where it is wrong on both."""
    return group[0].title if len(group) == 1 else wording.on_both_sides(group[0].verdict)


def done(report: SetReport) -> bool:
    """Whether there is a movement to speak of: a complete rep, steps of a run, a hold however short."""
    if report.holds is not None:
        return bool(report.holds)
    return bool(report.gait.contacts) if report.gait is not None else report.reps_complete > 0


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
    if not done(report):
        return wording.nothing_done(report)
    faults, watches = (_mentions(report, state) for state in ("fault", "watch"))
    blind_first = _unjudged_first(report)
    if not faults and blind_first is not None and any(v.state in ("ok", "watch") for v in report.verdicts):
        return wording.unjudged_headline(set_title(report, blind_first), watches)
    unjudged = [title for blind in not_assessed(report) for title in blind.titles]
    return wording.headline(report, faults, watches, unjudged)


def _mentions(report: SetReport, state: str) -> list[str]:
    """Findings in a state as the headline names them, with how often they were seen."""
    chosen = by_check([f for f in findings(report) if f.verdict.state == state])
    word = wording.rep_word(report)
    return [
        wording.with_frequency(group_title(group), sum(f.count for f in group), sum(f.judged for f in group), word)
        for group in chosen
    ]


def _unjudged_first(report: SetReport) -> Verdict | None:
    """The set's first check, which matters most, where it could not be judged."""
    return next((v for v in report.verdicts[:1] if v.state == "not_assessed"), None)


def lead(report: SetReport) -> str:
    """Under the headline: what was done, and what could not be judged."""
    return wording.lead(report, [title for blind in not_assessed(report) for title in blind.titles])


def overall(report: SetReport) -> State:
    """The state the headline stands for: the worst that was reached; no "ok" where the first check is unjudged."""
    states = {v.state for v in report.verdicts} if done(report) else set()
    if "fault" not in states and _unjudged_first(report) is not None:
        return "not_assessed"
    return next((s for s in ("fault", "watch", "ok") if s in states), "not_assessed")


def rep_checks(report: SetReport) -> tuple[tuple[str, str], ...]:
    """Checks that were judged in at least one rep, as (id, title), in the order of the set's verdicts."""
    judged = [v for rep in report.reps for v in rep.verdicts if v.state != "not_assessed"]
    titles = {v.check: wording.check_title(v) for v in judged}
    order = [v.check for v in report.verdicts if v.check in titles]
    return tuple((check, titles[check]) for check in dict.fromkeys([*order, *titles]))


def worst_first(report: SetReport, checks: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Checks with faulty reps before those with close ones, before the rest."""
    states = {check: {v.state for rep in report.reps for v in rep.verdicts if v.check == check} for check, _ in checks}
    rank = {check: min(map(wording.SEVERITY.index, states[check] - {"not_assessed"})) for check, _ in checks}
    return tuple(sorted(checks, key=lambda entry: rank[entry[0]]))


def rep_times(report: SetReport, checks: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Which times of a rep to tell beside its checks: those that no check tells already; of a hold its seconds."""
    if report.holds is not None:
        return ("hold",)
    told = {check for check, _ in checks}
    return tuple(name for name, check in (("hold", "hold_time"), ("lowering", "lowering_time")) if check not in told)


def rep_verdict(rep: Rep, check: str) -> Verdict | None:
    """A rep's answer to a check; the worst where it has several."""
    answers = [v for v in rep.verdicts if v.check == check]
    return min(answers, key=lambda v: wording.SEVERITY.index(v.state), default=None)


def limit_is_upper(report: SetReport, check: str) -> bool | None:
    """Whether values above the limit are the fault; None where no verdict of this check has a limit."""
    every = (*report.verdicts, *(v for rep in report.reps for v in rep.verdicts))
    return next((v.above for v in every if v.check == check and v.above is not None), None)


def not_assessed(report: SetReport) -> tuple[Blind, ...]:
    """What the set could not be judged on, grouped by reason; nothing where there was no movement to judge."""
    reasons: dict[str, list[Verdict]] = {}
    for verdict in report.verdicts if done(report) else ():
        if verdict.state == "not_assessed":
            reasons.setdefault(verdict.reason, []).append(verdict)
    return tuple(_blind(report, reason, verdicts) for reason, verdicts in reasons.items())


@cache
def _tagged() -> dict[tuple[str, str], str]:
    """Exercise and check to the card that measures it."""
    known = ((name, get_exercise(name).about.checks) for name in exercise_ids())
    return {(name, check.id): check.tag for name, checks in known for check in checks if check.tag}


def _blind(report: SetReport, reason: str, verdicts: Sequence[Verdict]) -> Blind:
    titles = dict.fromkeys(set_title(report, verdict) for verdict in verdicts)
    known = _tagged()
    cards = (known.get((report.exercise, verdict.check), "") for verdict in verdicts)
    worn = reason.startswith("The tag ")
    card = "" if worn else next(filter(None, cards), "")
    return Blind(reason, tuple(titles), card)


def camera_advice(report: SetReport) -> tuple[str, ...]:
    """What to change about the picture, beyond what the checks not assessed already say.

    A set without a movement is always told where to put the camera.
    """
    said = " ".join(blind.reason for blind in not_assessed(report))
    advice = tuple(line for line in report.view.advice if line not in said)
    wanted = () if report.view.fits and done(report) else (report.view.prescribed,)
    told = " ".join((said, *advice))
    return (*advice, *(line for line in wanted if line and line not in told))


def partial_reps(report: SetReport) -> tuple[str, ...]:
    """Why reps were not counted, or holds too short, for those that say why."""
    word = wording.sentence(wording.rep_word(report))
    return tuple(f"{word} {rep.index}: {rep.note}" for rep in report.reps if not rep.complete and rep.note)


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
