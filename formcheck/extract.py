"""A recording in, the poses of the person whose set it is out."""

from __future__ import annotations

import zipfile
from array import array
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np

from formcheck.errors import NobodyToScoreError, UsageError
from formcheck.pose.landmarks import LANDMARK_COUNT
from formcheck.pose.mediapipe_estimator import PeopleSurvey, PoseEstimator
from formcheck.pose.model_store import ModelFile, find_model
from formcheck.pose.people import Person, Scene, Sighting, followed, link, region_of
from formcheck.pose.pose import Pose
from formcheck.pose.store import load_track, quantise
from formcheck.pose.tag_seen import TagLog
from formcheck.pose.track import Box, People, PoseTrack, TrackInfo
from formcheck.tag.design import DEFAULT, TagDesign
from formcheck.tag.finder import TagFinder
from formcheck.video.bounds import Bounds
from formcheck.video.frame import Frame, FrameSource, Region
from formcheck.video.open_source import open_source
from formcheck.video.read_ahead import read_ahead

__all__ = ["SEQUENCE_RATE_HZ", "Progress", "extract", "is_stored_track", "poses_of"]

Progress = Callable[[int, int | None], None]
"""Takes the number of frames done and the number expected, None where unknown."""

Recording = Callable[..., FrameSource]
"""Opens the recording, once for each pass; takes the ``region`` to read."""

SEQUENCE_RATE_HZ: Final = 30.0
"""Images a second of a folder of images when nobody says."""

SURVEY_EVERY_S: Final = 1.0
"""Seconds of film between two looks at everybody in the picture; at 2 s passers-by go unnoticed."""

INTRUSION_SHARE: Final = 0.25
"""Share of somebody else's box inside the person's region from which the region has to go along."""

AHEAD_BYTES: Final = 64 << 20
"""Of pictures that were decoded and wait: eight of 1080p, two of 4K."""

MARGIN_SIZES: Final = 0.25
MIN_REGION_PX: Final = 128


def poses_of(
    path: str | Path,
    *,
    model: Path | None = None,
    region: Box | None = None,
    mirrored: bool = False,
    sequence_rate_hz: float | None = None,
    bounds: Bounds | None = None,
    tag: TagDesign = DEFAULT,
    progress: Progress | None = None,
) -> PoseTrack:
    """The poses of a stored track, or of a recording after looking at every frame: what scoring starts from.

    ``mirrored`` marks the track; scoring swaps the sides. A stored track keeps its own mark.

    Raises:
        SourceError, ModelError, NobodyToScoreError: see `extract`.
        UsageError: a region or a model for a stored track, a region outside the picture, or images a second
            for what is no folder of images.
    """
    if sequence_rate_hz is not None and not Path(path).is_dir():
        raise UsageError("images a second can be set for a folder of images only; this has times of its own")
    if not is_stored_track(Path(path)):
        return extract(
            Path(path),
            model=model,
            region=region,
            mirrored=mirrored,
            sequence_rate_hz=sequence_rate_hz,
            bounds=bounds,
            tag=tag,
            progress=progress,
        )
    if region is not None:
        raise UsageError("a stored track has no picture to take a region of; give the recording, or no region")
    if model is not None:
        raise UsageError("a stored track holds its poses already; give the recording, or no model")
    track = load_track(path)
    if bounds is not None and len(track):
        bounds.check_length(len(track), float(track.t_s[-1] - track.t_s[0]), f"cannot score '{path}'")
    return replace(track, info=replace(track.info, mirrored=mirrored or track.info.mirrored))


def is_stored_track(path: Path) -> bool:
    """Whether ``path`` is (or, by its name, should be) a stored track rather than a recording."""
    if path.suffix.lower() == ".npz":
        return True
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith(".npy") for name in archive.namelist())
    except (OSError, ValueError, zipfile.BadZipFile):
        return False


