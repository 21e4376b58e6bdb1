"""One stretch of poses on its way through the session: smoothed, counted, judged early, recorded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from formcheck.events import Event, RepClosed
from formcheck.exercises.base import Checker
from formcheck.exercises.rep_checker import RepChecker
from formcheck.exercises.running import RunningChecker
from formcheck.live.early import EarlyJudge, RunningJudge
from formcheck.live.track_log import TrackLog
from formcheck.pose.pose import Pose
from formcheck.pose.smoothing import OneEuroSmoother
from formcheck.pose.track import PoseTrack, TrackInfo
from formcheck.results import Verdict
from formcheck.session import Session

SMOOTHING: Final = "One Euro, causal"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one pose brought.

    Attributes:
        events: of the session.
        clear: faults of the open repetition that are clear by now.
        run: verdicts on the last steps of a run, when they were judged anew.
    """

    events: Sequence[Event] = ()
    clear: Sequence[Verdict] = ()
    run: Sequence[Verdict] = ()


class Stretch:
    """A session with its recording, from the moment the person is in place; memory is bounded but for the track."""

    def __init__(self, checker: Checker, info: TrackInfo, size_px: tuple[int, int]) -> None:
        self.checker = checker
        self.began_s = math.nan
        self._session = Session(checker, info, smoothing=SMOOTHING, traced=False)
        self._smooth = OneEuroSmoother()
        self._log = TrackLog(size_px)
        self._info = info
        self._early = EarlyJudge(checker) if isinstance(checker, RepChecker) else None
        self._run = RunningJudge(checker) if isinstance(checker, RunningChecker) else None

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the frames."""
        return self._log.size_px

    def update(self, pose: Pose) -> Outcome:
        """Take the next pose, as recorded (not mirrored back)."""
        self.began_s = pose.t_s if math.isnan(self.began_s) else self.began_s
        self._log.add(pose)
        smoothed = self._smooth(pose)
        events = self._session.update(smoothed)
        own = smoothed.mirrored() if self._info.mirrored else smoothed
        return Outcome(events, self._judged_early(own, events), self._run.update(own) if self._run else ())

    def track(self, until_s: float = math.inf) -> PoseTrack:
        """The recorded poses up to a moment, times from zero."""
        return self._log.track(self._info, until_s)

    @property
    def parts(self) -> int:
        """How many full parts of the track there are, see `TrackLog.part`."""
        return self._log.parts

    def part(self, index: int) -> PoseTrack:
        """One full part of the track."""
        return self._log.part(index, self._info)

    def _judged_early(self, pose: Pose, events: Sequence[Event]) -> Sequence[Verdict]:
        if self._early is None:
            return ()
        clear = self._early.update(pose)
        for event in events:
            if isinstance(event, RepClosed):
                self._early.closed(event.rep)
        return clear
