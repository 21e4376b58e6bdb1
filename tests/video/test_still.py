"""A picture from its bytes: exact where it is one, refused for a named reason where it is not."""

from __future__ import annotations

from contextlib import suppress

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from formcheck.video.sniff import picture_size
from formcheck.video.still import MAX_STILL_BYTES, MAX_STILL_SIDE_PX, StillError, read_still


def picture(width: int, height: int) -> np.ndarray:
    """A slope of colours."""
    across, down = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    return np.dstack([across, down, 255 - across]).astype(np.uint8)


def encoded(suffix: str, width: int = 160, height: int = 120, *options: int) -> bytes:
    done, content = cv2.imencode(suffix, picture(width, height), list(options))
    assert done
    return content.tobytes()


LOSSLESS = (cv2.IMWRITE_WEBP_QUALITY, 101)
PROGRESSIVE = (cv2.IMWRITE_JPEG_PROGRESSIVE, 1)


@pytest.mark.parametrize("content", [encoded(".jpg"), encoded(".jpg", 160, 120, *PROGRESSIVE), encoded(".webp")])
def test_a_picture_is_decoded_in_rgb(content: bytes) -> None:
    still = read_still(content)
    assert still.size_px == (160, 120)
    assert np.abs(still.image[:, :, ::-1].astype(int) - picture(160, 120)).mean() < 4
    assert still.brightness == pytest.approx(127, abs=5)


def test_a_large_picture_is_shrunk_and_keeps_its_size() -> None:
    still = read_still(encoded(".jpg", 2000, 1000))
    assert (still.size_px, still.image.shape) == ((2000, 1000), (500, 1000, 3))


@pytest.mark.parametrize("options", [(), LOSSLESS])
def test_a_webp_s_size_is_known_before_it_is_decoded(options: tuple[int, ...]) -> None:
    assert picture_size(encoded(".webp", 3000, 70, *options)) == (3000, 70)


def test_an_extended_webp_s_size_is_that_of_its_canvas() -> None:
    body = bytes([0x10, 0, 0, 0]) + (7679).to_bytes(3, "little") + (4319).to_bytes(3, "little")
    content = b"RIFF" + (22).to_bytes(4, "little") + b"WEBPVP8X" + (10).to_bytes(4, "little") + body
    assert picture_size(content) == (7680, 4320)
    assert fault_of(content) == "too_large"


def fault_of(content: bytes) -> str:
    with pytest.raises(StillError) as refused:
        read_still(content)
    assert "\n" not in str(refused.value)
    return refused.value.fault


SCANS = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "not_a_picture"),
        (b"\xff\xd8\xff", "not_a_picture"),
        (b"hello", "not_a_picture"),
        (encoded(".png"), "not_a_picture"),
        (encoded(".jpg")[:-300], "cut_short"),
        (encoded(".webp")[:-10], "cut_short"),
        (encoded(".jpg", 7680, 64), "too_large"),
        (encoded(".webp", MAX_STILL_SIDE_PX + 1, 64), "too_large"),
        (encoded(".jpg") + b"\0" * MAX_STILL_BYTES, "too_large"),
        (encoded(".jpg", 160, 60), "too_small"),
        (encoded(".jpg")[:-2] + SCANS * 1000 + b"\xff\xd9", "not_a_picture"),
    ],
)
def test_what_is_no_proper_picture_is_refused_for_its_reason(content: bytes, fault: str) -> None:
    assert fault_of(content) == fault


def test_a_picture_blown_up_in_its_head_alone_is_never_decoded() -> None:
    content = bytearray(encoded(".jpg"))
    at = content.index(b"\xff\xc0")
    content[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    assert fault_of(bytes(content)) == "too_large"


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 4000), st.binary(min_size=1, max_size=40), st.sampled_from([".jpg", ".webp"]))
@example(0, b"\xff\xd8\xff", ".webp")
def test_a_damaged_picture_is_decoded_or_refused_and_nothing_else(at: int, noise: bytes, suffix: str) -> None:
    content = bytearray(encoded(suffix))
    at %= len(content)
    content[at : at + len(noise)] = noise
    with suppress(StillError):
        assert max(read_still(bytes(content)).size_px) <= MAX_STILL_SIDE_PX
