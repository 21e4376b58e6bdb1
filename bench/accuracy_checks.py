"""How the verdicts of one check compare with the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from bench import intervals
from bench.accuracy_declare import NEVER_JUDGED, SIZES, Grade, checks_of, grade_of, is_forbidden
from bench.accuracy_score import ScoredClip, Unit
from bench.intervals import Figure

FAULT_GRADES: Final[tuple[Grade, ...]] = ("mild", "moderate", "severe")
_JUDGED: Final = ("ok", "watch", "fault")


def judged_units(clips: Iterable[ScoredClip]) -> Iterator[Unit]:
    """The whole units of clips that show their exercise."""
    return (unit for clip in clips for unit in clip.units if unit.complete and not clip.truth.negative)


def is_found(unit: Unit, check: str) -> bool:
    """Whether a fault is called; a check that is reported neutrally calls it by `watch`."""
    neutral = SIZES[unit.clip.exercise][check].neutral
    return unit.state(check) in (("fault", "watch") if neutral else ("fault",))


@dataclass
class Tally:
    """States by size of the true fault where judging is allowed, and abstentions by place."""

    found: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    watched: int = 0
    judged: int = 0
    forbidden: int = 0
    forbidden_judged: int = 0
    counted: Counter[str] = field(default_factory=Counter)
    abstained: Counter[str] = field(default_factory=Counter)

    def add(self, unit: Unit, check: str) -> None:
        """Count one unit.

        From a forbidden view only whether it was judged counts. At the edge of the prescribed place
        abstaining is neither right nor wrong; in the prescribed place an abstention misses what is there.
        """
        state = unit.state(check)
        if unit.clip.place == "forbidden":
            self.forbidden += is_forbidden(unit, check)
            self.forbidden_judged += is_forbidden(unit, check) and state in _JUDGED
            return
        self.counted[unit.clip.place] += state != "no rep"
        self.abstained[unit.clip.place] += state == "not_assessed"
        self.judged += state in _JUDGED
        self.watched += state == "watch"
        if state == "not_assessed" and unit.clip.place == "edge":
            return
        grade = grade_of(unit, check)
        if grade is not None and not (grade == "clean" and state not in _JUDGED):
            (self.found if is_found(unit, check) else self.missed)[grade] += 1


def tally(clips: Iterable[ScoredClip], check: str) -> Tally:
    """The counts of one check over clips of one exercise."""
    counts = Tally()
    for unit in judged_units(clips):
        if check in checks_of(unit):
            counts.add(unit, check)
    return counts


def check_figures(exercise: str, check: str, clips: Iterable[ScoredClip]) -> dict[str, Figure]:
    """Recall, precision and F1 by size, false accusations, watch share, abstentions; keys `CHECK.NAME`."""
    counts = tally(clips, check)
    found: dict[str, Figure | None] = {
        "forbidden_abstained": intervals.share(counts.forbidden - counts.forbidden_judged, counts.forbidden)
    }
    if (exercise, check) not in NEVER_JUDGED:
        for place in ("prescribed", "edge"):
            found[f"{place}_abstained"] = intervals.share(counts.abstained[place], counts.counted[place])
        found["watch"] = intervals.share(counts.watched, counts.judged)
        found |= _by_size(counts)
    return {f"{check}.{name}": figure for name, figure in found.items() if figure is not None}


def _by_size(counts: Tally) -> dict[str, Figure | None]:
    accused = counts.found["clean"]
    figures: dict[str, Figure | None] = {
        "false_accusations": intervals.share(accused, accused + counts.missed["clean"])
    }
    for grade in FAULT_GRADES:
        hits, misses = counts.found[grade], counts.missed[grade]
        figures[f"{grade}.recall"] = intervals.share(hits, hits + misses)
        if grade != "mild":
            figures[f"{grade}.precision"] = intervals.share(hits, hits + accused)
            figures[f"{grade}.f1"] = intervals.f1(hits, misses, accused)
    return figures


def false_accusations(clip: ScoredClip) -> int:
    """Clean units of the clip that were called faulty."""
    return sum(1 for unit, check, grade in _graded(clip) if grade == "clean" and is_found(unit, check))


def missed_faults(clip: ScoredClip) -> int:
    """Moderate and severe faults of the clip that were not called, where judging is allowed."""
    if clip.truth.place == "forbidden":
        return 0
    return sum(
        1
        for unit, check, grade in _graded(clip)
        if grade in ("moderate", "severe") and not is_found(unit, check) and unit.state(check) != "no rep"
    )


def _graded(clip: ScoredClip) -> Iterator[tuple[Unit, str, Grade | None]]:
    for unit in judged_units([clip]):
        for check in checks_of(unit):
            if (clip.truth.exercise, check) not in NEVER_JUDGED:
                yield unit, check, grade_of(unit, check)
