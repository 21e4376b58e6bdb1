"""With keys and a worker too, every answer is one that the OpenAPI document allows."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.api_schema import schemathesis

pytestmark = pytest.mark.slow


def test_schemathesis_finds_nothing_where_keys_are_needed(tmp_path: Path) -> None:
    """Also that without a key, or with a wrong one, nothing is told (its check ``ignored_auth``)."""
    options = ["--phases", "examples,fuzzing,stateful", "--max-examples", "2", "--max-time", "15"]
    done = schemathesis(tmp_path, options, quick=True)
    assert done.returncode == 0, done.stdout[-8000:]
