"""What the API costs over the command line, and how much more workers bring: `make bench-api`.

`python -m bench.bench_api --quick` is a smaller round of the same, of a few minutes.

Overhead: the same clip with the same outputs, by `formcheck check` in a fresh process, by a warm worker without a
server, and through the API from the first byte of the upload to the event that tells the end. Throughput: a queue of
clips against the number of workers.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx2
import uvicorn

from api.app import create_app
from api.settings import Settings
from formcheck.workers.task import Outputs, Task
from formcheck.workers.worker import Worker

CLIPS: Final = Path(__file__).resolve().parents[1] / "sample_videos" / "clips"
CLIP: Final = CLIPS / "clamshell_clean_right.mp4"
EXERCISE: Final = "clamshell"


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="fewer runs and clips, and no more than two workers")
    quick = parser.parse_known_args()[0].quick
    parser.add_argument("--repeats", type=int, default=2 if quick else 5, help="runs of each way in")
    parser.add_argument("--jobs", type=int, default=4 if quick else 8, help="clips in the queue for the throughput")
    parser.add_argument("--workers", default="1,2" if quick else "1,2,4", help="numbers of workers to compare")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        overhead(Path(folder), asked.repeats)
        throughput(Path(folder), asked.jobs, [int(number) for number in asked.workers.split(",")])


def overhead(folder: Path, repeats: int) -> None:
    """The same clip by three ways in."""
    print(f"\n{CLIP.name}: result, landmarks, report and annotated video; median of {repeats}\n")
    ways: dict[str, float] = {"formcheck check": timed(repeats, lambda: by_command_line(folder))}
    with Worker() as worker:
        worker.run(task(folder))
        ways["a warm worker"] = timed(repeats, lambda: worker.run(task(folder)))
    with serving(folder / "one", 1) as client:
        analyse(client)
        ways["the API"] = timed(repeats, lambda: analyse(client))
    for way, took_s in ways.items():
        print(f"{way:<18} {took_s:7.2f} s")
    print(f"{'API over worker':<18} {ways['the API'] - ways['a warm worker']:7.2f} s")
    print(f"{'API over check':<18} {ways['the API'] - ways['formcheck check']:7.2f} s")


def throughput(folder: Path, jobs: int, counts: list[int]) -> None:
    """Clips an hour against the number of workers."""
    print(f"\n{jobs} clips in the queue, without annotated video\n")
    print("workers   seconds   clips an hour")
    for workers in counts:
        with serving(folder / f"many-{workers}", workers) as client:
            warm_up(client, workers)
            started = time.perf_counter()
            made = [upload(client, overlay="false") for _ in range(jobs)]
            for analysis_id in made:
                await_end(client, analysis_id)
            took_s = time.perf_counter() - started
        print(f"{workers:7d}   {took_s:7.1f}   {jobs / took_s * 3600:13.0f}")


def timed(repeats: int, work: Callable[[], object]) -> float:
    """Median seconds."""
    took_s = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        took_s.append(time.perf_counter() - started)
    return median(took_s)


def by_command_line(folder: Path) -> None:
    """A fresh process for one clip."""
    options = {f"--{name}": str(path) for name, path in outputs(folder).items()}
    command = [sys.executable, "-m", "formcheck", "check", str(CLIP), "--exercise", EXERCISE, "--quiet"]
    subprocess.run([*command, *(part for pair in options.items() for part in pair)], check=True)


def outputs(folder: Path) -> dict[str, Path]:
    """Everything that the API makes too."""
    names = {"json": "set.json", "landmarks": "set.npz", "report": "set.html", "overlay": "set.webm"}
    return {option: folder / name for option, name in names.items()}


def task(folder: Path) -> Task:
    """The clip as a worker's task."""
    return Task(CLIP, EXERCISE, outputs=Outputs(**outputs(folder)))


@contextmanager
def serving(folder: Path, workers: int) -> Iterator[httpx2.Client]:
    """A server on a free port, and a client for it."""
    settings = Settings(data_dir=folder, workers=workers, min_free_mb=0, log_level="error")
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=None) as client:
        yield client
    server.should_exit = True
    thread.join()


def warm_up(client: httpx2.Client, workers: int) -> None:
    """One clip for each worker, so that none is still starting when the clock does."""
    while client.get("/readyz").json()["workers_alive"] < workers:
        time.sleep(0.1)
    for analysis_id in [upload(client, overlay="false") for _ in range(workers)]:
        await_end(client, analysis_id)


def analyse(client: httpx2.Client) -> None:
    """One clip from upload to result."""
    await_end(client, upload(client))


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


if __name__ == "__main__":
    main()
