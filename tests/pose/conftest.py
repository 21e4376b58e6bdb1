"""Poses drawn by hand, the real model, and real pictures of people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from formcheck.pose.mediapipe_estimator import Image
from formcheck.pose.model_store import ModelFile, ensure_model, find_model
from formcheck.pose.pose import Pose
from formcheck.pose.track import PoseTrack

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def model() -> ModelFile:
    """The real model; put together first where it is missing."""
    ensure_model()
    return find_model()


@pytest.fixture(scope="session")
def portrait() -> Image:
    """A picture of one person, whole body."""
    return _read(ROOT / "formcheck" / "doctor_person.jpg")


@pytest.fixture(scope="session")
def running() -> list[Image]:
    """Two seconds of a person running, 30 frames a second, seen from the side."""
    return _frames(SHARED / "clips" / "running_treadmill_side" / "male_side.mp4", 60)


@pytest.fixture(scope="session")
def two_people() -> list[Image]:
    """A man on a wall, and a woman who walks past, 30 frames a second."""
    return _frames(SHARED / "clips" / "two_people_outdoors" / "demo.mp4", 230, width=884)


def _read(path: Path) -> Image:
    picture = cv2.imread(str(path))
    assert picture is not None
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def _frames(path: Path, count: int, width: int | None = None) -> list[Image]:
    if not path.is_file():
        pytest.skip(f"the recording {path.name} is not here")
    capture = cv2.VideoCapture(str(path))
    frames = []
    while len(frames) < count and (read := capture.read())[0]:
        frame = read[1]
        if width:
            height = frame.shape[0] * width // frame.shape[1]
            frame = cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA)
        frames.append(np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB), dtype=np.uint8))
    capture.release()
    return frames


@pytest.fixture
def make_pose() -> Callable[..., Pose]:
    return pose_at


@pytest.fixture
def make_track() -> Callable[..., PoseTrack]:
    return track_of


def pose_at(
    t_s: float = 0.0,
    centre_px: tuple[float, float] = (320.0, 240.0),
    height_px: float = 200.0,
    bent: float = 0.0,
    size_px: tuple[int, int] = (640, 480),
) -> Pose:
    """A person whose landmarks fill a box of this height and half its width; ``bent`` moves half of them."""
    place = np.linspace(-0.5, 0.5, 33)
    image_px = np.zeros((33, 3))
    image_px[:, 0] = centre_px[0] + 0.5 * height_px * np.resize([-0.5, 0.5], 33)
    image_px[:, 1] = centre_px[1] + height_px * place
    image_px[25:, 0] += bent * height_px
    seen = np.full(33, 0.9)
    return Pose(t_s, image_px, np.stack([place, place, place], axis=1), seen, seen.copy(), size_px, 100.0)


def track_of(
    n: int = 60, fps: float = 30.0, seed: int = 0, size_px: tuple[int, int] = (640, 480)
) -> PoseTrack:
    """Landmarks wandering about at random: nothing that a file format or a filter could lean on."""
    random = np.random.default_rng(seed)
    return PoseTrack(
        t_s=np.arange(n) / fps,
        image_px=300 + np.cumsum(random.normal(0, 5, (n, 33, 3)), axis=0),
        world_m=np.cumsum(random.normal(0, 0.01, (n, 33, 3)), axis=0),
        visibility=random.random((n, 33)),
        presence=random.random((n, 33)),
        brightness=random.uniform(0, 255, n),
        size_px=size_px,
    )
