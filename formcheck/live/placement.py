"""The set-up check: what to change before the set, asked of the very rules that judge it.

No rule is known here. The picture's and the checker's own complaints are asked again with one thing put right at
a time; what makes them fall silent is what the person is told to change.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from statistics import median
from typing import Any, Final, get_args

import numpy as np

from formcheck.exercises.base import Checker
from formcheck.live import wording
from formcheck.live.records import Advice
from formcheck.motion.view import Facing, Posture, View, ViewMonitor
from formcheck.pose.pose import Pose
from formcheck.summary import picture_advice, quality_problem

LOOK_BACK_S: Final = 2.0
LOOK_LEAST_S: Final = 0.5
LOOK_EVERY_S: Final = 0.25
_MOST_POSES: Final = 24
"""Of the last seconds, evenly: enough for medians, cheap enough to look four times a second."""

_FAST_HZ: Final = 30.0
_PICTURE: Final[tuple[tuple[str, Mapping[str, float]], ...]] = (
    ("nobody", {"found_share": 1.0}),
    ("light", {"brightness": 120.0}),
    ("slow_camera", {"frame_rate_hz": _FAST_HZ}),
    ("closer", {"height_share": 0.6}),
    ("whole_body", {"in_frame_share": 1.0}),
)
_OUT_OF_REACH: Final = frozenset({"slow_camera"})
"""Advice that stays a wish where the device cannot do better."""

_FACING: Final[Mapping[Facing, tuple[float, float]]] = {
    "front": (1.0, 0.0),
    "back": (-1.0, 0.0),
    "left": (0.0, 1.0),
    "right": (0.0, -1.0),
}
"""Direction to the camera, toward the chest and toward the person's left, seen squarely."""

_ELEVATIONS_DEG: Final = (0.0, 15.0, 30.0, 45.0, 60.0)
_ENDS: Final[Mapping[str, float]] = {"feet": -0.5, "head": 0.5}
"""Direction to the camera toward the head, seen diagonally from an end of the body."""


@dataclass(frozen=True, slots=True)
class Placement:
    """What the set-up check says: ``advice`` None when everything is green."""

    advice: Advice | None = None

    @property
    def blocked(self) -> bool:
        """Nothing could be judged like this."""
        return self.advice is not None and self.advice.blocks

    @property
    def good_enough(self) -> bool:
        """There is nothing left that the person could put right from where they are."""
        return self.advice is None or self.advice.code in _OUT_OF_REACH


@dataclass(frozen=True, slots=True)
class Station:
    """Where body and camera belong.

    Attributes:
        posture: "unknown" where the checker leaves it open.
        facings: the sides of the body that may face the camera.
        elevation_deg: how far the camera looks down; 0 wherever a level one will do.
    """

    posture: Posture
    facings: tuple[Facing, ...]
    elevation_deg: float


def station_of(checker: Checker) -> Station | None:
    """The place at which the checker has nothing to say against the camera, for a drawing; None where there is none."""
    seen = View(found_share=1.0, height_share=0.6, in_frame_share=1.0, brightness=120.0, frame_rate_hz=30.0)
    every = _values(("posture", "facing", "elevation"))
    fits = [values for values in every if not checker.camera_advice(_changed(seen, values))]
    if not fits:
        return None
    postures = {values["posture"] for values in fits}
    facings = tuple(facing for facing in _FACING if any(values["facing"] == facing for values in fits))
    heights_deg = [values["elevation"] for values in fits]
    level = min(heights_deg) == _ELEVATIONS_DEG[0]
    return Station(postures.pop() if len(postures) == 1 else "unknown", facings, 0.0 if level else median(heights_deg))


