"""A room with one body in it, drawn by VTK in software (Mesa llvmpipe: no GPU, no display)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

os.environ.pop("DISPLAY", None)

import cv2
import numpy as np
import pyvista as pv
import vtk
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from .camera import Camera
from .card import Card
from .drawn_card import DrawnCard
from .plan import BoxProp, Colour, Light, Room, Sensor
from .rotations import FloatArray
from .skeleton import Placement
from .surfaces import FLOORS, ByteImage, as_filmed, plaster
from .wardrobe import DressedBody

vtk.vtkObject.GlobalWarningDisplayOff()
vtk.vtkLogger.SetStderrVerbosity(vtk.vtkLogger.VERBOSITY_OFF)

_WALL_HEIGHT_M = 3.8
_SHADOW_PX = 1024
_SHADOW_MARGIN_PX = 16
_SHADOW_DARKNESS = 0.45
_SHADOW_SLANT = np.array([0.22, 0.26])  # metres sideways per metre of height
_NOISE_FRAMES = 6


def _shade(colour: Colour) -> tuple[float, float, float]:
    return colour[0] / 255.0, colour[1] / 255.0, colour[2] / 255.0


class Scene:
    """Draws surfaces of one body in one room, frame after frame."""

    def __init__(
        self,
        dressed: DressedBody,
        camera: Camera,
        room: Room,
        props: tuple[BoxProp, ...],
        ground_m: float,
        seed: int,
        sensor: Sensor,
        cards: Sequence[Card] = (),
    ) -> None:
        self._camera, self._room, self._ground_m, self._sensor = camera, room, ground_m, sensor
        self._rng = np.random.default_rng(seed)
        self._plotter = pv.Plotter(off_screen=True, window_size=list(camera.size_px), lighting="none")
        self._plotter.set_background((0.75, 0.76, 0.78))
        self._add_floor()
        for turn in range(4):
            self._add_wall(np.radians(90.0 * turn))
        for prop in props:
            self._add_prop(prop)
        self._body = self._add_body(dressed)
        self._cards = [DrawnCard(card, self._plotter, room.ambient) for card in cards]
        for light in room.lights:
            self._add_light(light)
        self._aim()
        self._noise = self._rng.normal(
            0.0, sensor.noise, (_NOISE_FRAMES, camera.size_px[1], camera.size_px[0])
        ).astype(np.int16)
        self._frame = 0
        self._plotter.show(auto_close=False, interactive=False)

    def _add_floor(self) -> None:
        self._floor = FLOORS[self._room.floor_kind](self._room.floor, self._rng)
        self._floor_texture = pv.Texture(self._floor.copy())
        edge = self._floor_edge_m
        plane = pv.Plane(
            center=(0, 0, 0), direction=(0, 0, 1), i_size=edge, j_size=edge, i_resolution=1, j_resolution=1
        )
        self._plotter.add_mesh(plane, texture=self._floor_texture, ambient=0.25, diffuse=0.75, specular=0)

    @property
    def _floor_edge_m(self) -> float:
        return 2.0 * self._room.half_size_m + 2.0

    def _wall_panel(self, heading: float, inset_m: float, low_m: float, high_m: float, width_m: float) -> Any:
        outward = np.array([np.sin(heading), np.cos(heading), 0.0])
        along = np.cross(outward, [0.0, 0.0, 1.0]) * width_m / 2.0
        centre = outward * (self._room.half_size_m - inset_m)
        low, high = np.array([0.0, 0.0, low_m]), np.array([0.0, 0.0, high_m])
        corners = np.array(
            [centre - along + low, centre + along + low, centre + along + high, centre - along + high]
        )
        panel = pv.PolyData(corners, np.array([4, 3, 2, 1, 0]))
        panel.active_texture_coordinates = np.array([[0, 0], [2, 0], [2, 0.7], [0, 0.7]], np.float32)
        return panel

    def _add_wall(self, heading: float) -> None:
        """One wall with skirting and perhaps a picture; walls between camera and room are not drawn."""
        outward = np.array([np.sin(heading), np.cos(heading), 0.0])
        if self._camera.forward @ outward < -0.2:
            return
        width = 2.0 * self._room.half_size_m
        wall = pv.Texture(plaster(self._room.wall, self._rng))
        ambient = self._room.ambient + 0.25
        self._plotter.add_mesh(
            self._wall_panel(heading, 0.0, 0.0, _WALL_HEIGHT_M, width),
            texture=wall,
            ambient=ambient,
            diffuse=0.5,
        )
        skirting = self._wall_panel(heading, 0.01, 0.0, 0.09, width)
        self._plotter.add_mesh(skirting, color=(0.93, 0.93, 0.92), ambient=0.35)
        if self._room.picture is not None:
            frame = self._wall_panel(heading, 0.015, 1.35, 1.95, 0.9).translate(
                np.cross(outward, [0, 0, 1]) * 1.1
            )
            self._plotter.add_mesh(frame, color=_shade(self._room.picture), ambient=0.4)

    def _add_prop(self, prop: BoxProp) -> None:
        centre, half = np.array(prop.centre_m), np.array(prop.size_m) / 2.0
        bounds = np.stack([centre - half, centre + half], axis=1).ravel()
        self._plotter.add_mesh(pv.Box(bounds=bounds), color=_shade(prop.colour), ambient=0.3, diffuse=0.7)

    def _add_body(self, dressed: DressedBody) -> Any:
        faces = np.hstack([np.full((len(dressed.faces), 1), 3), dressed.faces]).ravel()
        mesh = pv.PolyData(np.zeros((len(dressed.colours), 3), np.float32), faces)
        mesh.point_data["RGB"] = dressed.colours
        mesh.point_data.active_normals = np.tile(
            np.array([0.0, 0.0, 1.0], np.float32), (len(dressed.colours), 1)
        )
        actor = self._plotter.add_mesh(
            mesh,
            scalars="RGB",
            rgb=True,
            smooth_shading=False,
            ambient=self._room.ambient,
            diffuse=0.72,
            specular=0.06,
        )
        actor.prop.interpolation = "phong"
        return mesh

    def _add_light(self, light: Light) -> None:
        lamp = pv.Light(
            position=light.pos_m,
            focal_point=(0, 0, 0.7),
            color=light.colour,
            intensity=light.intensity,
            light_type="scene light",
        )
        self._plotter.add_light(lamp)

    def _aim(self) -> None:
        view = self._plotter.camera
        view.position, view.focal_point, view.up = (
            self._camera.pos_m,
            self._camera.look_at_m,
            tuple(self._camera.up),
        )
        view.view_angle = self._camera.vfov_deg
        view.clipping_range = (0.1, 30.0)

    def _shadowed_floor(self, vertices_m: FloatArray) -> ByteImage:
        """The floor darkened under the body: vertices slid along the light and splatted."""
        height = np.maximum(vertices_m[:, 2] - self._ground_m, 0.0)
        cast = (vertices_m[:, :2] + _SHADOW_SLANT * height[:, None]) * np.array([1.0, -1.0])
        pixels = ((cast / self._floor_edge_m + 0.5) * _SHADOW_PX).astype(int)
        low = np.clip(pixels.min(axis=0) - _SHADOW_MARGIN_PX, 0, _SHADOW_PX)
        high = np.clip(pixels.max(axis=0) + _SHADOW_MARGIN_PX, 0, _SHADOW_PX)
        pixels = np.clip(pixels, low, high - 1) - low
        mask = np.zeros((high - low)[::-1], np.float32)
        mask[pixels[:, 1], pixels[:, 0]] = 1.0
        soft = cv2.GaussianBlur(cv2.dilate(mask, np.ones((7, 7), np.uint8)), (0, 0), 3.0)
        floor = self._floor.copy()
        part = (slice(low[1], high[1]), slice(low[0], high[0]))
        floor[part] = (floor[part] * (1.0 - _SHADOW_DARKNESS * soft)[..., None]).astype(np.uint8)
        return floor

    def film(self, image: ByteImage) -> ByteImage:
        """A drawn picture as the camera takes it."""
        self._frame += 1
        noise = self._noise[self._frame % _NOISE_FRAMES]
        filmed = as_filmed(image, noise, self._sensor.softness_px, self._sensor.gain)
        return np.ascontiguousarray(filmed[:, ::-1]) if self._sensor.mirrored else filmed

    def place_cards(self, placement: Placement, t_s: float) -> None:
        """Move the cards to where they are at a time."""
        for card in self._cards:
            card.move(placement, t_s)

    def shares_seen(self, placement: Placement, t_s: float) -> FloatArray:
        """Share of each card's black square that the last picture drawn shows, whichever way the card faces."""
        return np.array([card.share_seen(placement, t_s, self._plotter, self._camera) for card in self._cards])

    def draw(self, vertices_m: FloatArray, normals: FloatArray) -> ByteImage:
        """One picture, RGB, before lens and sensor."""
        self._body.points = vertices_m.astype(np.float32)
        self._body.point_data["Normals"] = normals.astype(np.float32)
        floor = np.ascontiguousarray(self._shadowed_floor(vertices_m)[::-1].reshape(-1, 3))
        texture = self._floor_texture.GetInput()
        texture.GetPointData().GetScalars().DeepCopy(numpy_to_vtk(floor, deep=True))
        texture.Modified()
        return self._grab()

    def _grab(self) -> ByteImage:
        """Render once and read the pixels (`screenshot` would render twice)."""
        window = self._plotter.render_window
        window.SetMultiSamples(0)
        window.Render()
        width, height = self._camera.size_px
        pixels = vtk.vtkUnsignedCharArray()
        window.GetPixelData(0, 0, width - 1, height - 1, 0, pixels, 0)
        flipped: ByteImage = vtk_to_numpy(pixels).reshape(height, width, 3)[::-1].copy()
        return flipped

    def close(self) -> None:
        """Free the window."""
        self._plotter.close()
