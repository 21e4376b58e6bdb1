"""A small round of `bench.api_chaos`: what is accepted is scored exactly once, whatever is killed meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.api_chaos import SETTINGS, Chaos

pytestmark = pytest.mark.slow


def test_every_accepted_upload_is_scored_once_whatever_is_killed(root: Path, tmp_path: Path) -> None:
    files = [
        (root / "bench/data/clamshell_test_01.npz", "clamshell"),
        (root / "bench/data/bridge_test_01.npz", "single_leg_glute_bridge"),
    ]
    chaos = Chaos(tmp_path, SETTINGS, files)
    try:
        wrong = chaos.play(3, seed=1)
    finally:
        chaos.server.stop()
    assert chaos.killed.total() == 3
    assert not wrong
