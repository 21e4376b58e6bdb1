"""How right formcheck is: the bench's clips scored and held against their truth.

    python -m bench.accuracy [--part test|tune|all] [--write docs/accuracy.md] [--dump FILE.csv] [--workers N]

`--write` renews the page and, for the test part, `bench/published.json` and `bench/published_tags.json`, which the
tests hold scoring to. The section on tags can be renewed alone: `python -m bench.accuracy_tagged`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from bench.accuracy_dump import write_dump
from bench.accuracy_figures import PUBLISHED, all_figures, publish, published
from bench.accuracy_page import page
from bench.accuracy_real import TRACKS, real_rows
from bench.accuracy_score import ScoredClip, score_clip
from bench.accuracy_tagged import publish_tagged, score_all_tagged, section
from bench.scoring_truth import DATA, ClipTruth, truths


def main() -> None:
    """Score, print, write."""
    options = _options()
    clips = truths(options.data, options.part)
    if not clips:
        raise SystemExit(f"no clip of part {options.part!r} in {options.data}: see bench/README.md")
    scored = score_all(clips, options.data, options.workers)
    if options.dump:
        write_dump(scored, options.dump)
        return
    figures = all_figures(scored)
    real = real_rows() if TRACKS.is_dir() else published().real
    tagged = score_all_tagged(options.part, options.workers)
    text = page(scored, figures, real, options.part, section(tagged))
    print(text)
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    if options.write and options.part == "test":
        publish(scored, figures, real, PUBLISHED, {clip.truth.name: clip.recognised for clip in scored})
        publish_tagged(tagged)


def score_all(
    clips: Sequence[ClipTruth], folder: Path = DATA, workers: int = 1, recognising: bool = True
) -> list[ScoredClip]:
    """Every clip scored, in the order given; see ``score_clip``."""
    work = partial(score_clip, folder=folder, recognising=recognising)
    if workers == 1:
        return [work(clip) for clip in clips]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(work, clips, chunksize=4))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy", description=__doc__)
    parser.add_argument("--part", choices=("test", "tune", "all"), default="test")
    parser.add_argument("--data", type=Path, default=DATA, help="folder with NAME.npz and NAME.json")
    parser.add_argument(
        "--write", type=Path, metavar="PAGE.md", help="write the page, and for the test part the figures"
    )
    parser.add_argument("--workers", type=int, default=1, help="processes that score")
    parser.add_argument("--dump", type=Path, help="write one CSV row per repetition and nothing else")
    return parser.parse_args()


if __name__ == "__main__":
    main()
