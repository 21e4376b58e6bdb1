"""The truth file of a clip: one JSON to read and one NPZ with the joints of every frame."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from .camera import Camera
from .gait_truth import gait_record
from .motions.base import Motion, SetMotion
from .motions.running import RunningMotion
from .plan import ClipPlan
from .rep_truth import rep_record
from .rotations import FloatArray
from .tag_truth import TagTruth

SCHEMA = "formcheck.truth/1"
PX_UNIT = 0.1  # pixels per count in the NPZ
M_UNIT = 0.001  # metres per count in the NPZ
_INT16 = np.iinfo(np.int16)


def joint_names(motion: Motion) -> list[str]:
    """Joints in the order of the arrays."""
    return sorted(motion.person.landmarks)


def frame_times_s(duration_s: float, fps: int) -> FloatArray:
    """Presentation times of the frames."""
    return np.arange(round(duration_s * fps), dtype=np.float64) / fps


def _camera_record(camera: Camera) -> dict[str, Any]:
    return {
        "pos_m": list(camera.pos_m),
        "look_at_m": list(camera.look_at_m),
        "vfov_deg": camera.vfov_deg,
        "height_m": camera.pos_m[2],
        "yaw_deg": round(camera.yaw_deg, 2),
        "tilt_deg": round(camera.tilt_deg, 2),
        "roll_deg": camera.roll_deg,
        "K": np.round(camera.matrix, 3).tolist(),
        "R": np.round(camera.rotation, 6).tolist(),
        "t": np.round(camera.translation_m, 5).tolist(),
    }


def _body_record(plan: ClipPlan) -> dict[str, Any]:
    body = plan.body
    return {
        "name": body.name,
        "sex": body.sex,
        "stature_m": body.stature_m,
        "weight": body.weight,
        "muscle": body.muscle,
    }


def truth_record(motion: Motion, plan: ClipPlan, tags: TagTruth | None = None) -> dict[str, Any]:
    """Everything but the joints of every frame."""
    times_s = frame_times_s(motion.duration_s, plan.fps)
    record: dict[str, Any] = {
        "schema": SCHEMA,
        "name": plan.name,
        "note": plan.note,
        "exercise": plan.exercise,
        "side": plan.side,
        "seed": plan.seed,
        "fps": plan.fps,
        "size_px": list(plan.camera.size_px),
        "frames": len(times_s),
        "duration_s": round(motion.duration_s, 3),
        "body": _body_record(plan),
        "outfit": plan.outfit.name,
        "room": plan.room.name,
        "camera": _camera_record(plan.camera),
        "reps": [],
        "joints": {
            "file": f"{plan.name}.truth.npz",
            "names": joint_names(motion),
            "px_unit": PX_UNIT,
            "m_unit": M_UNIT,
        },
    }
    if tags:
        record["tags"] = tags.records
    if plan.shows:
        return record | {"shows": plan.shows}
    if isinstance(motion, SetMotion):
        record["events"] = {name: round(value, 3) for name, value in motion.events().items()}
        record["reps"] = [
            rep_record(motion, i, timed) for i, timed in enumerate(motion.schedule.reps, start=1)
        ]
        for rep, change in zip(record["reps"], tags.at_turns if tags else (), strict=False):
            rep["measures"] |= change
    if isinstance(motion, RunningMotion):
        record |= gait_record(motion)
    return record


def _counts(values: FloatArray, unit: float) -> Any:
    return np.clip(np.round(values / unit), _INT16.min, _INT16.max).astype(np.int16)


def joint_arrays(motion: Motion, plan: ClipPlan) -> dict[str, Any]:
    """`t_s`, and as int16 counts `joints_px` (frames, joints, 2) and `joints_m` (frames, joints, 3)."""
    times_s = frame_times_s(motion.duration_s, plan.fps)
    names = joint_names(motion)
    frames = []
    for t_s in times_s:
        joints = motion.joints_m(float(t_s))
        frames.append(np.stack([joints[name] for name in names]))
    world = np.stack(frames)
    pixels = plan.camera.project_px(world)
    return {
        "t_s": times_s.astype(np.float32),
        "joints_px": _counts(pixels, PX_UNIT),
        "joints_m": _counts(world, M_UNIT),
    }


def _compact(record: dict[str, Any]) -> str:
    """Indented JSON with every inner list or small record on one line."""
    lines = []
    for key, value in record.items():
        if key in ("reps", "contacts") and value:
            rows = ",\n    ".join(json.dumps(row) for row in value)
            lines.append(f'  "{key}": [\n    {rows}\n  ]')
        else:
            lines.append(f'  "{key}": {json.dumps(value)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def write_truth(motion: Motion, plan: ClipPlan, folder: Path, tags: TagTruth | None = None) -> None:
    """Write NAME.truth.json and NAME.truth.npz; what is true of tags stands there under `tag_` and its name."""
    text = _compact(truth_record(motion, plan, tags))
    (folder / f"{plan.name}.truth.json").write_text(text, encoding="utf-8")
    with (folder / f"{plan.name}.truth.npz").open("wb") as file:
        np.savez_compressed(file, **joint_arrays(motion, plan), **_prefixed(tags))


def _prefixed(tags: TagTruth | None) -> dict[str, Any]:
    return {f"tag_{name}": values for name, values in tags.arrays.items()} if tags else {}