class PlacementCheck:
    """Looks at the last two seconds, four times a second."""

    def __init__(self, checker: Checker) -> None:
        self._checker = checker
        self._poses: deque[Pose] = deque()
        self._looked_s = -math.inf
        self.placement = Placement(_advice("looking", blocks=False))

    def update(self, pose: Pose) -> Placement:
        """Take the next pose; returns the placement as last looked at."""
        self._poses.append(pose)
        while self._poses[0].t_s < pose.t_s - LOOK_BACK_S:
            self._poses.popleft()
        if pose.t_s - self._looked_s >= LOOK_EVERY_S:
            self._looked_s = pose.t_s
            self.placement = self._look()
        return self.placement

    def _look(self) -> Placement:
        passed_s = self._poses[-1].t_s - self._poses[0].t_s
        if passed_s < LOOK_LEAST_S:
            return self.placement
        step = max(1, len(self._poses) // _MOST_POSES)
        recent = list(self._poses)[::step]
        monitor = ViewMonitor()
        for pose in recent:
            monitor.update(pose)
        # The rate is of all frames, not of the few that were looked at; as in a file, one long wait is not slowness.
        rate_hz = 1 / float(np.median(np.diff([pose.t_s for pose in self._poses])))
        return placement_of(replace(monitor.view(), frame_rate_hz=rate_hz), self._checker, recent)


def placement_of(view: View, checker: Checker, poses: Sequence[Pose] = ()) -> Placement:
    """What to change in this view for this exercise; ``poses`` tell how the body leaves the picture."""
    problem = quality_problem(view)
    if problem or _picture_complaints(view):
        code = next((code for code, better in _PICTURE if _helps(view, better)), "nobody")
        if code == "slow_camera":
            return _slow(view, checker, poses)
        return Placement(_advice(_off_centre(poses) if code == "whole_body" else code, blocks=bool(problem)))
    if checker.camera_advice(view):
        return Placement(_advice(_camera_code(view, checker), blocks=False, camera=checker.about.camera))
    return Placement()


def _slow(view: View, checker: Checker, poses: Sequence[Pose]) -> Placement:
    """Too slow to be judged comes first; slower than would be good comes after all that can be put right."""
    faster = replace(view, frame_rate_hz=_FAST_HZ)
    if quality_problem(view) != quality_problem(faster):
        return Placement(_advice("too_slow", blocks=True))
    others = placement_of(faster, checker, poses)
    return others if others.advice else Placement(_advice("slow_camera", blocks=False))


def _advice(code: str, *, blocks: bool, camera: str = "") -> Advice:
    text, why = wording.ADVICE[code]
    return Advice(code=code, text=text, hint=why or camera, blocks=blocks)


def _picture_complaints(view: View) -> int:
    return len(picture_advice(view, dropped_frames=0)) + bool(quality_problem(view))


def _helps(view: View, better: Mapping[str, float]) -> bool:
    changed: dict[str, Any] = dict(better)
    return _picture_complaints(replace(view, **changed)) < _picture_complaints(view)


def _off_centre(poses: Sequence[Pose]) -> str:
    """Whether a body that leaves the picture does so on one side only: then moving over helps, else stepping back."""
    xs = np.concatenate([p.image_px[:, 0] / p.size_px[0] for p in poses if p.found] or [np.empty(0)])
    xs = xs[np.isfinite(xs)]
    if not len(xs):
        return "whole_body"
    low, high = np.quantile(xs, [0.02, 0.98])
    fits = high - low < 0.85
    return "middle" if fits and (low < 0 or high > 1) else "whole_body"


def _camera_code(view: View, checker: Checker) -> str:
    """The first of the fewest changes that silence the checker's complaint about the camera's place."""
    for count in (1, 2, 3):
        for aspects in combinations(("posture", "facing", "elevation", "end"), count):
            fits = [values for values in _values(aspects) if not checker.camera_advice(_changed(view, values))]
            if fits:
                return _code(view, aspects[0], fits)
    return "camera"


def _values(aspects: Sequence[str]) -> Iterator[dict[str, Any]]:
    options: dict[str, Sequence[Any]] = {
        "posture": [posture for posture in get_args(Posture) if posture != "unknown"],
        "facing": list(_FACING),
        "elevation": _ELEVATIONS_DEG,
        "end": list(_ENDS),
    }
    return (dict(zip(aspects, values, strict=True)) for values in product(*(options[a] for a in aspects)))


def _changed(view: View, values: Mapping[str, Any]) -> View:
    if "posture" in values:
        view = replace(view, posture=values["posture"])
    if "facing" in values:
        chest, left = _FACING[values["facing"]]
        view = replace(
            view, facing=values["facing"], yaw_deg=0.0, toward_chest=chest, toward_left=left, toward_head=0.0
        )
    if "elevation" in values:
        view = replace(view, elevation_deg=values["elevation"])
    if "end" in values:
        view = replace(view, toward_head=_ENDS[values["end"]])
    return view


def _code(view: View, aspect: str, fits: Sequence[Mapping[str, Any]]) -> str:
    if aspect == "posture":
        return f"posture_{fits[0]['posture']}"
    if aspect == "facing":
        facings = {values["facing"] for values in fits}
        return "facing_side" if facings >= {"left", "right"} else f"facing_{fits[0]['facing']}"
    if aspect == "end":
        return f"end_{fits[0]['end']}"
    heights = [values["elevation"] for values in fits]
    return "raise" if min(heights) > view.elevation_deg else "lower"
