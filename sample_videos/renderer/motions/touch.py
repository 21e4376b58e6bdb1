"""A hand laid over something that the body wears, and taken away again."""

from __future__ import annotations

from dataclasses import dataclass

from ..kinematics import knee_between_m
from ..rotations import FloatArray, blend, carrying, vector
from ..schedule import ramp
from ..skeleton import DOWN, Placement, Pose, Skeleton, outward

_REACHING_S = 0.5


@dataclass(frozen=True)
class Touch:
    """The wrist of one side goes to a point fixed to a segment (given at rest, metres), stays and goes back."""

    side: str
    segment: str
    wrist_rest_m: FloatArray
    start_s: float
    duration_s: float

    def share(self, t_s: float) -> float:
        """0 elsewhere, 1 there."""
        return ramp(t_s, self.start_s, _REACHING_S) - ramp(t_s, self.start_s + self.duration_s, _REACHING_S)

    def applied(self, skeleton: Skeleton, pose: Pose, t_s: float) -> Pose:
        """The pose with this arm on its way."""
        share = self.share(t_s)
        if share <= 0.0:
            return pose
        placed = skeleton.place(pose)
        reached = self._arm(skeleton, placed)
        arm = {name: blend(placed.rotation(name), turn, share) for name, turn in reached.items()}
        return Pose({**pose.rotations, **arm}, pose.pelvis_m)

    def _arm(self, skeleton: Skeleton, placed: Placement) -> dict[str, FloatArray]:
        upper, forearm, hand = (f"{part}_{self.side}" for part in ("upper_arm", "forearm", "hand"))
        shoulder = placed.origin_m(upper)
        wrist = placed.points_m(self.segment, self.wrist_rest_m)
        lengths = skeleton.length_m(upper, forearm), skeleton.length_m(forearm, hand)
        aside = placed.rotation("thorax") @ vector([outward(self.side), 0.4, 0.0])
        elbow = knee_between_m(shoulder, wrist, aside, *lengths)
        turns = {
            upper: carrying(DOWN, elbow - shoulder) @ skeleton.neutral[upper],
            forearm: carrying(DOWN, wrist - elbow) @ skeleton.neutral[forearm],
        }
        return turns | {hand: turns[forearm]}
