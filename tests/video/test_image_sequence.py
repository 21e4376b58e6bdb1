"""A folder of images reads like a film."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from formcheck.errors import SourceError, UsageError
from formcheck.video.open_source import open_source

Draw = Callable[[int, tuple[int, int]], np.ndarray]


@pytest.fixture
def folder(tmp_path: Path, draw: Draw) -> Path:
    for number in range(12):
        cv2.imwrite(str(tmp_path / f"frame{number}.png"), draw(number, (320, 240))[..., ::-1])
    (tmp_path / "notes.txt").write_text("not an image")
    (tmp_path / ".hidden.png").write_bytes(b"")
    return tmp_path


def test_images_come_in_natural_order_at_the_given_rate(folder: Path, read_number: Callable[..., int]) -> None:
    with open_source(folder, sequence_rate_hz=25.0) as source:
        frames = list(source)
    assert [read_number(frame.image) for frame in frames] == list(range(12))
    np.testing.assert_allclose([frame.t_s for frame in frames], np.arange(12) / 25)
    assert (source.size_px, source.clock, source.frames_expected) == ((320, 240), "index", 12)


@pytest.mark.parametrize("shape", [(240, 320), (240, 320, 4)])
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_grey_alpha_and_16_bit_images(tmp_path: Path, shape: tuple[int, ...], depth: type) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), np.full(shape, np.iinfo(depth).max // 2, depth))
    frame = next(iter(open_source(tmp_path)))
    assert frame.image.shape == (240, 320, 3)
    assert frame.image.dtype == np.uint8
    assert frame.brightness == pytest.approx(127, abs=1)


def test_an_image_of_another_size_is_named_by_its_number(folder: Path, draw: Draw) -> None:
    cv2.imwrite(str(folder / "frame4.png"), draw(4, (322, 240)))
    with pytest.raises(SourceError, match=r"image 5 of 12 is 322x240, the first 320x240") as caught:
        list(open_source(folder))
    assert "frame4" not in str(caught.value)


def test_a_broken_image_is_a_dropped_frame(folder: Path) -> None:
    (folder / "frame5.png").write_bytes(b"broken")
    with open_source(folder) as source:
        indices = [frame.index for frame in source]
    assert indices == [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11]
    assert source.dropped_frames == 1


def test_a_folder_without_images(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no images"):
        open_source(tmp_path)


def test_a_folder_of_broken_images(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"")
    with pytest.raises(SourceError, match="none of its 1 images can be decoded"):
        open_source(tmp_path)


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_a_huge_image_is_refused_by_its_header(tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cv2.imwrite(str(tmp_path / f"a{suffix}"), np.zeros((9000, 400), np.uint8))
    monkeypatch.delattr(cv2, "imdecode")
    with pytest.raises(SourceError, match="400x9000 pixels; convert it"):
        open_source(tmp_path)


@pytest.mark.parametrize("rate", [0.0, -5.0, float("nan"), 1e9])
def test_an_impossible_rate_is_refused(folder: Path, rate: float) -> None:
    with pytest.raises(UsageError, match="frame rate"):
        open_source(folder, sequence_rate_hz=rate)
