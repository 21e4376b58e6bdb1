"""The page of a live set: choosing and setting up, the set itself, and its summary; script does all but the choosing.

What is judged, counted and said comes over the WebSocket of `api.live`; the page shows it. Its words are those of
`formcheck.live.wording`, its tones those of `formcheck.live.sound`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from fastapi import Request, Response

from api.dependencies import Writer
from api.pages.frame import render, router
from api.pages.live_assets import OnDevice, on_device
from formcheck.exercises.base import Checker
from formcheck.exercises.registry import exercise_ids, get_exercise
from formcheck.exercises.running import RunningChecker
from formcheck.live import sound, wording
from formcheck.live.placement import station_of
from formcheck.pose.landmarks import SIDES, Side, of_side, other
from formcheck.report.angles import BONES, spec_of

__all__: list[str] = []

PERMISSIONS: Final = {"Permissions-Policy": "camera=(self), screen-wake-lock=(self), microphone=(), geolocation=()"}


@router.get("/live")
def live_page(request: Request, caller: Writer) -> Response:
    """Everything of a live set, on one page."""
    checkers = [get_exercise(known) for known in exercise_ids()]
    device = on_device()
    return render(
        request,
        "live.html.j2",
        caller=caller,
        headers=PERMISSIONS,
        title=wording.PAGE["title"],
        t=wording.PAGE,
        checkers=checkers,
        stations={checker.id: station_of(checker()) for checker in checkers},
        running=[checker.id for checker in checkers if issubclass(checker, RunningChecker)],
        device=device,
        script_data=json.dumps(_script_data(checkers, device)),
    )


def _script_data(checkers: Sequence[type[Checker]], device: OnDevice) -> dict[str, Any]:
    """What the page's script needs besides what it is told over the WebSocket."""
    return {
        "words": wording.catalogue(),
        "tones": sound.TONES,
        "bones": BONES,
        "lines": {checker.id: _lines(checker) for checker in checkers},
        "onDevice": device.script_data() if device.available else None,
    }


def _lines(checker: type[Checker]) -> dict[str, dict[Side, Any]]:
    """By check and side, the polylines to draw; each point is the middle of one or two landmarks."""
    return {check.id: {side: _of_side(checker.id, check.id, side) for side in SIDES} for check in checker.about.checks}


def _of_side(exercise: str, check: str, side: Side) -> list[list[list[int]]]:
    return [[_landmarks(name, side) for name in names] for names in spec_of(exercise, check).lines]


def _landmarks(name: str, side: Side) -> list[int]:
    """The landmarks in whose middle a named point lies; see `formcheck.report.angles.AngleSpec`."""
    place, _, joint = name.rpartition(".")
    if place == "mid":
        return [of_side(joint, each) for each in SIDES]
    sides: dict[str, Side] = {"left": "left", "right": "right", "other": other(side)}
    return [of_side(joint, sides.get(place, side))]
