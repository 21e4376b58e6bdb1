"""The window's picture: a pure function of frame, state and summary, drawn to be read from 3 m away.

The rule. What has to be read while exercising has capitals of at least 16 minutes of arc at 3 m (ISO 9241-303's
least for reading), with the window filling the smallest screen it is meant for, a 14 inch laptop's: `FAR_PX`. What
only adds to it may be smaller. Nothing is told by colour alone: each state has its own mark.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from formcheck.live import wording
from formcheck.live.records import Cue, CueKind, LiveState, LiveSummary
from formcheck.pose.pose import Array, Pose
from formcheck.report import angles, paint
from formcheck.report.overlay import COLOURS, DIM, RIM, SEEN, SOFT, WHITE
from formcheck.report.paint import Colour, Line, Picture
from formcheck.report.wording import STATE_MARKS, sided

WIDTH_PX: Final = 1280
HEIGHT_PX: Final = 720

VIEWING_M: Final = 3.0
LEAST_ARC_MIN: Final = 16.0
SCREEN_HEIGHT_M: Final = 0.174
"""Of a 14 inch screen, 16:9."""
CAPITAL_SHARE: Final = 0.729
"""Height of a capital of DejaVu Sans as a share of the font size."""


def far_px(height_px: int) -> int:
    """The least font size that can be read from 3 m on a picture of this height; see the module."""
    capital_m = VIEWING_M * math.tan(math.radians(LEAST_ARC_MIN / 60))
    return math.ceil(capital_m / SCREEN_HEIGHT_M * height_px / CAPITAL_SHARE)


FAR_PX: Final = far_px(HEIGHT_PX)
NEAR_PX: Final = 34
SMALL_PX: Final = 24
_COUNT_PX: Final = 230
_COLUMN_PX: Final = 400
_BAND_PX: Final = 226
_GROUND: Final[Colour] = (16, 20, 26)
_EDGE_PX: Final = 24
_RING_PX: Final = 74
_CUE_MARKS: Final[dict[CueKind, str]] = {
    "start": "▶",
    "end": "■",
    "gap": "…",
    "fault": STATE_MARKS["fault"],
    "praise": STATE_MARKS["ok"],
    "count": "",
    "ready": STATE_MARKS["ok"],
    "advice": "➜",
    "tempo": "",
}
_CUE_COLOURS: Final[dict[CueKind, Colour]] = {
    "start": COLOURS["ok"],
    "end": WHITE,
    "gap": COLOURS["watch"],
    "fault": COLOURS["fault"],
    "praise": COLOURS["ok"],
    "count": WHITE,
    "ready": COLOURS["ok"],
    "advice": COLOURS["watch"],
    "tempo": WHITE,
}


def draw_live(image: Picture, pose: Pose | None, state: LiveState, title: str, notice: str = "") -> Picture:
    """The picture while a set is prepared or under way.

    Args:
        image: (h, w, 3) RGB as the camera sees it; shown mirrored.
        pose: of the same frame, for the stick figure; None for none.
        title: of the exercise.
        notice: of the desktop, such as a lost camera; comes before the set's own.
    """
    canvas = np.full((HEIGHT_PX, WIDTH_PX, 3), _GROUND, dtype=np.uint8)
    _mirrored(canvas, image, pose, state)
    _column(canvas, state, title)
    _band(canvas, state, notice)
    return canvas


def _mirrored(canvas: Picture, image: Picture, pose: Pose | None, state: LiveState) -> None:
    """The camera's picture above the band, mirrored for the eye only, with the stick figure on it."""
    room = (WIDTH_PX - _COLUMN_PX, HEIGHT_PX - _BAND_PX)
    scale = min(room[0] / image.shape[1], room[1] / image.shape[0])
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    shown: Picture = np.ascontiguousarray(cv2.flip(cv2.resize(image, size, interpolation=interpolation), 1))
    if pose is not None and pose.found:
        _figure(shown, pose, state)
    if state.in_place and state.stage == "ready":
        cv2.rectangle(shown, (3, 3), (size[0] - 4, size[1] - 4), COLOURS["ok"], 8)
    x = _COLUMN_PX + (room[0] - size[0]) // 2
    canvas[: size[1], x : x + size[0]] = shown


def _figure(shown: Picture, pose: Pose, state: LiveState) -> None:
    scale = np.array([shown.shape[1] / pose.size_px[0], shown.shape[0] / pose.size_px[1]])

    def place(points: Array) -> Array:
        """Where image points lie in the mirrored picture."""
        placed: Array = points * scale
        placed[:, 0] = shown.shape[1] - placed[:, 0]
        return placed

    points = place(pose.image_px[:, :2])
    for a, b in angles.BONES:
        seen = min(pose.visibility[a], pose.visibility[b]) >= SEEN
        _stroke(shown, points[[a, b]], WHITE if seen else DIM, 3 if seen else 1)
    if state.warning in angles.SPECS:
        side = state.warning_side or angles.clearer_side(pose)
        for names in angles.SPECS[state.warning].lines:
            line = place(np.array([angles.point(pose, name, side) for name in names]))
            _stroke(shown, line, COLOURS["fault"], 7)