def extract(
    path: Path,
    *,
    model: Path | None = None,
    region: Box | None = None,
    mirrored: bool = False,
    sequence_rate_hz: float | None = None,
    bounds: Bounds | None = None,
    tag: TagDesign = DEFAULT,
    progress: Progress | None = None,
) -> PoseTrack:
    """Estimate the poses of one person in every frame of a recording.

    Decoding runs beside inference, and so does a look at everybody in the picture every second,
    from which the person is chosen. When the poses turn out not to be that person's throughout, the
    recording is read again, cropped to where that person is.

    Args:
        path: a video file or a folder of images.
        model: a pose model bundle; None takes the default one.
        region: the person is looked for in this part of the picture only, and nobody else is.
        mirrored: the recording shows a mirror image; only noted here.
        sequence_rate_hz: images a second, for a folder of images; None for 30.
        bounds: the largest recording that is read; None for any.
        tag: the codes that are looked for on the waistband.
        progress: called after each frame.

    Raises:
        SourceError: the recording cannot be read.
        ModelError: the pose model is missing or wrong.
        NobodyToScoreError: no frame shows a person.
        UsageError: the region lies outside the picture, or the rate is none.
    """
    rate_hz = SEQUENCE_RATE_HZ if sequence_rate_hz is None else sequence_rate_hz
    recording = partial(open_source, path, sequence_rate_hz=rate_hz, bounds=bounds)
    model_file = find_model(model)
    if region is not None:
        people = People(scored="the person in the region that was named", box_px=region)
        track = _follow(recording, model_file, region, tag, progress)
    else:
        track, people = _choose_and_follow(recording, model_file, tag, progress)
    if not track.found.any():
        raise NobodyToScoreError(_nobody(track, region))
    return replace(track, info=replace(track.info, mirrored=mirrored, people=people))


def _choose_and_follow(
    recording: Recording, model: ModelFile, tag: TagDesign, progress: Progress | None
) -> tuple[PoseTrack, People]:
    with _Surveyor(model) as surveyor:
        track = _follow(recording, model, None, tag, progress, surveyor)
        scene = surveyor.scene(track.size_px)
    if not scene.people:
        return track, People()
    if not followed(track, scene):
        track = _follow(recording, model, _region_of_first(scene), tag, _second_half(progress, len(track)))
    return track, scene.summary


def _second_half(progress: Progress | None, frames: int) -> Progress | None:
    """Progress of a second pass over ``frames`` frames, counted on from the first."""
    if progress is None:
        return None
    return lambda done, _: progress(frames + done, 2 * frames)


def _nobody(track: PoseTrack, region: Box | None) -> str:
    where = "the named region" if region else "the picture"
    return (
        f"nobody was found in any of the {len(track)} frames; film one person with the whole body in {where},"
        " from 2 to 5 m away in good light"
    )


def _follow(
    recording: Recording,
    model: ModelFile,
    region: Region | None,
    tag: TagDesign,
    progress: Progress | None,
    surveyor: _Surveyor | None = None,
) -> PoseTrack:
    """One pass over the recording, frame by frame."""
    rows = _Rows()
    with recording(region=region) as source, PoseEstimator(model) as estimator:
        finder = TagFinder(tag)
        for frame in read_ahead(source, _depth(source.size_px)):
            if surveyor is not None:
                surveyor.offer(frame)
            pose = estimator.estimate(frame.image, frame.t_s, frame.size_px, frame.brightness, frame.box_px)
            rows.add(finder.see(quantise(pose), frame))  # frames without a person too: a saved track must not differ
            if progress is not None:
                progress(len(rows), source.frames_expected)
        info = replace(
            estimator.info,
            clock=source.clock,
            dropped_frames=source.dropped_frames,
            tag_dictionary=tag.dictionary,
        )
    return rows.track(source.size_px, info)


