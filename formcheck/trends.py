"""Quantities over weeks: the first part against the last, told only beyond the error of measurement. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final, Literal, Protocol

from formcheck.results import State

__all__ = ["MARKS", "Answer", "Ends", "Good", "Measured", "direction_of", "ends_of"]

Answer = Literal["better", "worse", "higher", "lower", "no change", "not compared"]
Good = Literal["up", "down", "neither"]
"""The direction in which a quantity gets better."""

MARKS: Final[dict[Answer, State]] = {
    "better": "ok",
    "worse": "fault",
    "higher": "watch",
    "lower": "watch",
    "no change": "not_assessed",
    "not compared": "not_assessed",
}
"""How an answer is drawn."""


class Measured(Protocol):
    """A value; ``error``: half-width of its error band, None where none is known."""

    @property
    def value(self) -> float: ...

    @property
    def error(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Ends:
    """Means of the first and of the last values; ``band``: what a change has to exceed, None where it is not known."""

    first: float
    last: float
    band: float | None


def ends_of(points: Sequence[Measured], most: int) -> Ends:
    """The first ``most`` values against as many of the last, fewer where there are fewer.

    A single value is both ends, and none is NaN; neither is compared.
    """
    span = min(most, len(points) // 2)
    if span == 0:
        only = points[0].value if points else math.nan
        return Ends(only, only, None)
    first, last = points[:span], points[-span:]
    return Ends(fmean(p.value for p in first), fmean(p.value for p in last), _band(first, last))


def direction_of(rise: float, good: Good) -> Answer:
    """What a change beyond the band is."""
    if good == "neither":
        return "higher" if rise > 0 else "lower"
    return "better" if (rise > 0) == (good == "up") else "worse"


def _band(first: Sequence[Measured], last: Sequence[Measured]) -> float | None:
    """Both parts' largest errors together; the camera errs alike from day to day, so means do not shrink them."""
    if any(point.error is None for point in (*first, *last)):
        return None
    return math.hypot(*(max(point.error or 0.0 for point in part) for part in (first, last)))
