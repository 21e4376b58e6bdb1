"""Weights of the learned estimates, from the tuning part: `python -m bench.train`.

Ordinary least squares with a small ridge on few features. Where an estimate is of the *change within a set*, features
and truth are taken against the set's own means, so that what body and camera add drops out. What is
printed and written as `error` comes from leaving one body out at a time: the 90% quantile of each left-out body's
errors, the worst body counting. `formcheck/exercises/estimates.toml` is written.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bench.accuracy_declare import ABDUCTION, BRIDGE, CLAMSHELL, SQUAT
from bench.accuracy_score import beside_truth
from bench.scoring_truth import DATA, ClipTruth, truths
from formcheck.exercises.lift import Measured
from formcheck.exercises.registry import get_exercise
from formcheck.exercises.rep_checker import RepChecker
from formcheck.pose.pose import Array
from formcheck.pose.store import load_track
from formcheck.scoring import score_track

TARGET: Final = Path(__file__).parents[1] / "formcheck" / "exercises" / "estimates.toml"
_RIDGE: Final = 0.03
_SHORT_DEG: Final = 16.0
_LOW_DEG: Final = 8.0
_FORWARD_DEG: Final = 6.0
_HEAD: Final = "# Written by `python -m bench.train` from the tuning part of the accuracy bench.\n"


@dataclass(frozen=True)
class Lesson:
    """An estimate to learn: the true quantity and the features it is read from.

    `within_sets`: only the change within one set is learnt. `wanted` picks the repetitions that it is for.
    """

    exercise: str
    name: str
    true: str
    features: tuple[str, ...]
    within_sets: bool = True
    wanted: Callable[[Sample], bool] = lambda sample: True


@dataclass(frozen=True)
class Sample:
    """One repetition: whose it is, what was read and what is true."""

    clip: ClipTruth
    features: Mapping[str, float]
    true: Mapping[str, float]


def _standing_near(sample: Sample) -> bool:
    return sample.features["standing_leg_near"] > 0.5


def _free_near(sample: Sample) -> bool:
    return not _standing_near(sample)


def _fully_up(sample: Sample) -> bool:
    """Hips that stop short slope otherwise: sag is judged only among lifts of like height."""
    return sample.true["hip_short_deg"] < _SHORT_DEG


def _as_high_as_asked(sample: Sample) -> bool:
    """A leg that is low, or forward, turns knee and foot in the picture: they are told only among others."""
    return sample.true["leg_low_deg"] < _LOW_DEG and sample.true["leg_drift_deg"] < _FORWARD_DEG


LESSONS: Final = (
    Lesson(SQUAT, "fppa_change", "fppa_image_deg", ("knee_inward", "hips_inward", "trunk_inward", "free_hip_low")),
    Lesson(CLAMSHELL, "roll_change", "pelvic_roll_deg", ("hip_up", "hips_apart")),
    Lesson(
        BRIDGE,
        "sag_change_free_leg_near",
        "pelvic_drop_deg",
        ("hip_below", "shoulder_below"),
        wanted=lambda sample: _free_near(sample) and _fully_up(sample),
    ),
    Lesson(
        BRIDGE,
        "sag_change_standing_leg_near",
        "pelvic_drop_deg",
        ("hip_below", "shoulder_below"),
        wanted=lambda sample: _standing_near(sample) and _fully_up(sample),
    ),
    Lesson(
        BRIDGE,
        "sag_free_leg_near",
        "pelvic_drop_deg",
        ("hip_below_more", "shoulder_below_more"),
        within_sets=False,
        wanted=_free_near,
    ),
    Lesson(BRIDGE, "short_change_free_leg_near", "hip_short_deg", ("trunk_up", "thigh_up"), wanted=_free_near),
    Lesson(BRIDGE, "short_change_standing_leg_near", "hip_short_deg", ("trunk_up", "thigh_up"), wanted=_standing_near),
    Lesson(BRIDGE, "short_free_leg_near", "hip_short_deg", ("hip_angle",), within_sets=False, wanted=_free_near),
    Lesson(
        BRIDGE,
        "short_standing_leg_near",
        "hip_short_deg",
        ("trunk_up", "lift"),
        within_sets=False,
        wanted=_standing_near,
    ),
    Lesson(CLAMSHELL, "roll", "pelvic_roll_deg", ("hip_rise", "hips_parted"), within_sets=False),
    Lesson(ABDUCTION, "roll_change", "pelvic_roll_deg", ("hip_aside", "shoulder_aside")),
    Lesson(ABDUCTION, "roll", "pelvic_roll_deg", ("hip_aside_more", "shoulder_aside_more"), within_sets=False),
    Lesson(ABDUCTION, "low_change", "leg_low_deg", ("ankle_out", "ankle_up")),
    Lesson(ABDUCTION, "low", "leg_low_deg", ("ankle_out_more", "ankle_up_more"), within_sets=False),
    Lesson(ABDUCTION, "drift_change", "leg_drift_deg", ("ankle_out", "ankle_up")),
    Lesson(ABDUCTION, "drift", "leg_drift_deg", ("ankle_out", "ankle_up"), within_sets=False),
    Lesson(ABDUCTION, "bend_change", "knee_flexion_deg", ("knee_bend_deg", "foot_up"), wanted=_as_high_as_asked),
    Lesson(ABDUCTION, "bend", "knee_flexion_deg", ("knee_bend_deg",), within_sets=False, wanted=_as_high_as_asked),
    Lesson(ABDUCTION, "toes_change", "toes_up_deg", ("foot_up",), wanted=_as_high_as_asked),
    Lesson(ABDUCTION, "toes", "toes_up_deg", ("foot_up",), within_sets=False, wanted=_as_high_as_asked),
)


def main() -> None:
    """Learn every lesson, write the weights, print them."""
    found = {exercise: list(samples(exercise)) for exercise in dict.fromkeys(lesson.exercise for lesson in LESSONS)}
    text = _HEAD + "".join(_section(exercise, own) for exercise, own in found.items())
    TARGET.write_text(text, encoding="utf-8")
    print(text)


def _section(exercise: str, found: Sequence[Sample]) -> str:
    lessons = [lesson for lesson in LESSONS if lesson.exercise == exercise]
    return "".join(_entry(lesson, found) for lesson in lessons)


def _entry(lesson: Lesson, found: Sequence[Sample]) -> str:
    table = Table.of(lesson, found)
    weights = table.weights()
    by_name = ", ".join(f"{name} = {w:.4f}" for name, w in zip(lesson.features, weights[1:], strict=True))
    return (
        f"\n# {len(table.y)} repetitions of {len(set(table.bodies))} bodies\n[{lesson.exercise}.{lesson.name}]\n"
        f"weights = {{ {by_name} }}\nintercept = {weights[0]:.4f}\nerror = {table.held_out_error():.2f}\n"
    )


@dataclass(frozen=True)
class Table:
    """Features (n, k) with a leading column for the intercept, truth (n,), and whose each row is."""

    x: Array
    y: Array
    bodies: tuple[str, ...]

    @classmethod
    def of(cls, lesson: Lesson, found: Sequence[Sample]) -> Table:
        """The lesson's repetitions; within sets, those of sets with at least two."""
        rows = [s for s in found if lesson.wanted(s) and math.isfinite(sum(s.features[f] for f in lesson.features))]
        x = np.array([[1.0, *(s.features[name] for name in lesson.features)] for s in rows])
        y = np.array([s.true[lesson.true] for s in rows])
        if lesson.within_sets:
            sets = np.array([s.clip.name for s in rows])
            for name in set(sets):
                x[sets == name] -= x[sets == name].mean(axis=0)
                y[sets == name] -= y[sets == name].mean()
        return cls(x, y, tuple(s.clip.body for s in rows))

    def weights(self, without: str = "") -> Array:
        """Least squares over all bodies but one, the intercept first."""
        kept = np.array([body != without for body in self.bodies])
        x, y = self.x[kept], self.y[kept]
        scale = np.diag(np.var(x, axis=0) * len(x) + 1e-9)
        return np.asarray(np.linalg.solve(x.T @ x + _RIDGE * scale, x.T @ y))

    def held_out_error(self) -> float:
        """Half-width that holds nine in ten errors of each body left out."""
        bodies = np.array(self.bodies)
        errors = [np.abs(self.x @ self.weights(body) - self.y)[bodies == body] for body in sorted(set(bodies))]
        return max(float(np.quantile(each, 0.9)) for each in errors)


def samples(exercise: str) -> Iterator[Sample]:
    """The whole repetitions of the tuning part that were counted, from places that allow judging."""
    for clip in truths(part="tune"):
        if clip.exercise == exercise and not clip.negative and clip.place != "forbidden":
            yield from _of_clip(clip)


def _of_clip(clip: ClipTruth) -> Iterator[Sample]:
    exercise = get_exercise(clip.exercise)
    checker = exercise(params=exercise.Params())
    assert isinstance(checker, RepChecker)
    report = score_track(load_track(DATA / f"{clip.name}.npz"), checker).report
    context = checker.measured()
    measured: dict[int, Measured] = {rep.index: rep for rep in context.reps}
    for unit in beside_truth(clip, report, checker.view()).units:
        if unit.complete and unit.rep and unit.rep.complete:
            yield Sample(clip, checker.features_in_set(measured[unit.rep.index], context), unit.true)


if __name__ == "__main__":
    main()
