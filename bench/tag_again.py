"""Look for the tags of the bench's clips again, in kept videos, without estimating anybody's pose anew.

    python -m bench.tag_again --videos FOLDER [--only NAME ...]

After a change to how tags are found: the tracks in `bench/data/tagged` keep their poses and get new tags.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from bench.accuracy_tag import TAGGED_DATA
from formcheck.pose.store import load_track, save_track
from formcheck.pose.tag_seen import TagLog
from formcheck.pose.track import PoseTrack
from formcheck.tag.design import DEFAULT
from formcheck.tag.finder import TagFinder
from formcheck.video.open_source import open_source


def tags_again(track: PoseTrack, video: Path) -> PoseTrack:
    """The same poses with what is seen of a tag now."""
    finder, log = TagFinder(DEFAULT), TagLog()
    with open_source(video) as frames:
        for pose, frame in zip(track, frames, strict=True):
            log.add(finder.see(replace(pose, tag=None), frame).tag)
    return replace(track, tags=log.rows(), info=replace(track.info, tag_dictionary=DEFAULT.dictionary))


def main() -> None:
    """Every kept track that has a video."""
    parser = argparse.ArgumentParser(prog="python -m bench.tag_again", description=__doc__)
    parser.add_argument("--videos", type=Path, required=True)
    parser.add_argument("--only", nargs="+", metavar="NAME", default=())
    options = parser.parse_args()
    for path in sorted(TAGGED_DATA.glob("*.npz")):
        video = options.videos / f"{path.stem}.mp4"
        if video.exists() and (not options.only or path.stem in options.only):
            save_track(tags_again(load_track(path), video), path)
            print(path.stem, flush=True)


if __name__ == "__main__":
    main()
