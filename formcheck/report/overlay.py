"""The annotated film: skeleton, counter, phase, live measure against its limit, faults in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Protocol

import cv2
import numpy as np

from formcheck.pose.landmarks import Landmark
from formcheck.pose.pose import Array, Pose
from formcheck.pose.track import PoseTrack
from formcheck.report import angles, paint, quantities, wording
from formcheck.report.html import as_filmed
from formcheck.report.overlay_state import Gauge, Notice, OverlayState, Timeline, overlay_state
from formcheck.report.paint import Colour, Line, Picture
from formcheck.results import SetReport, State
from formcheck.trace import Trace

__all__ = ["FrameSink", "OverlayState", "TimedFrame", "draw_overlay", "overlay_state", "write_overlay"]

SEEN: Final = 0.5
"""Below this visibility a landmark is drawn dim: it is guessed, not seen."""

HEAD_ROOM: Final = 0.25
"""A head in this share of the frame's height would be covered by words at the top."""

SAME_FRAME_S: Final = 0.02

COLOURS: Final[dict[State, Colour]] = {
    "ok": (94, 214, 204),
    "watch": (250, 200, 90),
    "fault": (255, 120, 100),
    "not_assessed": (200, 206, 214),
}
WHITE: Final[Colour] = (255, 255, 255)
SOFT: Final[Colour] = (206, 212, 220)
DIM: Final[Colour] = (140, 146, 154)
RIM: Final[Colour] = (20, 24, 30)


class TimedFrame(Protocol):
    """A frame of a recording: ``image`` (h, w, 3) RGB at ``t_s`` seconds."""

    @property
    def t_s(self) -> float: ...
    @property
    def image(self) -> Picture: ...


class FrameSink(Protocol):
    """Takes the frames of a film in order."""

    def write(self, image: Picture, t_s: float) -> None: ...


def write_overlay(
    source: Iterable[TimedFrame], report: SetReport, trace: Trace, track: PoseTrack, sink: FrameSink
) -> None:
    """Draw on every frame of a recording and hand it on; one frame is held at a time.

    Args:
        track: poses in pixels of the recording as filmed.
    """
    timeline, own = Timeline.of(report, trace), as_filmed(track)
    low = _head_on_top(own)
    for frame in source:
        sink.write(draw_overlay(frame.image, _pose_of(own, frame.t_s), timeline.at(frame.t_s), low), frame.t_s)


def _head_on_top(track: PoseTrack) -> bool:
    """Whether the head comes into the top quarter of the frame; asked once a film, so that words do not jump."""
    nose = track.image_px[track.found, Landmark.NOSE, 1]
    nose = nose[np.isfinite(nose)]
    return bool(len(nose)) and float(np.quantile(nose, 0.1)) < HEAD_ROOM * track.size_px[1]


def _pose_of(track: PoseTrack, t_s: float) -> Pose | None:
    after = int(np.searchsorted(track.t_s, t_s - SAME_FRAME_S))
    if after >= len(track) or abs(track.t_s[after] - t_s) > SAME_FRAME_S:
        return None
    return track[after]


def draw_overlay(image: Picture, pose: Pose | None, state: OverlayState, low: bool = False) -> Picture:
    """A copy of the frame with everything drawn on it.

    Args:
        image: (h, w, 3) RGB; may be smaller than the frame the pose was found in.
        pose: None where nobody was found.
        low: words go above the gauge at the bottom, not to the top, where the head is.
    """
    drawn = np.ascontiguousarray(image).copy()
    unit = _unit(drawn)
    if pose is not None and pose.found:
        _skeleton(drawn, pose, state.notices, unit)
    place, floor = _counter(drawn, state, unit), _gauge(drawn, state.gauge, unit)
    if low:
        place = (_px(20, unit), 0)
    room = _room(drawn, place, unit)
    notices = state.notices[:2]
    if low and len(notices) > 1:
        # Two cues would hide the legs, which most checks look at.
        notices = tuple(replace(notice, cue="") for notice in notices)
    blocks = [*_unjudged(state.unjudged, unit, room), *(_notice(n, unit, room) for n in notices)]
    if low:
        place = (place[0], max(0, floor - sum(_tall(block, unit) for block in blocks)))
    for block in blocks:
        place = _draw_block(drawn, block, place, unit)
    return drawn


