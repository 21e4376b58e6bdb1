"""Which landmarks make each check's angle or distance, so that it can be drawn where it was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.pose.landmarks import Landmark, Side, of_side, other
from formcheck.pose.pose import Array, Pose

_DIRECTIONS: Final = {"up": (0.0, -1.0), "level": (1.0, 0.0)}


@dataclass(frozen=True, slots=True)
class AngleSpec:
    """What to draw for a check; points are joints of the judged side.

    ``mid.hip`` is the midpoint of both sides, ``other.hip`` the other side's joint.

    Attributes:
        shows: in words, for the text in place of the picture.
        lines: polylines of what is measured.
        before: the polyline as it was at the rep's start, moved onto its present midpoint.
        arc: arm, vertex, arm of the angle; the last arm may be a direction ("up", "level", or
            "beyond.hip": the line from the hip carried on through the vertex).
        plumb: a vertical line through the first joint, reaching to the second one's height.
        gap: the horizontal distance from this joint to the plumb line.
    """

    shows: str
    lines: tuple[tuple[str, ...], ...]
    before: tuple[str, ...] = ()
    arc: tuple[str, str, str] | None = None
    plumb: tuple[str, str] | None = None
    gap: str = ""


LEG: Final = ("hip", "knee", "ankle")
HIPS: Final = ("left.hip", "right.hip")
TRUNK: Final = ("mid.hip", "mid.shoulder")
BODY_LINE: Final = ("shoulder", "hip", "knee")

SPECS: Final[dict[str, AngleSpec]] = {
    "knee_valgus": AngleSpec(
        "the line from hip over knee to ankle and how far the knee is off",
        (LEG,),
        arc=("ankle", "knee", "beyond.hip"),
        plumb=("foot_index", "knee"),
        gap="knee",
    ),
    "pelvic_roll": AngleSpec("the line between the hips, now and at the start of the rep", (HIPS,), before=HIPS),
    "feet_apart": AngleSpec("the line between the feet", (("left.ankle", "right.ankle"),)),
    "pelvic_drop": AngleSpec(
        "the line between the hips against the horizontal", (HIPS,), arc=("other.hip", "hip", "level")
    ),
    "single_leg_glute_bridge/pelvic_drop": AngleSpec(
        "the line between the hips, now and at the start of the rep", (HIPS,), before=HIPS
    ),
    "hips_short": AngleSpec("the angle of shoulder, hip and knee", (BODY_LINE,), arc=BODY_LINE),
    "over_extension": AngleSpec("the angle of shoulder, hip and knee", (BODY_LINE,), arc=BODY_LINE),
    "free_leg_height": AngleSpec(
        "the thigh of the free leg beside the supporting one",
        (("hip", "knee"), ("other.hip", "other.knee", "other.ankle")),
    ),
    "trunk_lean": AngleSpec("the trunk against the vertical", (TRUNK,), arc=("mid.shoulder", "mid.hip", "up")),
    "trunk_forward_lean": AngleSpec("the trunk against the vertical", (TRUNK,), arc=("mid.shoulder", "mid.hip", "up")),
    "trunk_sway": AngleSpec("the trunk against the vertical", (TRUNK,), arc=("mid.shoulder", "mid.hip", "up")),
    "box_touch": AngleSpec("the line from hip over knee to ankle", (LEG,)),
    "crossover": AngleSpec(
        "the foot against a vertical through the middle of the hips",
        (HIPS, LEG),
        plumb=("mid.hip", "ankle"),
        gap="ankle",
    ),
    "over_stride": AngleSpec(
        "the shank against a vertical",
        (LEG,),
        arc=("knee", "ankle", "up"),
        plumb=("hip", "ankle"),
        gap="ankle",
    ),
    "knee_flexion_at_contact": AngleSpec(
        "the shank against the thigh's own line", (LEG,), arc=("ankle", "knee", "beyond.hip")
    ),
    "lift_height": AngleSpec("the leg against the horizontal", (("hip", "ankle"),), arc=("ankle", "hip", "level")),
    "leg_drift": AngleSpec("the line from shoulder over hip to ankle", (("shoulder", "hip", "ankle"),)),
    "knee_bent": AngleSpec("the line from hip over knee to ankle", (LEG,), arc=LEG),
    "toes_up": AngleSpec("the line from heel to toes", (("heel", "foot_index"),)),
    "feet_together": AngleSpec("the line between the ankles", (("left.ankle", "right.ankle"),)),
    "knees_cave": AngleSpec(
        "the line between the knees and the one between the ankles",
        (("left.knee", "right.knee"), ("left.ankle", "right.ankle")),
    ),
    "stance_height": AngleSpec(
        "both legs", (("left.hip", "left.knee", "left.ankle"), ("right.hip", "right.knee", "right.ankle"))
    ),
    "hips_square": AngleSpec("the line between the hips", (HIPS,), arc=("other.hip", "hip", "level")),
}

GENERIC: Final = AngleSpec("the skeleton", ())
"""Checks without an angle of their own, such as times: the skeleton alone."""


def spec_of(exercise: str, check: str) -> AngleSpec:
    """How to draw a check; the skeleton alone for one that is not known here."""
    return SPECS.get(f"{exercise}/{check}") or SPECS.get(check, GENERIC)


@dataclass(frozen=True, slots=True, eq=False)
class Arc:
    """An angle: its vertex (2,) and the unit directions (2,) of both arms."""

    vertex: Array
    start: Array
    end: Array


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """Geometry in pixels of the frame: polylines (n, 2), references dashed, and one angle."""

    lines: tuple[Array, ...] = ()
    references: tuple[Array, ...] = ()
    gap: Array | None = None
    arc: Arc | None = None


def drawing(spec: AngleSpec, pose: Pose, start: Pose | None, side: Side, unit: str) -> Drawing:
    """Place a spec on a pose. An angle is drawn for degrees, a gap for distances; unseen parts are left out.

    Args:
        start: the same person at the start of the rep, for what is judged against it.
        unit: of the check's value.
    """
    lines = tuple(line for names in spec.lines if (line := _polyline(pose, names, side)) is not None)
    arc = _arc(pose, spec.arc, side) if spec.arc and unit == "deg" else None
    plumb = _plumb(pose, spec.plumb, side) if spec.plumb and (unit != "deg" or arc is None) else None
    references = [_before(pose, start, spec.before, side), plumb, _arm(pose, spec.arc, arc)]
    gap = _gap(point(pose, spec.gap, side), plumb) if plumb is not None and spec.gap else None
    return Drawing(lines, tuple(r for r in references if r is not None), gap, arc)


def point(pose: Pose, name: str, side: Side) -> Array:
    """(2,) pixels of a named joint; NaN where unseen."""
    place, _, joint = name.rpartition(".")
    if place == "mid":
        middle: Array = (point(pose, f"left.{joint}", side) + point(pose, f"right.{joint}", side)) / 2
        return middle
    sides: dict[str, Side] = {"left": "left", "right": "right", "other": other(side)}
    return pose.image_px[of_side(joint, sides.get(place, side)), :2]


def clearer_side(pose: Pose) -> Side:
    """The side whose leg is seen better, for verdicts that name none."""
    legs = {side: sum(pose.visibility[of_side(j, side)] for j in LEG) for side in ("left", "right")}
    return "left" if legs["left"] >= legs["right"] else "right"


def torso_px(pose: Pose) -> float:
    """Length of the trunk in the picture, the scale of what is drawn; a tenth of the frame where unseen."""
    length = float(np.linalg.norm(point(pose, "mid.shoulder", "left") - point(pose, "mid.hip", "left")))
    return length if np.isfinite(length) and length > 1 else min(pose.size_px) / 10


def _polyline(pose: Pose, names: tuple[str, ...], side: Side) -> Array | None:
    if not names:
        return None
    points = np.array([point(pose, name, side) for name in names])
    return points if np.isfinite(points).all() else None


def _before(pose: Pose, start: Pose | None, names: tuple[str, ...], side: Side) -> Array | None:
    now = _polyline(pose, names, side)
    then = _polyline(start, names, side) if start is not None else None
    return None if now is None or then is None else then - then.mean(axis=0) + now.mean(axis=0)


def _plumb(pose: Pose, names: tuple[str, str], side: Side) -> Array | None:
    at, reach = (point(pose, name, side) for name in names)
    ends = np.array([at, (at[0], reach[1] + 0.12 * (reach[1] - at[1]))])
    return ends if np.isfinite(ends).all() else None


def _gap(at: Array, plumb: Array) -> Array | None:
    ends = np.array([at, (plumb[0, 0], at[1])])
    return ends if np.isfinite(ends).all() else None


def _arc(pose: Pose, names: tuple[str, str, str], side: Side) -> Arc | None:
    first, vertex_name, last = names
    vertex = point(pose, vertex_name, side)
    start = _towards(vertex, point(pose, first, side))
    end = _direction(pose, last, vertex, start, side)
    if not (np.isfinite(vertex).all() and np.isfinite(start).all() and np.isfinite(end).all()):
        return None
    return Arc(vertex, start, end)


def _direction(pose: Pose, name: str, vertex: Array, start: Array, side: Side) -> Array:
    if name.startswith("beyond."):
        return -_towards(vertex, point(pose, name.removeprefix("beyond."), side))
    if name not in _DIRECTIONS:
        return _towards(vertex, point(pose, name, side))
    way = np.array(_DIRECTIONS[name])
    # "level" points to whichever side the measured line lies on.
    return -way if name == "level" and start[0] < 0 else way


def _towards(vertex: Array, target: Array) -> Array:
    way: Array = target - vertex
    length = float(np.linalg.norm(way))
    return way / length if length > 0 else np.full(2, np.nan)


def _arm(pose: Pose, names: tuple[str, str, str] | None, arc: Arc | None) -> Array | None:
    """The dashed line of an arm that is a direction, not a limb."""
    if names is None or arc is None or not (names[2] in _DIRECTIONS or names[2].startswith("beyond.")):
        return None
    return np.array([arc.vertex, arc.vertex + arc.end * 0.9 * torso_px(pose)])


BONES: Final[tuple[tuple[Landmark, Landmark], ...]] = (
    (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER),
    (Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
    *(
        (of_side(a, side), of_side(b, side))
        for side in ("left", "right")
        for a, b in (
            ("shoulder", "elbow"),
            ("elbow", "wrist"),
            ("shoulder", "hip"),
            ("hip", "knee"),
            ("knee", "ankle"),
            ("ankle", "heel"),
            ("heel", "foot_index"),
            ("ankle", "foot_index"),
        )
    ),
)
"""The sticks of the figure."""
