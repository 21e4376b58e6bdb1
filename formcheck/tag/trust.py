"""Whether a tag is worn on the waistband as it should be, and what there is to say about how it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.pose.tag_seen import TAG_WIDTH, Array
from formcheck.tag.pelvis import Pelvis, TagRecord

__all__ = ["Trust", "astray", "trust_in"]

_UPRIGHT: Final = 0.5
_FEWEST: Final = 5
_USUAL_SHARE: Final = 0.9
"""Middle share of the frames from which ranges are read."""

_STILL_TRUNKS: Final = 0.008
"""A worn tag moves more than this with breath alone: 4 mm."""

_MOVING_TRUNKS: Final = 0.12
_GOES_ALONG: Final = 0.35
_FAR_TRUNKS: Final = 0.75
_LOOSE_TRUNKS: Final = 0.3
_AT_HAND_TRUNKS: Final = 0.35
_WITH_HAND_SHARE: Final = 0.7
_BENT_PER_SIDE: Final = 0.004
_SELDOM: Final = 0.5
_OFTEN: Final = 0.3

_SIDEWAYS: Final = "The tag is worn sideways: pin it with the edge that says up toward your head."
_UPSIDE_DOWN: Final = "The tag is worn upside down. It was read all the same; pin it with the edge that says up upward."
_POSTER: Final = "The tag does not move with your hips, as one on a wall would not: wear it on the waistband."
_ON_HAND: Final = "The tag moves with a hand and not with your hips: wear it on the waistband."
_ASTRAY: Final = "The tag is not at your waistband, or it hangs loose: pin it to a snug belt."
_BENT: Final = (
    "The tag is bent, creased or covered at an edge, so that it reads less well: glue it onto stiff card and keep "
    "cloth off its white rim."
)
_SELDOM_SEEN: Final = "The tag was seen in {share:.0%} of the film only: keep hands and clothes off it."
_MIRRORED: Final = (
    "The tag is seen mirrored, so it was not read: the recording is a mirror image and was not said to be one, or the "
    "other way round. Set that option right; left and right are swapped until then."
)
_STRANGE: Final = (
    "A tag with code {code} is at the waistband, which is none of those that are looked for: print the tag (formcheck "
    "tag), or name your codes in the table [tag] of a limits file."
)


@dataclass(frozen=True, slots=True)
class Trust:
    """``reason``: why nothing is read from the tag, empty where it may be; ``remarks``: what else there is to say."""

    reason: str = ""
    remarks: tuple[str, ...] = ()


def trust_in(pelvis: Pelvis) -> Trust:
    """Look at how the tag goes along with the body."""
    if len(pelvis.t_s) < _FEWEST:
        return Trust(_SELDOM_SEEN.format(share=len(pelvis.t_s) / pelvis.frames))
    reason = _not_worn(pelvis)
    if reason:
        return Trust(reason, (reason,))
    share = len(pelvis.t_s) / pelvis.frames
    said = (
        (_UPSIDE_DOWN, pelvis.upright < -_UPRIGHT),
        (_BENT, _misfit_per_side(pelvis) > _BENT_PER_SIDE),
        (_SELDOM_SEEN.format(share=share), share < _SELDOM),
    )
    return Trust(remarks=tuple(text for text, holds in said if holds))


def astray(record: TagRecord) -> tuple[str, ...]:
    """What is to be said of tags that were seen and are not read: mirrored ones, and other codes."""
    rows = record.rows()
    if not len(rows):
        return ()
    often = max(_FEWEST, _OFTEN * len(rows))
    own = rows[:, TAG_WIDTH - 1] > 0
    mirrored, strange = own & (rows[:, 1] == 1), rows[~own & (rows[:, 1] == 0), 0]
    said = [_MIRRORED] if mirrored.sum() >= often else []
    codes, counts = np.unique(strange, return_counts=True)
    if len(codes) and counts.max() >= often and not (own & (rows[:, 1] == 0)).any():
        said.append(_STRANGE.format(code=int(codes[counts.argmax()])))
    return tuple(said)


def _not_worn(pelvis: Pelvis) -> str:
    if abs(pelvis.upright) < _UPRIGHT:
        return _SIDEWAYS
    trunk_px = float(np.median(pelvis.trunk_px))
    tag = pelvis.corners_px.mean(axis=1) / trunk_px
    hips, wrists = pelvis.hips_px / trunk_px, pelvis.wrists_px / trunk_px
    loose = max(_ranges(tag - hips))
    for side in (0, 1):
        near = float(np.median(np.hypot(*(tag - wrists[:, side]).T))) < _AT_HAND_TRUNKS
        if near and loose > _LOOSE_TRUNKS and max(_ranges(tag - wrists[:, side])) < _WITH_HAND_SHARE * loose:
            return _ON_HAND
    if max(_ranges(tag)) < _STILL_TRUNKS or _stays_behind(tag, hips):
        return _POSTER
    if loose > 2 * _LOOSE_TRUNKS or float(np.median(np.hypot(*(tag - hips).T))) > _FAR_TRUNKS:
        return _ASTRAY
    return ""


def _stays_behind(tag: Array, hips: Array) -> bool:
    """Whether the hips move and the tag does not go along."""
    about = hips - np.median(hips, axis=0)
    along = np.linalg.svd(about, full_matrices=False)[2][0]
    way = about @ along
    if _ranges(way[:, None])[0] < _MOVING_TRUNKS:
        return False
    goes = (tag - np.median(tag, axis=0)) @ along
    return float(way @ goes / (way @ way)) < _GOES_ALONG


def _ranges(points: Array) -> list[float]:
    """Extent of the middle of (n, k) values, along each column."""
    low, high = np.quantile(points, [(1 - _USUAL_SHARE) / 2, (1 + _USUAL_SHARE) / 2], axis=0)
    extents: list[float] = (high - low).tolist()
    return extents


def _misfit_per_side(pelvis: Pelvis) -> float:
    return float(np.median(pelvis.rows[:, 16:18].min(axis=1) / pelvis.side_px))
