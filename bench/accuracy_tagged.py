"""The clips with tags scored, with their tags and without; their section of the page can be renewed alone.

    python -m bench.accuracy_tagged [--part test|tune|all] [--write docs/accuracy.md] [--only NAME ...]

`--write` renews the section in the page and, for the test part, `bench/published_tags.json`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from bench.accuracy_figures import publish
from bench.accuracy_tag import TAGGED_DATA, TaggedClip, TaggedTruth, score_tagged, tag_figures, tag_units, tagged_truths
from bench.accuracy_tag_tables import TITLE, tag_tables

PUBLISHED_TAGS: Final = Path(__file__).with_name("published_tags.json")


def main() -> None:
    """Score, print, write."""
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy_tagged", description=__doc__)
    parser.add_argument("--part", choices=("test", "tune", "all"), default="test")
    parser.add_argument("--only", nargs="+", metavar="NAME", default=())
    parser.add_argument("--write", type=Path, metavar="PAGE.md")
    parser.add_argument("--units", action="store_true", help="print what is true and read of every unit, and no tables")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    clips = score_all_tagged(options.part, options.workers, options.only)
    if options.units:
        print("\n".join(_told(clip) for clip in clips))
        return
    blocks = section(clips)
    print("\n\n".join(blocks))
    if options.write:
        text = with_section(options.write.read_text(encoding="utf-8"), blocks)
        options.write.write_text(text, encoding="utf-8")
    if options.write and options.part == "test":
        publish_tagged(clips)


def score_all_tagged(part: str, workers: int = 1, only: Sequence[str] = ()) -> list[TaggedClip]:
    """Every clip with a tag, in the order of names; those named alone, where any are."""
    return score_these([each for each in tagged_truths(part=part) if not only or each.truth.name in only], workers)


def score_these(tagged: Sequence[TaggedTruth], workers: int = 1) -> list[TaggedClip]:
    """These clips, in the order given."""
    work = partial(score_tagged, folder=TAGGED_DATA)
    if workers == 1:
        return [work(each) for each in tagged]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(work, tagged, chunksize=2))


def section(clips: Sequence[TaggedClip]) -> list[str]:
    """The blocks of the section."""
    return list(tag_tables(clips, tag_figures(clips)))


def publish_tagged(clips: Sequence[TaggedClip]) -> None:
    """Write the figures for the test that holds scoring to them."""
    publish(clips, tag_figures(clips), [], PUBLISHED_TAGS)


def with_section(page: str, blocks: Sequence[str]) -> str:
    """The page with its section on tags renewed, or added before "The worst ten clips"."""
    before, found, rest = page.partition(f"{TITLE}\n")
    if found:
        rest = rest[rest.index("\n## ") + 1 :]
    else:
        before, _, rest = page.partition("## The worst ten clips\n")
        rest = f"## The worst ten clips\n{rest}"
    return before + "\n\n".join(blocks) + "\n\n" + rest


def _told(clip: TaggedClip) -> str:
    """One line a unit: true, read with the tag and without, both states."""
    counts = clip.frames
    lines = [
        f"{clip.truth.name} {clip.worn.wear} {clip.worn.size} {clip.truth.view}: found {counts.found} of {counts.shown}"
        f" frames, wrong pose in {counts.wrong} of {counts.resolved}"
    ]
    for unit in tag_units(clip):
        states = {how: verdict.state if verdict else "no rep" for how, verdict in unit.verdicts.items()}
        told = [f"{how} {unit.value(how)} {state}" for how, state in states.items()]
        lines.append(f"  true {unit.true_deg:6.2f}  " + "  ".join(told))
    return "\n".join(lines)


if __name__ == "__main__":
    main()
