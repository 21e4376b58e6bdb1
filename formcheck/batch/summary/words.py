"""Rows and sentences of the summary's pages, ready to be shown."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from formcheck.batch.failures import FAILURES
from formcheck.batch.summary.people import Block, Person, SideGap, series_of, side_gaps
from formcheck.batch.summary.trends import Change, Series, change_of
from formcheck.exercises.registry import exercise_ids, get_exercise
from formcheck.report import quantities, wording
from formcheck.results import State
from formcheck.trends import MARKS, Answer

__all__ = [
    "FAILURES",
    "Compared",
    "IndexRow",
    "SideRow",
    "TrendRow",
    "compared",
    "exercise_title",
    "index_rows",
    "side_rows",
    "trend_rows",
]

NO_CHANGE: Final = "no change that could be measured"
NO_DIFFERENCE: Final = "no difference that could be measured"
NO_BAND: Final = "not compared: its error of measurement is not known"

ANSWERS: Final[dict[Answer, str]] = {
    "better": "better",
    "worse": "worse",
    "higher": "higher",
    "lower": "lower",
    "no change": NO_CHANGE,
    "not compared": NO_BAND,
}
_TOLD: Final = ("worse", "better", "higher", "lower")


@cache
def exercise_title(exercise: str) -> str:
    """An exercise in plain words."""
    if exercise in exercise_ids():
        return get_exercise(exercise).title
    return wording.in_words(exercise)


@dataclass(frozen=True, slots=True)
class TrendRow:
    """One quantity over sessions. ``always``: shown even where nothing changed."""

    what: str
    sessions: int
    first: str
    last: str
    words: str
    mark: State
    answer: Answer
    series: Series
    always: bool


def trend_rows(block: Block) -> list[TrendRow]:
    """What changed comes first; empty with fewer than two dated sessions."""
    rows = [_trend_row(series, change_of(series)) for series in series_of(block) if len(series.points) > 1]
    order = (*_TOLD, "no change", "not compared")
    return sorted(rows, key=lambda row: order.index(row.answer))


def _trend_row(series: Series, change: Change) -> TrendRow:
    error = change.band / math.sqrt(2) if change.band else None
    first, last = (quantities.cell(value, series.unit, error) for value in (change.first, change.last))
    always = series.unit == "share" or change.answer in _TOLD
    name = wording.sided(series.name, series.side)
    words, mark = ANSWERS[change.answer], MARKS[change.answer]
    return TrendRow(name, len(series.points), first, last, words, mark, change.answer, series, always)


@dataclass(frozen=True, slots=True)
class SideRow:
    """Left against right of one measure."""

    what: str
    on: str
    left: str
    right: str
    difference: str
    words: str
    mark: State


def side_rows(block: Block) -> list[SideRow]:
    """Differences beyond the error of measurement first."""
    rows = [_side_row(gap) for gap in side_gaps(block)]
    return sorted(rows, key=lambda row: row.mark != "watch")


def _side_row(found: SideGap) -> SideRow:
    gap, error = found.gap, found.error
    left, right = (quantities.cell(value, gap.unit, error) for value in (gap.left, gap.right))
    if error is None:
        words, mark = NO_BAND, "not_assessed"
    else:
        more = "left" if gap.difference > 0 else "right"
        words, mark = (f"more on the {more}", "watch") if gap.beyond_error else (NO_DIFFERENCE, "not_assessed")
    difference = quantities.cell_with_error(abs(gap.difference), gap.unit, error)
    title = f"{wording.measure_words(gap.measure)} {quantities.reference(gap.unit)}".strip()
    return SideRow(title, found.on, left, right, difference, words, mark)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Compared:
    """A person's sessions and sides of one exercise; both empty where nothing says whose the recordings are."""

    trends: tuple[TrendRow, ...] = ()
    sides: tuple[SideRow, ...] = ()


