"""The locks pin everything, and name no place to download from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*==[0-9][0-9a-z.+]*( ; [^\\]+)? \\")
REMARK = re.compile(r"# [^/@]*")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def pinned(lock: Path) -> dict[str, str]:
    """Name to version."""
    lines = lock.read_text().splitlines()
    return dict(line.removesuffix(" \\").split("==") for line in lines if "==" in line)


def required(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~\[; ]", requirement)[0] for requirement in requirements}


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_is_a_name_with_its_version_or_a_hash(root: Path, name: str) -> None:
    lines = (root / name).read_text().splitlines()
    forms = (PIN, HASH, REMARK)
    assert [line for line in lines if line and not any(form.fullmatch(line) for form in forms)] == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_a_hash(root: Path, name: str) -> None:
    text = (root / name).read_text()
    assert len(pinned(root / name)) == len(re.findall(r"== *\S+ \\\n    --hash", text))


def test_the_locks_hold_what_the_project_asks_for(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    runtime = required(project["project"]["dependencies"] + project["build-system"]["requires"])
    assert runtime <= pinned(root / "requirements.lock").keys()
    assert runtime | required(extras["dev"] + extras["mp4"]) <= pinned(root / "requirements-dev.lock").keys()


def test_tests_run_on_the_versions_that_users_get(root: Path) -> None:
    users, developers = (pinned(root / name) for name in LOCKS)
    assert users.items() <= developers.items()


@pytest.mark.parametrize("name", LOCKS)
def test_one_distribution_provides_cv2(root: Path, name: str) -> None:
    providers = [package for package in pinned(root / name) if package.startswith("opencv-")]
    assert providers == ["opencv-contrib-python"]


def test_the_environment_has_one_cv2() -> None:
    from importlib.metadata import packages_distributions

    assert set(packages_distributions()["cv2"]) == {"opencv-contrib-python"}
