"""A real Ray on this machine: two nodes with token authentication, one of them lost on the way."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from formcheck.batch.engines.ray import RayEngine
from formcheck.errors import UsageError
from tests.batch.conftest import Clinic, Seen

pytest.importorskip("ray", reason="the extra formcheck[cluster] is not installed")

PROGRAM = Path(__file__).with_name("ray_run.py")


def _run(clinic: Clinic, out: str, lose_after: int) -> dict[str, Any]:
    token = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    done = subprocess.run(
        [sys.executable, PROGRAM, clinic.manifest, out, str(lose_after)],
        env={**os.environ, **token},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_a_node_lost_on_the_way_costs_nothing_but_time(finished: Clinic) -> None:
    """The results go to an address, as on a cluster; an engine of one machine then finds nothing left to do there."""
    alone = finished.tables()
    shutil.rmtree(finished.out)
    address = f"file://{finished.out}"
    told = _run(finished, address, lose_after=1)
    assert told["failed"] == 0
    assert told["scored_now"] in (4, 5), "what the lost node had already written is taken up, not scored again"
    assert told["seen"] == {entry.name: 1 for entry in finished.plan().entries}
    assert finished.tables() == alone
    code, said = told["stranger"]
    assert code == 2
    assert "no Ray cluster can be used at" in said.splitlines()[-1], "after what Ray itself prints of each try"
    seen = Seen()
    finished.run(seen=seen, place=address)
    assert seen.to_do == 0
    assert finished.tables() == alone


def test_no_cluster_at_the_address_is_told_in_one_line(clinic: Clinic) -> None:
    with pytest.raises(UsageError, match=r"no Ray cluster can be used at '127\.0\.0\.1:1'") as caught:
        clinic.run(engine=RayEngine("127.0.0.1:1"))
    assert "\n" not in str(caught.value)
