"""What the README shows is true."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from formcheck.pose.model_store import ModelFile


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


def test_the_library_example_runs_and_finds_faults(root: Path, readme: str, model: ModelFile) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", readme, flags=re.DOTALL)
    assert len([line for line in example.splitlines() if line.strip()]) <= 10
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=root, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"^rep \d+", done.stdout, flags=re.MULTILINE), done.stdout


def test_every_file_it_points_to_is_there(root: Path, readme: str) -> None:
    targets = re.findall(r"\]\(([^)#]+)", readme)
    local = [target for target in targets if "://" not in target]
    assert local
    assert [target for target in local if not (root / target).exists()] == []
