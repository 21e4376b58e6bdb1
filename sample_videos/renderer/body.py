"""A person's surface from anny (parametric body, code Apache-2.0, data CC0), skinned here by linear blending.

anny is asked once per body for the rest surface, the joints and the skinning weights; posing is then
a product of matrices, so that a set renders without torch in the loop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import anny
import numpy as np
import numpy.typing as npt
import torch
from anny.face_segmentation import get_face_segmentation_mask

from .person import Flesh, Person, joint_landmarks
from .plan import BodyPlan
from .rotations import FloatArray
from .skeleton import Landmark, Placement, Skeleton

IntArray = npt.NDArray[np.int64]

_CLOTH_M = 0.01
_STATURE_TOLERANCE_M = 0.0005
_LIMBS = {"upperleg": "thigh", "lowerleg": "shank", "upperarm": "upper_arm", "lowerarm": "forearm"}
_FOOT_OR_HAND = {"foot": "foot", "toe": "foot", "wrist": "hand", "finger": "hand", "metacarpal": "hand"}
_SOLE_POINTS = 200


@dataclass(frozen=True)
class RestBody:
    """A body standing in anny's rest pose, metres."""

    plan: BodyPlan
    skeleton: Skeleton
    vertices_m: FloatArray
    faces: IntArray
    weights: FloatArray  # vertices x segments, rows sum to 1
    keypoints_m: dict[str, FloatArray]
    eyes: dict[str, IntArray]
    mouth: IntArray

    @property
    def main_segment(self) -> npt.NDArray[np.str_]:
        """The segment that moves each vertex most."""
        main: npt.NDArray[np.str_] = np.array(self.skeleton.names)[self.weights.argmax(axis=1)]
        return main

    def skinned_m(self, placement: Placement, rest_m: FloatArray) -> FloatArray:
        """Vertices (the body's own, or pushed out by cloth) after posing."""
        shifts = placement.shifts_m()
        affine = np.concatenate([placement.rotations.reshape(-1, 9), shifts], axis=1)
        blended = self.weights @ affine
        turned = np.einsum("vij,vj->vi", blended[:, :9].reshape(-1, 3, 3), rest_m)
        posed: FloatArray = turned + blended[:, 9:]
        return posed


def _limb_segment(stem: str, side: str) -> str | None:
    for prefix, segment in {**_LIMBS, **_FOOT_OR_HAND}.items():
        if stem.startswith(prefix):
            return f"{segment}_{side}"
    return None


def _segment_of(label: str, parent_segment: str | None) -> str:
    """The rigid segment a bone of anny belongs to; small bones move with their parent."""
    stem, _, suffix = label.partition(".")
    side = {"L": "left", "R": "right"}.get(suffix, "")
    limb = _limb_segment(stem, side) if side else None
    if limb is not None:
        return limb
    if stem == "spine01":
        return "thorax"
    if stem in ("spine05", "spine04", "spine03", "spine02", "neck01", "neck02", "neck03", "head"):
        return stem
    return parent_segment or "pelvis"


def _segments(labels: list[str], parents: list[int]) -> list[str]:
    segments: list[str] = []
    for label, parent in zip(labels, parents, strict=True):
        segments.append(_segment_of(label, segments[parent] if parent >= 0 and segments else None))
    return segments


def _skeleton(bone_segments: list[str], parents: list[int], heads_m: FloatArray) -> Skeleton:
    names: list[str] = []
    parent_of: list[int] = []
    origins = []
    for i, segment in enumerate(bone_segments):
        if segment not in names:
            parent_of.append(names.index(bone_segments[parents[i]]) if names else -1)
            names.append(segment)
            origins.append(heads_m[i])
    return Skeleton(tuple(names), tuple(parent_of), np.stack(origins))


def _segment_weights(model: Any, bone_segments: list[str], names: tuple[str, ...]) -> FloatArray:
    column = np.array([names.index(segment) for segment in bone_segments])
    bones = column[model.vertex_bone_indices.numpy()]
    weights = np.zeros((len(bones), len(names)))
    rows = np.repeat(np.arange(len(bones)), bones.shape[1])
    np.add.at(weights, (rows, bones.ravel()), model.vertex_bone_weights.numpy().astype(float).ravel())
    shares: FloatArray = weights / weights.sum(axis=1, keepdims=True)
    return shares


def _rest_output(model: Any, plan: BodyPlan, height: float) -> Any:
    shape = {
        "gender": 0.0 if plan.sex == "male" else 1.0,
        "age": plan.age,
        "muscle": plan.muscle,
        "weight": plan.weight,
        "height": height,
        "proportions": plan.proportions,
    }
    phenotype = {name: torch.tensor([shape.get(name, 0.5)]) for name in model.phenotype_labels}
    still = torch.eye(4)[None, None].repeat(1, model.bone_count, 1, 1)
    with torch.no_grad():
        return model(
            pose_parameters=still, phenotype_kwargs=phenotype, pose_parameterization="local-bone-world"
        )


