"""A bench clip scored by the product's own path, set beside its truth unit by unit.

A unit is what one verdict is about: a repetition of a set; of a run the left foot, the right foot, and the run
as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from bench.accuracy_match import match_spans, match_times
from bench.scoring_truth import DATA, ClipTruth, TrueContact, TrueRep, mean_of_contacts
from formcheck.errors import NobodyToScoreError
from formcheck.exercises.registry import get_exercise
from formcheck.motion.view import View
from formcheck.pose.landmarks import SIDES
from formcheck.pose.store import load_track
from formcheck.pose.track import PoseTrack
from formcheck.recognition import recognise
from formcheck.results import Contact, Measure, Rep, SetReport, Verdict
from formcheck.scoring import score_track
from formcheck.session import make_checker

WHOLE_RUN: Final = "run"
"""Label of the unit that is a whole run."""
WHOLE_RUN_CHECKS: Final = frozenset({"cadence", "trunk_forward_lean"})
"""Checks of a run that are judged once and not per foot."""
CONTACT_WITHIN_S: Final = 0.15
"""A read contact further from every true one is a false one; steps are 0.3 s apart."""

SHORT_CHECKS: Final = {
    "single_leg_glute_bridge": "hips_short",
    "glute_bridge": "hips_short",
    "side_lying_hip_abduction": "lift_height",
}
"""Where stopping short is a fault of a whole repetition, one deep enough and one too shallow to count differ in
name alone: a partial repetition that is counted and called short is read rightly."""


@dataclass(frozen=True)
class Unit:
    """One repetition, one foot of a run, or a whole run: what is true and what was read and judged."""

    clip: ClipTruth
    label: str
    complete: bool
    faults: Mapping[str, float]
    true: Mapping[str, float]
    read: Mapping[str, Measure] = field(default_factory=dict)
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    true_rep: TrueRep | None = None
    rep: Rep | None = None

    def state(self, check: str) -> str:
        """The verdict's state; "no rep" where there is no verdict, since the repetition was not counted."""
        verdict = self.verdicts.get(check)
        return verdict.state if verdict else "no rep"

    @property
    def counted_right(self) -> bool:
        """Whether a whole repetition was counted as one and a partial one was not, or was called short.

        A stretch is counted where it was found, however long it was held.
        """
        if self.clip.is_held:
            return (self.rep is not None) == self.complete
        counted = self.rep is not None and self.rep.complete
        called_short = self.state(SHORT_CHECKS.get(self.clip.exercise, "")) == "fault"
        return counted if self.complete else not counted or called_short


@dataclass(frozen=True)
class ContactPair:
    """A true contact and the one read near it."""

    clip: ClipTruth
    true: TrueContact
    read: Contact


@dataclass(frozen=True)
class ScoredClip:
    """A clip with what was read of it; `report` is None where nobody was found.

    `recognised`: the exercise it was taken for where nobody named it; None where that was refused.
    """

    truth: ClipTruth
    report: SetReport | None
    view: View
    units: tuple[Unit, ...]
    contacts: tuple[ContactPair, ...] = ()
    false_reps: tuple[Rep, ...] = ()
    false_contacts: int = 0
    recognised: str | None = None

    @property
    def reps_exact(self) -> bool:
        """Every complete repetition counted once, every partial one told from them, and no other counted."""
        return all(unit.counted_right for unit in self.units) and not any(rep.complete for rep in self.false_reps)

    @property
    def count_errors(self) -> int:
        """Repetitions counted wrongly; of a run 1 where the cadence is not right; contacts where there is no run."""
        if self.truth.negative and self.truth.is_run:
            return self.false_contacts
        if self.truth.is_run:
            return int(not self.cadence_right)
        wrong = sum(not unit.counted_right for unit in self.units)
        return wrong + sum(rep.complete or self.truth.is_held for rep in self.false_reps)

    @property
    def cadence_right(self) -> bool:
        """Whether the cadence was given and is within half a step a minute."""
        read = self.report.gait.cadence_spm if self.report and self.report.gait else None
        return read is not None and abs(read - (self.truth.cadence_spm or 0.0)) <= 0.5


def score_clip(truth: ClipTruth, folder: Path = DATA, recognising: bool = True) -> ScoredClip:
    """Score a clip as `formcheck check TRACK --exercise ...` does, the side found by itself.

    ``recognising`` also tells what it is taken for where nobody names the exercise, which takes ten times as long.
    """
    path = folder / f"{truth.name}.npz"
    exercise = get_exercise(truth.exercise)
    checker = make_checker(exercise, exercise.Params(), "auto")
    if not path.exists():
        return beside_truth(truth, None, checker.view())
    track = load_track(path)
    try:
        report = score_track(track, checker).report
    except NobodyToScoreError:
        report = None
    scored = beside_truth(truth, report, checker.view())
    return replace(scored, recognised=recognised_as(track)) if recognising else scored


