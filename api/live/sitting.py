"""One person's live set on the server: poses in, updates out; written to disk as it goes, settled when it is over."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import Final, cast

import structlog

from api.access.audit import AuditLog
from api.access.caller import Caller
from api.live.bodies import info_of, marks_of, pose_of, skipped
from api.live.drafts import Draft, Drafts, Opened
from api.live.messages import FramePart, Hello, Landmarks, Links, SkipCode, Skipped, SummaryMessage, Update
from api.live.poses import PoseService
from api.problems import DATABASE_ERRORS, ProblemError
from formcheck.errors import FormcheckError, OutputError
from formcheck.exercises.base import Checker
from formcheck.exercises.registry import get_exercise
from formcheck.limits import params_of
from formcheck.live import wording
from formcheck.live.live_set import LiveSet
from formcheck.live.records import Detail, LiveUpdate, Reason
from formcheck.pose.pose import Pose
from formcheck.session import make_checker

__all__ = ["Means", "Sitting", "checker_of"]

AUDITED: Final = "WS /v1/live"

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Means:
    """What every sitting of a server works with. ``longest_s``: the longest recording that workers score."""

    poses: PoseService
    drafts: Drafts
    audit: AuditLog
    longest_s: float


def checker_of(hello: Hello) -> Checker:
    """The checker that was asked for. Raises UsageError: no such exercise, or a limit that cannot be."""
    kind = get_exercise(hello.exercise)
    return make_checker(kind, params_of(kind, hello.limits or None), hello.side)


class Sitting:
    """One set, from getting into place to its summary. Everything here blocks, and may be called from any thread.

    ``parts`` rises whenever there is something to `keep`.

    Args:
        analysis_id: what the set will be called once it is saved.
        caller: whose it is.

    Raises:
        FormcheckError: no poses can be estimated.
    """

    def __init__(self, analysis_id: str, caller: Caller, hello: Hello, means: Means) -> None:
        self.id, self.caller, self.hello = analysis_id, caller, hello
        self.seen_s = time.monotonic()
        self._means = means
        info = means.poses.info() if hello.input == "frames" else info_of(hello)
        checker = checker_of(hello)
        info = replace(info, mirrored=hello.mirrored)
        live = LiveSet(checker, info, detail=hello.cues, hands_free=hello.hands_free)
        self.title, self.state = live.title, live.state
        self._live: LiveSet | None = live
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self.parts = 0
        self._draft: Draft | None = None
        self._unkept = False
        self._summary: SummaryMessage | None = None

    @property
    def over(self) -> bool:
        """Whether the set has ended."""
        return self.state.stage == "ended"

    def take(self, frame: FramePart | Landmarks, arrived_s: float) -> Update | Skipped:
        """Look at the next frame, which arrived at ``arrived_s`` (monotonic). Raises FormcheckError when nobody can."""
        with self._lock:
            self.seen_s = time.monotonic()
            live = self._live
            if live is None or self.over:
                return skipped(frame.seq, "set_over")
            pose = self._pose(frame)
            if isinstance(pose, str):
                return skipped(frame.seq, cast("SkipCode", pose))
            update = self._not_too_long(live, live.update(pose))
            stretch = live.stretch
            self.parts = 0 if stretch is None else 1 + stretch.parts
            return self._answer(frame.seq, update, pose, arrived_s)

    def keep(self) -> None:
        """Write what there is to write; beside the frames, for a disk takes its time."""
        with self._writing:
            if self._live is not None:
                self._write(self._live)

    def start(self) -> None:
        """Start with the next frame."""
        with self._lock:
            if self._live is not None:
                self._live.start()

    def say(self, cues: Detail) -> None:
        """Say this much from now on."""
        with self._lock:
            if self._live is not None:
                self._live.say(cues)

    def end(self, reason: Reason) -> Update | None:
        """End the set; what that brought, or None where it was over already."""
        with self._lock:
            if self._live is None or self.over:
                return None
            return self._answer(None, self._live.end(reason), None, time.monotonic())

    def settle(self, *, hurry: bool = False) -> SummaryMessage:
        """Save a set that has ended, once; and unless there is ``hurry``, work out its summary."""
        with self._lock:
            if self._summary is None:
                assert self._live is not None, "a set is let go of when it is settled"
                self._means.poses.forget(self.id)
                with self._writing:
                    self._write(self._live)
                    links, saved, note = self._saved(self._live)
                summary = None if hurry else self._live.finish().summary
                self._summary = SummaryMessage(summary=summary, links=links, saved=saved, note=note)
                self._live = None
            return self._summary

    def _pose(self, frame: FramePart | Landmarks) -> Pose | str:
        if isinstance(frame, Landmarks):
            return pose_of(frame)
        return self._means.poses.look(self.id, frame.picture, frame.t_ms / 1000)

    def _answer(self, seq: int | None, update: LiveUpdate, pose: Pose | None, arrived_s: float) -> Update:
        self.state = update.state
        return Update(
            seq=seq,
            state=update.state,
            events=update.events,
            took_ms=round(1000 * (time.monotonic() - arrived_s), 1),
            pose=marks_of(pose) if pose is not None and self.hello.overlay else None,
        )

    def _not_too_long(self, live: LiveSet, update: LiveUpdate) -> LiveUpdate:
        """What the workers would not score any more is not recorded."""
        stretch = live.stretch
        if update.state.ended or stretch is None or update.state.t_s - stretch.began_s < self._means.longest_s - 1:
            return update
        ended = live.end("too_long")
        return LiveUpdate(state=ended.state, events=(*update.events, *ended.events))

    def _write(self, live: LiveSet) -> None:
        """A disk that refuses does not end the set."""
        stretch = live.stretch
        if stretch is None or self._unkept:
            return
        try:
            if self._draft is None:
                self._draft = self._means.drafts.open(self.id, self._opened())
            self._draft.keep(stretch)
        except OutputError as error:
            self._unkept = True
            _log.error("live_set_not_kept", analysis=self.id, error=type(error).__name__)

    def _opened(self) -> Opened:
        hello = self.hello
        return Opened(owner=self.caller.id, exercise=hello.exercise, side=hello.side, limits=hello.limits)

    def _saved(self, live: LiveSet) -> tuple[Links | None, bool, str]:
        """Where the set is or will be, whether it is there, and what to say about it."""
        if self._draft is None:
            return None, False, wording.NOT_SAVED if self._unkept else wording.NO_SET
        links = _links(self.id)
        try:
            self._draft.close(live.recorded())
            if self.caller.key_id:
                self._means.audit.note(self.caller, AUDITED, self.id, 201)
            if not self._means.drafts.deliver(self.id):
                return None, False, wording.NOTHING_SEEN
        except OutputError:
            return links, False, wording.NOT_SAVED
        except (*DATABASE_ERRORS, FormcheckError, ProblemError, OSError) as error:
            _log.warning("live_set_put_off", analysis=self.id, error=type(error).__name__)
            return links, False, wording.SAVED_LATER
        return links, True, ""


def _links(analysis_id: str) -> Links:
    address = f"/v1/analyses/{analysis_id}"
    return Links(
        page=f"/analyses/{analysis_id}", analysis=address, result=f"{address}/result", report=f"{address}/report"
    )
