"""Poses at even times, as motion files need them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from formcheck.errors import SourceError
from formcheck.pose.pose import Array
from formcheck.pose.smoothing import LONGEST_GAP_S
from formcheck.pose.tag_seen import no_tags
from formcheck.pose.track import PoseTrack

__all__ = ["even_track"]

_SAME_TIME_S: Final = 1e-3
"""Containers store times to the millisecond: within one, a frame's own values are taken as they are."""

_USUAL_STEPS: Final = 1.5
_MOST_GROWTH: Final = 20


def even_track(track: PoseTrack) -> tuple[PoseTrack, float]:
    """The track at even times from its first frame on, with the person's own left and right, and its rate in Hz.

    The rate is the recording's own, dropped frames left aside. Between two frames everything is interpolated
    linearly; where either lacks a landmark, or both are more than 0.2 s apart, it is NaN.

    Raises:
        SourceError: fewer than two frames, or gaps so long that hardly any even time would be known.
    """
    own = track.mirrored() if track.info.mirrored else track
    if len(own) < 2:
        raise SourceError("a motion file needs two frames or more; this recording holds fewer")
    rate_hz = _rate_hz(own.t_s)
    count = int((own.t_s[-1] - own.t_s[0]) * rate_hz + 0.05) + 1
    if count > _MOST_GROWTH * len(own):
        raise SourceError(f"the times of its {len(own)} frames leave gaps too long for a motion file at {rate_hz:g} Hz")
    at_s = own.t_s[0] + np.arange(count) / rate_hz
    even = replace(
        own,
        t_s=at_s,
        image_px=_at(at_s, own.t_s, own.image_px),
        world_m=_at(at_s, own.t_s, own.world_m),
        visibility=_at(at_s, own.t_s, own.visibility),
        presence=_at(at_s, own.t_s, own.presence),
        brightness=_at(at_s, own.t_s, own.brightness),
        tags=no_tags(),
    )
    return even, rate_hz


def _rate_hz(t_s: Array) -> float:
    steps_s = np.diff(t_s)
    usual = steps_s[steps_s <= _USUAL_STEPS * np.median(steps_s)]
    return round(float(1 / usual.mean()), 4)


def _at(at_s: Array, t_s: Array, values: Array) -> Array:
    """Values (n, ...) at other times; a frame's own where there is one."""
    after = np.clip(np.searchsorted(t_s, at_s), 1, len(t_s) - 1)
    before = after - 1
    share = ((at_s - t_s[before]) / (t_s[after] - t_s[before])).reshape(-1, *[1] * (values.ndim - 1))
    read: Array = values[before] * (1 - share) + values[after] * share
    read[t_s[after] - t_s[before] > LONGEST_GAP_S] = np.nan
    for frames in (before, after):
        same = np.abs(t_s[frames] - at_s) <= _SAME_TIME_S
        read[same] = values[frames[same]]
    return read
