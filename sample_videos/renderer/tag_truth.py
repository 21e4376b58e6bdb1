"""What is true of the tags of a clip: where they are in every picture, how much is seen, how the pelvis turns.

Arrays, one row a frame: `pelvis_turn_deg` (3) and, for each tag, `tag_turn_deg` (tags, 3) are rotations from the
pelvis's rest and from the card's axes to the world, as axis times angle; `corners_px` (tags, 4, 2) from the upper
left, clockwise; `seen` (tags) the share of the black square with nothing before it; `facing_deg` (tags) the angle
between the card's face and the way to the camera; `drop_deg` the left hip over the right one, as the angle of the
hip line; `roll_deg` (side-lying) how far the top hip is behind the bottom one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import geometry as geo
from .card import Card
from .motions.base import Motion, SetMotion
from .plan import ClipPlan
from .rotations import FloatArray, angle_between_deg, turn_of_deg

TURN_DIGITS, PX_DIGITS, SHARE_DIGITS = 2, 2, 2


@dataclass(frozen=True)
class TagTruth:
    """Of one clip: a record for each tag, what a repetition's measures gain, and the arrays."""

    records: list[dict[str, Any]]
    at_turns: list[dict[str, float]]
    arrays: Mapping[str, Any]


def tag_truth(motion: Motion, plan: ClipPlan, cards: Sequence[Card], seen: Sequence[FloatArray]) -> TagTruth:
    """Everything about the tags of a clip whose frames have been drawn."""
    arrays = _arrays(motion, plan, cards, np.stack(seen))
    records = [_record(card, plan, i, arrays) for i, card in enumerate(cards)]
    return TagTruth(records, _changes(motion), arrays)


def write_arrays(arrays: Mapping[str, Any], path: Path) -> None:
    """Write arrays as they are, compressed."""
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


def hip_line_deg(joints: geo.Joints, motion: Motion) -> tuple[float, float]:
    """Drop toward the right and, of somebody lying on the side, backward roll; degrees."""
    top = "right" if motion.plan.side != "left" else "left"
    return geo.side_drop_deg(joints, "left"), geo.hip_line_roll_deg(joints, top)


def _changes(motion: Motion) -> list[dict[str, float]]:
    """Of each repetition, at its turn: drop of the free side and roll since the set's start."""
    if not isinstance(motion, SetMotion) or not motion.schedule.reps:
        return []
    start_drop, start_roll = hip_line_deg(motion.joints_m(motion.schedule.set_up_s), motion)
    changes = []
    for index, timed in enumerate(motion.schedule.reps, start=1):
        drop, roll = hip_line_deg(motion.joints_m(timed.turn_s), motion)
        toward_free = 1.0 if motion.side_of(index) == "left" else -1.0
        dropped = round(toward_free * (drop - start_drop), 3)
        changes.append({"pelvic_drop_change_deg": dropped, "pelvic_roll_change_deg": round(roll - start_roll, 3)})
    return changes


def _arrays(motion: Motion, plan: ClipPlan, cards: Sequence[Card], seen: FloatArray) -> dict[str, Any]:
    times_s = np.arange(len(seen)) / plan.fps
    pelvis, turns, corners, facing, hips = [], [], [], [], []
    for t_s in times_s:
        placement = motion.placement(float(t_s))
        pelvis.append(turn_of_deg(placement.rotation("pelvis")))
        turns.append([turn_of_deg(card.rotation(placement, float(t_s))) for card in cards])
        points = np.stack([card.corners_m(placement, float(t_s)) for card in cards])
        corners.append(plan.camera.project_px(points))
        facing.append([_facing_deg(card, plan, placement, float(t_s)) for card in cards])
        hips.append(hip_line_deg(motion.person.joints_m(placement), motion))
    return {
        "t_s": times_s.astype(np.float32),
        "pelvis_turn_deg": np.round(pelvis, TURN_DIGITS).astype(np.float32),
        "tag_turn_deg": np.round(turns, TURN_DIGITS).astype(np.float32),
        "corners_px": np.round(corners, PX_DIGITS).astype(np.float32),
        "facing_deg": np.round(facing, 1).astype(np.float32),
        "seen": np.round(seen, SHARE_DIGITS).astype(np.float32),
        "drop_deg": np.round([drop for drop, _ in hips], TURN_DIGITS).astype(np.float32),
        "roll_deg": np.round([roll for _, roll in hips], TURN_DIGITS).astype(np.float32),
    }


def _facing_deg(card: Card, plan: ClipPlan, placement: Any, t_s: float) -> float:
    middle = card.points_m(placement, t_s, np.zeros((1, 3)))[0]
    return angle_between_deg(card.rotation(placement, t_s)[:, 2], np.array(plan.camera.pos_m) - middle)


def side_px(corners_px: FloatArray) -> FloatArray:
    """Length of the black square's longest edge, for corners of shape (..., 4, 2)."""
    edges = np.linalg.norm(corners_px - np.roll(corners_px, 1, axis=-2), axis=-1)
    longest: FloatArray = edges.max(axis=-1)
    return longest


def _record(card: Card, plan: ClipPlan, i: int, arrays: Mapping[str, Any]) -> dict[str, Any]:
    """How a tag was worn, and over the frames in which all of it is seen, its size and how squarely."""
    whole = arrays["seen"][:, i] >= 0.99
    sizes = side_px(arrays["corners_px"][whole, i])
    worn = {key: value for key, value in asdict(card.tag).items() if value or key in ("code", "where")}
    return worn | {
        "mounting": np.round(card.axes, 5).tolist(),
        "focal_px": round(plan.camera.focal_px, 2),
        "seen_share": round(float(whole.mean()), 3),
        "side_px": round(float(np.median(sizes)), 1) if whole.any() else None,
        "facing_deg": round(float(np.median(arrays["facing_deg"][whole, i])), 1) if whole.any() else None,
    }
