"""All poses of one person through a recording, and what is known about their making."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from formcheck.pose.landmarks import LANDMARK_COUNT, MIRROR_ORDER
from formcheck.pose.pose import Array, Pose
from formcheck.pose.tag_seen import TagLog, TagSeen, mirrored_tags, no_tags

Box = tuple[float, float, float, float]
"""x, y, width, height in pixels of the original frame."""


@dataclass(frozen=True, slots=True)
class People:
    """Who was in the picture, and whose set this is.

    Attributes:
        seen: how many different people were seen in the recording; None if not looked for.
        scored: which of them was followed, in words ("the only person", "the largest of 2, left of centre").
        box_px: where the scored person was, over the whole recording.
        others_px: where each of the others was.
    """

    seen: int | None = None
    scored: str = "the only person followed"
    box_px: Box | None = None
    others_px: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class TrackInfo:
    """How a track was made.

    Attributes:
        model_sha256: of the pose model bundle; empty for tracks made elsewhere.
        model_name: such as "pose_landmarker_full"; "synthetic" or "unknown" otherwise.
        estimator: library and running mode, such as "mediapipe 1.2.2 video".
        smoothing: what was filtered while estimating ("none", "mediapipe").
        mirrored: the recording shows a mirror image; scoring swaps it back.
        clock: "container" for true timestamps, "index" for frame number / fps.
        dropped_frames: frames the source could not decode.
        people: who was seen.
        tag_dictionary: of the codes of tags that were looked for; empty where nobody looked.
    """

    model_sha256: str = ""
    model_name: str = "unknown"
    estimator: str = "unknown"
    smoothing: str = "none"
    mirrored: bool = False
    clock: str = "container"
    dropped_frames: int = 0
    people: People = field(default_factory=People)
    tag_dictionary: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class PoseTrack:
    """Poses over time as arrays; frames without a person are NaN with visibility 0.

    Attributes:
        t_s: (n,) strictly increasing, seconds.
        image_px: (n, 33, 3); world_m: (n, 33, 3); visibility, presence: (n, 33).
        brightness: (n,) mean grey level 0-255, NaN where unknown.
        size_px: width and height of the original frames.
        tags: (n, 20) rows of what was seen of a tag, NaN where none was; (0, 20) where none ever was.
            See :class:`formcheck.pose.tag_seen.TagSeen`.
    """

    t_s: Array
    image_px: Array
    world_m: Array
    visibility: Array
    presence: Array
    brightness: Array
    size_px: tuple[int, int]
    info: TrackInfo = field(default_factory=TrackInfo)
    tags: Array = field(default_factory=no_tags)

    @classmethod
    def from_poses(cls, poses: Sequence[Pose], info: TrackInfo | None = None) -> Self:
        """Stack poses; an empty sequence makes an empty track of size (0, 0)."""
        n = len(poses)
        shape = (n, LANDMARK_COUNT)
        return cls(
            t_s=np.array([p.t_s for p in poses], dtype=float),
            image_px=np.array([p.image_px for p in poses], dtype=float).reshape(*shape, 3),
            world_m=np.array([p.world_m for p in poses], dtype=float).reshape(*shape, 3),
            visibility=np.array([p.visibility for p in poses], dtype=float).reshape(shape),
            presence=np.array([p.presence for p in poses], dtype=float).reshape(shape),
            brightness=np.array([p.brightness for p in poses], dtype=float),
            size_px=poses[0].size_px if n else (0, 0),
            info=info or TrackInfo(),
            tags=TagLog([p.tag for p in poses]).rows(),
        )

    def __len__(self) -> int:
        return len(self.t_s)

    def __getitem__(self, index: int) -> Pose:
        return Pose(
            t_s=float(self.t_s[index]),
            image_px=self.image_px[index],
            world_m=self.world_m[index],
            visibility=self.visibility[index],
            presence=self.presence[index],
            size_px=self.size_px,
            brightness=float(self.brightness[index]),
            tag=TagSeen.from_row(self.tags[index]) if len(self.tags) else None,
        )

    def __iter__(self) -> Iterator[Pose]:
        return (self[i] for i in range(len(self)))

    @property
    def found(self) -> NDArray[np.bool_]:
        """(n,) whether a person was found in each frame."""
        seen: NDArray[np.bool_] = np.asarray(np.isfinite(self.image_px[:, :, 0]).any(axis=1))
        return seen

    def mirrored(self) -> PoseTrack:
        """The same track as seen in a mirror: x flipped and the sides swapped."""
        image_px = self.image_px[:, MIRROR_ORDER].copy()
        world_m = self.world_m[:, MIRROR_ORDER].copy()
        image_px[..., 0] = self.size_px[0] - image_px[..., 0]
        world_m[..., 0] = -world_m[..., 0]
        return replace(
            self,
            image_px=image_px,
            world_m=world_m,
            visibility=self.visibility[:, MIRROR_ORDER],
            presence=self.presence[:, MIRROR_ORDER],
            tags=mirrored_tags(self.tags, self.size_px[0]),
        )
