"""The files a check writes: asked about before the work starts, all written or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from formcheck.atomic import check_writable, replacing
from formcheck.errors import OutputError

__all__ = ["Writer", "check_outputs", "write_all"]

Writer = Callable[[Path], object]
"""Writes one output to the path it is given."""


def check_outputs(outputs: Mapping[str, Path], inputs: Sequence[Path]) -> None:
    """Find out before the work starts whether every output can be written.

    Args:
        outputs: option to path, such as ``{"--json": Path("set.json")}``.
        inputs: files that are read and must survive.

    Raises:
        OutputError: two options name one file, an output is an input, or a place cannot be written.
    """
    taken: dict[Path, str] = {}
    read = {path.resolve() for path in inputs}
    for option, path in outputs.items():
        final = path.resolve()
        if final in read:
            raise OutputError(f"{option} '{path}' would overwrite an input: name another file")
        if final in taken:
            raise OutputError(f"{option} and {taken[final]} both name '{path}': name two files")
        taken[final] = option
        check_writable(path)


def write_all(writers: Mapping[Path, Writer]) -> None:
    """Write every output to a temporary name, then rename them all; after an error there is none."""
    with ExitStack() as renamed_at_the_end:
        for path, write in writers.items():
            write(renamed_at_the_end.enter_context(replacing(path)))
