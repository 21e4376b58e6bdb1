"""Video files: true times, upright pictures, and a plain word about every file that cannot be read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from formcheck.errors import SourceError, UsageError
from formcheck.video.file_source import FileSource, _Clock
from formcheck.video.frame import Frame
from formcheck.video.open_source import open_source

Film = Callable[..., Path]

UNEVEN_S = np.cumsum([0.0] + [0.02, 0.1, 0.033, 0.02, 0.06] * 8)


def read(path: Path, **options: object) -> list[Frame]:
    with FileSource(path, **options) as source:  # type: ignore[arg-type]
        return list(source)


def numbers(frames: list[Frame], read_number: Callable[..., int]) -> list[int]:
    return [read_number(frame.image) for frame in frames]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("variable.mp4", {}),
        ("b_frames.mp4", {"options": {"bf": "3"}}),
        ("variable.webm", {"codec": "libvpx"}),
        ("variable.mkv", {}),
        ("offset.ts", {}),
    ],
)
def test_each_frame_has_its_own_container_time(
    film: Film, tmp_path: Path, name: str, options: dict[str, object], read_number: Callable[..., int]
) -> None:
    frames = read(film(tmp_path / name, times_s=UNEVEN_S, **options))
    assert numbers(frames, read_number) == list(range(len(UNEVEN_S)))
    np.testing.assert_allclose([frame.t_s for frame in frames], UNEVEN_S, atol=6e-4)


def test_time_starts_at_zero_however_late_the_film_does(film: Film, tmp_path: Path) -> None:
    frames = read(film(tmp_path / "late.mp4", times_s=UNEVEN_S + 5.0))
    np.testing.assert_allclose([frame.t_s for frame in frames], UNEVEN_S, atol=6e-4)


@pytest.mark.parametrize("rate", [10, 60, 240])
def test_frame_rates_from_10_to_240(film: Film, tmp_path: Path, rate: int) -> None:
    with FileSource(film(tmp_path / "rate.mp4", rate=rate)) as source:
        frames = list(source)
    assert source.nominal_rate_hz == pytest.approx(rate, rel=0.01)
    assert source.clock == "container"
    assert source.frames_expected == len(frames) == 20
    np.testing.assert_allclose([frame.t_s for frame in frames], np.arange(20) / rate, atol=6e-4)


@pytest.mark.parametrize("degrees", [90, 180, 270])
@pytest.mark.parametrize("region", [None, (20, 100, 120, 90)])
def test_phone_films_are_upright_just_as_opencv_turns_them(
    film: Film, tmp_path: Path, degrees: int, region: tuple[int, int, int, int] | None
) -> None:
    path = film(tmp_path / "turned.mp4", rotation=degrees, frames=2)
    upright = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG).read()[1][..., ::-1]
    frame = read(path, region=region)[0]
    x, y, width, height = region or (0, 0, *upright.shape[1::-1])
    assert frame.size_px == upright.shape[1::-1]
    assert frame.box_px == (x, y, width, height)
    np.testing.assert_array_equal(frame.image, upright[y : y + height, x : x + width])


def test_sound_tracks_are_passed_over(film: Film, tmp_path: Path, read_number: Callable[..., int]) -> None:
    frames = read(film(tmp_path / "sound.mp4", audio=True))
    assert numbers(frames, read_number) == list(range(20))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("ten_bit.mkv", {"codec": "ffv1", "pix_fmt": "yuv420p10le"}),
        ("grey.avi", {"codec": "ffv1", "pix_fmt": "gray"}),
        ("grey_16_bit.avi", {"codec": "ffv1", "pix_fmt": "gray16le"}),
        ("rgb_16_bit.mkv", {"codec": "ffv1", "pix_fmt": "rgb48le"}),
        ("alpha.mkv", {"codec": "ffv1", "pix_fmt": "bgra"}),
        ("odd.avi", {"codec": "ffv1", "size": (321, 241)}),
        ("motion_jpeg.avi", {"codec": "mjpeg", "pix_fmt": "yuvj420p"}),
    ],
)
def test_every_kind_of_pixel_becomes_8_bit_rgb(
    film: Film, tmp_path: Path, name: str, options: dict[str, object], read_number: Callable[..., int]
) -> None:
    frames = read(film(tmp_path / name, frames=5, **options))
    assert numbers(frames, read_number) == list(range(5))
    assert frames[0].image.dtype == np.uint8
    assert frames[0].image.shape == (*frames[0].size_px[::-1], 3)
    if "grey" not in name:
        width = frames[0].size_px[0]
        assert frames[0].image[-20, width // 4].argmax() == 0, "red lower left"
        assert frames[0].image[-20, width * 3 // 4].argmax() == 2, "blue lower right"


def test_4k_frames_are_shrunk_and_remember_their_size(
    film: Film, tmp_path: Path, read_number: Callable[..., int]
) -> None:
    path = film(tmp_path / "4k.mp4", frames=3, size=(3840, 2160), options={"preset": "ultrafast"})
    with open_source(path) as source:
        frames = list(source)
    assert numbers(frames, read_number) == [0, 1, 2]
    assert frames[0].image.shape == (540, 960, 3)
    assert source.image_size_px == (960, 540)
    assert frames[0].size_px == source.size_px == (3840, 2160)
    assert frames[0].box_px == (0, 0, 3840, 2160)


def test_a_region_is_cropped_before_shrinking(film: Film, tmp_path: Path) -> None:
    whole = read(film(tmp_path / "a.mp4"))[0]
    part = read(tmp_path / "a.mp4", region=(40.2, 30.0, 100.0, 80.0))[0]
    assert part.box_px == (40, 30, 100, 80)
    np.testing.assert_array_equal(part.image, whole.image[30:110, 40:140])


def test_a_region_may_move_with_time(film: Film, tmp_path: Path) -> None:
    frames = read(film(tmp_path / "a.mp4"), region=lambda t_s: (t_s * 300.0, 0.0, 100.0, 100.0))
    assert [frame.box_px[0] for frame in frames[:4]] == [0, 10, 20, 30]


def test_a_region_that_overhangs_is_cut_at_the_picture(film: Film, tmp_path: Path) -> None:
    assert read(film(tmp_path / "a.mp4"), region=(-50, -50, 200, 999))[0].box_px == (0, 0, 150, 240)


@pytest.mark.parametrize("region", [(400, 0, 100, 100), (0, 0, 20, 200), (310, 230, 100, 100)])
def test_a_region_outside_the_picture_is_refused(film: Film, tmp_path: Path, region: tuple[int, int, int, int]) -> None:
    with pytest.raises(UsageError, match="320x240"):
        FileSource(film(tmp_path / "a.mp4"), region=region)


def test_brightness_is_the_mean_grey_level(film: Film, tmp_path: Path) -> None:
    grey = np.full((240, 320, 3), 120, np.uint8)
    frames = read(film(tmp_path / "grey.mkv", frames=1, codec="ffv1", pix_fmt="bgra", pictures=[grey], times_s=[0]))
    assert frames[0].brightness == pytest.approx(120, abs=0.5)


def test_a_single_frame_is_read(film: Film, tmp_path: Path) -> None:
    frames = read(film(tmp_path / "one.mp4", frames=1))
    assert [(frame.index, frame.t_s) for frame in frames] == [(0, 0.0)]


def test_the_name_does_not_matter(film: Film, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4").rename(tmp_path / "a #1 %03d übung.txt")
    assert len(read(path)) == 20


# Clocks


def test_stamps_that_stand_still_give_way_to_the_frame_number(
    film: Film, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = film(tmp_path / "a.mp4")
    monkeypatch.setattr("formcheck.video.file_source._stamps", lambda _: iter([0.0, 0.0, 0.0]))
    with FileSource(path) as source:
        times = [frame.t_s for frame in source]
    assert source.clock == "index"
    np.testing.assert_allclose(times, np.arange(20) / 30)


def test_a_clip_whose_stamps_jump_back_goes_on_from_there() -> None:
    clock = _Clock("container", 10.0)
    times = [clock.time_of(i, stamp) for i, stamp in enumerate([3.0, 3.1, 3.1, 0.0, 0.1, 0.25])]
    np.testing.assert_allclose(times, [0.0, 0.1, 0.2, 0.3, 0.4, 0.55])
    assert clock.kind == "index"


# Damage


def test_a_film_cut_off_in_the_middle_is_read_as_far_as_it_goes(
    film: Film, tmp_path: Path, read_number: Callable[..., int]
) -> None:
    path = film(tmp_path / "cut.mp4", frames=60, container={"movflags": "faststart"})
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    with FileSource(path) as source:
        seen = numbers(list(source), read_number)
    assert 0 < len(seen) < 60
    assert seen == list(range(len(seen)))
    assert source.dropped_frames == 60 - len(seen)


def test_a_cut_webm_tells_that_frames_are_missing(film: Film, tmp_path: Path) -> None:
    path = film(tmp_path / "cut.webm", codec="libvpx", frames=60)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with FileSource(path) as source:
        seen = len(list(source))
    assert source.dropped_frames == pytest.approx(60 - seen, abs=2)


def test_frames_after_a_damaged_stretch_keep_their_time(
    film: Film, tmp_path: Path, read_number: Callable[..., int]
) -> None:
    path = film(tmp_path / "hurt.mp4", frames=90, container={"movflags": "faststart"}, options={"g": "20"})
    content = bytearray(path.read_bytes())
    start = content.index(b"mdat") + 8
    middle = (start + len(content)) // 2
    content[middle : middle + 600] = bytes(600)
    path.write_bytes(content)
    with FileSource(path) as source:
        frames = list(source)
    assert source.dropped_frames == 90 - len(frames) > 0
    assert frames[-1].t_s == pytest.approx(89 / 30, abs=1e-3)
    assert read_number(frames[-1].image) == 89


def test_a_whole_film_has_dropped_nothing(film: Film, tmp_path: Path) -> None:
    for name, codec in (("a.mp4", "libx264"), ("a.webm", "libvpx"), ("a.avi", "mjpeg")):
        pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        with FileSource(film(tmp_path / name, codec=codec, pix_fmt=pix_fmt)) as source:
            list(source)
        assert source.dropped_frames == 0, name


def test_a_film_trimmed_by_its_edit_list_has_dropped_nothing(film: Film, tmp_path: Path) -> None:
    with FileSource(film(tmp_path / "trimmed.mp4", times_s=np.arange(30) / 30 - 0.2)) as source:
        frames = list(source)
    assert len(frames) < 30
    assert source.dropped_frames == 0


# What cannot be read


def picture_file(path: Path) -> Path:
    path.write_bytes(cv2.imencode(".jpg", np.zeros((99, 99, 3), np.uint8))[1].tobytes())
    return path


def test_unreadable_files_say_what_they_are(film: Film, tmp_path: Path) -> None:
    whole = film(tmp_path / "whole.mp4").read_bytes()
    contents = {
        "is empty": b"",
        "cut off before its index": whole[: len(whole) // 2],
        "it is a picture": picture_file(tmp_path / "photo.jpg").read_bytes(),
        "not a video": b"hello\n" * 999,
        "encrypted": os.urandom(40_000),
        "is a playlist": b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nwhole.mp4\n#EXT-X-ENDLIST\n",
        "playlist, not": b"ffconcat version 1.0\nfile whole.mp4\n",
        "no picture in it": b"\x1a\x45\xdf\xa3" + bytes(500),
    }
    for words, content in contents.items():
        path = tmp_path / "set.mp4"
        path.write_bytes(content)
        with pytest.raises(SourceError, match=words) as caught:
            FileSource(path)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["sound.mp4", "sound.mkv", "sound.ogg"])
def test_sound_alone_is_no_video(film: Film, tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match="sound but no picture"):
        FileSource(film(tmp_path / name, audio=True, video=False))


def test_a_film_without_frames(film: Film, tmp_path: Path) -> None:
    path = film(tmp_path / "none.mp4", frames=1)
    content = path.read_bytes()
    sizes = content.index(b"stsz")
    path.write_bytes(content[: sizes + 12] + bytes(4) + content[sizes + 16 :])  # its index lists no frame
    with pytest.raises(SourceError, match="no picture in it can be decoded"):
        FileSource(path)


@pytest.mark.parametrize(("size", "words"), [((1, 1), "at least 64x64"), ((12000, 100), "4K or smaller")])
def test_sizes_out_of_range(film: Film, tmp_path: Path, size: tuple[int, int], words: str) -> None:
    with pytest.raises(SourceError, match=words):
        FileSource(film(tmp_path / "a.avi", frames=2, size=size, codec="ffv1", pix_fmt="bgr0"))


@pytest.mark.parametrize("address", ["https://example.org/set.mp4", "rtsp://camera/1", "concat://a.mp4"])
def test_addresses_are_refused(address: str) -> None:
    with pytest.raises(SourceError, match="network address"):
        open_source(address)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        open_source(tmp_path / "nothing.mp4")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(SourceError, match="neither a file nor a folder"):
        open_source(tmp_path / "pipe.mp4")


def test_a_file_that_may_not_be_read(film: Film, tmp_path: Path) -> None:
    path = film(tmp_path / "closed.mp4")
    path.chmod(0)
    as_nobody = os.geteuid() == 0
    if as_nobody:
        os.seteuid(65534)
    try:
        with pytest.raises(SourceError, match="may not be read"):
            open_source(path)
    finally:
        if as_nobody:
            os.seteuid(0)


def test_playlists_are_not_followed_even_past_the_sniffing(
    film: Film, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film(tmp_path / "secret.ts")
    (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsecret.ts\n#EXT-X-ENDLIST\n")
    (tmp_path / "list.ffconcat").write_text("ffconcat version 1.0\nfile secret.ts\n")
    monkeypatch.setattr("formcheck.video.file_source.refusal", lambda head: None)
    for name in ("list.m3u8", "list.ffconcat"):
        assert cv2.VideoCapture(str(tmp_path / name), cv2.CAP_FFMPEG).isOpened(), "FFmpeg itself would"
        with pytest.raises(SourceError):
            FileSource(tmp_path / name)


def test_the_environment_is_left_as_it_was(film: Film, tmp_path: Path) -> None:
    before = dict(os.environ)
    read(film(tmp_path / "a.mp4"))
    assert dict(os.environ) == before


def test_nothing_is_printed_about_a_broken_file(film: Film, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = film(tmp_path / "hurt.mp4", frames=60, container={"movflags": "faststart"})
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = os.urandom(len(content) - len(content) // 2)
    path.write_bytes(content)
    capfd.readouterr()
    read(path)
    assert capfd.readouterr() == ("", "")