def _stroke(picture: Picture, points: Array, colour: Colour, thick: int) -> None:
    if np.isfinite(points).all():
        way = [np.round(points).astype(np.int32)]
        cv2.polylines(picture, way, False, RIM, thick + 2, cv2.LINE_AA)
        cv2.polylines(picture, way, False, colour, thick, cv2.LINE_AA)


def _column(canvas: Picture, state: LiveState, title: str) -> None:
    """Left: the count, the ring, the phase, and what the last repetition showed."""
    _heading(canvas, title, _COLUMN_PX - 2 * _EDGE_PX)
    if state.stage in ("setup", "ready"):
        _placement(canvas, state)
        return
    count = Line(str(state.count), _fitting(str(state.count), _COUNT_PX), bold=True)
    paint.write(canvas, count, _EDGE_PX, 24 + (_COUNT_PX - count.size_px) // 2)
    word = Line(state.count_word, NEAR_PX, SOFT)
    beside = _EDGE_PX + count.width_px + 8
    if beside + word.width_px < _COLUMN_PX:
        paint.write(canvas, word, beside, 210)
    _phase(canvas, state)


def _heading(canvas: Picture, title: str, room: int) -> None:
    for line in paint.wrap(Line(title, SMALL_PX, SOFT), room, most=1):
        paint.write(canvas, line, _EDGE_PX, 12)


def _fitting(text: str, size_px: int) -> int:
    """The size at which a line fits the column."""
    while Line(text, size_px, bold=True).width_px > _COLUMN_PX - 2 * _EDGE_PX:
        size_px -= 4
    return size_px


def _placement(canvas: Picture, state: LiveState) -> None:
    """The set-up check: green and ready with the start's ring, or what is in the way."""
    if state.stage == "ready":
        mark, colour = STATE_MARKS["ok"], COLOURS["ok"]
    else:
        blocked = state.advice is not None and state.advice.blocks
        mark, colour = ("✗", COLOURS["fault"]) if blocked else ("~", COLOURS["watch"])
    text = wording.READY if state.stage == "ready" else wording.SET_UP
    paint.write(canvas, Line(mark, 2 * FAR_PX, colour, bold=True), _EDGE_PX, 50)
    paint.write(canvas, Line(text, _fitting(text, FAR_PX), colour, bold=True), _EDGE_PX, 240)
    if state.start_share > 0.2:
        _ring(canvas, state.start_share, "", COLOURS["ok"], (_COLUMN_PX - 110, 150))


def _phase(canvas: Picture, state: LiveState) -> None:
    y = 294
    if state.stop_share > 0.2:
        _ring(canvas, state.stop_share, STATE_MARKS["fault"], WHITE, (_EDGE_PX + _RING_PX, y + _RING_PX + 12))
        return
    if state.tempo is not None:
        share = state.tempo.passed_s / state.tempo.goal_s
        colour = COLOURS["ok"] if share >= 1 else COLOURS["watch"]
        left = _EDGE_PX + _RING_PX
        _ring(canvas, share, f"{min(state.tempo.passed_s, 99):.0f}", colour, (left, y + _RING_PX + 12))
        word = Line(state.phase_word, _phase_px(state.phase_word), bold=True)
        paint.write(canvas, word, left + _RING_PX + 20, y + _RING_PX + 12 - word.height_px // 2)
    elif state.phase_word:
        word = Line(state.phase_word, _fitting(state.phase_word, FAR_PX), SOFT, bold=True)
        paint.write(canvas, word, _EDGE_PX, y + 24)


def _phase_px(word: str) -> int:
    size_px = FAR_PX
    while Line(word, size_px, bold=True).width_px > _COLUMN_PX - 2 * _EDGE_PX - 2 * _RING_PX - 20:
        size_px -= 2
    return size_px


def _ring(canvas: Picture, share: float, text: str, colour: Colour, centre: tuple[int, int]) -> None:
    """A ring that fills clockwise from the top; full when the time is reached."""
    size = (_RING_PX, _RING_PX)
    cv2.ellipse(canvas, centre, size, 0, 0, 360, DIM, 6, cv2.LINE_AA)
    cv2.ellipse(canvas, centre, size, -90, 0, 360 * min(share, 1.0), colour, 18, cv2.LINE_AA)
    if text:
        line = Line(text, FAR_PX, bold=True)
        paint.write(canvas, line, centre[0] - line.width_px // 2, centre[1] - round(0.6 * line.size_px))


def _marks(canvas: Picture, state: LiveState, top: int) -> None:
    """What the last repetition showed, check by check, while there is nothing to say."""
    shown = [mark for mark in state.marks if mark.state != "not_assessed"][:6]
    for i, mark in enumerate(shown):
        text = f"{STATE_MARKS[mark.state]} {sided(mark.title, mark.side if len(state.marks) > 5 else None)}"
        line = paint.wrap(Line(text, NEAR_PX, COLOURS[mark.state]), WIDTH_PX // 2 - 3 * _EDGE_PX, most=1)[0]
        paint.write(canvas, line, 2 * _EDGE_PX + (i % 2) * WIDTH_PX // 2, top + 14 + (i // 2) * line.height_px)


def _band(canvas: Picture, state: LiveState, notice: str) -> None:
    """Below: the one thing to mend or to do now."""
    top = HEIGHT_PX - _BAND_PX
    if notice:
        _said(canvas, top, "…", notice, "", COLOURS["watch"])
    elif state.cue is not None and state.cue.text:
        _cue(canvas, top, state.cue)
    elif state.stage in ("setup", "ready"):
        if state.advice is not None:
            _said(canvas, top, _CUE_MARKS["advice"], state.advice.text, state.advice.hint, COLOURS["watch"])
        else:
            _said(canvas, top, STATE_MARKS["ok"], wording.READY, wording.HOW_TO_START, COLOURS["ok"])
    elif state.notice:
        _said(canvas, top, _CUE_MARKS["gap"], state.notice, wording.GAP_HINT, COLOURS["watch"])
    else:
        _marks(canvas, state, top)
    keys = Line(wording.KEYS, 20, DIM)
    paint.write(canvas, keys, WIDTH_PX - keys.width_px - 12, HEIGHT_PX - 28)


def _cue(canvas: Picture, top: int, cue: Cue) -> None:
    _said(canvas, top, _CUE_MARKS[cue.kind], cue.text, cue.hint, _CUE_COLOURS[cue.kind])


def _said(canvas: Picture, top: int, mark: str, text: str, hint: str, colour: Colour) -> None:
    """A mark, a line or two to be read from afar, and a smaller one."""
    paint.fill(canvas, 0, top, 14, _BAND_PX, colour)
    x = 2 * _EDGE_PX
    if mark:
        paint.write(canvas, Line(mark, FAR_PX, colour, bold=True), x, top + 4)
        x += FAR_PX + 12
    lines = paint.wrap(Line(text, FAR_PX, colour, bold=True), WIDTH_PX - x - _EDGE_PX, most=2)
    y = top + 4
    for line in lines:
        paint.write(canvas, line, x, y)
        y += round(1.12 * FAR_PX)
    small = NEAR_PX if len(lines) == 1 else SMALL_PX
    for line in paint.wrap(Line(hint, small), WIDTH_PX - x - _EDGE_PX, most=2 if len(lines) == 1 else 1):
        paint.write(canvas, line, x, y + 4)
        y += line.height_px


def draw_summary(summary: LiveSummary | None, title: str) -> Picture:
    """The picture after the set; None while the summary is worked out."""
    canvas = np.full((HEIGHT_PX, WIDTH_PX, 3), _GROUND, dtype=np.uint8)
    room = WIDTH_PX - 2 * _EDGE_PX
    _heading(canvas, title, room)
    if summary is None:
        paint.write(canvas, Line(f"{wording.SCORING} …", FAR_PX, bold=True), _EDGE_PX, 60)
        return canvas
    y = 50
    for line in _summary_lines(summary, room):
        if y + line.height_px > HEIGHT_PX - 40:
            break
        paint.write(canvas, line, _EDGE_PX, y)
        y += line.height_px
    keys = Line(wording.KEYS_AFTER, 20, DIM)
    paint.write(canvas, keys, WIDTH_PX - keys.width_px - 12, HEIGHT_PX - 28)
    return canvas


def _summary_lines(summary: LiveSummary, room: int) -> Sequence[Line]:
    """What was done and what to mend, large; how it ended and what was revised, smaller."""
    if summary.report is None:
        return [Line(summary.done, NEAR_PX), Line(summary.reason_text, SMALL_PX, SOFT)]
    lines = paint.wrap(Line(summary.done, FAR_PX, bold=True), room, most=2)
    for fault in summary.to_mend[:3]:
        lines += paint.wrap(Line(f"{STATE_MARKS['fault']} {fault.text}", 44, COLOURS["fault"], bold=True), room, most=2)
        lines += paint.wrap(Line(fault.cue, SMALL_PX + 4), room, most=2)
    if not summary.to_mend:
        lines += paint.wrap(Line(f"{STATE_MARKS['ok']} {wording.NO_FAULTS}", 44, COLOURS["ok"]), room, most=2)
    lines.append(Line(" ", 14))
    lines += paint.wrap(Line(summary.reason_text, SMALL_PX, SOFT), room, most=2)
    revised = [revision.text for revision in summary.revisions[:3]]
    head = wording.REVISED if revised else wording.NOT_REVISED
    return [*lines, *(part for text in (head, *revised) for part in paint.wrap(Line(text, SMALL_PX), room, most=2))]
