"""A record's entries by day, with the questions the programme asks of them. Pure; no clock, no file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

from formcheck.programme.entries import Entry, PainEntry, RunEntry, SetEntry, SignEntry, WeakerEntry, worst_pain
from formcheck.programme.guide import Gear, Guide

__all__ = ["DAY", "Diary", "days_from", "fits_gear", "gear_not_told", "side_counts"]

DAY = timedelta(days=1)

E = TypeVar("E")


def days_from(first: date, last: date) -> Iterator[date]:
    """Every day from ``first`` to ``last``, both included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


@dataclass(frozen=True)
class Diary:
    """All entries up to a day, in the order in which they were logged within each day."""

    by_day: Mapping[date, tuple[Entry, ...]]
    guide: Guide

    @classmethod
    def of(cls, entries: Iterable[Entry], guide: Guide, last: date) -> Diary:
        """The entries up to and including ``last``; later ones are not looked at."""
        days: dict[date, list[Entry]] = defaultdict(list)
        for entry in entries:
            if entry.on <= last:
                days[entry.on].append(entry)
        return cls({day: tuple(days[day]) for day in sorted(days)}, guide)

    def on(self, day: date) -> tuple[Entry, ...]:
        """The entries of one day."""
        return self.by_day.get(day, ())

    def all(self, kind: type[E], first: date | None = None, last: date | None = None) -> list[E]:
        """Entries of one kind between two days, both included."""
        return [
            entry
            for day, entries in self.by_day.items()
            if (first is None or day >= first) and (last is None or day <= last)
            for entry in entries
            if isinstance(entry, kind)
        ]

    @cached_property
    def strength_days(self) -> tuple[date, ...]:
        """Days with strength work."""
        return tuple(day for day in self.by_day if self.strength_on(day))

    def strength_on(self, day: date) -> list[SetEntry]:
        """The strength work of one day; what the guide does not name counts too."""
        return [entry for entry in self.on(day) if isinstance(entry, SetEntry)]

    def runs_on(self, day: date) -> list[RunEntry]:
        """The runs of one day."""
        return [entry for entry in self.on(day) if isinstance(entry, RunEntry)]

    @cached_property
    def first_day(self) -> date | None:
        """The first day of strength work: the programme's first."""
        return self.strength_days[0] if self.strength_days else None

    def pain_free(self, day: date) -> bool | None:
        """Whether a day passed without pain; None when nothing in the record says so.

        Pain during exercise alone says nothing of the rest of the day: the day's own pain, or the pain after
        exercise, has to be there. Any pain at all makes the day a painful one.
        """
        entries = self.on(day)
        if any(worst_pain(entry) for entry in entries) or any(isinstance(e, SignEntry) and not e.over for e in entries):
            return False
        return True if any(_tells_of_the_day(entry) for entry in entries) else None

    def pain_free_run(self, last: date) -> int:
        """How many days in a row, ending with ``last``, the record calls free of pain."""
        count = 0
        while self.pain_free(last - count * DAY):
            count += 1
        return count

    def pain_with(self, entry: SetEntry | RunEntry) -> int | None:
        """The worst pain with an exercise: as told of it, else the day's worst, which is no less; None: not told."""
        if entry.pain_during is not None:
            return worst_pain(entry)
        day = [other.pain for other in self.on(entry.on) if isinstance(other, PainEntry)]
        return max(*day, entry.pain_after or 0) if day else None

    @cached_property
    def _sets(self) -> Mapping[str, Mapping[date, list[SetEntry]]]:
        found: dict[str, dict[date, list[SetEntry]]] = defaultdict(lambda: defaultdict(list))
        for entry in self.all(SetEntry):
            found[entry.exercise][entry.on].append(entry)
        return found

    def sets_by_day(self, exercise: str, first: date | None, last: date) -> dict[date, list[SetEntry]]:
        """The sets of one exercise by day, in order."""
        days = self._sets.get(exercise, {})
        return {day: sets for day, sets in days.items() if (first is None or day >= first) and day <= last}


def _tells_of_the_day(entry: Entry) -> bool:
    if isinstance(entry, SignEntry | WeakerEntry):
        return False
    return isinstance(entry, PainEntry) or entry.pain_after is not None


def side_counts(sets: Iterable[SetEntry], per_side: bool, met: Callable[[SetEntry], bool]) -> dict[str, int]:
    """How many sets of each side satisfy ``met``; without sides under the one name "both"."""
    counts = dict.fromkeys(("left", "right") if per_side else ("both",), 0)
    for entry in sets:
        name = entry.side if per_side else "both"
        if name in counts and met(entry):
            counts[name] += 1
    return counts


def fits_gear(entry: SetEntry, gear: Gear) -> bool:
    """Whether a set was done with what a level asks for; what the record does not say does not fit."""
    return (
        gear.band in (None, None if entry.band is None else entry.band != "none")
        and gear.band_at in (None, entry.band_at)
        and _within(entry.weight_kg, gear.weight_kg)
        and _within(entry.box_cm, gear.box_cm)
    )


def gear_not_told(entry: SetEntry, gear: Gear) -> list[str]:
    """The fields that a level asks for and a set leaves out."""
    return [
        name
        for name, asked in gear.model_dump().items()
        if asked is not None and getattr(entry, name) is None
    ]


def _within(value: float | None, span: tuple[float, float] | None) -> bool:
    return span is None or (value is not None and span[0] <= value <= span[1])
