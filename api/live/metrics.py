"""How the live mode is doing, for Prometheus."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from api.metrics import PROCESS

__all__ = ["ANSWER_SECONDS", "FRAMES", "PEOPLE", "SETS"]

PEOPLE: Final = Gauge(
    "formcheck_live_people", "Live sets, with a connection or waiting for one.", ("connected",), registry=PROCESS
)

FRAMES: Final = Counter(
    "formcheck_live_frames", "Frames by what became of them; `answered` were looked at.", ("outcome",), registry=PROCESS
)

ANSWER_SECONDS: Final = Histogram(
    "formcheck_live_answer_seconds",
    "From a frame's arrival to its answer.",
    buckets=(0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0),
    registry=PROCESS,
)

SETS: Final = Counter("formcheck_live_sets", "Sets that ended, by why.", ("reason",), registry=PROCESS)
