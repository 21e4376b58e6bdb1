"""One warm worker for the tests that leave it alive, and recordings small enough to be scored in a second or two."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.clips import shortened
from formcheck.workers.worker import Worker


@pytest.fixture(scope="session")
def worker() -> Iterator[Worker]:
    with Worker() as warm:
        yield warm


@pytest.fixture(scope="session")
def recording(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of a sample."""
    path = tmp_path_factory.mktemp("recording") / "jane doe %03d.webm"
    return shortened(samples / "clamshell_clean_right.mp4", path, 2.0)


@pytest.fixture(scope="session")
def long_recording(samples: Path) -> Path:
    """One that takes ten seconds to score: time to do something to the worker meanwhile."""
    return samples / "squat_clean_right.mp4"
