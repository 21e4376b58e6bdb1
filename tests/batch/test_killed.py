"""Killed and begun again; ``python -m bench.batch_kill`` does the same at 20 moments."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.batch_kill import kill_and_compare
from tests.batch.conftest import Clinic


@pytest.mark.slow
def test_killed_and_resumed_gives_the_same_bytes(tmp_path: Path) -> None:
    assert kill_and_compare(tmp_path, points=2, seed=6, sets=1, options=("--workers", "1")) == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_the_first_ctrl_c_ends_what_is_under_way_and_says_how_to_go_on(clinic: Clinic) -> None:
    command = [sys.executable, "-m", "formcheck", "batch", "--manifest", clinic.manifest, "--out", clinic.out]
    process = subprocess.Popen([*command, "--workers", "1"], stderr=subprocess.PIPE, text=True)
    deadline_s = time.monotonic() + 120
    while not list(clinic.out.glob("results/*/*.json")) and time.monotonic() < deadline_s:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "the same command goes on from here" in said.splitlines()[-1]
    assert not list(clinic.out.rglob(".formcheck-*"))
    assert clinic.run().failed == 0


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_the_lock_of_a_killed_run_holds_nobody_up(clinic: Clinic) -> None:
    command = [sys.executable, "-m", "formcheck", "batch", "--manifest", clinic.manifest, "--out", clinic.out]
    process = subprocess.Popen(command, start_new_session=True)
    deadline_s = time.monotonic() + 120
    while not (clinic.out / "batch.json").exists() and time.monotonic() < deadline_s:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert clinic.run().failed == 0
