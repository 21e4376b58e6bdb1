"""Poses from images by MediaPipe's Pose Landmarker: the only module that knows mediapipe.

Two habits of MediaPipe's video mode are undone here, because what is measured should be what was seen:

- It smooths landmarks with a One Euro filter, which costs accuracy on fast movement (the shank angle of a
  runner is 3.4 degrees off instead of 2.1). That filter goes by timestamps, so it is told that frames are
  1000 s apart and lets everything through, while following the person from frame to frame works as ever.
- It low-passes visibility by frame, v = 0.1 raw + 0.9 v. That is solved for raw.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from formcheck.errors import FormcheckError, ModelError
from formcheck.pose.model_store import ModelFile
from formcheck.pose.people import Sighting, distinct
from formcheck.pose.pose import Array, Pose
from formcheck.pose.store import quantise
from formcheck.pose.track import Box, TrackInfo
from formcheck.system_libraries import advice, missing

__all__ = ["Image", "PeopleSurvey", "PoseEstimator", "warm_up"]

Image = NDArray[np.uint8]
"""(h, w, 3), red first."""

_FRAME_STEP_MS: Final = 1_000_000
_VISIBILITY_ALPHA: Final = 0.1
_SURVEYED_PEOPLE: Final = 4


class _Landmarker:
    """An open MediaPipe landmarker, closed at the end of its ``with`` block."""

    def __init__(self, model: ModelFile, running_mode: str, num_poses: int) -> None:
        self._landmarker = _open(model, running_mode, num_poses=num_poses)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Free MediaPipe's threads and memory."""
        self._landmarker.close()


class PoseEstimator(_Landmarker):
    """Follows one person through the frames of one recording.

    A context manager. ``info`` says how its poses were made.

    Raises:
        ModelError: MediaPipe refuses the model.
        FormcheckError: a system library is missing.
    """

    def __init__(self, model: ModelFile) -> None:
        super().__init__(model, "VIDEO", num_poses=1)
        self._frames = 0
        self._visibility: Array | None = None
        self.info = TrackInfo(
            model_sha256=model.sha256,
            model_name=model.name,
            estimator=f"mediapipe {_mediapipe().__version__} video",
            smoothing="none",
        )

    def estimate(
        self,
        image: Image,
        t_s: float,
        size_px: tuple[int, int],
        brightness: float = float("nan"),
        region_px: Box | None = None,
    ) -> Pose:
        """The pose in the next frame, on the grid that tracks are stored on (see `store.quantise`).

        Args:
            image: (h, w, 3) red-green-blue bytes; may be a smaller copy of the frame.
            t_s: true time of the frame.
            size_px: of the original frame; landmarks are reported in its pixels.
            brightness: passed on into the pose.
            region_px: the part of the original frame that ``image`` shows; None for all of it.
        """
        self._frames += 1
        result = self._landmarker.detect_for_video(_wrap(image), self._frames * _FRAME_STEP_MS)
        if not result.pose_landmarks:
            return Pose.nobody(t_s, size_px, brightness)
        pose = _pose(result, 0, t_s, size_px, brightness, region_px)
        return quantise(replace(pose, visibility=self._unfiltered(pose.visibility)))

    def _unfiltered(self, visibility: Array) -> Array:
        before, self._visibility = self._visibility, visibility  # MediaPipe keeps it while nobody is found
        if before is None:
            return visibility
        raw = (visibility - (1 - _VISIBILITY_ALPHA) * before) / _VISIBILITY_ALPHA
        return np.clip(raw, 0.0, 1.0)


