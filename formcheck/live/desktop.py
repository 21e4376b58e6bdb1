"""The desktop around the core: camera, pose, window, voice and recording, one frame after the other."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from formcheck.exercises.base import Checker
from formcheck.live import wording
from formcheck.live.clock import LONGEST_GAP_S
from formcheck.live.live_set import LiveSet
from formcheck.live.recording import Recording
from formcheck.live.records import Cue, CueKind, Detail, LiveEvent, Reason
from formcheck.live.screen import draw_live, draw_summary
from formcheck.live.sound import Voice
from formcheck.live.summary import LiveResult
from formcheck.live.window import Display, Key
from formcheck.pose.pose import Pose
from formcheck.pose.track import TrackInfo
from formcheck.report.paint import Picture
from formcheck.tag.design import DEFAULT, TagDesign
from formcheck.tag.finder import TagFinder
from formcheck.video.camera_source import Camera
from formcheck.video.frame import Frame

WAIT_S: Final = 0.1
_NOTICE_S: Final = 3.0
_BLANK: Final[Picture] = np.zeros((480, 640, 3), dtype=np.uint8)


class Estimator(Protocol):
    """What is used of `PoseEstimator`."""

    info: TrackInfo

    def estimate(self, image: Any, t_s: float, size_px: tuple[int, int], brightness: float = ...) -> Pose: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done live.

    Attributes:
        make: makes a fresh checker.
        record: folder for recordings; None for none. ``film``: with the video.
        tag: the codes that are looked for on the waistband.
    """

    make: Callable[[], Checker]
    detail: Detail = "full"
    mirrored: bool = False
    record: Path | None = None
    film: bool = False
    tag: TagDesign = DEFAULT


Heard = Callable[[LiveEvent], None]
"""Called with everything that happens, as it happens."""


class Desktop:
    """Runs one set after the other until the user quits or the camera ends.

    Args:
        heard: told every event.
    """

    def __init__(
        self, plan: Plan, camera: Camera, estimator: Estimator, display: Display, voice: Voice, heard: Heard
    ) -> None:
        self._plan = plan
        self._camera = camera
        self._estimator = estimator
        self._tags = TagFinder(plan.tag)
        self._display = display
        self._voice = voice
        self._heard = heard
        self._recording: Recording | None = None
        self._frame: Frame | None = None
        self._pose: Pose | None = None
        self._seen_s = time.monotonic()
        self._lost = False
        self._back_s = -np.inf
        self.folders: list[Path] = []

    def run(self) -> list[LiveResult]:
        """Every set that was done."""
        results: list[LiveResult] = []
        going = True
        while going:
            result, key = self._one_set()
            results += [result] if result is not None else []
            going = key != "quit" and self._display.shows and self._wait_after(result)
        return results

    def _one_set(self) -> tuple[LiveResult | None, Key | None]:
        """One set from getting into place to its summary; None for the result where none began."""
        live = LiveSet(self._plan.make(), self._info(), detail=self._plan.detail)
        key: Key | None = None
        reason: Reason = "asked"
        try:
            while live.state.stage != "ended":
                if not self._step(live):
                    reason = "picture_ended" if self._camera.ended else "long_gap"
                    break
                key = self._keys(live)
                if key == "quit" or (key == "toggle" and live.state.stage == "counting"):
                    break
        except KeyboardInterrupt:
            key = "quit"
        except SystemExit:
            # What was done is kept; then the process ends as it was told to.
            self._close(live, "asked")
            raise
        return self._close(live, reason), key

    def _info(self) -> TrackInfo:
        return replace(self._estimator.info, mirrored=self._plan.mirrored, tag_dictionary=self._plan.tag.dictionary)

    def _step(self, live: LiveSet) -> bool:
        """Take one frame, if there is one; False when no more will come for this set."""
        frame = self._camera.frame(WAIT_S)
        now_s = time.monotonic()
        self._look_after_camera(now_s)
        if frame is None:
            if self._camera.ended:
                return False
            self._draw(live)
            return now_s - self._seen_s <= LONGEST_GAP_S or live.state.stage != "counting"
        self._seen_s = now_s
        pose = self._estimator.estimate(frame.image, frame.t_s, frame.size_px, frame.brightness)
        self._pose = self._tags.see(pose, frame)
        self._frame = frame
        update = live.update(self._pose)
        self._record(live)  # first: what is told is kept, whoever interrupts the telling
        for event in update.events:
            if event.kind == "cue":
                self._voice.tell(event.cue)
            self._heard(event)
        self._draw(live)
        return True

    def _record(self, live: LiveSet) -> None:
        if self._plan.record is None or live.stretch is None:
            return
        if self._recording is None:
            self._recording = Recording(self._plan.record, live.stretch.checker, film=self._plan.film)
            self.folders.append(self._recording.folder)
        self._recording.keep(live.stretch, self._frame)

    def _keys(self, live: LiveSet) -> Key | None:
        key = self._display.key()
        if key == "sound":
            self._voice.on = not self._voice.on
        if key == "toggle" and live.state.stage in ("setup", "ready"):
            live.start()
            return None
        return key

    def _close(self, live: LiveSet, reason: Reason) -> LiveResult | None:
        """Score and save; None where no set had begun."""
        if live.state.stage not in ("counting", "ended"):
            return None
        if self._display.shows:
            self._display.show(draw_summary(None, live.title))
            self._display.key()
        result = live.finish(reason)
        if self._recording is not None:
            self._recording.close(result)
            self._recording = None
        return result

    def _draw(self, live: LiveSet) -> None:
        if not self._display.shows:
            return
        image = self._frame.image if self._frame is not None else _BLANK
        pose = self._pose if self._camera.connected else None
        self._display.show(draw_live(image, pose, live.state, live.title, self._notice()))

    def _look_after_camera(self, now_s: float) -> None:
        """Say that the camera is lost, and that it is back."""
        if self._lost == (not self._camera.connected):
            return
        self._lost = not self._lost
        self._back_s = -np.inf if self._lost else now_s
        if self._plan.detail != "off":
            text = wording.CAMERA_LOST if self._lost else wording.CAMERA_BACK
            kind: CueKind = "fault" if self._lost else "praise"
            self._voice.tell(Cue(kind=kind, text=text, say=text, t_s=0.0, until_s=0.0))

    def _notice(self) -> str:
        """A lost camera, and for a while that it is back."""
        if self._lost:
            return wording.CAMERA_LOST
        return wording.CAMERA_BACK if time.monotonic() - self._back_s < _NOTICE_S else ""

    def _wait_after(self, result: LiveResult | None) -> bool:
        """Show the summary until the user asks for the next set (True) or quits."""
        if result is None:
            return not self._camera.ended
        title = result.summary.report.title if result.summary.report else ""
        self._display.show(draw_summary(result.summary, title))
        try:
            return self._asked_for_more()
        except KeyboardInterrupt:
            return False

    def _asked_for_more(self) -> bool:
        """Whether the user asks for another set, rather than to quit."""
        while (key := self._display.key()) != "quit":
            if key == "toggle":
                return not self._camera.ended
            if key == "sound":
                self._voice.on = not self._voice.on
            if self._camera.ended:
                time.sleep(WAIT_S)
            else:
                self._camera.frame(WAIT_S)  # what is seen meanwhile belongs to no set
        return False
