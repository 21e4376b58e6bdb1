"""How fast, how lasting and how right live is: ``python -m bench.bench_live [--early [N] | --server ...]``.

On one core (``sched_setaffinity``): a 640x480 sample fed as a camera at 25 and 30 frames a second through capture,
pose and `LiveSet`, from the frame's capture to its state and events as JSON. Then the memory of a set of thirty
minutes, its poses fed as fast as they can be taken. ``--early`` instead compares warnings with the truth of every
EVERY-th recording in ``bench/data``: how late they come, how often they are wrong. ``--server delay``, ``people`` or
``memory`` measures the same through `formcheck serve`, see `bench.live_server`.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from formcheck.events import RepClosed
from formcheck.exercises.registry import get_exercise
from formcheck.exercises.rep_checker import RepChecker
from formcheck.live.early import EarlyJudge
from formcheck.live.live_set import LiveSet
from formcheck.pose.mediapipe_estimator import PoseEstimator
from formcheck.pose.model_store import find_model
from formcheck.pose.pose import Pose
from formcheck.pose.smoothing import smooth_recording
from formcheck.pose.store import load_track
from formcheck.pose.track import PoseTrack
from formcheck.session import Session
from formcheck.video.camera_source import CameraSource
from formcheck.video.open_source import open_source

ROOT = Path(__file__).resolve().parents[1]
CLIP = ROOT / "sample_videos" / "clips" / "clamshell_clean_right.mp4"
TRACK = ROOT / "tests" / "golden" / "clamshell_clean_right.npz"
EXERCISE = "clamshell"
SIZE_PX = (640, 480)
MINUTES = 30
RATE_HZ = 30.0
SAME_FAULT_S = 3.0


def main() -> None:
    """Run what was asked for and print it."""
    options = _options()
    print(f"load of the machine at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    if options.early:
        print_early(options.early)
        return
    if options.server:
        print_server(options.server, options.seconds)
        return
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    pictures = _pictures()
    for rate_hz in (25.0, 30.0):
        print_run(pictures, rate_hz, options.seconds)
    print_memory()
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f}")


class Paced:
    """Stands in for a camera: the pictures over and over, at a rate."""

    def __init__(self, pictures: Sequence[Any], rate_hz: float) -> None:
        self._pictures = cycle(pictures)
        self._step_s = 1 / rate_hz
        self._due_s = time.monotonic()

    def isOpened(self) -> bool:  # noqa: N802
        """Always."""
        return True

    def read(self) -> tuple[bool, Any]:
        """The next picture when it is due."""
        self._due_s = max(self._due_s + self._step_s, time.monotonic() - 10 * self._step_s)
        time.sleep(max(0.0, self._due_s - time.monotonic()))
        return True, next(self._pictures)

    def release(self) -> None:
        """Nothing to let go of."""


@dataclass(frozen=True)
class Run:
    """One run: seconds from capture to answer for each frame, and what it took."""

    answered_s: list[float]
    core_s: list[float]
    dropped: int
    passed_s: float
    used_s: float
    grown_mb: float


def run(pictures: Sequence[Any], rate_hz: float, seconds: float) -> Run:
    """Frames at a rate through everything but the window."""
    answered_s, core_s = [], []
    live = LiveSet(get_exercise(EXERCISE)(), load_track(TRACK).info)
    with (
        PoseEstimator(find_model()) as estimator,
        CameraSource(0, lambda _: Paced(pictures, rate_hz)) as camera,
    ):
        for _ in range(30):  # the first frames load what later ones use
            camera.frame(1.0)
        dropped, began_s, used_s, memory_mb = camera.dropped_frames, time.monotonic(), time.process_time(), rss_mb()
        while time.monotonic() - began_s < seconds:
            frame = camera.frame(1.0)
            if frame is None:
                continue
            pose = estimator.estimate(frame.image, frame.t_s, frame.size_px, frame.brightness)
            posed_s = time.monotonic()
            live.update(pose).model_dump_json()
            core_s.append(time.monotonic() - posed_s)
            answered_s.append(time.monotonic() - frame.t_s)
        return Run(
            answered_s,
            core_s,
            camera.dropped_frames - dropped,
            time.monotonic() - began_s,
            time.process_time() - used_s,
            rss_mb() - memory_mb,
        )


def print_run(pictures: Sequence[Any], rate_hz: float, seconds: float) -> None:
    """One rate's line."""
    done = run(pictures, rate_hz, seconds)
    median_ms, late_ms = (1000 * float(np.quantile(done.answered_s, q)) for q in (0.5, 0.99))
    core_ms = 1000 * float(np.quantile(done.core_s, 0.5))
    frames = len(done.answered_s)
    per_frame_s = done.used_s / frames
    print(
        f"{rate_hz:.0f} Hz, {done.passed_s:.0f} s: {median_ms:.1f} ms p50, {late_ms:.1f} ms p99"
        f" (core {core_ms:.2f} ms); {done.dropped} of {frames + done.dropped} frames dropped;"
        f" {100 * done.used_s / done.passed_s:.0f}% of a core;"
        f" {1000 * per_frame_s:.1f} ms of CPU a frame, so {math.floor(2 / (10 * per_frame_s))} people at 10 Hz on two"
        f" cores; memory {done.grown_mb:+.0f} MB"
    )


def print_memory() -> None:
    """Memory while poses of thirty minutes pass."""
    track = load_track(TRACK)
    live = LiveSet(get_exercise(EXERCISE)(), track.info)
    told_min, before_mb, began_s, count = 0, rss_mb(), time.process_time(), 0
    for pose in lasting(track, 60.0 * MINUTES):
        live.update(pose)
        count += 1
        if pose.t_s >= 60 * (told_min + 5):
            told_min += 5
            print(f"{told_min} min: {rss_mb() - before_mb:+.1f} MB, {live.state.count} repetitions")
    each_ms = 1000 * (time.process_time() - began_s) / count
    print(f"{count} poses, {each_ms:.2f} ms of CPU each; highest memory {peak_mb():.0f} MB")