def _with_stature(model: Any, plan: BodyPlan) -> Any:
    """anny's height parameter is a rank, not a length: search the one that measures the wanted stature."""
    low, high = 0.0, 1.0
    for _ in range(24):
        middle = (low + high) / 2.0
        output = _rest_output(model, plan, middle)
        measured_m = float(np.ptp(output["rest_vertices"][0, :, 2].numpy()))
        if abs(measured_m - plan.stature_m) < _STATURE_TOLERANCE_M:
            return output
        low, high = (middle, high) if measured_m < plan.stature_m else (low, middle)
    return output


def load_body(plan: BodyPlan) -> RestBody:
    """Build one body with anny."""
    torch.set_num_threads(1)
    model = anny.Anny(topology="anny", pose_parameterization="world-orient", skinning_method="lbs").to(
        dtype=torch.float32
    )
    output = _with_stature(model, plan)
    parents = [int(parent) for parent in model.bone_parents]
    bone_segments = _segments(list(model.bone_labels), parents)
    heads_m = output["rest_bone_heads"][0].numpy().astype(float)
    skeleton = _skeleton(bone_segments, parents, heads_m)
    regressor = anny.KeypointsRegressor.coco(model)
    points = regressor({"vertices": output["rest_vertices"]})[0].numpy().astype(float)
    faces = model.faces.numpy()
    return RestBody(
        plan=plan,
        skeleton=skeleton,
        vertices_m=output["rest_vertices"][0].numpy().astype(float),
        faces=faces.astype(np.int64),
        weights=_segment_weights(model, bone_segments, skeleton.names),
        keypoints_m=dict(zip(regressor.labels, points, strict=True)),
        eyes={
            side: _face_part(model, faces, [f"eye_front.{s}", f"eye_back.{s}"])
            for side, s in (("left", "L"), ("right", "R"))
        },
        mouth=_face_part(model, faces, ["mouth_cavity", "tongue"]),
    )


def _face_part(model: Any, faces: Any, parts: list[str]) -> IntArray:
    mask = get_face_segmentation_mask(model, parts).numpy()
    return np.unique(faces[mask]).astype(np.int64)


def _reach_m(
    body: RestBody, joint_m: FloatArray, axis: int, band_m: float, segments: tuple[str, ...]
) -> float:
    """Largest distance from a joint to the skin along an axis, for vertices within a band of heights."""
    near = np.abs(body.vertices_m[:, 2] - joint_m[2]) < band_m
    mine = np.isin(body.main_segment, segments)
    return float((body.vertices_m[near & mine, axis] - joint_m[axis]).max()) + _CLOTH_M


def _flesh(body: RestBody) -> Flesh:
    rest_m = body.skeleton.rest_m
    hip, shoulder = rest_m("thigh_left"), rest_m("upper_arm_left")
    trunk = ("thigh_left", "pelvis", "spine05")
    return Flesh(
        hip_lateral_m=_reach_m(body, hip, 0, 0.08, trunk),
        hip_posterior_m=_reach_m(body, hip, 1, 0.08, trunk),
        knee_lateral_m=_reach_m(body, rest_m("shank_left"), 0, 0.03, ("thigh_left", "shank_left")),
        ankle_lateral_m=_reach_m(body, rest_m("foot_left"), 0, 0.03, ("shank_left", "foot_left")),
        shoulder_lateral_m=_reach_m(body, shoulder, 0, 0.06, ("thorax", "upper_arm_left")),
        shoulder_posterior_m=_reach_m(body, shoulder, 1, 0.08, ("thorax", "spine02")),
    )


def person_of(body: RestBody, soles_m: dict[str, FloatArray]) -> Person:
    """What motions need to know about a body; `soles_m` are the lower vertices of each shoe."""
    marks = joint_landmarks(body.skeleton)
    for name in ("nose", "left_eye", "right_eye", "left_ear", "right_ear"):
        marks[name] = Landmark("head", body.keypoints_m[name])
    for side in ("left", "right"):
        for part in ("heel", "big_toe", "small_toe"):
            marks[f"{side}_{part}"] = Landmark(f"foot_{side}", body.keypoints_m[f"{side}_{part}"])
    lowest = {side: points[np.argsort(points[:, 2])[:_SOLE_POINTS]] for side, points in soles_m.items()}
    return Person(body.skeleton, _flesh(body), marks, lowest, body.plan.stature_m)
