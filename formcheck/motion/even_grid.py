"""Samples at any times become a smoothed signal at even times, so that the frame rate stops mattering."""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from formcheck.pose.alike import seen_alike
from formcheck.pose.pose import Array

Sample = tuple[float, Array]
"""Time in seconds and the (k,) values at that time."""

_CURVATURE_PENALTY = 0.05
_SLOPE_PENALTY = 1e-4
_PENALTIES = np.diag([0.0, _SLOPE_PENALTY, _CURVATURE_PENALTY])


class EvenGrid:
    """Local weighted quadratic regression of (k,) values on a grid of even times.

    The weights are Gaussian with standard deviation ``width_s``; a small penalty on the curvature keeps
    the fit calm where few samples lie near, as at 15 frames a second. Values lag the input by
    three widths. Grid times with no sample within ``gap_s`` are NaN. Memory is six widths of samples.
    """

    def __init__(self, step_s: float = 1 / 60, width_s: float = 0.045, gap_s: float = 0.12) -> None:
        self._step_s, self._width_s, self._gap_s = step_s, width_s, gap_s
        self._reach_s = 3 * width_s
        self._window: deque[Sample] = deque()
        self._next_s = math.nan

    def push(self, t_s: float, values: Array) -> list[Sample]:
        """Take the values at ``t_s`` (NaN where unseen); returns the grid points that became final."""
        done: list[Sample] = []
        if self._window and t_s - self._window[-1][0] > 1.0:
            done = self.restart()
        if not self._window:
            self._next_s = t_s
        self._window.append((t_s, values))
        return done + self._until(t_s - self._reach_s)

    def finish(self) -> list[Sample]:
        """The stream ended: the grid points up to the last sample."""
        return self._until(self._window[-1][0]) if self._window else []

    def restart(self) -> list[Sample]:
        """After a gap or a cut: end the old grid with one unseen point and forget it."""
        if not self._window:
            return []
        done = self.finish()
        t_s, values = self._window[-1]
        self._window.clear()
        return [*done, (t_s + self._step_s, np.full_like(values, math.nan))]

    def _until(self, last_s: float) -> list[Sample]:
        done: list[Sample] = []
        while self._next_s <= last_s + 1e-9:
            done.append((self._next_s, self._at(self._next_s)))
            self._next_s += self._step_s
            while len(self._window) > 1 and self._window[0][0] < self._next_s - self._reach_s:
                self._window.popleft()
        return done

    def _at(self, t_s: float) -> Array:
        """The regression's value at ``t_s`` for each of the k values."""
        from_s = np.array([t for t, _ in self._window]) - t_s
        values = np.array([v for _, v in self._window])
        near = np.abs(from_s) <= self._gap_s
        result = np.full(values.shape[1], math.nan)
        for seen, columns in seen_alike(np.isfinite(values)):
            if near[seen].any():
                result[columns] = _weights(from_s[seen] / self._width_s) @ values[seen][:, columns]
        return result


def _weights(u: Array) -> Array:
    """What each sample, ``u`` widths away, adds to the value of the penalised quadratic at zero."""
    gauss = np.exp(-0.5 * u**2)
    powers = np.array([np.ones_like(u), u, u**2])
    weights: Array = gauss * (_first_of_inverse((gauss * powers) @ powers.T + _PENALTIES) @ powers)
    return weights


def _first_of_inverse(matrix: Array) -> Array:
    """The first column of the inverse of a symmetric (3, 3) matrix, by cofactors."""
    (a, b, c), (_, d, e), (_, _, f) = matrix.tolist()
    cofactors = d * f - e * e, c * e - b * f, b * e - c * d
    determinant = a * cofactors[0] + b * cofactors[1] + c * cofactors[2]
    column: Array = np.array(cofactors) / determinant
    return column
