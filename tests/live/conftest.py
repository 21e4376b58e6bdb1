"""A film short enough to be watched by the real model in several tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from formcheck.video.open_source import open_source
from formcheck.video.writer import VideoWriter
from tests.live.bodies import SLOW_HZ, squats


@pytest.fixture(scope="session")
def two_squats(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film of `squats`: every other frame of a sample, until its person rests after the second squat."""
    path = tmp_path_factory.mktemp("film") / "set.webm"
    with (
        open_source(samples / "squat_clean_right.mp4") as source,
        VideoWriter(path, source.size_px, SLOW_HZ) as film,
    ):
        for frame in source:
            if frame.t_s > squats().t_s[-1]:
                break
            if frame.index % 2 == 0:
                film.write(frame.image, frame.t_s)
    return path