class PeopleSurvey(_Landmarker):
    """Finds everybody in single frames, up to four people. A context manager, like `PoseEstimator`."""

    def __init__(self, model: ModelFile) -> None:
        super().__init__(model, "IMAGE", num_poses=_SURVEYED_PEOPLE)

    def look(self, image: Image, t_s: float, size_px: tuple[int, int]) -> list[Sighting]:
        """Everybody seen in this frame, largest first; ``image`` may be a smaller copy of it.

        MediaPipe often finds only the plainest person however many are asked for. So whoever was found is
        painted over, and the rest of the picture looked at once more.
        """
        seen = self._see(image, t_s, size_px)
        others = self._see(_without(image, seen, size_px), t_s, size_px) if seen else []
        return distinct(seen + others)

    def _see(self, image: Image, t_s: float, size_px: tuple[int, int]) -> list[Sighting]:
        result = self._landmarker.detect(_wrap(image))
        poses = [_pose(result, i, t_s, size_px) for i in range(len(result.pose_landmarks))]
        return [Sighting.of(pose) for pose in poses]


def _without(image: Image, people: list[Sighting], size_px: tuple[int, int]) -> Image:
    """A copy of the image with grey over everybody's box and a tenth around it."""
    rest = image.copy()
    scale = np.array([image.shape[1] / size_px[0], image.shape[0] / size_px[1]])
    for person in people:
        corner, extent = np.array(person.box_px[:2]), np.array(person.box_px[2:])
        left, top = np.maximum((corner - 0.1 * extent) * scale, 0).astype(int)
        right, bottom = np.maximum((corner + 1.1 * extent) * scale, 0).astype(int)
        rest[top:bottom, left:right] = 128
    return rest


def _pose(
    result: Any,
    index: int,
    t_s: float,
    size_px: tuple[int, int],
    brightness: float = float("nan"),
    region_px: Box | None = None,
) -> Pose:
    left, top, width, height = region_px or (0.0, 0.0, *size_px)
    landmarks, world = result.pose_landmarks[index], result.pose_world_landmarks[index]
    shown = np.array([(p.x, p.y, p.z, p.visibility, p.presence) for p in landmarks], dtype=float)
    return Pose(
        t_s=t_s,
        image_px=shown[:, :3] * (width, height, width) + (left, top, 0.0),
        world_m=np.array([(p.x, p.y, p.z) for p in world], dtype=float),
        visibility=shown[:, 3],
        presence=shown[:, 4],
        size_px=size_px,
        brightness=brightness,
    )


def _wrap(image: Image) -> Any:
    mediapipe = _mediapipe()
    return mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(image))


def _open(model: ModelFile, mode: str, num_poses: int) -> Any:
    _mediapipe()
    warm_up(model)
    with _native_logs_muted():
        return _landmarker(model, mode, num_poses=num_poses)


@cache
def warm_up(model: ModelFile) -> None:
    """Look at nothing once, unsurely enough to run every network: the native code says its piece then."""
    unsure = {"min_pose_detection_confidence": 0.0, "min_pose_presence_confidence": 0.0}
    with _native_logs_muted(), _landmarker(model, "IMAGE", **unsure) as landmarker:
        landmarker.detect(_wrap(np.zeros((64, 64, 3), dtype=np.uint8)))


def _landmarker(model: ModelFile, mode: str, **settings: float) -> Any:
    mediapipe = _mediapipe()
    vision = mediapipe.tasks.vision
    base = mediapipe.tasks.BaseOptions(
        model_asset_path=str(model.path), delegate=mediapipe.tasks.BaseOptions.Delegate.CPU
    )
    running_mode = vision.RunningMode[mode]
    options = vision.PoseLandmarkerOptions(base_options=base, running_mode=running_mode, **settings)
    try:
        return vision.PoseLandmarker.create_from_options(options)
    except (RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ModelError(f"MediaPipe refuses the model {model.path} ({reason}): name another one") from error
    except OSError as error:
        raise FormcheckError(_load_failure(error)) from error


def _load_failure(error: OSError) -> str:
    absent = missing()
    return advice(absent) if absent else f"mediapipe cannot be loaded ({error}): install it again"


@cache
def _mediapipe() -> Any:
    import mediapipe

    return mediapipe


@contextmanager
def _native_logs_muted() -> Iterator[None]:
    """MediaPipe's native code logs to file descriptor 2 and heeds no setting."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
