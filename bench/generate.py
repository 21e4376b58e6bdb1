"""Make the bench's data: draw every clip, estimate its poses, keep the track and the truth, delete the video.

    python -m bench.generate list
    python -m bench.generate render [--seed 7] [--only NAME ...] [--shard I/N] [--keep-video]
    python -m bench.generate extract [--seed 7] [--only NAME ...] [--shard I/N] [--keep-video]

`render` needs the rendering packages, `extract` needs formcheck; they share a folder, `bench/.work` or that of
`--work`, where `extract` waits for videos. Both skip what is in `bench/data` already.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from bench.plans import every_clip
from bench.series import SEED, BenchClip

DATA = Path(__file__).parent / "data"
TAGGED_DATA = DATA / "tagged"
WORK = Path(__file__).parent / ".work"
KEPT = Path(__file__).parent / "videos"
_POLL_S = 2.0
_MOST_WAITING = 12  # videos; a renderer that is far ahead waits for the estimator


def truth_path(name: str, folder: Path = DATA) -> Path:
    """Where the truth of a clip is kept."""
    return folder / f"{name}.json"


def track_path(name: str, folder: Path = DATA) -> Path:
    """Where the track of a clip is kept."""
    return folder / f"{name}.npz"


def tag_truth_path(name: str, folder: Path = TAGGED_DATA) -> Path:
    """Where is kept what is true of a clip's tags frame by frame."""
    return folder / "frames" / f"{name}.npz"


def data_folder(clip: BenchClip) -> Path:
    """Where the data of a clip are kept: those with tags for themselves, since nothing else is measured on them."""
    return TAGGED_DATA if clip.wear else DATA


def _write(record: dict[str, Any], path: Path) -> None:
    unfinished = path.with_suffix(".partial")
    unfinished.write_text(json.dumps(record, separators=(",", ":")) + "\n", encoding="utf-8")
    unfinished.replace(path)


def bench_record(clip: BenchClip, truth: dict[str, Any], seed: int) -> dict[str, Any]:
    """What is true of a clip, with what the bench knows about it."""
    plan = clip.plan
    known = {
        "part": clip.part,
        "negative": clip.negative,
        "bench_seed": seed,
        "placing": clip.placing.record(),
        "film": {
            "crf": plan.crf,
            "noise": plan.sensor.noise,
            "softness_px": plan.sensor.softness_px,
            "gain": plan.sensor.gain,
            "exposure": plan.sensor.exposure,
        },
    }
    if clip.wear:
        known["wear"] = clip.wear
    record = truth | known | clip.grades()
    camera = {key: value for key, value in record["camera"].items() if key not in ("K", "R", "t")}
    return record | {"camera": camera}


def render(clips: list[BenchClip], seed: int, keep_video: bool, work: Path = WORK, ahead: int = _MOST_WAITING) -> None:
    """Draw clips; each video appears in the work folder, under its name, when it is finished."""
    from sample_videos.renderer.studio import film_with_record

    folder = KEPT if keep_video else work
    folder.mkdir(exist_ok=True)
    for clip in clips:
        waiting = work / f"{clip.name}.json"
        if not keep_video and (truth_path(clip.name, data_folder(clip)).exists() or waiting.exists()):
            continue
        while not keep_video and len(list(work.glob("[!.]*.mp4"))) >= ahead:
            time.sleep(_POLL_S)
        truth = film_with_record(clip.plan, folder)
        _write(bench_record(clip, truth, seed), folder / f"{clip.name}.json")
        print(clip.name, truth["frames"], flush=True)


def _extract_one(name: str, folder: Path, work: Path, keep_video: bool) -> None:
    from formcheck.errors import NobodyToScoreError
    from formcheck.extract import extract
    from formcheck.pose.store import save_track

    folder.mkdir(exist_ok=True)
    record = json.loads((work / f"{name}.json").read_text(encoding="utf-8"))
    try:
        save_track(extract(work / f"{name}.mp4"), track_path(name, folder))
    except NobodyToScoreError:
        record["nobody_found"] = True
    tags = work / f"{name}.tag.npz"
    if tags.exists():
        tag_truth_path(name, folder).parent.mkdir(exist_ok=True)
        tag_truth_path(name, folder).write_bytes(tags.read_bytes())
    _write(record, truth_path(name, folder))
    for suffix in () if keep_video else (".mp4", ".json", ".tag.npz"):
        (work / f"{name}{suffix}").unlink(missing_ok=True)
    print(name, flush=True)


def extract_all(clips: list[BenchClip], work: Path = WORK, keep_video: bool = False) -> None:
    """Estimate the poses of each video as it comes, until every clip has its data."""
    while missing := [clip for clip in clips if not truth_path(clip.name, data_folder(clip)).exists()]:
        ready = [c for c in missing if all((work / f"{c.name}{kind}").exists() for kind in (".mp4", ".json"))]
        for clip in ready:
            _extract_one(clip.name, data_folder(clip), work, keep_video)
        if not ready:
            time.sleep(_POLL_S)


def _listing(clips: list[BenchClip]) -> str:
    rows = [
        f"{c.name:18} {c.frames:5} frames  {c.plan.fps:2} fps  {c.plan.body.name:5} {c.placing.place:10}"
        f" {c.plan.shows or c.placing.view}"
        for c in clips
    ]
    return "\n".join([*rows, f"{len(clips)} clips, about {sum(c.frames for c in clips)} frames"])


def _shard(text: str) -> tuple[int, int]:
    index, _, count = text.partition("/")
    return int(index), int(count)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.generate", description=__doc__)
    parser.add_argument("step", choices=["list", "render", "extract"])
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these clips only")
    parser.add_argument("--shard", type=_shard, default=(1, 1), metavar="I/N", help="every N-th clip from the I-th")
    parser.add_argument(
        "--keep-video",
        action="store_true",
        help="render into bench/videos, to look at, from which no data are made; do not delete what was extracted from",
    )
    parser.add_argument("--work", type=Path, default=WORK, help="folder in which both steps meet")
    parser.add_argument(
        "--ahead", type=int, default=_MOST_WAITING, help=f"most videos that wait there (default {_MOST_WAITING})"
    )
    arguments = parser.parse_args()
    unknown = set(arguments.only or ()) - {clip.name for clip in every_clip(arguments.seed)}
    if unknown:
        parser.error(f"no such clip: {', '.join(sorted(unknown))}; see `python -m bench.generate list`")
    return arguments


def main() -> None:
    """Do one step."""
    arguments = _arguments()
    clips = [c for c in every_clip(arguments.seed) if not arguments.only or c.name in arguments.only]
    index, count = arguments.shard
    clips = clips[index - 1 :: count]
    if arguments.step == "list":
        print(_listing(clips))
    elif arguments.step == "render":
        render(clips, arguments.seed, arguments.keep_video, arguments.work, arguments.ahead)
    else:
        extract_all(clips, arguments.work, arguments.keep_video)


if __name__ == "__main__":
    main()
