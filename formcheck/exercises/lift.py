"""A found repetition: its frames, what was measured in it, and the set that it is judged among."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Literal

import numpy as np

from formcheck.exercises.verdicts import Reading
from formcheck.motion.segmentation import Span
from formcheck.motion.view import View
from formcheck.pose.landmarks import Side
from formcheck.pose.pose import Array
from formcheck.results import Measure, MeasuredBy

if TYPE_CHECKING:  # it is made of what is declared here
    from formcheck.exercises.by_tag import TaggedSet


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One frame's numbers.

    Attributes:
        count: the signal that counts repetitions, in trunk lengths; it rises with the movement.
        armed: whether the person is in the exercise's posture, so that a repetition may begin.
        values: further numbers by name; NaN where not seen well enough.
    """

    t_s: float
    count: float
    armed: bool
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Lift:
    """A found repetition with the frames it is measured on: ``before`` is the rest just ahead of it."""

    span: Span
    before: tuple[Snapshot, ...]
    frames: tuple[Snapshot, ...]

    def series(self, name: str) -> Array:
        """(n,) one number over the repetition's frames."""
        return np.array([frame.values.get(name, math.nan) for frame in self.frames])

    def times_s(self) -> Array:
        """(n,) the frames' times."""
        return np.array([frame.t_s for frame in self.frames])

    def counts(self) -> Array:
        """(n,) the counting signal."""
        return np.array([frame.count for frame in self.frames])

    def at_rest(self, name: str) -> float:
        """Median over the rest just ahead of the repetition."""
        return median_of([frame.values.get(name, math.nan) for frame in self.before])

    def at_top(self, name: str) -> float:
        """Median over the hold near the highest point."""
        t = self.times_s()
        held = (t >= self.span.top_start_s - 1e-9) & (t <= self.span.top_end_s + 1e-9)
        return median_of(self.series(name)[held])


def median_of(values: Sequence[float] | Array, least_share: float = 0.5) -> float:
    """Median of what is finite; NaN when less than ``least_share`` of the values is."""
    array = np.asarray(values, dtype=float)
    seen = array[np.isfinite(array)]
    if len(seen) == 0 or len(seen) < least_share * len(array):
        return math.nan
    return float(median(seen.tolist()))


@dataclass(frozen=True, slots=True)
class Kind:
    """What a found movement was: a repetition, a reference lift, or neither and why."""

    what: Literal["rep", "reference", "other"]
    side: Side | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """One measured number of a repetition: value with error band, when it shows best, and what measured it."""

    value: float
    unit: str
    error: float
    time_s: float
    by: MeasuredBy = "landmarks"

    def measure(self) -> Measure:
        """As it stands in the results."""
        if not math.isfinite(self.value):
            return Measure(value=None, unit=self.unit, error=None)
        value, error = round(self.value, 4), round(self.error, 4)
        return Measure(value=value, unit=self.unit, error=error, measured_by=self.by)


@dataclass(frozen=True, slots=True)
class Measured:
    """A repetition measured but not yet judged."""

    index: int
    span: Span
    side: Side | None
    numbers: Mapping[str, Number]
    features: Mapping[str, float] = field(default_factory=dict)
    complete: bool = True
    note: str = ""

    def value(self, name: str) -> float:
        """A number's value; NaN when it was not measured."""
        number = self.numbers.get(name)
        return number.value if number else math.nan

    def reading(self, name: str, limit: float, *, above: bool = True, source: str = "") -> Reading:
        """A measured number against its limit, ready to be judged."""
        number = self.numbers[name]
        return Reading(
            number.value, number.unit, limit, number.error, above, number.time_s, side=self.side, source=source
        )


@dataclass(frozen=True, slots=True)
class Context:
    """What a repetition is judged against: the camera, the set's other repetitions, reference lifts, the tag."""

    view: View
    reps: tuple[Measured, ...]
    references: tuple[Measured, ...] = field(default=())
    tagged: TaggedSet | None = None

    def like(self, rep: Measured) -> list[Measured]:
        """The set's complete repetitions of the same side, this one among them."""
        return [r for r in self.reps if r.complete and r.side == rep.side]

    def level(self, rep: Measured, value: Callable[[Measured], float], size: Callable[[float], float] = float) -> float:
        """What the better half of the set's complete repetitions of the same side read; NaN for fewer than two.

        Better is smaller by ``size``.
        """
        seen = sorted((v for v in map(value, self.like(rep)) if math.isfinite(v)), key=size)
        return median_of(seen[: (len(seen) + 1) // 2]) if len(seen) > 1 else math.nan
