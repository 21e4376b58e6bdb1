"""Where the tests find recordings, tracks and the real pose model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.clips import shortened
from formcheck.pose.model_store import ModelFile, find_model

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
    film = truth.with_name(truth.name.replace(".truth.json", ".mp4"))
    path = shortened(film, tmp_path_factory.mktemp("short") / "set.webm", 10.0)
    return path, json.loads(truth.read_text(encoding="utf-8"))["exercise"]
