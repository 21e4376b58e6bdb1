"""What a batch costs: ``python -m bench.bench_batch [--recordings N] [--seconds S] [--tracks N] [--rows N]``.

Recordings an hour with one and two workers against a plain loop in one process, Ray beside the local engine, scoring
stored tracks again with the memory it takes, and planning a long manifest. The loop, the engines and Ray are timed on
the same films, a film each of its own content; ``--write PAGE`` renews the figures in ``docs/scale.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from threading import Event
from typing import TypeVar

from bench.batch_page import page, renewed
from formcheck.batch.engines.base import Engine, Watch
from formcheck.batch.engines.local import LocalEngine
from formcheck.batch.journal import Attempt, Journal
from formcheck.batch.plan import Entry, Plan, make_plan
from formcheck.batch.rescore import folder_for, rescore
from formcheck.batch.runner import Options, run_batch
from formcheck.batch.sources import Stamp
from formcheck.batch.storage import open_storage
from formcheck.pose.model_store import find_model
from formcheck.scoring import score

ROOT = Path(__file__).resolve().parents[1]
GROUPS = {
    "clamshell": "clamshell",
    "bridge": "single_leg_glute_bridge",
    "squat": "single_leg_box_squat",
    "rear": "running_rear",
    "side": "running_side",
}
LIMITS = {"clamshell": {"hold_limit_s": 2.5}, "single_leg_glute_bridge": {}, "running_side": {}}

Figures = dict[str, float]

T = TypeVar("T")


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), options)
    print(page(figures))
    if options.write:
        options.write.write_text(renewed(options.write.read_text(encoding="utf-8"), figures), encoding="utf-8")


def measure(folder: Path, options: argparse.Namespace) -> Figures:
    """Every figure, by name."""
    figures: Figures = {"load_before": os.getloadavg()[0], "cores": len(os.sched_getaffinity(0))}
    figures |= planning(folder, options.rows)
    figures |= taking_down(folder)
    figures |= rescoring(folder, options.tracks)
    figures |= scoring(folder, options.recordings, options.seconds, with_ray=not options.no_ray)
    return figures | {"load_after": os.getloadavg()[0]}


def planning(folder: Path, rows: int) -> Figures:
    """Seconds to plan a manifest whose files are all there."""
    films = folder / "films"
    films.mkdir()
    for number in range(rows):
        (films / f"{number:06d}.mp4").touch()
    manifest = folder / "long.csv"
    exercises = cycle(GROUPS.values())
    lines = [f"films/{number:06d}.mp4,{next(exercises)},left,person {number % 997}" for number in range(rows)]
    manifest.write_text("\n".join(["file,exercise,side,person", *lines]) + "\n", encoding="utf-8")
    before_mb = _rss_mb(os.getpid())
    elapsed_s, plan = timed(lambda: make_plan([], manifest))
    row_kb = 1000 * (_rss_mb(os.getpid()) - before_mb) / rows
    assert len(plan.entries) == rows
    shutil.rmtree(films)
    return {"plan_rows": rows, "plan_s": elapsed_s, "plan_row_kb": row_kb}


def taking_down(folder: Path, outcomes: int = 200) -> Figures:
    """Milliseconds to take one outcome down so that it outlives a power cut."""
    attempt = Attempt("0" * 24, Stamp(1, "1"), "0" * 64, "0" * 32)
    with Journal(open_storage(str(folder / "journal"))) as journal:
        started_s = time.perf_counter()
        for _ in range(outcomes):
            journal.add(attempt)
    return {"journal_ms": 1000 * (time.perf_counter() - started_s) / outcomes}


def rescoring(folder: Path, tracks: int) -> Figures:
    """Seconds and peak memory of `rescore` for so many different stored tracks, and the peak for a quarter of them."""
    home = folder / "tracks"
    home.mkdir()
    rows = list(islice(_varied_tracks(home), tracks))
    manifest = home / "manifest.csv"
    manifest.write_text("\n".join(["file,exercise", *rows]) + "\n", encoding="utf-8")
    plan = make_plan([], manifest)
    with LocalEngine(2) as engine:
        _, quarter_mb = _rescored(Plan(plan.entries[: tracks // 4]), str(folder / "quarter"), engine)
        elapsed_s, peak_mb = _rescored(plan, str(folder / "rescored"), engine)
    return {"tracks": tracks, "rescore_s": elapsed_s, "rescore_peak_mb": peak_mb, "rescore_peak_quarter_mb": quarter_mb}


def _rescored(plan: Plan, out: str, engine: Engine) -> tuple[float, float]:
    """Seconds and peak MB of `rescore` on a batch made for it; the engine's processes, idle by then, not counted."""
    batch(plan, out, engine)
    idle = frozenset(_family(os.getpid())[1:])
    with _Peak(idle) as peak:
        elapsed_s, _ = timed(
            lambda: rescore(open_storage(out), LIMITS, folder_for(Path("bench.toml"), LIMITS), workers=2, stop=Event())
        )
    return elapsed_s, peak.mb


