"""Faces hidden in pictures: the whole head, in every frame, and nothing that brings it back."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from formcheck.pose.landmarks import Landmark
from formcheck.pose.pose import Array
from formcheck.pose.track import People, PoseTrack
from formcheck.report.face_blur import FaceBlur
from formcheck.report.outputs import Outputs, write_outputs
from formcheck.scoring import analyse
from formcheck.video.open_source import open_source
from formcheck.video.writer import VideoWriter
from tests.golden.make import CLIPS
from tests.golden.tracks import golden, golden_names, truth

Picture = NDArray[np.uint8]
SQUAT = "squat_valgus"
FACE = slice(Landmark.NOSE, Landmark.MOUTH_RIGHT + 1)


def noise(track: PoseTrack) -> Picture:
    """A picture in which everything is detail."""
    width, height = track.size_px
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)


def masks(track: PoseTrack) -> Callable[[float], NDArray[np.bool_]]:
    """Tells (h, w) where the picture at a time is hidden."""
    picture, blur = noise(track), FaceBlur(track)

    def mask(t_s: float) -> NDArray[np.bool_]:
        changed: NDArray[np.bool_] = (blur.hidden(picture, t_s) != picture).any(axis=2)
        return changed

    return mask


def hidden_mask(track: PoseTrack, t_s: float) -> NDArray[np.bool_]:
    return masks(track)(t_s)


def covered(mask: NDArray[np.bool_], points: Array) -> bool:
    """Whether the picture is hidden at and around each of the points that lie in it."""
    height, width = mask.shape
    around = points[:, None] + np.array([(0, 0), (4, 0), (-4, 0), (0, 4), (0, -4)])
    x, y = np.round(around).astype(int).reshape(-1, 2).T
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    return bool(mask[y[inside], x[inside]].mean() > 0.99)


def true_head_px(name: str) -> Array:
    """(frames, 5, 2): where the renderer put nose, eyes and ears."""
    told = truth(name)["joints"]
    joints = np.load(CLIPS / told["file"])["joints_px"] * told["px_unit"]
    head = ("nose", "left_eye", "right_eye", "left_ear", "right_ear")
    points: Array = joints[:, [told["names"].index(joint) for joint in head]]
    return points


def seen_with(track: PoseTrack, people: People) -> PoseTrack:
    return replace(track, info=replace(track.info, people=people))


def without(track: PoseTrack, frames: slice) -> PoseTrack:
    image_px = track.image_px.copy()
    image_px[frames] = np.nan
    return replace(track, image_px=image_px)


@pytest.mark.parametrize("name", golden_names())
def test_the_true_head_is_hidden_in_every_frame(name: str) -> None:
    track, heads = golden(name), true_head_px(name)
    mask = masks(track)
    bare = [i for i in range(0, len(track), 10) if not covered(mask(track.t_s[i]), heads[i])]
    assert bare == []


def test_only_the_head_is_hidden_of_somebody_alone() -> None:
    track = golden(SQUAT)
    mask = hidden_mask(track, 5.0)
    frame = int(np.argmin(np.abs(track.t_s - 5.0)))
    hips = track.image_px[frame, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP], :2]
    assert not mask[tuple(np.round(hips[:, ::-1]).astype(int).T)].any()
    assert mask.mean() < 0.1


def test_no_detail_is_left_where_it_is_hidden() -> None:
    track = golden(SQUAT)
    picture = noise(track)
    shown, mask = FaceBlur(track).hidden(picture, 5.0), hidden_mask(track, 5.0)
    assert np.std(picture[mask]) > 70
    rough = np.abs(np.diff(shown.astype(float), axis=1))[mask[:, 1:] & mask[:, :-1]]
    assert np.median(rough) <= 2


def test_pictures_that_agree_in_their_blocks_cannot_be_told_apart() -> None:
    track = golden(SQUAT)
    board = np.indices(track.size_px[::-1]).sum(axis=0) % 2
    one = np.repeat((board * 80 + 80).astype(np.uint8)[..., None], 3, axis=2)
    other = (240 - one).astype(np.uint8)
    blur = FaceBlur(track)
    mask = hidden_mask(track, 5.0)
    difference = np.abs(blur.hidden(one, 5.0).astype(int) - blur.hidden(other, 5.0))[mask]
    assert np.abs(one.astype(int) - other)[mask].min() == 80
    assert difference.max() <= 8


def test_the_picture_itself_is_left_as_it_was() -> None:
    track = golden(SQUAT)
    picture = noise(track)
    before = picture.copy()
    FaceBlur(track).hidden(picture, 5.0)
    np.testing.assert_array_equal(picture, before)


def test_a_shrunk_picture_is_hidden_at_the_same_place() -> None:
    track = golden(SQUAT)
    half = noise(track)[: track.size_px[1] // 2, : track.size_px[0] // 2]
    shown = FaceBlur(track).hidden(half, 5.0)
    small, full = (shown != half).any(axis=2), hidden_mask(track, 5.0)
    agree = small == full[::2, ::2]
    assert agree.mean() > 0.99


def test_a_head_that_was_lost_is_hidden_ever_more_widely() -> None:
    track = without(golden(SQUAT), slice(100, 400))
    heads = true_head_px(SQUAT)
    frames = [*range(100, 400, 10)]
    mask = masks(track)
    found = [mask(track.t_s[i]) for i in frames]
    assert all(covered(each, heads[i]) for each, i in zip(found, frames, strict=True))
    shares = [float(each.mean()) for each in found]
    middle = len(shares) // 2
    assert shares[: middle + 1] == sorted(shares[: middle + 1])
    assert shares[middle] > 0.99
    assert shares[0] < 0.2


def test_a_head_that_jumps_for_a_frame_is_hidden_all_the_same() -> None:
    track = golden(SQUAT)
    image_px = track.image_px.copy()
    image_px[200, :, :2] += (150.0, 300.0)
    astray = replace(track, image_px=image_px)
    assert covered(hidden_mask(astray, track.t_s[200]), true_head_px(SQUAT)[200])


def test_before_anybody_was_found_the_first_place_counts() -> None:
    track = without(golden(SQUAT), slice(0, 20))
    assert covered(hidden_mask(track, 0.0), true_head_px(SQUAT)[0])


def test_without_any_pose_everything_is_hidden() -> None:
    track = without(golden(SQUAT), slice(None))
    assert hidden_mask(track, 5.0).mean() > 0.98


def test_a_face_without_landmarks_is_where_shoulders_and_hips_say() -> None:
    track = golden(SQUAT)
    image_px = track.image_px.copy()
    image_px[:, FACE] = np.nan
    faceless = replace(track, image_px=image_px)
    mask, heads = masks(faceless), true_head_px(SQUAT)
    assert all(covered(mask(track.t_s[i]), heads[i]) for i in range(0, len(track), 50))


@pytest.mark.parametrize(
    "people",
    [
        People(seen=2, others_px=((10.0, 10.0, 50.0, 90.0),)),
        People(seen=None, box_px=(100.0, 0.0, 300.0, 640.0)),
        People(seen=None),
    ],
    ids=["others", "a region was named", "nobody looked"],
)
def test_where_others_may_be_only_the_body_that_was_scored_is_shown(people: People) -> None:
    track = seen_with(golden(SQUAT), people)
    mask = hidden_mask(track, 5.0)
    frame = int(np.argmin(np.abs(track.t_s - 5.0)))
    legs = [Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE, Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE, Landmark.LEFT_HIP]
    assert not mask[tuple(np.round(track.image_px[frame, legs, 1::-1]).astype(int).T)].any()
    assert covered(mask, true_head_px(SQUAT)[frame])
    assert mask.mean() > 0.8
    lost = without(track, slice(frame - 1, frame + 2))
    assert hidden_mask(lost, 5.0).mean() > 0.98


def test_every_picture_that_is_made_of_a_recording_is_hidden(tmp_path: Path) -> None:
    name = "running_side_faulty"
    recording = first_frames(CLIPS / f"{name}.mp4", 100, tmp_path / "short.webm")
    analysis = analyse(golden(name), exercise=truth(name)["exercise"])
    pictures: dict[bool, list[Picture]] = {}
    films: dict[bool, list[Any]] = {}
    for blurred in (False, True):
        wanted = Outputs(report=tmp_path / f"{blurred}.html", overlay=tmp_path / f"{blurred}.webm")
        write_outputs(analysis, recording, wanted, face_blur=blurred)
        pictures[blurred] = pictures_in(tmp_path / f"{blurred}.html")
        with open_source(tmp_path / f"{blurred}.webm") as film:
            films[blurred] = list(islice(film, 0, 100, 30))
    assert len(pictures[True]) == len(pictures[False]) > 0
    for plain, shown in zip(pictures[False], pictures[True], strict=True):
        assert plain.shape == shown.shape
        assert 0.01 < (np.abs(plain.astype(int) - shown) > 24).any(axis=2).mean() < 0.3
    blur, heads = FaceBlur(analysis.track), true_head_px(name)
    for plain, shown in zip(films[False], films[True], strict=True):
        x, y = np.round(heads[plain.index].mean(axis=0)).astype(int)
        face = np.s_[y - 12 : y + 12, x - 12 : x + 12]
        np.testing.assert_allclose(shown.image[face], blur.hidden(plain.image, plain.t_s)[face], atol=30)
        assert np.abs(plain.image[face].astype(int) - shown.image[face]).max() > 40


def first_frames(recording: Path, count: int, path: Path) -> Path:
    """The beginning of a recording, as a recording of its own."""
    with open_source(recording) as source, VideoWriter(path, source.size_px, source.nominal_rate_hz) as film:
        for frame in islice(source, count):
            film.write(frame.image, frame.t_s)
    return path


def pictures_in(page: Path) -> list[Picture]:
    found = re.findall(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", page.read_text(encoding="utf-8"))
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(data)))) for data in found]
