"""Estimates of what landmarks show only together: weighted sums of readings that fail in opposite ways.

The weights are learnt on the tuning part of the accuracy bench and kept as data (``python -m bench.train`` writes
``estimates.toml``), with how far each estimate was from the truth on bodies that it was not learnt on.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["Estimate", "estimate", "estimates"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """``intercept + sum(weight * feature)``, in degrees.

    Attributes:
        weights: by the name of a feature.
        intercept: 0 where only differences between the repetitions of one set mean something.
        error: held nine in ten repetitions of a body that was left out; of differences where there is no intercept.
    """

    weights: Mapping[str, float]
    intercept: float
    error: float

    def of(self, features: Mapping[str, float]) -> float:
        """The estimate; NaN where a feature was not seen."""
        return self.intercept + sum(weight * features.get(name, math.nan) for name, weight in self.weights.items())


@cache
def estimates() -> Mapping[str, Mapping[str, Estimate]]:
    """For each exercise, its estimates by name."""
    text = files(__package__).joinpath("estimates.toml").read_text(encoding="utf-8")
    return {
        exercise: {name: Estimate(**entry) for name, entry in named.items()}
        for exercise, named in tomllib.loads(text).items()
    }


def estimate(exercise: str, name: str, features: Mapping[str, float]) -> float:
    """One estimate of a repetition from its features; NaN where it was not learnt."""
    known = estimates().get(exercise, {}).get(name)
    return known.of(features) if known else math.nan