def compared(person: Person) -> list[Compared]:
    """For each exercise of a person."""
    if not person.name:
        return [Compared() for _ in person.blocks]
    return [Compared(tuple(trend_rows(block)), tuple(side_rows(block))) for block in person.blocks]


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A line of the index: one person and exercise. ``*_sort`` are what columns are sorted by, None for no value."""

    person: str
    href: str
    exercise: str
    sets: int
    sessions: int
    last: str
    reps: str
    reps_sort: int | None
    faults: str
    faults_sort: float | None
    unsure: str
    unsure_sort: int | None
    blind: str
    blind_sort: float | None
    change: str
    change_mark: State
    change_sort: int | None
    sides: str
    sides_mark: State
    sides_sort: int | None


def index_rows(person: Person, found: Sequence[Compared], href: str) -> list[IndexRow]:
    """A row for each exercise of a person, which ``found`` goes with; one of zeros where nothing was scored."""
    if not person.blocks:
        return [_unscored(person, href)]
    return [
        _index_row(person, block, own, f"{href}#{block.exercise}")
        for block, own in zip(person.blocks, found, strict=True)
    ]


def _unscored(person: Person, href: str) -> IndexRow:
    what = "nothing scored" if person.failures else "counted under another name"
    none: State = "not_assessed"
    empty: tuple[str, None] = ("", None)
    return IndexRow(person.name, href, what, 0, 0, "", *empty, *empty, *empty, *empty, "", none, None, "", none, None)


def _index_row(person: Person, block: Block, found: Compared, href: str) -> IndexRow:
    reps, checks = block.reps, block.checks
    faulty, of = (block.faulty_sets, block.judged_sets) if block.running else (reps.faulty, reps.complete)
    change, change_mark, change_sort = (
        _change_words(block, found.trends) if person.name else ("not compared", "not_assessed", 0)
    )
    sides, sides_mark, sides_sort = _sides_words(found.sides) if person.name else ("not compared", "not_assessed", 0)
    partial = f" + {reps.partial} partial" if reps.partial else ""
    contacts = sum(each.contacts for each in block.sets)
    return IndexRow(
        person=person.name,
        href=href,
        exercise=exercise_title(block.exercise),
        sets=len(block.sets),
        sessions=len(block.sessions),
        last=max(block.sessions, default=""),
        reps=wording.plural(contacts, "step") if block.running else f"{reps.complete}{partial}",
        reps_sort=contacts if block.running else reps.complete,
        faults=share_words(faulty, of, "set" if block.running else ""),
        faults_sort=faulty / of if of else None,
        unsure="" if block.running else str(reps.unsure),
        unsure_sort=None if block.running else reps.unsure,
        blind=f"{checks.not_assessed} of {checks.total}",
        blind_sort=checks.not_assessed / checks.total if checks.total else None,
        change=change,
        change_mark=change_mark,
        change_sort=change_sort,
        sides=sides,
        sides_mark=sides_mark,
        sides_sort=sides_sort,
    )


def share_words(part: int, whole: int, what: str = "") -> str:
    """``3 of 12 (25%)``, ``1 of 1 set (100%)``; a dash where there is nothing to share."""
    if not whole:
        return quantities.NO_VALUE
    return f"{part} of {wording.plural(whole, what) if what else whole} ({part / whole:.0%})"


def _change_words(block: Block, rows: Sequence[TrendRow]) -> tuple[str, State, int]:
    if not rows:
        few = {0: "no dates", 1: "one session"}.get(len(block.sessions), "nothing measured twice")
        return few, "not_assessed", 0
    counts = Counter(row.answer for row in rows)
    told = [f"{counts[answer]} {answer}" for answer in _TOLD if counts[answer]]
    if not told:
        compared = len(rows) > counts["not compared"]
        return (NO_CHANGE if compared else "not compared"), "not_assessed", 1
    mark = next(MARKS[answer] for answer in _TOLD if counts[answer])
    return ", ".join(told), mark, 2 + counts["better"] + 1000 * counts["worse"]


def _sides_words(rows: Sequence[SideRow]) -> tuple[str, State, int]:
    if not rows:
        return "one side measured", "not_assessed", 0
    apart = sum(row.mark == "watch" for row in rows)
    if not apart:
        return NO_DIFFERENCE, "not_assessed", 1
    return f"{apart} of {wording.plural(len(rows), 'measure')} apart", "watch", 1 + apart


def dates_words(dates: Sequence[str]) -> str:
    """From the first to the last date; empty without any."""
    known = sorted({date for date in dates if date})
    return " to ".join(dict.fromkeys((known[0], known[-1]))) if known else ""
