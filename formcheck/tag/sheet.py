"""The page with two cards, at true scale: black squares as long as asked for, a ruler to check the print by.

Drawn in millimetres by matplotlib, so that PDF and SVG hold lines and no pictures.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final, Literal

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf, PdfPages
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import Circle, PathPatch, Polygon, Rectangle
from matplotlib.path import Path

from formcheck.errors import UsageError
from formcheck.tag.design import CARD_PER_SIDE, FACES, QUIET_PER_SIDE, STRIP_PER_SIDE, Face, TagDesign
from formcheck.tag.detect import cells, read_in_mirror
from formcheck.tag.wearing import PICTURES, Picture

__all__ = ["FORMATS", "PAGES_MM", "Format", "Page", "pages"]

Page = Literal["A4", "Letter"]
Format = Literal["pdf", "svg", "png"]
FORMATS: Final[tuple[Format, ...]] = ("pdf", "svg", "png")
PAGES_MM: Final[dict[Page, tuple[float, float]]] = {"A4": (210.0, 297.0), "Letter": (215.9, 279.4)}
"""Width and height, upright."""

SMALLEST_MM: Final = 30.0
_MARGIN_MM: Final = 8.0
"""Printers leave 4 to 6 mm white."""

_BETWEEN_MM: Final = 8.0
_FOOT_MM: Final = 58.0
_LOW_FOOT_MM: Final = 20.0
_RULER_MM: Final = 100.0
_MM_PER_INCH: Final = 25.4
_DPI: Final = 300
_INK, _SOFT, _LIMB, _FAR = "#000000", "#6b7280", "#8fa3b0", "#c9d3da"
_STYLE: Final[dict[str, Any]] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "formcheck",
    "text.parse_math": False,
    "path.snap": False,
}
_HOW: Final = (
    "Print at 100% (actual size): the line must measure 100 mm. Glue onto stiff card, cut along the outer lines,\n"
    "pin all four corners to a snug belt, upper edge toward the head. Nothing may cover the square or its white rim."
)


def pages(design: TagDesign, page: Page, kind: Format) -> list[bytes]:
    """The sheet as files: one PDF, or an SVG or PNG for each page.

    Raises:
        UsageError: the tag is too small to be seen, or too large for the page, or a code reads as one of both in a
            mirror.
    """
    _check_mirror(design)
    with rc_context(_STYLE):
        figures = _figures(design, page)
        if kind == "pdf":
            return [_pdf(figures)]
        return [_svg(figure) if kind == "svg" else _png(figure) for figure in figures]


def _check_mirror(design: TagDesign) -> None:
    """Such a tag would hide that a recording is mirrored, and left and right swapped."""
    for face in FACES:
        code = design.id_of(face)
        other = read_in_mirror(design.dictionary, code)
        if other is not None and design.face_of(other) is not None:
            raise UsageError(
                f"{design.dictionary} no. {code} looks like no. {other} in a mirror, so that mirrored recordings could"
                " not be told: take other codes"
            )


def _figures(design: TagDesign, page: Page) -> list[Figure]:
    side_mm = design.side_m * 1000
    width, height = PAGES_MM[page]
    card_w, card_h = (side_mm * share for share in CARD_PER_SIDE)
    room_w, room_h = width - 2 * _MARGIN_MM, height - 2 * _MARGIN_MM - _LOW_FOOT_MM
    largest = min(room_w / CARD_PER_SIDE[0], room_h / CARD_PER_SIDE[1])
    if not SMALLEST_MM <= side_mm <= largest:
        raise UsageError(
            f"a tag of {side_mm / 10:g} cm cannot be printed on {page}: its side is {SMALLEST_MM / 10:g} to"
            f" {np.floor(largest) / 10:g} cm"
        )
    beside = 2 * card_w + _BETWEEN_MM <= height - 2 * _MARGIN_MM and card_h + _FOOT_MM <= width - _MARGIN_MM
    if beside:
        return [_sheet(design, (height, width), FACES)]
    return [_sheet(design, (width, height), (face,)) for face in FACES]


def _sheet(design: TagDesign, size_mm: tuple[float, float], faces: Sequence[Face]) -> Figure:
    width, height = size_mm
    figure = Figure(figsize=(width / _MM_PER_INCH, height / _MM_PER_INCH))
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set(xlim=(0, width), ylim=(0, height))
    axes.axis("off")
    card_w, card_h = (design.side_m * 1000 * share for share in CARD_PER_SIDE)
    all_w = len(faces) * card_w + (len(faces) - 1) * _BETWEEN_MM
    low = height - _MARGIN_MM - card_h
    for i, face in enumerate(faces):
        _card(axes, design, face, (width - all_w) / 2 + i * (card_w + _BETWEEN_MM), low)
    _ruler(axes, _MARGIN_MM + 2, low - 10, beside=len(faces) > 1)
    if low >= _FOOT_MM:
        shown = [picture for picture in PICTURES if len(faces) > 1 or picture.face == faces[0]]
        _pictures(axes, shown, width, low - 16 if len(faces) > 1 else low - 24)
    return figure


def _card(axes: Axes, design: TagDesign, face: Face, x: float, y: float) -> None:
    """One card with its lower left corner there."""
    side = design.side_m * 1000
    card_w, card_h = (side * share for share in CARD_PER_SIDE)
    axes.add_patch(Rectangle((x, y), card_w, card_h, fill=False, edgecolor=_SOFT, linewidth=0.4))
    quiet = side * QUIET_PER_SIDE
    axes.add_patch(_black(cells(design.dictionary, design.id_of(face)), x + quiet, y + quiet, side))
    strip = y + card_h - side * STRIP_PER_SIDE / 2
    size = side * STRIP_PER_SIDE / _MM_PER_INCH * 72
    words: dict[str, Any] = {"va": "center", "color": _INK}
    axes.text(x + card_w / 2, strip, f"▲ {face.upper()} ▲", ha="center", fontsize=0.55 * size, weight="bold", **words)
    axes.text(x + quiet / 2, strip, "this edge up", ha="left", fontsize=0.26 * size, **words)
    name = f"{design.dictionary} no. {design.id_of(face)}\n{side / 10:g} cm"
    axes.text(x + card_w - quiet / 2, strip, name, ha="right", fontsize=0.22 * size, **words)


def _black(pattern: np.ndarray[Any, np.dtype[np.float64]], x: float, y: float, side: float) -> PathPatch:
    """The black square with its white areas cut out, as one outline: no seams between cells."""
    cell = side / len(pattern)
    loops = outlines(pattern[::-1] < 0.5)
    codes = [code for loop in loops for code in (Path.MOVETO, *[Path.LINETO] * (len(loop) - 1), Path.CLOSEPOLY)]
    points = [(x + column * cell, y + row * cell) for loop in loops for column, row in (*loop, loop[0])]
    return PathPatch(Path(points, codes), facecolor=_INK, edgecolor="none", linewidth=0)


def outlines(marked: np.ndarray[Any, np.dtype[np.bool_]]) -> list[list[tuple[int, int]]]:
    """Closed outlines (column, row) of the marked cells, these always on the left: holes run the other way round."""
    edges: set[tuple[tuple[int, int], tuple[int, int]]] = set()
    for row, column in np.argwhere(marked).tolist():
        corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
        for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
            if (end, start) in edges:
                edges.remove((end, start))  # within the marked area
            else:
                edges.add((start, end))
    loops = []
    while edges:
        start, end = min(edges)
        loop = [start]
        edges.remove((start, end))
        while end != loop[0]:
            loop.append(end)
            following = min(edge for edge in edges if edge[0] == end)
            edges.remove(following)
            end = following[1]
        loops.append(loop)
    return loops


def _ruler(axes: Axes, x: float, y: float, *, beside: bool) -> None:
    """A line of 100 mm with a tick each 10 mm, and how to print."""
    axes.plot([x, x + _RULER_MM], [y, y], color=_INK, linewidth=0.5, solid_capstyle="butt")
    for mm in range(0, int(_RULER_MM) + 1, 10):
        long = 3.0 if mm % 50 == 0 else 1.8
        axes.plot([x + mm, x + mm], [y, y + long], color=_INK, linewidth=0.5, solid_capstyle="butt")
        if mm % 50 == 0:
            axes.text(x + mm, y - 0.8, f"{mm} mm", fontsize=6, ha="center", va="top", color=_INK)
    at = (x + _RULER_MM + 9, y + 1.5) if beside else (x, y - 8)
    axes.text(*at, _HOW, fontsize=6.2, va="center", color=_INK, linespacing=1.5)


def _pictures(axes: Axes, shown: Sequence[Picture], width: float, top: float) -> None:
    """A row of small pictures below ``top``."""
    step = (width - 2 * _MARGIN_MM) / len(shown)
    scale = min(step / 108, (top - _MARGIN_MM - 7) / 72)
    for i, picture in enumerate(shown):
        middle = _MARGIN_MM + (i + 0.5) * step
        _figure(axes, picture, middle - 50 * scale, _MARGIN_MM + 6.5, scale)
        axes.text(middle, _MARGIN_MM + 3.2, picture.title, fontsize=6.5, ha="center", weight="bold", color=_INK)
        axes.text(middle, _MARGIN_MM + 0.4, picture.where, fontsize=5.8, ha="center", color=_INK)


def _figure(axes: Axes, picture: Picture, x: float, y: float, scale: float) -> None:
    def placed(points: Sequence[tuple[float, float]]) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.array(points) * scale + (x, y)

    thick = scale / _MM_PER_INCH * 72
    stroke: dict[str, Any] = {"solid_capstyle": "round", "solid_joinstyle": "round"}
    if picture.floor:
        axes.plot(*placed([(0, 0.5), (100, 0.5)]).T, color=_SOFT, linewidth=0.6)
    for limb in picture.far:
        axes.plot(*placed(limb).T, color=_FAR, linewidth=6 * thick, **stroke)
    axes.plot(*placed(picture.trunk).T, color=_LIMB, linewidth=15 * thick, **stroke)
    for limb in picture.near:
        axes.plot(*placed(limb).T, color=_LIMB, linewidth=7.5 * thick, **stroke)
    axes.add_patch(Circle(tuple(placed([picture.head])[0]), 6 * scale, facecolor=_LIMB, edgecolor="none"))
    card = placed(picture.card)
    axes.add_patch(Polygon(card, facecolor="white", edgecolor=_INK, linewidth=0.5, zorder=3))
    inner = card.mean(axis=0) + 0.72 * (card - card.mean(axis=0))
    axes.add_patch(Polygon(inner, facecolor=_INK, edgecolor="none", zorder=3))


def _pdf(figures: Sequence[Figure]) -> bytes:
    file = io.BytesIO()
    with PdfPages(file, metadata={"Creator": "formcheck", "Producer": "formcheck", "CreationDate": None}) as document:
        for figure in figures:
            FigureCanvasPdf(figure)
            document.savefig(figure)
    return file.getvalue()


def _svg(figure: Figure) -> bytes:
    file = io.BytesIO()
    FigureCanvasSVG(figure).print_svg(file, metadata={"Date": None, "Creator": "formcheck"})
    return file.getvalue()


def _png(figure: Figure) -> bytes:
    file = io.BytesIO()
    figure.set_dpi(_DPI)
    FigureCanvasAgg(figure).print_png(file)
    return file.getvalue()
