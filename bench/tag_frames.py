"""Frame by frame: how well a tag's corners and both poses of its square are found, against what is true.

    python -m bench.tag_frames --videos FOLDER [--only NAME ...] [--every N] [--focal 1.2]

reads NAME.mp4, NAME.json and NAME.tag.npz of the volume with tags, as `bench.generate render` leaves them, looks at the
true place of the tag with each way of refining corners, and prints a table by the tag's size and by how squarely it
faces the camera. `--focal` is the share of the true focal length that the poses are solved with; without it they are
solved as the product does, which knows no camera.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np
from numpy.typing import NDArray

from bench.accuracy_format import table
from formcheck.tag.detect import Grey, Refinement, TagDetector, grey_of, square_poses
from formcheck.tag.finder import FOCAL_PER_LONG_SIDE
from formcheck.tag.resolve import between_deg, turns_of
from formcheck.video.open_source import open_source

Array = NDArray[np.float64]

REFINEMENTS: Final[tuple[Refinement, ...]] = get_args(Refinement)
SIZE_CLASSES: Final = ((35.0, np.inf), (25.0, 35.0), (0.0, 25.0))
FACING_CLASSES: Final = ((0.0, 15.0), (15.0, 35.0), (35.0, 65.0))
"""Degrees between the tag's face and the way to the camera."""

WHOLE: Final = 0.98
"""Share of the tag that a frame must show to be asked for it."""

_ALIKE_DEG: Final = 3.0
"""Two poses that differ by less are one: neither is a wrong choice."""

_AROUND: Final = 1.6
"""Of the picture, this many sides around the tag are looked at."""


@dataclass(frozen=True)
class Seen:
    """One frame with the whole tag in it, read with one refinement; `found` is False where the tag was not."""

    clip: str
    refinement: str
    side_px: float
    facing_deg: float
    found: bool
    corner_px: float = np.nan
    corner_bias_px: tuple[float, float] = (np.nan, np.nan)
    best_deg: float = np.nan
    chosen_deg: float = np.nan
    apart_deg: float = np.nan

    @property
    def wrong(self) -> bool:
        """The better fitting pose is the one further from the truth."""
        return self.apart_deg > _ALIKE_DEG and self.chosen_deg > self.best_deg + 1e-6


@dataclass(frozen=True)
class TagClip:
    """A clip with its truth; rotations are from the tag's axes to the camera's."""

    name: str
    video: Path
    code: int
    focal_px: float
    size_px: tuple[int, int]
    corners_px: Array
    turns: Array
    facing_deg: Array
    seen: Array


def tag_clip(folder: Path, name: str, camera_turn: Array) -> TagClip:
    """The first tag of a clip; `camera_turn` is the camera's rotation from the world."""
    record = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    arrays = np.load(folder / f"{name}.tag.npz")
    tag = record["tags"][0]
    turns = camera_turn @ turns_of(np.radians(arrays["tag_turn_deg"][:, 0].astype(float)))
    return TagClip(
        name,
        folder / f"{name}.mp4",
        tag["code"],
        tag["focal_px"],
        (record["size_px"][0], record["size_px"][1]),
        arrays["corners_px"][:, 0].astype(float),
        turns,
        arrays["facing_deg"][:, 0].astype(float),
        arrays["seen"][:, 0].astype(float),
    )


def read_clip(clip: TagClip, every: int, focal_ratio: float | None) -> Iterator[Seen]:
    """Every N-th frame with the whole tag, with each refinement."""
    detectors = {name: TagDetector("4X4_50", name) for name in REFINEMENTS}
    focal_px = clip.focal_px * focal_ratio if focal_ratio else FOCAL_PER_LONG_SIDE * max(clip.size_px)
    with open_source(clip.video) as frames:
        for i, frame in enumerate(frames):
            if i % every or i >= len(clip.seen) or clip.seen[i] < WHOLE:
                continue
            for name, detector in detectors.items():
                yield look_at(clip, i, np.asarray(frame.image), name, detector, focal_px)


def side_px(corners_px: Array) -> float:
    """The tag's longest edge."""
    return float(np.linalg.norm(corners_px - np.roll(corners_px, 1, axis=0), axis=1).max())