def _varied_tracks(folder: Path) -> Iterator[str]:
    """Manifest rows of the bench's tracks, each time around with a few bytes more, so that none is a duplicate."""
    sources = sorted(path for group in GROUPS for path in (ROOT / "bench/data").glob(f"{group}_test_*.npz"))
    for number, source in enumerate(cycle(sources)):
        copy = folder / f"{number:05d}.npz"
        shutil.copyfile(source, copy)
        _remark(copy, number)
        yield f"{copy.name},{GROUPS[source.name.split('_')[0]]}"


def _remark(archive: Path, number: int) -> None:
    """Another comment in the archive: another content, the same poses."""
    with zipfile.ZipFile(archive, "a") as file:
        file.comment = f"{number}".encode()


def scoring(folder: Path, recordings: int, seconds: float, *, with_ray: bool) -> Figures:
    """Recordings an hour by the plain loop, one worker, two workers and Ray on two processors."""
    films, about = make_films(folder / "scored", recordings, seconds)
    figures: Figures = {"recordings": recordings, "seconds": seconds, **about}
    score(films[0], "running_side")  # imports and the model's first run are nobody's
    loop_s, _ = timed(lambda: [score(film, "running_side") for film in films])
    plan = make_plan([str(folder / "scored")], exercise="running_side")
    figures["loop_per_h"] = 3600 * recordings / loop_s
    for workers in (1, 2):
        with LocalEngine(workers) as engine:
            figures[f"workers_{workers}_per_h"] = 3600 * recordings / timed_batch(plan, folder / f"w{workers}", engine)
    stored = [path for kind in ("results", "tracks") for path in (folder / "w1" / kind).glob("*/*")]
    figures["stored_kb"] = sum(path.stat().st_size for path in stored) / 1000 / recordings
    if with_ray:
        figures["ray_2_per_h"] = 3600 * recordings / _ray_s(folder)
    return figures


def _ray_s(folder: Path) -> float:
    """In a process of its own: Ray starts threads and takes over signals."""
    program = f"from bench.bench_batch import ray_main; ray_main({str(folder)!r})"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout.splitlines()[-1]))


def ray_main(folder: str) -> None:
    """Score the films on a Ray of two processors and print the seconds; the cluster's start is not counted."""
    from ray.cluster_utils import Cluster

    from formcheck.batch.engines.ray import RayEngine

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 2, "include_dashboard": False})
    with RayEngine(cluster.address) as engine:
        plan = make_plan([f"{folder}/scored"], exercise="running_side")
        print(json.dumps(timed_batch(plan, Path(folder) / "ray", engine)))
    cluster.shutdown()


def timed_batch(plan: Plan, out: Path, engine: Engine) -> float:
    """Seconds of a batch with warm workers: a batch of its first recordings is scored before."""
    first = Plan(plan.entries[:2])
    batch(first, str(out) + "-warm", engine)
    return timed(lambda: batch(plan, str(out), engine))[0]


def make_films(folder: Path, count: int, seconds: float) -> tuple[list[Path], Figures]:
    """Films of that length with their size and rate, looped from a sample, each with a content of its own."""
    from formcheck.video.open_source import open_source
    from formcheck.video.writer import VideoWriter

    folder.mkdir()
    first = folder / "00000.webm"
    with open_source(ROOT / "sample_videos/clips/running_side_clean.mp4") as source:
        images = [frame.image for frame in source]
        rate_hz, size_px = source.nominal_rate_hz, source.size_px
    with VideoWriter(first, size_px, rate_hz) as film:
        for number, image in enumerate(islice(cycle(images), round(seconds * rate_hz))):
            film.write(image, number / rate_hz)
    films = [first]
    for number in range(1, count):
        copy = folder / f"{number:05d}.webm"
        copy.write_bytes(first.read_bytes() + bytes([0xEC, 0x84]) + number.to_bytes(4))  # an empty element of Matroska
        films.append(copy)
    return films, {"rate_hz": rate_hz, "width_px": size_px[0], "height_px": size_px[1]}


def batch(plan: Plan, out: str, engine: Engine) -> None:
    """A batch that says nothing and must not fail."""
    finished = run_batch(
        plan, open_storage(out), engine, find_model().sha256, Options(table_workers=2), _Nothing(), Watch()
    )
    assert not finished.failed, [record.reason for record in finished.records if not record.result][:3]


class _Nothing:
    def planned(self, plan: Plan, to_do: int) -> None: ...

    def frames(self, count: int) -> None: ...

    def ended(self, entry: Entry, attempt: Attempt) -> None: ...

    def finishing(self) -> None: ...


class _Peak:
    """Peak resident memory of this process and its children but for some, looked at ten times a second, in MB."""

    def __init__(self, apart: frozenset[int]) -> None:
        self.mb = 0.0
        self._apart = apart
        self._stop = Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> _Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(0.1):
            self.mb = max(self.mb, sum(_rss_mb(pid) for pid in _family(os.getpid()) if pid not in self._apart))


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [pid, *(each for child in children for each in _family(int(child)))]


def _rss_mb(pid: int) -> float:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0.0
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds, and what came of it."""
    started_s = time.perf_counter()
    result = work()
    return time.perf_counter() - started_s, result


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What a batch costs.")
    parser.add_argument("--recordings", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--tracks", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--no-ray", action="store_true")
    parser.add_argument("--write", type=Path, metavar="PAGE")
    return parser.parse_args()


if __name__ == "__main__":
    main()
