"""Uneven samples on an even grid."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.motion.even_grid import EvenGrid


def gridded(t, values):
    grid = EvenGrid()
    samples = [s for at_s, row in zip(t, values, strict=True) for s in grid.push(at_s, np.atleast_1d(row))]
    samples += grid.finish()
    return np.array([s[0] for s in samples]), np.array([s[1] for s in samples])


@pytest.mark.parametrize("rate_hz", [15, 30, 60, 240])
def test_a_slow_curve_is_followed_at_any_rate(rate_hz):
    t = np.arange(0, 3, 1 / rate_hz)
    at_s, values = gridded(t, np.sin(2 * np.pi * 1.4 * t))
    inner = (at_s > 0.2) & (at_s < 2.8)
    assert np.abs(values[inner, 0] - np.sin(2 * np.pi * 1.4 * at_s[inner])).max() < 0.06


def test_the_grid_is_even_and_ends_with_the_samples():
    at_s, _ = gridded(np.array([0.0, 0.031, 0.07, 0.1, 0.5]), np.zeros(5))
    assert np.diff(at_s) == pytest.approx(np.full(len(at_s) - 1, 1 / 60))
    assert at_s[0] == 0.0
    assert 0.5 - 1 / 60 < at_s[-1] <= 0.5


def test_what_was_not_seen_is_nan_and_leaves_the_others_alone():
    t = np.arange(0, 2, 1 / 30)
    values = np.column_stack([np.ones_like(t), np.where((t > 0.8) & (t < 1.4), np.nan, 2.0)])
    at_s, seen = gridded(t, values)
    assert np.isfinite(seen[:, 0]).all()
    assert np.isnan(seen[(at_s > 0.95) & (at_s < 1.25), 1]).all()
    assert seen[at_s < 0.8, 1] == pytest.approx(2.0)


def test_a_long_gap_ends_the_grid_with_one_unseen_point():
    t = np.concatenate([np.arange(0, 1, 1 / 30), np.arange(3600, 3601, 1 / 30)])
    at_s, values = gridded(t, np.ones_like(t))
    assert len(at_s) < 130
    assert np.isnan(values[:, 0]).sum() == 1


def test_an_empty_stream_has_no_grid():
    assert EvenGrid().finish() == []
    assert EvenGrid().restart() == []
