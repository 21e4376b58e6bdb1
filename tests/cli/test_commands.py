"""What the commands besides `check` say."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import pytest

from formcheck.cli.errors import EXIT_CODES
from formcheck.exercises.registry import exercise_ids
from formcheck.pose.model_store import ModelFile

Run = Callable[..., Any]


def test_the_version_is_the_package_s_own(run: Run) -> None:
    assert run("--version").out == f"formcheck {version('formcheck')}\n"


def test_help_documents_every_exit_code(run: Run) -> None:
    shown = " ".join(run("--help").out.split())
    for code, meaning in EXIT_CODES.items():
        assert f"{code}: {meaning.split()[0]}" in shown


def test_every_exercise_is_listed(run: Run) -> None:
    shown = run("exercises").out
    assert [known for known in exercise_ids() if known not in shown] == []


@pytest.mark.parametrize("exercise", exercise_ids())
def test_an_exercise_is_shown_with_its_checks_and_limits(run: Run, exercise: str) -> None:
    record = json.loads(run("exercises", exercise, "--json").out)
    shown = run("exercises", exercise, COLUMNS="1000").out
    for check in record["checks"]:
        assert check["id"] in shown
        assert check["source"] in shown
    for limit in record["limits"]:
        assert limit["name"] in shown
        assert f"{limit['default']:g} {limit['unit']}".strip() in shown


def test_an_unknown_exercise_is_a_usage_error(run: Run) -> None:
    assert "clamshell" in run("exercises", "clamshel").complaint(2)


def test_models_shows_the_model(run: Run, model: ModelFile) -> None:
    shown = run("models").out
    assert model.sha256 in shown
    assert run("models", "--path").out == f"{model.path}\n"


def test_models_without_a_model_is_exit_4(run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = tmp_path_factory.mktemp("models")
    assert "--fetch" in run("models", FORMCHECK_MODEL_DIR=str(empty)).complaint(4)


def test_the_doctor_finds_all_well(run: Run, model: ModelFile) -> None:
    ended = run("doctor")
    assert ended.code == 0, ended.out
    assert model.sha256 in ended.out
    assert "person found in the bundled frame" in ended.out
    assert "opencv-contrib-python" in ended.out
    assert ended.err == ""


def test_the_doctor_s_exit_code_tells_of_a_missing_model(
    run: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ended = run("doctor", FORMCHECK_MODEL_DIR=str(tmp_path_factory.mktemp("models")))
    assert ended.code == 4
    assert "FAIL  pose model" in ended.out
