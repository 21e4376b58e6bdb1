"""The clips, and a stick figure to move without any rendering package."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from sample_videos.renderer.person import Flesh, Person, joint_landmarks  # noqa: E402
from sample_videos.renderer.skeleton import Landmark, Skeleton  # noqa: E402

CLIP_FOLDER = ROOT / "sample_videos" / "clips"

# name, parent, joint at rest in metres (left side; the right is its mirror image)
_TRUNK = [
    ("pelvis", "", (0.0, 0.0, 0.98)),
    ("spine05", "pelvis", (0.0, 0.0, 1.04)),
    ("spine04", "spine05", (0.0, 0.0, 1.12)),
    ("spine03", "spine04", (0.0, 0.0, 1.20)),
    ("spine02", "spine03", (0.0, 0.0, 1.28)),
    ("thorax", "spine02", (0.0, 0.0, 1.34)),
    ("neck01", "thorax", (0.0, 0.0, 1.46)),
    ("neck02", "neck01", (0.0, 0.0, 1.50)),
    ("neck03", "neck02", (0.0, 0.0, 1.53)),
    ("head", "neck03", (0.0, 0.0, 1.56)),
]
_LIMBS = [
    ("thigh", "pelvis", (0.09, 0.0, 0.92)),
    ("shank", "thigh", (0.10, 0.0, 0.50)),
    ("foot", "shank", (0.11, 0.0, 0.08)),
    ("upper_arm", "thorax", (0.17, 0.0, 1.42)),
    ("forearm", "upper_arm", (0.36, 0.0, 1.28)),
    ("hand", "forearm", (0.54, 0.0, 1.14)),
]


def _stick_skeleton() -> Skeleton:
    rows = list(_TRUNK)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        for name, parent, (x, y, z) in _LIMBS:
            above = parent if parent in ("pelvis", "thorax") else f"{parent}_{side}"
            rows.append((f"{name}_{side}", above, (sign * x, y, z)))
    names = tuple(row[0] for row in rows)
    parents = tuple(names.index(row[1]) if row[1] else -1 for row in rows)
    return Skeleton(names, parents, np.array([row[2] for row in rows]))


@pytest.fixture(scope="session")
def skeleton() -> Skeleton:
    """A symmetric stick figure of 1.7 m."""
    return _stick_skeleton()


@pytest.fixture(scope="session")
def person(skeleton: Skeleton) -> Person:
    """The stick figure with soles and toes, thick enough to lie on its side."""
    marks = joint_landmarks(skeleton)
    soles = {}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        points = np.array([[sign * 0.11 + dx, dy, 0.0] for dx in (-0.04, 0.04) for dy in (-0.18, 0.06)])
        soles[side] = points
        for name, y, x in (("heel", 0.06, 0.0), ("big_toe", -0.18, -0.03), ("small_toe", -0.15, 0.03)):
            marks[f"{side}_{name}"] = Landmark(f"foot_{side}", np.array([sign * (0.11 + x), y, 0.02]))
    return Person(skeleton, Flesh(0.09, 0.11, 0.06, 0.05, 0.10, 0.10), marks, soles, 1.7)


def clip_names() -> list[str]:
    """Names of the committed clips."""
    return sorted(path.stem for path in CLIP_FOLDER.glob("*.mp4"))


@pytest.fixture(params=clip_names())
def clip(request: pytest.FixtureRequest) -> tuple[Path, dict[str, Any]]:
    """Each committed clip with its truth."""
    path = CLIP_FOLDER / f"{request.param}.mp4"
    truth: dict[str, Any] = json.loads(path.with_suffix(".truth.json").read_text(encoding="utf-8"))
    return path, truth
