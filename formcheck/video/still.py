"""One JPEG or WebP picture from its bytes, as a browser sends them: checked before anything is decoded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np

from formcheck.errors import SourceError
from formcheck.video.frame import MIN_SIDE_PX, Image
from formcheck.video.open_source import WORKING_SIDE_PX
from formcheck.video.shrink import mean_grey, shrink, to_rgb
from formcheck.video.sniff import picture_size

__all__ = ["MAX_STILL_BYTES", "MAX_STILL_SIDE_PX", "Fault", "Still", "StillError", "read_still"]

MAX_STILL_BYTES: Final = 2_000_000
MAX_STILL_SIDE_PX: Final = 2048

MAX_SCANS: Final = 64
"""A JPEG goes through its picture once for each scan: cameras and browsers write 1 to 12, a bomb thousands."""

Fault = Literal["not_a_picture", "cut_short", "too_large", "too_small"]

_SAYS: Final[Mapping[Fault, str]] = {
    "not_a_picture": "this is no JPEG or WebP picture that can be decoded; send another one",
    "cut_short": "the end of this picture is missing; send it whole",
    "too_large": f"this picture is above {MAX_STILL_SIDE_PX} pixels on a side or {MAX_STILL_BYTES} bytes; shrink it",
    "too_small": f"this picture is smaller than {MIN_SIDE_PX} pixels on a side; send a larger one",
}


class StillError(SourceError):
    """A picture that is not looked at. ``fault`` tells why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(_SAYS[fault])
        self.fault = fault


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """A picture, shrunk to what pose estimation looks at.

    Attributes:
        image: (h, w, 3) RGB, 8 bit.
        size_px: width and height of the original.
        brightness: mean grey level of ``image``, 0-255.
    """

    image: Image
    size_px: tuple[int, int]
    brightness: float


def read_still(content: bytes) -> Still:
    """Decode one picture.

    Raises:
        StillError: it is too large or too small, cut short, or no JPEG or WebP.
    """
    _check(content)
    try:
        picture = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise StillError("not_a_picture") from error
    if picture is None:
        raise StillError("not_a_picture")
    image = np.ascontiguousarray(to_rgb(shrink(picture, WORKING_SIDE_PX)))
    return Still(image, (picture.shape[1], picture.shape[0]), mean_grey(image))


def _check(content: bytes) -> None:
    """What the bytes themselves tell; the decoder makes a grey rest of what is missing, and asks no limits."""
    if len(content) > MAX_STILL_BYTES:
        raise StillError("too_large")
    size_px = picture_size(content) if content.startswith((b"\xff\xd8\xff", b"RIFF")) else None
    if size_px is None or content.count(b"\xff\xda") > MAX_SCANS:
        raise StillError("not_a_picture")
    if max(size_px) > MAX_STILL_SIDE_PX:
        raise StillError("too_large")
    if min(size_px) < MIN_SIDE_PX:
        raise StillError("too_small")
    if not _is_whole(content):
        raise StillError("cut_short")


def _is_whole(content: bytes) -> bool:
    if content.startswith(b"RIFF"):
        return 8 + int.from_bytes(content[4:8], "little") <= len(content)
    return content.rstrip(b"\0").endswith(b"\xff\xd9")
