"""A progress bar on stderr, where a person is looking."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

__all__ = ["Report", "progress_bar"]

Report = Callable[[int, int | None], None]
"""Takes the number of frames done and of all frames, None where that is unknown."""


@contextmanager
def progress_bar(title: str, *, quiet: bool) -> Iterator[Report | None]:
    """Show a bar while the block runs; None when ``quiet`` or when stderr is no terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
