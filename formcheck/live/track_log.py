"""All poses of a set in little memory: packed as they come, a track when the set is over."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Final

import numpy as np

from formcheck.pose.landmarks import LANDMARK_COUNT
from formcheck.pose.pose import Array, Pose
from formcheck.pose.store import quantise_track
from formcheck.pose.tag_seen import TagLog
from formcheck.pose.track import PoseTrack, TrackInfo

PACKED_POSES: Final = 300
_WIDTH: Final = LANDMARK_COUNT * 8 + 1


class TrackLog:
    """Poses in order, about 1 MB a minute at 30 frames a second.

    Poses come from `store.quantise`; they are held as 32-bit floats and put back on that grid, so nothing is lost.
    """

    def __init__(self, size_px: tuple[int, int]) -> None:
        self.size_px = size_px
        self._packed: list[bytes] = []
        self._loose: list[Pose] = []
        self._times_s: list[float] = []
        self._tags = TagLog()

    def __len__(self) -> int:
        return len(self._times_s)

    def add(self, pose: Pose) -> None:
        """Take the next pose."""
        self._times_s.append(pose.t_s)
        self._tags.add(pose.tag)
        self._loose.append(pose)
        if len(self._loose) == PACKED_POSES:
            self._packed.append(zlib.compress(_rows(self._loose).tobytes(), 1))
            self._loose = []

    @property
    def parts(self) -> int:
        """How many full parts of `PACKED_POSES` poses there are."""
        return len(self._packed)

    def part(self, index: int, info: TrackInfo) -> PoseTrack:
        """One full part, its times those of the whole track."""
        first = index * PACKED_POSES
        t_s = np.array(self._times_s[first : first + PACKED_POSES]) - self._times_s[0]
        tags = self._tags.rows()[first : first + PACKED_POSES]
        return self._track(t_s, zlib.decompress(self._packed[index]), info, tags)

    def track(self, info: TrackInfo, until_s: float) -> PoseTrack:
        """The poses up to ``until_s``, times from the first one's zero."""
        packed = b"".join(zlib.decompress(chunk) for chunk in self._packed)
        t_s = np.array(self._times_s)
        kept = t_s[t_s <= until_s]
        tags = self._tags.rows()[: len(kept)]
        return self._track(kept - t_s[:1], packed + _rows(self._loose).tobytes(), info, tags)

    def _track(self, t_s: Array, rows: bytes, info: TrackInfo, tags: Array) -> PoseTrack:
        """The first poses of ``rows``, as many as there are times."""
        n = len(t_s)
        values = np.frombuffer(rows, dtype=np.float32).reshape(-1, _WIDTH)[:n].astype(float)
        ends = np.cumsum([LANDMARK_COUNT * width for width in (3, 3, 1, 1)])
        image, world, visibility, presence, brightness = np.split(values, ends, axis=1)
        track = PoseTrack(
            t_s=t_s,
            image_px=image.reshape(n, LANDMARK_COUNT, 3),
            world_m=world.reshape(n, LANDMARK_COUNT, 3),
            visibility=visibility,
            presence=presence,
            brightness=brightness[:, 0],
            size_px=self.size_px,
            info=info,
            tags=tags,
        )
        return quantise_track(track)


def _rows(poses: Sequence[Pose]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    rows = [
        np.concatenate([p.image_px.ravel(), p.world_m.ravel(), p.visibility, p.presence, [p.brightness]])
        for p in poses
    ]
    return np.array(rows, dtype=np.float32).reshape(len(poses), _WIDTH)
