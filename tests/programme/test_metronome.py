"""Beats come when they are due, and a late one does not make the next one late."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.programme.click_track import RATE_HZ, beats, click_positions, click_track, timing_of

STEPS = st.floats(60, 240)


class Clock:
    """A clock that only sleeping and being busy move."""

    def __init__(self, oversleeps: list[float]) -> None:
        self.now = 100.0
        self.oversleeps = oversleeps

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        late = self.oversleeps.pop() if self.oversleeps else 0.0
        self.now += seconds + late


@given(STEPS, st.floats(1, 7200))
def test_no_click_is_further_from_its_beat_than_half_a_sample(rate_spm: float, seconds: float) -> None:
    positions = np.array(click_positions(rate_spm, seconds))
    due = np.arange(len(positions)) * 60 * RATE_HZ / rate_spm
    assert np.abs(positions - due).max() <= 0.5 + 1e-6


@given(STEPS, st.lists(st.floats(0, 0.2), max_size=30))
def test_lateness_does_not_add_up(rate_spm: float, oversleeps: list[float]) -> None:
    clock = Clock(list(oversleeps))
    late = list(beats(rate_spm, 60, clock.read, clock.sleep))
    assert max(late) <= 0.2 + 1e-6, "each is late by its own oversleeping alone"
    assert late[-1] == pytest.approx(0, abs=1e-6)


def test_the_track_is_as_long_as_asked_and_clicks_on_the_beat() -> None:
    with wave.open(io.BytesIO(click_track(174, 30))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE_HZ)
        sound = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    assert len(sound) / RATE_HZ == pytest.approx(30, abs=0.05)
    loud = np.flatnonzero(np.abs(sound) > 15_000)
    starts = loud[np.insert(np.diff(loud) > RATE_HZ // 10, 0, True)]
    assert len(starts) == 87
    np.testing.assert_allclose(np.diff(starts) / RATE_HZ, 60 / 174, atol=2 / RATE_HZ)


def test_a_drift_would_be_measured() -> None:
    steady, slow = [0.001] * 100, [0.001 * n for n in range(100)]
    assert timing_of(steady).drift_s == pytest.approx(0)
    assert timing_of(slow).drift_s == pytest.approx(0.09)
    assert timing_of([]).beats == 0
