"""Changes over sessions: "better" and "worse" only beyond the error of measurement. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from formcheck.trends import Answer, Ends, Good, direction_of, ends_of

__all__ = ["SESSIONS", "Change", "Point", "Series", "change_of", "legend"]

SESSIONS: Final = 3
"""So many of the first sessions are held against as many of the last, fewer where there are fewer."""


@dataclass(frozen=True, slots=True)
class Point:
    """A session's value; ``error``: half-width of its error band, None where none is known."""

    on: str
    value: float
    error: float | None


@dataclass(frozen=True, slots=True)
class Series:
    """One quantity over sessions, by date. ``good``: the direction in which it gets better."""

    name: str
    side: str | None
    unit: str
    good: Good
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """The first sessions against the last; ``band``: what a change has to exceed to be told."""

    first: float
    last: float
    band: float | None
    answer: Answer


def legend() -> str:
    """How the answers come about."""
    return (
        f"The mean of the first {SESSIONS} sessions against that of the last {SESSIONS}, or of fewer where there are "
        "fewer. Better, worse, higher or lower is said only of a change beyond the error of measurement of both. Of a "
        "share of repetitions, what could not be decided is the error, and at least one repetition either way."
    )


def change_of(series: Series) -> Change:
    """What a series has come to. Of a single session nothing is said."""
    ends = ends_of(series.points, SESSIONS)
    return Change(ends.first, ends.last, ends.band, _answer(ends, series.good))


def _answer(ends: Ends, good: Good) -> Answer:
    if ends.band is None:
        return "not compared"
    rise = ends.last - ends.first
    return "no change" if abs(rise) <= ends.band + 1e-9 else direction_of(rise, good)
