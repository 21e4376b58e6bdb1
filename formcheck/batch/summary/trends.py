"""Changes over sessions: "better" and "worse" only beyond the error of measurement. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final, Literal

__all__ = ["SESSIONS", "Answer", "Change", "Good", "Point", "Series", "change_of", "legend"]

SESSIONS: Final = 3
"""So many of the first sessions are held against as many of the last, fewer where there are fewer."""

Answer = Literal["better", "worse", "higher", "lower", "no change", "not compared"]
Good = Literal["up", "down", "neither"]


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
    span = min(SESSIONS, len(series.points) // 2)
    if span == 0:
        only = series.points[0].value if series.points else math.nan
        return Change(only, only, None, "not compared")
    first, last = series.points[:span], series.points[-span:]
    before, after = (fmean(point.value for point in part) for part in (first, last))
    band = _band(first, last)
    return Change(before, after, band, _answer(after - before, band, series.good))


def _answer(rise: float, band: float | None, good: Good) -> Answer:
    if band is None:
        return "not compared"
    if abs(rise) <= band + 1e-9:
        return "no change"
    if good == "neither":
        return "higher" if rise > 0 else "lower"
    return "better" if (rise > 0) == (good == "up") else "worse"


def _band(first: Sequence[Point], last: Sequence[Point]) -> float | None:
    """Both parts' largest errors together; the camera errs alike from day to day, so means do not shrink them."""
    errors = [point.error for point in (*first, *last)]
    if any(error is None for error in errors):
        return None
    return math.hypot(*(max(point.error or 0.0 for point in part) for part in (first, last)))
