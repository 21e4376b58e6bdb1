"""Recordings by person and exercise, and what they come to together. Pure functions over facts."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeVar

from formcheck.batch.summary.facts import Collected, Counts, Duplicate, Failure, RepCounts, SetFacts, mean_of
from formcheck.batch.summary.trends import Point, Series
from formcheck.pose.landmarks import SIDES
from formcheck.report import wording
from formcheck.results import Asymmetry, Measure
from formcheck.summary import side_difference

__all__ = ["Block", "Person", "Reason", "SideGap", "Standing", "people_of", "reasons", "series_of"]

_T = TypeVar("_T")

_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Block:
    """All sets of one person and exercise, by date; those without a date come first."""

    exercise: str
    sets: tuple[SetFacts, ...]

    @cached_property
    def sessions(self) -> dict[str, list[SetFacts]]:
        """Date to its sets; without those that bear no date."""
        return {date: own for date, own in _grouped(self.sets, lambda each: each.date).items() if date}

    @property
    def running(self) -> bool:
        return any(each.running for each in self.sets)

    @property
    def reps(self) -> RepCounts:
        return sum((count for each in self.sets for count in each.reps.values()), RepCounts())

    @property
    def checks(self) -> Counts:
        """Verdicts on whole sets."""
        return Counts.of(check.state for each in self.sets for check in each.checks)

    @property
    def faulty_sets(self) -> int:
        return sum(each.has_fault for each in self.sets)

    @property
    def judged_sets(self) -> int:
        return sum(any(check.state != "not_assessed" for check in each.checks) for each in self.sets)


@dataclass(frozen=True, slots=True)
class Person:
    """One person, or, without a name, all recordings that name nobody."""

    name: str
    blocks: tuple[Block, ...]
    failures: tuple[Failure, ...]
    duplicates: tuple[Duplicate, ...]


def people_of(collected: Collected) -> list[Person]:
    """The people in the order of their names; recordings of nobody come last."""
    sets = _grouped(collected.sets, lambda each: each.person)
    failures = _grouped(collected.failures, lambda each: each.person)
    duplicates = _grouped(collected.duplicates, lambda each: each.person)
    names = sorted({*sets, *failures, *duplicates}, key=lambda name: (not name, name.casefold(), name))
    return [
        Person(name, _blocks(sets.get(name, ())), tuple(failures.get(name, ())), tuple(duplicates.get(name, ())))
        for name in names
    ]


def _blocks(sets: Iterable[SetFacts]) -> tuple[Block, ...]:
    by_exercise = sorted(_grouped(sets, lambda each: each.exercise).items())
    return tuple(Block(name, tuple(sorted(own, key=lambda each: each.date))) for name, own in by_exercise)


def _grouped(items: Iterable[_T], key: Callable[[_T], str]) -> dict[str, list[_T]]:
    found: dict[str, list[_T]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """What one check of one side came to over all sets; ``latest`` is its state in the last one."""

    title: str
    finding: str
    cue: str
    sets: Counts
    reps: Counts
    latest: str
    latest_on: str


def standings(sets: Sequence[SetFacts]) -> list[Standing]:
    """Every check and side, those with the most faults first."""
    keys = dict.fromkeys((check.check, check.side) for each in sets for check in each.checks)
    found = [_standing(sets, *key) for key in keys]
    return sorted(found, key=lambda each: (-_share(each.sets), -each.sets.fault, -each.sets.watch))


def _share(counts: Counts) -> float:
    return counts.fault / counts.judged if counts.judged else 0.0


def _standing(sets: Sequence[SetFacts], check: str, side: str | None) -> Standing:
    own = [(each, v) for each in sets for v in each.checks if (v.check, v.side) == (check, side)]
    worst = [v for _, v in own if v.state == "fault"] or [v for _, v in own if v.state == "watch"]
    reps = (
        count for each, _ in own for (name, of), count in each.judged.items() if name == check and side in (None, of)
    )
    last_set, last = own[-1]
    return Standing(
        title=wording.sided(last.name, side),
        finding=Counter(v.finding for v in worst).most_common(1)[0][0] if worst else "",
        cue=next((v.cue for v in reversed(worst) if v.cue), ""),
        sets=Counts.of(v.state for _, v in own),
        reps=sum(reps, Counts()),
        latest=last.state,
        latest_on=last_set.date,
    )


@dataclass(frozen=True, slots=True)
class Reason:
    """Why checks were not judged, in how many sets and of how many people; ``several``: its numbers differ."""

    exercise: str
    text: str
    titles: tuple[str, ...]
    sets: int
    people: int
    several: bool


def reasons(sets: Iterable[SetFacts]) -> list[Reason]:
    """Reasons of verdicts that were not given, the most frequent first."""
    return _reasons(
        (each, check.reason or "no reason was given", check.name)
        for each in sets
        for check in each.checks
        if check.state == "not_assessed"
    )


def camera_advice(sets: Iterable[SetFacts]) -> list[Reason]:
    """What to change about the picture, of sets whose view does not fit; the most frequent first."""
    return _reasons((each, each.advice, "") for each in sets if not each.view_fits and each.advice)


def _reasons(told: Iterable[tuple[SetFacts, str, str]]) -> list[Reason]:
    found: dict[tuple[str, str], list[tuple[SetFacts, str, str]]] = {}
    for one in told:
        # "seen in 31% of the frames" and "seen in 32%" are one reason.
        found.setdefault((one[0].exercise, _NUMBER.sub("#", one[1])), []).append(one)
    made = [
        Reason(
            exercise=exercise,
            text=Counter(text for _, text, _ in some).most_common(1)[0][0],
            titles=tuple(dict.fromkeys(title for _, _, title in some if title)),
            sets=len({each.result for each, _, _ in some}),
            people=len({each.person for each, _, _ in some if each.person}),
            several=len({text for _, text, _ in some}) > 1,
        )
        for (exercise, _), some in found.items()
    ]
    return sorted(made, key=lambda reason: (-reason.sets, reason.exercise, reason.text))


@dataclass(frozen=True, slots=True)
class SideGap:
    """Left against right of one measure in one session; ``error`` None where no error of measurement is known."""

    on: str
    gap: Asymmetry
    error: float | None


def side_gaps(block: Block) -> list[SideGap]:
    """For each measure the latest session in which both sides were measured; undated sets only where all are."""
    latest: dict[str, SideGap] = {}
    for date, sets in (block.sessions or {"": list(block.sets)}).items():
        for name, gap, error in _gaps(sets):
            latest[name] = SideGap(date, gap, error)
    return [latest[name] for name in sorted(latest)]


def _gaps(sets: Sequence[SetFacts]) -> Iterator[tuple[str, Asymmetry, float | None]]:
    means = _means(sets)
    for name in dict.fromkeys(name for name, _ in means):
        left, right = (means.get((name, side)) for side in SIDES)
        if left is None or right is None or (gap := side_difference(name, left, right)) is None:
            continue
        errors = (left.error, right.error)
        yield name, gap, None if None in errors else math.hypot(*(error or 0.0 for error in errors))


def _means(sets: Sequence[SetFacts]) -> dict[tuple[str, str | None], Measure]:
    found: dict[tuple[str, str | None], list[Measure]] = {}
    for each in sets:
        for key, measure in each.measures.items():
            found.setdefault(key, []).append(measure)
    return {key: mean_of(some) for key, some in found.items()}


def series_of(block: Block) -> list[Series]:
    """Every quantity over dated sessions: faults per check, cadence, measures, differences of the sides."""
    found: dict[tuple[str, str | None, str, str], list[Point]] = {}
    titles = {check.check: check.name for each in block.sets for check in each.checks}
    for date, sets in block.sessions.items():
        for name, side, unit, good, value, error in _values(sets, titles):
            found.setdefault((name, side, unit, good), []).append(Point(date, value, error))
    return [Series(*key, tuple(points)) for key, points in found.items()]  # type: ignore[arg-type]


_Value = tuple[str, str | None, str, str, float, float | None]


def _values(sets: Sequence[SetFacts], titles: Mapping[str, str]) -> Iterator[_Value]:
    yield from _fault_shares(sets, titles)
    cadences = [each.cadence for each in sets if each.cadence is not None]
    if cadences:
        mean = mean_of(cadences)
        yield "Cadence", None, "spm", "neither", mean.value or 0.0, mean.error
    for (name, side), mean in _means(sets).items():
        yield wording.measure_words(name), side, mean.unit, "neither", mean.value or 0.0, mean.error
    for name, gap, error in _gaps(sets):
        title = f"{wording.measure_words(name)}: left against right"
        yield title, None, gap.unit, "down", abs(gap.difference), error


def _fault_shares(sets: Sequence[SetFacts], titles: Mapping[str, str]) -> Iterator[_Value]:
    """Share of repetitions with a fault; it lies between the sure ones and the sure and undecided ones."""
    keys = dict.fromkeys(key for each in sets for key in each.judged)
    for check, side in keys:
        counts = sum((each.judged.get((check, side), Counts()) for each in sets), Counts())
        if not counts.judged:
            continue
        unsure = (counts.watch + counts.not_assessed) / 2
        value, error = (counts.fault + unsure) / counts.total, max(unsure, 1.0) / counts.total
        title = titles[check] if check in titles else wording.in_words(check)
        yield f"{title}: repetitions with a fault", side, "share", "down", value, error
