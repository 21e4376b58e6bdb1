"""Small pictures of how a card is worn, exercise by exercise: a figure in thick strokes with the card on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from formcheck.tag.design import Face

__all__ = ["PICTURES", "Picture"]

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Picture:
    """One way of wearing; in a box 100 wide and 70 high, its origin at the lower left.

    Attributes:
        title: the exercise; ``where``: which card, and where on the body.
        head: its centre.
        trunk: from shoulders to hips.
        far, near: limbs behind the trunk and before it, each a line of joints.
        card: its corners.
        floor: whether a line is drawn under the figure.
    """

    title: str
    where: str
    face: Face
    head: Point
    trunk: tuple[Point, Point]
    far: tuple[tuple[Point, ...], ...]
    near: tuple[tuple[Point, ...], ...]
    card: tuple[Point, Point, Point, Point]
    floor: bool = True


def _square(x: float, y: float, half: float = 5.5) -> tuple[Point, Point, Point, Point]:
    return (x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)


PICTURES: Final = (
    Picture(
        "Clamshell, side-lying leg lift",
        "front card, below the navel",
        "front",
        head=(91, 19),
        trunk=((79, 17), (50, 15)),
        far=(((49, 12), (26, 7), (44, 4)), ((79, 20), (90, 9), (97, 6))),
        near=(((49, 18), (31, 34), (45, 8)),),
        card=((49, 11), (60, 11.5), (59.5, 22), (48.5, 21.5)),
    ),
    Picture(
        "Bridges",
        "front card, below the navel",
        "front",
        head=(93, 7),
        trunk=((82, 9), (52, 25)),
        far=(((50, 25), (22, 40)), ((80, 6), (58, 3.5))),
        near=(((50, 24), (33, 32), (31, 4)),),
        card=((49, 31), (59.5, 25.5), (63, 31.5), (52.5, 37)),
    ),
    Picture(
        "Single-leg squat",
        "front card, just above the waistband",
        "front",
        head=(50, 63),
        trunk=((50, 53), (50, 33)),
        far=(((46, 30), (37, 24), (30, 14)), ((42, 53), (33, 45), (41, 43)), ((58, 53), (67, 45), (59, 43))),
        near=(((54, 30), (58, 17), (55, 4)),),
        card=_square(50, 37),
    ),
    Picture(
        "Band walk",
        "front card, below the navel",
        "front",
        head=(50, 63),
        trunk=((50, 53), (50, 34)),
        far=(((46, 31), (39, 18), (36, 4)), ((42, 53), (36, 43), (41, 35)), ((58, 53), (64, 43), (59, 35))),
        near=(((54, 31), (61, 18), (64, 4)),),
        card=_square(50, 34),
    ),
    Picture(
        "Running",
        "back card, over the sacrum",
        "back",
        head=(50, 64),
        trunk=((50, 54), (50, 34)),
        far=(((54, 31), (57, 19), (55, 27)), ((42, 54), (34, 46), (38, 52)), ((58, 54), (67, 45), (62, 37))),
        near=(((46, 31), (47, 18), (47, 4)),),
        card=_square(50, 35),
    ),
    Picture(
        "Pigeon",
        "back card, over the sacrum",
        "back",
        head=(50, 60),
        trunk=((50, 50), (50, 22)),
        far=(((46, 17), (24, 14), (44, 9)), ((42, 50), (34, 34), (30, 18)), ((58, 50), (66, 34), (70, 18))),
        near=(((54, 16), (74, 9), (92, 5)),),
        card=_square(50, 22),
    ),
)
"""For every exercise that a tag helps."""
