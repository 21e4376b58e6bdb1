"""``formcheck export``: what it writes and how it refuses."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from formcheck.cli.export import FormatName
from formcheck.export import FORMATS, write_export
from tests.export.readers import analysis_of

Run = Callable[..., Any]
NAME = "clamshell_faulty_left"


@pytest.fixture
def track(root: Path) -> Path:
    return root / "tests" / "golden" / f"{NAME}.npz"


def test_the_option_offers_every_format() -> None:
    assert list(get_args(FormatName)) == list(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_the_file_is_the_library_s(run: Run, track: Path, out: Path, tmp_path: Path, name: str) -> None:
    path = out / f"set{FORMATS[name].suffix}"
    done = run("export", track, "--exercise", "clamshell", "--out", path)
    assert (done.code, done.err) == (0, "")
    assert str(path) in done.out
    analysis = analysis_of(NAME)
    write_export(name, analysis.report, analysis.track, tmp_path / "same")
    assert path.read_bytes() == (tmp_path / "same").read_bytes()
    assert [p.name for p in out.iterdir()] == [path.name]


def test_the_format_may_be_named(run: Run, track: Path, out: Path) -> None:
    assert "--format csv|" in run("export", track, "--exercise", "clamshell", "--out", out / "set.txt").complaint(2)
    done = run("export", track, "--exercise", "clamshell", "--out", out / "set.txt", "--format", "csv", "--quiet")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert (out / "set.txt").read_text(encoding="utf-8").startswith("schema,")


def test_an_exercise_that_nobody_named_is_recognised_and_told(run: Run, track: Path, out: Path, tmp_path: Path) -> None:
    assert run("export", track, "--exercise", "clamshell", "--out", tmp_path / "named.mot").code == 0
    done = run("export", track, "--exercise", "auto", "--out", out / "set.mot")
    assert (done.code, done.err.count("\n")) == (0, 1)
    assert done.err.startswith("formcheck: note: clamshell was recognised from the movement")
    assert (out / "set.mot").read_bytes() == (tmp_path / "named.mot").read_bytes()


def test_the_input_survives(run: Run, track: Path) -> None:
    before = track.read_bytes()
    said = run("export", track, "--exercise", "clamshell", "--out", track, "--format", "csv").complaint(2)
    assert "would overwrite an input" in said
    assert track.read_bytes() == before


@pytest.mark.parametrize(("module", "name"), [("pyarrow", "parquet"), ("ezc3d", "c3d")])
def test_a_missing_extra_is_one_line_before_the_work_starts(
    track: Path, out: Path, module: str, name: str
) -> None:
    # A finder that knows nothing of the module: as if it were not installed.
    without = (
        "import sys, importlib.util as u; real = u.find_spec;"
        f"u.find_spec = lambda n, *a: None if n == {module!r} else real(n, *a);"
        "from formcheck.cli.app import main; main()"
    )
    target = out / f"set.{name}"
    command = [sys.executable, "-c", without, "export", "no such film.mp4", "--exercise", "clamshell", "--out", target]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    extra = FORMATS[name].extra
    assert done.stderr == (
        f"formcheck: error: {name} needs {module}, which is not installed: pip install 'formcheck[{extra}]'\n"
    )


@pytest.mark.parametrize("name", FORMATS)
def test_a_full_disk_is_one_line_and_leaves_nothing(track: Path, out: Path, name: str) -> None:
    target = out / f"set{FORMATS[name].suffix}"
    # No file may grow beyond 1 kB: what a full disk looks like from inside.
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024));"
    code = limited + "from formcheck.cli.app import main; main()"
    command = [sys.executable, "-c", code, "export", track, "--exercise", "clamshell", "--out", target]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1
    assert "cannot write" in done.stderr
    assert list(out.iterdir()) == []
