"""The frame that shows a fault, cropped to the person, its angle or distance drawn on it, as inline SVG."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray
from PIL import Image

from formcheck.pose.landmarks import Landmark
from formcheck.pose.pose import Array, Pose
from formcheck.report.angles import BONES, Arc, Drawing, torso_px

Picture = NDArray[np.uint8]
"""(height, width, 3) RGB."""

Frames = Callable[[Sequence[float]], Mapping[float, Picture]]
"""Fetches the frames at some times of a recording; times without a frame are left out."""

WIDTH: Final = 420.0
"""Of a drawing, in its own units; text and strokes are sized against it."""

JPEG_WIDTH: Final = 720
JPEG_QUALITY: Final = 82
MARGIN: Final = 0.1
HEAD: Final = 0.35
"""From the nose to the crown, in lengths of the trunk."""

WIDEST, TALLEST = 1.6, 1.35
"""Limits of a crop's width/height and height/width, so that drawings stand well beside each other."""

COLOURS: Final = {"fault": "#c2311f", "watch": "#8a5a00", "ok": "#00697a", "not_assessed": "#5b6470"}


@dataclass(frozen=True, slots=True)
class Crop:
    """A part of a frame in its pixels, and the scale to the drawing's units."""

    x: float
    y: float
    width: float
    height: float

    @property
    def scale(self) -> float:
        return WIDTH / self.width

    def place(self, points: Array) -> Array:
        """Frame pixels to drawing units."""
        placed: Array = (points - (self.x, self.y)) * self.scale
        return placed


def draw_frame(pose: Pose, drawing: Drawing, label: str, state: str, alt: str, picture: Picture | None) -> Markup:
    """One SVG figure: the frame (or a stick figure), the drawing, and a label with value and limit.

    Args:
        alt: text in place of the figure.
        picture: the frame; None draws a stick figure on a plain ground.
    """
    crop = crop_to(pose, picture)
    height = crop.height * crop.scale
    parts = [_ground(crop, pose.size_px, picture, height)]
    if picture is None or not drawing.lines:
        parts.append(_sticks(pose, crop))
    parts.append(_geometry(drawing, crop, COLOURS[state]))
    parts.append(_label(label, pose, drawing, crop, COLOURS[state]))
    return Markup('<svg class="frame" viewBox="0 0 {w:.0f} {h:.0f}" role="img" aria-label="{alt}">{body}</svg>').format(
        w=WIDTH, h=height, alt=alt, body=Markup("").join(parts)
    )


def crop_to(pose: Pose, picture: Picture | None) -> Crop:
    """The part of the frame that holds the person with some margin, inside the frame where there is one."""
    points = _body(pose)
    if not len(points):
        return Crop(0, 0, *map(float, pose.size_px))
    low, high = points.min(axis=0), points.max(axis=0)
    margin = MARGIN * float((high - low).max()) + 4
    width, height = (high - low) + 2 * margin
    width, height = max(width, height / TALLEST), max(height, width / WIDEST)
    x, y = (low + high) / 2 - (width / 2, height / 2)
    if picture is None:
        return Crop(float(x), float(y), float(width), float(height))
    return _inside(x, y, width, height, *pose.size_px)


def _body(pose: Pose) -> Array:
    """(n, 2) what is seen of the person, with the head's corners: the face's landmarks end below the crown."""
    head = pose.image_px[Landmark.NOSE, :2] + HEAD * torso_px(pose) * np.array([[-1, -1], [1, -1], [-1, 0], [1, 0]])
    points = np.concatenate([pose.image_px[:, :2], head])
    seen: Array = points[np.isfinite(points).all(axis=1)]
    return seen


def _inside(x: float, y: float, width: float, height: float, frame_width: int, frame_height: int) -> Crop:
    width, height = min(width, frame_width), min(height, frame_height)
    x, y = np.clip(x, 0, frame_width - width), np.clip(y, 0, frame_height - height)
    return Crop(float(round(x)), float(round(y)), float(max(1, int(width))), float(max(1, int(height))))


def _ground(crop: Crop, size_px: tuple[int, int], picture: Picture | None, height: float) -> Markup:
    if picture is None:
        return Markup('<rect width="{:.0f}" height="{:.0f}" fill="#efece6"/>').format(WIDTH, height)
    # The picture may be a shrunk one; the crop is in pixels of the original.
    shrunk = picture.shape[1] / size_px[0]
    left, top = round(crop.x * shrunk), round(crop.y * shrunk)
    right, bottom = round((crop.x + crop.width) * shrunk), round((crop.y + crop.height) * shrunk)
    part = Image.fromarray(picture[top:bottom, left:right])
    return Markup(
        '<image width="{:.0f}" height="{:.1f}" preserveAspectRatio="none" href="data:image/jpeg;base64,{}"/>'
    ).format(WIDTH, height, _jpeg(part))


def _jpeg(part: Image.Image) -> str:
    part.thumbnail((JPEG_WIDTH, JPEG_WIDTH * 2))
    data = io.BytesIO()
    part.save(data, "JPEG", quality=JPEG_QUALITY)
    return base64.b64encode(data.getvalue()).decode("ascii")


