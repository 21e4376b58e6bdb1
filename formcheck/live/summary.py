"""A live set that is over: scored from its recorded poses as a file would be, and what that revises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from formcheck.live import wording
from formcheck.live.records import LiveSummary, Reason, Revision, ToMend
from formcheck.live.stretch import Stretch
from formcheck.report.wording import fault_title, reps_named
from formcheck.results import Rep, SetReport, Verdict
from formcheck.scoring import Analysis, score_track
from formcheck.session import make_checker

SAME_REP_S: Final = 0.75
"""Two readings of one repetition turn within this time of each other."""


@dataclass(frozen=True, slots=True, eq=False)
class LiveResult:
    """A set that is over: its summary, and the analysis behind it; None where nobody was seen."""

    summary: LiveSummary
    analysis: Analysis | None


def close(
    stretch: Stretch | None,
    until_s: float,
    reason: Reason,
    live_reps: Sequence[Rep],
    live_count: int,
    warned: Sequence[tuple[float, str]],
) -> LiveResult:
    """Score the recorded poses up to ``until_s`` and compare with what was said.

    Args:
        live_reps: repetitions as they were counted, on the set's own time.
        warned: turn and check of each warning given while a repetition was under way.
    """
    analysis = None if stretch is None else scored(stretch, until_s)
    report = analysis.report if analysis else None
    began_s = stretch.began_s if stretch else 0.0
    shifted = [_earlier(rep, began_s) for rep in live_reps]
    warnings = [(turn_s - began_s, check) for turn_s, check in warned]
    summary = LiveSummary(
        reason=reason,
        reason_text=wording.ENDED[reason],
        live_count=live_count,
        done=wording.done(report) if report else wording.NOTHING_SEEN,
        to_mend=tuple(_to_mend(report)) if report else (),
        revisions=tuple(revisions(shifted, warnings, report)) if report else (),
        report=report,
    )
    return LiveResult(summary, analysis)


def _to_mend(report: SetReport) -> Iterator[ToMend]:
    word = wording.HOLD if report.holds is not None else wording.REP
    for verdict in report.verdicts:
        if verdict.state == "fault":
            reps = f" ({reps_named(verdict.reps, word)})" if verdict.reps else ""
            yield ToMend(check=verdict.check, text=f"{fault_title(verdict)}{reps}", cue=verdict.cue)


def scored(stretch: Stretch, until_s: float) -> Analysis | None:
    """The recorded poses through the same scoring as a file; None where nobody was seen."""
    track = stretch.track(until_s)
    if not track.found.any():
        return None
    checker = stretch.checker
    return score_track(track, make_checker(type(checker), checker.params, checker.side or "auto"))


def _earlier(rep: Rep, seconds: float) -> Rep:
    times = {name: getattr(rep, name) - seconds for name in ("start_s", "turn_s", "end_s")}
    return rep.model_copy(update=times)


def revisions(
    live: Sequence[Rep], warned: Sequence[tuple[float, str]], report: SetReport
) -> Iterator[Revision]:
    """Where the final result differs from what was counted, judged and warned of during the set."""
    left = list(live)
    titles = {verdict.check: verdict.title for verdict in report.verdicts}
    for rep in report.reps:
        said = min(left, key=lambda other: abs(other.turn_s - rep.turn_s), default=None)
        if said is None or abs(said.turn_s - rep.turn_s) > SAME_REP_S:
            yield _recounted(rep.index, wording.NOT_THERE, _counted(rep), why=rep.note)
            continue
        left.remove(said)
        yield from _rejudged(said, rep)
        yield from _unconfirmed(said, rep, warned, titles)
    for rep in left:
        yield _recounted(None, _counted(rep), wording.NOT_THERE, at=rep.index)


def _counted(rep: Rep) -> str:
    return wording.COUNTED if rep.complete else wording.NOT_COUNTED


def _recounted(rep: int | None, live: str, final: str, at: int = 0, why: str = "") -> Revision:
    text = wording.revised_count(rep or at, live, final, why)
    return Revision(rep=rep, check=None, live=live, final=final, text=text)


def _rejudged(said: Rep, rep: Rep) -> Iterator[Revision]:
    if said.complete != rep.complete:
        yield _recounted(rep.index, _counted(said), _counted(rep), why=rep.note)
        return
    then = {v.check: v for v in said.verdicts}
    for verdict in rep.verdicts:
        before = then.get(verdict.check)
        if before is not None and before.state != verdict.state:
            yield _revised(rep.index, before, verdict)


def _revised(rep: int, before: Verdict, after: Verdict) -> Revision:
    text = wording.revised_state(rep, after.title, before.state, after.state)
    return Revision(rep=rep, check=after.check, live=before.state, final=after.state, text=text)


def _unconfirmed(
    said: Rep, rep: Rep, warned: Sequence[tuple[float, str]], titles: Mapping[str, str]
) -> Iterator[Revision]:
    """Warnings that neither the repetition's end nor the final result bears out."""
    then = {v.check for v in said.verdicts if v.state == "fault"}
    checks = [check for turn_s, check in warned if abs(turn_s - said.turn_s) < 1e-6 and check not in then]
    states = {verdict.check: verdict.state for verdict in rep.verdicts}
    for check in checks:
        final = states.get(check, "not_assessed")
        if final != "fault":
            words = wording.unconfirmed if check in states else wording.not_judged
            text = words(rep.index, titles[check])
            yield Revision(rep=rep.index, check=check, live="fault", final=final, text=text)
