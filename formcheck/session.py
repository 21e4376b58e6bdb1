"""The loop: poses go in one by one, events come out, and at the end the set's report.

Live, file, batch and API all run this loop and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from typing import Any

import numpy as np

from formcheck import summary
from formcheck.events import Event, SetClosed
from formcheck.exercises.base import Checker
from formcheck.exercises.calibration import calibrated_event
from formcheck.exercises.declare import params_hash
from formcheck.pose.landmarks import Side
from formcheck.pose.pose import Pose
from formcheck.pose.track import TrackInfo
from formcheck.results import Asymmetry, Gait, PeopleReport, Provenance, Rep, SetReport, Verdict
from formcheck.trace import Signal, Trace


class Session:
    """One set of one exercise.

    Args:
        checker: the exercise's checker, freshly made.
        info: how the poses come to be; it decides whether they are mirrored back.
        smoothing: what was or is filtered, in words, for the results.
        traced: whether signals are kept for :meth:`trace`; a live set goes without, its memory stays flat.
    """

    def __init__(
        self, checker: Checker, info: TrackInfo | None = None, smoothing: str = "none", *, traced: bool = True
    ) -> None:
        self.checker = checker
        self._info = info or TrackInfo()
        self._smoothing = smoothing
        self._trace = _TraceRecorder()
        self._traced = traced

    def update(self, pose: Pose) -> Sequence[Event]:
        """Take the next pose; raises ValueError when time does not increase."""
        if self._info.mirrored:
            pose = pose.mirrored()
        events = self.checker.update(pose)
        if self._traced:
            self._trace.add(pose.t_s, self.checker)
        return [calibrated_event(self.checker.id, event) for event in events]

    def finish(self) -> SetReport:
        """The stream ended: everything judged, with all that decides a score."""
        closed = calibrated_event(self.checker.id, self.checker.finish()[-1])
        assert isinstance(closed, SetClosed), "a checker's last event is SetClosed"
        return _report(self.checker, closed, self._info, self._smoothing)

    def trace(self, side: str | None = None) -> Trace:
        """Signals and phases so far, one entry a frame; of one leg only where ``side`` is "left" or "right".

        Empty where the session is not ``traced``.
        """
        return self._trace.trace(side)


class _TraceRecorder:
    """Collects what a checker shows after each pose; as long as the set, 30 bytes or so a frame."""

    def __init__(self) -> None:
        self._t_s: list[float] = []
        self._phases: list[str] = []
        self._shown: list[Sequence[tuple[Signal, float]]] = []

    def add(self, t_s: float, checker: Checker) -> None:
        shown = checker.live_signals()
        self._t_s.append(t_s)
        self._phases.append(checker.phase())
        self._shown.append(shown)

    def trace(self, side: str | None) -> Trace:
        unwanted = {"left": "right", "right": "left"}.get(side or "")
        rows = [{signal.name: value for signal, value in shown} for shown in self._shown]
        templates = {signal.name: signal for shown in self._shown for signal, _ in shown}
        signals = tuple(
            replace(signal, values=np.array([row.get(name, np.nan) for row in rows]))
            for name, signal in templates.items()
            if signal.side is None or signal.side != unwanted
        )
        return Trace(t_s=np.array(self._t_s), phases=tuple(self._phases), signals=signals)


def _report(checker: Checker, closed: SetClosed, info: TrackInfo, smoothing: str) -> SetReport:
    view = checker.view()
    problem = summary.quality_problem(view)
    reps = tuple(_gated_rep(rep, problem) for rep in closed.reps)
    verdicts = tuple(_gated(verdict, problem) for verdict in closed.verdicts)
    contacts = len(closed.gait.contacts) if closed.gait else 0
    return SetReport(
        exercise=checker.id,
        title=checker.title,
        side=closed.side,
        summary=summary.sentence(reps, verdicts, contacts, closed.holds),
        reps_complete=sum(rep.complete for rep in reps),
        reps_partial=sum(not rep.complete for rep in reps),
        reps=reps,
        gait=closed.gait,
        holds=closed.holds,
        verdicts=verdicts,
        faults=summary.fault_counts(reps if closed.holds is None else (), verdicts),
        view=summary.view_report(view, checker.about, checker.camera_advice(view), info.dropped_frames),
        people=PeopleReport(**asdict(info.people)),
        adherence=summary.adherence(checker.about.dose, reps, closed.holds),
        fatigue=summary.fatigue(reps) if closed.holds is None else (),
        asymmetry=_asymmetry(closed, reps),
        remarks=(*closed.remarks, *_clock_remark(info, view.frame_rate_hz)),
        provenance=_provenance(checker, info, smoothing),
    )


def _clock_remark(info: TrackInfo, rate_hz: float) -> tuple[str, ...]:
    if info.clock != "index":
        return ()
    return (f"The recording carries no usable times; {rate_hz:.4g} frames a second were assumed, so times may be off.",)


def _asymmetry(closed: SetClosed, reps: Sequence[Rep]) -> tuple[Asymmetry, ...]:
    if closed.holds is not None:
        return summary.hold_asymmetry(closed.holds)
    return summary.asymmetry(reps) or _gait_asymmetry(closed.gait)


def _gait_asymmetry(gait: Gait | None) -> tuple[Asymmetry, ...]:
    """Left against right of each measure that a run has for both sides, named ``NAME_left`` and ``NAME_right``."""
    if gait is None:
        return ()
    names = [name.removesuffix("_left") for name in gait.measures if name.endswith("_left")]
    pairs = [
        summary.side_difference(name, gait.measures[f"{name}_left"], gait.measures[f"{name}_right"])
        for name in names
        if f"{name}_right" in gait.measures
    ]
    return tuple(pair for pair in pairs if pair is not None)


def _gated(verdict: Verdict, problem: str) -> Verdict:
    return summary.withheld(verdict, problem) if problem else verdict


def _gated_rep(rep: Rep, problem: str) -> Rep:
    return rep.model_copy(update={"verdicts": tuple(_gated(v, problem) for v in rep.verdicts)})


def _provenance(checker: Checker, info: TrackInfo, smoothing: str) -> Provenance:
    return Provenance(
        package_version=version("formcheck"),
        checker=checker.id,
        checker_version=checker.version,
        params=asdict(checker.params),
        params_hash=params_hash(checker.params),
        model_name=info.model_name,
        model_sha256=info.model_sha256,
        estimator=info.estimator,
        smoothing=smoothing,
        mirrored=info.mirrored,
        clock=info.clock,
    )


def make_checker(checker: type[Checker], params: Any, side: str) -> Checker:
    """A fresh checker for ``side`` "left", "right" or "auto" (found from the movement)."""
    given: Side | None = "left" if side == "left" else "right" if side == "right" else None
    return checker(params=params, side=given)
