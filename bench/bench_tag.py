"""What looking for the waistband tag costs: the same recording read with looking and without, in turn.

    python -m bench.bench_tag [CLIP ...] [--rounds N]

Clips are brought to 1080p and 20 s first. CPU time is what counts: two rounds never meet the same machine. Aims:
2% more for a recording without a tag, 10% for one with.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Final
from unittest.mock import patch

from bench.bench_speed import ROOT, make_clip
from formcheck.extract import extract
from formcheck.pose.pose import Pose
from formcheck.pose.track import PoseTrack
from formcheck.video.frame import Frame

CLIPS: Final = ROOT / "sample_videos" / "clips"
USUAL: Final = ("clamshell_clean_right.mp4", "clamshell_tag_low_right.mp4")
AIMS: Final = {False: 2.0, True: 10.0}


def main() -> None:
    """Print a line for each clip."""
    parser = argparse.ArgumentParser(prog="python -m bench.bench_tag", description=__doc__)
    parser.add_argument("clips", type=Path, nargs="*", default=[CLIPS / name for name in USUAL])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for clip in options.clips:
        with tempfile.TemporaryDirectory() as folder:
            print_cost(clip.stem, make_clip(clip, Path(folder) / "clip.mp4"), options.rounds)


def print_cost(name: str, film: Path, rounds: int) -> None:
    """CPU time a frame with looking and without, and by how much the one is more."""
    track = extract(film)  # loads libraries and model once, so that no round pays for it
    seen = len(track.tags) > 0
    shares, bare, looked = [], [], []
    for _ in range(rounds):
        with patch("formcheck.extract.TagFinder.see", _nothing_seen):
            bare.append(_cpu_ms(lambda: extract(film), len(track)))
        looked.append(_cpu_ms(lambda: extract(film), len(track)))
        shares.append(100 * (looked[-1] / bare[-1] - 1))
    kind = "with a tag" if seen else "without a tag"
    print(
        f"{name} ({kind}): {median(bare):.2f} ms of CPU a frame without looking, {median(looked):.2f} with,"
        f" {median(shares):+.1f}% (aim: at most {AIMS[seen]:g}%)",
        flush=True,
    )


def _nothing_seen(_finder: object, pose: Pose, _frame: Frame) -> Pose:
    return pose


def _cpu_ms(work: Callable[[], PoseTrack], frames: int) -> float:
    started = time.process_time()
    work()
    return 1000 * (time.process_time() - started) / frames


if __name__ == "__main__":
    main()
