"""How a command ends: its exit code, and one line on stderr when something is wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

import typer

from formcheck.cli.stdout import CLOSED
from formcheck.errors import FormcheckError

__all__ = ["EXIT_CODES", "INTERRUPTED", "exit_code_of"]

INTERRUPTED: Final = 130

EXIT_CODES: Final = {
    0: "done",
    1: "formcheck cannot run here, such as without a system library (see `formcheck doctor`), or write to stdout",
    2: "usage: an option, limit or path that cannot be right",
    3: "the source, or your record, cannot be read",
    4: "the pose model is missing or wrong",
    5: "nobody to score",
    6: "a batch has tried everything, and some recordings could not be scored (see its failures.csv)",
    7: "no space left for a batch's results; the same command goes on once there is",
    INTERRUPTED: "interrupted (Ctrl-C); nothing was written",
    CLOSED: "whoever read stdout stopped reading, such as `head`; the files asked for are written",
}


def exit_code_of(command: Callable[[], int | None]) -> int:
    """Run ``command``; errors of the input become one line on stderr and their exit code."""
    try:
        code = command()
        if sys.stdout is not None:
            sys.stdout.flush()  # here, where a failure can still be told
    except FormcheckError as error:
        return _complain(str(error), error.exit_code)
    except typer.TyperException as error:
        return _complain(f"{error.format_message().rstrip('.')}; see `formcheck --help`", error.exit_code)
    except KeyboardInterrupt:
        code = INTERRUPTED
    if code == INTERRUPTED:
        print("formcheck: interrupted; nothing was written", file=sys.stderr)
    return code or 0


def _complain(message: str, exit_code: int) -> int:
    print(f"formcheck: error: {' '.join(message.split())}", file=sys.stderr)
    return exit_code
