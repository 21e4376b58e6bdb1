"""Dress a body: colours by place at rest, cloth pushed out along the normals, shoes and a bun as shells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import trimesh  # type: ignore[import-not-found,unused-ignore]

from .body import RestBody
from .plan import Colour, Outfit
from .rotations import FloatArray
from .skeleton import SIDES, Placement

BoolArray = npt.NDArray[np.bool_]

_TOP_M, _SHORTS_M, _TIGHTS_M, _SOCK_M, _HAIR_M = 0.010, 0.012, 0.006, 0.004, 0.012
_WHITE: Colour = (238, 238, 236)
_TIGHT_FROM = 1.2  # legs covered beyond the knee are tights, not shorts


@dataclass(frozen=True)
class Shell:
    """A rigid piece that moves with one segment: a shoe, a bun."""

    segment: str
    vertices_m: FloatArray
    faces: npt.NDArray[np.int64]
    colours: npt.NDArray[np.uint8]


@dataclass(frozen=True)
class DressedBody:
    """Body surface with clothes and shells, ready to be posed and drawn."""

    body: RestBody
    cloth_m: FloatArray  # body vertices pushed out by cloth, rest pose
    shells: tuple[Shell, ...]
    faces: npt.NDArray[np.int64]
    colours: npt.NDArray[np.uint8]

    def surface_m(self, placement: Placement) -> tuple[FloatArray, FloatArray]:
        """Vertices and unit normals of everything, in world coordinates."""
        parts = [self.body.skinned_m(placement, self.cloth_m)]
        parts += [placement.points_m(shell.segment, shell.vertices_m) for shell in self.shells]
        vertices = np.concatenate(parts)
        return vertices, vertex_normals(vertices, self.faces)


def vertex_normals(vertices_m: FloatArray, faces: npt.NDArray[np.int64]) -> FloatArray:
    """Area-weighted unit normals."""
    a, b, c = (vertices_m[faces[:, k]] for k in range(3))
    face_normals = np.cross(b - a, c - a)
    normals = np.zeros_like(vertices_m)
    for axis in range(3):
        for corner in range(3):
            normals[:, axis] += np.bincount(faces[:, corner], face_normals[:, axis], len(vertices_m))
    lengths: FloatArray = np.linalg.norm(normals, axis=1, keepdims=True) + 1e-12
    return normals / lengths


class _Painter:
    """Collects colours and cloth thickness while the parts of an outfit are painted one over another."""

    def __init__(self, body: RestBody, outfit: Outfit) -> None:
        self.body, self.outfit = body, outfit
        self.v = body.vertices_m
        self.segment = body.main_segment
        self.colour = np.tile(np.array(body.plan.skin, float), (len(self.v), 1))
        self.thickness_m = np.zeros(len(self.v))

    def rest_m(self, segment: str) -> FloatArray:
        return self.body.skeleton.rest_m(segment)

    def on(self, *prefixes: str) -> BoolArray:
        return np.array([name.startswith(prefixes) for name in self.segment])

    def along(self, segment: str, child: str) -> FloatArray:
        """Position of each vertex along a segment: 0 at its joint, 1 at the next."""
        start, axis = self.rest_m(segment), self.rest_m(child) - self.rest_m(segment)
        share: FloatArray = (self.v - start) @ axis / (axis @ axis)
        return share

    def lay(self, where: BoolArray, colour: Colour | FloatArray, thickness_m: float) -> None:
        self.colour[where] = colour
        self.thickness_m[where] = thickness_m

    def limb_cover(self, upper: str, lower: str, end: str, cover: float) -> BoolArray:
        """Vertices of a two-part limb covered to `cover` (1 = the middle joint, 2 = the end)."""
        covered = np.zeros(len(self.v), bool)
        for side in SIDES:
            first, second = f"{upper}_{side}", f"{lower}_{side}"
            covered |= (self.segment == first) & (self.along(first, second) < cover)
            if cover > 1.0:
                covered |= (self.segment == second) & (self.along(second, f"{end}_{side}") < cover - 1.0)
        return covered

    def clothes(self) -> None:
        hip_z, neck_z = self.rest_m("thigh_left")[2], self.rest_m("neck01")[2]
        torso = self.on("spine", "pelvis", "thorax")
        waist_z = hip_z + 0.055 * self.body.plan.stature_m
        collar = (self.v[:, 2] > neck_z - 0.005) & (np.abs(self.v[:, 0]) < 0.075)
        top = (torso & (self.v[:, 2] > waist_z) & ~collar) | self.limb_cover(
            "upper_arm", "forearm", "hand", self.outfit.sleeve
        )
        legs = self.limb_cover("thigh", "shank", "foot", self.outfit.leg)
        bottom = (torso & (self.v[:, 2] <= waist_z)) | legs
        self.lay(bottom, self.outfit.bottom, _TIGHTS_M if self.outfit.leg > _TIGHT_FROM else _SHORTS_M)
        self.lay(top, self.outfit.top, _TOP_M)
        self.socks(legs)

    def socks(self, covered: BoolArray) -> None:
        ankle_z = self.rest_m("foot_left")[2]
        sock = self.on("shank") & (self.v[:, 2] < ankle_z + 0.06) & ~covered
        self.lay(sock, (235, 235, 235), _SOCK_M)
        self.lay(self.on("foot"), self.outfit.shoes, 0.0)

    def hair(self) -> None:
        eye, ear = self.body.keypoints_m["left_eye"], self.body.keypoints_m["left_ear"]
        x, y, z = self.v.T
        head = self.on("head")
        crown = z > eye[2] + 0.055
        back = (y > ear[1] - 0.012) & (z > ear[2] - 0.055)
        temple = (y > ear[1] - 0.03) & (z > eye[2] + 0.005)
        ear_itself = (np.abs(x) > 0.066) & (np.abs(y - ear[1]) < 0.028) & (np.abs(z - ear[2]) < 0.042)
        self.lay(head & (crown | back | temple) & ~ear_itself, self.outfit.hair, _HAIR_M)

    def face(self) -> None:
        eye, nose = self.body.keypoints_m["left_eye"], self.body.keypoints_m["nose"]
        x, y, z = self.v.T
        head = self.on("head")
        beside = np.abs(np.abs(x) - eye[0] - 0.003) < 0.024
        brow = head & beside & (np.abs(z - eye[2] - 0.022) < 0.0055) & (y < eye[1] + 0.02)
        self.colour[brow] = np.array(self.outfit.hair) * 0.9
        lips = head & (np.abs(x) < 0.026) & (np.abs(z - nose[2] + 0.043) < 0.010) & (y < nose[1] + 0.045)
        self.colour[lips] = np.array(self.body.plan.skin) * np.array([0.85, 0.6, 0.6])
        self.thickness_m[self.body.mouth] = 0.0

    def eyes(self) -> None:
        for vertices in self.body.eyes.values():
            from_centre = self.v[vertices] - self.v[vertices].mean(axis=0)
            cosine = -from_centre[:, 1] / (np.linalg.norm(from_centre, axis=1) + 1e-9)
            off_axis_deg = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
            self.lay(np.isin(np.arange(len(self.v)), vertices), (240, 238, 234), 0.0)
            self.colour[vertices[off_axis_deg < 32]] = (70, 50, 35)
            self.colour[vertices[off_axis_deg < 16]] = (10, 10, 10)


def _shoe(body: RestBody, side: str, colour: Colour) -> Shell:
    """The foot's convex hull, a little larger and smoothed, with a pale sole."""
    ankle = body.skeleton.rest_m(f"foot_{side}")
    mine = (body.main_segment == f"foot_{side}") & (body.vertices_m[:, 2] < ankle[2])
    points = body.vertices_m[mine]
    centre = points.mean(axis=0)
    hull = trimesh.convex.convex_hull(centre + (points - centre) * np.array([1.08, 1.05, 1.08]))
    for _ in range(2):
        hull = hull.subdivide()
    trimesh.smoothing.filter_taubin(hull, iterations=10)
    vertices = np.asarray(hull.vertices)
    colours = np.tile(np.array(colour, np.uint8), (len(vertices), 1))
    colours[vertices[:, 2] < vertices[:, 2].min() + 0.024] = _WHITE
    return Shell(f"foot_{side}", vertices, np.asarray(hull.faces, np.int64), colours)


