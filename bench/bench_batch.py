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
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle, islice
from pathlib import Path
from threading import Event
from typing import TypeVar

from formcheck.batch.engines.base import Engine, Watch
from formcheck.batch.engines.local import LocalEngine
from formcheck.batch.journal import Attempt
from formcheck.batch.plan import Entry, Plan, make_plan
from formcheck.batch.rescore import folder_for, rescore
from formcheck.batch.runner import Options, run_batch
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
BEGIN, END = "<!-- figures -->\n", "<!-- /figures -->\n"

Figures = dict[str, float]

T = TypeVar("T")


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), options)
    text = page(figures)
    print(text)
    if options.write:
        before, _, rest = options.write.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        options.write.write_text(f"{before}{BEGIN}{text}{END}{after}", encoding="utf-8")


def measure(folder: Path, options: argparse.Namespace) -> Figures:
    """Every figure, by name."""
    figures: Figures = {"load_before": os.getloadavg()[0], "cores": len(os.sched_getaffinity(0))}
    figures |= planning(folder, options.rows)
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
    elapsed_s, plan = timed(lambda: make_plan([], manifest))
    assert len(plan.entries) == rows
    shutil.rmtree(films)
    return {"plan_rows": rows, "plan_s": elapsed_s}


def rescoring(folder: Path, tracks: int) -> Figures:
    """Seconds and peak memory of `rescore` for so many different stored tracks."""
    home = folder / "tracks"
    home.mkdir()
    rows = list(islice(_varied_tracks(home), tracks))
    manifest = home / "manifest.csv"
    manifest.write_text("\n".join(["file,exercise", *rows]) + "\n", encoding="utf-8")
    out = str(folder / "rescored")
    with LocalEngine(2) as engine:
        first_s, _ = timed(lambda: batch(make_plan([], manifest), out, engine))
    peak = _Peak()
    with peak:
        again_s, _ = timed(
            lambda: rescore(open_storage(out), LIMITS, folder_for(Path("bench.toml"), LIMITS), workers=2, stop=Event())
        )
    return {"tracks": tracks, "from_tracks_s": first_s, "rescore_s": again_s, "rescore_peak_mb": peak.mb}


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
    films = make_films(folder / "scored", recordings, seconds)
    figures: Figures = {"recordings": recordings, "seconds": seconds}
    score(films[0], "running_side")  # imports and the model's first run are nobody's
    loop_s, _ = timed(lambda: [score(film, "running_side") for film in films])
    plan = make_plan([str(folder / "scored")], exercise="running_side")
    figures["loop_per_h"] = 3600 * recordings / loop_s
    for workers in (1, 2):
        with LocalEngine(workers) as engine:
            figures[f"workers_{workers}_per_h"] = 3600 * recordings / timed_batch(plan, folder / f"w{workers}", engine)
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


def make_films(folder: Path, count: int, seconds: float) -> list[Path]:
    """Films of the given length, cut and looped from a sample, each with a content of its own."""
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
    return films


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
    """Peak resident memory of this process and its children together, looked at ten times a second, in MB."""

    def __init__(self) -> None:
        self.mb = 0.0
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
            self.mb = max(self.mb, sum(map(_rss_mb, _family(os.getpid()))))


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


def page(f: Mapping[str, float]) -> str:
    """The figures as a table, with what follows for a million recordings."""
    ten_thousand_s = f["rescore_s"] * 10_000 / f["tracks"]
    busy = max(f["load_before"], f["load_after"]) > 1.5 * f["cores"]
    lines = [
        f"Measured on {f['cores']:.0f} cores; load {f['load_before']:.1f} before, {f['load_after']:.1f} after"
        + (" (busy with other work: the figures are too low)." if busy else "."),
        "",
        "| | measured | aim |",
        "|---|---|---|",
        f"| plain loop, recordings of {f['seconds']:.0f} s an hour | {f['loop_per_h']:.0f} | |",
        f"| one worker | {f['workers_1_per_h']:.0f} | |",
        f"| two workers | {f['workers_2_per_h']:.0f} | |",
        f"| two workers against one | {f['workers_2_per_h'] / f['workers_1_per_h']:.2f} | 1.85 |",
    ]
    if "ray_2_per_h" in f:
        overhead = 100 * (f["workers_2_per_h"] / f["ray_2_per_h"] - 1)
        lines.append(
            f"| Ray's overhead over two local workers, {f['recordings']:.0f} recordings | {overhead:.0f}% | 5% |"
        )
    lines += [
        f"| `rescore` of {f['tracks']:.0f} tracks, two processes | {f['rescore_s']:.1f} s | |",
        f"| the same for 10,000, by proportion | {ten_thousand_s:.0f} s | 120 s |",
        f"| its peak memory, all processes | {f['rescore_peak_mb']:.0f} MB | flat |",
        f"| planning {f['plan_rows']:.0f} manifest rows | {f['plan_s']:.1f} s | 20 s |",
        "",
    ]
    return "\n".join(lines)


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
