"""Kills a batch at random moments and lets it go on: its tables must be those of a batch that was let alone.

``python -m bench.batch_kill [--points 20] [--seed N]``. The recordings are stored tracks of the bench's people and
one sample film. Exits with 1 when a table differs.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLES = (
    "reps.parquet",
    "reps.csv",
    "checks.parquet",
    "recordings.parquet",
    "failures.csv",
    "index.jsonl",
    "summary.html",
)
GROUPS = {"clamshell": "clamshell", "bridge": "single_leg_glute_bridge", "side": "running_side"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--points", type=int, default=20)
    parser.add_argument("--seed", type=int, default=6)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        different = kill_and_compare(Path(folder), options.points, options.seed, film=True)
    print(f"killed at {options.points} moments; tables that differ: {', '.join(different) or 'none'}")
    sys.exit(bool(different))


def kill_and_compare(
    folder: Path, points: int, seed: int, *, sets: int = 3, film: bool = False, options: Sequence[str] = ()
) -> list[str]:
    """Names of the tables that are not, byte for byte, those of an uninterrupted batch."""
    manifest = make_clinic(folder, sets, film=film)
    started_s = time.monotonic()
    run(manifest, folder / "whole", options=options)
    whole_s = time.monotonic() - started_s
    moments = random.Random(seed)
    for _ in range(points):
        run(manifest, folder / "killed", kill_after_s=moments.uniform(0.2, whole_s), options=options)
    run(manifest, folder / "killed", options=options)
    return [
        name for name in TABLES if (folder / "whole" / name).read_bytes() != (folder / "killed" / name).read_bytes()
    ]


def make_clinic(folder: Path, sets: int, *, film: bool) -> Path:
    """A manifest of tracks, a file that is no recording, one under two names, and perhaps a film."""
    rows = [
        (ROOT / f"bench/data/{group}_test_{number:02d}.npz", exercise)
        for group, exercise in GROUPS.items()
        for number in range(1, sets + 1)
    ]
    if film:
        rows.append((ROOT / "sample_videos/clips/running_side_clean.mp4", "running_side"))
    shutil.copyfile(rows[0][0], folder / "copy.npz")
    (folder / "no film.mp4").write_text("not a recording", encoding="utf-8")
    rows += [(folder / "copy.npz", rows[0][1]), (folder / "no film.mp4", "clamshell")]
    manifest = folder / "manifest.csv"
    lines = ["file,exercise", *(f"{path},{exercise}" for path, exercise in rows)]
    manifest.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return manifest


def run(manifest: Path, out: Path, kill_after_s: float | None = None, options: Sequence[str] = ()) -> int | None:
    """Run the command; its exit code, or None when it was killed with everything it had started."""
    command = [sys.executable, "-m", "formcheck", "batch", "--manifest", str(manifest), "--out", str(out), "--quiet"]
    process = subprocess.Popen([*command, *options], cwd=ROOT, start_new_session=True)
    try:
        return process.wait(kill_after_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return None


if __name__ == "__main__":
    main()
