"""Figures with their 95% intervals: shares (Wilson), F1, and means whose values come in clips."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

Z95: Final = 1.959964


@dataclass(frozen=True)
class Figure:
    """A number, its 95% interval, and how many observations it rests on."""

    value: float
    low: float
    high: float
    n: int

    @property
    def has_interval(self) -> bool:
        """False of a number that only describes."""
        return math.isfinite(self.low) and math.isfinite(self.high)


def described(value: float, n: int) -> Figure:
    """A number without an interval."""
    return Figure(value, -math.inf, math.inf, n)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95% interval of a share, Wilson 1927: holds at 0 and 1 too. Without observations, all of 0 to 1."""
    if n == 0:
        return 0.0, 1.0
    share, z2 = hits / n, Z95 * Z95
    middle = share + z2 / (2 * n)
    half = Z95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, (middle - half) / (1 + z2 / n)), min(1.0, (middle + half) / (1 + z2 / n))


def share(hits: int, n: int) -> Figure | None:
    """A share with its Wilson interval; None without observations."""
    return Figure(hits / n, *wilson(hits, n), n) if n else None


def f1(found: int, missed: int, false: int) -> Figure | None:
    """F1 with an interval, from true positives, false negatives and false positives; None without faults to find.

    The share J of found ones among found, missed and false ones is a proportion, and F1 = 2J / (1 + J) rises with
    it: Wilson's interval of J, so transformed, is the interval of F1.
    """
    n = found + missed + false
    if found + missed == 0:
        return None
    low, high = (2 * bound / (1 + bound) for bound in wilson(found, n))
    return Figure(2 * found / (n + found), low, high, n)


def mean(values: Sequence[float], clips: Sequence[Hashable]) -> Figure | None:
    """A mean with an interval that allows for values of the same clip being alike (cluster-robust)."""
    if not values:
        return None
    array = np.asarray(values, dtype=float)
    middle = float(array.mean())
    _, members = np.unique([str(clip) for clip in clips], return_inverse=True)
    sums = np.bincount(members, weights=array - middle)
    groups = len(sums)
    if groups == 1:
        return described(middle, len(array))
    half = Z95 * math.sqrt(groups / (groups - 1) * float(sums @ sums)) / len(array)
    return Figure(middle, middle - half, middle + half, len(array))


def slope(true: Sequence[float], read: Sequence[float], clips: Sequence[Hashable]) -> Figure | None:
    """Least-squares slope of what was read on what is true, interval as for :func:`mean`; None without spread."""
    x, y = np.asarray(true, dtype=float), np.asarray(read, dtype=float)
    if len(x) < 3 or float(np.ptp(x)) == 0.0:
        return None
    x, y = x - x.mean(), y - y.mean()
    value = float(x @ y / (x @ x))
    _, members = np.unique([str(clip) for clip in clips], return_inverse=True)
    scores = np.bincount(members, weights=x * (y - value * x))
    groups = len(scores)
    if groups == 1:
        return described(value, len(x))
    half = Z95 * math.sqrt(groups / (groups - 1) * float(scores @ scores)) / float(x @ x)
    return Figure(value, value - half, value + half, len(x))