def _depth(size_px: tuple[int, int]) -> int:
    """How many frames are decoded ahead: fewer large ones, since each waits in full resolution for its tag."""
    return min(max(AHEAD_BYTES // (3 * size_px[0] * size_px[1]), 2), 8)


class _Surveyor:
    """Looks at everybody in the picture now and then, in a thread of its own, one frame at a time."""

    def __init__(self, model: ModelFile) -> None:
        self._survey = PeopleSurvey(model)
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="survey")
        self._looks: list[tuple[float, Future[list[Sighting]]]] = []
        self._next_s = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._worker.shutdown(cancel_futures=True)
        self._survey.close()

    def offer(self, frame: Frame) -> None:
        """Look at ``frame`` if it is time; waits where the look before is still under way."""
        if frame.t_s < self._next_s:
            return
        if self._looks:
            self._looks[-1][1].result()
        look = self._worker.submit(self._survey.look, frame.image, frame.t_s, frame.size_px)
        self._looks.append((frame.t_s, look))
        self._next_s = frame.t_s + SURVEY_EVERY_S

    def scene(self, size_px: tuple[int, int]) -> Scene:
        """Everybody who was there, once all frames were offered."""
        return link([(t_s, look.result()) for t_s, look in self._looks], size_px)


class _Rows:
    """Poses as they come, two kilobytes each; the track's arrays are views of them, never a second copy."""

    WIDTH: Final = LANDMARK_COUNT * 8 + 1

    def __init__(self) -> None:
        self._times = array("d")
        self._values = array("d")
        self._tags = TagLog()

    def __len__(self) -> int:
        return len(self._times)

    def add(self, pose: Pose) -> None:
        parts = (pose.image_px.ravel(), pose.world_m.ravel(), pose.visibility, pose.presence, [pose.brightness])
        self._times.append(pose.t_s)
        self._values.frombytes(np.concatenate(parts).tobytes())
        self._tags.add(pose.tag)

    def track(self, size_px: tuple[int, int], info: TrackInfo) -> PoseTrack:
        n, points = len(self), LANDMARK_COUNT
        values = np.frombuffer(self._values).reshape(n, self.WIDTH)
        ends = np.cumsum([points * 3, points * 3, points, points])
        image, world, visibility, presence, brightness = np.split(values, ends, axis=1)
        return PoseTrack(
            t_s=np.frombuffer(self._times),
            image_px=image.reshape(n, points, 3),
            world_m=world.reshape(n, points, 3),
            visibility=visibility,
            presence=presence,
            brightness=brightness[:, 0],
            size_px=size_px,
            info=info,
            tags=self._tags.rows(),
        )


def _region_of_first(scene: Scene) -> Region:
    """Where the scene's first person is, without the others if that can be: a box, or one that goes along."""
    first, *others = scene.people
    region = region_of(first, scene.size_px)
    if any(_overlap_share(sighting.box_px, region) > INTRUSION_SHARE for p in others for sighting in p.sightings):
        return _going_along(first, scene.size_px)
    return region


def _overlap_share(box: Box, region: Box) -> float:
    """The share of ``box`` that lies in ``region``."""
    width = min(box[0] + box[2], region[0] + region[2]) - max(box[0], region[0])
    height = min(box[1] + box[3], region[1] + region[3]) - max(box[1], region[1])
    return max(width, 0.0) * max(height, 0.0) / max(box[2] * box[3], 1.0)


def _going_along(person: Person, size_px: tuple[int, int]) -> Callable[[float], Box]:
    """A box of constant size around the person, gliding from sighting to sighting."""
    boxes = np.array([sighting.box_px for sighting in person.sightings])
    times = [sighting.pose.t_s for sighting in person.sightings]
    margin = 2 * MARGIN_SIZES * person.size_px
    size = np.minimum(np.maximum(boxes[:, 2:].max(axis=0) + margin, MIN_REGION_PX), size_px)
    corners = np.clip(boxes[:, :2] + boxes[:, 2:] / 2 - size / 2, 0, size_px - size)

    def at(t_s: float) -> Box:
        x, y = (float(np.interp(t_s, times, corners[:, axis])) for axis in (0, 1))
        return x, y, float(size[0]), float(size[1])

    return at
