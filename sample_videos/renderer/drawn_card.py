"""A card as VTK draws it: its print as a texture, its gloss, the shirt over it, and whether a picture shows it."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
import pyvista as pv
import vtk
from vtkmodules.util.numpy_support import vtk_to_numpy

from .camera import Camera
from .card import CARD_CELLS, MARKER_CELLS, Card, Patch, card_patch, hem_patch
from .plan import TagPlan
from .rotations import FloatArray
from .skeleton import Placement
from .surfaces import ByteImage

_CELL_PX: Final = 24
_PAPER, _INK = 236, 22
_BEHIND_M: Final = 0.0015  # the card's back lies this far behind its front
_SHININESS: Final = 24.0
_ANISOTROPY: Final = 8
_DEPTH_M: Final = 0.004  # a point is seen where the picture is no nearer than this before it


def printed(tag: TagPlan) -> ByteImage:
    """The card as it is cut out, RGB, upper edge first: quiet zone, code, and the strip above with its words."""
    dictionary = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, f"DICT_{tag.dictionary}"))
    side_px = MARKER_CELLS * _CELL_PX
    width, height = (round(cells * _CELL_PX) for cells in CARD_CELLS)
    card = np.full((height, width), 255, np.uint8)
    edge = (width - side_px) // 2
    card[height - edge - side_px : height - edge, edge : edge + side_px] = cv2.aruco.generateImageMarker(
        dictionary, tag.code, side_px
    )
    cv2.putText(card, tag.where.upper(), (edge, edge), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 0, 1, cv2.LINE_AA)
    inked = _INK + (card.astype(np.float32) / 255.0) * (_PAPER - _INK)
    return np.repeat(inked.astype(np.uint8)[..., None], 3, axis=2)


def _mesh(patch: Patch) -> Any:
    mesh = pv.PolyData(patch.points_m.astype(np.float32), patch.faces)
    mesh.active_texture_coordinates = patch.texture
    return mesh


def _texture(image: ByteImage) -> Any:
    """Minified without aliasing, also where the card is seen at a slant."""
    texture = pv.Texture(image)
    texture.InterpolateOn()
    texture.MipmapOn()
    texture.SetMaximumAnisotropicFiltering(_ANISOTROPY)
    return texture


class DrawnCard:
    """The meshes of one card in a plotter."""

    def __init__(self, card: Card, plotter: Any, ambient: float) -> None:
        self._card = card
        self._patch = card_patch(card.tag)
        look = {"ambient": ambient, "diffuse": 0.72, "specular": card.tag.gloss, "specular_power": _SHININESS}
        self._front, self._back = _mesh(self._patch), _mesh(self._patch)
        for mesh in (self._front, self._back):
            mesh.point_data.active_normals = self._normals(np.eye(3))
        plotter.add_mesh(self._front, texture=_texture(printed(card.tag)), **look)
        plotter.add_mesh(self._back, color=(0.88, 0.87, 0.85), ambient=ambient, diffuse=0.6)
        self._hem = None
        if card.tag.hem:
            self._hem = _mesh(hem_patch(card.tag, 0.0))
            shade = tuple(channel / 255.0 for channel in card.cloth)
            plotter.add_mesh(self._hem, color=shade, ambient=ambient, diffuse=0.72)

    def _normals(self, rotation: FloatArray) -> Any:
        """Unit normals at the points, by the slopes of the sheet."""
        rows = int(np.sqrt(len(self._patch.points_m)))
        grid = self._patch.points_m.reshape(rows, -1, 3)
        normals = np.cross(np.gradient(grid, axis=1), np.gradient(grid, axis=0)).reshape(-1, 3)
        normals /= np.linalg.norm(normals, axis=1, keepdims=True)
        return (normals @ rotation.T).astype(np.float32)

    def move(self, placement: Placement, t_s: float) -> None:
        """Put the meshes where the card is at a time."""
        rotation = self._card.rotation(placement, t_s)
        behind = self._patch.points_m - np.array([0.0, 0.0, _BEHIND_M])
        for mesh, points in ((self._front, self._patch.points_m), (self._back, behind)):
            mesh.points = self._card.points_m(placement, t_s, points).astype(np.float32)
            mesh.point_data["Normals"] = self._normals(rotation)
        if self._hem is not None:
            hem = hem_patch(self._card.tag, t_s).points_m
            self._hem.points = self._card.points_m(placement, t_s, hem).astype(np.float32)

    def share_seen(self, placement: Placement, t_s: float, plotter: Any, camera: Camera) -> float:
        """Share of the black square's points that are in the picture with nothing before them; 0 from behind."""
        points = self._card.probes_m(placement, t_s)
        out = self._card.rotation(placement, t_s)[:, 2]
        if out @ (np.array(camera.pos_m) - points.mean(axis=0)) <= 0.0:
            return 0.0
        depth_m = (points @ camera.rotation.T + camera.translation_m)[:, 2]
        column, row = np.floor(camera.project_px(points)).astype(int).T
        width, height = camera.size_px
        inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
        if not inside.any():
            return 0.0
        drawn_m = _depths_m(plotter, column[inside], height - 1 - row[inside])
        slack_m = _DEPTH_M + 0.004 * depth_m[inside]
        return float(np.sum(drawn_m > depth_m[inside] - slack_m) / len(points))


def _depths_m(plotter: Any, column: Any, row: Any) -> FloatArray:
    """How far the picture's surfaces are along the view at some pixels, rows from the lower edge."""
    low, high = (int(column.min()), int(row.min())), (int(column.max()), int(row.max()))
    values = vtk.vtkFloatArray()
    plotter.render_window.GetZbufferData(*low, *high, values)
    depth = vtk_to_numpy(values).reshape(high[1] - low[1] + 1, -1)[row - low[1], column - low[0]].astype(float)
    near, far = plotter.camera.clipping_range
    metres: FloatArray = near * far / (far - depth * (far - near))
    return metres
