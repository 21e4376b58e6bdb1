"""Smooths landmarks: zero-phase for recordings, causal for live pictures. Visibility is never touched."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

from formcheck.pose.alike import seen_alike
from formcheck.pose.pose import Array, Pose
from formcheck.pose.track import PoseTrack

__all__ = ["OneEuroSmoother", "smooth_recording"]

LONGEST_GAP_S: Final = 0.2
"""A landmark unseen for longer starts anew: nothing is carried across."""

_ORDER: Final = 2
_OVERSAMPLING: Final = 2
_NYQUIST_SHARE_MOST: Final = 0.9
_FEWEST_FRAMES: Final = 4


def smooth_recording(track: PoseTrack, cutoff_hz: float) -> PoseTrack:
    """The track with its landmarks low-passed forward and backward, hence without delay.

    A second-order Butterworth filter run both ways: -6 dB at ``cutoff_hz``. Each landmark is resampled to
    uniform time within every stretch in which it was seen, filtered, and read off at the true frame times.
    What was unseen stays NaN; gaps of up to 0.2 s are bridged for the filter only, longer ones part two
    stretches. A stretch of fewer than four frames, or recorded too slowly for the cutoff to matter, is left
    as it is.

    Raises:
        ValueError: ``cutoff_hz`` is not positive.
    """
    if not cutoff_hz > 0:
        raise ValueError(f"cutoff_hz must be positive, not {cutoff_hz}")
    return replace(
        track,
        image_px=_smooth(track.t_s, track.image_px, cutoff_hz),
        world_m=_smooth(track.t_s, track.world_m, cutoff_hz),
    )


def _smooth(t_s: Array, points: Array, cutoff_hz: float) -> Array:
    """Landmarks (n, 33, 3): those seen in the same frames are filtered together."""
    smoothed = points.copy()
    seen = np.asarray(np.isfinite(points).all(axis=2))
    for marks, landmarks in seen_alike(seen):
        for frames in _stretches(t_s, np.flatnonzero(marks)):
            stretch = np.ix_(frames, landmarks)
            smoothed[stretch] = _low_pass(t_s[frames], points[stretch], cutoff_hz)
    return smoothed


def _stretches(t_s: Array, frames: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    breaks = np.flatnonzero(np.diff(t_s[frames]) > LONGEST_GAP_S) + 1
    return [part for part in np.split(frames, breaks) if len(part) >= _FEWEST_FRAMES]


def _low_pass(t_s: Array, values: Array, cutoff_hz: float) -> Array:
    step_s = float(np.median(np.diff(t_s))) / _OVERSAMPLING
    cutoff = 2 * cutoff_hz * step_s
    if cutoff * _OVERSAMPLING >= _NYQUIST_SHARE_MOST:
        return values
    count = round((t_s[-1] - t_s[0]) / step_s) + 1
    uniform_s = np.linspace(t_s[0], t_s[-1], count)
    # Two periods of the cutoff, mirrored at either end, let the filter settle before the first frame.
    padding = min(count - 1, round(4 / cutoff))
    filtered = sosfiltfilt(_butterworth(cutoff), _interpolate(uniform_s, t_s, values), axis=0, padlen=padding)
    return _interpolate(t_s, uniform_s, filtered)


@lru_cache(maxsize=64)
def _butterworth(cutoff: float) -> Array:
    sections: Array = butter(_ORDER, cutoff, output="sos")
    return sections


def _interpolate(at_s: Array, t_s: Array, values: Array) -> Array:
    """What ``np.interp`` gives for each coordinate, for all (n, landmarks, 3) at once; ``at_s`` lies within ``t_s``."""
    before = np.clip(np.searchsorted(t_s, at_s, side="right") - 1, 0, len(t_s) - 2)
    slopes = np.diff(values, axis=0) / np.diff(t_s)[:, None, None]
    read: Array = slopes[before] * (at_s - t_s[before])[:, None, None] + values[before]
    return read


class OneEuroSmoother:
    """Causal smoothing for live pictures: the faster a point moves, the less it is smoothed.

    One Euro filter (Casiez, Roussel and Vogel, CHI 2012) on every coordinate at once. Speeds count in body
    sizes, so that near and far people are smoothed alike. A landmark unseen for more than 0.2 s starts anew.

    Args:
        min_cutoff_hz: cutoff of a point at rest.
        beta: how much the cutoff rises, in Hz per body size a second.
        speed_cutoff_hz: cutoff of the speed itself.
    """

    def __init__(self, min_cutoff_hz: float = 1.5, beta: float = 10.0, speed_cutoff_hz: float = 2.0) -> None:
        self._settings = (min_cutoff_hz, beta, speed_cutoff_hz)
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._image = _OneEuro(*self._settings)
        self._world = _OneEuro(*self._settings)

    def __call__(self, pose: Pose) -> Pose:
        """The smoothed pose; time has to increase from call to call."""
        return replace(
            pose,
            image_px=self._image(pose.t_s, pose.image_px),
            world_m=self._world(pose.t_s, pose.world_m),
        )


class _OneEuro:
    def __init__(self, min_cutoff_hz: float, beta: float, speed_cutoff_hz: float) -> None:
        self._min_cutoff_hz, self._beta, self._speed_cutoff_hz = min_cutoff_hz, beta, speed_cutoff_hz
        self._seen_s: Array | None = None

    def __call__(self, t_s: float, points: Array) -> Array:
        if self._seen_s is None:
            self._seen_s = np.full(points.shape, -np.inf)
            self._points, self._speed = points.copy(), np.zeros_like(points)
        passed_s = t_s - self._seen_s
        seen = np.isfinite(points)
        anew = seen & (passed_s > LONGEST_GAP_S)
        going = seen & ~anew
        self._points[anew], self._speed[anew] = points[anew], 0.0
        self._step(points, passed_s, going)
        self._seen_s[seen] = t_s
        return np.where(seen, self._points, np.nan)

    def _step(self, points: Array, passed_s: Array, going: NDArray[np.bool_]) -> None:
        passed, before = passed_s[going], self._points[going]
        speed = self._speed[going]
        speed += _alpha(self._speed_cutoff_hz, passed) * ((points[going] - before) / passed - speed)
        cutoff_hz = self._min_cutoff_hz + self._beta * np.abs(speed) / _body_size(points)
        self._speed[going] = speed
        self._points[going] = before + _alpha(cutoff_hz, passed) * (points[going] - before)


def _alpha(cutoff_hz: float | Array, passed_s: Array) -> Array:
    ratio = 2 * np.pi * cutoff_hz * passed_s
    alpha: Array = ratio / (1 + ratio)
    return alpha


def _body_size(points: Array) -> float:
    """Longer side of the box around the landmarks."""
    seen = points[np.isfinite(points).all(axis=1), :2]
    return float(max(np.ptp(seen, axis=0).max(), 1e-9)) if len(seen) else 1.0
