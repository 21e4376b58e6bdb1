"""The part of the picture that a person is in, as people write it: one rule for the command line and the API."""

from __future__ import annotations

import re
from typing import Final

from formcheck.errors import UsageError
from formcheck.pose.track import Box

__all__ = ["REGION_PATTERN", "parse_region"]

_FROM_ZERO: Final = r"[0-9]{1,5}(\.[0-9]{1,3})?"
_ABOVE_ZERO: Final = r"[1-9][0-9]{0,4}(\.[0-9]{1,3})?"

REGION_PATTERN: Final = f"^{_FROM_ZERO},{_FROM_ZERO},{_ABOVE_ZERO},{_ABOVE_ZERO}$"
"""Of ``x,y,width,height``, as JSON schemas have it."""


def parse_region(text: str) -> Box:
    """``x,y,width,height`` in pixels of the recording.

    Raises:
        UsageError: these are not four numbers, or they enclose nothing.
    """
    if not re.fullmatch(REGION_PATTERN, text):
        raise UsageError(
            f"region '{text}' is not x,y,width,height, such as 400,0,640,720: pixels, x and y from 0,"
            " width and height from 1"
        )
    x, y, width, height = map(float, text.split(","))
    return x, y, width, height
