"""Runs the command, and makes recordings of every unfortunate kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from tests.commands import Ended, run_here


@pytest.fixture(scope="session")
def run() -> Callable[..., Ended]:
    """Run ``formcheck`` with these arguments."""
    return run_here


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An empty folder for outputs."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def every_output(out: Path) -> tuple[object, ...]:
    """Options that ask for every output in ``out``."""
    names = ("json set.json", "overlay film.webm", "report page.html", "landmarks track.npz")
    pairs = (name.split() for name in names)
    return tuple(part for option, name in pairs for part in (f"--{option}", out / name))


def film(
    path: Path,
    size_px: tuple[int, int] = (96, 64),
    frames: int = 5,
    codec: str = "mpeg4",
    pix_fmt: str = "yuv420p",
    container: str | None = None,
) -> Path:
    """A plain grey film: readable, and nobody in it."""
    with av.open(str(path), "w", format=container) as file:
        stream = file.add_stream(codec, rate=25)
        stream.width, stream.height = size_px
        stream.pix_fmt = pix_fmt
        grey = np.full(size_px[::-1], 100, dtype=np.uint8)
        for _ in range(frames):
            file.mux(stream.encode(av.VideoFrame.from_ndarray(grey, format="gray").reformat(format=pix_fmt)))
        file.mux(stream.encode(None))
    return path


def sound(path: Path) -> Path:
    """A second of silence and no picture."""
    with av.open(str(path), "w") as file:
        stream = file.add_stream("aac", rate=16000, layout="mono")
        for _ in range(16):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), dtype=np.float32), "fltp", "mono")
            frame.sample_rate = 16000
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def without_frames(path: Path) -> Path:
    """A video stream in which nothing was ever recorded."""
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libvpx", rate=25)
        stream.width, stream.height = 96, 64
        stream.pix_fmt = "yuv420p"
        file.start_encoding()
    return path


def cut(path: Path, share: float = 0.5) -> Path:
    """Keep the first part of a file, as a broken copy would."""
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


def scrambled(path: Path) -> Path:
    """A film's first box, then bytes without a pattern, as in an encrypted file."""
    path.write_bytes(film(path).read_bytes()[:32] + np.random.default_rng(1).bytes(20_000))
    return path


def written(path: Path, content: bytes = b"") -> Path:
    path.write_bytes(content)
    return path


MAKERS: dict[str, Callable[[Path], Path]] = {
    "missing.mp4": lambda path: path,
    "empty.mp4": written,
    "cut.mp4": lambda path: cut(film(path)),
    "text.mp4": lambda path: written(path, b"this is no film\n" * 100),
    "sound.m4a": sound,
    "no_frames.webm": without_frames,
    "scrambled.mp4": scrambled,
    "huge.avi": lambda path: film(path, (10_000, 128), 1, "mjpeg", "yuvj420p"),
    "one_frame.mp4": lambda path: film(path, frames=1),
    "one_pixel.mkv": lambda path: film(path, (1, 1), codec="ffv1", pix_fmt="gray"),
    "sixteen_bit.mkv": lambda path: film(path, codec="ffv1", pix_fmt="gray16le"),
    "film.txt": lambda path: film(path, container="mp4"),
    "nobody.mp4": film,
}


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Make one of MAKERS, or return it when it is there."""
    folder, made = tmp_path_factory.mktemp("recordings"), dict[str, Path]()

    def make(name: str) -> Path:
        if name not in made:
            made[name] = MAKERS[name](folder / name)
        return made[name]

    return make
