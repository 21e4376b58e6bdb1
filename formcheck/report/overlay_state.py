"""What the overlay says at a moment: a pure function of the scored set."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.pose.landmarks import SIDES, Side
from formcheck.report import angles, outline, wording
from formcheck.results import SetReport, State, Verdict
from formcheck.trace import Signal, Trace

NOTICE_S: Final = 2.0
"""How long a fault stays in the picture, at most: it goes when the next rep starts."""

GLANCE_S: Final = 0.8
"""How long it stays at least, before the next rep starts."""

INTRO_S: Final = 5.0
"""How long the start says what cannot be judged."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """A live measure against its limit; ``value`` is None where it is not seen.

    ``low`` and ``high``: the ends of the bar; ``above``: which side of the limit is the fault.
    """

    title: str
    unit: str
    value: float | None
    limit: float
    error: float
    above: bool
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Notice:
    """Something said in words: what was wrong and how to mend it."""

    state: State
    text: str
    cue: str = ""
    lines: tuple[tuple[str, ...], ...] = ()
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class TimedNotice:
    """A notice and when it is in the picture: from ``start_s`` to before ``end_s``."""

    start_s: float
    end_s: float
    notice: Notice


@dataclass(frozen=True, slots=True)
class OverlayState:
    """Everything that is written on one frame besides the skeleton."""

    count: int
    count_word: str
    phase: str = ""
    hold_s: float | None = None
    gauge: Gauge | None = None
    notices: tuple[Notice, ...] = ()
    unjudged: tuple[str, ...] = ()


def overlay_state(report: SetReport, trace: Trace, t_s: float) -> OverlayState:
    """What the overlay says at ``t_s``. For a whole film use one :class:`Timeline`."""
    return Timeline.of(report, trace).at(t_s)


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """A scored set prepared for asking moment by moment."""

    report: SetReport
    trace: Trace
    times_s: tuple[float, ...]
    counted_s: tuple[float, ...]
    timed_notices: tuple[TimedNotice, ...]
    gauged: Mapping[Side | None, tuple[Signal, tuple[float, float]] | None]

    @classmethod
    def of(cls, report: SetReport, trace: Trace) -> Timeline:
        contacts = report.gait.contacts if report.gait else ()
        counted = [c.time_s for c in contacts] or [rep.end_s for rep in report.reps if rep.complete]
        return cls(
            report=report,
            trace=trace,
            times_s=tuple(trace.t_s.tolist()),
            counted_s=tuple(sorted(counted)),
            timed_notices=tuple(sorted(_timed_notices(report), key=lambda timed: timed.start_s)),
            gauged={side: _gauged(report, trace, side) for side in (None, *SIDES)},
        )

    def at(self, t_s: float) -> OverlayState:
        """What the overlay says at a moment."""
        now = bisect_right(self.times_s, t_s) - 1
        count = bisect_right(self.counted_s, t_s) if self.report.holds is None else self._seconds(t_s)
        return OverlayState(
            count=count,
            count_word=wording.count_word(count, self.report),
            phase=self._phase(now),
            hold_s=self._held(now, t_s) if self.report.holds is None else None,
            gauge=self._gauge(now, self._working_side(t_s)),
            notices=tuple(timed.notice for timed in self.timed_notices if timed.start_s <= t_s < timed.end_s),
            unjudged=_unjudged(self.report) if t_s < INTRO_S else (),
        )

    def _phase(self, now: int) -> str:
        if not 0 <= now < len(self.trace.phases):
            return ""
        word = self.trace.phases[now]
        return wording.PHASE_WORDS.get(word, word)

    def _held(self, now: int, t_s: float) -> float | None:
        phases = self.trace.phases
        if not 0 <= now < len(phases) or phases[now] != "hold":
            return None
        first = now
        while first > 0 and phases[first - 1] == "hold":
            first -= 1
        return t_s - self.times_s[first]

    def _seconds(self, t_s: float) -> int:
        """Whole seconds of the stretch's present hold, or of the last one."""
        begun = [rep for rep in self.report.reps if rep.start_s <= t_s]
        return int(min(t_s, begun[-1].end_s) - begun[-1].start_s) if begun else 0

    def _working_side(self, t_s: float) -> Side | None:
        """The side of the present rep, else of the next one, else of the set."""
        sides = (rep.side for rep in self.report.reps if rep.end_s >= t_s)
        return next(sides, None) or outline.one_side(self.report.side)

    def _gauge(self, now: int, side: Side | None) -> Gauge | None:
        chosen = self.gauged[side]
        if chosen is None or chosen[0].limit is None:
            return None
        signal, (low, high) = chosen
        value = float(signal.values[now]) if 0 <= now < len(signal.values) else float("nan")
        return Gauge(
            title=wording.sentence(signal.title),
            unit=signal.unit,
            value=value if np.isfinite(value) else None,
            limit=chosen[0].limit.value,
            error=chosen[0].limit.error,
            above=chosen[0].limit.above,
            low=low,
            high=high,
        )


