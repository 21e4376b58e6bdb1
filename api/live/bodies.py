"""Between the protocol's numbers and poses."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from api.live.messages import Hello, Landmarks, Mark, SkipCode, Skipped
from formcheck.live import wording
from formcheck.pose.pose import Pose
from formcheck.pose.track import TrackInfo
from formcheck.video.frame import MIN_SIDE_PX
from formcheck.video.still import MAX_STILL_BYTES, MAX_STILL_SIDE_PX

__all__ = ["info_of", "marks_of", "pose_of", "skipped"]


def pose_of(frame: Landmarks) -> Pose:
    """What a page found in its picture."""
    t_s, brightness = frame.t_ms / 1000, math.nan if frame.brightness is None else frame.brightness
    body = frame.body
    if body is None:
        return Pose.nobody(t_s, frame.size_px, brightness)
    width, height = frame.size_px
    return Pose(
        t_s=t_s,
        image_px=np.array(body.image, dtype=float) * (width, height, width),
        world_m=np.array(body.world, dtype=float),
        visibility=np.array(body.visibility, dtype=float),
        presence=np.array(body.presence or body.visibility, dtype=float),
        size_px=frame.size_px,
        brightness=brightness,
    )


def info_of(hello: Hello) -> TrackInfo:
    """How a page makes its poses."""
    by = hello.estimated_by
    return TrackInfo(model_sha256=by.model_sha256, model_name=by.model_name, estimator=f"browser: {by.estimator}")


def marks_of(pose: Pose) -> Sequence[Mark] | None:
    """Where to draw the landmarks: shares of the picture, and how well each is seen; None for nobody."""
    if not pose.found:
        return None
    places = np.column_stack([pose.image_px[:, :2] / pose.size_px, pose.visibility])
    return [(x, y, seen) for x, y, seen in np.round(places, 4).tolist()]


def skipped(seq: int, code: SkipCode) -> Skipped:
    """A frame that was left out, and why."""
    side = MIN_SIDE_PX if code == "too_small" else MAX_STILL_SIDE_PX
    detail = wording.SKIPPED[code].format(side=side, kilobytes=MAX_STILL_BYTES // 1000)
    return Skipped(seq=seq, code=code, detail=detail)
