"""The loop around the core: keys, a lost camera, one set after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck.exercises.registry import get_exercise
from formcheck.live import wording
from formcheck.live.desktop import Desktop, Plan
from formcheck.live.records import Detail, LiveEvent
from formcheck.live.sound import Means, Running, Voice
from formcheck.live.summary import LiveResult
from formcheck.live.window import Key, NoWindow
from formcheck.pose.pose import Pose
from formcheck.pose.track import PoseTrack
from formcheck.video.frame import Frame
from tests.live.bodies import SLOW_HZ, squats

SQUAT = get_exercise("single_leg_box_squat")


class TrackCamera:
    """Gives a grey picture for each pose of some tracks; now and then none, as a lost camera does."""

    def __init__(self, track: PoseTrack, lost_at: int = -1) -> None:
        self.ended = False
        self.connected = True
        self.dropped_frames = 0
        self._frames = self._play(track)
        self._lost_at = lost_at
        self._given = 0

    def _play(self, track: PoseTrack) -> Iterator[Frame]:
        grey = np.full((120, 90, 3), 100, dtype=np.uint8)
        for i, t_s in enumerate(track.t_s):
            yield Frame(i, float(t_s), grey, track.size_px, 100.0, (0, 0, *track.size_px))

    def frame(self, timeout_s: float) -> Frame | None:
        self._given += 1
        self.connected = self._given != self._lost_at
        if not self.connected:
            return None
        frame = next(self._frames, None)
        self.ended = frame is None
        return frame

    def __enter__(self) -> TrackCamera:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class TrackEstimator:
    """The poses of a track, as if they had just been estimated."""

    def __init__(self, track: PoseTrack) -> None:
        self.info = track.info
        self._poses = {round(pose.t_s, 4): pose for pose in track}

    def estimate(self, image: Any, t_s: float, size_px: tuple[int, int], brightness: float = 0.0) -> Pose:
        return self._poses[round(t_s, 4)]


class Hands:
    """A window whose keys are pressed by a plan: picture number to key; keeps the pictures' looks."""

    shows = True

    def __init__(self, presses: dict[int, Key]) -> None:
        self._presses = presses
        self._asked = 0
        self.pictures = 0

    def show(self, picture: Any) -> None:
        self.pictures += 1

    def key(self) -> Key | None:
        self._asked += 1
        return self._presses.get(self._asked) or ("quit" if self._asked > 2000 else None)

    def __enter__(self) -> Hands:
        return self

    def __exit__(self, *_: object) -> None:
        return None


def desk(
    presses: dict[int, Key], lost_at: int = -1, record: Path | None = None
) -> tuple[Sequence[LiveResult], list[LiveEvent], Hands]:
    track = squats()
    heard: list[LiveEvent] = []
    hands = Hands(presses)
    with Voice(Means(None, None)) as voice:
        desktop = Desktop(
            Plan(SQUAT, record=record), TrackCamera(track, lost_at), TrackEstimator(track), hands, voice, heard.append
        )
        results = desktop.run()
    return results, heard, hands


def at(seconds: float) -> int:
    """The picture shown at this time of the track."""
    return round(seconds * SLOW_HZ)


def test_a_set_from_first_to_last_frame() -> None:
    results, heard, hands = desk({at(19.0): "quit"})
    [result] = results
    assert result.summary.live_count == 2
    assert result.summary.reason == "picture_ended"
    assert sum(event.kind == "rep" for event in heard) == 2
    assert hands.pictures >= len(squats())


def test_space_starts_and_stops_and_starts_again() -> None:
    """Stopped while standing after the first squat, started again before the second."""
    results, heard, _ = desk({3: "toggle", at(9.6): "toggle", at(10.0): "toggle", at(19.0): "quit"})
    assert [result.summary.live_count for result in results] == [1, 1]
    assert results[0].summary.reason == "asked"
    starts = [e.started_by for e in heard if e.kind == "stage" and e.stage == "counting"]
    assert starts[0] == "asked"


def test_quitting_mid_set_scores_and_saves_what_was_done(tmp_path: Path) -> None:
    results, _, _ = desk({at(10.0): "quit"}, record=tmp_path)
    assert results[0].summary.live_count == 1
    [folder] = tmp_path.iterdir()
    assert (folder / "set.json").exists()


def test_quitting_before_a_set_leaves_nothing(tmp_path: Path) -> None:
    results, _, _ = desk({10: "quit"}, record=tmp_path)
    assert list(results) == []
    assert list(tmp_path.iterdir()) == []


def test_a_lost_picture_is_noticed_and_the_set_goes_on() -> None:
    results, _, _ = desk({at(19.0): "quit"}, lost_at=at(9.6))
    assert results[0].summary.live_count == 2


@pytest.mark.parametrize(("detail", "times"), [("sparse", 1), ("off", 0)])
def test_a_camera_that_is_lost_and_comes_back_is_told_aloud(detail: Detail, times: int) -> None:
    track = squats()
    said: list[Sequence[str]] = []

    def start(command: Sequence[str]) -> Running:
        said.append(command)
        return Running(["true"])

    with Voice(Means(("speak",), None), start) as voice:
        plan = Plan(SQUAT, detail=detail)
        camera, hands = TrackCamera(track, at(9.6)), Hands({at(19.0): "quit"})
        Desktop(plan, camera, TrackEstimator(track), hands, voice, lambda event: None).run()
    for words in (wording.CAMERA_LOST, wording.CAMERA_BACK):
        assert said.count(["speak", words]) == times


def stopped_after_one(stop: type[BaseException], record: Path) -> Sequence[LiveResult]:
    """A set that is interrupted from outside after its first repetition."""
    track = squats()

    def interrupts(event: LiveEvent) -> None:
        if event.kind == "rep":
            raise stop

    with Voice(Means(None, None)) as voice:
        plan = Plan(SQUAT, record=record)
        return Desktop(plan, TrackCamera(track), TrackEstimator(track), NoWindow(), voice, interrupts).run()


def test_ctrl_c_ends_the_set_and_keeps_it(tmp_path: Path) -> None:
    [result] = stopped_after_one(KeyboardInterrupt, tmp_path)
    assert result.summary.live_count == 1
    [folder] = tmp_path.iterdir()
    assert (folder / "set.json").exists()


def test_a_process_told_to_end_keeps_what_was_done(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        stopped_after_one(SystemExit, tmp_path)
    [folder] = tmp_path.iterdir()
    assert (folder / "set.json").exists()
    assert (folder / "track.npz").exists()
