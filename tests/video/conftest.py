"""Films made at run time, each frame carrying its own number so that a test can tell which one it got."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

BITS = 10


def numbered(number: int, size: tuple[int, int]) -> Picture:
    """RGB; the upper half spells ``number`` in black and white bars, the lower half is red | blue."""
    width, height = size
    picture = np.zeros((height, width, 3), np.uint8)
    edges = np.linspace(0, width, BITS + 1).astype(int)
    for bit in range(BITS):
        picture[: height // 2, edges[bit] : edges[bit + 1]] = 235 if number >> bit & 1 else 20
    picture[height // 2 :, : width // 2, 0] = 200
    picture[height // 2 :, width // 2 :, 2] = 200
    return picture


def number_of(picture: NDArray[Any]) -> int:
    """The number that ``numbered`` wrote, read back from a picture of any size."""
    height, width = picture.shape[:2]
    row = picture[height // 8 : height * 3 // 8].mean(axis=(0, 2))
    middles = ((np.arange(BITS) + 0.5) * width / BITS).astype(int)
    return int(sum(1 << bit for bit, x in enumerate(middles) if row[x] > 128))


@pytest.fixture(scope="session")
def draw() -> Callable[[int, tuple[int, int]], Picture]:
    return numbered


@pytest.fixture(scope="session")
def read_number() -> Callable[[NDArray[Any]], int]:
    return number_of


def make_film(
    path: Path,
    *,
    frames: int = 20,
    size: tuple[int, int] = (320, 240),
    rate: int = 30,
    times_s: Sequence[float] | None = None,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    options: dict[str, str] | None = None,
    container: dict[str, str] | None = None,
    rotation: int = 0,
    audio: bool = False,
    video: bool = True,
    pictures: Iterable[Picture] | None = None,
) -> Path:
    """Write a film with PyAV: ``times_s`` give a variable rate, ``rotation`` a display matrix (degrees)."""
    av = pytest.importorskip("av", reason="films for the tests are made with PyAV (the mp4 extra)")
    with av.open(str(path), "w", options=container or {}) as output:
        voice = "aac" if path.suffix == ".mp4" else "libopus"
        sound = output.add_stream(voice, rate=48000) if audio else None
        if video:
            stream = output.add_stream(codec, rate=rate, options=options or {})
            stream.width, stream.height = size
            stream.pix_fmt = pix_fmt
            stream.codec_context.time_base = Fraction(1, 90000)
            if rotation:
                stream.set_display_rotation(rotation)
            times = times_s if times_s is not None else [i / rate for i in range(frames)]
            shown = pictures if pictures is not None else (numbered(i, size) for i in range(len(times)))
            for time_s, picture in zip(times, shown, strict=True):
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=pix_fmt)
                frame.pts, frame.time_base = round(time_s * 90000), Fraction(1, 90000)
                output.mux(stream.encode(frame))
            output.mux(stream.encode(None))
        if sound is not None:
            for index in range(40):
                tone = (np.sin(np.arange(960) / 20) * 9000).astype(np.int16)[None]
                chunk = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
                chunk.sample_rate, chunk.pts, chunk.time_base = 48000, index * 960, Fraction(1, 48000)
                output.mux(sound.encode(chunk))
            output.mux(sound.encode(None))
    return path


@pytest.fixture(scope="session")
def film() -> Callable[..., Path]:
    return make_film