def recognised_as(track: PoseTrack) -> str | None:
    """The exercise that the track is taken for; None where none is told."""
    try:
        return recognise(track).exercise
    except NobodyToScoreError:  # nobody there, or no exercise recognised
        return None


def beside_truth(truth: ClipTruth, report: SetReport | None, view: View) -> ScoredClip:
    """What was read matched with what is true."""
    if truth.is_run:
        contacts = report.gait.contacts if report and report.gait else ()
        pairs = _contact_pairs(truth, contacts)
        units = () if truth.negative else tuple(_run_units(truth, report))
        return ScoredClip(truth, report, view, units, pairs, false_contacts=len(contacts) - len(pairs))
    reps = report.reps if report else ()
    matched = match_spans([(t.start_s, t.end_s) for t in truth.reps], [(r.start_s, r.end_s) for r in reps])
    units = tuple(
        _rep_unit(truth, true, reps[matched[i]] if i in matched else None) for i, true in enumerate(truth.reps)
    )
    false_reps = tuple(rep for j, rep in enumerate(reps) if j not in matched.values())
    return ScoredClip(truth, report, view, units, false_reps=false_reps)


def _rep_unit(truth: ClipTruth, true: TrueRep, rep: Rep | None) -> Unit:
    label = f"rep {true.index}"
    if rep is None:
        return Unit(truth, label, true.complete, true.faults, true.measures, true_rep=true)
    verdicts = {verdict.check: verdict for verdict in rep.verdicts}
    read = {**rep.measures, **_times(rep, verdicts), **_judged_values(verdicts)}
    return Unit(truth, label, true.complete, true.faults, true.measures, read, verdicts, true, rep)


def _times(rep: Rep, verdicts: Mapping[str, Verdict]) -> dict[str, Measure]:
    held = verdicts.get("hold_time") or verdicts.get("box_touch")
    lowered = verdicts.get("lowering_time")
    return {
        "hold_s": Measure(value=rep.hold_s, unit="s", error=held.error if held else None),
        "lowering_s": Measure(value=rep.lowering_s, unit="s", error=lowered.error if lowered else None),
    }


def _judged_values(verdicts: Mapping[str, Verdict]) -> dict[str, Measure]:
    """The value each verdict rests on, named `judged.CHECK`; it need not be among the measures."""
    return {f"judged.{v.check}": Measure(value=v.value, unit=v.unit, error=v.error) for v in verdicts.values()}


def _run_units(truth: ClipTruth, report: SetReport | None) -> Iterator[Unit]:
    verdicts = report.verdicts if report else ()
    measures = report.gait.measures if report and report.gait else {}
    for side in SIDES:
        true = mean_of_contacts([contact for contact in truth.contacts if contact.side == side])
        own = {v.check: v for v in verdicts if v.check not in WHOLE_RUN_CHECKS and v.side in (side, None)}
        read = {name.removesuffix(f"_{side}"): m for name, m in measures.items() if name.endswith(f"_{side}")}
        yield Unit(truth, side, True, truth.faults_by_side.get(side, {}), true, read | _judged_values(own), own)
    yield _whole_run(truth, verdicts, measures, report)


def _whole_run(
    truth: ClipTruth, verdicts: Sequence[Verdict], measures: Mapping[str, Measure], report: SetReport | None
) -> Unit:
    true = mean_of_contacts(truth.contacts)
    if truth.cadence_spm is not None:
        true["cadence_spm"] = truth.cadence_spm
    own = {v.check: v for v in verdicts if v.check in WHOLE_RUN_CHECKS}
    read = {name: m for name, m in measures.items() if not name.endswith(("_left", "_right"))}
    if report and report.gait:
        gait = report.gait
        read["cadence"] = Measure(value=gait.cadence_spm, unit="spm", error=gait.cadence_error_spm)
    faults = {check: size for by_side in truth.faults_by_side.values() for check, size in by_side.items()}
    return Unit(truth, WHOLE_RUN, True, faults, true, read | _judged_values(own), own)


def _contact_pairs(truth: ClipTruth, contacts: Sequence[Contact]) -> tuple[ContactPair, ...]:
    matched = match_times([c.time_s for c in truth.contacts], [c.time_s for c in contacts], CONTACT_WITHIN_S)
    return tuple(ContactPair(truth, truth.contacts[i], contacts[j]) for i, j in sorted(matched.items()))
