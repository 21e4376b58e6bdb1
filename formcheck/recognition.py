"""Which exercise a recording shows, told from the movement by the checkers' own counting.

Every checker is asked what it finds in the landmarks: repetitions, seconds held, a steady run. An exercise accounts for
the seconds that these take up; for half of them where the camera does not stand as the exercise asks, since a run seen
from the side is one from behind as well, but filmed from the wrong place. The exercise that accounts for clearly most
is the one that is shown; where none does, or two do, nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from formcheck.errors import UnrecognisedError
from formcheck.exercises.registry import exercise_ids, get_exercise
from formcheck.pose.track import PoseTrack
from formcheck.results import Recognition, SetReport
from formcheck.scoring import score_track

__all__ = ["Found", "Recognised", "found_in", "recognise", "recognised_among"]

LEAST_SHARE: Final = 0.12
"""Of the recording's seconds; an exercise that accounts for less is not what it shows. Ours, as the next two; tuned on
the tuning part of the bench."""
CLEARLY_MORE: Final = 1.5
"""How many times more than the runner-up the exercise accounts for, to be told from it."""
ELSEWHERE: Final = 0.5
"""What seconds count that were filmed from elsewhere than the exercise asks."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one exercise's checker found: the share of the recording's seconds, and whether the camera stood well."""

    exercise: str
    explained: float
    fits: bool

    @property
    def weight(self) -> float:
        """The share that is compared with other exercises'."""
        return self.explained if self.fits else ELSEWHERE * self.explained


@dataclass(frozen=True, slots=True)
class Recognised:
    """The exercise that is shown, and how clearly."""

    exercise: str
    recognition: Recognition


def recognise(track: PoseTrack) -> Recognised:
    """The exercise that a recording shows.

    Raises:
        UnrecognisedError: it shows none of the exercises, or two of them might be it; the message says which.
        NobodyToScoreError: no frame shows a person.
    """
    return recognised_among([found_in(track, exercise) for exercise in exercise_ids()])


def found_in(track: PoseTrack, exercise: str) -> Found:
    """What one exercise's checker finds, whatever the side."""
    checker = get_exercise(exercise)
    report = score_track(track, checker(), traced=False).report
    seconds_s = float(track.t_s[-1] - track.t_s[0])
    share = min(_explained_s(report) / seconds_s, 1.0) if seconds_s > 0 else 0.0
    return Found(exercise, share, report.view.fits)


def _explained_s(report: SetReport) -> float:
    """Seconds of complete repetitions, of steady running, in position."""
    if report.gait is not None:
        return report.gait.seconds_s if report.gait.cadence_spm is not None else 0.0
    if report.holds is not None:
        return sum(held.total_s for held in report.holds)
    return sum(rep.end_s - rep.start_s for rep in report.reps if rep.complete)


def recognised_among(found: Iterable[Found]) -> Recognised:
    """The decision: the exercise that accounts for enough, and for clearly more than any other.

    Raises:
        UnrecognisedError: none does.
    """
    ranked = sorted(found, key=lambda one: (-one.weight, one.exercise))
    first, second = ranked[0], ranked[1]
    if first.weight < LEAST_SHARE:
        raise UnrecognisedError(
            f"the movement is none of the exercises, as far as it was seen{_nearest(first)}; "
            "name the one it is, see `formcheck exercises`"
        )
    if first.weight < CLEARLY_MORE * second.weight:
        raise UnrecognisedError(f"the movement may be {first.exercise} or {second.exercise}; name the one it is")
    runner_up = second if second.explained > 0 else None
    return Recognised(
        first.exercise,
        Recognition(
            explained=round(first.explained, 3),
            runner_up=runner_up.exercise if runner_up else "",
            runner_up_explained=round(runner_up.explained, 3) if runner_up else 0.0,
        ),
    )


def _nearest(found: Found) -> str:
    return f" ({found.exercise} comes nearest, with {found.explained:.0%} of the recording)" if found.explained else ""
