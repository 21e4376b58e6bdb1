"""Small pictures of the worst faults, taken from the stored reports: no recording is opened, faces stay hidden.

A report holds the frame that shows each fault best, drawn upon, with or without faces as the batch was asked; of a
recording that was gone it holds a stick figure.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Final

from markupsafe import Markup
from PIL import Image

from formcheck.batch.storage import Storage
from formcheck.batch.store import name_of
from formcheck.batch.summary.facts import Check, SetFacts
from formcheck.report.outline import TIMED_CHECKS
from formcheck.report.wording import sided

__all__ = ["WORST", "Frame", "worst_frames"]

WORST: Final = 3
"""Pictures for each person and exercise."""

WIDTH_PX: Final = 340
_QUALITY: Final = 72

_CARD: Final = re.compile(r'<article class="card fault pictured">(.*?)</article>', re.DOTALL)
_HEADING: Final = re.compile(r"<h3>.*?<span>(.*?)</span></h3>", re.DOTALL)
_FIGURE: Final = re.compile(r'<figure>(<svg class="frame".*?</svg>)<figcaption>(.*?)</figcaption>', re.DOTALL)
_JPEG: Final = re.compile(r'(?<=href="data:image/jpeg;base64,)[A-Za-z0-9+/=]+')


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture with what it shows; both as the report has them, escaped already."""

    figure: Markup
    caption: Markup
    finding: str
    of: SetFacts


def worst_frames(storage: Storage, sets: Sequence[SetFacts]) -> list[Frame]:
    """Pictures of the worst faults, of each check and side one at most; those without a picture are passed over."""
    shown: dict[tuple[str, str | None], Frame] = {}
    for each, check in _worst_first(sets):
        key = (check.check, check.side)
        if key not in shown and len(shown) < WORST and (frame := _frame(storage, each, check)):
            shown[key] = frame
    return list(shown.values())


def _worst_first(sets: Sequence[SetFacts]) -> Iterator[tuple[SetFacts, Check]]:
    faults = [
        (each, check)
        for each in sets
        for check in each.checks
        if check.state == "fault" and check.check not in TIMED_CHECKS
    ]
    yield from sorted(faults, key=lambda pair: (-_excess(pair[1]), pair[0].date, pair[0].result))


def _excess(check: Check) -> float:
    """How far beyond the limit, in widths of the undecided zone: comparable from check to check."""
    if check.value is None or check.limit is None or not check.error:
        return 0.0
    return abs(check.value - check.limit) / check.error


def _frame(storage: Storage, each: SetFacts, check: Check) -> Frame | None:
    name = name_of("report", each.result)
    if not storage.exists(name):
        return None
    titles = {check.fault, sided(check.fault, check.side)}
    for card in _CARD.findall(storage.read(name).decode("utf-8", "replace")):
        heading, figure = _HEADING.search(card), _FIGURE.search(card)
        if heading and figure and unescape(heading.group(1)) in titles:
            return _small(figure.group(1), figure.group(2), each, check)
    return None


def _small(figure: str, caption: str, each: SetFacts, check: Check) -> Frame | None:
    try:
        shrunk = _JPEG.sub(lambda found: _shrunk(found.group()), figure)
    except (binascii.Error, OSError):
        return None  # a damaged report: its own page shows that better
    return Frame(Markup(shrunk), Markup(caption), sided(check.fault, check.side), each)


def _shrunk(data: str) -> str:
    picture = Image.open(io.BytesIO(base64.b64decode(data)))
    picture.thumbnail((WIDTH_PX, WIDTH_PX * 2))
    small = io.BytesIO()
    picture.save(small, "JPEG", quality=_QUALITY)
    return base64.b64encode(small.getvalue()).decode("ascii")
