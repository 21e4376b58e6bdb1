"""The server keeps to its own OpenAPI document, whatever is sent to it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.database.tables import WorkerSeen
from api.settings import Settings
from bench.api_schema import with_few_upload_limits
from tests.api.conftest import QUICK, serving

pytestmark = pytest.mark.slow


def test_every_answer_is_one_that_is_documented(tmp_path: Path) -> None:
    """Schemathesis finds nothing on a server that counts as ready; what is uploaded to it waits."""
    patient = {"lease_s": 3600, "max_queued": 10_000, "max_stream_s": 0.1}
    settings = Settings(data_dir=tmp_path / "data", **{**QUICK, **patient})
    with serving(settings) as served:
        with served.app.state.services.database.writing() as session:
            session.add(WorkerSeen(id="somebody", seen_at=datetime.now(UTC)))
        document = with_few_upload_limits(served.http.get("/openapi.json").json())
        (tmp_path / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
        command = [Path(sys.executable).with_name("schemathesis"), "run", tmp_path / "openapi.json"]
        options = [
            "--url",
            served.url,
            "--phases",
            "examples,coverage,fuzzing",
            "--max-examples",
            "5",
            "--seed",
            "1",
            "--no-color",
        ]
        options += ["--request-timeout", "60"]
        done = subprocess.run([*command, *options], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-8000:]
