"""In how many frames of a track a tag was found, and in how many the wrong one of its two poses was taken."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from formcheck.pose.track import PoseTrack
from formcheck.tag.pelvis import Pelvis, TagRecord
from formcheck.tag.resolve import SURE_MARGIN, between_deg, turns_of
from sample_videos.renderer.camera import Camera

WHOLE: Final = 0.98
"""Share of the tag that a frame shows when it shows all of it."""
STEEPEST_DEG: Final = 70.0
"""Between the tag's face and the way to the camera; at a steeper slant it is not asked for."""
APART_DEG: Final = 3.0
"""The pose taken is the wrong one where it is further from the truth than the other by more than this."""


@dataclass(frozen=True)
class FrameCounts:
    """Frames that show the whole tag, of these with the tag found; frames with a pose taken, of these with a wrong one.

    Poses are asked for in all frames that are read, a little hidden or not. `surely_wrong` are those of the wrong ones
    of which it was not known that they may be: readings of the others allow for both poses, or are not given.
    """

    shown: int = 0
    found: int = 0
    resolved: int = 0
    wrong: int = 0
    surely_wrong: int = 0


def frames_of(name: str, track: PoseTrack | None, folder: Path) -> FrameCounts:
    """Count the frames of a clip, whose truth is `NAME.json` and `frames/NAME.npz`."""
    record = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    with np.load(folder / "frames" / f"{name}.npz") as arrays:
        truth = {key: arrays[key].astype(float) for key in arrays.files}
    shown = (truth["seen"][:, 0] >= WHOLE) & (truth["facing_deg"][:, 0] <= STEEPEST_DEG)
    if track is None:
        return FrameCounts(int(shown.sum()))
    code = record["tags"][0]["code"]
    found = track.tags[:, 0] == code if len(track.tags) else np.zeros(len(track), bool)
    poses = _poses(track, record, truth)
    return FrameCounts(int(shown.sum()), int((shown & found[: len(shown)]).sum()), *poses)


def _poses(track: PoseTrack, record: dict[str, Any], truth: dict[str, Any]) -> tuple[int, int, int]:
    """Frames with a pose, those with the wrong one, and of these the ones that pass for sure."""
    seen = TagRecord()
    for pose in track:
        seen.add(pose)
    pelvis = Pelvis.of(seen)
    if pelvis is None:
        return 0, 0, 0
    true = camera_of(record).rotation @ turns_of(np.radians(truth["tag_turn_deg"][:, 0]))
    frames = np.argmin(np.abs(track.t_s[:, None] - pelvis.t_s[None, :]), axis=0)
    own, other = (between_deg(turns, true[frames]) for turns in (pelvis.resolved.turns, pelvis.resolved.others))
    wrong = own > other + APART_DEG
    sure = pelvis.resolved.margin >= SURE_MARGIN
    return len(frames), int(wrong.sum()), int((wrong & sure).sum())


def camera_of(record: dict[str, Any]) -> Camera:
    """The camera of a truth file."""
    camera = record["camera"]
    size_px = (record["size_px"][0], record["size_px"][1])
    return Camera(tuple(camera["pos_m"]), tuple(camera["look_at_m"]), camera["vfov_deg"], size_px, camera["roll_deg"])