def look_at(
    clip: TagClip, i: int, image: NDArray[Any], name: Refinement, detector: TagDetector, focal_px: float
) -> Seen:
    """One frame with one refinement."""
    true = clip.corners_px[i]
    size, facing_deg = side_px(true), float(clip.facing_deg[i])
    found = _found(image, true, size, clip.code, detector)
    if found is None:
        return Seen(clip.name, name, size, facing_deg, found=False)
    off = found - true
    centre = (clip.size_px[0] / 2, clip.size_px[1] / 2)
    rotations, _ = square_poses(found, focal_px, centre)
    poses = turns_of(rotations)
    errors = between_deg(poses, np.broadcast_to(clip.turns[i], poses.shape))
    return Seen(
        clip.name,
        name,
        size,
        facing_deg,
        True,
        float(np.sqrt(np.mean(np.sum(off**2, axis=1)))),
        (float(off[:, 0].mean()), float(off[:, 1].mean())),
        float(errors.min()),
        float(errors[0]),
        float(between_deg(poses[0], poses[1])),
    )


def _found(image: NDArray[Any], true: Array, size: float, code: int, detector: TagDetector) -> Array | None:
    """Corners in the picture, looked for around where they are."""
    middle, reach = true.mean(axis=0), _AROUND * size
    low = np.maximum(np.floor(middle - reach), 0).astype(int)
    high = np.ceil(middle + reach).astype(int)
    grey: Grey = grey_of(image[low[1] : high[1], low[0] : high[0]], red_first=True, scale=1.0)
    own = [each for each in detector.find(grey)[0] if each.code == code]
    if not own:
        return None
    refined = detector.refined(grey, own[0])
    return None if refined is None else refined.corners_px + low


def frame_table(seen: Sequence[Seen]) -> str:
    """How each refinement does, by size and by how squarely the tag faces the camera."""
    header = [
        "tag, px",
        "facing, deg",
        "corners by",
        "frames",
        "found",
        "corners off, px: median, 95%",
        "mean offset x, y",
        "nearer pose off, deg: median, 95%",
        "better fit is the other pose",
    ]
    rows = []
    for size in SIZE_CLASSES:
        for facing in FACING_CLASSES:
            own = [s for s in seen if size[0] <= s.side_px < size[1] and facing[0] <= s.facing_deg < facing[1]]
            by_name = {name: [s for s in own if s.refinement == name] for name in REFINEMENTS}
            rows += [_row(size, facing, name, found) for name, found in by_name.items() if found]
    return table(header, rows)


def _row(size: tuple[float, float], facing: tuple[float, float], name: str, own: Sequence[Seen]) -> list[str]:
    found = [s for s in own if s.found]
    said = [f"{size[0]:g}-{size[1]:g}", f"{facing[0]:g}-{facing[1]:g}", name, str(len(own))]
    if not found:
        return [*said, "0%", "-", "-", "-", "-"]
    bias = np.mean([s.corner_bias_px for s in found], axis=0)
    return [
        *said,
        f"{100 * len(found) / len(own):.1f}%",
        _spread([s.corner_px for s in found], 3),
        f"{bias[0]:+.3f}, {bias[1]:+.3f}",
        _spread([s.best_deg for s in found], 2),
        f"{100 * np.mean([s.wrong for s in found]):.1f}%",
    ]


def _spread(values: Sequence[float], digits: int) -> str:
    return f"{np.median(values):.{digits}f}, {np.quantile(values, 0.95):.{digits}f}"


def main() -> None:
    """Read and print."""
    from bench.tagged import tag_clips

    parser = argparse.ArgumentParser(prog="python -m bench.tag_frames", description=__doc__)
    parser.add_argument("--videos", type=Path, required=True)
    parser.add_argument("--only", nargs="+", default=())
    parser.add_argument("--every", type=int, default=3, help="look at every N-th frame")
    parser.add_argument("--focal", type=float, help="share of the true focal length to solve with")
    options = parser.parse_args()
    plans = {clip.name: clip.plan for clip in tag_clips()}
    names = [n for n in options.only or plans if (options.videos / f"{n}.tag.npz").exists()]
    seen: list[Seen] = []
    for name in names:
        clip = tag_clip(options.videos, name, plans[name].camera.rotation)
        seen += read_clip(clip, options.every, options.focal)
    print(frame_table(seen))


if __name__ == "__main__":
    main()
