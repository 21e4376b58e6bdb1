"""Damaged and malicious films by the hundred, through one worker: does anything hang, die or go unexplained?

    python -m bench.mutants [--count 600] [--seed 1] [--keep FOLDER]

Seeds are short films of a rendered person in every container that OpenCV and PyAV write here; mutants are made from
them by flipped bits, cuts, blanked, doubled and swapped stretches, wrong sizes in headers, and halves of two films.
The same seed makes the same mutations.
"""

from __future__ import annotations

import argparse
import random
import shutil
import struct
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from formcheck.video.bounds import Bounds
from formcheck.video.open_source import open_source
from formcheck.workers.task import Done, Outcome, Task
from formcheck.workers.worker import Worker

__all__ = ["BOUNDS", "TIMEOUT_S", "Mutant", "kind_of", "mutants", "seed_films"]

SAMPLE: Final = Path(__file__).resolve().parents[1] / "sample_videos" / "clips" / "clamshell_clean_right.mp4"
FRAMES: Final = 12
SIZE: Final = (192, 144)
RATE_HZ: Final = 30.0
HEADER: Final = 768
TIMEOUT_S: Final = 20.0
BOUNDS: Final = Bounds(max_duration_s=30.0, max_frames=900, max_pixels=1920 * 1088)

EDGES: Final = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
"""Numbers at which lengths and counts go wrong."""

