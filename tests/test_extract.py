"""From a recording to the track of the person whose set it is, with the real pose model."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from formcheck.errors import NobodyToScoreError, SourceError, UsageError
from formcheck.extract import _region_of_first, extract, is_stored_track, poses_of
from formcheck.pose.landmarks import LANDMARK_COUNT
from formcheck.pose.model_store import ModelFile
from formcheck.pose.people import Person, Scene, Sighting
from formcheck.pose.pose import Pose
from formcheck.pose.store import save_track
from formcheck.pose.track import Box, PoseTrack
from formcheck.video.file_source import FileSource
from formcheck.video.writer import VideoWriter

pytestmark = pytest.mark.usefixtures("model")

Picture = np.ndarray
FRAMES = 36


@pytest.fixture(scope="session")
def person(root: Path) -> Picture:
    """A standing person, (720, 540) RGB: the picture that `formcheck doctor` looks at."""
    picture = cv2.imread(str(root / "formcheck" / "doctor_person.jpg"))
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)


def placed(person: Picture, size: tuple[int, int], people: dict[float, float], sway: float = 0.0) -> Picture:
    """The person pasted onto grey; ``people`` maps place (0 to 1 across) to height (share of the picture)."""
    canvas = np.full((size[1], size[0], 3), 140, np.uint8)
    for place, share in people.items():
        height = int(size[1] * share)
        width = height * 3 // 4
        left = int(place * size[0] - width / 2 + sway * share * size[0])
        pasted = cv2.resize(person, (width, height), interpolation=cv2.INTER_AREA)
        canvas[size[1] - height :, left : left + width] = pasted
    return canvas


def filmed(path: Path, pictures: list[Picture], rate_hz: float = 12.0) -> Path:
    size_px = (pictures[0].shape[1], pictures[0].shape[0])
    with VideoWriter(path, size_px, rate_hz) as film:
        for number, picture in enumerate(pictures):
            film.write(picture, number / rate_hz)
    return path


def swaying(path: Path, person: Picture, people: dict[float, float], size: tuple[int, int] = (960, 540)) -> Path:
    sways = 0.03 * np.sin(np.arange(FRAMES) / 4)
    return filmed(path, [placed(person, size, people, sway) for sway in sways])


@pytest.fixture(scope="session")
def alone(person: Picture, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return swaying(tmp_path_factory.mktemp("film") / "alone.webm", person, {0.5: 0.9})


@pytest.fixture(scope="session")
def track(alone: Path) -> PoseTrack:
    return extract(alone)


@pytest.fixture(scope="session")
def together(person: Picture, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small person on the left and a large one on the right."""
    return swaying(tmp_path_factory.mktemp("film") / "two.webm", person, {0.2: 0.6, 0.7: 0.9})


def places(track: PoseTrack) -> np.ndarray:
    """Where the nose is, as a share of the width, in each frame."""
    return track.image_px[:, 0, 0] / track.size_px[0]


def test_every_frame_becomes_a_pose_at_its_own_time(alone: Path, track: PoseTrack, model: ModelFile) -> None:
    with FileSource(alone) as source:
        frames = list(source)
    np.testing.assert_array_equal(track.t_s, [frame.t_s for frame in frames])
    assert track.found.all()
    assert track.size_px == (960, 540)
    np.testing.assert_allclose(track.brightness, [frame.brightness for frame in frames], atol=0.13)
    assert (track.info.model_sha256, track.info.clock) == (model.sha256, "container")
    assert track.info.people.seen == 1


def test_landmarks_are_where_the_person_is(track: PoseTrack) -> None:
    sway = 0.9 * 0.03 * np.sin(np.arange(FRAMES) / 4)
    hips = track.image_px[:, 23:25, 0].mean(axis=1) / 960
    assert np.corrcoef(hips, sway)[0, 1] > 0.98
    assert np.std(hips - sway) < 0.005


def test_the_same_recording_gives_the_same_track(alone: Path, track: PoseTrack) -> None:
    again = extract(alone)
    np.testing.assert_array_equal(again.image_px, track.image_px)
    np.testing.assert_array_equal(again.visibility, track.visibility)


