"""The commands as a person types them."""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
import typer

from formcheck import score
from formcheck.cli.app import app
from formcheck.cli.errors import exit_code_of

YESTERDAY = (date.today() - timedelta(days=1)).isoformat()


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Ended]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process, with a record of its own; no terminal is there to ask."""
    monkeypatch.setenv("FORMCHECK_RECORD", str(tmp_path / "record.db"))
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    command = typer.main.get_command(app)

    def run(*arguments: object) -> Ended:
        given = list(map(str, arguments))
        code = exit_code_of(lambda: command(args=given, prog_name="formcheck", standalone_mode=False))
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return run


def complaint(ended: Ended, code: int) -> str:
    assert ended.returncode == code, ended.stderr + ended.stdout
    (line,) = ended.stderr.splitlines()
    assert line.startswith("formcheck: error: ")
    return line


def test_a_first_day_from_a_check_to_the_page(run: Run, root: Path, tmp_path: Path) -> None:
    result = tmp_path / "set.json"
    report = score(str(root / "tests" / "golden" / "clamshell_faulty_left.npz"), exercise="clamshell")
    result.write_text(report.to_json(), encoding="utf-8")
    assert "phase 1 of 4" in run("today").stdout
    assert "5 complete, 1 clean, pain 0 of 10 during" in run("log", result, "--pain-during", 0).stdout
    assert "--again" in complaint(run("log", result), 2)
    said = run("today").stdout
    assert "week 1 of this phase" in said.lower()
    page = tmp_path / "progress.html"
    assert run("progress", "--html", page).returncode == 0
    assert "Clamshell" in page.read_text(encoding="utf-8")
    assert "taken back" in run("log", "--undo").stdout
    assert "The programme begins with" in run("today").stdout


def test_strength_work_on_two_days_in_a_row_is_remarked_on(run: Run) -> None:
    assert run("log", "glute_bridge", "--reps", 15, "--date", YESTERDAY).returncode == 0
    assert "never on consecutive days" in run("log", "glute_bridge", "--reps", 15).stdout


def test_a_warning_sign_is_answered_at_once(run: Run) -> None:
    assert "See a physiotherapist" in run("log", "sign", "swelling").stdout
    assert "Foam rolling" not in run("today").stdout
    assert run("log", "sign", "swelling", "--over").returncode == 0
    assert "Foam rolling" in run("today").stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("pain", 11), "pain = 11"),
        (("clamshell", "--side", "left", "--reps", -3), "reps = -3"),
        (("pain", 0, "--date", "0206-11-20"), "too far back"),
        (("glute_bridge", "--reps", 0), "without a repetition"),
        (("pain", "bad"), "0 to 10"),
        (("clamshell", "--side", "left", "--reps", 5, "--pain-during", 12), "pain-during = 12"),
        (("pain", 0, "--date", "2999-01-01"), "lies in the future"),
        (("pain", 0, "--date", "yesterday"), "no date"),
        (("clamshell", "--reps", 5), "--side"),
        (("run",), "--minutes or --km"),
        (("run", "--minutes", 5, "--box", "18in"), "--box does not belong"),
        (("single_leg_box_squat", "--side", "left", "--reps", 5, "--box", 18), "not a number with its unit"),
        (("nonsense",), "no exercise 'nonsense'"),
        (("sign", "nonsense"), "no warning sign"),
        (("weaker", "middle"), "side = middle"),
    ],
)
def test_what_cannot_be_right_is_refused_in_one_line(
    run: Run, tmp_path: Path, arguments: tuple[object, ...], says: str
) -> None:
    assert says in complaint(run("log", *arguments), 2)
    assert not list(tmp_path.iterdir()), "and nothing is made"


def test_a_file_that_has_the_name_of_an_exercise_is_not_taken_for_a_result(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run").write_text("shopping list", encoding="utf-8")
    assert "logged: " in run("log", "run", "--minutes", 10).stdout
    assert "is no result" in complaint(run("log", "./run"), 3)


@pytest.mark.parametrize("arguments", [("record", "export", "mine"), ("log", "--undo")])
def test_a_record_that_is_not_there_is_not_made_to_be_exported(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    """A slip in its name would else look like all of one's data, and be nothing."""
    monkeypatch.chdir(tmp_path)
    assert "there is no record at" in complaint(run(*arguments), 3)
    assert not list(tmp_path.iterdir())


