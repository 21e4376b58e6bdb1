"""A metronome's beats: on a schedule that does not drift, and as a sound file exact to the sample."""

from __future__ import annotations

import io
import math
import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

import numpy as np

__all__ = ["RATE_HZ", "Timing", "beats", "click_positions", "click_track", "timing_of"]

RATE_HZ: Final = 22_050
_CLICK_S: Final = 0.03
_TONES_HZ: Final = (1760.0, 1320.0)
"""One foot higher than the other, so that a lost step is heard."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How far beats were from where they belong. ``drift_s``: the last ten against the first ten, in the mean."""

    beats: int
    mean_late_s: float
    worst_s: float
    drift_s: float


def click_positions(rate_spm: float, seconds: float) -> list[int]:
    """The sample on which each click begins: each counted from the start, so that roundings do not add up."""
    count = math.ceil(seconds * rate_spm / 60 - 1e-9)
    return [round(beat * 60 * RATE_HZ / rate_spm) for beat in range(count)]


def click_track(rate_spm: float, seconds: float) -> bytes:
    """A WAV file of clicks: mono, 16 bit."""
    samples = np.zeros(math.ceil(seconds * RATE_HZ) + round(_CLICK_S * RATE_HZ), dtype=np.int16)
    clicks = [_click(tone) for tone in _TONES_HZ]
    for beat, at in enumerate(click_positions(rate_spm, seconds)):
        click = clicks[beat % 2]
        samples[at : at + len(click)] = click
    with io.BytesIO() as data:
        with wave.open(data, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(samples.astype("<i2").tobytes())
        return data.getvalue()


def _click(tone_hz: float) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    t_s = np.arange(round(_CLICK_S * RATE_HZ)) / RATE_HZ
    # A cosine: the click is loudest at once, so that its beginning is its beat.
    return (20_000 * np.cos(2 * np.pi * tone_hz * t_s) * np.exp(-t_s / 0.006)).astype(np.int16)


def beats(
    rate_spm: float, seconds: float, clock: Callable[[], float], sleep: Callable[[float], object]
) -> Iterator[float]:
    """Wait for each beat; yields by how many seconds it came late.

    Every beat is waited for from the first one's time: a late one does not make the next one late.
    """
    start = clock()
    for beat in range(math.ceil(seconds * rate_spm / 60 - 1e-9)):
        due = start + beat * 60 / rate_spm
        if (left := due - clock()) > 0:
            sleep(left)
        yield clock() - due


def timing_of(late_s: Sequence[float]) -> Timing:
    """What the beats' lateness comes to."""
    if not late_s:
        return Timing(0, 0.0, 0.0, 0.0)
    ends = min(10, len(late_s))
    drift = fmean(late_s[-ends:]) - fmean(late_s[:ends])
    return Timing(len(late_s), fmean(late_s), max(late_s, key=abs), drift)
