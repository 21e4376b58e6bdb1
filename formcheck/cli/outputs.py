"""The files a check writes: asked about before the work starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from formcheck.atomic import check_writable
from formcheck.errors import OutputError
from formcheck.programme.places import refuse_record

__all__ = ["check_outputs"]


def check_outputs(outputs: Mapping[str, Path], inputs: Sequence[Path]) -> None:
    """Find out before the work starts whether every output can be written.

    Args:
        outputs: option to path, such as ``{"--json": Path("set.json")}``.
        inputs: files that are read and must survive.

    Raises:
        OutputError: two options name one file, an output is an input or a record of the programme, or a
            place cannot be written.
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
        refuse_record(path)
        check_writable(path)