def test_a_narrow_terminal_shows_the_answer_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    for day, minutes in ((YESTERDAY, 10), (date.today().isoformat(), 20)):
        run("log", "run", "--minutes", minutes, "--date", day)
    assert "higher" in run("progress").stdout


@pytest.mark.parametrize("arguments", [("progress", "--html"), ("metronome", 174, "--minutes", 0.01, "--wav")])
def test_no_output_overwrites_a_record(run: Run, tmp_path: Path, arguments: tuple[object, ...]) -> None:
    run("log", "pain", 1)
    assert "would be overwritten" in complaint(run(*arguments, tmp_path / "record.db"), 2)
    assert "pain 1" in run("log", "--undo").stdout
    (tmp_path / "empty").touch()
    assert run(*arguments, tmp_path / "empty").returncode == 0


def test_a_clock_that_is_behind_the_record_is_remarked_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries after today are not looked at, and that is said."""
    run("log", "pain", 1)
    assert run("today").stderr == ""

    class Earlier(date):
        @classmethod
        def today(cls) -> date:
            return date.fromisoformat(YESTERDAY)

    monkeypatch.setattr("formcheck.cli.record.date", Earlier)
    assert "after today" in run("today").stderr


def test_an_undo_takes_no_other_options(run: Run) -> None:
    assert "leave out the rest" in complaint(run("log", "--undo", "--date", YESTERDAY), 2)


@pytest.mark.skipif(sys.platform == "win32", reason="files have no mode there")
def test_an_export_is_whole_or_absent_and_its_owners_alone(run: Run, tmp_path: Path) -> None:
    run("log", "run", "--minutes", 10)
    (tmp_path / "mine").mkdir()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (150, limits[1]))
    try:
        assert "cannot write" in complaint(run("record", "export", tmp_path / "mine"), 2)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not list((tmp_path / "mine").iterdir())
    assert run("record", "export", tmp_path / "mine").returncode == 0
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "mine").iterdir()} == {0o600}


def test_all_of_it_as_files_and_all_of_it_gone(run: Run, tmp_path: Path) -> None:
    run("log", "run", "--minutes", 10, "--pain-during", 0)
    folder = tmp_path / "mine"
    assert run("record", "export", folder).returncode == 0
    document = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    assert document["logs"][0]["entries"][0]["minutes"] == 10
    assert len((folder / "runs.csv").read_text(encoding="utf-8").splitlines()) == 2
    assert "not empty" in complaint(run("record", "export", folder), 2)
    assert "--yes" in complaint(run("record", "delete"), 2)
    assert run("record", "delete", "--yes").returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.slow
def test_without_the_database_libraries_one_line_says_what_to_install(tmp_path: Path) -> None:
    blocked = tmp_path / "blocked" / "sqlalchemy"
    blocked.mkdir(parents=True)
    (blocked / "__init__.py").write_text("raise ModuleNotFoundError('gone', name='sqlalchemy')")
    done = subprocess.run(
        [sys.executable, "-m", "formcheck", "today", "--record", str(tmp_path / "record.db")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(blocked.parent)},
        timeout=120,
        check=False,
    )
    line = complaint(Ended(done.returncode, done.stdout, done.stderr), 1)
    assert "pip install 'formcheck[programme]'" in line


def test_the_metronome_beats_and_says_how_well(run: Run, tmp_path: Path) -> None:
    assert "7 beats" in run("metronome", 200, "--minutes", 0.034, "--silent").stdout
    assert "out of range" in complaint(run("metronome", 500), 2)
    assert "not in the record" in complaint(run("metronome"), 2)
    assert run("log", "run", "--minutes", 10, "--cadence", 160).returncode == 0
    said = run("metronome", "--minutes", 0.01, "--silent").stdout
    assert "the target is 168-176" in said