def _bun(body: RestBody, colour: Colour) -> Shell:
    """Hair tied at the back of the head."""
    ball = trimesh.creation.icosphere(subdivisions=3, radius=0.042)
    head = body.vertices_m[body.main_segment == "head"]
    back = head[head[:, 1].argmax()]
    vertices = np.asarray(ball.vertices) + np.array([0.0, back[1] + 0.025, back[2] + 0.03])
    return Shell(
        "head",
        vertices,
        np.asarray(ball.faces, np.int64),
        np.tile(np.array(colour, np.uint8), (len(vertices), 1)),
    )


def _paint(body: RestBody, outfit: Outfit) -> tuple[FloatArray, npt.NDArray[np.uint8]]:
    painter = _Painter(body, outfit)
    for step in (painter.clothes, painter.hair, painter.face, painter.eyes):
        step()
    grain = np.random.default_rng(0).normal(0.0, 2.0, (len(painter.v), 1))
    normals = vertex_normals(body.vertices_m, body.faces)
    cloth_m = body.vertices_m + normals * painter.thickness_m[:, None]
    return cloth_m, np.clip(painter.colour + grain, 0, 255).astype(np.uint8)


def dress(body: RestBody, outfit: Outfit) -> DressedBody:
    """Put an outfit on a body."""
    cloth_m, colours = _paint(body, outfit)
    shells = [_shoe(body, side, outfit.shoes) for side in SIDES]
    if outfit.bun:
        shells.append(_bun(body, outfit.hair))
    faces, painted, count = [body.faces], [colours], len(cloth_m)
    for shell in shells:
        faces.append(shell.faces + count)
        painted.append(shell.colours)
        count += len(shell.vertices_m)
    return DressedBody(body, cloth_m, tuple(shells), np.concatenate(faces), np.concatenate(painted))


def soles_m(dressed: DressedBody) -> dict[str, FloatArray]:
    """Vertices of each shoe at rest."""
    return {
        shell.segment.removeprefix("foot_"): shell.vertices_m
        for shell in dressed.shells
        if shell.segment != "head"
    }
