"""A server or worker that cannot start says why in one line, without the password, and ends with a code."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import uvicorn

import api.app
import api.worker
from api.database.migrate import open_database
from bench.postgresql import free_port
from tests.commands import Ended, run_here

PASSWORD = "Geheim-9"


@pytest.fixture(autouse=True)
def nothing_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """What should not start does not hold up the tests when it does."""

    def started(*_: object) -> None:
        raise AssertionError("it started")

    monkeypatch.setattr(uvicorn.Server, "run", started)
    monkeypatch.setattr(api.worker, "run_until_told", started)


def environment_of(folder: Path, **settings: str) -> dict[str, str]:
    named = {f"FORMCHECK_{name.upper()}": value for name, value in settings.items()}
    return {"FORMCHECK_DATA_DIR": str(folder), "FORMCHECK_PORT": "0", **named}


def started(command: str, folder: Path, **settings: str) -> Ended:
    return run_here(command, **environment_of(folder, **settings))


def started_apart(*command: str, folder: Path, **settings: str) -> Ended:
    environment = {**os.environ, **environment_of(folder, **settings)}
    line = [sys.executable, "-m", *command]
    done = subprocess.run(line, capture_output=True, text=True, env=environment, check=False, timeout=120)
    return Ended(done.returncode, done.stdout, done.stderr)


def complaint(ended: Ended, code: int) -> str:
    """The one line on stderr."""
    assert ended.code == code, ended.err
    (line,) = ended.err.splitlines()
    assert PASSWORD not in line
    return line


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_database_that_does_not_answer(command: str, tmp_path: Path) -> None:
    url = f"postgresql://formcheck:{PASSWORD}@127.0.0.1:{free_port()}/formcheck"
    line = complaint(started(command, tmp_path, database_url=url), 1)
    assert "does not answer" in line
    assert "FORMCHECK_DATABASE_URL" in line


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_folder_that_cannot_be_made(command: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert "FORMCHECK_DATA_DIR" in complaint(started(command, tmp_path / "file" / "data"), 1)


def test_uvicorn_by_itself_says_it_in_one_line_too(tmp_path: Path) -> None:
    url = f"postgresql://formcheck:{PASSWORD}@127.0.0.1:{free_port()}/formcheck"
    ended = started_apart("uvicorn", "api.app:app", "--port", "0", folder=tmp_path, database_url=url)
    assert "does not answer" in complaint(ended, 1)


def test_uvicorn_is_told_of_a_setting_that_cannot_be_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment_of(tmp_path, workers="many").items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(vars(api.app), "app", raising=False)
    with pytest.raises(SystemExit, match="FORMCHECK_WORKERS") as ended:
        _ = api.app.app
    assert "\n" not in str(ended.value)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "formcheck.sqlite").write_text("a letter to somebody\n" * 100, encoding="utf-8")
    assert "not a database" in complaint(started_apart("formcheck", "serve", folder=tmp_path), 1)


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_database_of_a_newer_version(command: str, tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'formcheck.sqlite'}")
    database.dispose()
    with sqlite3.connect(tmp_path / "formcheck.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert "newer version" in complaint(started(command, tmp_path), 2)


@pytest.mark.parametrize(
    ("url", "named"),
    [
        (f"postgresql://formcheck:a@{PASSWORD}@127.0.0.1/formcheck", "%40"),
        (f"{PASSWORD}", "no database URL"),
        (f"postgresql://formcheck:x@127.0.0.1:{PASSWORD}/formcheck", "no database URL"),
    ],
)
def test_a_url_that_cannot_be_right(url: str, named: str, tmp_path: Path) -> None:
    assert named in complaint(started("serve", tmp_path, database_url=url), 2)


def test_a_place_for_files_that_cannot_be_reached(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    line = complaint(started("serve", tmp_path, storage_url=str(tmp_path / "file" / "files")), 1)
    assert "stored files" in line
