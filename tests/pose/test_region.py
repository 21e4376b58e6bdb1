"""A region is four numbers in pixels that enclose something."""

from __future__ import annotations

import pytest

from formcheck.errors import UsageError
from formcheck.pose.region import parse_region


@pytest.mark.parametrize(
    ("text", "box"),
    [("400,0,640,720", (400, 0, 640, 720)), ("0,0,1,1", (0, 0, 1, 1)), ("1.5,2.25,3.125,4", (1.5, 2.25, 3.125, 4))],
)
def test_four_numbers_are_a_region(text: str, box: tuple[float, ...]) -> None:
    assert parse_region(text) == box


@pytest.mark.parametrize(
    "text",
    ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "nan,0,1,1", "inf,0,1,1", "-1,0,1,1", "0,0,0,1", "0,0,1,1\n", "1e3,0,1,1"],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="x,y,width,height"):
        parse_region(text)
