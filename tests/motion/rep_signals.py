"""Signals as repetitions make them: up, hold, down, pause, each in its own time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from hypothesis import strategies as st

from formcheck.motion.segmentation import Counting, RepSegmenter, Span
from formcheck.pose.pose import Array

COUNTING = Counting(enter=0.1)
_SHARE = 0.04
_RAMP_AT_SHARE = float(np.arccos(1 - 2 * _SHARE) / np.pi)
"""Part of a smooth rise that has passed when its height is at ``_SHARE``."""


@dataclass(frozen=True)
class Rep:
    """One repetition: height, seconds up, at the top, down, and at rest after it."""

    height: float = 0.5
    up_s: float = 1.2
    hold_s: float = 1.0
    down_s: float = 1.5
    rest_s: float = 1.0

    @property
    def length_s(self) -> float:
        """Until the next one begins."""
        return self.up_s + self.hold_s + self.down_s + self.rest_s

    def at(self, t_s: Array) -> Array:
        """The signal, ``t_s`` counted from its beginning."""
        up = _smooth(t_s / self.up_s)
        down = _smooth((t_s - self.up_s - self.hold_s) / self.down_s)
        return self.height * (up - down)


def _smooth(share: Array) -> Array:
    rise: Array = (1 - np.cos(np.pi * np.clip(share, 0.0, 1.0))) / 2
    return rise


@dataclass(frozen=True)
class Signal:
    """A whole set as it is sampled."""

    reps: tuple[Rep, ...]
    lead_s: float = 1.5
    rate_hz: float = 30.0
    jitter: float = 0.0
    noise: float = 0.0
    drift_per_s: float = 0.0
    level: float = 0.0
    seed: int = 0
    gaps: tuple[tuple[float, float], ...] = field(default=())

    def begins_s(self) -> Array:
        """When each repetition begins."""
        return self.lead_s + np.concatenate([[0.0], np.cumsum([rep.length_s for rep in self.reps])[:-1]])

    def edges_s(self) -> list[tuple[float, float, float]]:
        """Start, turn and end of each repetition, at 4% of its height."""
        return [
            (
                float(begin + _RAMP_AT_SHARE * rep.up_s),
                float(begin + rep.up_s + rep.hold_s / 2),
                float(begin + rep.up_s + rep.hold_s + (1 - _RAMP_AT_SHARE) * rep.down_s),
            )
            for begin, rep in zip(self.begins_s(), self.reps, strict=True)
        ]

    def samples(self) -> tuple[Array, Array]:
        """Times and values; NaN in the gaps."""
        random = np.random.default_rng(self.seed)
        length_s = self.lead_s + sum(rep.length_s for rep in self.reps) + 0.5
        t_s = np.arange(0.0, length_s, 1 / self.rate_hz)
        t_s = t_s + random.uniform(-0.5, 0.5, len(t_s)) * self.jitter / self.rate_hz
        clean = sum((rep.at(t_s - begin) for begin, rep in zip(self.begins_s(), self.reps, strict=True)), np.zeros(1))
        values = clean + self.level + self.drift_per_s * t_s + random.normal(0.0, self.noise, len(t_s))
        for start_s, end_s in self.gaps:
            values[(t_s >= start_s) & (t_s < end_s)] = np.nan
        return t_s, values

    def spans(self, counting: Counting = COUNTING) -> list[Span]:
        """What the segmenter finds."""
        return found(*self.samples(), counting)


def found(t_s: Array, values: Array, counting: Counting = COUNTING) -> list[Span]:
    """Every repetition that a fresh segmenter finds."""
    segmenter = RepSegmenter(counting)
    spans = [segmenter.update(float(t), float(v)) for t, v in zip(t_s, values, strict=True)]
    return [span for span in [*spans, segmenter.finish()] if span is not None]


def reps(heights: tuple[float, float] = (0.4, 0.6)) -> st.SearchStrategy[Rep]:
    """Repetitions at any tempo that people have."""
    return st.builds(
        Rep,
        height=st.floats(*heights),
        up_s=st.floats(0.4, 3.0),
        hold_s=st.floats(0.0, 4.0),
        down_s=st.floats(0.4, 4.0),
        rest_s=st.floats(0.3, 3.0),
    )


def signals() -> st.SearchStrategy[Signal]:
    """Sets of any tempo, filmed by any camera, by a person who settles slowly."""
    return st.builds(
        Signal,
        reps=st.lists(reps(), min_size=1, max_size=5).map(tuple),
        rate_hz=st.floats(12.0, 60.0),
        jitter=st.floats(0.0, 0.8),
        noise=st.floats(0.0, 0.004),
        drift_per_s=st.floats(-0.004, 0.004),
        level=st.floats(-3.0, 3.0),
        seed=st.integers(0, 2**32 - 1),
    )


def with_rep(signal: Signal, index: int, rep: Rep) -> Signal:
    """The same set but for one repetition."""
    changed = list(signal.reps)
    changed[index] = rep
    return replace(signal, reps=tuple(changed))
