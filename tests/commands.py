"""Runs the ``formcheck`` command, in this process or in one of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import pytest

from formcheck.cli.app import main


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    def complaint(self, code: int) -> str:
        """The one line on stderr of a command that ended with ``code`` and said nothing else."""
        assert self.code == code, self.err or self.out
        assert self.out == ""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("formcheck: error: ")
        return lines[0].removeprefix("formcheck: error: ")


def run_here(*arguments: object, cwd: Path | None = None, **environment: str) -> Ended:
    """Run ``formcheck`` with these arguments in this process, which saves the seconds that imports take."""
    with TemporaryFile("w+") as out, TemporaryFile("w+") as err, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["formcheck", *map(str, arguments)])
        for name, value in environment.items():
            patch.setenv(name, value)
        if cwd is not None:
            patch.chdir(cwd)
        with _written_to(1, out), _written_to(2, err):
            code = _code_of(main)
        return Ended(code, _whole(out), _whole(err))


def run_apart(*arguments: object, cwd: Path | None = None) -> Ended:
    """Run ``formcheck`` with these arguments as a person does, in a process of its own; stderr is no terminal."""
    line = [sys.executable, "-m", "formcheck", *map(str, arguments)]
    done = subprocess.run(
        line, cwd=cwd, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120, check=False
    )
    return Ended(done.returncode, done.stdout, done.stderr)


@contextmanager
def _written_to(number: int, file: IO[str]) -> Iterator[None]:
    """A standard stream, also as libraries in C know it, goes to ``file``."""
    name = {1: "stdout", 2: "stderr"}[number]
    kept, stream = os.dup(number), getattr(sys, name)
    os.dup2(file.fileno(), number)
    setattr(sys, name, open(number, "w", encoding="utf-8", closefd=False))  # noqa: SIM115 - closed below
    try:
        yield
    finally:
        getattr(sys, name).flush()
        setattr(sys, name, stream)
        os.dup2(kept, number)
        os.close(kept)


def _code_of(command: Callable[[], None]) -> int:
    """The exit code; what the command does to signals is undone."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        command()
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        signal.signal(signal.SIGTERM, before)
    return 0


def _whole(file: IO[str]) -> str:
    file.seek(0)
    return file.read()
