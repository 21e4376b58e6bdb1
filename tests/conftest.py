"""Where the tests find recordings, tracks and the real pose model."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest

from formcheck.pose.model_store import ModelFile, find_model
from formcheck.video.open_source import open_source
from formcheck.video.writer import VideoWriter

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root folder."""
    return ROOT


@pytest.fixture(scope="session")
def samples() -> Path:
    """The committed sample clips with their truth files."""
    return ROOT / "sample_videos" / "clips"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Recordings of real people beside the project; not committed, so not everywhere."""
    folder = ROOT.parent / "shared"
    if not (folder / "tracks").is_dir():
        pytest.skip("../shared with the recordings of real people is not here")
    return folder


@pytest.fixture(scope="session")
def model() -> ModelFile:
    """The real pose model; `make test` puts it together first."""
    return find_model()


@pytest.fixture(scope="session")
def short_clip(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The first 10 s of a sample, for tests that need a set but not all of it; and its exercise."""
    truth = sorted(samples.glob("*.truth.json"))[0]
    path = tmp_path_factory.mktemp("short") / "set.webm"
    with open_source(truth.with_name(truth.name.replace(".truth.json", ".mp4"))) as source:
        rate_hz = source.nominal_rate_hz
        with VideoWriter(path, source.size_px, rate_hz) as film:
            for frame in islice(source, round(10 * rate_hz)):
                film.write(frame.image, frame.t_s)
    return path, json.loads(truth.read_text(encoding="utf-8"))["exercise"]
