"""Tracks on disk: small, exact, and checked when read.

One compressed ``.npz`` of whole numbers. Every pose is put on the same grid when it is made (`quantise`), so
a track read back equals the one that was saved, bit for bit, and scores the same. At 30 frames a second a
minute needs 350 to 700 kB.

Format, version 1: ``header`` (JSON: format, version, size, how it was made), ``t_s`` (float64), ``image_px``
in 1/16 px, ``world_m`` in 1/2 mm, ``visibility`` and ``presence`` in 1/255 and ``brightness`` in 1/4 grey
level, each as differences along time; ``unseen`` marks (packed bits) what is NaN. A track in which a tag was seen
holds ``tags`` too: rows in steps of their own grid (see `formcheck.pose.tag_seen`), as differences along time, with
a code of -1 where none was seen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from formcheck.atomic import replacing
from formcheck.errors import SourceError
from formcheck.pose.landmarks import LANDMARK_COUNT
from formcheck.pose.npz import Arrays, read_npz
from formcheck.pose.pose import Array, Pose
from formcheck.pose.tag_seen import FACES, TAG_WIDTH, from_tag_steps, no_tags, tag_steps
from formcheck.pose.track import PoseTrack, TrackInfo

__all__ = ["load_track", "quantise", "quantise_track", "save_track"]

_FORMAT: Final = "formcheck-track"
_VERSION: Final = 1
_STEPS: Final = {
    "image_px": 1 / 16,
    "world_m": 1 / 2000,
    "visibility": 1 / 255,
    "presence": 1 / 255,
    "brightness": 1 / 4,
}
_NO_TAG: Final = np.concatenate([[-1.0], np.zeros(TAG_WIDTH - 1)])
_FOREIGN_KEYS: Final = {"t_s", "image_px", "world_m", "visibility", "presence", "size_wh"}


@dataclass(frozen=True, slots=True)
class _Header:
    format: Literal["formcheck-track"]
    version: int
    size_px: tuple[int, int]
    info: TrackInfo


_HEADER: Final = TypeAdapter(_Header)


def quantise(pose: Pose) -> Pose:
    """The pose on the grid that tracks are stored on; doing it twice changes nothing."""
    return replace(
        pose,
        image_px=_on_grid("image_px", pose.image_px),
        world_m=_on_grid("world_m", pose.world_m),
        visibility=_on_grid("visibility", pose.visibility),
        presence=_on_grid("presence", pose.presence),
        brightness=float(_on_grid("brightness", np.array(pose.brightness))),
    )


def quantise_track(track: PoseTrack) -> PoseTrack:
    """The same for a whole track."""
    values: dict[str, Any] = {name: _on_grid(name, getattr(track, name)) for name in _STEPS}
    return replace(track, **values)


def _on_grid(name: str, values: Array) -> Array:
    return _from_steps(name, np.round(values / _STEPS[name]))


def _from_steps(name: str, steps: Array) -> Array:
    return steps * _STEPS[name] + 0.0  # the sum turns a negative zero into the zero that is read back


def save_track(track: PoseTrack, path: str | Path) -> None:
    """Write ``track`` to ``path``, whole or not at all.

    Raises:
        OutputError: the file cannot be written.
    """
    header = _Header(_FORMAT, _VERSION, track.size_px, track.info)
    arrays: dict[str, NDArray[Any]] = {
        "header": np.frombuffer(_HEADER.dump_json(header), dtype=np.uint8),
        "t_s": track.t_s,
        "unseen": np.packbits(np.concatenate([np.isnan(getattr(track, name)).ravel() for name in _STEPS])),
    }
    arrays |= {name: _differences(name, getattr(track, name)) for name in _STEPS}
    if len(track.tags):
        arrays["tags"] = _tag_differences(track.tags)
    with replacing(path) as partial, partial.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def _differences(name: str, values: Array) -> NDArray[np.int32]:
    steps = np.nan_to_num(np.round(values / _STEPS[name]), nan=0.0).astype(np.int32)
    return np.diff(steps, axis=0, prepend=np.zeros_like(steps[:1]))


def _tag_differences(rows: Array) -> NDArray[np.int32]:
    steps = tag_steps(rows)
    steps[np.isnan(rows[:, 0])] = _NO_TAG
    differences: NDArray[np.int32] = np.diff(steps, axis=0, prepend=0.0).astype(np.int32)
    return differences


def _tags(arrays: Arrays) -> Array:
    if "tags" not in arrays:
        return no_tags()
    if arrays["tags"].shape[1:] != (TAG_WIDTH,):
        raise ValueError(f"its tags are not of shape (frames, {TAG_WIDTH})")
    steps = np.cumsum(arrays["tags"], axis=0, dtype=np.int64).astype(float)
    if not np.isin(steps[:, 1], (0, 1)).all() or not np.isin(steps[:, -1], range(len(FACES) + 1)).all():
        raise ValueError("its tags are of no known kind")
    steps[steps[:, 0] < 0] = np.nan
    return from_tag_steps(steps)


def load_track(path: str | Path) -> PoseTrack:
    """Read a stored track: this program's own, or plain arrays (``t_s, image_px, world_m, ..., size_wh``).

    Raises:
        SourceError: the file is missing, damaged, no track, or from a newer version.
    """
    arrays = read_npz(Path(path))
    try:
        if "header" in arrays:
            track = _own(arrays)
        elif arrays.keys() >= _FOREIGN_KEYS:
            track = _foreign(arrays)
        else:
            raise ValueError("it holds other arrays")
        _check(track)
    except (ValueError, KeyError, TypeError) as error:  # a ValidationError is a ValueError
        raise SourceError(f"'{path}' is no pose track ({_first_line(error)}): make it again") from error
    return track


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "its header cannot be understood"
    if isinstance(error, KeyError):
        return f"it lacks {error}"
    return str(error).splitlines()[0]


def _own(arrays: Arrays) -> PoseTrack:
    header = _HEADER.validate_json(arrays["header"].tobytes())
    if header.version > _VERSION:
        raise ValueError(f"written by a newer formcheck, format {header.version}: update to read it")
    n = len(arrays["t_s"])
    shapes = _shapes(n)
    count = sum(math.prod(shape) for shape in shapes.values())
    if len(arrays["unseen"]) != -(-count // 8):
        raise ValueError("its marks of unseen landmarks are cut short")
    unseen = np.unpackbits(arrays["unseen"], count=count)
    values: dict[str, Any] = {}
    for name, shape in shapes.items():
        steps = np.cumsum(arrays[name], axis=0, dtype=np.int64).astype(float).reshape(shape)
        mask, unseen = unseen[: steps.size], unseen[steps.size :]
        steps[mask.reshape(shape).astype(bool)] = np.nan
        values[name] = _from_steps(name, steps)
    t_s = arrays["t_s"].astype(float)
    return PoseTrack(t_s=t_s, size_px=header.size_px, info=header.info, tags=_tags(arrays), **values)


def _foreign(arrays: Arrays) -> PoseTrack:
    t_s = arrays["t_s"].astype(float)
    width, height = (int(side) for side in arrays["size_wh"])
    values: dict[str, Any] = {name: arrays[name].astype(float) for name in _STEPS if name != "brightness"}
    values["brightness"] = np.full(len(t_s), np.nan)
    return quantise_track(PoseTrack(t_s=t_s, size_px=(width, height), **values))


def _shapes(n: int) -> dict[str, tuple[int, ...]]:
    points = (n, LANDMARK_COUNT)
    return {
        "image_px": (*points, 3),
        "world_m": (*points, 3),
        "visibility": points,
        "presence": points,
        "brightness": (n,),
    }


def _check(track: PoseTrack) -> None:
    """Raises ValueError where the arrays do not make a track."""
    if track.t_s.ndim != 1 or any(getattr(track, k).shape != v for k, v in _shapes(len(track)).items()):
        raise ValueError(f"its arrays are not of shape (frames, {LANDMARK_COUNT}, ...)")
    if not np.isfinite(track.t_s).all() or (np.diff(track.t_s) <= 0).any():
        raise ValueError("its times do not increase")
    if len(track) and min(track.size_px) < 1:
        raise ValueError(f"its frames have the size {track.size_px[0]}x{track.size_px[1]}")
    for name in ("visibility", "presence"):
        values = getattr(track, name)
        if not ((values >= 0) & (values <= 1)).all():
            raise ValueError(f"its {name} is not between 0 and 1")
    if np.isinf(track.image_px).any() or np.isinf(track.world_m).any():
        raise ValueError("it holds infinite positions")
    if track.tags.shape not in ((len(track), TAG_WIDTH), (0, TAG_WIDTH)):
        raise ValueError(f"its tags are not of shape (frames, {TAG_WIDTH})")