def lasting(track: PoseTrack, seconds: float) -> Iterator[Pose]:
    """The track over and over at 30 Hz."""
    t_s, frames = 0.0, list(track)
    for pose in cycle(frames):
        if t_s > seconds:
            return
        yield replace(pose, t_s=t_s)
        t_s += 1 / RATE_HZ


def rss_mb() -> float:
    """Memory held now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def peak_mb() -> float:
    """The most memory ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def print_server(what: str, seconds: float) -> None:
    """Through a real server."""
    from bench import live_server

    pictures = _pictures()
    if what == "delay":
        live_server.print_delay(pictures, (25.0, 30.0), seconds)
    elif what == "people":
        live_server.print_people(pictures, (4, 8, 10, 12), min(seconds, 20.0))
    else:
        live_server.print_server_memory(load_track(TRACK), pictures, MINUTES, min(seconds, 40.0))


def _pictures() -> list[Any]:
    with open_source(CLIP) as source:
        return [cv2.cvtColor(cv2.resize(f.image, SIZE_PX), cv2.COLOR_RGB2BGR) for f in source][:750]


# Warnings against the truth


@dataclass(frozen=True)
class Told:
    """One repetition: what was put in, what was warned of while it ran, and what the final result says."""

    faults: frozenset[str]
    warned: frozenset[str]
    final: frozenset[str]


def print_early(every: int) -> None:
    """How late and how right warnings are, over every ``every``-th counted recording of the bench."""
    told: list[Told] = []
    delays_s: list[tuple[str, float]] = []
    exact = sets = 0
    recordings = sorted((ROOT / "bench" / "data").glob("*.npz"))[::every]
    for truth_path in (path.with_suffix(".json") for path in recordings):
        truth = json.loads(truth_path.read_text(encoding="utf-8"))
        kind = get_exercise(truth["exercise"])
        if not truth.get("reps") or not issubclass(kind, RepChecker):
            continue
        track = load_track(truth_path.with_suffix(".npz"))
        reps, late, counted = compare(track, kind, truth)
        told, delays_s, sets, exact = told + reps, delays_s + late, sets + 1, exact + counted
    clean = [rep for rep in told if not rep.faults]
    false = sum(bool(rep.warned - rep.final) for rep in clean)
    faults = [(rep, check) for rep in told for check in rep.faults & rep.final]
    early = sum(check in rep.warned for rep, check in faults)
    print(f"{sets} sets, {exact} counted live as in the file; {len(clean)} clean repetitions, {false} warned wrongly")
    print(f"{len(faults)} faults of the final results, {early} told while the repetition ran")
    for check in sorted({check for check, _ in delays_s}):
        own = [1000 * late for name, late in delays_s if name == check]
        p50, p90 = np.quantile(own, [0.5, 0.9])
        print(f"  {check}: {len(own)} warnings, {p50:.0f} ms p50, {p90:.0f} ms p90 after becoming clear")


def compare(
    track: PoseTrack, kind: type[RepChecker], truth: dict[str, Any]
) -> tuple[list[Told], list[tuple[str, float]], bool]:
    """Each repetition's warnings; each warning's delay; and whether the count was the file's."""
    live = LiveSet(kind(), track.info)
    warnings = [(e.t_s, e.check) for pose in track for e in live.update(pose).events if e.kind == "warning"]
    summary = live.finish().summary
    final = summary.report.reps if summary.report else ()
    told = []
    for rep in truth["reps"]:
        nearest = min(final, key=lambda found: abs(found.turn_s - rep["turn_s"]), default=None)
        said = {v.check for v in nearest.verdicts if v.state == "fault"} if nearest else set()
        during = {check for t_s, check in warnings if rep["start_s"] <= t_s <= rep["end_s"] + 0.5}
        told.append(Told(frozenset(rep["faults"]), frozenset(during), frozenset(said)))
    clear = _clear_times(track, kind)
    late = [(check, t_s - at) for t_s, check in warnings if (at := _clear_at(clear, t_s, check)) is not None]
    complete = sum(rep.complete for rep in final)
    return told, late, summary.live_count == complete


def _clear_at(clear: Sequence[tuple[float, str]], t_s: float, check: str) -> float | None:
    """When the fault that was told at ``t_s`` stood in the landmarks, smoothed without delay."""
    near = [at for at, name in clear if name == check and abs(at - t_s) < SAME_FAULT_S]
    return min(near, key=lambda at: abs(at - t_s), default=None)


def _clear_times(track: PoseTrack, kind: type[RepChecker]) -> list[tuple[float, str]]:
    """When faults began, by the same early judging on poses smoothed without delay."""
    checker = kind()
    session, judge = Session(checker, track.info, traced=False), EarlyJudge(checker)
    found: dict[tuple[float, str], None] = {}
    for pose in smooth_recording(track, kind.smoothing_hz):
        events = session.update(pose)
        for verdict in judge.update(pose):
            found[(judge.since_s(verdict.check), verdict.check)] = None
        for event in events:
            if isinstance(event, RepClosed):
                judge.closed(event.rep)
    return list(found)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="of each camera run")
    parser.add_argument("--early", type=int, nargs="?", const=1, default=0, metavar="EVERY")
    parser.add_argument("--server", choices=("delay", "people", "memory"), help="through `formcheck serve`")
    return parser.parse_args()


if __name__ == "__main__":
    main()