def _gauged(report: SetReport, trace: Trace, side: Side | None) -> tuple[Signal, tuple[float, float]] | None:
    """The signal to show while ``side`` works, and the ends of its bar.

    Its check matters most: at fault, then close to it, then fine; never one that was not judged.
    """
    states = {f.verdict.check: f.verdict.state for f in reversed(outline.findings(report))}
    blind = {v.check for v in report.verdicts if v.state == "not_assessed"} - set(states)
    ranked = [
        (("fault", "watch", "ok").index(states.get(s.limit.check, "ok")), i, s)
        for i, s in enumerate(outline.signals_of(report, trace))
        if s.limit is not None and s.limit.check not in blind and outline.side_of_signal(s) in (None, side)
    ]
    if not ranked:
        return None
    best = min(ranked, key=lambda entry: entry[:2])[2]
    return best, _ends(best)


def _ends(signal: Signal) -> tuple[float, float]:
    """The bar's ends: all but the rarest values, and the limit with its band well inside."""
    seen = signal.values[np.isfinite(signal.values)]
    low, high = np.percentile(seen, [1, 99]) if len(seen) else (0.0, 0.0)
    if signal.limit is not None:
        room = 2 * signal.limit.error + 0.05 * abs(signal.limit.value)
        low, high = min(low, signal.limit.value - room), max(high, signal.limit.value + room)
    return float(low), float(high if high > low else low + 1)


def _timed_notices(report: SetReport) -> Iterator[TimedNotice]:
    following = [*(rep.start_s for rep in report.reps[1:]), math.inf]
    for rep, next_s in zip(report.reps, following, strict=False):
        for verdict in rep.verdicts:
            if verdict.state == "fault":
                at = rep.end_s if verdict.time_s is None else verdict.time_s
                yield _timed(at, _notice(report, verdict, verdict.side or rep.side), next_s)
        if not rep.complete:
            yield _timed(rep.end_s, Notice("not_assessed", wording.not_counted(rep, report)), next_s)
    if report.gait is not None:
        for verdict in report.verdicts:
            if verdict.state == "fault" and verdict.time_s is not None:
                yield _timed(verdict.time_s, _notice(report, verdict, verdict.side))


def _timed(at_s: float, notice: Notice, next_rep_s: float = math.inf) -> TimedNotice:
    # Reps may follow each other at once: what shows at a rep's very end is then said a little before it.
    start_s = min(at_s, next_rep_s - GLANCE_S)
    return TimedNotice(start_s, min(start_s + NOTICE_S, next_rep_s), notice)


def _notice(report: SetReport, verdict: Verdict, side: Side | None) -> Notice:
    title = wording.sided(wording.fault_title(verdict), verdict.side if report.side == "both" else None)
    return Notice(verdict.state, title, verdict.cue, angles.spec_of(report.exercise, verdict.check).lines, side)


def _unjudged(report: SetReport) -> tuple[str, ...]:
    return tuple(title for blind in outline.not_assessed(report) for title in blind.titles)
