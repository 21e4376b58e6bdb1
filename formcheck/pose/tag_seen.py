"""A printed tag as it was seen in one frame: its corners and both poses that a flat square may have.

Seen nearly face-on, a small square fits two poses about equally well; both are kept, and time decides
(see :mod:`formcheck.tag.resolve`).
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, Self

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "FACES",
    "TAG_WIDTH",
    "Face",
    "TagLog",
    "TagSeen",
    "from_tag_steps",
    "joined_tags",
    "mirrored_tags",
    "no_tags",
    "tag_steps",
]

Array = NDArray[np.float64]

Face = Literal["front", "back"]
FACES: Final[tuple[Face, Face]] = ("front", "back")

TAG_WIDTH: Final = 20
"""Numbers in a row: code, mirrored (0 or 1), corners, both rotations, both errors, alike, face (0 none, 1 front,
2 back)."""

_STEPS: Final = np.concatenate([np.ones(2), np.full(8, 1 / 64), np.full(8, 1 / 8192), [1 / 256, 1]])
_X: Final = slice(2, 10, 2)


@dataclass(frozen=True, slots=True, eq=False)
class TagSeen:
    """One tag in one frame.

    Attributes:
        code: its number in the dictionary that was looked for.
        face: the card that has this code, of the pair that was looked for; None for a stranger's.
        mirrored: the picture shows it as a mirror does.
        corners_px: (4, 2) in pixels of the original frame, from the code's own upper left corner on, clockwise
            as the card is printed.
        rotations: (2, 3) rotation vectors that turn the tag's axes (x right, y up, z toward who looks) into the
            camera's (x right, y down, z away), the better fit first; of the picture mirrored back where
            ``mirrored``.
        errors_px: (2,) root mean square distance of the corners from where each pose puts them.
        alike: correlation of the picture with the printed tag, up to 1; 0 where only its corners were found.
    """

    code: int
    face: Face | None
    mirrored: bool
    corners_px: Array
    rotations: Array
    errors_px: Array
    alike: float

    @classmethod
    def from_row(cls, row: Array) -> Self | None:
        """What `row` gave; None for a row of NaN."""
        if np.isnan(row[0]):
            return None
        corners_px, rotations = row[2:10].reshape(4, 2), row[10:16].reshape(2, 3)
        face = (None, *FACES)[int(row[19])]
        return cls(int(row[0]), face, bool(row[1]), corners_px, rotations, row[16:18], float(row[18]))

    def row(self) -> Array:
        """(20,) on the grid that tracks are stored on."""
        code, rest = [self.code, self.mirrored], [self.alike, (None, *FACES).index(self.face)]
        parts = (code, self.corners_px.ravel(), self.rotations.ravel(), self.errors_px, rest)
        return from_tag_steps(tag_steps(np.concatenate(parts)))

    def on_grid(self) -> TagSeen:
        """The same as it is stored."""
        stored = TagSeen.from_row(self.row())
        assert stored is not None, "a tag that was seen has a code"
        return stored

    def in_mirror(self, width_px: int) -> Self:
        """The same tag in the picture flipped; its rotations are of the readable picture in either case."""
        corners_px = self.corners_px.copy()
        corners_px[:, 0] = width_px - corners_px[:, 0]
        return replace(self, mirrored=not self.mirrored, corners_px=corners_px)


def no_tags() -> Array:
    """The rows of a track in which no tag was ever seen."""
    return np.empty((0, TAG_WIDTH))


def mirrored_tags(rows: Array, width_px: int) -> Array:
    """Rows (n, 20) of the picture flipped."""
    flipped = rows.copy()
    flipped[:, 1] = 1 - rows[:, 1]
    flipped[:, _X] = width_px - rows[:, _X]
    return flipped


def joined_tags(parts: Sequence[tuple[int, Array]]) -> Array:
    """The rows of a track from those of its parts, each with how many frames it has."""
    if not any(len(rows) for _, rows in parts):
        return no_tags()
    return np.concatenate([rows if len(rows) else np.full((frames, TAG_WIDTH), np.nan) for frames, rows in parts])


def tag_steps(rows: Array) -> Array:
    """Rows (..., 20) as whole numbers of steps of the grid that tracks are stored on; NaN stays."""
    steps: Array = np.round(rows / _STEPS)
    return steps


def from_tag_steps(steps: Array) -> Array:
    """The rows that `tag_steps` counted."""
    rows: Array = steps * _STEPS + 0.0
    return rows


class TagLog:
    """What was seen of a tag frame by frame, in little memory: nothing until the first tag, then a row a frame."""

    def __init__(self, seen: Sequence[TagSeen | None] = ()) -> None:
        self._values = array("d")
        self._before = 0
        for each in seen:
            self.add(each)

    def add(self, seen: TagSeen | None) -> None:
        """Take the next frame's tag."""
        if seen is not None:
            self._values.frombytes(seen.row().tobytes())
        elif self._values:
            self._values.frombytes(_UNSEEN)
        else:
            self._before += 1

    def rows(self) -> Array:
        """(n, 20), NaN where no tag was seen; (0, 20) where none ever was."""
        values = np.frombuffer(self._values).reshape(-1, TAG_WIDTH)
        return np.concatenate([np.full((self._before if len(values) else 0, TAG_WIDTH), np.nan), values])


_UNSEEN: Final = np.full(TAG_WIDTH, np.nan).tobytes()
