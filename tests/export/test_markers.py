"""Marker files read back by readers that are not ours."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import ezc3d
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.errors import OutputError, SourceError
from formcheck.export.even_track import even_track
from formcheck.export.markers import markers_of, write_c3d, write_trc
from formcheck.pose.landmarks import LANDMARK_COUNT, Landmark
from formcheck.pose.pose import Array
from formcheck.pose.track import PoseTrack
from tests.export.readers import read_trc
from tests.golden.tracks import golden, golden_names

Y_UP_MM = np.array([1000.0, -1000.0, -1000.0])
SQUAT = "squat_valgus"


def with_gaps(track: PoseTrack) -> PoseTrack:
    """A hand missing for three frames, nobody for one, the last landmark throughout."""
    world_m = track.world_m.copy()
    world_m[5:8, Landmark.LEFT_WRIST] = np.nan
    world_m[30] = np.nan
    world_m[:, Landmark.RIGHT_FOOT_INDEX] = np.nan
    return replace(track, world_m=world_m)


def at(track: PoseTrack, t_s: Array) -> PoseTrack:
    """The first frames of a track at other times."""
    n = len(t_s)
    parts = ("image_px", "world_m", "visibility", "presence", "brightness")
    return replace(track, t_s=t_s, **{name: getattr(track, name)[:n] for name in parts})


@pytest.mark.parametrize("name", golden_names())
def test_trc_holds_the_landmarks_frame_by_frame(name: str, tmp_path: Path) -> None:
    track = golden(name)
    write_trc(track, tmp_path / "set.trc")
    read = read_trc(tmp_path / "set.trc")
    assert read.names == [landmark.name.lower() for landmark in Landmark]
    assert read.header["Units"] == "mm"
    assert len(read.t_s) == len(track)
    np.testing.assert_allclose(read.t_s, track.t_s, atol=1e-3)
    np.testing.assert_allclose(read.values, track.world_m * Y_UP_MM, atol=6e-4)


def test_trc_leaves_cells_of_missing_markers_empty(tmp_path: Path) -> None:
    track = with_gaps(golden(SQUAT))
    write_trc(track, tmp_path / "set.trc")
    read = read_trc(tmp_path / "set.trc")
    np.testing.assert_array_equal(np.isnan(read.values), np.isnan(track.world_m))
    assert np.isnan(read.values).any()
    assert "nan" not in (tmp_path / "set.trc").read_text(encoding="ascii").lower()


def test_trc_time_is_even_and_on_the_clock_of_the_recording(tmp_path: Path) -> None:
    track = golden(SQUAT)
    late = replace(track, t_s=track.t_s + 2.5)
    write_trc(late, tmp_path / "set.trc")
    read = read_trc(tmp_path / "set.trc")
    assert read.t_s[0] == 2.5
    np.testing.assert_allclose(np.diff(read.t_s), 1 / float(read.header["DataRate"]), atol=2e-6)


def test_people_upright_have_their_head_up() -> None:
    markers = markers_of(golden(SQUAT))
    nose, ankle = (markers.position_mm[0, mark, 1] for mark in (Landmark.NOSE, Landmark.LEFT_ANKLE))
    assert nose > 300
    assert ankle < -300


def test_a_mirrored_recording_gets_its_own_left_and_right(tmp_path: Path) -> None:
    track = golden(SQUAT)
    mirrored = track.mirrored()
    mirrored = replace(mirrored, info=replace(track.info, mirrored=True))
    np.testing.assert_allclose(markers_of(mirrored).position_mm, markers_of(track).position_mm)


@pytest.mark.parametrize("write", [write_trc, write_c3d])
def test_headers_name_no_file_and_no_folder(write: Callable[[PoseTrack, Path], None], tmp_path: Path) -> None:
    path = tmp_path / "Jane Doe.c3d"
    write(golden(SQUAT), path)
    content = path.read_bytes()
    for told in ("Jane", "Doe", tmp_path.name, "partial", ".formcheck"):
        assert told.encode() not in content
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("name", golden_names())
def test_c3d_holds_the_landmarks_frame_by_frame(name: str, tmp_path: Path) -> None:
    track = golden(name)
    write_c3d(track, tmp_path / "set.c3d")
    read = ezc3d.c3d(str(tmp_path / "set.c3d"))
    point = read["parameters"]["POINT"]
    assert point["LABELS"]["value"] == [landmark.name.lower() for landmark in Landmark]
    assert point["UNITS"]["value"] == ["mm"]
    assert point["RATE"]["value"][0] == pytest.approx(1 / np.median(np.diff(track.t_s)), rel=2e-3)
    assert (point["X_SCREEN"]["value"], point["Y_SCREEN"]["value"]) == (["+X"], ["+Y"])
    points = read["data"]["points"][:3].transpose(2, 1, 0)
    np.testing.assert_allclose(points, track.world_m * Y_UP_MM, atol=1e-3)


def test_c3d_gives_missing_markers_the_residual_minus_one(tmp_path: Path) -> None:
    track = with_gaps(golden(SQUAT))
    write_c3d(track, tmp_path / "set.c3d")
    missing = np.isnan(track.world_m).any(axis=2)
    points = ezc3d.c3d(str(tmp_path / "set.c3d"))["data"]["points"]
    np.testing.assert_array_equal(np.isnan(points[0].T), missing)
    # As any C3D program reads it, by the published layout: x, y, z, residual, as 4-byte floats in the data blocks.
    content = (tmp_path / "set.c3d").read_bytes()
    _, _, count, _, first, last, _, scale, block = struct.unpack("<BBHHHHHfH", content[:18])
    frames = last - first + 1
    assert (count, frames) == (LANDMARK_COUNT, len(track))
    assert scale < 0, "floats"
    stored = np.frombuffer(content, "<f4", frames * count * 4, (block - 1) * 512).reshape(frames, count, 4)
    np.testing.assert_array_equal(stored[..., 3], np.where(missing, -1.0, 0.0))


def test_c3d_that_cannot_count_its_frames_is_refused(tmp_path: Path) -> None:
    n = 65_536
    points = np.zeros((n, LANDMARK_COUNT, 3))
    ones = np.ones((n, LANDMARK_COUNT))
    long = PoseTrack(np.arange(n) / 60, points, points, ones, ones, np.ones(n), (640, 480))
    with pytest.raises(SourceError, match="write TRC instead"):
        write_c3d(long, tmp_path / "long.c3d")
    assert list(tmp_path.iterdir()) == []


def test_c3d_that_was_cut_short_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ezc3d.c3d, "write", lambda _, path: Path(path).write_bytes(b"\2P" * 600))
    with pytest.raises(OutputError, match="no space left"):
        write_c3d(golden(SQUAT), tmp_path / "set.c3d")
    assert list(tmp_path.iterdir()) == []


def test_uneven_frames_come_out_evenly_and_long_gaps_stay_gaps() -> None:
    track = golden(SQUAT)
    t_s = np.arange(100) / 25
    t_s[20:] += 1.0
    t_s[50] += 0.013
    even, rate_hz = even_track(at(track, t_s))
    assert rate_hz == pytest.approx(25, abs=0.05)
    np.testing.assert_allclose(np.diff(even.t_s), 1 / rate_hz)
    unknown = np.isnan(even.world_m[:, 0, 0])
    np.testing.assert_array_equal(unknown, (even.t_s > t_s[19] + 1e-3) & (even.t_s < t_s[20] - 1e-3))


def test_a_dropped_frame_is_bridged_and_does_not_bend_the_rate() -> None:
    track = at(golden(SQUAT), np.arange(60) / 25)
    kept = np.delete(np.arange(60), 30)
    arrays = ("t_s", "image_px", "world_m", "visibility", "presence", "brightness")
    even, rate_hz = even_track(replace(track, **{name: getattr(track, name)[kept] for name in arrays}))
    assert rate_hz == 25
    assert len(even) == 60
    np.testing.assert_allclose(even.world_m[30], (track.world_m[29] + track.world_m[31]) / 2)
    np.testing.assert_array_equal(even.world_m[kept], track.world_m[kept])


@given(steps=st.lists(st.floats(0.005, 0.15), min_size=2, max_size=40))
def test_a_landmark_that_moves_steadily_does_so_at_even_times(steps: list[float]) -> None:
    t_s = np.cumsum([0.0, *steps])
    points = np.broadcast_to(t_s[:, None, None], (len(t_s), LANDMARK_COUNT, 3))
    ones = np.ones((len(t_s), LANDMARK_COUNT))
    even, _ = even_track(PoseTrack(t_s, points, points, ones, ones, np.ones(len(t_s)), (640, 480)))
    np.testing.assert_allclose(even.world_m[:, 3, 1], even.t_s, atol=1.001e-3)
    assert even.t_s[-1] <= t_s[-1] + 0.01
    assert t_s[-1] - even.t_s[-1] < 0.15 * 1.5


@pytest.mark.parametrize("t_s", [np.zeros(1), np.array([0.0, 0.04, 0.08, 1e9])])
def test_a_track_that_is_no_motion_is_refused(t_s: Array) -> None:
    with pytest.raises(SourceError, match="motion file"):
        even_track(at(golden(SQUAT), t_s))
