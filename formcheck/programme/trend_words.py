"""Trends in words: the same sentences for the terminal and the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from formcheck.programme.guide import Guide
from formcheck.programme.trends import Change, Series, change_of
from formcheck.report import quantities
from formcheck.results import State
from formcheck.trends import MARKS, Answer, ends_of

__all__ = ["ANSWERS", "Row", "legend", "rows_of"]

ANSWERS: Final[dict[Answer, str]] = {
    "better": "better",
    "worse": "worse",
    "higher": "higher",
    "lower": "lower",
    "no change": "no measurable change",
    "not compared": "not compared",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table of trends."""

    group: str
    what: str
    first: str
    last: str
    answer: Answer
    words: str
    mark: State
    days: int

    @property
    def span(self) -> str:
        """From first to last, the unit once."""
        unit = self.last.lstrip("0123456789.−–")
        return f"{self.first.removesuffix(unit)} → {self.last}"


def rows_of(found: Sequence[Series], guide: Guide) -> list[Row]:
    """Every series as a line; in the order of the series."""
    return [_row(series, change_of(series, guide), guide) for series in found]


def legend(guide: Guide) -> str:
    """How the answers come about."""
    rule = guide.trends
    return (
        f"The first {rule.sessions} days against the last {rule.sessions}. Better or worse is said only of a change "
        f"beyond the error of measurement of both, and of pain by {rule.pain_change:g} of 10 or more "
        f"({rule.pain_source})."
    )


def _row(series: Series, change: Change, guide: Guide) -> Row:
    name = series.name + (f", {series.side}" if series.side else "")
    words = ANSWERS[change.answer] + (f": {change.why}" if change.answer == "not compared" else "")
    if series.unit == "share":
        first, last = _shares(series, guide)
    else:
        first, last = (_value(value, series.unit, change.band) for value in (change.first, change.last))
    return Row(series.group, name, first, last, change.answer, words, MARKS[change.answer], len(series.points))


def _shares(series: Series, guide: Guide) -> tuple[str, str]:
    """A share as the range in which it lies: its middle would be a guess at what nobody could judge."""
    low, high = (
        ends_of([replace(p, value=p.value + sign * (p.error or 0.0)) for p in series.points], guide.trends.sessions)
        for sign in (-1, 1)
    )
    return _share(low.first, high.first), _share(low.last, high.last)


def _share(low: float, high: float) -> str:
    least, most = (f"{100 * share:.0f}" for share in (low, high))
    return f"{least}%" if least == most else f"{least}–{most}%"


def _value(value: float, unit: str, band: float | None) -> str:
    if unit == "reps":
        return f"{value:.0f}"
    if unit in ("of 10", "min"):
        return f"{value:.1f} {unit}"
    return quantities.cell(value, unit, band / math.sqrt(2) if band else None)