def _sticks(pose: Pose, crop: Crop) -> Markup:
    points = crop.place(pose.image_px[:, :2])
    lines = [_path(points[[a, b]], "#7d8590", 3) for a, b in BONES if np.isfinite(points[[a, b]]).all()]
    head = points[Landmark.NOSE]
    if np.isfinite(head).all():
        lines.append(
            Markup('<circle cx="{:.1f}" cy="{:.1f}" r="{:.1f}" fill="#7d8590"/>').format(
                *head, 0.17 * torso_px(pose) * crop.scale
            )
        )
    return Markup("").join(lines)


def _geometry(drawing: Drawing, crop: Crop, colour: str) -> Markup:
    parts = [_path(crop.place(line), "#14181d", 2.5, dash="7 5") for line in drawing.references]
    if drawing.gap is not None:
        parts.append(_path(crop.place(drawing.gap), colour, 5))
    parts += [_path(crop.place(line), colour, 4.5) for line in drawing.lines]
    if drawing.arc is not None:
        parts.append(_arc(drawing.arc, crop, colour))
    joints = [crop.place(p) for line in drawing.lines for p in line]
    parts += [
        Markup('<circle cx="{:.1f}" cy="{:.1f}" r="4.5" fill="#fff" stroke="{}" stroke-width="2.5"/>').format(
            *p, colour
        )
        for p in joints
    ]
    return Markup("").join(parts)


def _path(points: Array, colour: str, width: float, dash: str = "") -> Markup:
    """A line with a light rim, so that it stands out from dark and light footage."""
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    line = Markup(
        '<polyline points="{}" fill="none" stroke="{}" stroke-width="{}" stroke-opacity="{}"'
        ' stroke-linecap="round" stroke-linejoin="round" stroke-dasharray="{}"/>'
    )
    return line.format(way, "#fff", width + 3, 0.8, "none") + line.format(way, colour, width, 1, dash or "none")


def _arc(arc: Arc, crop: Crop, colour: str) -> Markup:
    vertex, radius = crop.place(arc.vertex), 0.1 * WIDTH
    first, last = vertex + radius * arc.start, vertex + radius * arc.end
    turns_right = int(arc.start[0] * arc.end[1] - arc.start[1] * arc.end[0] > 0)
    return Markup(
        '<path d="M{:.1f} {:.1f}L{:.1f} {:.1f}A{r:.1f} {r:.1f} 0 0 {} {:.1f} {:.1f}Z"'
        ' fill="{c}" fill-opacity="0.35" stroke="{c}" stroke-width="2"/>'
    ).format(*vertex, *first, turns_right, *last, r=radius, c=colour)


def _label(text: str, pose: Pose, drawing: Drawing, crop: Crop, colour: str) -> Markup:
    if not text:
        return Markup("")
    size = 19.0
    width, tall = 0.58 * size * len(text) + 18, size + 14
    x, y = _free_place(pose, drawing, crop, width, tall)
    box = Markup(
        '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="5" fill="#fff" fill-opacity="0.94"'
        ' stroke="{}" stroke-width="1.5"/>'
    ).format(x, y, width, tall, colour)
    words = Markup(
        '<text x="{:.1f}" y="{:.1f}" text-anchor="middle" fill="{}" font-size="{}" font-weight="600">{}</text>'
    ).format(x + width / 2, y + tall / 2 + size * 0.35, colour, size, text)
    return box + words


def _free_place(pose: Pose, drawing: Drawing, crop: Crop, width: float, tall: float) -> tuple[float, float]:
    """Beside the angle if the body leaves room there, else the corner that hides least of it."""
    lines = [*drawing.lines, *drawing.references, *([drawing.gap] if drawing.gap is not None else [])]
    drawn = [np.linspace(a, b, 8) for line in lines for a, b in pairwise(line)]
    body = crop.place(np.concatenate([_body(pose), *drawn]))
    right, bottom = max(8.0, WIDTH - width - 8), max(8.0, crop.height * crop.scale - tall - 8)
    corners = [(right, 8.0), (8.0, 8.0), (right, bottom), (8.0, bottom)]
    centre = _centre(drawing)
    if centre is not None:
        x, y = crop.place(centre)
        beside = float(np.clip(y - tall / 2, 8, bottom))
        corners = [(min(x + 34, right), beside), (max(x - 34 - width, 8.0), beside), *corners]

    def hidden(place: tuple[float, float]) -> int:
        low = np.array(place) - 6
        inside = (body >= low) & (body <= low + np.array([width + 12, tall + 12]))
        return int(inside.all(axis=1).sum())

    return min(corners, key=hidden)


def _centre(drawing: Drawing) -> Array | None:
    """Where the angle, the gap or the first line has its middle."""
    if drawing.arc is not None:
        return drawing.arc.vertex
    if drawing.gap is not None:
        middle: Array = drawing.gap.mean(axis=0)
        return middle
    return np.asarray(drawing.lines[0].mean(axis=0)) if drawing.lines else None
