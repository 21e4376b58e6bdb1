"""A server or worker that cannot start says why in one line, without the password, and ends with a code."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from api.database.migrate import open_database
from bench.postgresql import free_port

PASSWORD = "Geheim-9"


def started(command: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    named = {f"FORMCHECK_{name.upper()}": value for name, value in settings.items()}
    environment = {**os.environ, "FORMCHECK_DATA_DIR": str(folder), "FORMCHECK_PORT": "0", **named}
    ways = {"uvicorn": ["-m", "uvicorn", "api.app:app", "--port", "0"]}
    line = [sys.executable, *ways.get(command, ["-m", "formcheck", command])]
    return subprocess.run(line, capture_output=True, text=True, env=environment, check=False, timeout=120)


def complaint(done: subprocess.CompletedProcess[str], code: int) -> str:
    """The one line on stderr."""
    assert done.returncode == code, done.stderr
    (line,) = done.stderr.splitlines()
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
    assert "does not answer" in complaint(started("uvicorn", tmp_path, database_url=url), 1)
    assert "FORMCHECK_WORKERS" in complaint(started("uvicorn", tmp_path, workers="many"), 1)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "formcheck.sqlite").write_text("a letter to somebody\n" * 100, encoding="utf-8")
    assert "not a database" in complaint(started("serve", tmp_path), 1)


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