def test_progress_counts_every_frame(alone: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    extract(alone, progress=lambda done, expected: seen.append((done, expected)))
    assert [done for done, _ in seen] == list(range(1, FRAMES + 1))


def test_landmarks_come_in_pixels_of_the_original_however_large(
    person: Picture, track: PoseTrack, tmp_path: Path
) -> None:
    folder = tmp_path / "4k"
    folder.mkdir()
    for number in range(2):
        picture = placed(person, (3840, 2160), {0.5: 0.9})[..., ::-1]
        cv2.imwrite(str(folder / f"{number}.jpg"), picture)
    large = extract(folder)
    assert large.size_px == (3840, 2160)
    apart_px = np.abs(large.image_px[0, :, :2] / 4 - track.image_px[0, :, :2])
    assert np.median(apart_px) < 4


def test_the_larger_of_two_people_is_followed_throughout(together: Path) -> None:
    track = extract(together)
    people = track.info.people
    assert people.seen == 2
    assert people.scored == "the largest of 2, right of centre"
    assert track.found.mean() > 0.9
    assert (places(track)[track.found] > 0.5).all()
    assert people.others_px[0][0] + people.others_px[0][2] / 2 < 960 / 2


def test_a_region_decides_who_is_followed(together: Path) -> None:
    track = extract(together, region=(0, 100, 400, 440))
    assert track.found.mean() > 0.9
    assert (places(track)[track.found] < 0.4).all()
    assert track.size_px == (960, 540)
    assert track.info.people.seen is None
    assert track.info.people.box_px == (0, 100, 400, 440)


def test_nobody_in_the_picture(tmp_path: Path) -> None:
    film = filmed(tmp_path / "wall.webm", [np.full((240, 320, 3), 140, np.uint8)] * 5)
    with pytest.raises(NobodyToScoreError, match=r"any of the 5 frames; film one person") as caught:
        extract(film)
    assert "\n" not in str(caught.value)


def test_ctrl_c_leaves_no_thread(alone: Path) -> None:
    def interrupt(done: int, expected: int | None) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        extract(alone, progress=interrupt)
    assert not [t for t in threading.enumerate() if t.name.startswith(("read-ahead", "survey"))]


def test_mirrored_is_noted_and_nothing_is_swapped(alone: Path, track: PoseTrack) -> None:
    mirrored = extract(alone, mirrored=True)
    assert mirrored.info.mirrored
    np.testing.assert_array_equal(mirrored.image_px, track.image_px)


# Stored tracks


@pytest.mark.parametrize("name", ["track.npz", "track.mp4"])
def test_a_stored_track_stands_for_its_recording(track: PoseTrack, tmp_path: Path, name: str) -> None:
    save_track(track, tmp_path / "track.npz")
    path = tmp_path / name
    if not path.exists():
        shutil.copy(tmp_path / "track.npz", path)
    again = poses_of(path)
    assert is_stored_track(path)
    assert again.info == track.info
    for field in ("t_s", "image_px", "world_m", "visibility", "presence", "brightness"):
        np.testing.assert_array_equal(getattr(again, field), getattr(track, field), err_msg=field)
    assert poses_of(path, mirrored=True).info.mirrored


def test_a_stored_track_is_the_same_where_nobody_was_found(person: Picture, tmp_path: Path) -> None:
    wall, shown = np.full((540, 960, 3), 141, np.uint8), placed(person, (960, 540), {0.5: 0.9})
    track = extract(filmed(tmp_path / "late.webm", [wall] * 3 + [shown] * 3))
    save_track(track, tmp_path / "track.npz")
    assert list(track.found) == [False] * 3 + [True] * 3
    np.testing.assert_array_equal(poses_of(tmp_path / "track.npz").brightness, track.brightness)


def test_a_region_of_a_stored_track_is_refused(track: PoseTrack, tmp_path: Path) -> None:
    save_track(track, tmp_path / "track.npz")
    with pytest.raises(UsageError, match="no picture"):
        poses_of(tmp_path / "track.npz", region=(0, 0, 100, 100))


def test_what_is_no_track_is_read_as_a_recording(alone: Path, tmp_path: Path) -> None:
    assert not is_stored_track(alone)
    assert not is_stored_track(tmp_path)
    with pytest.raises(SourceError, match="no such file"):
        poses_of(tmp_path / "missing.mp4")


def test_a_broken_track_is_a_source_error(tmp_path: Path) -> None:
    (tmp_path / "track.npz").write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(SourceError, match="track"):
        poses_of(tmp_path / "track.npz")


# Where the second pass looks


def sighted(t_s: float, box: Box) -> Sighting:
    points = np.zeros((LANDMARK_COUNT, 3))
    pose = Pose(t_s, points, points, np.ones(LANDMARK_COUNT), np.ones(LANDMARK_COUNT), (1000, 500))
    return Sighting(box, 1.0, pose)


def test_a_person_apart_gets_one_region() -> None:
    first = Person((sighted(0.0, (100, 100, 100, 300)), sighted(1.0, (120, 100, 100, 300))))
    other = Person((sighted(0.0, (700, 100, 100, 300)),))
    region = _region_of_first(Scene((first, other), (1000, 500)))
    assert not callable(region)
    assert region[0] + region[2] < 700


def test_a_person_who_crosses_another_ones_place_gets_a_region_that_goes_along() -> None:
    first = Person((sighted(0.0, (100, 100, 100, 300)), sighted(2.0, (700, 100, 100, 300))))
    other = Person((sighted(0.0, (400, 100, 100, 300)),))
    region = _region_of_first(Scene((first, other), (1000, 500)))
    assert callable(region)
    assert region(0.0)[0] + region(0.0)[2] < 400
    assert region(1.0)[0] == pytest.approx((region(0.0)[0] + region(2.0)[0]) / 2)
    boxes = [region(t_s) for t_s in (-1.0, 0.0, 0.7, 2.0, 9.0)]
    assert all(a[2:] == b[2:] for a, b in pairwise(boxes))
    assert all(x >= 0 and x + width <= 1000 for x, _, width, _ in boxes)


# Recordings of real people


@pytest.fixture(scope="session")
def clip(shared: Path) -> Callable[[str], Path]:
    return lambda name: shared / "clips" / name


def test_a_runner_is_found_in_every_frame(clip: Callable[[str], Path]) -> None:
    track = extract(clip("running_treadmill_side/male_side.mp4"))
    assert len(track) == 360
    assert track.found.all()
    assert track.size_px == (720, 1280)
    assert track.info.people.seen == 1


def test_two_people_are_told_apart(clip: Callable[[str], Path]) -> None:
    track = extract(clip("two_people_outdoors/demo.mp4"))
    assert track.info.people.seen == 2
    assert "of 2" in track.info.people.scored
    assert len(track) == 230
