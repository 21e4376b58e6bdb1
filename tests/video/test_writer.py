"""Films that browsers play, whole or absent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from formcheck.errors import OutputError, UsageError
from formcheck.video.file_source import FileSource
from formcheck.video.writer import VideoWriter, check_video_target

Draw = Callable[[int, tuple[int, int]], np.ndarray]


def written(path: Path, draw: Draw, times_s: list[float], rate_hz: float, size: tuple[int, int]) -> Path:
    with VideoWriter(path, size, rate_hz) as film:
        for number, t_s in enumerate(times_s):
            film.write(draw(number, size), t_s)
    return path


def shown(path: Path, read_number: Callable[..., int]) -> list[int]:
    with FileSource(path) as source:
        return [read_number(frame.image) for frame in source]


@pytest.fixture(params=["webm", "mp4"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "mp4":
        pytest.importorskip("av", reason="MP4 needs PyAV (the mp4 extra)")
    return tmp_path / f"film.{request.param}"


def test_a_constant_rate_is_kept(target: Path, draw: Draw, read_number: Callable[..., int]) -> None:
    written(target, draw, [i / 25 for i in range(20)], 25.0, (320, 240))
    assert shown(target, read_number) == list(range(20))


def test_a_variable_rate_keeps_true_time(target: Path, draw: Draw, read_number: Callable[..., int]) -> None:
    written(target, draw, [0.0, 0.1, 0.4, 0.41, 0.5], 10.0, (320, 240))
    assert shown(target, read_number) == [0, 1, 1, 1, 3, 4]


def test_film_time_starts_with_the_first_picture(target: Path, draw: Draw, read_number: Callable[..., int]) -> None:
    written(target, draw, [7.0, 7.1, 7.2], 10.0, (320, 240))
    assert shown(target, read_number) == [0, 1, 2]


def test_a_disk_that_runs_full_is_an_error_and_leaves_nothing(target: Path, draw: Draw) -> None:
    """No file may grow beyond 10 kB: what a full disk looks like from inside."""
    resource = pytest.importorskip("resource", reason="this system has no limit on the size of files")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(OutputError, match="cannot write"):
            written(target, draw, [i / 25 for i in range(400)], 25.0, (640, 480))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("size", "film_size"),
    [((1920, 1080), (1280, 720)), ((1080, 1921), (720, 1280)), ((321, 241), (320, 240))],
)
def test_films_are_at_most_1280_with_even_sides(
    tmp_path: Path, draw: Draw, size: tuple[int, int], film_size: tuple[int, int]
) -> None:
    with FileSource(written(tmp_path / "a.webm", draw, [0.0, 0.1], 10.0, size)) as source:
        assert source.size_px == film_size


def test_colours_stay(target: Path, draw: Draw) -> None:
    with FileSource(written(target, draw, [0.0], 10.0, (320, 240))) as source:
        image = next(iter(source)).image
    assert image[200, 80].argmax() == 0
    assert image[200, 240].argmax() == 2


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, ValueError])
def test_nothing_is_left_of_a_film_that_was_not_finished(
    target: Path, draw: Draw, interruption: type[BaseException]
) -> None:
    target.write_bytes(b"older")
    with pytest.raises(interruption), VideoWriter(target, (320, 240), 30.0) as film:  # noqa: PT012
        film.write(draw(0, (320, 240)), 0.0)
        film.write(draw(1, (320, 240)), 1.0)
        raise interruption
    assert [path.read_bytes() for path in target.parent.iterdir()] == [b"older"]


def test_mp4_without_pyav_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formcheck.video.writer.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"name it \.webm, or install formcheck\[mp4\]"):
        check_video_target(tmp_path / "a.mp4")


def test_other_suffixes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.webm or \.mp4"):
        check_video_target(tmp_path / "a.gif")


def test_a_place_that_cannot_be_written_is_found_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        VideoWriter(tmp_path / "no folder" / "a.webm", (320, 240), 30.0)


def test_nothing_is_printed(tmp_path: Path, draw: Draw, capfd: pytest.CaptureFixture[str]) -> None:
    written(tmp_path / "a.webm", draw, [0.0, 0.1], 10.0, (320, 240))
    assert capfd.readouterr() == ("", "")


def test_opencv_reads_the_webm_as_vp8(tmp_path: Path, draw: Draw) -> None:
    capture = cv2.VideoCapture(str(written(tmp_path / "a.webm", draw, [0.0, 0.1], 10.0, (320, 240))))
    assert int(capture.get(cv2.CAP_PROP_FOURCC)).to_bytes(4, "little") == b"VP80"
