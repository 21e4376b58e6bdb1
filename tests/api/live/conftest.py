"""A real server with its live mode and one worker, the real model, and films as a page would send them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import cache, partial
from pathlib import Path

import cv2
import pytest

from api.settings import Settings
from formcheck.pose.track import PoseTrack
from formcheck.video.open_source import open_source
from tests.api.conftest import QUICK, Served, serving
from tests.api.live.page import Page, page
from tests.golden.tracks import golden, truth
from tests.streams import at_rate, between

LIVE = {**QUICK, "live_rate_hz": 2000.0, "live_people": 6, "live_resume_s": 20.0}
"""Tests do not wait for the time that a set takes."""

HZ = 15.0

Connect = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server for all tests that leave it as it was; its pose process starts with the first picture."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("live"), **{**LIVE, "workers": 1, "drain_s": 2})
    with serving(settings) as served:
        yield served


@pytest.fixture
def connect(live_server: Served) -> Connect:
    """Opens pages of that server."""
    return partial(page, live_server.url)


UNTIL_S = 23.0
"""Two or three repetitions of the samples."""


@cache
def track(name: str, until_s: float = UNTIL_S, rate_hz: float = HZ) -> PoseTrack:
    """The first poses of a sample, as many a second as a slow phone sends."""
    return between(at_rate(golden(name), rate_hz), 0.0, until_s)


def rest_s(name: str) -> float:
    """A moment at rest after some of a sample's repetitions; of a run, its end."""
    ends_s = [rep["end_s"] for rep in truth(name).get("reps", []) if rep["end_s"] < UNTIL_S]
    return float(ends_s[-1] + 0.9) if ends_s else UNTIL_S


def performed(name: str, until_s: float = UNTIL_S) -> int:
    """Complete repetitions in that."""
    return sum(rep["complete"] for rep in truth(name)["reps"] if rep["end_s"] < until_s - 0.7)


def pictures(clip: Path, every: int, until_s: float = float("inf")) -> list[tuple[float, bytes]]:
    """Time and JPEG of every so many frames of a film, 640 wide."""
    taken = []
    with open_source(clip) as source:
        for frame in source:
            if frame.t_s > until_s:
                break
            if frame.index % every == 0:
                height = round(640 * frame.image.shape[0] / frame.image.shape[1])
                small = cv2.resize(cv2.cvtColor(frame.image, cv2.COLOR_RGB2BGR), (640, height))
                taken.append((frame.t_s, cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 80])[1].tobytes()))
    return taken
