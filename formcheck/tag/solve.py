"""Both poses of a square tag once more, for a focal length that was not known when it was found."""

from __future__ import annotations

from typing import Final

import numpy as np

from formcheck.pose.tag_seen import Array
from formcheck.tag.resolve import turns_of

__all__ = ["SQUARE", "Solver", "solved"]

SQUARE: Final = np.array([[-0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.5, -0.5, 0.0], [-0.5, -0.5, 0.0]])
"""A tag's corners in its own plane, upper left first, its side being 1."""
_ROUNDS: Final = 5
_DAMPING: Final = 1e-3


class Solver:
    """Poses of one recording's tag: of each frame solved once, for as long as the focal length stays the same."""

    def __init__(self) -> None:
        self._forget(0.0)

    def _forget(self, focal_px: float) -> None:
        self._focal_px = focal_px
        self._t_s, self._turns, self._errors_px = np.empty(0), np.empty((0, 2, 3, 3)), np.empty((0, 2))

    def poses(self, t_s: Array, corners_px: Array, turns: Array, focal_px: float) -> tuple[Array, Array]:
        """As `solved`, of frames at the times ``t_s``, increasing."""
        if focal_px != self._focal_px:
            self._forget(focal_px)
        new = ~np.isin(t_s, self._t_s)
        if new.any():
            turns, errors_px = solved(corners_px[new], turns[new], focal_px)
            order = np.argsort(np.concatenate([self._t_s, t_s[new]]))
            self._t_s = np.concatenate([self._t_s, t_s[new]])[order]
            self._turns = np.concatenate([self._turns, turns])[order]
            self._errors_px = np.concatenate([self._errors_px, errors_px])[order]
        at = np.searchsorted(self._t_s, t_s)
        return self._turns[at], self._errors_px[at]


def solved(corners_px: Array, turns: Array, focal_px: float) -> tuple[Array, Array]:
    """The poses nearest to some that are roughly right, with the least error of the corners (Gauss and Newton).

    Args:
        corners_px: (n, 4, 2) from the middle of the picture.
        turns: (n, k, 3, 3) rotations from the tag's axes to the camera's.
        focal_px: of the camera.

    Returns:
        (n, k, 3, 3) rotations and (n, k) root mean square errors in pixels.
    """
    count, many = turns.shape[:2]
    seen = np.repeat(corners_px, many, axis=0) / focal_px
    turn = turns.reshape(-1, 3, 3)
    place = _place(seen)
    for _ in range(_ROUNDS):
        off, slopes = _off(seen, turn, place)
        normal = np.einsum("nri,nrj->nij", slopes, slopes)
        normal += _DAMPING * normal.diagonal(axis1=1, axis2=2)[:, :, None] * np.eye(6)
        step = np.linalg.solve(normal, np.einsum("nri,nr->ni", slopes, off)[..., None])[..., 0]
        turn, place = turns_of(step[:, :3]) @ turn, place + step[:, 3:]
    off, _ = _off(seen, turn, place)
    error_px = focal_px * np.sqrt((off**2).sum(axis=1) / 4)
    return turn.reshape(count, many, 3, 3), error_px.reshape(count, many)


def _place(seen: Array) -> Array:
    """(n, 3) roughly where the middle is, in sides of the tag."""
    middle = seen.mean(axis=1)
    edges = np.linalg.norm(seen - np.roll(seen, 1, axis=1), axis=2).max(axis=1)
    place: Array = np.concatenate([middle, np.ones((len(seen), 1))], axis=1) / edges[:, None]
    return place


def _off(seen: Array, turn: Array, place: Array) -> tuple[Array, Array]:
    """(n, 8) seen minus shown, and (n, 8, 6) how what is shown changes with a small turn and move."""
    arms = np.einsum("nij,cj->nci", turn, SQUARE)
    x, y, z = np.moveaxis(arms + place[:, None], -1, 0)
    zero = np.zeros_like(z)
    by_point = np.stack([1 / z, zero, -x / z**2, zero, 1 / z, -y / z**2], axis=-1).reshape(*z.shape, 2, 3)
    a, b, c = np.moveaxis(arms, -1, 0)
    by_turn = np.stack([zero, c, -b, -c, zero, a, b, -a, zero], axis=-1).reshape(*z.shape, 3, 3)
    slopes = np.concatenate([by_point @ by_turn, by_point], axis=-1)
    shown = np.stack([x / z, y / z], axis=-1)
    return (seen - shown).reshape(len(seen), 8), slopes.reshape(len(seen), 8, 6)