Picture = NDArray[np.uint8]
Mutation = Callable[[random.Random, bytearray], None]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A damaged film: the name of its seed and of what was done to it, and its bytes."""

    name: str
    content: bytes


def seed_films(folder: Path) -> dict[str, bytes]:
    """Small whole films by container and codec, made in ``folder``."""
    with open_source(SAMPLE) as source:
        pictures = [cv2.resize(frame.image, SIZE) for frame in islice(source, FRAMES)]
    paths = [*_by_opencv(folder, pictures), _gif(folder, pictures)]
    if find_spec("av") is not None:
        paths += _by_pyav(folder, pictures)
    return {path.name: path.read_bytes() for path in paths}


def mutants(seeds: dict[str, bytes], count: int, seed: int) -> Iterator[Mutant]:
    """``count`` mutants, in turn from each film and of each kind; two thirds of them suffer twice."""
    names, kinds = sorted(seeds), sorted(MUTATIONS)
    for number in range(count):
        chance = random.Random(f"{seed}:{number}")
        name, kind = names[number % len(names)], kinds[number // len(names) % len(kinds)]
        content = bytearray(seeds[name])
        MUTATIONS[kind](chance, content)
        if chance.random() < 2 / 3:
            MUTATIONS[chance.choice(kinds)](chance, content)
        if chance.random() < 0.1:
            other = seeds[chance.choice(names)]
            content[len(content) // 2 :] = other[len(other) // 2 :]
        if content == seeds[name]:  # what was written over was the same by chance
            content[chance.randrange(len(content))] ^= 1
        yield Mutant(f"{number:04d} {name} {kind}", bytes(content))


def kind_of(outcome: Outcome) -> str:
    """In a word: "scored", or the kind of failure."""
    return "scored" if isinstance(outcome, Done) else outcome.kind


def _by_opencv(folder: Path, pictures: list[Picture]) -> Iterator[Path]:
    for name, code in (("vp8.webm", "VP80"), ("mjpeg.avi", "MJPG"), ("mpeg4.mp4", "mp4v"), ("mpeg4.avi", "XVID")):
        path = folder / name
        writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*code), RATE_HZ, SIZE)
        for picture in pictures:
            writer.write(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
        writer.release()
        yield path


def _gif(folder: Path, pictures: list[Picture]) -> Path:
    first, *others = (Image.fromarray(picture) for picture in pictures)
    first.save(folder / "film.gif", save_all=True, append_images=others)
    return folder / "film.gif"


def _by_pyav(folder: Path, pictures: list[Picture]) -> Iterator[Path]:
    kinds: dict[str, tuple[str, dict[str, str]]] = {
        "h264.mp4": ("libx264", {}),
        "h264_index_first.mp4": ("libx264", {"movflags": "faststart"}),
        "h264_fragments.mp4": ("libx264", {"movflags": "frag_keyframe+empty_moov"}),
        "h264.mkv": ("libx264", {}),
        "h264.mov": ("libx264", {}),
        "h264.ts": ("libx264", {}),
        "h264.flv": ("libx264", {}),
        "mpeg2.mpg": ("mpeg2video", {}),
    }
    for name, (codec, options) in kinds.items():
        yield _encode(folder / name, pictures, codec, options)


def _encode(path: Path, pictures: list[Picture], codec: str, options: dict[str, str]) -> Path:
    import av

    with av.open(str(path), "w", options=options) as film:
        stream: Any = film.add_stream(codec, rate=round(RATE_HZ), options={"g": "6"})
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        for picture in pictures:
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        film.mux(stream.encode(None))
    return path


def _stretch(chance: random.Random, content: bytearray) -> slice:
    start = chance.randrange(len(content))
    return slice(start, start + chance.randint(1, max(1, len(content) // 8)))


def _flip(chance: random.Random, content: bytearray) -> None:
    for _ in range(chance.choice((1, 4, 32, 256))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def _flip_header(chance: random.Random, content: bytearray) -> None:
    for _ in range(chance.choice((1, 2, 8))):
        content[chance.randrange(min(HEADER, len(content)))] = chance.randrange(256)


def _flip_index(chance: random.Random, content: bytearray) -> None:
    """Bytes at the end, where many containers keep their index."""
    for _ in range(chance.choice((1, 2, 8))):
        content[-chance.randint(1, min(HEADER, len(content)))] = chance.randrange(256)


def _wrong_number(chance: random.Random, content: bytearray) -> None:
    """A length, size or count in either byte order, at either end."""
    at = chance.randrange(max(1, min(HEADER, len(content)) - 4))
    at = at if chance.random() < 0.6 else max(0, len(content) - 4 - at)
    content[at : at + 4] = struct.pack(chance.choice("<>") + "I", chance.choice(EDGES))


def _cut(chance: random.Random, content: bytearray) -> None:
    del content[chance.randint(1, len(content) - 1) :]


def _cut_out(chance: random.Random, content: bytearray) -> None:
    if len(content) > 64:
        del content[_stretch(chance, content)]


def _blank(chance: random.Random, content: bytearray) -> None:
    stretch = _stretch(chance, content)
    content[stretch] = bytes([chance.choice((0, 0xFF))]) * len(content[stretch])


def _noise(chance: random.Random, content: bytearray) -> None:
    stretch = _stretch(chance, content)
    content[stretch] = chance.randbytes(len(content[stretch]))


def _double(chance: random.Random, content: bytearray) -> None:
    stretch = _stretch(chance, content)
    content[stretch] = content[stretch] * chance.choice((2, 20))


def _swap(chance: random.Random, content: bytearray) -> None:
    one, two = _stretch(chance, content), _stretch(chance, content)
    content[one], content[two] = content[two], content[one]


MUTATIONS: Final[dict[str, Mutation]] = {
    "blank": _blank,
    "cut": _cut,
    "cut_out": _cut_out,
    "double": _double,
    "flip": _flip,
    "flip_header": _flip_header,
    "flip_index": _flip_index,
    "noise": _noise,
    "swap": _swap,
    "wrong_number": _wrong_number,
}


@dataclass(frozen=True, slots=True)
class _Result:
    mutant: Mutant
    outcome: Outcome
    took_s: float


def _run(mutant: Mutant, worker: Worker, folder: Path) -> _Result:
    path = folder / "upload"
    path.write_bytes(mutant.content)
    started_s = monotonic()
    outcome = worker.run(Task(path, "clamshell", bounds=BOUNDS, timeout_s=TIMEOUT_S))
    return _Result(mutant, outcome, monotonic() - started_s)


def _tell(results: list[_Result]) -> bool:
    """Print the table; whether nothing hung and nothing went unexplained."""
    counts = Counter(kind_of(result.outcome) for result in results)
    took_s = sorted(result.took_s for result in results)
    print(f"{len(results)} mutants in {sum(took_s):.0f} s; median {median(took_s):.2f} s, longest {took_s[-1]:.1f} s")
    for kind, count in counts.most_common():
        print(f"  {kind:<20} {count}")
    bad = [r for r in results if kind_of(r.outcome) in ("timeout", "died", "memory", "internal")]
    for result in bad:
        print(f"  {result.mutant.name}: {result.outcome} after {result.took_s:.1f} s")
    return not any(kind_of(result.outcome) in ("timeout", "internal") for result in bad)


def main() -> int:
    """Run the corpus; exit code 1 when a worker hung or a failure went unexplained."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="keep the mutants that hung, died or went unexplained here")
    asked = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as name, Worker() as worker:
        folder = Path(name)
        for mutant in mutants(seed_films(folder), asked.count, asked.seed):
            results.append(_run(mutant, worker, folder))
            if asked.keep and kind_of(results[-1].outcome) in ("timeout", "died", "memory", "internal"):
                shutil.copy(folder / "upload", asked.keep / mutant.name.replace(" ", "_"))
    return 0 if _tell(results) else 1


if __name__ == "__main__":
    raise SystemExit(main())