def _unit(image: Picture) -> float:
    """Sizes are given for a frame whose short side is 720 pixels."""
    return float(np.clip(min(image.shape[:2]) / 720, 0.38, 3.0))


def _px(size: float, unit: float) -> int:
    return max(1, round(size * unit))


def _text_px(size: float, unit: float) -> int:
    return max(10, round(size * unit))


def _skeleton(image: Picture, pose: Pose, notices: tuple[Notice, ...], unit: float) -> None:
    height, width = image.shape[:2]
    scale = np.array([width / pose.size_px[0], height / pose.size_px[1]])
    points, seen = pose.image_px[:, :2] * scale, pose.visibility >= SEEN
    thick = max(1, round(3.2 * unit))
    for a, b in angles.BONES:
        if seen[a] and seen[b]:
            _stroke(image, points[[a, b]], WHITE, thick)
        else:
            _stroke(image, points[[a, b]], DIM, max(1, thick // 3), rim=False)
    for index in sorted({i for bone in angles.BONES for i in bone}):
        if seen[index]:
            _dot(image, points[index], _px(4.5, unit), COLOURS["ok"])
    for notice in notices:
        side = notice.side or angles.clearer_side(pose)
        for names in notice.lines:
            line = np.array([angles.point(pose, name, side) for name in names]) * scale
            _stroke(image, line, COLOURS[notice.state], 2 * thick)


def _stroke(image: Picture, points: Array, colour: Colour, thick: int, rim: bool = True) -> None:
    if not np.isfinite(points).all():
        return
    way = [np.round(points).astype(np.int32)]
    if rim:
        cv2.polylines(image, way, False, RIM, thick + 2, cv2.LINE_AA)
    cv2.polylines(image, way, False, colour, thick, cv2.LINE_AA)


def _dot(image: Picture, at: Array, radius: int, colour: Colour) -> None:
    if np.isfinite(at).all():
        centre = (round(float(at[0])), round(float(at[1])))
        cv2.circle(image, centre, radius + 1, RIM, -1, cv2.LINE_AA)
        cv2.circle(image, centre, radius, colour, -1, cv2.LINE_AA)


def _counter(image: Picture, state: OverlayState, unit: float) -> tuple[int, int]:
    """The count, the phase and the hold timer, top left; returns the place (x, y) for words.

    Words go to the top where the head leaves room: what the checks look at is mostly legs and hips.
    """
    count = Line(str(state.count), _text_px(72, unit), bold=True)
    word = Line(state.count_word, _text_px(24, unit), SOFT)
    held = "" if state.hold_s is None else f" {quantities.number(state.hold_s, 's')}"
    phase = Line(state.phase + held, _text_px(28, unit), bold=True)
    edge, gap = _px(20, unit), _px(14, unit)
    # Wide enough for every phase, so that the panel does not jump.
    inner = max(count.width_px + gap + word.width_px, Line("lowering 0.0", phase.size_px, bold=True).width_px)
    tall = count.height_px + phase.height_px + gap
    paint.panel(image, edge, edge, inner + 2 * gap, tall)
    paint.write(image, count, edge + gap, edge)
    base = edge + count.size_px - word.size_px
    paint.write(image, word, edge + gap + count.width_px + gap // 2, base)
    paint.write(image, phase, edge + gap, edge + count.height_px)
    return edge + inner + 2 * gap + gap // 2, edge


def _unjudged(titles: tuple[str, ...], unit: float, room: int) -> list[Block]:
    """At the start: what this recording cannot show."""
    if not titles:
        return []
    text = f"{wording.STATE_MARKS['not_assessed']} {wording.unjudged_notice(titles)}"
    return [Block(paint.wrap(Line(text, _text_px(21, unit), SOFT), room, most=3))]


def _notice(notice: Notice, unit: float, room: int) -> Block:
    """A fault and its cue."""
    colour = COLOURS[notice.state]
    text = f"{wording.STATE_MARKS[notice.state]} {notice.text}"
    lines = paint.wrap(Line(text, _text_px(30, unit), colour, bold=True), room, most=2)
    return Block(lines + paint.wrap(Line(notice.cue, _text_px(24, unit)), room, most=3), colour)


def _room(image: Picture, place: tuple[int, int], unit: float) -> int:
    """Width left for words beside ``place``, their panel's rims taken off."""
    width = int(image.shape[1])
    return max(1, min(width - place[0] - _px(20, unit) - 3 * _px(14, unit), _px(860, unit)))


@dataclass(frozen=True, slots=True)
class Block:
    """Lines on one panel; ``colour`` marks its left side."""

    lines: list[Line]
    colour: Colour | None = None


def _tall(block: Block, unit: float) -> int:
    """The block's height with the gap below it."""
    gap = _px(14, unit)
    return sum(line.height_px for line in block.lines) + gap + gap // 2


def _draw_block(image: Picture, block: Block, place: tuple[int, int], unit: float) -> tuple[int, int]:
    """Draw a block with its top left corner at ``place``; returns the place for the next."""
    (x, y), gap = place, _px(14, unit)
    tall = _tall(block, unit)
    widest = max(line.width_px for line in block.lines)
    paint.panel(image, x, y, widest + 3 * gap, tall - gap // 2, block.colour)
    below = y + gap // 2
    for line in block.lines:
        paint.write(image, line, x + gap + gap // 2, below)
        below += line.height_px
    return x, y + tall


def _gauge(image: Picture, gauge: Gauge | None, unit: float) -> int:
    """The live measure as a bar with its limit, bottom left; returns the y that is free above it."""
    height, width = map(int, image.shape[:2])
    edge, gap = _px(20, unit), _px(14, unit)
    if gauge is None:
        return height - edge
    inner = min(width - 2 * edge - 2 * gap, _px(560, unit))
    value = Line(quantities.number(gauge.value, gauge.unit, gauge.error), _text_px(24, unit), bold=True)
    title = paint.wrap(Line(gauge.title, _text_px(22, unit)), inner - value.width_px - gap, most=1)[0]
    bar, reads = _px(16, unit), wording.gauge_limit(gauge.limit, gauge.unit, gauge.above)
    foot = Line(reads, _text_px(18, unit), SOFT)
    tall = value.height_px + bar + foot.height_px + 2 * gap
    x, y = edge + gap, height - edge - tall + gap // 2
    paint.panel(image, edge, height - edge - tall, inner + 2 * gap, tall)
    paint.write(image, title, x, y)
    paint.write(image, value, x + inner - value.width_px, y)
    _bar(image, gauge, x, y + value.height_px + gap // 3, inner, bar)
    limit_x = x + int(inner * _share(gauge, gauge.limit))
    foot_x = max(x, min(limit_x - foot.width_px // 2, x + inner - foot.width_px))
    paint.write(image, foot, foot_x, y + value.height_px + bar + gap // 3 * 2)
    return height - edge - tall - gap // 2


def _bar(image: Picture, gauge: Gauge, x: int, y: int, width: int, height: int) -> None:
    """White up to the value; the fault's side of the limit is tinted, the limit itself a tall mark."""
    paint.fill(image, x, y, width, height, SOFT, 0.28)
    at = int(width * _share(gauge, gauge.limit))
    if gauge.above:
        paint.fill(image, x + at, y, width - at, height, COLOURS["fault"], 0.45)
    else:
        paint.fill(image, x, y, at, height, COLOURS["fault"], 0.45)
    if gauge.value is not None:
        paint.fill(image, x, y + height // 4, int(width * _share(gauge, gauge.value)), max(1, height // 2), WHITE)
    mark = max(2, height // 4)
    paint.fill(image, x + at - mark // 2, y - height // 3, mark, height + 2 * (height // 3), COLOURS["fault"])


def _share(gauge: Gauge, value: float) -> float:
    return float(np.clip((value - gauge.low) / (gauge.high - gauge.low), 0, 1))
