"""What a waistband tag is: which code stands on which card, how large, and which edge is up.

A card is a square of paper on stiff card. From outside to inside: a white quiet zone of an eighth of the side, the
code's black border of one cell, and its cells (four by four). The *side* is the outer edge of the black square.

The tag's own axes, metres from its centre, are those of OpenCV's square: x to the right as one looks at the card,
y toward the edge printed "up", z out of the card toward who looks. Its corners follow the picture from the upper
left, clockwise. Worn, "up" points to the head: on the front, x points to the wearer's left; on the back, to the right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from formcheck.errors import UsageError
from formcheck.pose.tag_seen import FACES, Face

__all__ = [
    "CARD_PER_SIDE",
    "DEFAULT",
    "DICTIONARIES",
    "FACES",
    "QUIET_PER_SIDE",
    "STRIP_PER_SIDE",
    "Face",
    "TagDesign",
    "checked_design",
    "design_of_table",
    "parse_codes",
    "parse_side",
]

DICTIONARIES: Final[Mapping[str, int]] = {
    **{f"{n}X{n}_{count}": count for n in (4, 5, 6, 7) for count in (50, 100, 250, 1000)},
    "ARUCO_ORIGINAL": 1024,
    "ARUCO_MIP_36h12": 250,
    "APRILTAG_16h5": 30,
    "APRILTAG_25h9": 35,
    "APRILTAG_36h10": 2320,
    "APRILTAG_36h11": 587,
}
"""How many codes each dictionary holds, by OpenCV's name without ``DICT_``."""

QUIET_PER_SIDE: Final = 1 / 8
"""Width of the white quiet zone around the black square, in sides."""

STRIP_PER_SIDE: Final = 1 / 8
"""Height of the strip above the quiet zone that bears the card's words, in sides."""

CARD_PER_SIDE: Final = (1 + 2 * QUIET_PER_SIDE, 1 + 2 * QUIET_PER_SIDE + STRIP_PER_SIDE)
"""Width and height of the card that is cut out, in sides."""


@dataclass(frozen=True, slots=True)
class TagDesign:
    """One pair of tags.

    Attributes:
        dictionary: OpenCV's name of the code's dictionary, without ``DICT_``, such as ``4X4_50``.
        front_id, back_id: the codes worn on the belly's and on the back's side of the waistband.
        side_m: outer edge of the black square.
    """

    dictionary: str = "4X4_50"
    front_id: int = 27
    back_id: int = 33
    side_m: float = 0.10

    def id_of(self, face: Face) -> int:
        """The code of one face."""
        return self.front_id if face == "front" else self.back_id

    def face_of(self, code: int) -> Face | None:
        """Which face a code stands for; None for somebody else's code."""
        return next((face for face in FACES if self.id_of(face) == code), None)


DEFAULT: Final = TagDesign()
"""Codes 27 and 33: no mirror image or single misread cell turns either into another code of the dictionary, they
differ from each other in eight cells, and they are seldom the first that somebody else prints."""

_METRES: Final = {"mm": 0.001, "cm": 0.01, "in": 0.0254}
_KEYS: Final = ("dictionary", "codes")


def parse_side(text: str) -> float:
    """``10cm``, ``100mm`` or ``4in`` in metres.

    Raises:
        UsageError: it is no length.
    """
    match = re.fullmatch(r"\s*([0-9]{1,4}(?:\.[0-9]{1,2})?)\s*(mm|cm|in)\s*", text.lower())
    if match is None:
        raise UsageError(f"the size '{text}' is no length such as 10cm, 100mm or 4in")
    return float(match[1]) * _METRES[match[2]]


def parse_codes(text: str) -> tuple[int, int]:
    """``27,33`` as the codes of the front and the back card.

    Raises:
        UsageError: these are not two whole numbers.
    """
    match = re.fullmatch(r"\s*([0-9]{1,4})\s*,\s*([0-9]{1,4})\s*", text)
    if match is None:
        raise UsageError(f"the codes '{text}' are not two numbers such as 27,33: front, back")
    return int(match[1]), int(match[2])


def design_of_table(table: Mapping[str, Any]) -> TagDesign:
    """The tags that the table ``[tag]`` of a limits file names: ``dictionary``, and ``codes`` of front and back.

    Raises:
        UsageError: either is missing or cannot be right, or something else is named.
    """
    if set(table) != set(_KEYS):
        named = ", ".join(map(repr, table)) or "nothing"
        raise UsageError(f"the table [tag] has to name {' and '.join(_KEYS)}, and nothing else; it names {named}")
    dictionary, codes = table["dictionary"], table["codes"]
    if not isinstance(dictionary, str) or not isinstance(codes, list) or list(map(_is_whole, codes)) != [True, True]:
        raise UsageError('in the table [tag] stand dictionary = "4X4_50" and codes = [27, 33]: front, back')
    return checked_design(TagDesign(dictionary, *map(int, codes)))


def _is_whole(value: Any) -> bool:
    """Whether it is a whole number, as JSON has them: 3.0 is one."""
    return isinstance(value, int | float) and not isinstance(value, bool) and float(value).is_integer()


def checked_design(design: TagDesign) -> TagDesign:
    """The design itself.

    Raises:
        UsageError: there is no such dictionary, a code is not in it, or both codes are the same.
    """
    if design.dictionary not in DICTIONARIES:
        raise UsageError(f"unknown dictionary of tags '{design.dictionary}'; known: {', '.join(DICTIONARIES)}")
    count = DICTIONARIES[design.dictionary]
    for code in (design.front_id, design.back_id):
        if not 0 <= code < count:
            raise UsageError(f"{design.dictionary} has no code {code}; its codes are 0 to {count - 1}")
    if design.front_id == design.back_id:
        raise UsageError(f"front and back have the same code {design.front_id}; they are told apart by it")
    return design
