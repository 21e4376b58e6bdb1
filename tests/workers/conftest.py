"""One warm worker for the tests that leave it alive, and recordings small enough to be scored in a second or two."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from formcheck.video.open_source import open_source
from formcheck.video.writer import VideoWriter
from formcheck.workers.worker import Worker


@pytest.fixture(scope="session")
def worker() -> Iterator[Worker]:
    with Worker() as warm:
        yield warm


@pytest.fixture(scope="session")
def recording(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of a sample."""
    path = tmp_path_factory.mktemp("recording") / "jane doe %03d.webm"
    with (
        open_source(samples / "clamshell_clean_right.mp4") as source,
        VideoWriter(path, source.size_px, source.nominal_rate_hz) as film,
    ):
        for frame in islice(source, 48):
            film.write(frame.image, frame.t_s)
    return path


@pytest.fixture(scope="session")
def long_recording(samples: Path) -> Path:
    """One that takes ten seconds to score: time to do something to the worker meanwhile."""
    return samples / "squat_clean_right.mp4"
