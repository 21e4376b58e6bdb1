"""What every movement offers, and the mirror that turns a right-sided movement into a left-sided one."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from ..person import Person
from ..plan import BoxProp, ClipPlan
from ..rotations import FloatArray
from ..schedule import Rep, Schedule, Sway
from ..skeleton import Placement, Pose
from .touch import Touch

MAT_THICKNESS_M = 0.016


def mat(centre_x_m: float) -> BoxProp:
    """An exercise mat lying along X."""
    return BoxProp((centre_x_m, 0.0, MAT_THICKNESS_M / 2.0), (1.95, 0.75, MAT_THICKNESS_M), (52, 108, 122))


class Motion(ABC):
    """A pose for every time. Subclasses describe the right side working; the left is its mirror image."""

    ground_m = 0.0
    lies_down = False

    def __init__(self, person: Person, plan: ClipPlan) -> None:
        self.person, self.plan = person, plan
        self.skeleton = person.skeleton
        self.sway = Sway(plan.seed)
        self.lift_m = np.zeros(3)
        self.touches: tuple[Touch, ...] = ()

    @property
    @abstractmethod
    def duration_s(self) -> float:
        """Length of the clip."""

    @abstractmethod
    def right_pose(self, t_s: float) -> Pose:
        """The pose when the right side works."""

    @property
    def props(self) -> tuple[BoxProp, ...]:
        """Things in the room that belong to the movement."""
        return ()

    @property
    def mirrored(self) -> bool:
        """Whether the movement is shown for the left side."""
        return self.plan.side == "left"

    def pose(self, t_s: float) -> Pose:
        """The pose at a time, for the side the plan asks for."""
        pose = self.right_pose(t_s)
        pose = (pose.mirrored() if self.mirrored else pose).moved(self.lift_m)
        for touch in self.touches:
            pose = touch.applied(self.skeleton, pose, t_s)
        return pose

    def placement(self, t_s: float) -> Placement:
        """Every segment's place at a time."""
        return self.skeleton.place(self.pose(t_s))

    def joints_m(self, t_s: float) -> dict[str, FloatArray]:
        """Landmarks at a time."""
        return self.person.joints_m(self.placement(t_s))


class SetMotion(Motion):
    """A movement made of repetitions, with getting into place before and out of it after."""

    set_up_s = 3.0
    wind_down_s = 2.0
    lowers_first = False

    def __init__(self, person: Person, plan: ClipPlan) -> None:
        super().__init__(person, plan)
        reps: tuple[Rep, ...] = plan.reps
        self.pace = plan.set_up.pace
        start_s = self.set_up_s * self.pace + plan.set_up.idle_s
        self.schedule = Schedule.of(reps, start_s, self.wind_down_s * self.pace, self.lowers_first)

    @property
    def duration_s(self) -> float:
        return self.schedule.duration_s

    @abstractmethod
    def movement_m(self, joints_m: dict[str, FloatArray]) -> float:
        """The length whose change is the repetition: how far the body is from rest, in metres, any zero."""

    def side_of(self, index: int) -> str:
        """The side that works in a repetition, counted from 1."""
        return self.plan.side

    def events(self) -> dict[str, float]:
        """Named times of the set-up and after, for tests that nothing there counts as a repetition."""
        return {"set_up_end_s": self.schedule.set_up_s, "wind_down_start_s": self.schedule.reps_end_s}
