"""Speed and memory: a plain MediaPipe loop, pure inference, and formcheck, side by side on one 1080p clip.

``python -m bench.bench_speed [CLIP] [--rounds N] [--long]``. The rounds are interleaved, so that whatever
else the machine does falls on all three alike. The clip is brought to 1080p and 20 s first, in a temporary
folder. ``--long`` adds the peak memory for a film of one minute and of twenty (about ten minutes).
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from statistics import median

import av
import cv2
import mediapipe as mp
import numpy as np

from formcheck.extract import extract
from formcheck.pose.mediapipe_estimator import PoseEstimator
from formcheck.pose.model_store import ModelFile, find_model
from formcheck.video.frame import Frame, Image
from formcheck.video.open_source import open_source

ROOT = Path(__file__).resolve().parents[1]
SIZE_PX = (1920, 1080)
RATE_HZ = 30
SECONDS = 20


def main() -> None:
    options = _options()
    if options.measure_memory:
        print(peak_memory_mb(options.clip))
        return
    with tempfile.TemporaryDirectory() as folder:
        clip = make_clip(options.clip or _default_clip(), Path(folder) / "clip.mp4")
        print_speed(clip, options.rounds)
        if options.long:
            print_memory(clip, Path(folder))


def print_speed(clip: Path, rounds: int) -> None:
    """Interleaved rounds of the three ways, medians in milliseconds a frame, and their ratios."""
    model = find_model()
    with open_source(clip) as source:
        frames = list(source)
    extract(clip)  # loads libraries and model once, so that no round pays for it
    ways: dict[str, Callable[[], None]] = {
        "plain loop": lambda: plain_loop(clip, model),
        "pure inference": lambda: pure_inference(frames, model),
        "formcheck": lambda: _run(extract, clip),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        for name, way in ways.items():
            started, cpu_started = time.perf_counter(), time.process_time()
            way()
            times[name].append((time.perf_counter() - started) * 1000 / len(frames))
            cpu[name].append((time.process_time() - cpu_started) * 1000 / len(frames))
        print(
            f"round {number + 1}: " + ", ".join(f"{name} {times[name][-1]:.2f} ms" for name in ways),
            flush=True,
        )
    _print_table(times, cpu, len(frames))


def _print_table(times: dict[str, list[float]], cpu: dict[str, list[float]], frames: int) -> None:
    load = os.getloadavg()[0]
    print(f"\n{frames} frames of 1080p at {RATE_HZ} fps, {os.cpu_count()} cores, load {load:.1f} (idle: below 2)")
    for name, values in times.items():
        spread = f"{min(values):.2f} to {max(values):.2f}"
        print(
            f"  {name:<15} {median(values):6.2f} ms a frame ({spread}), {1000 / median(values):5.1f} fps,"
            f" {median(cpu[name]):5.2f} ms of CPU"
        )
    by_round = list(zip(*(times[name] for name in ("plain loop", "pure inference", "formcheck")), strict=True))
    faster = median(plain / ours for plain, _, ours in by_round)
    slower = median(ours / pure for _, pure, ours in by_round)
    print(f"  formcheck is {faster:.2f} times as fast as the plain loop (aim: 1.2)")
    print(f"  formcheck takes {(slower - 1) * 100:+.1f}% of pure inference more (aim: within 5%)")


def plain_loop(clip: Path, model: ModelFile) -> None:
    """What a user would write from MediaPipe's guide: read, convert, detect."""
    vision = mp.tasks.vision
    options = vision.PoseLandmarkerOptions(
        base_options=mp.tasks.BaseOptions(model_asset_path=str(model.path)),
        running_mode=vision.RunningMode.VIDEO,
    )
    capture = cv2.VideoCapture(str(clip))
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        index = 0
        while True:
            done, picture = capture.read()
            if not done:
                break
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
            landmarker.detect_for_video(image, index * 1000 // RATE_HZ)
            index += 1
    capture.release()


def pure_inference(frames: list[Frame], model: ModelFile) -> None:
    """Nothing but the estimator, on frames already in memory as it gets them."""
    with PoseEstimator(model) as estimator:
        for frame in frames:
            estimator.estimate(frame.image, frame.t_s, frame.size_px, frame.brightness, frame.box_px)


def _run(work: Callable[[Path], object], clip: Path) -> None:
    work(clip)


def print_memory(clip: Path, folder: Path) -> None:
    """Peak memory of a process of its own for a film of one minute and of twenty."""
    for minutes in (1, 20):
        film = loop_film(clip, folder / f"{minutes}.mp4", minutes * 60 // SECONDS)
        command = [sys.executable, "-m", "bench.bench_speed", str(film), "--measure-memory"]
        started = time.perf_counter()
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        took_s = time.perf_counter() - started
        print(
            f"  {minutes:2d} min of 1080p: peak memory {float(done.stdout):.0f} MB, {took_s:.0f} s",
            flush=True,
        )


def peak_memory_mb(clip: Path) -> float:
    """Peak resident memory of this process after extracting the clip."""
    extract(clip)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def make_clip(source: Path, target: Path) -> Path:
    """The recording repeated to 20 s, fitted into 1080p and encoded as phones do (H.264)."""
    with av.open(str(target), "w") as output:
        stream = output.add_stream("libx264", rate=RATE_HZ, options={"preset": "veryfast", "crf": "20"})
        stream.width, stream.height = SIZE_PX
        stream.pix_fmt = "yuv420p"
        for image in islice(_repeated(source), SECONDS * RATE_HZ):
            output.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        output.mux(stream.encode(None))
    return target


def _repeated(source: Path) -> Iterator[Image]:
    with open_source(source) as frames:
        small = [frame.image for frame in islice(frames, SECONDS * RATE_HZ)]
    return (_fitted(image) for image in cycle(small))


def _fitted(image: Image) -> Image:
    height, width = image.shape[:2]
    scale = min(SIZE_PX[0] / width, SIZE_PX[1] / height)
    size = (round(width * scale), round(height * scale))
    left, top = (SIZE_PX[0] - size[0]) // 2, (SIZE_PX[1] - size[1]) // 2
    canvas = np.full((SIZE_PX[1], SIZE_PX[0], 3), 90, np.uint8)
    canvas[top : top + size[1], left : left + size[0]] = cv2.resize(image, size, interpolation=cv2.INTER_CUBIC)
    return canvas


def loop_film(clip: Path, target: Path, times: int) -> Path:
    """The clip joined to itself without encoding again."""
    with av.open(str(target), "w") as output:
        stream = None
        for number in range(times):
            with av.open(str(clip)) as source:
                video = source.streams.video[0]
                stream = stream or output.add_stream_from_template(video)
                shift = round(number * SECONDS / video.time_base)
                for packet in source.demux(video):
                    if packet.dts is not None:
                        packet.pts, packet.dts, packet.stream = packet.pts + shift, packet.dts + shift, stream
                        output.mux(packet)
    return target


def _default_clip() -> Path:
    clip = ROOT / "sample_videos" / "clips" / "squat_clean_right.mp4"
    if not clip.is_file():
        raise SystemExit(f"the sample clip {clip.name} is not here; name a recording of one person")
    return clip


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("clip", type=Path, nargs="?", help="a recording of one person; default: a sample clip")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--long", action="store_true", help="also measure memory for 1 and 20 minutes")
    parser.add_argument("--measure-memory", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
