"""What was measured frame by frame: for the overlay and the report's plots, never for judging."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from formcheck.pose.landmarks import Side
from formcheck.pose.pose import Array


@dataclass(frozen=True, slots=True)
class LimitLine:
    """Where a signal becomes a fault: ``value`` with its error band; ``above`` tells which side is the fault."""

    check: str
    value: float
    error: float
    above: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """One quantity over time: (n,) values, NaN where unseen, on the clock of its trace.

    ``side`` is the leg it is read from; None for the whole body.
    """

    name: str
    title: str
    unit: str
    values: Array
    limit: LimitLine | None = None
    side: Side | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """Signals and phases of a scored set, one entry a frame.

    Attributes:
        t_s: (n,) frame times.
        phases: (n) words such as "rest", "lift", "hold", "lower" ("run" while running).
        signals: the first one is the signal that counts reps; the others carry limits.
    """

    t_s: Array = field(default_factory=lambda: np.empty(0))
    phases: tuple[str, ...] = ()
    signals: tuple[Signal, ...] = ()
