"""A wheel built from the tree installs into an empty environment and works there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from formcheck.pose.model_store import ModelFile

pytestmark = pytest.mark.slow

NEEDED = (
    "formcheck/py.typed",
    "formcheck/doctor_person.jpg",
    "formcheck/pose/models.toml",
    "formcheck/report/templates/report.html.j2",
    "formcheck/report/templates/report.css",
    "formcheck/exercises/calibration.toml",
    "formcheck/exercises/estimates.toml",
    "formcheck/programme/guide.toml",
    "formcheck/programme/templates/progress.html.j2",
    "formcheck/programme/migrations/env.py",
    "formcheck/programme/migrations/versions/v0001_the_first_tables.py",
    "api/database/migrations/env.py",
    "api/pages/templates/base.html.j2",
    "api/pages/static/pages.css",
    "api/pages/static/upload.js",
)


def succeed(command: Sequence[object], **options: object) -> str:
    """Run a command that has to end well; its output."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing is left in the tree and nothing stale gets in."""
    copy, dist = (tmp_path_factory.mktemp(name) for name in ("tree", "dist"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(root / name, copy)
    for name in ("formcheck", "api"):
        shutil.copytree(root / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    succeed([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", dist, copy])
    return next(dist.glob("formcheck-*.whl"))


@pytest.fixture(scope="module")
def installed(root: Path, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment's folder of commands: it holds the locked packages and the wheel, nothing else."""
    home = tmp_path_factory.mktemp("home") / "env"
    venv.create(home, with_pip=True)
    commands = home / ("Scripts" if os.name == "nt" else "bin")
    pip = [commands / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    succeed([*pip, "--require-hashes", "--requirement", root / "requirements.lock"])
    succeed([*pip, "--no-index", "--no-deps", wheel])
    return commands


def test_the_wheel_holds_the_package_its_data_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in NEEDED if name not in names] == []
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"api", "formcheck"}
    assert {"LICENSE", "NOTICE"} <= {name.rsplit("/", 1)[-1] for name in names if "licenses/" in name}


def test_it_works_in_an_empty_environment(
    installed: Path, model: ModelFile, short_clip: tuple[Path, str], tmp_path: Path
) -> None:
    clip, exercise = short_clip
    environment = {**os.environ, "FORMCHECK_MODEL_DIR": str(model.path.parent)}
    options = ["--exercise", exercise, "--json", "set.json", "--report", "page.html"]
    succeed([installed / "formcheck", "check", clip, *options], cwd=tmp_path, env=environment)
    assert json.loads((tmp_path / "set.json").read_text())["exercise"] == exercise
    assert "inference" in succeed([installed / "formcheck", "doctor"], cwd=tmp_path, env=environment)


def test_installed_it_keeps_the_model_in_the_user_s_cache(installed: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    environment.pop("FORMCHECK_MODEL_DIR", None)
    where = "from formcheck.pose.model_store import model_dir; print(model_dir())"
    shown = succeed([installed / "python", "-c", where], cwd=tmp_path, env=environment)
    assert Path(shown.strip()) == tmp_path / "formcheck" / "models"
