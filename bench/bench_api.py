"""What the API costs over the command line, and how much more workers bring: `make bench-api`.

`python -m bench.bench_api --quick` is a smaller round of the same, of a few minutes. ``--write docs/api.md`` renews the
figures there.

Overhead: the same clip with the same outputs, by `formcheck check` in a fresh process, by a warm worker without a
server, and through the API from the first byte of the upload to the event that tells the end; all three in each round,
so that their ratio does not hang on what else the machine did. Throughput: a queue of clips against the number of
workers. The server is `formcheck serve` in a process of its own, with its usual settings.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx2

from bench.api_server import ServerProcess
from formcheck.video.open_source import open_source
from formcheck.workers.task import Done, Outputs, Task
from formcheck.workers.worker import Worker

__all__ = ["Figures", "page", "renewed"]

CLIP: Final = Path(__file__).resolve().parents[1] / "sample_videos" / "clips" / "running_rear_clean.mp4"
EXERCISE: Final = "running_rear"

CHECK: Final = "`formcheck check`"
WORKER: Final = "a warm worker, without a server"
API: Final = "the API, from the upload to the event `done`"

BEGIN: Final = "<!-- figures -->\n"
END: Final = "<!-- /figures -->\n"


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured. ``rounds_s``: seconds of each way in, round by round; ``queues_s``: of a queue by workers."""

    clip: str
    rounds_s: Mapping[str, Sequence[float]]
    jobs: int
    queues_s: Mapping[int, float]
    load: tuple[float, float]


def main() -> None:
    """Print both tables, or write them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="fewer rounds and clips")
    quick = parser.parse_known_args()[0].quick
    parser.add_argument("--rounds", type=int, default=3 if quick else 7, help="runs of each way in")
    parser.add_argument("--jobs", type=int, default=6 if quick else 12, help="clips in the queue for the throughput")
    parser.add_argument("--workers", default="1,2", help="numbers of workers to compare")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="renew the figures of this page")
    asked = parser.parse_args()
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        rounds_s = overhead(Path(folder), asked.rounds)
        counts = [int(number) for number in asked.workers.split(",")]
        queues_s = {workers: throughput(Path(folder), asked.jobs, workers) for workers in counts}
    figures = Figures(_told_of(CLIP), rounds_s, asked.jobs, queues_s, (before, os.getloadavg()[0]))
    print(page(figures))
    if asked.write:
        asked.write.write_text(renewed(asked.write.read_text(encoding="utf-8"), figures), encoding="utf-8")


def overhead(folder: Path, rounds: int) -> Mapping[str, Sequence[float]]:
    """The same clip by three ways in, seconds of each round."""
    with Worker() as worker, serving(folder / "overhead", 1) as client:
        ways: dict[str, Callable[[], object]] = {
            CHECK: lambda: by_command_line(folder),
            WORKER: lambda: by_worker(worker, folder),
            API: lambda: await_end(client, upload(client)),
        }
        for way in ways.values():
            way()  # the first of each warms up
        took_s: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(rounds):
            for name, way in ways.items():
                took_s[name].append(timed(way))
    return took_s


def throughput(folder: Path, jobs: int, workers: int) -> float:
    """Seconds of a queue of clips, without annotated video."""
    with serving(folder / f"many-{workers}", workers) as client:
        for made in [upload(client, overlay="false") for _ in range(workers)]:
            await_end(client, made)
        started_s = time.perf_counter()
        for made in [upload(client, overlay="false") for _ in range(jobs)]:
            await_end(client, made)
        return time.perf_counter() - started_s


def timed(work: Callable[[], object]) -> float:
    """Its seconds."""
    started_s = time.perf_counter()
    work()
    return time.perf_counter() - started_s


def by_command_line(folder: Path) -> None:
    """A fresh process for one clip."""
    options = {f"--{name}": str(path) for name, path in outputs(folder).items()}
    command = [sys.executable, "-m", "formcheck", "check", str(CLIP), "--exercise", EXERCISE, "--quiet"]
    subprocess.run([*command, *(part for pair in options.items() for part in pair)], check=True)


def by_worker(worker: Worker, folder: Path) -> None:
    """What the API has a worker do."""
    outcome = worker.run(Task(CLIP, EXERCISE, outputs=Outputs(**outputs(folder))))
    if not isinstance(outcome, Done):
        raise SystemExit(f"the clip could not be scored: {outcome.message}")


def outputs(folder: Path) -> dict[str, Path]:
    """Everything that the API makes too."""
    names = {"json": "set.json", "landmarks": "set.npz", "report": "set.html", "overlay": "set.webm"}
    return {option: folder / name for option, name in names.items()}


@contextmanager
def serving(folder: Path, workers: int) -> Iterator[httpx2.Client]:
    """A server with warm workers, and a client for it."""
    server = ServerProcess(folder, {"workers": workers, "min_free_mb": 0, "log_level": "error"})
    server.start()
    try:
        server.await_workers(workers)
        with httpx2.Client(base_url=server.url, timeout=None) as client:
            yield client
    finally:
        server.stop()


def upload(client: httpx2.Client, **fields: Any) -> str:
    """Upload the clip; its analysis's id."""
    with CLIP.open("rb") as film:
        made = client.post("/v1/analyses", files={"file": film}, data={"exercise": EXERCISE, **fields})
    made.raise_for_status()
    analysis_id: str = made.json()["id"]
    return analysis_id


def await_end(client: httpx2.Client, analysis_id: str) -> None:
    """Follow the events to the last."""
    with client.stream("GET", f"/v1/analyses/{analysis_id}/events") as stream:
        for line in stream.iter_lines():
            if line in ("event: failed", "event: dead"):
                raise SystemExit(f"the clip could not be scored: {line}")


def _told_of(clip: Path) -> str:
    with open_source(clip) as frames:
        count = sum(1 for _ in frames)
        width_px, height_px = frames.size_px
        rate_hz = frames.nominal_rate_hz
    return f"`{clip.name}` ({count / rate_hz:.0f} s at {rate_hz:.0f} frames a second, {width_px}x{height_px})"


def renewed(text: str, figures: Figures) -> str:
    """The page with its figures replaced."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}{page(figures)}{END}{rest.partition(END)[2]}"


def page(figures: Figures) -> str:
    """What was measured, as two tables."""
    check_s = figures.rounds_s[CHECK]
    rows = [
        f"| {way} | {median(took_s):.2f} s | {_ratio(took_s, check_s)} |" for way, took_s in figures.rounds_s.items()
    ]
    queues = [f"| {workers} | {s:.1f} s | {figures.jobs / s * 3600:.0f} |" for workers, s in figures.queues_s.items()]
    before, after = figures.load
    lines = [
        f"Measured on {os.cpu_count()} cores (load {before:.1f} before, {after:.1f} after) with {figures.clip}. With"
        f" result, landmarks, report and annotated video; median of {len(check_s)} rounds, each with all three:",
        "",
        "| | seconds | against `check`, lowest to highest |",
        "|---|---|---|",
        *rows,
        "",
        f"A queue of {figures.jobs} such clips, without annotated video:",
        "",
        "| workers | seconds | clips an hour |",
        "|---|---|---|",
        *queues,
    ]
    return "\n".join([*lines, ""])


def _ratio(took_s: Sequence[float], check_s: Sequence[float]) -> str:
    """Median of the rounds' own ratios, and how far they lie apart."""
    ratios = [one / check for one, check in zip(took_s, check_s, strict=True)]
    return f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


if __name__ == "__main__":
    main()
