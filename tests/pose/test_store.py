"""A stored track is the track, or an error that says why not."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.errors import OutputError, SourceError
from formcheck.pose.pose import Pose
from formcheck.pose.store import load_track, quantise, quantise_track, save_track
from formcheck.pose.track import People, PoseTrack, TrackInfo
from tests.pose.conftest import SHARED, pose_at, track_of

ARRAYS = ("t_s", "image_px", "world_m", "visibility", "presence", "brightness")


def assert_same(one: PoseTrack, two: PoseTrack) -> None:
    for name in ARRAYS:
        assert getattr(one, name).tobytes() == getattr(two, name).tobytes(), name
    assert (one.size_px, one.info) == (two.size_px, two.info)


def with_gaps(track: PoseTrack) -> PoseTrack:
    image_px, world_m = track.image_px.copy(), track.world_m.copy()
    image_px[10:20] = world_m[10:20] = np.nan
    image_px[30, 5] = np.nan
    brightness = track.brightness.copy()
    brightness[3] = np.nan
    return replace(track, image_px=image_px, world_m=world_m, brightness=brightness)


def test_a_saved_track_is_read_back_bit_for_bit(tmp_path: Path) -> None:
    people = People(
        seen=2,
        scored="the largest of 2, left of centre",
        box_px=(1.5, 2.0, 3.0, 4.0),
        others_px=((0.0, 1.0, 2.0, 3.0),),
    )
    info = TrackInfo(model_sha256="ab" * 32, model_name="m", mirrored=True, dropped_frames=3, people=people)
    track = quantise_track(with_gaps(replace(track_of(), info=info)))

    save_track(track, tmp_path / "set.npz")

    assert_same(load_track(tmp_path / "set.npz"), track)


@settings(max_examples=20, deadline=None)
@given(n=st.integers(0, 40), seed=st.integers(0, 1000))
def test_any_track_is_read_back_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory, n: int, seed: int
) -> None:
    path = tmp_path_factory.mktemp("tracks") / "set.npz"
    track = quantise_track(track_of(n, seed=seed))

    save_track(track, path)

    assert_same(load_track(path), track)


def test_the_grid_is_finer_than_the_model(tmp_path: Path) -> None:
    track = track_of()

    save_track(track, tmp_path / "set.npz")
    stored = load_track(tmp_path / "set.npz")

    np.testing.assert_allclose(stored.image_px, track.image_px, atol=1 / 32)
    np.testing.assert_allclose(stored.world_m, track.world_m, atol=0.00025)
    np.testing.assert_allclose(stored.visibility, track.visibility, atol=0.5 / 255 + 1e-12)
    np.testing.assert_array_equal(stored.t_s, track.t_s)


def test_quantising_again_changes_nothing_and_leaves_no_negative_zero() -> None:
    pose = replace(pose_at(), world_m=np.full((33, 3), -1e-5))
    once = quantise(pose)
    twice = quantise(once)

    assert once.world_m.tobytes() == twice.world_m.tobytes() == np.zeros((33, 3)).tobytes()
    assert once.image_px.tobytes() == twice.image_px.tobytes()


def test_poses_and_tracks_share_one_grid() -> None:
    track = track_of(5)
    poses = PoseTrack.from_poses([quantise(pose) for pose in track])

    assert_same(poses, quantise_track(track))


def test_a_frame_without_a_person_stays_one(tmp_path: Path) -> None:
    poses = [quantise(pose_at(0.0)), Pose.nobody(0.1, (640, 480), 7.25), quantise(pose_at(0.2))]

    save_track(PoseTrack.from_poses(poses), tmp_path / "set.npz")
    stored = load_track(tmp_path / "set.npz")

    assert list(stored.found) == [True, False, True]
    assert np.isnan(stored.image_px[1]).all()
    assert (stored.visibility[1] == 0).all()
    assert stored.brightness[1] == 7.25


def test_the_same_track_makes_the_same_file(tmp_path: Path) -> None:
    save_track(track_of(), tmp_path / "one.npz")
    save_track(track_of(), tmp_path / "two.npz")

    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_a_place_that_cannot_be_written_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        save_track(track_of(3), tmp_path / "no" / "set.npz")


def plain_arrays(n: int = 8) -> dict[str, Any]:
    track = track_of(n)
    arrays: dict[str, Any] = {name: getattr(track, name) for name in ARRAYS if name != "brightness"}
    return arrays | {"size_wh": np.array(track.size_px)}


def test_plain_arrays_are_a_track_too(tmp_path: Path) -> None:
    arrays = plain_arrays()
    np.savez(tmp_path / "plain.npz", **arrays)

    track = load_track(tmp_path / "plain.npz")

    np.testing.assert_allclose(track.image_px, arrays["image_px"], atol=1 / 32)
    assert track.size_px == (640, 480)
    assert np.isnan(track.brightness).all()
    assert track.info.model_name == "unknown"


@pytest.mark.parametrize("name", ["clam_A", "run_side_left_male", "squat8_BE"])
def test_tracks_of_real_people_are_read_and_kept_small(name: str, tmp_path: Path) -> None:
    path = SHARED / "tracks" / f"{name}.npz"
    if not path.is_file():
        pytest.skip(f"the track {path.name} is not here")
    track = load_track(path)

    save_track(track, tmp_path / "own.npz")

    assert_same(load_track(tmp_path / "own.npz"), track)
    minutes_of_frames = len(track) / 1800
    assert (tmp_path / "own.npz").stat().st_size < 700_000 * minutes_of_frames + 10_000


Spoil = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda a: a.pop("world_m"), "other arrays"),
        (lambda a: a.update(t_s=a["t_s"][::-1]), "times do not increase"),
        (lambda a: a.update(t_s=a["t_s"] * np.nan), "times do not increase"),
        (lambda a: a.update(t_s=np.zeros(8)), "times do not increase"),
        (lambda a: a.update(t_s=a["t_s"][:5]), "shape"),
        (lambda a: a.update(image_px=a["image_px"][:, :30]), "shape"),
        (lambda a: a.update(visibility=a["visibility"] + 2), "visibility"),
        (lambda a: a.update(presence=a["presence"] * np.nan), "presence"),
        (lambda a: a.update(world_m=a["world_m"] * np.inf), "infinite"),
        (lambda a: a.update(size_wh=np.array([0, 480])), "0x480"),
        (lambda a: a.update(size_wh=np.array([640])), "no pose track"),
        (lambda a: a.update(t_s=np.array(1.0)), "no pose track"),
        (lambda a: a.update(t_s=np.array(["a"] * 8)), "plain numbers"),
        (lambda a: a.update(t_s=np.array([None] * 8)), "plain numbers"),
    ],
)
def test_wrong_arrays_are_a_source_error(spoil: Spoil, reason: str, tmp_path: Path) -> None:
    arrays = plain_arrays()
    spoil(arrays)
    np.savez(tmp_path / "wrong.npz", allow_pickle=True, **arrays)

    complaint(tmp_path / "wrong.npz", reason)


def complaint(path: Path, reason: str) -> None:
    with pytest.raises(SourceError, match=reason) as error:
        load_track(path)
    assert "\n" not in str(error.value)
    assert str(path) in str(error.value)


def rewrite(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    with np.load(path) as stored:
        arrays = dict(stored)
    change(arrays)
    np.savez_compressed(path, **arrays)


def new_header(**changes: object) -> Callable[[dict[str, Any]], object]:
    def change(arrays: dict[str, Any]) -> None:
        header = json.loads(arrays["header"].tobytes()) | changes
        arrays["header"] = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (new_header(version=2), "newer formcheck"),
        (new_header(format="other"), "header"),
        (new_header(size_px=["a", "b"]), "header"),
        (new_header(info={"people": 5}), "header"),
        (lambda a: a.update(header=np.frombuffer(b"{", dtype=np.uint8)), "header"),
        (lambda a: a.pop("presence"), "lacks 'presence'"),
        (lambda a: a.update(image_px=a["image_px"][:-1]), "no pose track"),
        (lambda a: a.update(unseen=a["unseen"][:-5]), "no pose track"),
        (lambda a: a.update(unseen=a["unseen"].astype(float)), "no pose track"),
        (lambda a: a.update(visibility=a["visibility"] + 300), "visibility"),
    ],
)
def test_a_tampered_track_is_a_source_error(
    change: Callable[[dict[str, Any]], object], reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "set.npz"
    save_track(track_of(), path)
    rewrite(path, change)

    complaint(path, reason)


@pytest.mark.parametrize("kept", [0.0, 0.01, 0.5, 0.99])
def test_a_track_cut_short_is_a_source_error(kept: float, tmp_path: Path) -> None:
    path = tmp_path / "set.npz"
    save_track(track_of(), path)
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content))])

    complaint(path, "no pose track")


def test_a_flipped_bit_is_a_source_error(tmp_path: Path) -> None:
    path = tmp_path / "set.npz"
    save_track(track_of(), path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    path.write_bytes(content)

    complaint(path, "no pose track")


def test_missing_files_folders_and_other_files_are_source_errors(tmp_path: Path) -> None:
    (tmp_path / "text.npz").write_text("not an archive")
    (tmp_path / "folder.npz").mkdir()
    with zipfile.ZipFile(tmp_path / "other.npz", "w") as archive:
        archive.writestr("letter.txt", "dear")

    complaint(tmp_path / "absent.npz", "No such file")
    complaint(tmp_path / "text.npz", "no pose track")
    complaint(tmp_path / "folder.npz", "directory" if os.name == "posix" else "denied")
    complaint(tmp_path / "other.npz", "no pose track")


def test_a_decompression_bomb_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("t_s.npy", "w") as entry,
    ):
        for _ in range(1100):
            entry.write(bytes(1 << 20))

    complaint(path, "1100 MiB")


def test_an_array_that_claims_more_than_it_holds_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "claims.npz"
    np.savez(path, **plain_arrays())
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    entries["t_s.npy"] = entries["t_s.npy"].replace(b"(8,), ", b"(8000000000000,), ")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)

    complaint(path, "no pose track")
