"""Put a card on a dressed body: flat against the waistband as it slopes there, clear of the flesh in every pose."""

from __future__ import annotations

from typing import Final

import numpy as np

from .card import Card, half_card_m, sheet_m
from .motions.base import Motion
from .motions.touch import Touch
from .plan import ClipPlan, TagPlan
from .rotations import FloatArray, about_x_deg, about_y_deg, about_z_deg, unit, vector
from .skeleton import outward
from .wardrobe import DressedBody

_WAIST_PER_STATURE: Final = 0.055  # waistband over the hip joints
_AIR_M: Final = 0.002
_GIVES_M: Final = 0.02  # flesh that comes further out than this in some pose gives way to the card
_LOOKS: Final = 8
_PINNED_TO: Final = ("pelvis", "spine", "thigh")
_WRIST_M: Final = (0.13, 0.03, 0.055)  # of a hand over a card: aside of its middle, above it, off it


def mounted(tag: TagPlan, plan: ClipPlan, dressed: DressedBody, motion: Motion) -> Card:
    """The card of a plan in its place."""
    segment: str | None = "pelvis"
    if tag.where == "room":
        segment, centre_m = None, vector(tag.room_m)
        axes = _facing(vector(plan.camera.pos_m) - centre_m) @ own_turn(tag)
    elif tag.where.startswith("hand"):
        segment = tag.where
        centre_m, axes = _in_hand(tag, dressed)
    else:
        centre_m, axes = _on_waistband(tag, dressed, motion)
    return Card(tag, segment, centre_m, axes, plan.outfit.top, motion.duration_s)


def touching(card: Card) -> Touch | None:
    """The hand over a worn card, if the plan has one."""
    hand = card.tag.hand
    if hand is None or card.segment is None:
        return None
    toward = np.sign(card.axes[0, 0]) * outward(hand.side)  # the hand's own side, along the card's right
    wrist = card.centre_m + card.axes @ (vector(_WRIST_M) * np.array([toward, 1.0, 1.0]))
    return Touch(hand.side, card.segment, wrist, hand.start_s, hand.duration_s)


def own_turn(tag: TagPlan) -> FloatArray:
    """How a card is turned against where it is pinned."""
    turn: FloatArray = about_x_deg(tag.slant_deg) @ about_y_deg(-tag.turn_deg) @ about_z_deg(tag.spin_deg)
    return turn


def _facing(out: FloatArray) -> FloatArray:
    """Upright axes of a card that looks along `out`."""
    z = unit(out)
    x = unit(np.cross([0.0, 0.0, 1.0], z))
    return np.stack([x, np.cross(z, x), z], axis=1)


def _in_hand(tag: TagPlan, dressed: DressedBody) -> tuple[FloatArray, FloatArray]:
    """Held in front of the hand, facing forward when the arm hangs."""
    mine = dressed.body.main_segment == tag.where
    hand = dressed.body.vertices_m[mine]
    axes = _facing(vector([0.0, -1.0, 0.0])) @ own_turn(tag)
    middle = hand.mean(axis=0)
    return middle + axes[:, 2] * (float(np.max((hand - middle) @ axes[:, 2])) + _AIR_M), axes


def _on_waistband(tag: TagPlan, dressed: DressedBody, motion: Motion) -> tuple[FloatArray, FloatArray]:
    """Centre and axes at rest: along the slope of the body at rest, out of its reach in all poses."""
    forward = -1.0 if tag.where == "front" else 1.0
    hip = dressed.body.skeleton.rest_m("thigh_left")
    height_m = hip[2] + _WAIST_PER_STATURE * dressed.body.plan.stature_m + tag.raised_m
    face = _facing(vector([0.0, forward, 0.0]))
    anchor = np.array([tag.aside_m, dressed.body.skeleton.rest_m("pelvis")[1], height_m])
    around = (_trunk_m(dressed, None) - anchor) @ face
    axes = face @ _slope(tag, around) @ own_turn(tag)
    looks_s = np.linspace(0.0, motion.duration_s * 0.98, _LOOKS)
    posed = np.concatenate([_trunk_m(dressed, (motion, float(t_s))) for t_s in looks_s])
    rest_off, posed_off = (_reach_m(tag, (points - anchor) @ axes) for points in (_trunk_m(dressed, None), posed))
    off_m = min(max(rest_off, posed_off), rest_off + _GIVES_M) + _AIR_M
    return anchor + axes[:, 2] * off_m, axes


def _trunk_m(dressed: DressedBody, pose: tuple[Motion, float] | None) -> FloatArray:
    """The clothed trunk and thighs as the pelvis sees them, in its coordinates at rest."""
    mine = np.array([name.startswith(_PINNED_TO) for name in dressed.body.main_segment])
    if pose is None:
        at_rest: FloatArray = dressed.cloth_m[mine]
        return at_rest
    placement = pose[0].placement(pose[1])
    skin = dressed.body.skinned_m(placement, dressed.cloth_m)[mine]
    at_rest = (skin - placement.origin_m("pelvis")) @ placement.rotation("pelvis")
    return at_rest + dressed.body.skeleton.rest_m("pelvis")


def _under(tag: TagPlan, points_m: FloatArray) -> FloatArray:
    """The points, in the card's axes, that lie behind or before it."""
    side, low, high = half_card_m(tag)
    right, up, out = points_m.T
    found: FloatArray = points_m[(np.abs(right) < side) & (up > -low) & (up < high) & (out > 0.0)]
    return found


def _slope(tag: TagPlan, around_m: FloatArray) -> FloatArray:
    """The turn that lays a card onto the body: a plane fitted to the surface under it."""
    right, up, out = _under(tag, around_m).T
    _, across, along = np.linalg.lstsq(np.stack([np.ones_like(right), right, up], axis=1), out, rcond=None)[0]
    z = unit([-across, -along, 1.0])
    x = unit(np.cross([0.0, 1.0, 0.0], z))
    return np.stack([x, np.cross(z, x), z], axis=1)


def _reach_m(tag: TagPlan, points_m: FloatArray) -> float:
    """How far off the card must be for all points to stay behind its sheet."""
    under = _under(tag, points_m)
    sheet = sheet_m(tag, under[:, 0], under[:, 1])
    return float(np.max(under[:, 2] - sheet[:, 2]))
