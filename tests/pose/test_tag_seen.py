"""What was seen of a tag goes through tracks, mirrors and files unchanged; tracks without one stay as they were."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formcheck.errors import SourceError
from formcheck.live.recording import joined
from formcheck.live.track_log import PACKED_POSES, TrackLog
from formcheck.pose.npz import read_npz
from formcheck.pose.store import load_track, quantise, quantise_track, save_track
from formcheck.pose.tag_seen import TagSeen
from formcheck.pose.track import PoseTrack, TrackInfo
from tests.pose.conftest import track_of


def tag_at(i: int) -> TagSeen:
    random = np.random.default_rng(i)
    return TagSeen(
        code=27,
        face="back",
        mirrored=False,
        corners_px=random.uniform(0, 640, (4, 2)),
        rotations=random.uniform(-3, 3, (2, 3)),
        errors_px=random.uniform(0, 1, 2),
        alike=0.9,
    ).on_grid()


def with_tags(track: PoseTrack) -> PoseTrack:
    """A tag in every frame but each fifth."""
    poses = [replace(pose, tag=None if i % 5 == 0 else tag_at(i)) for i, pose in enumerate(track)]
    return PoseTrack.from_poses(poses, track.info)


def assert_same_tags(one: PoseTrack, two: PoseTrack) -> None:
    assert one.tags.tobytes() == two.tags.tobytes()


def test_tags_are_read_back_bit_for_bit(tmp_path: Path) -> None:
    track = quantise_track(with_tags(track_of()))

    save_track(track, tmp_path / "set.npz")
    back = load_track(tmp_path / "set.npz")

    assert_same_tags(back, track)
    assert back[0].tag is None
    tag = back[3].tag
    assert tag is not None
    assert tag.corners_px.tobytes() == tag_at(3).corners_px.tobytes()


def test_a_track_without_tags_is_stored_as_before(tmp_path: Path) -> None:
    save_track(quantise_track(track_of()), tmp_path / "set.npz")

    assert "tags" not in read_npz(tmp_path / "set.npz")
    assert len(load_track(tmp_path / "set.npz").tags) == 0


@pytest.mark.parametrize(
    "tags",
    [np.zeros(60), np.zeros((60, 3)), np.zeros((7, 20)), np.ones((60, 20))],
    ids=["flat", "narrow", "short", "of no kind"],
)
def test_damaged_tags_are_no_track(tmp_path: Path, tags: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
    save_track(quantise_track(track_of()), tmp_path / "set.npz")
    arrays = read_npz(tmp_path / "set.npz")
    np.savez(tmp_path / "set.npz", **arrays, tags=tags.astype(np.int32))  # type: ignore[arg-type]

    with pytest.raises(SourceError, match="tags"):
        load_track(tmp_path / "set.npz")


def test_a_mirror_flips_the_tag_and_back() -> None:
    track = with_tags(track_of())
    mirrored = track.mirrored()

    tag = mirrored[3].tag
    assert tag is not None
    assert tag.mirrored
    assert np.allclose(tag.corners_px[:, 0], 640 - tag_at(3).corners_px[:, 0])
    assert np.allclose(tag.rotations, tag_at(3).rotations)
    assert_same_tags(mirrored.mirrored(), track)
    other = track[3].mirrored().tag
    assert other is not None
    assert other.row().tobytes() == tag.row().tobytes()


def test_a_live_sets_log_keeps_tags_that_come_late_and_in_parts() -> None:
    n = PACKED_POSES + 50
    poses = [quantise(pose) for pose in track_of(n)]
    poses = [replace(pose, tag=tag_at(i)) if i >= PACKED_POSES + 5 else pose for i, pose in enumerate(poses)]
    log = TrackLog((640, 480))
    for pose in poses:
        log.add(pose)
    info = TrackInfo()

    whole = log.track(info, np.inf)
    first = log.part(0, info)
    rest = PoseTrack.from_poses(poses[PACKED_POSES:], info)

    assert_same_tags(whole, PoseTrack.from_poses(poses, info))
    assert_same_tags(joined([first, rest]), whole)
