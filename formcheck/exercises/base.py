"""The contract of a checker: poses in, events out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from formcheck.events import Event
from formcheck.exercises.declare import About
from formcheck.motion.view import View
from formcheck.pose.landmarks import Side
from formcheck.pose.pose import Pose
from formcheck.trace import Signal


def time_after(last_s: float, pose: Pose) -> float:
    """The pose's time, seconds. Raises ValueError unless it is later than the pose before, at ``last_s``."""
    if pose.t_s <= last_s:
        raise ValueError(f"pose at {pose.t_s} s comes after one at {last_s} s: time must increase")
    return pose.t_s


class Checker(ABC):
    """Judges one exercise from a stream of poses.

    No clock, no I/O, no drawing, no global state: the same poses give the same events, however
    they are chunked. Poses come in the order of time; a step backward raises ``ValueError``.

    Attributes:
        id, version, title, about: constant for the class. A change that changes scores gets a
            new ``version``.
        Params: frozen dataclass of limits, see :mod:`formcheck.exercises.declare`.
    """

    id: ClassVar[str]
    version: ClassVar[str]
    title: ClassVar[str]
    about: ClassVar[About]
    Params: ClassVar[type[Any]]
    smoothing_hz: ClassVar[float] = 6.0
    """Cut-off of the zero-phase filter that a recording goes through before this checker sees it."""

    def __init__(self, params: Any = None, side: Side | None = None) -> None:
        self.params = params if params is not None else self.Params()
        self.side = side
        self.reset()

    @abstractmethod
    def reset(self) -> None:
        """Forget everything but the limits and the side given."""

    @abstractmethod
    def update(self, pose: Pose) -> Sequence[Event]:
        """Take the next pose; returns what became known with it."""

    @abstractmethod
    def finish(self) -> Sequence[Event]:
        """The stream ended: close what is open; the last event is a ``SetClosed``."""

    @abstractmethod
    def view(self) -> View:
        """Where the camera stands, as far as the poses so far tell."""

    @abstractmethod
    def camera_advice(self, view: View) -> str:
        """What is wrong with the camera's place and where to put it; empty when it stands well."""

    @abstractmethod
    def phase(self) -> str:
        """The present phase in one word, for people: "rest", "lift", "hold", "lower", "run"."""

    @abstractmethod
    def live_signals(self) -> Sequence[tuple[Signal, float]]:
        """The present value of each signal worth showing, the counting signal first.

        Each comes with a template ``Signal`` whose ``values`` are empty.
        """
